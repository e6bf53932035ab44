//! The search: the path with the most right beads to be expected through a lattice of beads, and the probability of every bead over all paths.
//!
//! Dynamic programming over bead types with an affine gap for text left out (Gotoh 1982): opening a gap costs, going on is cheap. Within a gap
//! the source's segments come before the target's, so that each set of beads is one path. Posteriors by the forward-backward algorithm over the
//! same lattice. The search knows scores, never signals.

use super::band::Band;
use super::logarithm::add;
use super::settings::{BEADS, Rates, Settings};
use crate::model::Bead;

/// Scores of all beads that begin in the cells of a band; negative infinity where a bead cannot be.
pub(super) struct Lattice {
    band: Band,
    /// The bead types that are searched.
    beads: &'static [(usize, usize)],
    scores: Vec<[f32; BEADS.len()]>,
    /// Whether every path ends in the last cell, or in any cell of the last row.
    ends: Ends,
}

/// Where the paths through a lattice end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ends {
    /// In the last cell.
    Together,
    /// In any cell of the last row.
    Anywhere,
}

/// What a path is in when it reaches a cell: after a link, in a gap of source segments, in a gap of target segments.
const STATES: usize = 3;
const NEVER: f64 = f64::NEG_INFINITY;

impl Lattice {
    /// Returns the lattice of beads of these types within a band, with `score` of the bead of `p` source segments from `i` and `q` target segments
    /// from `j`. `beads` are the first of [`BEADS`].
    pub(super) fn new(
        band: Band,
        beads: &'static [(usize, usize)],
        ends: Ends,
        mut score: impl FnMut(usize, (usize, usize), (usize, usize)) -> f32,
    ) -> Self {
        let mut scores = Vec::with_capacity(band.cells());
        for i in band.places() {
            for j in band.row(i) {
                let mut here = [f32::NEG_INFINITY; BEADS.len()];
                for (bead, &(p, q)) in beads.iter().enumerate() {
                    if band.cell(i + p, j + q).is_some() {
                        here[bead] = score(bead, (i, p), (j, q));
                    }
                }
                scores.push(here);
            }
        }
        Self {
            band,
            beads,
            scores,
            ends,
        }
    }

    /// Returns the cell in which every path begins.
    fn start(&self) -> (usize, usize) {
        let first = self.band.places().start;
        (first, *self.band.row(first).start())
    }

    /// Returns the cells in which paths may end.
    fn ends(&self) -> impl Iterator<Item = (usize, usize)> {
        let last = self.band.last();
        let row = self.band.row(last);
        let from = match self.ends {
            Ends::Together => *row.end(),
            Ends::Anywhere => *row.start(),
        };
        (from..=*row.end()).map(move |j| (last, j))
    }

    fn forward(&self, gaps: &Gaps, scale: f64) -> Vec<[f64; STATES]> {
        let band = &self.band;
        let mut values = vec![[NEVER; STATES]; band.cells()];
        // The sum over the states of each cell.
        let mut sums = vec![NEVER; band.cells()];
        for i in band.places() {
            for j in band.row(i) {
                let Some(cell) = band.cell(i, j) else {
                    continue;
                };
                if (i, j) == self.start() {
                    values[cell][0] = 0.0;
                    sums[cell] = 0.0;
                    continue;
                }
                let mut here = [NEVER; STATES];
                for (bead, &(p, q)) in self.beads.iter().enumerate() {
                    let before = i
                        .checked_sub(p)
                        .zip(j.checked_sub(q))
                        .and_then(|(i, j)| band.cell(i, j));
                    if let Some(before) = before {
                        let value = sums[before] + f64::from(self.scores[before][bead]) * scale;
                        here[0] = add(here[0], value);
                    }
                }
                if let Some(before) = i.checked_sub(1).and_then(|i| band.cell(i, j)) {
                    let [linked, source_gap, _] = values[before];
                    here[1] = add(linked + gaps.open, source_gap + gaps.extend);
                }
                if let Some(before) = j.checked_sub(1).and_then(|j| band.cell(i, j)) {
                    let [linked, source_gap, target_gap] = values[before];
                    here[2] = add(
                        linked + gaps.open,
                        add(source_gap, target_gap) + gaps.extend,
                    );
                }
                sums[cell] = add(here[0], add(here[1], here[2]));
                values[cell] = here;
            }
        }
        values
    }

    fn backward(&self, gaps: &Gaps, scale: f64) -> Vec<[f64; STATES]> {
        let band = &self.band;
        let mut values = vec![[NEVER; STATES]; band.cells()];
        for cell in self.ends().filter_map(|(i, j)| band.cell(i, j)) {
            values[cell] = [0.0; STATES];
        }
        for i in band.places().rev() {
            for j in band.row(i).rev() {
                let Some(cell) = band.cell(i, j) else {
                    continue;
                };
                let mut link = NEVER;
                for (bead, &(p, q)) in self.beads.iter().enumerate() {
                    if let Some(after) = band.cell(i + p, j + q) {
                        link = add(
                            link,
                            values[after][0] + f64::from(self.scores[cell][bead]) * scale,
                        );
                    }
                }
                let source_gap = band.cell(i + 1, j).map_or(NEVER, |after| values[after][1]);
                let target_gap = band.cell(i, j + 1).map_or(NEVER, |after| values[after][2]);
                let after = [
                    add(link, gaps.open + add(source_gap, target_gap)),
                    add(link, gaps.extend + add(source_gap, target_gap)),
                    add(link, gaps.extend + target_gap),
                ];
                values[cell] = after.map(|after| add(values[cell][0], after));
            }
        }
        values
    }

    /// Returns the probabilities of all beads and of leaving out each segment, over all paths.
    pub(super) fn posteriors(&self, settings: &Settings) -> Posteriors {
        let scale = 1.0 / settings.temperature;
        let gaps = Gaps::new(settings, scale);
        let band = &self.band;
        let forward = self.forward(&gaps, scale);
        let backward = self.backward(&gaps, scale);
        let start = self.start();
        let mut posteriors = Posteriors {
            links: vec![[0.0; BEADS.len()]; band.cells()],
            start,
            forward: Vec::new(),
            source_gaps: vec![0.0; band.last() - start.0],
            target_gaps: vec![0.0; *band.row(band.last()).end() - start.1],
            rates: vec![Rates::default(); band.last() - start.0 + 1],
        };
        let whole = band
            .cell(start.0, start.1)
            .map_or(NEVER, |cell| backward[cell][0]);
        for (row, i) in band.places().enumerate() {
            let rates = &mut posteriors.rates[row];
            for j in band.row(i) {
                let Some(cell) = band.cell(i, j) else {
                    continue;
                };
                let [linked, source_gap, target_gap] = forward[cell];
                let any = add(add(linked, source_gap), target_gap) - whole;
                for (bead, &(p, q)) in self.beads.iter().enumerate() {
                    if let Some(after) = band.cell(i + p, j + q) {
                        let log =
                            any + f64::from(self.scores[cell][bead]) * scale + backward[after][0];
                        let probability = probability(log);
                        posteriors.links[cell][bead] = probability as f32;
                        rates.links[bead] += probability;
                    }
                }
                if let Some(after) = band.cell(i + 1, j) {
                    let log = add(linked + gaps.open, source_gap + gaps.extend)
                        + backward[after][1]
                        - whole;
                    posteriors.source_gaps[row] += probability(log);
                    rates.gaps += probability(linked + gaps.open + backward[after][1] - whole);
                }
                if let Some(after) = band.cell(i, j + 1) {
                    let log = add(
                        linked + gaps.open,
                        add(source_gap, target_gap) + gaps.extend,
                    ) + backward[after][2]
                        - whole;
                    posteriors.target_gaps[j - start.1] += probability(log);
                    rates.gaps += probability(linked + gaps.open + backward[after][2] - whole);
                }
            }
        }
        posteriors.forward = forward;
        posteriors
    }

    /// Returns the beads of the path with the most right ones to be expected, each with its probability (minimum Bayes risk decoding): a link counts its
    /// probability less `risk`, a left-out segment likewise.
    pub(super) fn safest_path(&self, posteriors: &Posteriors, risk: f64) -> Vec<Bead> {
        let band = &self.band;
        let start = self.start();
        let mut values = vec![(NEVER, (0u8, 0u8)); band.cells()];
        for i in band.places() {
            for j in band.row(i) {
                let Some(cell) = band.cell(i, j) else {
                    continue;
                };
                if (i, j) == self.start() {
                    values[cell].0 = 0.0;
                    continue;
                }
                let mut best = (NEVER, (0, 0));
                let mut take = |value: f64, step: (u8, u8)| {
                    if value > best.0 {
                        best = (value, step);
                    }
                };
                for (bead, &(p, q)) in self.beads.iter().enumerate() {
                    let before = i
                        .checked_sub(p)
                        .zip(j.checked_sub(q))
                        .and_then(|(i, j)| band.cell(i, j));
                    let possible = |&before: &usize| self.scores[before][bead] > f32::NEG_INFINITY;
                    if let Some(before) = before.filter(possible) {
                        let gain = f64::from(posteriors.links[before][bead]) - risk;
                        take(values[before].0 + gain, (p as u8, q as u8));
                    }
                }
                if let Some(before) = i.checked_sub(1).and_then(|i| band.cell(i, j)) {
                    take(
                        values[before].0 + posteriors.source_gaps[i - 1 - start.0] - risk,
                        (1, 0),
                    );
                }
                if let Some(before) = j.checked_sub(1).and_then(|j| band.cell(i, j)) {
                    take(
                        values[before].0 + posteriors.target_gaps[j - 1 - start.1] - risk,
                        (0, 1),
                    );
                }
                values[cell] = best;
            }
        }
        let mut beads = Vec::new();
        let (mut i, mut j) = self.best_end(&values);
        while let Some(cell) = band.cell(i, j) {
            let (p, q) = (usize::from(values[cell].1.0), usize::from(values[cell].1.1));
            if (p, q) == (0, 0) {
                break;
            }
            (i, j) = (i - p, j - q);
            let probability = match (p, q) {
                (_, 0) => posteriors.source_gaps[i - start.0],
                (0, _) => posteriors.target_gaps[j - start.1],
                _ => {
                    let bead = self.beads.iter().position(|&bead| bead == (p, q));
                    let bead = bead.unwrap_or(0);
                    band.cell(i, j)
                        .map_or(0.0, |cell| f64::from(posteriors.links[cell][bead]))
                }
            };
            beads.push(Bead {
                source: i..i + p,
                target: j..j + q,
                probability: probability.clamp(0.0, 1.0),
            });
        }
        beads.reverse();
        beads
    }

    /// Returns the end of the best path.
    fn best_end(&self, values: &[(f64, (u8, u8))]) -> (usize, usize) {
        let mut best = (NEVER, self.start());
        for (i, j) in self.ends() {
            let value = self.band.cell(i, j).map_or(NEVER, |cell| values[cell].0);
            if value > best.0 {
                best = (value, (i, j));
            }
        }
        best.1
    }
}

/// The probability of every bead of a lattice.
pub(super) struct Posteriors {
    links: Vec<[f32; BEADS.len()]>,
    start: (usize, usize),
    forward: Vec<[f64; STATES]>,
    source_gaps: Vec<f64>,
    target_gaps: Vec<f64>,
    /// For each source place how many beads of each type and how many gaps that begin there are to be expected.
    rates: Vec<Rates>,
}

impl Posteriors {
    /// Returns how many beads of each type and how many gaps are to be expected before a source place.
    pub(super) fn rates(&self, before: usize) -> Rates {
        let rows = &self.rates[..before - self.start.0];
        rows.iter()
            .fold(Rates::default(), |sum, rates| sum.plus(rates))
    }

    /// Returns the logarithm of the sum over all paths to a cell, by its number in the band: how well the texts before it fit.
    pub(super) fn fit(&self, cell: usize) -> f64 {
        let [linked, source_gap, target_gap] = self.forward[cell];
        add(linked, add(source_gap, target_gap))
    }
}

struct Gaps {
    open: f64,
    extend: f64,
}

impl Gaps {
    fn new(settings: &Settings, scale: f64) -> Self {
        Self {
            open: f64::from(settings.gap_open) * scale,
            extend: f64::from(settings.gap_extend) * scale,
        }
    }
}

/// Returns the probability of a logarithm; what is next to impossible counts nothing.
fn probability(log: f64) -> f64 {
    const LEAST: f64 = -20.0;
    if log > LEAST { log.exp().min(1.0) } else { 0.0 }
}
