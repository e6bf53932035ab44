//! Words as small numbers, with what comparing needs to know of each.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::language::Profile;
use crate::text::{self, TokenKind};

/// What losing or changing a token means for a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// A word that says something, function words among them.
    Word,
    /// A word that turns a statement round.
    Negation,
    /// A number, or a word with digits in it.
    Number,
    /// A mark of punctuation.
    Mark,
}

impl Class {
    /// All classes, in the order of their definition.
    pub(super) const ALL: [Self; 4] = [Self::Word, Self::Negation, Self::Number, Self::Mark];
}

/// A token as numbers, each equal where two tokens are the same in that respect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// The word in lower case.
    pub lower: u32,
    /// The word without differences that a reader overlooks (ё and е, kinds of quotation marks and dashes).
    pub folded: u32,
    /// The word without its ending; one symbol for all numbers.
    pub stem: u32,
    /// What kind of word it is.
    pub class: Class,
}

impl Symbol {
    /// Stands where nothing is known.
    pub(super) const UNKNOWN: Self = Self {
        lower: u32::MAX,
        folded: u32::MAX,
        stem: u32::MAX,
        class: Class::Word,
    };
}

/// A stem begins with this, of which no token is made, so that it equals no word: «мир» is also the stem of «мира».
pub(super) const STEM_SIGN: char = '\t';

/// Stands for every run of digits in a stem.
const DIGITS_SIGN: char = '#';

/// What a language makes of its words.
pub(super) struct Forms {
    profile: &'static Profile,
    negations: FxHashSet<&'static str>,
}

impl Forms {
    pub(super) fn new(profile: &'static Profile) -> Self {
        Self {
            profile,
            negations: profile.grammar.negations.split(' ').collect(),
        }
    }

    /// Returns what is to be known of a word.
    pub(super) fn of(&self, word: &str, kind: TokenKind) -> Form {
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

/// A word without differences that a reader overlooks, its stem behind the [`STEM_SIGN`], and its class.
pub(super) struct Form {
    pub(super) folded: String,
    pub(super) stem: String,
    pub(super) class: Class,
}

/// Returns a word in lower case, letter by letter.
pub(super) fn lower(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        match c {
            // The only letter that becomes two.
            'İ' => out.extend(c.to_lowercase()),
            c => out.push(text::lower(c)),
        }
    }
    out
}

/// The words of a few texts that are compared with each other, numbered in the order of their first coming.
pub struct Vocabulary {
    forms: Forms,
    /// Lower-case words, their folded forms and their stems share one numbering of strings.
    numbers: FxHashMap<String, u32>,
    /// Words as they were written.
    known: FxHashMap<String, Symbol>,
}

impl Vocabulary {
    /// Returns an empty vocabulary of a language.
    pub fn new(profile: &'static Profile) -> Self {
        Self {
            forms: Forms::new(profile),
            numbers: FxHashMap::default(),
            known: FxHashMap::default(),
        }
    }

    /// Returns the symbols of a text, giving numbers to words not seen before.
    pub fn learn(&mut self, text: &str) -> Vec<Symbol> {
        text::tokens(text)
            .map(|token| {
                let written = token.of(text);
                if let Some(&known) = self.known.get(written) {
                    return known;
                }
                let form = self.forms.of(written, token.kind);
                let symbol = Symbol {
                    lower: self.number(lower(written)),
                    folded: self.number(form.folded),
                    stem: self.number(form.stem),
                    class: form.class,
                };
                self.known.insert(written.to_owned(), symbol);
                symbol
            })
            .collect()
    }

    fn number(&mut self, word: String) -> u32 {
        let next = self.numbers.len() as u32;
        *self.numbers.entry(word).or_insert(next)
    }
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
        let one = vocabulary.learn("Министра 5 ёлок");
        let other = vocabulary.learn("министру 2025 елок не");
        assert_eq!(one[0].stem, other[0].stem);
        assert_ne!(one[0].folded, other[0].folded);
        assert_eq!(one[1].stem, other[1].stem);
        assert_eq!(one[2].folded, other[2].folded);
        assert_eq!(other[3].class, Class::Negation);
    }
}
