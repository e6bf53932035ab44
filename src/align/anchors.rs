//! Anchors: places of a long bitext that surely belong together, so that the search need not look at everything.
//!
//! Rare words that may render each other make points; a point counts as much as it is rare and as its neighbours along the diagonal bear it out;
//! the heaviest rising chain of points is found in K log K (weighted longest increasing subsequence over a Fenwick tree; Melamed 1999). Near it, words
//! count that are rare there only, and the heaviest chain of all these is the one that holds.

use super::logarithm::ln;
use super::signal::Pair;
use super::words::{Words, as_id};

/// The most points that one pair of types may make; commoner words say little about places.
const MOST_POINTS: usize = 30;
/// How far from the first chain points are looked for again, in segments: as far as a wrong anchor may have led.
const REACH: u32 = 200;
/// How often a word may occur within reach to be rare there.
const MOST_NEAR: usize = 1;
/// The least probability of a pair of words that makes a point there.
const LEAST_STRENGTH: f32 = 0.2;
/// The side of the squares, in segments, within which points bear each other out.
const SQUARE: u32 = 8;
/// How much of a point's weight must come from its neighbours.
const LEAST_SUPPORT: f32 = 1.0;

/// Returns the corners of a rising chain from (0, 0) to the end of both texts.
pub(super) fn anchors(source: &Words, target: &Words, pairs: &[Pair]) -> Vec<(usize, usize)> {
    let coarse = chain(points(source, target, pairs), source, target);
    chain(near_points(source, target, pairs, &coarse), source, target)
}

/// Returns the corners of the heaviest rising chain of points that bear each other out.
fn chain(mut points: Vec<(u32, u32, f32)>, source: &Words, target: &Words) -> Vec<(usize, usize)> {
    merge(&mut points);
    let squares = Squares::new(&points, source.segments());
    let support = squares.support();
    let borne_out: Vec<(u32, u32, f32)> = points
        .iter()
        .filter_map(|&(i, j, weight)| {
            let around = support[squares.of(i, j)];
            (around >= weight * (1.0 + LEAST_SUPPORT)).then_some((i, j, around))
        })
        .collect();
    let mut corners = vec![(0, 0)];
    for (i, j) in heaviest_chain(&borne_out, target.segments()) {
        if corners
            .last()
            .is_some_and(|&(last_i, last_j)| i > last_i && j > last_j)
        {
            corners.push((i, j));
        }
    }
    drop_outliers(&mut corners);
    corners.push((source.segments(), target.segments()));
    corners
}

/// Returns the points (source segment, target segment, weight) of rare words.
fn points(source: &Words, target: &Words, pairs: &[Pair]) -> Vec<(u32, u32, f32)> {
    let cells = ln((source.segments() * target.segments()) as f32);
    let mut points = Vec::new();
    for pair in pairs {
        let (from, to) = (source.places(pair.source), target.places(pair.target));
        let many = from.len() * to.len() > MOST_POINTS;
        // Types that occur as often as each other do so in the same order.
        let in_order = many && from.len() == to.len() && from.len() <= MOST_POINTS;
        if many && !in_order || from.is_empty() || to.is_empty() {
            continue;
        }
        let weight = pair.forward.max(pair.backward) * (cells - ln((from.len() * to.len()) as f32));
        if weight <= 0.0 {
            continue;
        }
        if in_order {
            points.extend(from.iter().zip(to).map(|(&i, &j)| (i, j, weight)));
            continue;
        }
        points.extend(
            from.iter()
                .flat_map(|&i| to.iter().map(move |&j| (i, j, weight))),
        );
    }
    points
}

/// Returns the points of words that are rare where a first chain passes: there they are as good as words that are rare in the whole text.
fn near_points(
    source: &Words,
    target: &Words,
    pairs: &[Pair],
    corners: &[(usize, usize)],
) -> Vec<(u32, u32, f32)> {
    let diagonal = diagonal(corners);
    let mut points = Vec::new();
    for pair in pairs {
        let strength = pair.forward.max(pair.backward);
        if strength < LEAST_STRENGTH {
            continue;
        }
        let to = target.places(pair.target);
        let (mut begin, mut end) = (0, 0);
        for &i in source.places(pair.source) {
            let middle = diagonal[i as usize];
            while begin < to.len() && to[begin] + REACH < middle {
                begin += 1;
            }
            end = end.max(begin);
            while end < to.len() && to[end] <= middle + REACH {
                end += 1;
            }
            let near = &to[begin..end];
            if (1..=MOST_NEAR).contains(&near.len()) {
                let weight = strength * (ln(2.0 * REACH as f32) - ln(near.len() as f32));
                points.extend(near.iter().map(|&j| (i, j, weight)));
            }
        }
    }
    points
}

/// Returns for each source segment the target segment on the way from corner to corner.
fn diagonal(corners: &[(usize, usize)]) -> Vec<u32> {
    let mut diagonal = Vec::new();
    for pair in corners.windows(2) {
        let ((i, j), (next_i, next_j)) = (pair[0], pair[1]);
        let rows = (next_i - i).max(1);
        diagonal.extend((0..next_i - i).map(|row| as_id(j + row * (next_j - j) / rows)));
    }
    diagonal
}

/// Sorts points and makes one of those in the same place.
fn merge(points: &mut Vec<(u32, u32, f32)>) {
    points.sort_by_key(|&(i, j, _)| u64::from(i) << 32 | u64::from(j));
    points.dedup_by(|next, kept| {
        let same = (next.0, next.1) == (kept.0, kept.1);
        if same {
            kept.2 += next.2;
        }
        same
    });
}

/// The weight of points in each square that holds any, sorted row by row.
struct Squares {
    /// The square's place along the target, and its weight.
    weights: Vec<(u32, f32)>,
    /// Where each row begins.
    rows: Vec<usize>,
}

impl Squares {
    fn new(points: &[(u32, u32, f32)], sources: usize) -> Self {
        let mut all: Vec<(u64, f32)> = points
            .iter()
            .map(|&(i, j, weight)| {
                let (row, column) = (u64::from(i / SQUARE), u64::from(j / SQUARE));
                (row << 32 | column, weight)
            })
            .collect();
        all.sort_by_key(|square| square.0);
        all.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        let mut rows = Vec::with_capacity(sources / SQUARE as usize + 2);
        for (at, &(square, _)) in all.iter().enumerate() {
            while rows.len() as u64 <= square >> 32 {
                rows.push(at);
            }
        }
        rows.push(all.len());
        Self {
            weights: all
                .into_iter()
                .map(|(square, weight)| (square as u32, weight))
                .collect(),
            rows,
        }
    }

    fn row(&self, row: usize) -> &[(u32, f32)] {
        match self.rows.get(row..row + 2) {
            Some(&[from, to]) => &self.weights[from..to],
            _ => &[],
        }
    }

    /// Returns the number of the square that a point lies in.
    fn of(&self, i: u32, j: u32) -> usize {
        let row = (i / SQUARE) as usize;
        let column = j / SQUARE;
        self.rows[row] + self.row(row).partition_point(|&(other, _)| other < column)
    }

    /// Returns for each square the weight in it and those along the diagonal from it.
    fn support(&self) -> Vec<f32> {
        let mut support = Vec::with_capacity(self.weights.len());
        for row in 0..self.rows.len() - 1 {
            let here = self.row(row);
            let before = row.checked_sub(1).map_or(&[][..], |row| self.row(row));
            let after = self.row(row + 1);
            let (mut above, mut below) = (0, 0);
            for (at, &(column, weight)) in here.iter().enumerate() {
                let beside = |other: Option<&(u32, f32)>, wanted: u32| match other {
                    Some(&(column, weight)) if column == wanted => weight,
                    _ => 0.0,
                };
                above += before[above..]
                    .iter()
                    .take_while(|&&(other, _)| other + 1 < column)
                    .count();
                below += after[below..]
                    .iter()
                    .take_while(|&&(other, _)| other < column)
                    .count();
                let mut sum = weight;
                sum += beside(here.get(at + 1), column + 1);
                if let (Some(left), Some(at)) = (column.checked_sub(1), at.checked_sub(1)) {
                    sum += beside(here.get(at), left);
                }
                // The two that touch the row above end at this column, the two below begin there.
                for &(other, weight) in before[above..].iter().take(2) {
                    if other + 1 == column || other == column {
                        sum += weight;
                    }
                }
                for &(other, weight) in after[below..].iter().take(2) {
                    if other == column || other == column + 1 {
                        sum += weight;
                    }
                }
                support.push(sum);
            }
        }
        support
    }
}

/// Returns the points of the heaviest chain that rises on both sides; `points` are sorted.
fn heaviest_chain(points: &[(u32, u32, f32)], targets: usize) -> Vec<(usize, usize)> {
    // For each prefix of target segments the heaviest chain that ends in it: its weight and its last point.
    let mut tree: Vec<(f32, u32)> = vec![(0.0, u32::MAX); targets + 1];
    let mut before = vec![u32::MAX; points.len()];
    let mut weights = vec![0.0f32; points.len()];
    let mut at = 0;
    while at < points.len() {
        let row = points[at..]
            .iter()
            .take_while(|point| point.0 == points[at].0)
            .count();
        for k in at..at + row {
            let mut best = (0.0, u32::MAX);
            let mut node = points[k].1 as usize;
            while node > 0 {
                if tree[node].0 > best.0 {
                    best = tree[node];
                }
                node &= node - 1;
            }
            before[k] = best.1;
            weights[k] = best.0 + points[k].2;
        }
        for k in at..at + row {
            let mut node = points[k].1 as usize + 1;
            while node <= targets {
                if weights[k] > tree[node].0 {
                    tree[node] = (weights[k], k as u32);
                }
                node += node & node.wrapping_neg();
            }
        }
        at += row;
    }
    let mut chain = Vec::new();
    let mut last = 0;
    let mut best = 0.0;
    for (k, &weight) in weights.iter().enumerate() {
        if weight > best {
            (best, last) = (weight, k + 1);
        }
    }
    let mut next = last.checked_sub(1);
    while let Some(k) = next {
        chain.push((points[k].0 as usize, points[k].1 as usize));
        next = (before[k] != u32::MAX).then_some(before[k] as usize);
    }
    chain.reverse();
    chain
}

/// Takes out anchors that lie off the diagonal on which both neighbours lie.
fn drop_outliers(corners: &mut Vec<(usize, usize)>) {
    /// How far off, in segments.
    const OFF: i64 = 6;
    let diagonal = |&(i, j): &(usize, usize)| j as i64 - i as i64;
    let keep: Vec<bool> = (0..corners.len())
        .map(|at| {
            if at == 0 || at + 1 == corners.len() {
                return true;
            }
            let (before, here, after) = (
                diagonal(&corners[at - 1]),
                diagonal(&corners[at]),
                diagonal(&corners[at + 1]),
            );
            let off = (here - before).abs().min((here - after).abs());
            off <= OFF.max((before - after).abs())
        })
        .collect();
    let mut kept = keep.into_iter();
    corners.retain(|_| kept.next().unwrap_or(true));
}
