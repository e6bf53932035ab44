//! The texts of one language that have a rendering in another, and which of them are near a query.
//!
//! Built from a [`Lookup`] and kept in memory. Nothing outside this folder knows how the texts lie: callers ask for the nearest by one
//! measure and get entries, so that another index can take this one's place. An entry is one text with all units that hold it, numbered in the
//! order of their first units.

mod nearest;
mod profiles;
mod sequences;
mod vocabulary;

use std::cell::OnceCell;

use rustc_hash::FxHashMap;

use super::score::{Comparator, allowed, normalised};
use crate::error::Result;
use crate::language;
use crate::memory::{Lookup, UnitId};
use crate::model::Lang;
use profiles::Profiles;
use sequences::Sequences;
use vocabulary::Vocabulary;

pub(super) use nearest::Nearest;
pub(super) use vocabulary::{Class, Symbol};

/// The searchable texts of one language pair.
pub(super) struct Index {
    entries: Vec<Entry>,
    vocabulary: Vocabulary,
    /// The lower-case words and the stems of the entries, both in the order of `order`.
    words: Sequences,
    stems: Sequences,
    /// For each position in `words` and `stems` its entry.
    order: Vec<u32>,
    /// Needed by one measure only, made at its first use.
    profiles: OnceCell<Profiles>,
}

struct Entry {
    text: Box<str>,
    units: Vec<UnitId>,
}

impl Index {
    /// Returns the index of all texts in a language that have a rendering in another.
    ///
    /// # Errors
    /// When the storage fails.
    pub(super) fn build(lookup: &dyn Lookup, from: &Lang, to: &Lang) -> Result<Self> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut known: FxHashMap<Box<str>, usize> = FxHashMap::default();
        lookup.each_text(from, Some(to), &mut |unit, text| match known.get(text) {
            Some(&entry) => {
                if entries[entry].units.last() != Some(&unit) {
                    entries[entry].units.push(unit);
                }
            }
            None => {
                known.insert(text.into(), entries.len());
                entries.push(Entry {
                    text: text.into(),
                    units: vec![unit],
                });
            }
        })?;
        drop(known);

        let mut vocabulary = Vocabulary::new(language::profile(from));
        let symbols: Vec<Vec<Symbol>> = entries
            .iter()
            .map(|entry| vocabulary.learn(&entry.text))
            .collect();
        let mut order: Vec<u32> = (0..entries.len() as u32).collect();
        order.sort_by_key(|&entry| symbols[entry as usize].len());
        let sequences = |symbol: fn(&Symbol) -> u32| {
            let sorted: Vec<Vec<u32>> = order
                .iter()
                .map(|&entry| symbols[entry as usize].iter().map(symbol).collect())
                .collect();
            Sequences::new(sorted.iter().map(Vec::as_slice), vocabulary.numbers())
        };
        Ok(Self {
            words: sequences(|symbol| symbol.lower),
            stems: sequences(|symbol| symbol.stem),
            order,
            entries,
            vocabulary,
            profiles: OnceCell::new(),
        })
    }

    /// Returns the text of an entry.
    pub(super) fn text(&self, entry: u32) -> &str {
        &self.entries[entry as usize].text
    }

    /// Returns the units that hold an entry's text, in the order of their numbers.
    pub(super) fn units(&self, entry: u32) -> &[UnitId] {
        &self.entries[entry as usize].units
    }

    /// Returns a query's words as symbols of this index.
    pub(super) fn symbols(&self, query: &str) -> Vec<Symbol> {
        self.vocabulary.read(query)
    }

    /// Returns exactly the `limit` texts most similar to the query by words, of those at least `floor` similar.
    pub(super) fn nearest_by_words(
        &self,
        query: &str,
        floor: f64,
        limit: usize,
    ) -> Vec<(f64, u32)> {
        let words: Vec<u32> = self.symbols(query).iter().map(|it| it.lower).collect();
        let comparator = Comparator::new(&words);
        let mut nearest = Nearest::new(limit, floor);
        self.words.visit(&words, floor, |position| {
            let other = self.words.get(position);
            let longer = words.len().max(other.len());
            if let Some(distance) = comparator.distance(other, allowed(nearest.threshold(), longer))
            {
                nearest.offer(normalised(distance, longer), self.order[position as usize]);
            }
            nearest.threshold()
        });
        nearest.into_found()
    }

    /// Returns exactly the `limit` texts most similar to the query by characters, of those at least `floor` similar.
    pub(super) fn nearest_by_chars(
        &self,
        query: &str,
        floor: f64,
        limit: usize,
    ) -> Vec<(f64, u32)> {
        let profiles = self
            .profiles
            .get_or_init(|| Profiles::new(self.entries.iter().map(|entry| &*entry.text)));
        let mut nearest = Nearest::new(limit, floor);
        profiles.search(query, |entry| self.text(entry), &mut nearest);
        nearest.into_found()
    }

    /// Calls `visit` with every text, as symbols, that may share the stems of `share` of its or the query's words, whichever are more.
    pub(super) fn sharing_stems(
        &self,
        query: &[Symbol],
        share: f64,
        mut visit: impl FnMut(u32, &[Symbol]),
    ) {
        let stems: Vec<u32> = query.iter().map(|symbol| symbol.stem).collect();
        let mut symbols = Vec::new();
        self.stems.visit(&stems, share, |position| {
            symbols.clear();
            symbols.extend(self.vocabulary.symbols_of(self.words.get(position)));
            visit(self.order[position as usize], &symbols);
            share
        });
    }

    /// Returns the lower-case words of every text, in no order that means anything.
    pub(super) fn each_words(&self) -> impl Iterator<Item = &[u32]> {
        self.words.iter()
    }
}

#[cfg(test)]
pub(super) mod tests_support {
    use super::*;

    /// Returns two texts as symbols of one vocabulary.
    pub(in super::super) fn symbols(
        tag: &str,
        query: &str,
        source: &str,
    ) -> (Vec<Symbol>, Vec<Symbol>) {
        let lang = Lang::new(tag).unwrap();
        let mut vocabulary = Vocabulary::new(language::profile(&lang));
        let source = vocabulary.learn(source);
        (vocabulary.read(query), source)
    }
}

#[cfg(test)]
mod tests {
    use super::super::score::{chars_similarity, words_similarity};
    use super::super::tests::memory_of;
    use super::*;
    use proptest::prelude::*;

    /// The similarities that an exhaustive search finds, best first, with the entries of equal ones in order.
    fn exhaustive(
        texts: &[String],
        floor: f64,
        limit: usize,
        similarity: impl Fn(&str) -> f64,
    ) -> Vec<(f64, u32)> {
        let mut nearest = Nearest::new(limit, floor);
        let mut seen: Vec<&str> = Vec::new();
        for text in texts {
            if !seen.contains(&text.as_str()) {
                nearest.offer(similarity(text), seen.len() as u32);
                seen.push(text);
            }
        }
        nearest.into_found()
    }

    proptest! {
        #[test]
        fn finds_what_an_exhaustive_search_finds(
            texts in prop::collection::vec("([а-г]{1,2}[ ,.]{1,2}){1,9}[а-г]", 1..40),
            query in "([а-г]{1,2}[ ,.]{1,2}){0,9}[а-д]",
            percent in 1u8..=100,
            limit in 1usize..8,
        ) {
            let texts: Vec<String> = texts;
            let pairs: Vec<(&str, &str)> = texts.iter().map(|text| (text.as_str(), "x")).collect();
            let memory = memory_of("ru", "en", &pairs);
            let (from, to) = (Lang::new("ru").unwrap(), Lang::new("en").unwrap());
            let index = Index::build(&memory, &from, &to).unwrap();
            let floor = f64::from(percent) / 100.0;
            prop_assert_eq!(
                index.nearest_by_words(&query, floor, limit),
                exhaustive(&texts, floor, limit, |text| words_similarity(&query, text).fraction())
            );
            prop_assert_eq!(
                index.nearest_by_chars(&query, floor, limit),
                exhaustive(&texts, floor, limit, |text| chars_similarity(&query, text).fraction())
            );
        }
    }
}
