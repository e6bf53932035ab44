//! What one must know of a language to tell where its sentences end: abbreviations by what may follow them, and words that begin sentences.
//!
//! An abbreviation stands here without its last full stop and without spaces after inner ones («т. е.» is `т.е`), in lower case unless
//! only capitals are meant (`U.S`). Its list says what a capitalised word after it means; the reader of these lists is `segment`.

mod belarusian;
mod english;
mod generic;
mod russian;

pub(super) use belarusian::BELARUSIAN;
pub(super) use english::ENGLISH;
pub(super) use generic::GENERIC;
pub(super) use russian::RUSSIAN;

use std::sync::OnceLock;

use rustc_hash::FxHashSet;

/// The sentence data of one language.
#[derive(Debug)]
pub struct Sentences {
    /// Abbreviations that never end a sentence: "e.g.", "Mr.", «т. е.».
    pub never: WordSet,
    /// Abbreviations that stand before a name and hardly ever end a sentence: «ул.», «им.», "St.".
    pub before_name: WordSet,
    /// Abbreviations that stand before a number and hardly ever end a sentence: "pp.", "Jan.", «п.».
    pub before_number: WordSet,
    /// Abbreviations before a number that before anything else are words and end the sentence: "No.".
    pub only_before_number: WordSet,
    /// Abbreviations of units, which after a number may end a sentence: «г.», «ч.»; elsewhere the other lists hold.
    pub after_number: WordSet,
    /// Abbreviations that may end a sentence or not: "U.S.", "Inc.", «руб.»; the next word decides.
    pub open: WordSet,
    /// Abbreviations after which a capitalised word begins a sentence: "etc.", «и т. д.».
    pub closing: WordSet,
    /// Words that are capitalised because they begin a sentence: pronouns, determiners, conjunctions, adverbs.
    pub starters: WordSet,
    /// Prepositions: they begin sentences, and a sentence that has only begun with one is not complete yet.
    pub prepositions: WordSet,
    /// Beginnings of words that official style capitalises inside a sentence: titles, institutions, countries.
    pub capitalised: Prefixes,
    /// Capitalised words that go on after a measure or a time of day: time zones, "6 p.m. Minsk time".
    pub after_measure: WordSet,
    /// Endings of verb forms with which a sentence may begin and names do not end.
    pub verb_endings: &'static [&'static str],
    /// Endings of surnames.
    pub surname_endings: &'static [&'static str],
    /// Verbs of reporting, which may follow a quoted question and a name.
    pub reporting: WordSet,
    /// Words that with a number make a heading or a caption: "Article 5. …".
    pub headings: WordSet,
    /// Whether a number with a full stop is an ordinal («3. Mai»).
    pub ordinal_stop: bool,
}

/// A set of words written as one text with white space between them; made on first use.
#[derive(Debug)]
pub struct WordSet {
    text: &'static str,
    words: OnceLock<FxHashSet<&'static str>>,
}

impl WordSet {
    const fn new(text: &'static str) -> Self {
        Self {
            text,
            words: OnceLock::new(),
        }
    }

    /// Says whether the word is one of the set, letter for letter.
    pub fn contains(&self, word: &str) -> bool {
        self.words
            .get_or_init(|| self.text.split_whitespace().collect())
            .contains(word)
    }
}

/// A set of beginnings of words, written as [`WordSet`] is.
#[derive(Debug)]
pub struct Prefixes {
    text: &'static str,
    sorted: OnceLock<Vec<&'static str>>,
}

impl Prefixes {
    const fn new(text: &'static str) -> Self {
        Self {
            text,
            sorted: OnceLock::new(),
        }
    }

    /// Says whether the word begins with one of the set.
    pub fn begin(&self, word: &str) -> bool {
        let sorted = self.sorted.get_or_init(|| {
            let mut sorted: Vec<&str> = self.text.split_whitespace().collect();
            sorted.sort_unstable();
            // A prefix that begins with another one says nothing new and would hide the shorter one from the search.
            sorted.dedup_by(|longer, shorter| longer.starts_with(*shorter));
            sorted
        });
        let after = sorted.partition_point(|prefix| *prefix <= word);
        after > 0 && word.starts_with(sorted[after - 1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_beginning_of_a_word() {
        let prefixes = Prefixes::new("росси россия минист п");
        assert!(prefixes.begin("российская") && prefixes.begin("россия") && prefixes.begin("п"));
        assert!(!prefixes.begin("рос") && !prefixes.begin("а") && !prefixes.begin("я"));
    }
}
