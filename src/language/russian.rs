//! Russian.

use rust_stemmers::{Algorithm, Stemmer};

use super::{Profile, sentences};

/// What the program knows of Russian.
pub(super) static PROFILE: Profile = Profile {
    tag: "ru",
    name: "Russian",
    stem,
    sentences: &sentences::RUSSIAN,
};

/// Snowball's Russian stemmer (Porter 2001, snowballstem.org).
fn stem(word: &str) -> String {
    Stemmer::create(Algorithm::Russian).stem(word).into_owned()
}
