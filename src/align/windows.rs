//! A long lattice is searched window by window, so that memory does not grow with the text: each window looks on beyond the place where the next one
//! begins, and the next one begins where the path is surest.

use super::band::Band;
use super::search::{Ends, Lattice};
use super::settings::{Rates, Settings};
use crate::model::Bead;

/// How many source segments a window goes on for at most.
const ROWS: usize = 400;
/// The fewest, so that there is always a bead that ends within.
const LEAST_ROWS: usize = 16;
/// How many cells a window has at most, unless its least rows hold more.
const CELLS: usize = 60_000;
/// How far a window looks on, in source segments.
const BEYOND: usize = 40;
/// A path this sure before and after a place is sure enough to be cut there.
const SURE: f64 = 0.98;

/// What a search through a whole band found.
pub(super) struct Found {
    /// The beads of the path with the most right ones to be expected.
    pub(super) beads: Vec<Bead>,
    /// How many beads of each type and how many gaps are to be expected.
    pub(super) rates: Rates,
    /// The logarithm of the sum over all paths: how well the texts fit within the band.
    pub(super) fit: f64,
}

/// Searches a band; `lattice` makes the lattice of a window of it.
pub(super) fn search(
    band: &Band,
    settings: &Settings,
    mut lattice: impl FnMut(Band, Ends) -> Lattice,
) -> Found {
    let mut found = Found {
        beads: Vec::new(),
        rates: Rates::default(),
        fit: 0.0,
    };
    let mut start = (0, 0);
    loop {
        let (cut, last) = extent(band, start.0);
        let window = band.window(start, last);
        let ends = if last == band.last() {
            Ends::Together
        } else {
            Ends::Anywhere
        };
        let lattice = lattice(window.clone(), ends);
        let posteriors = lattice.posteriors();
        let mut beads = lattice.safest_path(&posteriors, settings.risk);
        if ends == Ends::Anywhere {
            beads.truncate(surest(&beads, cut));
        }
        let Some(end) = beads.last() else {
            return found;
        };
        start = (end.source.end, end.target.end);
        found.rates = found.rates.plus(&posteriors.rates(start.0));
        found.fit += window
            .cell(start.0, start.1)
            .map_or(f64::NEG_INFINITY, |cell| posteriors.fit(cell));
        found.beads.extend(beads);
        if ends == Ends::Together {
            return found;
        }
    }
}

/// Returns the last source place at which the window that begins at `first` may be cut, and the last one it looks at.
fn extent(band: &Band, first: usize) -> (usize, usize) {
    let mut cut = first;
    let mut cells = 0;
    while cut < band.last() && cut - first < ROWS && (cells < CELLS || cut - first < LEAST_ROWS) {
        let row = band.row(cut);
        cells += row.end() + 1 - row.start();
        cut += 1;
    }
    match cut + BEYOND {
        last if last < band.last() => (cut, last),
        _ => (band.last(), band.last()),
    }
}

/// Returns how many beads come before the surest place at which a path can be cut, at or before the source place `cut` but not before the half of the
/// way there: where nothing is sure, as in a text that repeats one sentence, the next window must not begin where this one does.
fn surest(beads: &[Bead], cut: usize) -> usize {
    let first = beads.first().map_or(0, |bead| bead.source.start);
    let half = first + cut.saturating_sub(first) / 2;
    let (mut best, mut last) = (None, 0);
    for (at, pair) in beads.windows(2).enumerate() {
        if pair[0].source.end > cut {
            break;
        }
        last = at + 1;
        let sure = pair[0].probability.min(pair[1].probability).min(SURE);
        let is_better = best.is_none_or(|(other, _)| sure >= other);
        if pair[0].source.end >= half && is_better {
            best = Some((sure, at + 1));
        }
    }
    match (best, last) {
        (Some((_, place)), _) => place,
        (None, 0) => beads.len(),
        (None, last) => last,
    }
}

#[cfg(test)]
mod tests {
    use super::super::settings::BEADS;
    use super::*;

    #[test]
    fn where_nothing_is_sure_windows_go_on_all_the_same() {
        let places = 1_000;
        let settings = Settings::default();
        let mut windows = 0;
        let found = search(&Band::full(places, places), &settings, |band, ends| {
            windows += 1;
            Lattice::new(band, &BEADS, ends, &settings, |_, _| {})
        });
        let last = found.beads.last().map(|bead| bead.source.end);
        assert_eq!(last, Some(places));
        // A window of so wide a band goes on for its cells' rows, and is cut in the second half of these.
        let rows = CELLS / (places + 1);
        assert!(windows <= 2 * places / rows + 2, "{windows}");
    }
}
