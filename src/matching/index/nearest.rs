//! The best few of what is offered.

use crate::index::TextId;

/// The nearest entries so far: best first, equal ones in the order of their entries.
pub(in super::super) struct Nearest {
    limit: usize,
    floor: f64,
    found: Vec<(f64, TextId)>,
}

impl Nearest {
    /// Returns an empty list that keeps `limit` entries of at least the similarity `floor`.
    pub(in super::super) fn new(limit: usize, floor: f64) -> Self {
        Self {
            limit,
            floor,
            found: Vec::new(),
        }
    }

    /// Returns the similarity below which an entry would not be kept; one that reaches it may be.
    pub(in super::super) fn threshold(&self) -> f64 {
        match self.found.last() {
            Some(&(worst, _)) if self.found.len() >= self.limit => worst.max(self.floor),
            _ => self.floor,
        }
    }

    /// Takes an entry if it belongs to the nearest.
    pub(in super::super) fn offer(&mut self, similarity: f64, entry: TextId) {
        if similarity < self.floor - super::super::score::ROUNDING {
            return;
        }
        let place = self.found.partition_point(|&(other, at)| {
            other > similarity || other == similarity && at < entry
        });
        self.found.insert(place, (similarity, entry));
        self.found.truncate(self.limit);
    }

    /// Returns the entries with their similarities, best first.
    pub(in super::super) fn into_found(self) -> Vec<(f64, TextId)> {
        self.found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_best_and_of_equals_the_first() {
        let mut nearest = Nearest::new(2, 0.5);
        for (similarity, entry) in [(0.7, 3), (0.4, 0), (0.9, 2), (0.7, 1)] {
            nearest.offer(similarity, TextId(entry));
        }
        assert_eq!(nearest.into_found(), [(0.9, TextId(2)), (0.7, TextId(1))]);
    }
}
