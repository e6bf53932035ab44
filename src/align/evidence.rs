//! What the words say for every bead within a band.
//!
//! For each side: the mean over the bead's words of log(λ + (1-λ) · t(word | other side) / p(word)), as IBM Model 1 has it, counting only words
//! that have some possible counterpart near by in the other text. Words without one are neither for nor against a bead: they are what every
//! translation is full of.

use super::band::Band;
use super::logarithm::ln;
use super::settings::{LONGEST, Settings};
use super::signal::Pair;
use super::words::{Words, as_id};

/// A pair of types below this probability does not make a word one that has a counterpart.
const POSSIBLE: f32 = 0.05;

/// How far beyond the band a counterpart may stand for its word to count, in segments: where a stretch renders nothing, its words still speak
/// against every link.
const NEAR: usize = 100;

/// For one side's types the types of the other that may render them.
struct Renderings {
    starts: Vec<u32>,
    entries: Vec<(u32, f32)>,
}

impl Renderings {
    fn new(types: usize, pairs: impl Iterator<Item = (u32, u32, f32)> + Clone) -> Self {
        let mut starts = vec![0u32; types + 1];
        let likely = pairs.filter(|&(_, _, probability)| probability > 0.0);
        for (from, _, _) in likely.clone() {
            starts[from as usize + 1] += 1;
        }
        for at in 0..types {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut entries = vec![(0, 0.0); starts[types] as usize];
        for (from, to, probability) in likely {
            let at = &mut next[from as usize];
            entries[*at as usize] = (to, probability);
            *at += 1;
        }
        Self { starts, entries }
    }

    fn of(&self, id: u32) -> &[(u32, f32)] {
        let id = id as usize;
        &self.entries[self.starts[id] as usize..self.starts[id + 1] as usize]
    }
}

/// How well 1 to 4 neighbouring segments of one side account for each segment of the other.
pub(super) struct Accounts {
    /// Where the row of each accounting segment begins, and the first accounted segment in it.
    rows: Vec<(usize, u32)>,
    /// By how many segments account, less one.
    scores: Vec<[f32; LONGEST]>,
}

impl Accounts {
    /// Returns the score of the segments `by..by + count` for segment `of`, which must lie in the band.
    pub(super) fn get(&self, by: usize, count: usize, of: usize) -> f32 {
        let (start, first) = self.rows[by];
        self.scores[start + of - first as usize][count - 1]
    }
}

/// Both directions: how the source accounts for the target's words and the other way round.
pub(super) struct Evidence {
    pub(super) of_target: Accounts,
    pub(super) of_source: Accounts,
}

impl Evidence {
    /// Returns what pairs of types say within a band.
    pub(super) fn new(
        source: &Words,
        target: &Words,
        pairs: &[Pair],
        band: &Band,
        settings: &Settings,
    ) -> Self {
        let forward = pairs
            .iter()
            .map(|pair| (pair.source, pair.target, pair.forward));
        let backward = pairs
            .iter()
            .map(|pair| (pair.target, pair.source, pair.backward));
        let across = band.transposed();
        Self {
            of_target: accounts(source, target, forward, band, &across, settings),
            of_source: accounts(target, source, backward, &across, band, settings),
        }
    }
}

fn accounts(
    by: &Words,
    of: &Words,
    pairs: impl Iterator<Item = (u32, u32, f32)> + Clone,
    band: &Band,
    across: &Band,
    settings: &Settings,
) -> Accounts {
    let renderings = Renderings::new(by.types.len(), pairs.clone());
    let counted = counted(by, of, pairs, across, settings);
    let (segments, others) = (by.segments(), of.segments());
    // The last bead that begins in a row may end four rows on, where the band reaches further.
    let reach = |at: usize| {
        (
            *band.row(at).start(),
            (*band.row((at + LONGEST).min(segments)).end()).min(others),
        )
    };
    let mut rows = Vec::with_capacity(segments);
    let mut cells = 0;
    for at in 0..segments {
        let (low, high) = reach(at);
        rows.push((cells, as_id(low)));
        cells += high.saturating_sub(low);
    }
    let nothing = ln(settings.unexplained);
    let total = of.total().max(1) as f32;
    // (1-λ) / p for each type.
    let rarity: Vec<f32> = of
        .types
        .iter()
        .map(|kind| {
            (1.0 - settings.unexplained)
                / (settings.background * kind.count as f32 / total).max(settings.rarest)
        })
        .collect();
    let mut scores = vec![[0.0; LONGEST]; cells];
    let mut sums = vec![0.0f32; of.types.len()];
    let mut touched: Vec<(u32, &[u32])> = Vec::new();
    for at in 0..segments {
        let (low, high) = reach(at);
        if low >= high {
            continue;
        }
        let row = &mut scores[rows[at].0..rows[at].0 + high - low];
        for (cell, &base) in row.iter_mut().zip(&counted[low..high]) {
            *cell = [base * nothing; LONGEST];
        }
        let mut length = 0;
        for (extra, next) in (at..segments).take(LONGEST).enumerate() {
            let tokens = by.tokens(next);
            length += tokens.len();
            for &token in tokens {
                for &(word, probability) in renderings.of(token) {
                    let sum = &mut sums[word as usize];
                    if *sum == 0.0 {
                        let places = of.places_within(word, low, high);
                        if places.is_empty() {
                            continue;
                        }
                        touched.push((word, places));
                    }
                    *sum += probability;
                }
            }
            let per_token = 1.0 / length.max(1) as f32;
            for &(word, places) in &touched {
                let word = word as usize;
                let score =
                    ln(settings.unexplained + sums[word] * rarity[word] * per_token) - nothing;
                for &place in places {
                    row[place as usize - low][extra] += score;
                }
            }
        }
        for (word, _) in touched.drain(..) {
            sums[word as usize] = 0.0;
        }
    }
    Accounts { rows, scores }
}

/// Returns for each segment how many of its words have some possible counterpart within the band.
fn counted(
    by: &Words,
    of: &Words,
    pairs: impl Iterator<Item = (u32, u32, f32)> + Clone,
    across: &Band,
    settings: &Settings,
) -> Vec<f32> {
    let possible = pairs.filter(|&(_, _, probability)| probability > POSSIBLE);
    let counterparts = Renderings::new(
        of.types.len(),
        possible.map(|(from, to, probability)| (to, from, probability)),
    );
    (0..of.segments())
        .map(|segment| {
            let low = across.row(segment).start().saturating_sub(NEAR);
            let high = across.row(segment + 1).end() + NEAR;
            let has = |&&token: &&u32| {
                let mut known = counterparts.of(token).iter();
                known.any(|&(other, _)| !by.places_within(other, low, high).is_empty())
            };
            let tokens = of.tokens(segment);
            let counted = tokens.iter().filter(has).count();
            counted as f32 + settings.unknown * (tokens.len() - counted) as f32
        })
        .collect()
}
