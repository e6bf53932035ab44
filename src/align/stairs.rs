//! In which ways the segments of a bead can share its content: like stairs.
//!
//! In a bead of two and two segments the first of one side renders the first of the other and a part of the second, which is why the four cannot be
//! two beads. Which segments account for which is then a chain of pairs from the first to the last, each step moving on by a segment on one side; a
//! segment is accounted for by those it meets in the chain, not by the whole bead, whose many words would explain each of its own only thinly.

use std::ops::Range;

use super::evidence::Evidence;
use super::settings::BEADS;

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

    /// Returns what the words say for the bead that begins with source segment `i` and target segment `j`: the sum over both directions.
    fn words(&self, evidence: &Evidence, i: usize, j: usize) -> f32 {
        let of_target = (j..).zip(&self.of_target);
        let of_target =
            of_target.map(|(of, &(by, count))| evidence.of_target.sum(i + by, count, of..of + 1));
        let of_source = (i..).zip(&self.of_source);
        let of_source =
            of_source.map(|(of, &(by, count))| evidence.of_source.sum(j + by, count, of..of + 1));
        of_target.sum::<f32>() + of_source.sum::<f32>()
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
        let better = |a: &&Self, b: &&Self| {
            let words = |stairs: &Self| stairs.words(evidence, i, j);
            words(a).total_cmp(&words(b))
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

/// Returns what the words say for the bead of `p` source segments from `i` and `q` target segments from `j`, by the best of its chains.
pub(super) fn best(
    chains: &[Stairs],
    evidence: &Evidence,
    (i, p): (usize, usize),
    (j, q): (usize, usize),
) -> f32 {
    if p == 1 || q == 1 {
        // There is one chain only, in which each segment meets all of the other side.
        return evidence.of_target.sum(i, p, j..j + q) + evidence.of_source.sum(j, q, i..i + p);
    }
    let all = chains.iter().map(|stairs| stairs.words(evidence, i, j));
    all.fold(f32::NEG_INFINITY, f32::max)
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
