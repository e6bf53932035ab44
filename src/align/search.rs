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
    pub(super) band: Band,
    scores: Vec<[f32; BEADS.len()]>,
}

/// What a path is in when it reaches a cell: after a link, in a gap of source segments, in a gap of target segments.
const STATES: usize = 3;
const NEVER: f64 = f64::NEG_INFINITY;

impl Lattice {
    /// Returns the lattice of the beads within a band, with `score` of the bead of `p` source segments from `i` and `q` target segments from `j`.
    pub(super) fn new(
        band: Band,
        mut score: impl FnMut(usize, (usize, usize), (usize, usize)) -> f32,
    ) -> Self {
        let mut scores = Vec::with_capacity(band.cells());
        for i in 0..band.rows() {
            for j in band.row(i) {
                scores.push(std::array::from_fn(|bead| {
                    let (p, q) = BEADS[bead];
                    match band.cell(i + p, j + q) {
                        Some(_) => score(bead, (i, p), (j, q)),
                        None => f32::NEG_INFINITY,
                    }
                }));
            }
        }
        Self { band, scores }
    }

    fn forward(&self, gaps: &Gaps, scale: f64) -> Vec<[f64; STATES]> {
        let band = &self.band;
        let mut values = vec![[NEVER; STATES]; band.cells()];
        // The sum over the states of each cell.
        let mut sums = vec![NEVER; band.cells()];
        for i in 0..band.rows() {
            for j in band.row(i) {
                let Some(cell) = band.cell(i, j) else {
                    continue;
                };
                if (i, j) == (0, 0) {
                    values[cell][0] = 0.0;
                    sums[cell] = 0.0;
                    continue;
                }
                let mut here = [NEVER; STATES];
                for (bead, &(p, q)) in BEADS.iter().enumerate() {
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
        for i in (0..band.rows()).rev() {
            for j in band.row(i).rev() {
                let Some(cell) = band.cell(i, j) else {
                    continue;
                };
                if i + 1 == band.rows() && j == *band.row(i).end() {
                    values[cell] = [0.0; STATES];
                    continue;
                }
                let mut link = NEVER;
                for (bead, &(p, q)) in BEADS.iter().enumerate() {
                    if let Some(after) = band.cell(i + p, j + q) {
                        link = add(
                            link,
                            values[after][0] + f64::from(self.scores[cell][bead]) * scale,
                        );
                    }
                }
                let source_gap = band.cell(i + 1, j).map_or(NEVER, |after| values[after][1]);
                let target_gap = band.cell(i, j + 1).map_or(NEVER, |after| values[after][2]);
                values[cell] = [
                    add(link, gaps.open + add(source_gap, target_gap)),
                    add(link, gaps.extend + add(source_gap, target_gap)),
                    add(link, gaps.extend + target_gap),
                ];
            }
        }
        values
    }

    /// Returns the logarithm of the sum over all paths: how well the texts fit within the band.
    pub(super) fn total(&self, settings: &Settings) -> f64 {
        let scale = 1.0 / settings.temperature;
        let backward = self.backward(&Gaps::new(settings, scale), scale);
        self.band.cell(0, 0).map_or(NEVER, |cell| backward[cell][0])
    }

    /// Returns the probabilities of all beads and of leaving out each segment, over all paths.
    pub(super) fn posteriors(&self, settings: &Settings) -> Posteriors {
        let scale = 1.0 / settings.temperature;
        let gaps = Gaps::new(settings, scale);
        let band = &self.band;
        let forward = self.forward(&gaps, scale);
        let backward = self.backward(&gaps, scale);
        let rows = band.rows();
        let (sources, targets) = (rows - 1, *band.row(rows - 1).end());
        let mut posteriors = Posteriors {
            links: vec![[0.0; BEADS.len()]; band.cells()],
            source_gaps: vec![0.0; sources],
            target_gaps: vec![0.0; targets],
            rates: Rates::default(),
        };
        let whole = band.cell(0, 0).map_or(NEVER, |cell| backward[cell][0]);
        for i in 0..rows {
            for j in band.row(i) {
                let Some(cell) = band.cell(i, j) else {
                    continue;
                };
                let [linked, source_gap, target_gap] = forward[cell];
                let any = add(add(linked, source_gap), target_gap) - whole;
                for (bead, &(p, q)) in BEADS.iter().enumerate() {
                    if let Some(after) = band.cell(i + p, j + q) {
                        let log =
                            any + f64::from(self.scores[cell][bead]) * scale + backward[after][0];
                        let probability = probability(log);
                        posteriors.links[cell][bead] = probability as f32;
                        posteriors.rates.links[bead] += probability;
                    }
                }
                if let Some(after) = band.cell(i + 1, j) {
                    let log = add(linked + gaps.open, source_gap + gaps.extend)
                        + backward[after][1]
                        - whole;
                    posteriors.source_gaps[i] += probability(log);
                    posteriors.rates.gaps +=
                        probability(linked + gaps.open + backward[after][1] - whole);
                }
                if let Some(after) = band.cell(i, j + 1) {
                    let log = add(
                        linked + gaps.open,
                        add(source_gap, target_gap) + gaps.extend,
                    ) + backward[after][2]
                        - whole;
                    posteriors.target_gaps[j] += probability(log);
                    posteriors.rates.gaps +=
                        probability(linked + gaps.open + backward[after][2] - whole);
                }
            }
        }
        posteriors
    }

    /// Returns the beads of the path with the most right ones to be expected, each with its probability (minimum Bayes risk decoding): a link counts its
    /// probability less `risk`, a left-out segment likewise.
    pub(super) fn safest_path(&self, posteriors: &Posteriors, risk: f64) -> Vec<Bead> {
        let band = &self.band;
        let mut values = vec![(NEVER, (0u8, 0u8)); band.cells()];
        for i in 0..band.rows() {
            for j in band.row(i) {
                let Some(cell) = band.cell(i, j) else {
                    continue;
                };
                if (i, j) == (0, 0) {
                    values[cell].0 = 0.0;
                    continue;
                }
                let mut best = (NEVER, (0, 0));
                let mut take = |value: f64, step: (u8, u8)| {
                    if value > best.0 {
                        best = (value, step);
                    }
                };
                for (bead, &(p, q)) in BEADS.iter().enumerate() {
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
                        values[before].0 + posteriors.source_gaps[i - 1] - risk,
                        (1, 0),
                    );
                }
                if let Some(before) = j.checked_sub(1).and_then(|j| band.cell(i, j)) {
                    take(
                        values[before].0 + posteriors.target_gaps[j - 1] - risk,
                        (0, 1),
                    );
                }
                values[cell] = best;
            }
        }
        let mut beads = Vec::new();
        let (mut i, mut j) = (band.rows() - 1, *band.row(band.rows() - 1).end());
        while let Some(cell) = band.cell(i, j) {
            let (p, q) = (usize::from(values[cell].1.0), usize::from(values[cell].1.1));
            if (p, q) == (0, 0) {
                break;
            }
            (i, j) = (i - p, j - q);
            let probability = match (p, q) {
                (_, 0) => posteriors.source_gaps[i],
                (0, _) => posteriors.target_gaps[j],
                _ => {
                    let bead = BEADS.iter().position(|&bead| bead == (p, q)).unwrap_or(0);
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
}

/// The probability of every bead of a lattice.
pub(super) struct Posteriors {
    links: Vec<[f32; BEADS.len()]>,
    source_gaps: Vec<f64>,
    target_gaps: Vec<f64>,
    /// How many beads of each type and how many gaps are to be expected.
    pub(super) rates: Rates,
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
