//! Different strings, each kept once.

use std::hash::{BuildHasher as _, Hasher as _};

use hashbrown::HashTable;
use rustc_hash::{FxBuildHasher, FxHasher};

/// Strings by number, in the order of their first coming: their own bytes, four for the place and some six to find each.
#[derive(Default)]
pub(super) struct Strings {
    all: String,
    ends: Vec<u32>,
    numbers: HashTable<u32>,
}

impl Strings {
    /// Returns the number of a string, the next one for a string not seen before.
    pub(super) fn number(&mut self, string: &str) -> u32 {
        let Self { all, ends, numbers } = self;
        let found = numbers.find(hash(string), |&number| at(all, ends, number) == string);
        if let Some(&number) = found {
            return number;
        }
        let number = ends.len() as u32;
        all.push_str(string);
        ends.push(all.len() as u32);
        numbers.insert_unique(hash(string), number, |&number| hash(at(all, ends, number)));
        number
    }

    /// Returns how many there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns them by their numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len() as u32).map(|number| at(&self.all, &self.ends, number))
    }
}

fn at<'s>(all: &'s str, ends: &[u32], number: u32) -> &'s str {
    let number = number as usize;
    let start = number.checked_sub(1).map_or(0, |before| ends[before]);
    &all[start as usize..ends[number] as usize]
}

fn hash(string: &str) -> u64 {
    let mut hasher: FxHasher = FxBuildHasher.build_hasher();
    hasher.write(string.as_bytes());
    hasher.finish()
}
