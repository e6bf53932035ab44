//! Which segments render which: a [`Bitext`] becomes an [`Alignment`].
//!
//! Signals (`signal/`) say what speaks for a bead, evidence is gathered for every bead within a band, and a search finds the best path and the
//! probability of each of its beads. What the texts themselves teach (IBM Model 1 over a first alignment) is used in the next round.

mod agree;
mod anchors;
mod band;
mod evidence;
mod explain;
mod given;
mod lesson;
mod lexicon;
mod logarithm;
mod search;
mod settings;
mod shipped;
mod signal;
mod stairs;
mod task;
mod turns;
mod units;
mod wide;
mod windows;
mod words;

pub use agree::{Agreement, agreements};
pub use given::{Given, Ranges};
pub use lesson::{Lesson, stems};
pub use lexicon::Lexicon;
pub use settings::{BEADS, Settings, Signals};

pub use units::{Version, pivot, units};

use rayon::prelude::*;

use crate::model::{Alignment, Bitext, Explanation};
use settings::Rates;
use task::Task;

/// A lexicon with how far it is believed.
#[derive(Clone, Copy, Debug)]
pub struct Trusted<'a> {
    /// The lexicon.
    pub lexicon: &'a Lexicon,
    /// What its probabilities are multiplied by, 0 to 1.
    pub trust: f32,
}

/// Returns the alignment of a bitext, with what `lexicons` of its two languages know.
pub fn align(bitext: &Bitext, lexicons: &[Trusted<'_>], settings: &Settings) -> Alignment {
    Task::new(bitext, lexicons, settings).align()
}

/// Returns the alignment of a bitext as [`align`] does, but with what is known of it beforehand kept to.
pub fn align_between(
    bitext: &Bitext,
    given: &Given,
    lexicons: &[Trusted<'_>],
    settings: &Settings,
) -> Alignment {
    let found = Task::new(bitext, lexicons, settings).between(given).align();
    given.complete(&found, bitext.source.segments(), bitext.target.segments())
}

/// Returns the alignment of a bitext as [`align`] does, and for each of its beads what every signal said of it.
pub fn align_explained(
    bitext: &Bitext,
    lexicons: &[Trusted<'_>],
    settings: &Settings,
) -> (Alignment, Vec<Explanation>) {
    Task::new(bitext, lexicons, settings).align_explained()
}

/// Returns the alignments of many bitexts in their order. Each stands alone, or with `learn` what all of a pair of languages have in common is learned
/// from a first pass and used in the second. The result does not depend on the number of threads.
pub fn align_all(
    bitexts: &[Bitext],
    lexicons: &[Trusted<'_>],
    settings: &Settings,
    learn: bool,
) -> Vec<Alignment> {
    if !learn {
        return bitexts
            .par_iter()
            .map(|bitext| align(bitext, lexicons, settings))
            .collect();
    }
    let mut learnt: Vec<Lexicon> = Vec::new();
    let mut adapted = settings.clone();
    for _ in 0..settings.rounds.max(1) {
        let known = with(lexicons, &learnt, settings);
        let tasks: Vec<Task> = bitexts
            .par_iter()
            .map(|bitext| Task::new(bitext, &known, &adapted).first_pass())
            .collect();
        let mut pairs: Vec<_> = tasks
            .iter()
            .map(|task| (&task.bitext.source.lang, &task.bitext.target.lang))
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        let rates = tasks
            .iter()
            .fold(Rates::default(), |sum, task| sum.plus(&task.rates));
        adapted = rates.adapt(settings);
        learnt = pairs
            .into_par_iter()
            .map(|(source, target)| task::learn_from(&tasks, source, target))
            .collect();
    }
    let known = with(lexicons, &learnt, settings);
    bitexts
        .par_iter()
        .map(|bitext| align(bitext, &known, &adapted))
        .collect()
}

fn with<'a>(
    lexicons: &[Trusted<'a>],
    learnt: &'a [Lexicon],
    settings: &Settings,
) -> Vec<Trusted<'a>> {
    let learnt = learnt.iter().map(|lexicon| Trusted {
        lexicon,
        trust: settings.trust_learnt,
    });
    lexicons.iter().copied().chain(learnt).collect()
}

#[cfg(test)]
mod tests;
