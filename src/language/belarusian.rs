//! Belarusian, in Cyrillic letters and the official norm of 2008.

use super::{Profile, TurnLabels, generic};

/// What the program knows of Belarusian.
pub(super) static PROFILE: Profile = Profile {
    tag: "be",
    name: "Belarusian",
    months: [
        "студзен",
        "лют",
        "сакавік",
        "красавік",
        "ма",
        "чэрвен",
        "ліпен",
        "жні",
        "верас",
        "кастрычнік",
        "лістапад",
        "снеж",
    ],
    turn_labels: TurnLabels {
        question: &["Пытанне"],
        answer: &["Адказ"],
    },
    stem: generic::stem,
};
