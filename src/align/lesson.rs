//! What units teach, as counts that can be kept and added up: the expected counts of IBM Model 1.
//!
//! A lesson is a group of units that are learnt from together. What earlier lessons counted is known to the later ones, so that a few new units
//! are understood by what many old ones taught, and nothing old has to be read again (Levenberg et al. 2010, "Stream-based translation models for
//! statistical machine translation", with a lesson as their mini-batch and without forgetting).

use rustc_hash::FxHashMap;

use super::lexicon::{Before, DISCOUNT, Learner, Model};
use super::settings::Settings;
use super::shipped::shipped;
use super::signal::{Pair, equal_types, identical, lexicon, numbers, punctuation};
use super::words::Words;
use crate::model::{Lang, Rendered, Renderings, Side};
use crate::text::Strings;

/// Counts below this are not kept: what is expected that seldom is chance.
const LEAST_COUNT: f32 = 0.1;

/// Pairs of words at once in memory while a lesson is counted: more than the units of one have, whose bytes the memory limits.
const MOST_CELLS: usize = 8_000_000;

/// Pairs of words in a pair of texts from which on it teaches nothing: some three hundred words on each side are no sentence.
const LONGEST: usize = 90_000;

/// What stems that are numbers begin with.
const NUMBER: char = '#';

/// Returns the stems of a side, which lessons and lexicons know words by, in the order in which they occur first.
pub fn stems(side: &Side) -> Vec<Box<str>> {
    Words::of(side).stems.iter().map(Box::from).collect()
}

/// Pairs of texts to be learnt from together.
pub struct Lesson {
    pairs: usize,
    learner: Learner,
}

impl Lesson {
    /// Returns the lesson of pairs of texts, each a source and a target text that render each other. Very long ones are passed over.
    pub fn new<S: AsRef<str>, T: AsRef<str>>(
        pairs: &[(S, T)],
        source_lang: &Lang,
        target_lang: &Lang,
        settings: &Settings,
    ) -> Self {
        let side =
            |lang: &Lang, texts: Vec<&str>| Words::of(&Side::from_lines(lang.clone(), texts));
        let sources = pairs.iter().map(|pair| pair.0.as_ref()).collect();
        let targets = pairs.iter().map(|pair| pair.1.as_ref()).collect();
        let (source, target) = (side(source_lang, sources), side(target_lang, targets));
        let mut learner = Learner::new(source_lang, target_lang);
        learner.most_cells = MOST_CELLS;
        for segment in 0..pairs.len() {
            if source.tokens(segment).len() * target.tokens(segment).len() <= LONGEST {
                learner.add(&source, segment..segment + 1, &target, segment..segment + 1);
            }
        }
        learner.know(
            &source,
            &target,
            &held(&source, &target, (source_lang, target_lang), settings),
        );
        Self {
            pairs: pairs.len(),
            learner,
        }
    }

    /// Returns the stems of both sides.
    pub fn stems(&self) -> [Vec<&str>; 2] {
        [&self.learner.source, &self.learner.target].map(|stems| stems.iter().collect())
    }

    /// Returns what the pairs teach beyond what is known from other lessons, in the order of the stems.
    pub fn count(&self, known: &Renderings) -> Renderings {
        let (source, target) = (&self.learner.source, &self.learner.target);
        let forward = Known::new(&known.forward, source, target);
        let backward = Known::new(&known.backward, target, source);
        let forward = (self.learner).forward(|x, y| forward.of(x, y), |x| forward.total(x));
        let backward = (self.learner).backward(|x, y| backward.of(x, y), |x| backward.total(x));
        Renderings {
            pairs: self.pairs as f32,
            forward: rendered(&forward, source, target),
            backward: rendered(&backward, target, source),
        }
    }
}

/// Returns what other signals hold of the types of both sides.
fn held(
    source: &Words,
    target: &Words,
    (from, to): (&Lang, &Lang),
    settings: &Settings,
) -> Vec<Pair> {
    let signals = settings.signals;
    let equal = equal_types(source, target);
    let mut pairs = Vec::new();
    if signals.numbers {
        pairs.extend(numbers::pairs(source, &equal));
    }
    if signals.punctuation {
        pairs.extend(punctuation::pairs(source, &equal));
    }
    if signals.identical {
        pairs.extend(identical::pairs(source, &equal));
    }
    let shipped = signals.shipped.then(|| shipped(from, to)).flatten();
    if let Some(view) = shipped.and_then(|lexicon| lexicon.view(from, to)) {
        lexicon::pairs(view, settings.trust_shipped, source, target, |pair| {
            pairs.push(pair)
        });
    }
    pairs
}

/// What earlier lessons counted of the stems at hand.
#[derive(Default)]
struct Known {
    counts: FxHashMap<(u32, u32), f32>,
    totals: FxHashMap<u32, f32>,
}

impl Known {
    fn new(counted: &[Rendered], words: &Strings, others: &Strings) -> Self {
        let mut known = Self::default();
        for rendered in counted {
            let Some(word) = words.get(&rendered.stem) else {
                continue;
            };
            *known.totals.entry(word).or_default() += rendered.total;
            for (other, count) in &rendered.by {
                if let Some(other) = others.get(other) {
                    *known.counts.entry((word, other)).or_default() += count;
                }
            }
        }
        known
    }

    fn total(&self, word: u32) -> f32 {
        self.totals.get(&word).copied().unwrap_or_default()
    }

    fn of(&self, word: u32, other: u32) -> Before {
        let count = self.counts.get(&(word, other)).copied().unwrap_or_default();
        Before {
            probability: count / (DISCOUNT + self.total(word)),
            count,
        }
    }
}

/// Returns what is worth keeping: numbers are known by their value.
fn rendered(model: &Model, words: &Strings, others: &Strings) -> Vec<Rendered> {
    let is_number = |stem: &str| stem.starts_with(NUMBER);
    let (totals, counts) = model.counts(LEAST_COUNT);
    let mut all: Vec<Rendered> = words
        .iter()
        .zip(totals)
        .map(|(stem, total)| Rendered {
            stem: stem.into(),
            total,
            by: Vec::new(),
        })
        .collect();
    for (word, other, count) in counts {
        let other = others.of(other);
        if !is_number(other) {
            all[word as usize].by.push((other.into(), count));
        }
    }
    all.retain(|rendered| !is_number(&rendered.stem));
    all
}
