//! What holds for a language that the program does not know by name.

use super::{Profile, TurnLabels};

/// The profile of every other language.
pub(super) static PROFILE: Profile = Profile {
    tag: "und",
    name: "any language",
    months: ["", "", "", "", "", "", "", "", "", "", "", ""],
    turn_labels: TurnLabels {
        question: &[],
        answer: &[],
    },
    stem,
};

/// Letters of a word that its forms usually share.
const STEM_LETTERS: usize = 5;

/// The first five letters: crude, and as good for aligning as a stemmer where there is none.
pub(super) fn stem(word: &str) -> String {
    word.chars().take(STEM_LETTERS).collect()
}
