//! English.

use rust_stemmers::{Algorithm, Stemmer};

use super::{Profile, TurnLabels};

/// What the program knows of English.
pub(super) static PROFILE: Profile = Profile {
    tag: "en",
    name: "English",
    months: [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ],
    turn_labels: TurnLabels {
        question: &["Question", "Q"],
        answer: &["Answer", "A"],
    },
    stem,
};

/// Snowball's English stemmer (Porter 2001, snowballstem.org).
fn stem(word: &str) -> String {
    Stemmer::create(Algorithm::English).stem(word).into_owned()
}
