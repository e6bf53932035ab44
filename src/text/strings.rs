//! Different strings, each kept once.

use std::hash::BuildHasher as _;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

/// Strings by number, in the order of their first coming: their own bytes, four for the place and some six to find each.
#[derive(Clone, Debug, Default)]
pub(crate) struct Strings {
    all: String,
    ends: Vec<u32>,
    numbers: HashTable<u32>,
}

impl Strings {
    /// Returns none yet, with room for so many.
    pub(crate) fn with_room(strings: usize) -> Self {
        Self {
            all: String::new(),
            ends: Vec::with_capacity(strings),
            numbers: HashTable::with_capacity(strings),
        }
    }

    /// Returns the number of a string, the next one for a string not seen before.
    pub(crate) fn number(&mut self, string: &str) -> u32 {
        let Self { all, ends, numbers } = self;
        let hashed = hash(string);
        let found = numbers.find(hashed, |&number| at(all, ends, number) == string);
        if let Some(&number) = found {
            return number;
        }
        let number = ends.len() as u32;
        all.push_str(string);
        ends.push(all.len() as u32);
        numbers.insert_unique(hashed, number, |&number| hash(at(all, ends, number)));
        number
    }

    /// Returns the number of a string that has one.
    pub(crate) fn get(&self, string: &str) -> Option<u32> {
        let Self { all, ends, numbers } = self;
        let found = numbers.find(hash(string), |&number| at(all, ends, number) == string);
        found.copied()
    }

    /// Returns the string of a number.
    pub(crate) fn of(&self, number: u32) -> &str {
        at(&self.all, &self.ends, number)
    }

    /// Returns how many there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns them by their numbers.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.ends.len()).map(|number| self.of(number as u32))
    }
}

fn at<'s>(all: &'s str, ends: &[u32], number: u32) -> &'s str {
    let number = number as usize;
    let start = number.checked_sub(1).map_or(0, |before| ends[before]);
    &all[start as usize..ends[number] as usize]
}

fn hash(string: &str) -> u64 {
    FxBuildHasher.hash_one(string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_has_one_number_and_a_number_its_string() {
        let mut strings = Strings::default();
        let words = ["мир", "", "peace", "мир", "мира", ""];
        let numbers = words.map(|word| strings.number(word));
        assert_eq!(numbers, [0, 1, 2, 0, 3, 1]);
        assert_eq!(strings.get("мира"), Some(3));
        assert_eq!(strings.get("миру"), None);
        assert_eq!(strings.of(2), "peace");
        let all: Vec<&str> = strings.iter().collect();
        assert_eq!(all, ["мир", "", "peace", "мира"]);
    }
}
