//! Words as small numbers, with what comparing needs to know of each.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::language::Profile;
use crate::text::{self, TokenKind};

use super::super::score::lower;

/// What losing or changing a token means for a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Class {
    /// A word that says something, function words among them.
    Word,
    /// A word that turns a statement round.
    Negation,
    /// A number, or a word with digits in it.
    Number,
    /// A mark of punctuation.
    Mark,
}

/// A token as numbers, each equal where two tokens are the same in that respect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Symbol {
    /// The word in lower case.
    pub(in super::super) lower: u32,
    /// The word without differences that a reader overlooks (ё and е, kinds of quotation marks and dashes).
    pub(in super::super) folded: u32,
    /// The word without its ending; one symbol for all numbers.
    pub(in super::super) stem: u32,
    /// What kind of word it is.
    pub(in super::super) class: Class,
}

/// The words of one language's texts, numbered in the order of their first coming.
pub(super) struct Vocabulary {
    profile: &'static Profile,
    negations: FxHashSet<&'static str>,
    /// Lower-case words, their folded forms and their stems share one numbering of strings.
    numbers: FxHashMap<Box<str>, u32>,
    /// What is known of the strings that are lower-case words.
    symbols: FxHashMap<u32, Symbol>,
}

/// A stem begins with this so that it equals no word: «мир» is also the stem of «мира».
const STEM_SIGN: char = '\u{1}';

/// Stands for every run of digits in a stem.
const DIGITS_SIGN: char = '#';

impl Vocabulary {
    pub(super) fn new(profile: &'static Profile) -> Self {
        Self {
            profile,
            negations: profile.grammar.negations.split(' ').collect(),
            numbers: FxHashMap::default(),
            symbols: FxHashMap::default(),
        }
    }

    /// Returns the symbols of a text, giving numbers to words not seen before.
    pub(super) fn learn(&mut self, text: &str) -> Vec<Symbol> {
        text::tokens(text)
            .map(|token| {
                let lower = self.number(lower(token.of(text)));
                if let Some(&symbol) = self.symbols.get(&lower) {
                    return symbol;
                }
                let form = self.form(token.of(text), token.kind);
                let symbol = Symbol {
                    lower,
                    folded: self.number(form.folded),
                    stem: self.number(form.stem),
                    class: form.class,
                };
                self.symbols.insert(lower, symbol);
                symbol
            })
            .collect()
    }

    /// Returns the symbols of a text; words not seen before get numbers that stand in no text.
    pub(super) fn read(&self, text: &str) -> Vec<Symbol> {
        let mut strangers: FxHashMap<String, u32> = FxHashMap::default();
        text::tokens(text)
            .map(|token| {
                let lower = lower(token.of(text));
                let known = self.numbers.get(lower.as_str());
                if let Some(&symbol) = known.and_then(|number| self.symbols.get(number)) {
                    return symbol;
                }
                let form = self.form(token.of(text), token.kind);
                let mut number = |word: String| match self.numbers.get(word.as_str()) {
                    Some(&number) => number,
                    None => {
                        let next = u32::MAX - strangers.len() as u32;
                        *strangers.entry(word).or_insert(next)
                    }
                };
                Symbol {
                    lower: number(lower),
                    folded: number(form.folded),
                    stem: number(form.stem),
                    class: form.class,
                }
            })
            .collect()
    }

    /// Returns the symbols of lower-case words by their numbers.
    pub(super) fn symbols_of(&self, words: &[u32]) -> impl Iterator<Item = Symbol> {
        words
            .iter()
            .filter_map(|word| self.symbols.get(word).copied())
    }

    /// Returns how many numbers are given out.
    pub(super) fn numbers(&self) -> usize {
        self.numbers.len()
    }

    fn number(&mut self, word: String) -> u32 {
        let next = self.numbers.len() as u32;
        *self.numbers.entry(word.into_boxed_str()).or_insert(next)
    }

    fn form(&self, word: &str, kind: TokenKind) -> Form {
        let folded = text::fold(word);
        let has_digits = folded.contains(|c: char| c.is_numeric());
        let (class, stem) = match kind {
            TokenKind::Mark => (Class::Mark, folded.clone()),
            _ if has_digits => (Class::Number, without_digits(&folded)),
            _ => {
                let class = if self.negations.contains(folded.as_str()) {
                    Class::Negation
                } else {
                    Class::Word
                };
                (class, (self.profile.stem)(&folded))
            }
        };
        Form {
            stem: format!("{STEM_SIGN}{stem}"),
            folded,
            class,
        }
    }
}

struct Form {
    folded: String,
    stem: String,
    class: Class,
}

fn without_digits(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        if !c.is_numeric() {
            out.push(c);
        } else if !out.ends_with(DIGITS_SIGN) {
            out.push(DIGITS_SIGN);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language;
    use crate::model::Lang;

    #[test]
    fn forms_of_a_word_and_all_numbers_share_a_stem() {
        let mut vocabulary = Vocabulary::new(language::profile(&Lang::new("ru").unwrap()));
        let learnt = vocabulary.learn("Министра 5 ёлок");
        let read = vocabulary.read("министру 2025 елок не");
        assert_eq!(learnt[0].stem, read[0].stem);
        assert_ne!(learnt[0].folded, read[0].folded);
        assert_eq!(learnt[1].stem, read[1].stem);
        assert_eq!(learnt[2].folded, read[2].folded);
        assert_eq!(read[3].class, Class::Negation);
    }

    #[test]
    fn a_stranger_is_no_word_of_the_texts_and_equal_to_itself() {
        let vocabulary = Vocabulary::new(language::profile(&Lang::new("en").unwrap()));
        let read = vocabulary.read("mill mill");
        assert_eq!(read[0], read[1]);
    }
}
