//! Which units have two texts in common with one that comes in, of the units that a transaction made: asking the memory, text by text, would be
//! a twelfth of an import. Units of many texts have too many pairs: where there are such, the memory is asked.

use std::collections::BTreeSet;
use std::hash::BuildHasher as _;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

use super::identity::Incoming;

/// The most texts of a unit: fifteen pairs.
const MOST_TEXTS: usize = 6;

/// Pairs of texts with their units; fifteen to thirty bytes each.
#[derive(Default)]
pub(super) struct Pairs {
    all: HashTable<Pair>,
    /// Whether a unit has too many texts, or it or a text too large a number, to be kept here.
    misses: bool,
}

struct Pair {
    texts: [u32; 2],
    /// Its number, how many different texts it had, and [`BARE`].
    unit: u32,
}

/// Marks a unit that has nothing else to say.
const BARE: u32 = 1 << 31;

/// Where the number of a unit's texts stands; below it, its own.
const TEXTS: u32 = 28;
const NUMBER: u32 = (1 << TEXTS) - 1;

impl Pair {
    fn hash(texts: [u32; 2]) -> u64 {
        FxBuildHasher.hash_one((texts[0], texts[1]))
    }
}

impl Pairs {
    /// Takes notice of the texts of a unit; `is_bare` says that there is nothing else to it.
    pub(super) fn insert(&mut self, unit: i64, texts: &[i64], is_bare: bool) {
        let number = u32::try_from(unit).ok().filter(|unit| *unit <= NUMBER);
        let texts = small(texts).filter(|texts| texts.len() <= MOST_TEXTS);
        let (Some(number), Some(texts)) = (number, texts) else {
            self.misses = true;
            self.all = HashTable::new();
            return;
        };
        let bare = if is_bare { BARE } else { 0 };
        let different = (0..texts.len()).filter(|&at| !texts[..at].contains(&texts[at]));
        let unit = number | (different.count() as u32) << TEXTS | bare;
        for texts in pairs(&texts) {
            let pair = Pair { texts, unit };
            self.all
                .insert_unique(Pair::hash(texts), pair, |pair| Pair::hash(pair.texts));
        }
    }

    /// Returns the units that have two of the texts that come in, and either all of them or no others; `None` where that is not known.
    pub(super) fn candidates(&self, incoming: &[Incoming<'_>]) -> Option<BTreeSet<i64>> {
        if self.misses || incoming.len() < 2 {
            return None;
        }
        let texts: Vec<i64> = incoming.iter().map(|new| new.text).collect();
        let texts = small(&texts).filter(|texts| texts.len() <= MOST_TEXTS)?;
        let old = incoming.iter().filter(|new| !new.is_new).count();
        let mut candidates = BTreeSet::new();
        // What has all texts has each pair of them: the pair that the fewest have tells.
        let mut with_all: Option<Vec<u32>> = None;
        for pair in pairs(&texts) {
            let mut units = Vec::new();
            for unit in self.units(pair) {
                let has = ((unit & !BARE) >> TEXTS) as usize;
                if has < texts.len() && has <= old {
                    candidates.insert(i64::from(unit & NUMBER));
                } else if old == texts.len() {
                    units.push(unit & NUMBER);
                }
            }
            if with_all
                .as_ref()
                .is_none_or(|fewest| units.len() < fewest.len())
            {
                with_all = Some(units);
            }
        }
        candidates.extend(with_all.into_iter().flatten().map(i64::from));
        Some(candidates)
    }

    /// Returns the unit that has these two texts and nothing else to it, if no other has both. One that gained something since has been inserted
    /// again, and so is not found.
    pub(super) fn bare(&self, texts: [i64; 2]) -> Option<i64> {
        let [one, other] = texts.map(u32::try_from);
        let mut units = self.units(rising(one.ok()?, other.ok()?));
        let only = units.next().filter(|unit| unit & BARE != 0)?;
        (!self.misses && units.next().is_none()).then(|| i64::from(only & NUMBER))
    }

    fn units(&self, texts: [u32; 2]) -> impl Iterator<Item = u32> {
        let found = self.all.iter_hash(Pair::hash(texts));
        found
            .filter(move |pair| pair.texts == texts)
            .map(|pair| pair.unit)
    }
}

fn small(texts: &[i64]) -> Option<Vec<u32>> {
    texts.iter().map(|&text| u32::try_from(text).ok()).collect()
}

/// Returns each two of some texts, the lower number first.
fn pairs(texts: &[u32]) -> impl Iterator<Item = [u32; 2]> {
    (1..texts.len()).flat_map(move |at| {
        let (before, rest) = texts.split_at(at);
        let other = rest[0];
        before.iter().map(move |&one| rising(one, other))
    })
}

fn rising(one: u32, other: u32) -> [u32; 2] {
    [one.min(other), one.max(other)]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::memory::story::{change, lang, unit};
    use crate::memory::{Filter, Memory};
    use crate::model::{InlineCode, Note, Status, TranslationUnit};

    /// Units of few texts, with and without what else a unit may say.
    fn some_unit() -> impl Strategy<Value = TranslationUnit> {
        let texts = (0..2, 0..3, prop::option::weighted(0.2, 0..2));
        let says = (0..6, prop::bool::weighted(0.8), prop::option::of(0..4));
        (texts, says).prop_map(|((one, other, third), (says, has_source, name))| {
            let [one, other] = [format!("Clause {one}"), format!("Статья {other}")];
            let third = third.map(|third| format!("Артыкул {third}"));
            let mut texts = vec![("en", &*one), ("ru", &*other)];
            texts.extend(third.as_deref().map(|third| ("be", third)));
            let mut unit = unit(&texts);
            unit.status = Status::Confirmed;
            unit.source_lang = has_source.then(|| lang("en"));
            let (markup, text) = ("<ph/>".to_owned(), format!("note {says} {name:?}"));
            let attributes = Vec::new();
            unit.id = name
                .filter(|name| *name < 3)
                .map(|name| format!("name {name}"));
            match says {
                0 => unit.status = Status::Automatic,
                1 => unit.probability = Some(0.5),
                2 => unit.variants[1].codes.push(InlineCode { at: 0, markup }),
                3 | 4 => unit.notes.push(Note { text, attributes }),
                _ => {}
            }
            unit
        })
    }

    /// What becomes of units that are added in transactions of so many.
    fn added(units: &[TranslationUnit], together: usize) -> String {
        let mut memory = Memory::in_memory().unwrap();
        let mut out = String::new();
        for units in units.chunks(together) {
            let mut writer = memory.begin(change("import")).unwrap();
            for unit in units {
                out.push_str(&format!("{:?}\n", writer.add_unit(unit).unwrap()));
            }
            writer.commit().unwrap();
        }
        let mut show = |id, unit: &TranslationUnit| {
            out.push_str(&format!("{id:?} {unit:?}\n"));
            Ok(())
        };
        memory.units(&Filter::default(), &mut show).unwrap();
        assert_eq!(memory.check(&mut |_| true).unwrap(), []);
        out
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_a_transaction_made_is_known_as_what_the_memory_has_is(
            units in prop::collection::vec(some_unit(), 1..24)
        ) {
            prop_assert_eq!(added(&units, units.len()), added(&units, 1));
        }
    }
}
