//! The lexicon that ships with the program, `memories/lexicon.tsv`: usual renderings of English words in Russian and Belarusian.
//!
//! A row is one sense; every expression of a cell may render every one of another cell, so that the Russian and the Belarusian of a row render each
//! other too. A phrase counts less the longer it is, since only some of its words render some of the other's. It is read when a text of two of its
//! languages is first aligned, which takes some milliseconds.

use std::sync::LazyLock;

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::lexicon::Lexicon;
use crate::language::{LEXICON, LEXICON_COLUMNS, Profile, profile};
use crate::model::Lang;
use crate::text::{Strings, fold};

static LEXICONS: [LazyLock<Option<Lexicon>>; 3] = [
    LazyLock::new(|| read(0, 1)),
    LazyLock::new(|| read(0, 2)),
    LazyLock::new(|| read(1, 2)),
];

/// Returns the shipped lexicon of two languages in either order, if there is one.
pub(super) fn shipped(source: &Lang, target: &Lang) -> Option<&'static Lexicon> {
    let number = |lang: &Lang| {
        LEXICON_COLUMNS
            .iter()
            .position(|(tag, _)| *tag == lang.primary())
    };
    let (one, other) = (number(source)?, number(target)?);
    let pair = match (one.min(other), one.max(other)) {
        (0, 1) => 0,
        (0, 2) => 1,
        (1, 2) => 2,
        _ => return None,
    };
    LEXICONS[pair].as_ref()
}

/// Returns the lexicon of two languages, by their numbers in [`LEXICON_COLUMNS`].
fn read(source: usize, target: usize) -> Option<Lexicon> {
    let (mut source, mut target) = (
        Column::new(LEXICON_COLUMNS[source])?,
        Column::new(LEXICON_COLUMNS[target])?,
    );
    let mut pairs = Vec::new();
    for row in LEXICON.lines().filter(|row| !row.starts_with('#')) {
        source.read(row);
        target.read(row);
        for from in source.expressions() {
            for to in target.expressions() {
                let words = (from.len() * to.len()) as f32;
                let weight = (words * words).recip();
                for &one in from {
                    pairs.extend(to.iter().map(|&other| (one, other, weight)));
                }
            }
        }
    }
    Some(Lexicon::of_weights(
        (source.lang, source.stems),
        (target.lang, target.stems),
        &pairs,
    ))
}

/// Words of a column that room is made for: some more than there are.
const MOST_WORDS: usize = 10_000;

/// A language's column of the table, and the cell of the row that was read last.
struct Column {
    lang: Lang,
    number: usize,
    /// What divides the words of an expression, as in [`super::words`].
    divides: fn(char) -> bool,
    profile: &'static Profile,
    function_words: FxHashSet<&'static str>,
    stems: Strings,
    /// The stem of each word as it is written, and whether it is a function word.
    seen: FxHashMap<&'static str, (u32, bool)>,
    words: Vec<u32>,
    ends: Vec<usize>,
}

impl Column {
    fn new((tag, number): (&str, usize)) -> Option<Self> {
        let lang = Lang::new(tag).ok()?;
        let profile = profile(&lang);
        Some(Self {
            lang,
            number,
            divides: if tag == "en" {
                |c| c.is_ascii_punctuation() || c == ' '
            } else {
                |c| c.is_ascii_punctuation() && c != '\'' || c == ' '
            },
            profile,
            function_words: profile.grammar.function_words.split(' ').collect(),
            stems: Strings::with_room(MOST_WORDS),
            seen: FxHashMap::with_capacity_and_hasher(MOST_WORDS, FxBuildHasher),
            words: Vec::new(),
            ends: Vec::new(),
        })
    }

    fn read(&mut self, row: &'static str) {
        self.words.clear();
        self.ends.clear();
        let cell = row.split('\t').nth(self.number).unwrap_or_default();
        for expression in cell.split(';') {
            let begin = self.words.len();
            let mut function_words = 0;
            for word in expression
                .split(self.divides)
                .filter(|word| !word.is_empty())
            {
                let (stem, is_function) = self.word(word);
                self.words.push(stem);
                if is_function {
                    // Function words stand before the others until it is known whether there are others.
                    let last = self.words.len() - 1;
                    self.words.swap(begin + function_words, last);
                    function_words += 1;
                }
            }
            if function_words < self.words.len() - begin {
                self.words.drain(begin..begin + function_words);
            }
            self.ends.push(self.words.len());
        }
    }

    fn word(&mut self, word: &'static str) -> (u32, bool) {
        if let Some(&known) = self.seen.get(word) {
            return known;
        }
        let folded = fold(word);
        let stem = self.stems.number(&(self.profile.rough_stem)(&folded));
        let found = (stem, self.function_words.contains(folded.as_str()));
        self.seen.insert(word, found);
        found
    }

    /// Returns the stems of each expression of the cell: of its content words, or of all if it has none.
    fn expressions(&self) -> impl Iterator<Item = &[u32]> {
        let mut begin = 0;
        self.ends.iter().map(move |&end| {
            let words = &self.words[begin..end];
            begin = end;
            words
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::words::Words;
    use crate::model::Side;

    /// Returns the probabilities with which the shipped lexicon takes one word for another, both ways.
    fn probability((from, one): (&str, &str), (to, other): (&str, &str)) -> (f32, f32) {
        let side = |tag: &str, word: &str| Side::from_lines(Lang::new(tag).unwrap(), [word]);
        let (source, target) = (side(from, one), side(to, other));
        let view = shipped(&source.lang, &target.lang).unwrap();
        let view = view.view(&source.lang, &target.lang).unwrap();
        let mut found = (0.0, 0.0);
        view.pairs(
            &Words::of(&source),
            &Words::of(&target),
            |_, _, forward, backward| {
                found = (f32::max(found.0, forward), f32::max(found.1, backward));
            },
        );
        found
    }

    #[test]
    fn forms_of_a_word_render_forms_of_its_renderings() {
        for (one, other) in [
            (("en", "ministers"), ("ru", "министров")),
            (("en", "agreed"), ("be", "пагадзіліся")),
            (("ru", "вместе"), ("be", "разам")),
            (("be", "разам"), ("en", "together")),
        ] {
            let (forward, backward) = probability(one, other);
            assert!(
                forward > 0.1 && backward > 0.1,
                "{one:?} {other:?}: {forward} {backward}"
            );
        }
    }

    #[test]
    fn what_renders_a_word_shares_its_probability() {
        for tables in LEXICONS.iter().map(|lexicon| lexicon.as_ref().unwrap()) {
            for total in tables.totals() {
                assert!((total - 1.0).abs() < 1e-3, "{total}");
            }
        }
    }

    #[test]
    fn only_its_own_languages_have_it() {
        let lang = |tag: &str| Lang::new(tag).unwrap();
        assert!(shipped(&lang("en-GB"), &lang("ru")).is_some());
        assert!(shipped(&lang("en"), &lang("de")).is_none());
        assert!(shipped(&lang("ru"), &lang("ru")).is_none());
    }
}
