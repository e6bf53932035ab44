//! How a source differs from the query: the same for all its renderings.

use std::borrow::Cow;

use super::judge::{Edit, Reason, Script, difference, reasons};
use super::score::{chars_similarity, similarity, words_similarity};
use crate::index::Symbol;
use crate::model::Score;
use crate::text::normal;

/// A query and a source side by side.
pub(super) struct Compared {
    pub(super) script: Script,
    /// The plain similarities.
    pub(super) words: Score,
    pub(super) chars: Score,
    /// What the program's own score loses, unless something is repaired.
    pub(super) reasons: Vec<Reason>,
    pub(super) difference: Vec<Edit>,
}

impl Compared {
    /// Compares a query, in normal form, with a source, each also as symbols of one vocabulary.
    pub(super) fn new((query, own): (&str, &[Symbol]), (source, its): (&str, &[Symbol])) -> Self {
        let script = Script::between(own, its);
        let lower = |symbols: &[Symbol]| symbols.iter().map(|it| it.lower).collect();
        Self {
            words: match normal(source) {
                Cow::Borrowed(_) => similarity(lower(own), lower(its)),
                // Its symbols are of the text as it stands.
                Cow::Owned(_) => words_similarity(query, source),
            },
            chars: chars_similarity(query, source),
            reasons: reasons(query, source, &script),
            difference: difference(query, source, &script),
            script,
        }
    }
}
