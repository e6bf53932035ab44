//! What each signal said of the beads of an alignment, taken apart again after the search.
//!
//! A word's score is put down to the word of the other side that speaks loudest for it; what remains of the words' score is due to words that could have
//! had a counterpart and have none.

use std::collections::BTreeMap;
use std::ops::Range;

use super::evidence::{Direction, Known};
use super::logarithm::ln;
use super::signal::{Pair, WordSignal};
use super::words::Words;
use crate::model::{Explanation, Reason, WordPair};

/// By the types of both sides the signal that knows them best.
pub(super) struct Labels(BTreeMap<(u32, u32), (f32, WordSignal)>);

impl Labels {
    /// Returns the labels of what several signals know.
    pub(super) fn new<'p>(known: impl Iterator<Item = (WordSignal, &'p [Pair])>) -> Self {
        let mut labels = BTreeMap::new();
        for (signal, pairs) in known {
            for pair in pairs {
                let probability = pair.forward.max(pair.backward);
                let best = labels
                    .entry((pair.source, pair.target))
                    .or_insert((probability, signal));
                if probability > best.0 {
                    *best = (probability, signal);
                }
            }
        }
        Self(labels)
    }

    fn of(&self, source: u32, target: u32) -> WordSignal {
        let label = self.0.get(&(source, target));
        label.map_or(WordSignal::Learnt, |label| label.1)
    }
}

/// What was found out of one bead's words.
#[derive(Default)]
pub(super) struct Telling {
    /// By the ids of both words what they said.
    pairs: BTreeMap<(u32, u32), f32>,
    /// What all said that is put down to no pair.
    rest: f32,
}

impl Telling {
    /// Adds how the segments `by` account for a segment of the other side; `across` tells that these are the target's.
    pub(super) fn add(&mut self, known: &Known<'_>, by: Range<usize>, of: usize, across: bool) {
        let (words, others, direction): (&Words, &Words, &Direction) = if across {
            (known.target, known.source, &known.backward)
        } else {
            (known.source, known.target, &known.forward)
        };
        let tokens = by.clone().flat_map(|segment| words.tokens(segment));
        let length = by.clone().map(|at| words.tokens(at).len()).sum::<usize>();
        // By rendered type the sum of probabilities, the loudest type and its probability.
        let mut said: BTreeMap<u32, (f32, u32, f32)> = BTreeMap::new();
        for &token in tokens {
            for &(word, probability) in direction.renderings(token) {
                let entry = said.entry(word).or_insert((0.0, token, 0.0));
                entry.0 += probability;
                if probability > entry.2 {
                    (entry.1, entry.2) = (token, probability);
                }
            }
        }
        self.rest += direction.counted(of) * known.nothing;
        for token in others.tokens(of) {
            let Some(&(sum, loudest, _)) = said.get(token) else {
                continue;
            };
            let share = sum * direction.rarity(*token) / length.max(1) as f32;
            let key = if across {
                (*token, loudest)
            } else {
                (loudest, *token)
            };
            *self.pairs.entry(key).or_default() += ln(known.unexplained + share);
            self.rest -= known.nothing;
        }
    }

    /// Returns the explanation of what the words said, each score times `weight`, beside what the other signals said.
    pub(super) fn explanation(
        self,
        known: &Known<'_>,
        labels: &Labels,
        weight: f32,
        others: &[(&'static str, f32)],
    ) -> Explanation {
        let mut by_signal: BTreeMap<WordSignal, f64> = BTreeMap::new();
        let mut words = Vec::with_capacity(self.pairs.len());
        for ((source, target), score) in self.pairs {
            let score = f64::from(weight * score);
            let signal = labels.of(source, target);
            *by_signal.entry(signal).or_default() += score;
            words.push(WordPair {
                source: readable(known.source.forms.of(source)),
                target: readable(known.target.forms.of(target)),
                signal: signal.name(),
                score,
            });
        }
        words.sort_by(|a, b| b.score.total_cmp(&a.score));
        let reason = |(signal, score)| Reason { signal, score };
        let others = others.iter().map(|&(name, score)| (name, f64::from(score)));
        let words_said = by_signal.iter().map(|(signal, &sum)| (signal.name(), sum));
        let rest = [("unexplained", f64::from(weight * self.rest))];
        let all = others.chain(words_said).chain(rest);
        Explanation {
            reasons: all.filter(|said| said.1 != 0.0).map(reason).collect(),
            words,
        }
    }
}

/// Returns a word as a person writes it: a number by its value without the sign that tells it from words.
fn readable(form: &str) -> String {
    match form.strip_prefix('#') {
        Some(value) => value.strip_suffix("e0").unwrap_or(value).to_owned(),
        None => form.to_owned(),
    }
}
