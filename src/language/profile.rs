//! Everything the program knows of one language, as one value.

use std::sync::LazyLock;

use super::{Grammar, Sentences, belarusian, english, generic, russian};
use crate::model::Lang;
use crate::text::Numerals;

/// What segmenting, aligning and matching need to know of a language. A new language is one such value in a file of its own and one line in
/// [`profiles`]; nothing else changes.
#[derive(Debug)]
pub struct Profile {
    /// The primary language subtag, `und` for the generic profile.
    pub tag: &'static str,
    /// The language's name in English.
    pub name: &'static str,
    /// The stems of the names of the months, in lower case, January first; empty where unknown.
    pub months: [&'static str; 12],
    /// How a transcript marks questions and answers without naming anyone.
    pub turn_labels: TurnLabels,
    /// Brings the forms of a word to a common stem; takes a word in the form of [`crate::text::fold`].
    pub stem: fn(&str) -> String,
    /// The same for counting which words go together, where few texts must teach much: may be coarser.
    pub rough_stem: fn(&str) -> String,
    /// Reads numbers in digits, words and Roman numerals by the language's habits.
    pub numerals: &'static LazyLock<Numerals>,
    /// Where sentences end.
    pub sentences: &'static Sentences,
    /// Negations, function words and what agrees with a number.
    pub grammar: &'static Grammar,
}

/// The words before the colon of a turn whose speaker is not named.
#[derive(Debug)]
pub struct TurnLabels {
    /// Who asks: `Question`.
    pub question: &'static [&'static str],
    /// Who answers: `Answer`.
    pub answer: &'static [&'static str],
}

/// The languages known by name.
static PROFILES: [&Profile; 3] = [&english::PROFILE, &russian::PROFILE, &belarusian::PROFILE];

/// Returns the profile of a language, the generic one where it has none of its own.
pub fn profile(lang: &Lang) -> &'static Profile {
    PROFILES
        .into_iter()
        .find(|profile| profile.tag == lang.primary())
        .unwrap_or(&generic::PROFILE)
}

/// Returns the profiles of all languages known by name.
pub fn profiles() -> &'static [&'static Profile] {
    &PROFILES
}
