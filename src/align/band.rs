//! Which cells of the lattice the search looks at. A cell (i, j) is the place before source segment i and target segment j.

use std::ops::Range;

/// For each source place the range of target places that are looked at; both ends never fall, and neighbouring rows share a place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Band {
    /// First and last target place of each source place.
    rows: Vec<(u32, u32)>,
    /// Where each row's cells begin among all cells.
    starts: Vec<usize>,
    targets: usize,
}

impl Band {
    /// Returns the band that holds everything.
    pub(super) fn full(sources: usize, targets: usize) -> Self {
        Self::from_rows(vec![(0, targets as u32); sources + 1], targets)
    }

    /// Returns the band of these rows, widened where it takes that to be one.
    pub(super) fn from_rows(mut rows: Vec<(u32, u32)>, targets: usize) -> Self {
        let last = rows.len() - 1;
        rows[0].0 = 0;
        rows[last].1 = targets as u32;
        for at in 1..=last {
            rows[at].1 = rows[at].1.max(rows[at - 1].1);
        }
        for at in (0..last).rev() {
            rows[at].0 = rows[at].0.min(rows[at + 1].0);
            rows[at].1 = rows[at].1.max(rows[at + 1].0);
        }
        let mut starts = Vec::with_capacity(rows.len() + 1);
        let mut cells = 0;
        for &(low, high) in &rows {
            starts.push(cells);
            cells += (high - low) as usize + 1;
        }
        starts.push(cells);
        Self {
            rows,
            starts,
            targets,
        }
    }

    /// Returns the band of everything within `margin` places of a chain of corners, each rectangle between two corners included. Corners rise on both
    /// sides and begin at (0, 0).
    pub(super) fn around(
        corners: &[(usize, usize)],
        margin: usize,
        sources: usize,
        targets: usize,
    ) -> Self {
        let mut rows = vec![(u32::MAX, 0u32); sources + 1];
        let mut widen = |rows_of: Range<usize>, low: usize, high: usize| {
            for row in &mut rows[rows_of] {
                row.0 = row.0.min(low.saturating_sub(margin) as u32);
                row.1 = row.1.max((high + margin).min(targets) as u32);
            }
        };
        for pair in corners.windows(2) {
            let ((i, j), (next_i, next_j)) = (pair[0], pair[1]);
            let rows_of = i.saturating_sub(margin)..(next_i + margin).min(sources) + 1;
            if (next_i - i) * (next_j - j) <= LARGEST_GAP {
                widen(rows_of, j, next_j);
                continue;
            }
            // A stretch without anchors that is too large: the diagonal and what lies near it.
            let reach = (LARGEST_GAP / (next_i - i).max(1)).max(LEAST_REACH);
            let slope = (next_j - j) as f64 / (next_i - i).max(1) as f64;
            let step = slope.ceil() as usize;
            for row in rows_of {
                let middle = j + ((row.clamp(i, next_i) - i) as f64 * slope) as usize;
                widen(
                    row..row + 1,
                    middle.saturating_sub(reach),
                    middle + step + reach,
                );
            }
        }
        Self::from_rows(rows, targets)
    }

    /// Returns how many cells there are.
    pub(super) fn cells(&self) -> usize {
        self.starts[self.rows.len()]
    }

    /// Returns the number of source places, one more than there are source segments.
    pub(super) fn rows(&self) -> usize {
        self.rows.len()
    }

    /// Returns the target places of a source place, both ends included.
    pub(super) fn row(&self, i: usize) -> std::ops::RangeInclusive<usize> {
        self.rows[i].0 as usize..=self.rows[i].1 as usize
    }

    /// Returns the number of a cell, if it lies in the band.
    pub(super) fn cell(&self, i: usize, j: usize) -> Option<usize> {
        let &(low, high) = self.rows.get(i)?;
        let inside = (low as usize..=high as usize).contains(&j);
        inside.then(|| self.starts[i] + j - low as usize)
    }

    /// Returns the band seen from the other side.
    pub(super) fn transposed(&self) -> Self {
        let mut rows = vec![(u32::MAX, 0u32); self.targets + 1];
        for (i, &(low, high)) in self.rows.iter().enumerate() {
            for row in &mut rows[low as usize..=high as usize] {
                row.0 = row.0.min(i as u32);
                row.1 = row.1.max(i as u32);
            }
        }
        Self::from_rows(rows, self.rows.len() - 1)
    }
}

/// The largest stretch between two anchors that is searched whole, in cells.
const LARGEST_GAP: usize = 120 * 120;
/// How far from the diagonal a longer stretch is searched at least.
const LEAST_REACH: usize = 30;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_band_can_be_walked_from_corner_to_corner() {
        for corners in [
            vec![(0, 0), (3, 50), (60, 51), (100, 100)],
            vec![(0, 0), (100, 100)],
            vec![(0, 0), (0, 100), (100, 100)],
        ] {
            let band = Band::around(&corners, 2, 100, 100);
            assert!(band.cell(0, 0).is_some() && band.cell(100, 100).is_some());
            for i in 1..=100 {
                assert!(band.row(i).start() <= band.row(i - 1).end());
                assert!(band.row(i).start() >= band.row(i - 1).start());
                assert!(band.row(i).end() >= band.row(i - 1).end());
            }
            assert_eq!(band.transposed().transposed(), band);
        }
    }
}
