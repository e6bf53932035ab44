//! Marks that survive translation: question and exclamation marks, quotation marks, brackets, semicolons, signs of currency and per cent.

use super::Pair;
use crate::align::words::{TypeKind, Words};

/// How often such a mark is kept where its segment is rendered.
const KEPT: f32 = 0.7;

/// Returns the pairs of equal marks.
pub(in crate::align) fn pairs<'a>(
    source: &'a Words,
    equal: &'a [(u32, u32)],
) -> impl Iterator<Item = Pair> + 'a {
    equal
        .iter()
        .filter(|&&(id, _)| source.types[id as usize].kind == TypeKind::Mark)
        .map(|&(source, target)| Pair::even(source, target, KEPT))
}
