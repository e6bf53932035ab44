//! Russian.

use rust_stemmers::{Algorithm, Stemmer};

use super::{Profile, TurnLabels};

/// What the program knows of Russian.
pub(super) static PROFILE: Profile = Profile {
    tag: "ru",
    name: "Russian",
    months: [
        "январ",
        "феврал",
        "март",
        "апрел",
        "ма",
        "июн",
        "июл",
        "август",
        "сентябр",
        "октябр",
        "ноябр",
        "декабр",
    ],
    turn_labels: TurnLabels {
        question: &["Вопрос"],
        answer: &["Ответ"],
    },
    stem,
};

/// Snowball's Russian stemmer (Porter 2001, snowballstem.org).
fn stem(word: &str) -> String {
    Stemmer::create(Algorithm::Russian).stem(word).into_owned()
}
