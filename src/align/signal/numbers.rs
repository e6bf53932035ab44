//! Numbers of equal value render each other (anchors since Davis, Dunning and Ogden 1995, "Text Alignment in the Real World").

use super::Pair;
use crate::align::words::{TypeKind, Words};

/// How often a number is kept where its segment is rendered.
const KEPT: f32 = 0.85;

/// Returns the pairs of equal numbers.
pub(in crate::align) fn pairs<'a>(
    source: &'a Words,
    equal: &'a [(u32, u32)],
) -> impl Iterator<Item = Pair> + 'a {
    equal
        .iter()
        .filter(|&&(id, _)| source.types[id as usize].kind == TypeKind::Number)
        .map(|&(source, target)| Pair::even(source, target, KEPT))
}
