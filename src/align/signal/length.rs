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
    /// The log likelihood of the lengths of 1 to 4 target segments among the text's own.
    chance: Vec<[f32; LONGEST]>,
    /// For the length of the shorter side, in characters, half the inverse of the variance of the logarithm of the ratio, and half its logarithm.
    variances: Vec<(f32, f32)>,
    weight: f32,
}

/// Lengths from this on have the same variance.
const LONG: usize = 2000;

impl Length {
    pub(in crate::align) fn new(source: &Words, target: &Words, settings: &Settings) -> Self {
        let mean_of = |values: &[f32]| values.iter().sum::<f32>() / values.len().max(1) as f32;
        let logs: Vec<f32> = target.chars.iter().map(|&chars| ln(chars)).collect();
        let mean = mean_of(&logs);
        let squares: Vec<f32> = logs.iter().map(|log| (log - mean) * (log - mean)).collect();
        let spread = mean_of(&squares).sqrt().max(LEAST_SPREAD);
        let lengths = Lengths::of(target);
        let chance = |at: &[(f32, f32); LONGEST]| {
            std::array::from_fn(|extra| {
                let apart = (at[extra].1 - mean - ln((extra + 1) as f32)) / spread;
                -0.5 * apart * apart - ln(spread)
            })
        };
        let variance = |chars: usize| {
            let variance =
                settings.length_variance + settings.length_variance_short / chars.max(1) as f32;
            (0.5 / variance, 0.5 * ln(variance))
        };
        Self {
            ratio: ln(mean_of(&target.chars).max(1.0)) - ln(mean_of(&source.chars).max(1.0)),
            chance: lengths.0.iter().map(chance).collect(),
            source: Lengths::of(source),
            target: lengths,
            variances: (0..=LONG).map(variance).collect(),
            weight: if settings.signals.length {
                settings.length_weight
            } else {
                0.0
            },
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
        let (inverse, log) = self.variances[(source.min(target) as usize).min(LONG)];
        self.weight * (-ratio * ratio * inverse - log - self.chance[j][q - 1])
    }
}
