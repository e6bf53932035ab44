//! Words written alike on both sides: names and acronyms left in the other script, and much between languages of one script.

use super::Pair;
use crate::align::words::{TypeKind, Words};

/// How often a word that stands in both texts alike renders itself.
const KEPT: f32 = 0.8;
/// Single letters are articles and initials more often than anything that is kept.
const LEAST_CHARS: usize = 2;

/// Returns the pairs of equal words.
pub(in crate::align) fn pairs<'a>(
    source: &'a Words,
    equal: &'a [(u32, u32)],
) -> impl Iterator<Item = Pair> + 'a {
    equal
        .iter()
        .filter(|&&(id, _)| {
            let is_word = source.types[id as usize].kind == TypeKind::Word;
            is_word && source.forms.of(id).chars().nth(LEAST_CHARS - 1).is_some()
        })
        .map(|&(source, target)| Pair::even(source, target, KEPT))
}
