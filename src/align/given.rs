//! Links that somebody is sure of, and links that are known to be wrong: what the search must keep to when only the rest is to be aligned anew.
//!
//! Given links part both texts into stretches; no other link leaves its stretch. Of given links that cross, those count that make the longest chain.

use std::ops::Range;

use crate::model::{Alignment, Bead};

/// A link by its source and its target segments.
pub type Ranges = (Range<usize>, Range<usize>);

/// What is known of an alignment beforehand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// Rising, not crossing, none empty.
    links: Vec<Ranges>,
    wrong: Vec<Ranges>,
}

impl Given {
    /// Returns what follows from links that are right and links that are wrong. Empty ranges are passed over.
    pub fn new(right: impl IntoIterator<Item = Ranges>, wrong: Vec<Ranges>) -> Self {
        let mut links: Vec<Ranges> = right
            .into_iter()
            .filter(|(source, target)| !source.is_empty() && !target.is_empty())
            .collect();
        links.sort_by_key(|(source, target)| (source.start, target.start));
        links.dedup();
        Self {
            links: longest_chain(&links),
            wrong,
        }
    }

    /// Returns the links that count, in order.
    pub fn links(&self) -> &[Ranges] {
        &self.links
    }

    /// Prepares the question which beads of texts of so many segments may be.
    pub(super) fn zones(&self, sources: usize, targets: usize) -> Zones<'_> {
        Zones {
            source: zones(self.links.iter().map(|link| &link.0), sources),
            target: zones(self.links.iter().map(|link| &link.1), targets),
            given: self,
        }
    }

    /// Returns corners of both texts, rising, with those of the given links between them; corners in different stretches are left out.
    pub(super) fn corners(
        &self,
        corners: &[(usize, usize)],
        zones: &Zones<'_>,
    ) -> Vec<(usize, usize)> {
        let ends = self
            .links
            .iter()
            .flat_map(|(source, target)| [(source.start, target.start), (source.end, target.end)]);
        let mut all: Vec<(usize, usize)> = corners
            .iter()
            .copied()
            .enumerate()
            .filter(|&(at, (i, j))| at == 0 || at + 1 == corners.len() || zones.fit(i, j))
            .map(|(_, corner)| corner)
            .chain(ends)
            .collect();
        all.sort_unstable();
        all.dedup();
        let mut rising: Vec<(usize, usize)> = Vec::with_capacity(all.len());
        for (i, j) in all {
            if rising.last().is_none_or(|&(_, last)| j >= last) {
                rising.push((i, j));
            }
        }
        rising
    }

    /// Returns an alignment with the given links in the place of whatever was found there.
    pub(super) fn complete(&self, found: &Alignment, sources: usize, targets: usize) -> Alignment {
        let zones = self.zones(sources, targets);
        let mut left_out = (vec![1.0; sources], vec![1.0; targets]);
        let mut links: Vec<Bead> = Vec::new();
        for bead in found.beads() {
            if !bead.is_link() {
                left_out.0[bead.source.clone()].fill(bead.probability);
                left_out.1[bead.target.clone()].fill(bead.probability);
            } else if zones.is_free(bead) {
                links.push(bead.clone());
            }
        }
        links.extend(self.links.iter().map(|(source, target)| Bead {
            source: source.clone(),
            target: target.clone(),
            probability: 1.0,
        }));
        links.sort_by_key(|link| (link.source.start, link.target.start));
        let mut beads = Vec::new();
        let gap = |(i, j): (usize, usize), (next_i, next_j): (usize, usize)| {
            let source = (i..next_i).map(move |at| (at..at + 1, j..j));
            let target = (j..next_j).map(move |at| (next_i..next_i, at..at + 1));
            let beads: Vec<Ranges> = source.chain(target).collect();
            beads
        };
        let bead = |(source, target): Ranges| Bead {
            probability: match source.is_empty() {
                true => left_out.1[target.start],
                false => left_out.0[source.start],
            },
            source,
            target,
        };
        let mut at = (0, 0);
        for link in links {
            beads.extend(
                gap(at, (link.source.start, link.target.start))
                    .into_iter()
                    .map(bead),
            );
            at = (link.source.end, link.target.end);
            beads.push(link);
        }
        beads.extend(gap(at, (sources, targets)).into_iter().map(bead));
        Alignment::new(beads, sources, targets)
    }
}

/// For every segment of both texts the stretch it lies in (even numbers) or the given link it belongs to (odd ones).
pub(super) struct Zones<'g> {
    source: Vec<u32>,
    target: Vec<u32>,
    given: &'g Given,
}

impl Zones<'_> {
    /// Says whether the bead of `p` source segments from `i` and `q` target segments from `j` may be: a given link, or one that leaves no stretch and
    /// is not known to be wrong.
    pub(super) fn allow(&self, (i, p): (usize, usize), (j, q): (usize, usize)) -> bool {
        let (source, target) = (i..i + p, j..j + q);
        let zone = self.source[i];
        if zone % 2 == 1 {
            return self.given.links.get(zone as usize / 2) == Some(&(source, target));
        }
        self.source[i + p - 1] == zone
            && self.target[j] == zone
            && self.target[j + q - 1] == zone
            && !self.given.wrong.contains(&(source, target))
    }

    fn is_free(&self, bead: &Bead) -> bool {
        self.source[bead.source.start].is_multiple_of(2)
            && self.allow(
                (bead.source.start, bead.source.len()),
                (bead.target.start, bead.target.len()),
            )
    }

    /// Says whether a path may pass this place: both texts are in the same stretch there, or at an end of it.
    fn fit(&self, i: usize, j: usize) -> bool {
        let at = |zones: &[u32], place: usize| {
            let before = place.checked_sub(1).map(|before| zones[before]);
            let after = zones.get(place).copied();
            (before.unwrap_or(0), after.unwrap_or(u32::MAX))
        };
        at(&self.source, i) == at(&self.target, j)
    }
}

fn zones<'l>(links: impl Iterator<Item = &'l Range<usize>>, segments: usize) -> Vec<u32> {
    let mut zones = Vec::with_capacity(segments);
    let mut count = 0;
    for link in links {
        zones.resize(link.start, 2 * count);
        zones.resize(link.end, 2 * count + 1);
        count += 1;
    }
    zones.resize(segments, 2 * count);
    zones
}

/// Returns the most links that rise on both sides without overlapping, of those given in order.
fn longest_chain(links: &[Ranges]) -> Vec<Ranges> {
    // For each link the length of the longest chain that ends with it, and the link before it.
    let mut best: Vec<(usize, Option<usize>)> = Vec::with_capacity(links.len());
    for (at, link) in links.iter().enumerate() {
        let before = (0..at)
            .filter(|&other| {
                links[other].0.end <= link.0.start && links[other].1.end <= link.1.start
            })
            .max_by_key(|&other| best[other].0);
        best.push((before.map_or(1, |other| best[other].0 + 1), before));
    }
    let mut chain = Vec::new();
    let mut at = (0..links.len()).max_by_key(|&at| best[at].0);
    while let Some(link) = at {
        chain.push(links[link].clone());
        at = best[link].1;
    }
    chain.reverse();
    chain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_links_that_cross_the_longest_chain_counts() {
        let given = Given::new(
            vec![(0..1, 0..1), (1..2, 5..6), (2..3, 1..3), (4..5, 3..4)],
            vec![],
        );
        assert_eq!(given.links(), [(0..1, 0..1), (2..3, 1..3), (4..5, 3..4)]);
    }

    #[test]
    fn a_bead_stays_in_its_stretch() {
        let given = Given::new(vec![(2..4, 1..2)], vec![(0..1, 0..1)]);
        let zones = given.zones(6, 4);
        assert!(
            zones.allow((2, 2), (1, 1))
                && zones.allow((4, 1), (2, 2))
                && zones.allow((1, 1), (0, 1))
        );
        for (source, target) in [
            ((2, 1), (1, 1)),
            ((1, 1), (2, 1)),
            ((1, 2), (0, 1)),
            ((4, 1), (1, 1)),
            ((0, 1), (0, 1)),
        ] {
            assert!(!zones.allow(source, target), "{source:?} {target:?}");
        }
    }
}
