//! The query's words, prepared to be compared with those of many texts.
//!
//! Levenshtein's distance, bit-parallel: G. Myers, "A fast bit-vector algorithm for approximate string matching based on dynamic programming", 1999,
//! in the form of H. Hyyrö, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances", 2003. A search compares thousands of texts whose
//! words are read one by one, and most differ too much: here a text is read only as far as it may be near enough, which `rapidfuzz` cannot do. What tells
//! it is the diagonal that ends in the last cell of the table, on which distances never fall (E. Ukkonen, "Algorithms for approximate string matching", 1985).
//! Queries of more than 64 words are its.

use rapidfuzz::distance::levenshtein::{Args, BatchComparator};

use super::few::Few;

/// Words of a query that have a bit each.
const BITS: usize = u64::BITS as usize;

/// The words of a query, by their numbers.
pub(super) enum Pattern {
    Short(Short),
    Long {
        batch: BatchComparator<u32>,
        words: usize,
        other: Vec<u32>,
    },
}

/// Where each word of the query stands in it, a bit for each place.
pub(super) struct Short {
    words: usize,
    places: Few<u64>,
}

impl Pattern {
    /// Prepares the words of a query.
    pub(super) fn new(words: &[u32]) -> Self {
        if words.len() > BITS {
            return Self::Long {
                batch: BatchComparator::new(words.iter().copied()),
                words: words.len(),
                other: Vec::new(),
            };
        }
        let mut places = Few::new();
        for (at, &word) in words.iter().enumerate() {
            places.set(word, places.get(word) | 1 << at);
        }
        Self::Short(Short {
            words: words.len(),
            places,
        })
    }

    /// Returns the distance to a text of `length` words if it is at most `most`. Not all of them need be read.
    pub(super) fn distance(
        &mut self,
        text: impl Iterator<Item = u32>,
        length: usize,
        most: usize,
    ) -> Option<usize> {
        match self {
            Self::Short(short) => short.distance(text, length, most),
            Self::Long {
                batch,
                words,
                other,
            } => {
                if words.abs_diff(length) > most {
                    return None;
                }
                other.clear();
                other.extend(text);
                let arguments = Args::default().score_cutoff(most);
                batch.distance_with_args(other.iter().copied(), &arguments)
            }
        }
    }
}

impl Short {
    fn distance(
        &self,
        text: impl Iterator<Item = u32>,
        length: usize,
        most: usize,
    ) -> Option<usize> {
        let mut distance = self.words.abs_diff(length);
        if distance > most {
            return None;
        }
        let (mut up, mut down) = (u64::MAX, 0u64);
        // The cell of the first row, or the first column, from which the diagonal leads to the last cell.
        let (mut row, mut before) = (
            self.words.saturating_sub(length),
            length.saturating_sub(self.words),
        );
        for word in text {
            let bits = self.places.get(word);
            let diagonal = (((bits & up).wrapping_add(up)) ^ up) | bits | down;
            if before > 0 {
                before -= 1;
            } else {
                distance += usize::from(diagonal >> row & 1 == 0);
                if distance > most {
                    return None;
                }
                row += 1;
            }
            let rises = down | !(diagonal | up);
            let falls = diagonal & up;
            let rises = (rises << 1) | 1;
            up = (falls << 1) | !(diagonal | rises);
            down = diagonal & rises;
        }
        Some(distance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_the_reference(
            query in prop::collection::vec(0u32..9, 0..90),
            text in prop::collection::vec(0u32..9, 0..90),
            most in 0usize..90,
            far in 0u32..3,
        ) {
            // Numbers whose places meet, too.
            let spread = |words: &[u32]| words.iter().map(|word| word << (far * 9)).collect::<Vec<_>>();
            let (query, text) = (spread(&query), spread(&text));
            let exact = strsim::generic_levenshtein(&query, &text);
            let found = Pattern::new(&query).distance(text.iter().copied(), text.len(), most);
            prop_assert_eq!(found, (exact <= most).then_some(exact));
        }
    }
}
