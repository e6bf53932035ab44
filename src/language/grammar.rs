//! The little of a language's grammar that comparing and repairing sentences needs.
//!
//! Plural classes are those of Unicode CLDR (Language Plural Rules), numbered from 0 in the order one, few, many or other.

/// Negations, function words and what agrees with a number. Words are in the form of
/// [`crate::text::fold`], divided by spaces.
#[derive(Debug)]
pub struct Grammar {
    /// Words that turn a statement round.
    pub negations: &'static str,
    /// Words that say little by themselves: articles, prepositions, conjunctions, pronouns.
    pub function_words: &'static str,
    /// The form that a noun takes after a whole number: numbers of one class take the same form.
    pub plural: fn(u64) -> u8,
    /// The ending that an ordinal in digits takes (`st nd rd th`): numbers of one class take the same ending.
    pub ordinal: fn(u64) -> u8,
    /// Words before a number whose own form depends on it: `a`, `an`.
    pub before_number: &'static str,
    /// Words for `year`: after four digits they make an ordinal of the number, so that their form does not depend on it.
    pub year_words: &'static str,
    /// Vowels that come and go between the last two consonants of a stem.
    pub fleeting_vowels: &'static str,
    /// The names of the months, January first, each in its forms, which are in the same order for all; empty where unknown.
    pub months: &'static [&'static str],
    /// Whether words around a name take their form from it, as verbs and adjectives do where nouns have genders.
    pub agrees_with_names: bool,
}

/// One form for one, another for the rest, as in English and much of Europe.
pub(super) fn one_or_other(number: u64) -> u8 {
    u8::from(number != 1)
}

/// The three forms of the East Slavic languages: 1 and 21; 2 to 4 and 22; 5 to 20.
pub(super) fn east_slavic(number: u64) -> u8 {
    match (number % 10, number % 100) {
        (_, 11..=14) => 2,
        (1, _) => 0,
        (2..=4, _) => 1,
        _ => 2,
    }
}

/// The same ending for every number.
pub(super) fn always(_: u64) -> u8 {
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn east_slavic_numbers_count_by_their_last_word() {
        for (number, class) in [(1, 0), (21, 0), (11, 2), (3, 1), (13, 2), (24, 1), (100, 2)] {
            assert_eq!(east_slavic(number), class, "{number}");
        }
    }
}
