//! A small table of what is known of each word of a query, for loops over the words of many texts.

/// Places for each word at least: so sparse that few words meet.
const PLACES: usize = 4;

/// Words by their numbers with a value each; a word that is not there has the default value, and none that is there has it.
pub(super) struct Few<V> {
    places: Vec<(u32, V)>,
    words: usize,
}

impl<V: Copy + Default + PartialEq> Few<V> {
    /// Returns a table without words.
    pub(super) fn new() -> Self {
        Self {
            places: vec![(0, V::default()); 64],
            words: 0,
        }
    }

    /// Returns a word's value.
    #[inline]
    pub(super) fn get(&self, word: u32) -> V {
        self.places[self.place(word)].1
    }

    /// Sets a word's value, which must not be the default.
    pub(super) fn set(&mut self, word: u32, value: V) {
        debug_assert!(value != V::default());
        let place = self.place(word);
        let is_new = self.places[place].1 == V::default();
        self.places[place] = (word, value);
        self.words += usize::from(is_new);
        if self.words * PLACES > self.places.len() {
            let twice = vec![(0, V::default()); self.places.len() * 2];
            for (word, value) in std::mem::replace(&mut self.places, twice) {
                if value != V::default() {
                    let place = self.place(word);
                    self.places[place] = (word, value);
                }
            }
        }
    }

    /// Returns where a word is, or where it would be.
    #[inline]
    fn place(&self, word: u32) -> usize {
        // Fibonacci hashing: the top bits of the product are well mixed.
        let hash = u64::from(word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut at = (hash >> (u64::BITS - self.places.len().ilog2())) as usize;
        while let Some(&(other, value)) = self.places.get(at) {
            if other == word || value == V::default() {
                return at;
            }
            at = (at + 1) & (self.places.len() - 1);
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_meet_keep_their_values() {
        let words: Vec<u32> = (0..1000u32)
            .map(|at| at.wrapping_mul(0x9E37_79B1))
            .collect();
        let mut few = Few::new();
        for (value, &word) in (1usize..).zip(&words) {
            few.set(word, 7);
            few.set(word, value);
        }
        for (value, &word) in (1..).zip(&words) {
            assert_eq!(few.get(word), value);
        }
        assert_eq!((few.get(1), few.get(u32::MAX)), (0, 0));
        assert!(few.places.len() <= 8 * words.len());
    }
}
