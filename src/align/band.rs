//! Which cells of the lattice the search looks at. A cell (i, j) is the place before source segment i and target segment j.

use std::ops::Range;

use super::settings::LONGEST;
use super::words::as_id;

/// A place of both sides that paths pass, or pass near.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Corner {
    /// The source and the target place.
    pub(super) at: (usize, usize),
    /// How far from it paths may pass, in segments.
    pub(super) margin: usize,
}

impl Corner {
    /// Returns these places with the same margin for each.
    pub(super) fn all(places: &[(usize, usize)], margin: usize) -> Vec<Self> {
        places.iter().map(|&at| Self { at, margin }).collect()
    }
}

/// For each source place the range of target places that are looked at; both ends never fall, and neighbouring rows share a place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Band {
    /// The first source place.
    first: usize,
    /// First and last target place of each source place.
    rows: Vec<(u32, u32)>,
    /// Where each row's cells begin among all cells.
    starts: Vec<usize>,
}

impl Band {
    /// Returns the band that holds everything.
    pub(super) fn full(sources: usize, targets: usize) -> Self {
        Self::from_rows(vec![(0, as_id(targets)); sources + 1], targets)
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
        Self::of(0, rows)
    }

    fn of(first: usize, rows: Vec<(u32, u32)>) -> Self {
        let mut starts = Vec::with_capacity(rows.len() + 1);
        let mut cells = 0;
        for &(low, high) in &rows {
            starts.push(cells);
            cells += (high - low) as usize + 1;
        }
        starts.push(cells);
        Self {
            first,
            rows,
            starts,
        }
    }

    /// Returns the band of everything within some places of a chain of corners, each rectangle between two corners included. Each corner has its own
    /// margin; between two the wider one counts. Corners rise on both sides and begin at (0, 0).
    pub(super) fn around(corners: &[Corner], sources: usize, targets: usize) -> Self {
        let mut rows = vec![(u32::MAX, 0u32); sources + 1];
        let mut widen = |rows_of: Range<usize>, (low, high): (usize, usize), margin: usize| {
            for row in &mut rows[rows_of] {
                row.0 = row.0.min(low.saturating_sub(margin) as u32);
                row.1 = row.1.max((high + margin).min(targets) as u32);
            }
        };
        for pair in corners.windows(2) {
            let ((i, j), (next_i, next_j)) = (pair[0].at, pair[1].at);
            let margin = pair[0].margin.max(pair[1].margin);
            let rows_of = i.saturating_sub(margin)..(next_i + margin).min(sources) + 1;
            if (next_i - i) * (next_j - j) <= LARGEST_GAP {
                widen(rows_of, (j, next_j), margin);
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
                    (middle.saturating_sub(reach), middle + step + reach),
                    margin,
                );
            }
        }
        Self::from_rows(rows, targets)
    }

    /// Returns the part of the band that paths from the cell `start` to the source place `last` can reach.
    pub(super) fn window(&self, start: (usize, usize), last: usize) -> Self {
        let rows = &self.rows[start.0 - self.first..=last - self.first];
        let from = as_id(start.1);
        let rows = rows.iter().map(|&(low, high)| (low.max(from), high));
        Self::of(start.0, rows.collect())
    }

    /// Returns how many cells there are.
    pub(super) fn cells(&self) -> usize {
        self.starts[self.rows.len()]
    }

    /// Returns the source places, one more than there are source segments.
    pub(super) fn places(&self) -> std::ops::Range<usize> {
        self.first..self.first + self.rows.len()
    }

    /// Returns the last source place.
    pub(super) fn last(&self) -> usize {
        self.first + self.rows.len() - 1
    }

    /// Returns the target places of a source place, both ends included.
    pub(super) fn row(&self, i: usize) -> std::ops::RangeInclusive<usize> {
        let (low, high) = self.rows[i - self.first];
        low as usize..=high as usize
    }

    /// Returns a row and those after it that a bead from there may reach; those beyond the last have no cells.
    pub(super) fn rows_after(&self, i: usize) -> [Row; LONGEST + 1] {
        std::array::from_fn(|p| {
            let row = i + p - self.first;
            let &(low, high) = self.rows.get(row).unwrap_or(&(0, 0));
            Row {
                low: low as usize,
                start: self.starts[row.min(self.rows.len())],
                cells: if row < self.rows.len() {
                    (high - low) as usize + 1
                } else {
                    0
                },
            }
        })
    }

    /// Returns the number of a cell, if it lies in the band.
    pub(super) fn cell(&self, i: usize, j: usize) -> Option<usize> {
        let row = i.wrapping_sub(self.first);
        let &(low, high) = self.rows.get(row)?;
        let inside = (low as usize..=high as usize).contains(&j);
        inside.then(|| self.starts[row] + j - low as usize)
    }

    /// Returns the band seen from the other side.
    pub(super) fn transposed(&self) -> Self {
        let (first, last) = (self.rows[0].0, self.rows[self.rows.len() - 1].1);
        let mut rows = vec![(u32::MAX, 0u32); (last - first) as usize + 1];
        for (i, &(low, high)) in (as_id(self.first)..).zip(&self.rows) {
            for row in &mut rows[(low - first) as usize..=(high - first) as usize] {
                row.0 = row.0.min(i);
                row.1 = row.1.max(i);
            }
        }
        Self::of(first as usize, rows)
    }
}

/// The cells of one source place.
#[derive(Clone, Copy)]
pub(super) struct Row {
    low: usize,
    start: usize,
    cells: usize,
}

impl Row {
    /// Returns the number of the cell at a target place, if it lies in the band.
    #[inline]
    pub(super) fn cell(&self, j: usize) -> Option<usize> {
        let at = j.wrapping_sub(self.low);
        (at < self.cells).then(|| self.start + at)
    }

    /// Returns its target places, each with the number of its cell.
    pub(super) fn places(self) -> impl DoubleEndedIterator<Item = (usize, usize)> {
        (0..self.cells).map(move |at| (self.low + at, self.start + at))
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
            let band = Band::around(&Corner::all(&corners, 2), 100, 100);
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
