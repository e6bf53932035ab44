//! The best few of what is offered.

use super::super::score::ROUNDING;
use crate::index::TextId;

/// The nearest texts so far: best first, equal ones in the order of their numbers.
pub(in super::super) struct Nearest {
    limit: usize,
    ties: usize,
    /// What is less is never kept.
    floor: f64,
    /// A score that may turn out lower; it takes no place from others.
    unsure: f64,
    threshold: f64,
    found: Vec<(f64, TextId)>,
}

/// How much more is more, where what is equal but for rounding is not.
const BEYOND: f64 = 2.0 * ROUNDING;

impl Nearest {
    /// Returns an empty list that keeps `limit` texts of at least the similarity `floor`, and up to `ties` more that are equal to the last of them, so
    /// that something else may decide among equals.
    pub(in super::super) fn new(limit: usize, ties: usize, floor: f64) -> Self {
        Self {
            limit,
            ties,
            floor,
            unsure: f64::INFINITY,
            threshold: floor,
            found: Vec::new(),
        }
    }

    /// Lets texts of this similarity, of which some may turn out to be less, take no place from others but beyond `limit` + `ties`.
    pub(in super::super) fn unsure_of(mut self, similarity: f64) -> Self {
        self.unsure = similarity;
        self
    }

    /// Returns the similarity below which a text would not be kept; one that reaches it may be. Once there are as many as can be of use, it is more
    /// than the last one's: among equals those that came first stay, so that of a list of texts that are all as near only some are looked at.
    pub(in super::super) fn threshold(&self) -> f64 {
        self.threshold
    }

    /// Takes a text if it belongs to the nearest.
    pub(in super::super) fn offer(&mut self, similarity: f64, text: TextId) {
        if similarity < self.threshold - ROUNDING {
            return;
        }
        let place = self
            .found
            .partition_point(|&(other, at)| other > similarity || other == similarity && at < text);
        self.found.insert(place, (similarity, text));
        // Of those that are equal and those that are unsure only so many are of use.
        let most = self.limit.saturating_add(self.ties);
        if self.equal(self.unsure) > most {
            let last = self.found.iter().rposition(|(it, _)| *it == self.unsure);
            last.map(|last| self.found.remove(last));
        }
        let mut sure = self.found.iter().filter(|(it, _)| *it != self.unsure);
        let Some(&(last, _)) = sure.nth(self.limit.saturating_sub(1)) else {
            return;
        };
        self.found.retain(|(it, _)| *it >= last - ROUNDING);
        let unsure = self.equal(self.unsure);
        self.found.truncate(most.saturating_add(unsure));
        self.threshold = match self.found.len() - unsure < most {
            true => last.max(self.floor),
            false => last + BEYOND,
        };
    }

    /// How many have this similarity.
    fn equal(&self, similarity: f64) -> usize {
        let equal = self.found.iter().filter(|(it, _)| *it == similarity);
        equal.count()
    }

    /// Returns the texts with their similarities, best first.
    pub(in super::super) fn into_found(self) -> Vec<(f64, TextId)> {
        self.found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_best_and_of_equals_so_many_more() {
        let mut nearest = Nearest::new(2, 1, 0.5);
        for (similarity, text) in [(0.7, 3), (0.4, 0), (0.9, 2), (0.7, 1), (0.7, 5), (0.6, 6)] {
            nearest.offer(similarity, TextId(text));
        }
        assert!(nearest.threshold() > 0.7 && nearest.threshold() < 0.7 + 1e-6);
        assert_eq!(
            nearest.into_found(),
            [(0.9, TextId(2)), (0.7, TextId(1)), (0.7, TextId(3))]
        );
    }

    #[test]
    fn what_is_unsure_takes_no_place() {
        let mut nearest = Nearest::new(1, 1, 0.5).unsure_of(0.99);
        for (similarity, text) in [(0.99, 1), (0.99, 2), (0.99, 3), (0.8, 4), (0.9, 5)] {
            nearest.offer(similarity, TextId(text));
        }
        assert_eq!(
            nearest.into_found(),
            [(0.99, TextId(1)), (0.99, TextId(2)), (0.9, TextId(5))]
        );
    }

    #[test]
    fn what_meets_the_least_but_for_rounding_is_kept() {
        let mut nearest = Nearest::new(1, 0, 0.2);
        nearest.offer(1.0 - 4.0 / 5.0, TextId(1));
        assert_eq!(nearest.into_found().len(), 1);
    }

    #[test]
    fn a_limit_without_end_keeps_what_is_unsure_too() {
        let mut nearest = Nearest::new(usize::MAX, 4, 0.5).unsure_of(0.99);
        for (similarity, text) in [(0.99, 1), (0.8, 2), (0.99, 3)] {
            nearest.offer(similarity, TextId(text));
        }
        assert_eq!(nearest.into_found().len(), 3);
    }
}
