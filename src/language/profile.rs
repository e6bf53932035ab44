//! Everything the program knows of one language, as one value.

use std::sync::LazyLock;

use super::sentences::Sentences;
use super::{belarusian, english, generic, russian};
use crate::model::Lang;
use crate::text::Numerals;

/// What segmenting, aligning and matching need to know of a language. A new language is one such value in a file of its own and one line in
/// [`PROFILES`]; nothing else changes.
#[derive(Debug)]
pub struct Profile {
    /// The primary language subtag, `und` for the generic profile.
    pub tag: &'static str,
    /// The language's name in English.
    pub name: &'static str,
    /// Brings the forms of a word to a common stem; takes a word in the form of [`crate::text::fold`].
    pub stem: fn(&str) -> String,
    /// Reads numbers in digits, words and Roman numerals by the language's habits.
    pub numerals: &'static LazyLock<Numerals>,
    /// Where sentences end.
    pub sentences: &'static Sentences,
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
