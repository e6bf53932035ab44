//! Lengths in characters go together (Gale and Church 1993, "A Program for Aligning Sentences in Bilingual Corpora").
//!
//! The signal is the log ratio of the likelihood of the target's length given the source's to its likelihood among the text's own lengths; without
//! the latter long beads would look bad for being rare.

use crate::align::logarithm::ln;
use crate::align::settings::{LONGEST, Settings};
use crate::align::words::Words;

/// The least spread of the logarithm of lengths: short texts of even lengths must not make every other length impossible.
const LEAST_SPREAD: f32 = 0.5;

/// Lengths of up to four neighbouring segments of one side, and their logarithms.
struct Lengths(Vec<[(f32, f32); LONGEST]>);

impl Lengths {
    fn of(words: &Words) -> Self {
        let count = words.segments();
        Self(
            (0..count)
                .map(|at| {
                    let mut sum = 0.0;
                    std::array::from_fn(|extra| {
                        sum += words.chars.get(at + extra).copied().unwrap_or(0.0);
                        (sum, ln(sum))
                    })
                })
                .collect(),
        )
    }
}

/// What the lengths of a bitext say.
pub(in crate::align) struct Length {
    source: Lengths,
    target: Lengths,
    /// The mean of the logarithm of the length ratio.
    ratio: f32,
    /// Mean and spread of the logarithm of a target segment's length.
    mean: f32,
    spread: f32,
    variance: f32,
    variance_short: f32,
    weight: f32,
    ln_counts: [f32; LONGEST + 1],
}

impl Length {
    pub(in crate::align) fn new(source: &Words, target: &Words, settings: &Settings) -> Self {
        let mean_of = |values: &[f32]| values.iter().sum::<f32>() / values.len().max(1) as f32;
        let logs: Vec<f32> = target.chars.iter().map(|&chars| ln(chars)).collect();
        let mean = mean_of(&logs);
        let squares: Vec<f32> = logs.iter().map(|log| (log - mean) * (log - mean)).collect();
        Self {
            source: Lengths::of(source),
            target: Lengths::of(target),
            ratio: ln(mean_of(&target.chars).max(1.0)) - ln(mean_of(&source.chars).max(1.0)),
            mean,
            spread: mean_of(&squares).sqrt().max(LEAST_SPREAD),
            variance: settings.length_variance,
            variance_short: settings.length_variance_short,
            weight: if settings.signals.length {
                settings.length_weight
            } else {
                0.0
            },
            ln_counts: std::array::from_fn(|count| ln(count.max(1) as f32)),
        }
    }

    /// Returns the weighted log ratio of the bead of `p` source segments from `i` and `q` target segments from `j`.
    pub(in crate::align) fn score(&self, (i, p): (usize, usize), (j, q): (usize, usize)) -> f32 {
        if self.weight == 0.0 {
            return 0.0;
        }
        let (source, ln_source) = self.source.0[i][p - 1];
        let (target, ln_target) = self.target.0[j][q - 1];
        let ratio = ln_target - ln_source - self.ratio;
        let variance = self.variance + self.variance_short / source.min(target);
        let apart = (ln_target - self.mean - self.ln_counts[q]) / self.spread;
        let linked = -0.5 * (ratio * ratio / variance + ln(variance));
        let chance = -0.5 * apart * apart - ln(self.spread);
        self.weight * (linked - chance)
    }
}
