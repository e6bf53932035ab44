//! What holds for a language that the program does not know by name.

use std::sync::LazyLock;

use super::{Grammar, Profile, TurnLabels, grammar, sentences};
use crate::text::{NumberWords, Numerals};

/// The profile of every other language.
pub(super) static PROFILE: Profile = Profile {
    tag: "und",
    name: "any language",
    months: ["", "", "", "", "", "", "", "", "", "", "", ""],
    turn_labels: TurnLabels {
        question: &[],
        answer: &[],
    },
    stem: rough_stem,
    rough_stem,
    numerals: &NUMERALS,
    sentences: &sentences::GENERIC,
    grammar: &GRAMMAR,
};

/// Letters of a word that its forms usually share.
const STEM_LETTERS: usize = 5;

/// The first five letters: crude, and as good for aligning as a stemmer where there is none.
pub(super) fn rough_stem(word: &str) -> String {
    word.chars().take(STEM_LETTERS).collect()
}

static NUMERALS: LazyLock<Numerals> = LazyLock::new(|| Numerals::new(&NUMBER_WORDS));

/// Digits only, with the comma before decimals, as most of the world outside English writes.
static NUMBER_WORDS: NumberWords = NumberWords {
    cardinals: &[],
    ordinals: &[],
    ordinal_endings: "",
    magnitudes: &[],
    links: "",
    digit_endings: "",
    decimal: ',',
    space_groups: true,
    lone_roman: false,
};

static GRAMMAR: Grammar = Grammar {
    negations: "",
    function_words: "",
    plural: grammar::one_or_other,
    ordinal: grammar::always,
    before_number: "",
    year_words: "",
    fleeting_vowels: "",
    months: &[],
    declensions: &[],
    name_groups: &[],
    stays_before: |_, _| false,
    sound_forms: "",
};
