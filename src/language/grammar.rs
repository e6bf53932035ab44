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
    /// How singular names decline, and the plural ones among places, a row of six endings each, nominative to locative (`language/names.rs`); none
    /// where names keep one form.
    pub declensions: &'static [&'static str],
    /// Names and acronyms that go with other words than the rest, by an article, a preposition or their gender, group by group, each divided by `; `:
    /// one takes the place of another of its group only. The places in none make one more group; of an acronym in none nothing is known.
    pub name_groups: &'static [&'static str],
    /// Whether a word stands before a name unchanged, whatever name stood there before: «в» does before «Минске», not before «Франции».
    pub stays_before: fn(&str, &str) -> bool,
    /// Words that change their form by the sound of the next, with the form that stands for both: `во=в`.
    pub sound_forms: &'static str,
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

/// Says whether a text begins with one of some letters and a consonant after it.
pub(super) fn begins_with_cluster(text: &str, letters: &str, vowels: &str) -> bool {
    let mut lower = text.chars().flat_map(char::to_lowercase);
    let (first, second) = (lower.next(), lower.next());
    first.is_some_and(|c| letters.contains(c)) && second.is_some_and(|c| !vowels.contains(c))
}

impl Grammar {
    /// Returns the group of a name among [`Grammar::name_groups`], 0 for the usual one; `None` for an acronym of which nothing is known.
    pub(crate) fn name_group(&self, name: &str, is_acronym: bool) -> Option<usize> {
        let listed = |group: &&'static str| group.split("; ").any(|it| it == name);
        let group = self.name_groups.iter().position(listed);
        group.map(|at| at + 1).or((!is_acronym).then_some(0))
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
