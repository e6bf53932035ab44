//! Which segments render which.

use std::ops::Range;

/// A group of neighbouring source and target segments that render each other; one of the two sides may be empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Bead {
    /// The source segments, by index.
    pub source: Range<usize>,
    /// The target segments, by index.
    pub target: Range<usize>,
    /// How sure the bead is, 0 to 1.
    pub probability: f64,
}

impl Bead {
    /// Says whether both sides hold something: whether this is a link rather than text left out.
    pub fn is_link(&self) -> bool {
        !self.source.is_empty() && !self.target.is_empty()
    }
}

/// The beads of a bitext in order: every segment of both sides stands in exactly one, and none cross.
#[derive(Clone, Debug, PartialEq)]
pub struct Alignment {
    beads: Vec<Bead>,
}

impl Alignment {
    /// Returns the alignment of these beads, which must cover both sides once and in order.
    ///
    /// # Panics
    /// When they do not; the search builds them so, and nothing else may.
    pub fn new(beads: Vec<Bead>, source_segments: usize, target_segments: usize) -> Self {
        let (mut source, mut target) = (0, 0);
        for bead in &beads {
            assert!(
                bead.source.start == source && bead.target.start == target,
                "beads are in order and leave nothing out"
            );
            assert!(
                !(bead.source.is_empty() && bead.target.is_empty()),
                "a bead is not empty on both sides"
            );
            (source, target) = (bead.source.end, bead.target.end);
        }
        assert!(
            source == source_segments && target == target_segments,
            "beads cover both sides"
        );
        Self { beads }
    }

    /// Returns the beads in order.
    pub fn beads(&self) -> &[Bead] {
        &self.beads
    }

    /// Returns the beads that link something on both sides.
    pub fn links(&self) -> impl Iterator<Item = &Bead> {
        self.beads.iter().filter(|bead| bead.is_link())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "leave nothing out")]
    fn refuses_a_hole() {
        Alignment::new(
            vec![Bead {
                source: 1..2,
                target: 0..1,
                probability: 1.0,
            }],
            2,
            1,
        );
    }
}
