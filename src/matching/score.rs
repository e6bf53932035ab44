//! Plain similarity of two texts, by words and by characters: measures that anyone can check by hand.
//!
//! Both are Levenshtein's: the fewest insertions, deletions and replacements that turn one sequence into the other (V. I. Levenshtein,
//! "Binary codes capable of correcting deletions, insertions and reversals", 1966), normalised by the longer length. Words are the tokens of
//! [`crate::text::tokens`] in lower case, characters are Unicode code points with their case. Each measure is symmetric, and 1 only for
//! equals. Computed bit-parallel (G. Myers 1999, H. Hyyrö 2003) by `rapidfuzz`; `strsim` is the reference in the tests.

use std::hash::Hash;

use rapidfuzz::distance::levenshtein;

use crate::model::Score;
use crate::text;

/// Rounding that a threshold forgives, so that 7 of 10 passes 0.7 in binary fractions too.
pub(super) const ROUNDING: f64 = 1e-9;

/// Returns the fewest edits of words that turn one text into the other.
pub fn words_distance(one: &str, other: &str) -> usize {
    strangers(lower_words(one), lower_words(other)).distance()
}

/// Returns the similarity by words: 1 − distance / tokens of the longer text; 1 for two texts without any.
///
/// ```
/// # use diglot::matching::score::words_similarity;
/// assert_eq!(words_similarity("The talks went on.", "The talks went well .").fraction(), 0.8);
/// ```
pub fn words_similarity(one: &str, other: &str) -> Score {
    strangers(lower_words(one), lower_words(other)).similarity()
}

/// Returns the similarity of texts by words, of which each has a number: 1 − distance / words of the longer text.
pub(super) fn similarity(one: Vec<u32>, other: Vec<u32>) -> Score {
    Pair(one, other).similarity()
}

/// Returns the fewest edits of code points that turn one text into the other.
pub fn chars_distance(one: &str, other: &str) -> usize {
    levenshtein::distance(one.chars(), other.chars())
}

/// Returns the similarity by characters: 1 − distance / code points of the longer text; 1 for two empty texts.
pub fn chars_similarity(one: &str, other: &str) -> Score {
    let longer = one.chars().count().max(other.chars().count());
    Score::new(normalised(chars_distance(one, other), longer))
}

/// Returns the similarity of a distance between sequences whose longer one has `longer` members.
pub(super) fn normalised(distance: usize, longer: usize) -> f64 {
    if longer == 0 {
        1.0
    } else {
        1.0 - distance as f64 / longer as f64
    }
}

/// Returns the largest distance at which sequences whose longer one has `longer` members are still at least `similarity` alike.
pub(super) fn allowed(similarity: f64, longer: usize) -> usize {
    ((1.0 - similarity) * longer as f64 + ROUNDING).max(0.0) as usize
}

/// Returns how many of `longer` members two sequences must share to be at least `similarity` alike.
pub(super) fn needed(similarity: f64, longer: usize) -> usize {
    longer - allowed(similarity, longer).min(longer)
}

/// Returns the words of a text in the form in which they are compared: as [`text::normal`] has them, in lower case, letter by letter.
pub(super) fn lower_words(text: &str) -> Vec<String> {
    let text = &*text::normal(text);
    text::tokens(text)
        .map(|token| {
            let letters = token.of(text).chars();
            letters.flat_map(char::to_lowercase).collect()
        })
        .collect()
}

/// Two sequences as numbers, equal where their members are.
struct Pair(Vec<u32>, Vec<u32>);

fn strangers<T: Eq + Hash>(one: Vec<T>, other: Vec<T>) -> Pair {
    let mut numbers = rustc_hash::FxHashMap::default();
    let mut number = |member| {
        let next = numbers.len() as u32;
        *numbers.entry(member).or_insert(next)
    };
    Pair(
        one.into_iter().map(&mut number).collect(),
        other.into_iter().map(&mut number).collect(),
    )
}

impl Pair {
    fn longer(&self) -> usize {
        self.0.len().max(self.1.len())
    }

    fn distance(&self) -> usize {
        levenshtein::distance(self.0.iter().copied(), self.1.iter().copied())
    }

    fn similarity(&self) -> Score {
        Score::new(normalised(self.distance(), self.longer()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn counts_marks_as_words_and_case_as_nothing() {
        assert_eq!(words_distance("Да, конечно.", "да конечно"), 2);
        assert_eq!(words_similarity("Мир", "мир"), Score::ONE);
        assert!(chars_similarity("Мир", "мир") < Score::ONE);
        assert_eq!(words_similarity("", "").percent(), 100);
        assert_eq!(words_similarity("a b", "").percent(), 0);
    }

    #[test]
    fn ways_of_writing_the_same_letter_are_the_same() {
        assert_eq!(
            words_similarity("Твои\u{306} \u{387} мир", "Твой \u{b7} мир"),
            Score::ONE
        );
    }

    #[test]
    fn a_threshold_that_is_met_exactly_is_met() {
        for longer in 1..200 {
            for distance in 0..=longer {
                let similarity = normalised(distance, longer);
                assert_eq!(allowed(similarity, longer), distance);
                assert_eq!(needed(similarity, longer), longer - distance);
            }
        }
    }

    proptest! {
        #[test]
        fn characters_agree_with_the_reference(one in "[аbв ]{0,90}", other in "[аbв ]{0,90}") {
            prop_assert_eq!(chars_distance(&one, &other), strsim::levenshtein(&one, &other));
        }

        #[test]
        fn words_agree_with_the_reference(one in "([абв] ){0,80}", other in "([абвг] ){0,80}") {
            let (a, b) = (lower_words(&one), lower_words(&other));
            prop_assert_eq!(words_distance(&one, &other), strsim::generic_levenshtein(&a, &b));
        }

        #[test]
        fn plain_scores_are_symmetric_and_one_only_for_equals(one in "[аБb1, ]{0,30}", other in "[аБb1, ]{0,30}") {
            prop_assert_eq!(words_similarity(&one, &other), words_similarity(&other, &one));
            prop_assert_eq!(chars_similarity(&one, &other), chars_similarity(&other, &one));
            prop_assert_eq!(chars_similarity(&one, &other) == Score::ONE, one == other);
            prop_assert_eq!(words_similarity(&one, &other) == Score::ONE, lower_words(&one) == lower_words(&other));
        }
    }
}
