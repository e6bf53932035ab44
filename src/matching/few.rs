//! A small table of what is known of each word of a query, for loops over the words of many texts.

/// Words by their numbers with a value each; a word that is not there has the default value, and none that is there has it.
pub(super) struct Few<V> {
    places: Vec<(u32, V)>,
    shift: u32,
}

impl<V: Copy + Default + PartialEq> Few<V> {
    /// Returns a table without words that has room for so many.
    pub(super) fn for_words(count: usize) -> Self {
        // So sparse that few words meet.
        let places = (8 * count.max(1)).next_power_of_two();
        Self {
            places: vec![(0, V::default()); places],
            shift: u64::BITS - places.ilog2(),
        }
    }

    /// Returns a word's value.
    #[inline]
    pub(super) fn get(&self, word: u32) -> V {
        self.places[self.place(word)].1
    }

    /// Returns a word's value to be changed. There must be room.
    pub(super) fn of(&mut self, word: u32) -> &mut V {
        let place = self.place(word);
        let entry = &mut self.places[place];
        entry.0 = word;
        &mut entry.1
    }

    /// Returns where a word is, or where it would be.
    #[inline]
    fn place(&self, word: u32) -> usize {
        // Fibonacci hashing: the top bits of the product are well mixed.
        let hash = u64::from(word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut at = (hash >> self.shift) as usize;
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
        let mut few = Few::for_words(words.len());
        for (value, &word) in (1usize..).zip(&words) {
            *few.of(word) = value;
        }
        for (value, &word) in (1..).zip(&words) {
            assert_eq!(few.get(word), value);
        }
        assert_eq!((few.get(1), few.get(u32::MAX)), (0, 0));
    }
}
