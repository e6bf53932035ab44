//! What a lexicon knows of the words of both sides.

use super::Pair;
use crate::align::lexicon::View;
use crate::align::words::{Words, as_id};

/// Calls `visit` with the pairs of types whose stems the lexicon knows to render each other, believed as far as `trust` (0 to 1).
pub(in crate::align) fn pairs(
    view: View<'_>,
    trust: f32,
    source: &Words,
    target: &Words,
    mut visit: impl FnMut(Pair),
) {
    let (source_forms, target_forms) = (Forms::of(source), Forms::of(target));
    view.pairs(source, target, |from, to, forward, backward| {
        for &source in source_forms.of_stem(from) {
            for &target in target_forms.of_stem(to) {
                visit(Pair {
                    source,
                    target,
                    forward: trust * forward,
                    backward: trust * backward,
                });
            }
        }
    });
}

/// The types of each stem of a side.
struct Forms {
    starts: Vec<u32>,
    types: Vec<u32>,
}

impl Forms {
    fn of(words: &Words) -> Self {
        let mut types: Vec<u32> = (0..as_id(words.types.len())).collect();
        types.sort_by_key(|&id| words.types[id as usize].stem);
        let mut starts = vec![0; words.stems.len() + 1];
        for kind in &words.types {
            starts[kind.stem as usize + 1] += 1;
        }
        for stem in 0..words.stems.len() {
            starts[stem + 1] += starts[stem];
        }
        Self { starts, types }
    }

    fn of_stem(&self, stem: u32) -> &[u32] {
        let stem = stem as usize;
        &self.types[self.starts[stem] as usize..self.starts[stem + 1] as usize]
    }
}
