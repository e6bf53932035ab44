//! What stands before a full stop: a word, a number, initials or an abbreviation.

use crate::language::{Sentences, WordSet};

/// What the word before a full stop is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// A word like any other, or nothing.
    Word,
    /// A number, in digits or Roman.
    Number,
    /// A capital letter: initials, most often.
    Initial,
    /// An abbreviation, with what it says of the text after it.
    Abbreviation(Class),
}

/// What an abbreviation says of the text after it; the lists of [`Sentences`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Never,
    Name,
    Number,
    OnlyNumber,
    /// A unit after a number; `calendar` when that number is a year or a century.
    Unit {
        calendar: bool,
    },
    Open,
    Closing,
}

/// The longest abbreviation, in bytes of its lower-case form.
const KEY_BYTES: usize = 40;

/// Letters that look alike in Latin and Cyrillic script, small ones.
const LOOK_ALIKE: [(char, char); 9] = [
    ('a', 'а'),
    ('c', 'с'),
    ('e', 'е'),
    ('i', 'і'),
    ('o', 'о'),
    ('p', 'р'),
    ('x', 'х'),
    ('y', 'у'),
    ('k', 'к'),
];

/// A word on the stack, in the form in which the tables have it.
struct Key {
    bytes: [u8; KEY_BYTES],
    length: usize,
}

impl Key {
    /// Returns the key of these characters, `None` when they are too many to be an abbreviation.
    fn new(chars: impl Iterator<Item = char>) -> Option<Self> {
        let mut key = Self {
            bytes: [0; KEY_BYTES],
            length: 0,
        };
        for c in chars {
            let end = key.length + c.len_utf8();
            c.encode_utf8(key.bytes.get_mut(key.length..end)?);
            key.length = end;
        }
        Some(key)
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or("")
    }
}

/// Brings a letter to the form in which the tables have it: lower case, ё as е, one apostrophe, one hyphen.
fn fold(c: char) -> char {
    match c {
        'ё' | 'Ё' => 'е',
        '’' | 'ʼ' => '\'',
        '‑' => '-',
        c => c.to_lowercase().next().unwrap_or(c),
    }
}

/// Says whether the set has the word, in any case.
pub(super) fn has(set: &WordSet, word: &str) -> bool {
    Key::new(word.chars().map(fold)).is_some_and(|key| set.contains(key.as_str()))
}

/// Calls `test` with the word in the form in which the tables have it.
pub(super) fn folded<T>(word: &str, test: impl FnOnce(&str) -> T) -> Option<T> {
    Key::new(word.chars().map(fold)).map(|key| test(key.as_str()))
}

/// Says whether the word is a Roman number, in Latin or in look-alike Cyrillic capitals.
pub(super) fn is_roman(word: &str) -> bool {
    !word.is_empty()
        && word.chars().all(|c| {
            matches!(
                c,
                'I' | 'V' | 'X' | 'L' | 'C' | 'D' | 'M' | 'І' | 'Х' | 'С' | 'М' | 'Ⅰ'
                    ..='Ⅿ' | '-' | '–'
            )
        })
        && word.chars().any(char::is_alphabetic)
}

/// Says whether the word is a number in digits: `19`, `2.1`, `3,5`, `9:30`, `1998–2000`.
pub(super) fn is_number(word: &str) -> bool {
    word.chars().any(|c| c.is_ascii_digit())
        && word
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | ':' | '-' | '–' | '%'))
}

/// How far a word is looked for, in characters: what is longer is none, and would be gone through again for each of its full stops.
const LONGEST_WORD: usize = 200;

/// Returns the last word of the text: back to white space, a quotation mark, a bracket, a comma or a dash, and no further than a word reaches.
pub(super) fn last_word(text: &str) -> &str {
    let mut first = text.len();
    let start = text
        .char_indices()
        .rev()
        .take(LONGEST_WORD)
        .inspect(|&(at, _)| first = at)
        .find(|&(_, c)| {
            c.is_whitespace()
                || super::run::is_quote(c) && !matches!(c, '\'' | '’')
                || matches!(
                    c,
                    '(' | '[' | '{' | ')' | ']' | ',' | ';' | ':' | '—' | '…' | '!' | '?'
                )
        })
        .map(|(at, c)| at + c.len_utf8());
    text[start.unwrap_or(first)..].trim_start_matches(['\'', '’', '–', '-', '.'])
}

/// Says what the last word of `head` is, which a full stop follows.
pub(super) fn before(head: &str, rules: &Sentences) -> Before {
    let token = last_word(head);
    let earlier = head[..head.len() - token.len()].trim_end();
    if token.is_empty() || token.contains('@') {
        return Before::Word;
    }
    if is_number(token) {
        return Before::Number;
    }
    let letters = token.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '–'));
    let glued = letters.len() < token.len();
    let (token, counted) = if glued {
        (letters, Some(&token[..token.len() - letters.len()]))
    } else {
        let number = last_word(earlier);
        let counts = is_number(number) || is_roman(number) || is_scale(earlier, rules);
        (token, counts.then_some(number))
    };
    if let Some(number) = counted
        && known(&rules.after_number, token)
    {
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        return Before::Abbreviation(Class::Unit {
            calendar: is_roman(number) || digits >= 4,
        });
    }
    // «17-й», "1st", "100m" with no such unit.
    if glued {
        return Before::Word;
    }
    if let Some(class) = spaced(earlier, token, rules) {
        return Before::Abbreviation(class);
    }
    if let Some(class) = class(token, rules) {
        let listed = last_word(earlier).chars().count() == 1;
        return Before::Abbreviation(match class {
            // «и пр.» closes a list, «пр. Мира» is a street.
            Class::Closing if !listed && known(&rules.before_name, token) => Class::Name,
            Class::Number if known(&rules.before_name, token) => Class::Name,
            Class::Open if counted.is_some() => Class::Unit { calendar: false },
            class => class,
        });
    }
    if is_initials(token) {
        return Before::Initial;
    }
    if is_roman(token) {
        return Before::Number;
    }
    if let Some((first, last)) = token.rsplit_once(['-', '‑', '\'', '’']) {
        if first.ends_with('.') {
            return Before::Abbreviation(Class::Name);
        }
        if let Some(class) = class(last, rules)
            && first.chars().count() == 1
        {
            return Before::Abbreviation(class);
        }
    }
    if is_dotted(token) {
        return Before::Abbreviation(Class::Open);
    }
    if is_unpronounceable(token) {
        // «чт.» may be a unit; a title has a capital, and one letter stands for too many words to say.
        let unit = token.starts_with(char::is_lowercase) && token.chars().count() > 1;
        return Before::Abbreviation(if unit { Class::Number } else { Class::Name });
    }
    Before::Word
}

/// Says whether the text ends with a number and one abbreviation: «45 тыс.», before another unit.
fn is_scale(text: &str, rules: &Sentences) -> bool {
    let scale = last_word(text);
    let earlier = text[..text.len() - scale.len()].trim_end();
    let scale = scale.trim_end_matches('.');
    is_number(last_word(earlier))
        && (known(&rules.open, scale) || known(&rules.after_number, scale))
}

/// Returns the class of an abbreviation whose parts are written apart: «т. е.», "U. S.".
fn spaced(earlier: &str, token: &str, rules: &Sentences) -> Option<Class> {
    let part = last_word(earlier.strip_suffix('.')?);
    let fits = !part.is_empty() && part.chars().count() <= 3 && token.chars().count() <= 4;
    if !fits {
        return None;
    }
    let key = Key::new(part.chars().chain(['.']).chain(token.chars()))?;
    class(key.as_str(), rules)
}

/// Returns the class of an abbreviation, as it is written or with its first letter small.
fn class(token: &str, rules: &Sentences) -> Option<Class> {
    [
        (&rules.never, Class::Never),
        (&rules.closing, Class::Closing),
        (&rules.open, Class::Open),
        (&rules.only_before_number, Class::OnlyNumber),
        (&rules.before_number, Class::Number),
        (&rules.before_name, Class::Name),
    ]
    .into_iter()
    .find(|(set, _)| known(set, token))
    .map(|(_, class)| class)
}

/// Says whether the set has the token as it is written, or with a small first letter if the other letters are small (one capital alone is an
/// initial), or with Latin letters for Cyrillic ones of the same look.
fn known(set: &WordSet, token: &str) -> bool {
    let mut chars = token.chars();
    let first_capital = chars.next().is_some_and(char::is_uppercase);
    if set.contains(token) {
        return true;
    }
    if first_capital && (!chars.clone().any(char::is_lowercase) || chars.any(char::is_uppercase)) {
        return false;
    }
    let cyrillic = |c: char| {
        let c = fold(c);
        LOOK_ALIKE
            .iter()
            .find(|(latin, _)| *latin == c)
            .map_or(c, |&(_, letter)| letter)
    };
    has(set, token)
        || Key::new(token.chars().map(cyrillic)).is_some_and(|key| set.contains(key.as_str()))
}

/// Says whether the token is capitals with full stops between: `А`, `С.В`, `A.-B`.
fn is_initials(token: &str) -> bool {
    token.split(['.', '-']).all(|part| {
        let mut chars = part.chars();
        chars.next().is_none_or(char::is_uppercase) && chars.next().is_none()
    })
}

/// Says whether the token is single letters with full stops between, small ones among them: an abbreviation in no table.
fn is_dotted(token: &str) -> bool {
    token.contains('.') && token.split('.').all(|part| part.chars().count() == 1)
}

/// Letters in which a syllable can have its vowel; `r` and `l` are not, so Slavic syllabic consonants count as none.
const VOWELS: &str = "aeiouyäöüáéíóúàèìòùâêîôûăąęőűаеёиоуыэюяіўєїŭ";

/// Says whether a token of up to five letters, not all capitals, has no vowel: such a thing with a full stop is an abbreviation.
fn is_unpronounceable(token: &str) -> bool {
    let count = token.chars().count();
    (1..=5).contains(&count)
        && token.chars().skip(1).all(char::is_lowercase)
        && token
            .chars()
            .all(|c| c.is_alphabetic() && c < '\u{530}' && !VOWELS.contains(fold(c)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::profile;
    use crate::model::Lang;

    fn of(lang: &str, head: &str) -> Before {
        before(head, profile(&Lang::new(lang).unwrap()).sentences)
    }

    #[test]
    fn a_year_makes_a_unit_and_a_city_a_name() {
        let year = Before::Abbreviation(Class::Unit { calendar: true });
        assert_eq!(of("ru", "в 1999 г"), year);
        assert_eq!(of("ru", "в 1999г"), year);
        assert_eq!(of("ru", "в г"), Before::Abbreviation(Class::Name));
        assert_eq!(of("be", "у ХІХ ст"), year);
    }

    #[test]
    fn parts_may_stand_apart() {
        for head in ["торговля и т. д", "торговля и т.д", "торговля и т.\u{a0}д"]
        {
            assert_eq!(
                of("ru", head),
                Before::Abbreviation(Class::Closing),
                "{head}"
            );
        }
        assert_eq!(
            of("be", "даверу, г. зн"),
            Before::Abbreviation(Class::Never)
        );
    }

    #[test]
    fn capitals_are_initials() {
        assert_eq!(of("ru", "Министр С.В"), Before::Initial);
        assert_eq!(of("ru", "посол Т. Д"), Before::Initial);
        assert_eq!(of("en", "the U.S"), Before::Abbreviation(Class::Open));
    }

    #[test]
    fn latin_letters_of_the_same_look_do_not_hide_an_abbreviation() {
        assert_eq!(of("ru", "на c"), of("ru", "на с"));
        assert_ne!(of("ru", "на c"), Before::Word);
    }
}
