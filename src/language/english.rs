//! English.

use rust_stemmers::{Algorithm, Stemmer};

use super::{Profile, sentences};

/// What the program knows of English.
pub(super) static PROFILE: Profile = Profile {
    tag: "en",
    name: "English",
    stem,
    sentences: &sentences::ENGLISH,
};

/// Snowball's English stemmer (Porter 2001, snowballstem.org).
fn stem(word: &str) -> String {
    Stemmer::create(Algorithm::English).stem(word).into_owned()
}
