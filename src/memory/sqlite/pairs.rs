//! Which units have two texts in common with one that comes in, of the units that a transaction made: asking the memory, text by text, would be
//! a twelfth of an import.

use std::collections::BTreeSet;
use std::hash::BuildHasher as _;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

use super::identity::Incoming;

/// Pairs of texts by 32 bits of their hashes, so that some of the units named for a pair do not have it; nine to eighteen bytes each.
#[derive(Default)]
pub(super) struct Pairs {
    all: HashTable<Pair>,
    /// Whether a unit has a number too large to be kept here.
    misses: bool,
}

struct Pair {
    print: u32,
    unit: u32,
}

impl Pair {
    fn print(one: i64, other: i64) -> u32 {
        let rising = (one.min(other), one.max(other));
        (FxBuildHasher.hash_one(rising) >> u32::BITS) as u32
    }

    /// Returns 64 bits of which the table takes the highest and the lowest.
    fn hash(print: u32) -> u64 {
        u64::from(print).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}

impl Pairs {
    /// Takes notice of the texts of a unit.
    pub(super) fn insert(&mut self, unit: i64, texts: &[i64]) {
        let Ok(unit) = u32::try_from(unit) else {
            self.misses = true;
            return;
        };
        for print in prints(texts) {
            self.all
                .insert_unique(Pair::hash(print), Pair { print, unit }, |pair| {
                    Pair::hash(pair.print)
                });
        }
    }

    /// Returns the units that may have two of the texts that come in; `None` where that is not known.
    pub(super) fn candidates(&self, incoming: &[Incoming<'_>]) -> Option<BTreeSet<i64>> {
        if self.misses || incoming.len() < 2 {
            return None;
        }
        let texts: Vec<i64> = incoming.iter().map(|new| new.text).collect();
        let mut units = BTreeSet::new();
        for print in prints(&texts) {
            let pairs = self.all.iter_hash(Pair::hash(print));
            let same = pairs.filter(|pair| pair.print == print);
            units.extend(same.map(|pair| i64::from(pair.unit)));
        }
        Some(units)
    }
}

fn prints(texts: &[i64]) -> impl Iterator<Item = u32> {
    (1..texts.len()).flat_map(|at| {
        let (before, rest) = texts.split_at(at);
        before.iter().map(|&one| Pair::print(one, rest[0]))
    })
}
