//! The search: the path with the most right beads to be expected through a lattice of beads, and the probability of every bead over all paths.
//!
//! Dynamic programming over bead types with an affine gap for text left out (Gotoh 1982): opening a gap costs, going on is cheap. Within a gap
//! the source's segments come before the target's, so that each set of beads is one path. Posteriors by the forward-backward algorithm over the
//! same lattice. The search knows scores, never signals.

use super::band::Band;
use super::logarithm::exp;
use super::settings::{BEADS, Rates, Settings};
use super::wide::Wide;
use crate::model::Bead;

/// Weights of all beads that begin in the cells of a band; zero where a bead cannot be.
pub(super) struct Lattice {
    band: Band,
    /// The bead types that are searched.
    beads: &'static [(usize, usize)],
    weights: Vec<[f32; BEADS.len()]>,
    gaps: Gaps,
    /// Where every path ends.
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

/// Sums over the paths to or from a cell by what a path is in there: after a link, in a gap of source segments, in a gap of target segments.
type States = [Wide; 3];
const NONE: States = [Wide::ZERO; 3];
const NEVER: f64 = f64::NEG_INFINITY;

impl Lattice {
    /// Returns the lattice of beads of these types within a band. `score` gives each what speaks for the bead of its type that begins with source
    /// segment `i` and target segment `j`; of a bead that cannot be it leaves negative infinity. `beads` are the first of [`BEADS`].
    pub(super) fn new(
        band: Band,
        beads: &'static [(usize, usize)],
        ends: Ends,
        settings: &Settings,
        mut score: impl FnMut((usize, usize), &mut [f32]),
    ) -> Self {
        let scale = (1.0 / settings.temperature) as f32;
        let mut weights = Vec::with_capacity(band.cells());
        for i in band.places() {
            let after = band.rows_after(i);
            for j in band.row(i) {
                let mut here = [f32::NEG_INFINITY; BEADS.len()];
                for (bead, &(p, q)) in beads.iter().enumerate() {
                    if after[p].cell(j + q).is_some() {
                        here[bead] = 0.0;
                    }
                }
                score((i, j), &mut here[..beads.len()]);
                weights.push(here.map(|score| exp(score * scale)));
            }
        }
        Self {
            band,
            beads,
            weights,
            gaps: Gaps::new(settings),
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

    /// Returns for each cell the sum over the paths from there to an end, by what a path is in.
    fn backward(&self) -> Vec<States> {
        let (band, gaps) = (&self.band, &self.gaps);
        let mut values = vec![NONE; band.cells()];
        for cell in self.ends().filter_map(|(i, j)| band.cell(i, j)) {
            values[cell] = [Wide::ONE; 3];
        }
        for i in band.places().rev() {
            let rows = band.rows_after(i);
            let mut target_gap = Wide::ZERO;
            for (j, cell) in rows[0].places().rev() {
                let mut link = Wide::ZERO;
                for (&(p, q), &weight) in self.beads.iter().zip(&self.weights[cell]) {
                    if let Some(after) = rows[p].cell(j + q) {
                        link = link.plus(values[after][0].times(weight.into()));
                    }
                }
                let source_gap = rows[1].cell(j).map_or(Wide::ZERO, |after| values[after][1]);
                let any_gap = source_gap.plus(target_gap);
                let after = [
                    link.plus(any_gap.times(gaps.open)),
                    link.plus(any_gap.times(gaps.extend)),
                    link.plus(target_gap.times(gaps.extend)),
                ];
                let end = values[cell][0];
                values[cell] = after.map(|after| after.plus(end).settled());
                target_gap = values[cell][2];
            }
        }
        values
    }

    /// Returns the probabilities of all beads and of leaving out each segment, over all paths.
    pub(super) fn posteriors(&self) -> Posteriors {
        let (band, gaps) = (&self.band, &self.gaps);
        let backward = self.backward();
        let start = self.start();
        let mut posteriors = Posteriors {
            links: vec![[0.0; BEADS.len()]; band.cells()],
            start,
            forward: vec![Wide::ZERO; band.cells()],
            source_gaps: vec![0.0; band.last() - start.0],
            target_gaps: vec![0.0; *band.row(band.last()).end() - start.1],
            rates: vec![Rates::default(); band.last() - start.0 + 1],
        };
        let Some(first) = band.cell(start.0, start.1) else {
            return posteriors;
        };
        let whole = backward[first][0];
        let mut forward = vec![NONE; band.cells()];
        forward[first][0] = Wide::ONE;
        for (row, i) in band.places().enumerate() {
            let rows = band.rows_after(i);
            let rates = &mut posteriors.rates[row];
            for (j, cell) in rows[0].places() {
                let [linked, source_gap, target_gap] = forward[cell].map(Wide::settled);
                let any = linked.plus(source_gap).plus(target_gap).settled();
                posteriors.forward[cell] = any;
                for (bead, &(p, q)) in self.beads.iter().enumerate() {
                    if let Some(after) = rows[p].cell(j + q) {
                        let to = any.times(self.weights[cell][bead].into());
                        forward[after][0] = forward[after][0].plus(to);
                        let probability = to.share(backward[after][0], whole);
                        posteriors.links[cell][bead] = probability as f32;
                        rates.links[bead] += probability;
                    }
                }
                let opened = linked.times(gaps.open);
                if let Some(after) = rows[1].cell(j) {
                    let to = opened.plus(source_gap.times(gaps.extend));
                    forward[after][1] = to;
                    posteriors.source_gaps[row] += to.share(backward[after][1], whole);
                    rates.gaps += opened.share(backward[after][1], whole);
                }
                if let Some(after) = rows[0].cell(j + 1) {
                    let to = opened.plus(source_gap.plus(target_gap).times(gaps.extend));
                    forward[after][2] = to;
                    posteriors.target_gaps[j - start.1] += to.share(backward[after][2], whole);
                    rates.gaps += opened.share(backward[after][2], whole);
                }
            }
        }
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
                    let possible = |&before: &usize| self.weights[before][bead] > 0.0;
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
    forward: Vec<Wide>,
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
        self.forward[cell].ln()
    }
}

/// What going into a gap, and going on in one, weighs.
struct Gaps {
    open: f64,
    extend: f64,
}

impl Gaps {
    fn new(settings: &Settings) -> Self {
        let weight = |score: f32| (f64::from(score) / settings.temperature).exp();
        Self {
            open: weight(settings.gap_open),
            extend: weight(settings.gap_extend),
        }
    }
}
