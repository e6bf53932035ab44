//! In which ways the segments of a bead can share its content: like stairs.
//!
//! In a bead of two and two segments the first of one side renders the first of the other and a part of the second, which is why the four cannot be
//! two beads. Which segments account for which is then a chain of pairs from the first to the last, each step moving on by a segment on one side; a
//! segment is accounted for by those it meets in the chain, not by the whole bead, whose many words would explain each of its own only thinly.

use std::ops::Range;

use super::evidence::Evidence;
use super::settings::{BEADS, LONGEST};

/// The most segments on the longer side of a bead with more than one chain.
pub(super) const MOST: usize = 3;

/// One chain of pairs: for each segment of a side the first segment of the other that it meets and how many.
pub(super) struct Stairs {
    of_target: Vec<(usize, usize)>,
    of_source: Vec<(usize, usize)>,
}

impl Stairs {
    /// Returns all chains of every bead type.
    pub(super) fn of_beads() -> [Vec<Self>; BEADS.len()] {
        BEADS.map(|(p, q)| {
            let mut found = Vec::new();
            climb(&mut vec![(0, 0)], (p, q), &mut found);
            found
        })
    }

    fn new(chain: &[(usize, usize)], (p, q): (usize, usize)) -> Self {
        let met = |met: Vec<usize>| (met[0], met.len());
        let by = |of: usize| {
            chain
                .iter()
                .filter(move |pair| pair.1 == of)
                .map(|pair| pair.0)
        };
        let of = |by: usize| {
            chain
                .iter()
                .filter(move |pair| pair.0 == by)
                .map(|pair| pair.1)
        };
        Self {
            of_target: (0..q).map(|at| met(by(at).collect())).collect(),
            of_source: (0..p).map(|at| met(of(at).collect())).collect(),
        }
    }
}

/// What the segments from one cell on account for, on both sides.
pub(super) struct Foot<'e> {
    /// From each of the first source segments how well they account for the target's.
    of_target: [&'e [[f32; LONGEST]]; MOST],
    of_source: [&'e [[f32; LONGEST]]; MOST],
}

impl<'e> Foot<'e> {
    /// Returns the foot of all beads that begin with source segment `i` and target segment `j`.
    pub(super) fn new(evidence: &'e Evidence, i: usize, j: usize) -> Self {
        Self {
            of_target: std::array::from_fn(|by| evidence.of_target.from(i + by, j)),
            of_source: std::array::from_fn(|by| evidence.of_source.from(j + by, i)),
        }
    }

    /// Returns what the words say for the bead of `p` and `q` segments with these chains, by the best of them: the sum over both directions. The bead
    /// must lie in the band.
    pub(super) fn best(&self, chains: &[Stairs], (p, q): (usize, usize)) -> f32 {
        // Where there is one chain only, each segment meets all of the other side.
        let sum = |accounts: &[[f32; LONGEST]], by: usize| {
            accounts.iter().map(|scores| scores[by - 1]).sum::<f32>()
        };
        match (p, q) {
            (1, _) | (_, 1) => sum(&self.of_target[0][..q], p) + sum(&self.of_source[0][..p], q),
            _ => chains
                .iter()
                .map(|stairs| self.words(stairs))
                .fold(f32::NEG_INFINITY, f32::max),
        }
    }

    fn words(&self, stairs: &Stairs) -> f32 {
        let side = |accounts: &[&[[f32; LONGEST]]; MOST], met: &[(usize, usize)]| {
            let scores = met.iter().enumerate();
            scores
                .map(|(of, &(by, count))| accounts[by][of][count - 1])
                .sum::<f32>()
        };
        side(&self.of_target, &stairs.of_target) + side(&self.of_source, &stairs.of_source)
    }
}

impl Stairs {
    /// Tells which segments of the other side account for each of the bead's that begins with source segment `i` and target segment `j`, by the best of
    /// its chains: the accounting segments, the accounted one, and whether the target's account for the source's.
    pub(super) fn accounts(
        chains: &[Self],
        evidence: &Evidence,
        i: usize,
        j: usize,
    ) -> Vec<(Range<usize>, usize, bool)> {
        let foot = Foot::new(evidence, i, j);
        let better = |a: &&Self, b: &&Self| match chains.len() {
            1 => std::cmp::Ordering::Equal,
            _ => foot.words(a).total_cmp(&foot.words(b)),
        };
        let Some(best) = chains.iter().max_by(better) else {
            return Vec::new();
        };
        let span = |from: usize, count: usize| from..from + count;
        let of_target = (j..).zip(&best.of_target);
        let of_source = (i..).zip(&best.of_source);
        let of_target = of_target.map(|(of, &(by, count))| (span(i + by, count), of, false));
        let of_source = of_source.map(|(of, &(by, count))| (span(j + by, count), of, true));
        of_target.chain(of_source).collect()
    }
}

fn climb(chain: &mut Vec<(usize, usize)>, bead: (usize, usize), found: &mut Vec<Stairs>) {
    let &(i, j) = chain.last().unwrap_or(&(0, 0));
    if (i + 1, j + 1) == bead {
        found.push(Stairs::new(chain, bead));
    }
    for next in [(i + 1, j), (i, j + 1)] {
        if next.0 < bead.0 && next.1 < bead.1 {
            chain.push(next);
            climb(chain, bead, found);
            chain.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bead_of_one_segment_on_a_side_has_one_chain_others_as_many_as_there_are_ways_up() {
        let counts = Stairs::of_beads().map(|chains| chains.len());
        for (&(p, q), count) in BEADS.iter().zip(counts) {
            let ways = match p.min(q) {
                1 => 1,
                _ => p + q - 2,
            };
            assert_eq!(count, ways, "{p}-{q}");
        }
    }
}
