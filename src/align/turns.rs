//! Speakers' turns: which turn renders which, so that no link crosses from one into another.
//!
//! A turn renders the turn in the same place unless one is missing: the same search as over segments, over turns with their segments joined and
//! links of one turn to one only.

use std::ops::Range;

use super::band::{Band, Corner};
use super::evidence::{Desk, Evidence, Known};
use super::search::{Ends, Lattice};
use super::settings::{BEADS, Settings};
use super::signal::Pair;
use super::signal::length::Length;
use super::stairs::{Foot, Stairs};
use super::words::Words;
use crate::model::{Bitext, Side};

/// What leaving out a first turn adds to the score; interviews are not abridged by single turns.
const GAP_OPEN: f32 = -9.0;
/// The least score of two turns. The words of a long turn explain each other's renderings only thinly, so that long turns seem to speak against each
/// other; above half the cost of a gap, turns that face each other between others that match are matched.
const WORST: f32 = -4.0;
/// The longest lattice of turns, in cells; beyond it only turns near the diagonal can match.
const MOST_CELLS: usize = 4_000_000;

/// The matched turns of a bitext.
pub(super) struct Turns {
    /// For each segment the number of its match; segments of turns without one have a number that the other side does not have.
    source: Vec<u32>,
    target: Vec<u32>,
    /// Where matched turns begin and end, rising: what lies between two is a matched turn or holds no link.
    pub(super) corners: Vec<(usize, usize)>,
}

impl Turns {
    /// Returns the matched turns, or `None` where one side names no speakers.
    pub(super) fn matched(
        bitext: &Bitext,
        source: &Words,
        target: &Words,
        pairs: &[Pair],
        settings: &Settings,
    ) -> Option<Self> {
        let (from, to) = (groups(&bitext.source)?, groups(&bitext.target)?);
        let (source, target) = (source.grouped(&from), target.grouped(&to));
        let mut settings = settings.clone();
        settings.gap_open = GAP_OPEN;
        let band = if from.len() * to.len() <= MOST_CELLS {
            Band::full(from.len(), to.len())
        } else {
            let corners = Corner::all(&[(0, 0), (from.len(), to.len())], 0);
            Band::around(&corners, from.len(), to.len())
        };
        let known = Known::new(&source, &target, pairs, &band, &settings);
        let evidence = Evidence::new(&known, &mut Desk::new(&known), &band, 1);
        let length = Length::new(&source, &target, &settings);
        let chains = Stairs::of_beads();
        let pairs = &BEADS[..1];
        let lattice = Lattice::new(band, pairs, Ends::Together, &settings, |(i, j), scores| {
            for score in scores.iter_mut().filter(|score| score.is_finite()) {
                let words = Foot::new(&evidence, i, j).best(&chains[0], (1, 1));
                let said = length.score((i, 1), (j, 1)) + 0.5 * settings.word_weight * words;
                *score = said.max(WORST);
            }
        });
        let beads = lattice.safest_path(&lattice.posteriors(), 0.0);
        let mut turns = Self {
            source: vec![u32::MAX; bitext.source.segments()],
            target: vec![u32::MAX - 1; bitext.target.segments()],
            corners: vec![(0, 0)],
        };
        for (number, bead) in (0..).zip(beads.iter().filter(|bead| bead.is_link())) {
            let (from, to) = (&from[bead.source.start], &to[bead.target.start]);
            turns.source[from.clone()].fill(number);
            turns.target[to.clone()].fill(number);
            turns
                .corners
                .extend([(from.start, to.start), (from.end, to.end)]);
        }
        turns
            .corners
            .push((bitext.source.segments(), bitext.target.segments()));
        Some(turns)
    }

    /// Returns how many turns are matched.
    pub(super) fn count(&self) -> usize {
        self.corners.len() / 2 - 1
    }

    /// Says whether the bead of `p` source segments from `i` and `q` target segments from `j` stays within matched turns.
    pub(super) fn allow(&self, (i, p): (usize, usize), (j, q): (usize, usize)) -> bool {
        let turn = self.source[i];
        self.source[i + p - 1] == turn && self.target[j] == turn && self.target[j + q - 1] == turn
    }
}

/// Returns the segments of each turn, or `None` where there are none.
fn groups(side: &Side) -> Option<Vec<Range<usize>>> {
    if side.turns.iter().all(|&turn| turn == 0) {
        return None;
    }
    let mut groups: Vec<Range<usize>> = Vec::new();
    for (at, turn) in side.turns.iter().enumerate() {
        match groups.last_mut() {
            Some(group) if side.turns[group.start] == *turn => group.end = at + 1,
            _ => groups.push(at..at + 1),
        }
    }
    Some(groups)
}
