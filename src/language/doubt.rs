//! What is doubtful about the texts of a unit: the wrong language, garbled letters, letters of two alphabets in one word, a source that was never
//! translated.
//!
//! The rule: every unit of a file goes through here, so letters decide first and the models of [`Detector`] are asked only where letters raise a
//! doubt; a doubt is said when both agree. Short texts, names and abbreviations are of any language.

use std::fmt;

use encoding_rs::{WINDOWS_1251, WINDOWS_1252};

use super::Detector;
use crate::model::{Lang, TranslationUnit, Variant};

/// The texts of a unit that its others are compared with.
const MOST_COMPARED: usize = 100;

/// Fewer letters than this say nothing of a text's language.
const FEW_LETTERS: usize = 12;

/// How sure the models must be of another language, with letters speaking against the one told.
const SURE: f64 = 0.9;

/// Fewer letters than this read as another encoding by chance.
const FEW_GARBLED: usize = 4;

/// Cyrillic letters and the Latin ones that look alike, pair by pair.
const LOOK_ALIKE: &[(char, char)] = &[
    ('а', 'a'),
    ('е', 'e'),
    ('о', 'o'),
    ('р', 'p'),
    ('с', 'c'),
    ('у', 'y'),
    ('х', 'x'),
    ('і', 'i'),
    ('ј', 'j'),
    ('ѕ', 's'),
    ('А', 'A'),
    ('В', 'B'),
    ('Е', 'E'),
    ('К', 'K'),
    ('М', 'M'),
    ('Н', 'H'),
    ('О', 'O'),
    ('Р', 'P'),
    ('С', 'C'),
    ('Т', 'T'),
    ('У', 'Y'),
    ('Х', 'X'),
    ('І', 'I'),
    ('Ј', 'J'),
    ('Ѕ', 'S'),
];

/// Something doubtful.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// A text looks like one in another language.
    Language {
        /// The language it is said to be in.
        said: Lang,
        /// The language it looks like.
        seen: Lang,
    },
    /// Two texts are equal, so that one is hardly a rendering of the other.
    Same {
        /// The languages they are said to be in.
        langs: [Lang; 2],
    },
    /// A text was read in the wrong encoding somewhere on its way.
    Garbled {
        /// The language it is said to be in.
        lang: Lang,
        /// The beginning of what it should be, where that can be told.
        meant: Option<String>,
    },
    /// A word has letters of both alphabets that look alike.
    Mixed {
        /// The language of the text.
        lang: Lang,
        /// The word.
        word: String,
    },
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Language { said, seen } => {
                write!(f, "the text in `{said}` looks like `{seen}`")
            }
            Self::Same {
                langs: [one, other],
            } => {
                write!(f, "the texts in `{one}` and `{other}` are the same")
            }
            Self::Garbled {
                lang,
                meant: Some(meant),
            } => write!(f, "the text in `{lang}` is garbled; it may mean `{meant}`"),
            Self::Garbled { lang, meant: None } => {
                write!(
                    f,
                    "the text in `{lang}` is garbled: it was read in a wrong encoding"
                )
            }
            Self::Mixed { lang, word } => write!(
                f,
                "in the text in `{lang}` the word `{word}` mixes Latin and Cyrillic letters"
            ),
        }
    }
}

/// Looks at units.
#[derive(Default)]
pub struct Examiner {
    detector: Detector,
}

impl Examiner {
    /// Returns an examiner; models are loaded with the first text that needs them.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns what is doubtful about a unit's texts.
    pub fn examine(&self, unit: &TranslationUnit) -> Vec<Doubt> {
        let mut doubts = Vec::new();
        for (at, variant) in unit.variants.iter().enumerate() {
            let before = &unit.variants[..at.min(MOST_COMPARED)];
            let same = before.iter().find(|other| {
                other.lang.primary() != variant.lang.primary() && other.text() == variant.text()
            });
            if let Some(other) = same.filter(|_| letters(variant.text()) >= FEW_LETTERS) {
                doubts.push(Doubt::Same {
                    langs: [other.lang.clone(), variant.lang.clone()],
                });
            }
            doubts.extend(self.of_variant(variant));
        }
        doubts
    }

    fn of_variant(&self, variant: &Variant) -> Option<Doubt> {
        let text = variant.text();
        let seen = Seen::of(text);
        let lang = &variant.lang;
        if let Some(meant) = garbled(text, &seen, lang) {
            return Some(Doubt::Garbled {
                lang: lang.clone(),
                meant,
            });
        }
        if seen.mixes
            && let Some(word) = mixed_word(text)
        {
            return Some(Doubt::Mixed {
                lang: lang.clone(),
                word: word.to_owned(),
            });
        }
        if seen.latin + seen.cyrillic < FEW_LETTERS || !seen.speaks_against(lang) {
            return None;
        }
        let found = self.detector.detect(text)?;
        let other = found.lang.primary() != lang.primary() && found.confidence >= SURE;
        other.then(|| Doubt::Language {
            said: lang.clone(),
            seen: found.lang,
        })
    }
}

/// Letters of a text, counted.
#[derive(Default)]
struct Seen {
    latin: usize,
    cyrillic: usize,
    /// Capitals, those with accents of Latin left aside.
    capitals: usize,
    /// Letters that Russian does not have, Belarusian does not have, only Ukrainian has.
    not_russian: usize,
    not_belarusian: usize,
    belarusian: usize,
    /// Letters as which the first bytes of Cyrillic ones in UTF-8 are read in a one-byte encoding.
    firsts: usize,
    /// Latin letters with accents of Latin-1.
    accented: usize,
    /// Whether letters of both alphabets may stand in one word.
    mixes: bool,
    /// Whether there is a sign as which the second byte of a quotation mark or dash is read.
    seconds: bool,
}

/// What is counted of each letter, eight bits each, in the order of [`Seen`].
type Counts = u64;

/// Letters after which counts of eight bits are taken over.
const STRETCH: usize = u8::MAX as usize;

const LATIN: Counts = 1;
const CYRILLIC: Counts = 1 << 8;
const CAPITAL: Counts = 1 << 16;
const NOT_RUSSIAN: Counts = 1 << 24;
const NOT_BELARUSIAN: Counts = 1 << 32;
const BELARUSIAN: Counts = 1 << 40;
const FIRST: Counts = 1 << 48;
const ACCENTED: Counts = 1 << 56;

/// What counts of the letters up to the last Cyrillic one, by their numbers.
static COUNTED: [Counts; 0x530] = {
    let mut counted = [0; 0x530];
    let mut number = 0;
    while number < counted.len() as u32 {
        if let Some(letter) = char::from_u32(number) {
            counted[number as usize] = counts_of(letter);
        }
        number += 1;
    }
    counted
};

const fn counts_of(letter: char) -> Counts {
    let mut counts = match letter {
        'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{24F}' => LATIN,
        '\u{400}'..='\u{52F}' => CYRILLIC,
        _ => 0,
    };
    if matches!(letter, 'A'..='Z' | '\u{400}'..='\u{42F}') {
        counts += CAPITAL;
    }
    if matches!(letter, '\u{C0}'..='\u{FF}') {
        counts += ACCENTED;
    }
    // The third and the fourth are Cyrillic.
    if matches!(letter, 'Ð' | 'Ñ' | 'Р' | 'С' | 'Ã' | 'Â') {
        counts += FIRST;
    }
    counts
        + match letter {
            'ў' | 'Ў' | 'і' | 'І' => NOT_RUSSIAN + BELARUSIAN,
            'ї' | 'Ї' | 'є' | 'Є' | 'ґ' | 'Ґ' => NOT_RUSSIAN + NOT_BELARUSIAN,
            'и' | 'И' | 'щ' | 'Щ' | 'ъ' | 'Ъ' => NOT_BELARUSIAN,
            _ => 0,
        }
}

impl Seen {
    fn of(text: &str) -> Self {
        let mut seen = Self::default();
        if text.is_ascii() {
            let count = |is: fn(&u8) -> bool| text.bytes().filter(is).count();
            seen.latin = count(u8::is_ascii_alphabetic);
            seen.capitals = count(u8::is_ascii_uppercase);
            return seen;
        }
        let mut letters = text.chars();
        // What counts of the word.
        let mut word = 0;
        while !letters.as_str().is_empty() {
            let mut counts = 0;
            for letter in letters.by_ref().take(STRETCH) {
                if letter.is_ascii() && !letter.is_ascii_alphabetic() {
                    seen.mixes |= mixes(word);
                    word = 0;
                    continue;
                }
                let counted = COUNTED.get(letter as usize).copied().unwrap_or_default();
                counts += counted;
                word |= counted;
                seen.seconds |= matches!(letter, 'Ђ' | '€');
            }
            seen.add(counts);
        }
        seen.mixes |= mixes(word);
        seen
    }

    fn add(&mut self, counts: Counts) {
        let all = [
            &mut self.latin,
            &mut self.cyrillic,
            &mut self.capitals,
            &mut self.not_russian,
            &mut self.not_belarusian,
            &mut self.belarusian,
            &mut self.firsts,
            &mut self.accented,
        ];
        for (sum, count) in all.into_iter().zip(counts.to_le_bytes()) {
            *sum += usize::from(count);
        }
    }

    /// Says whether the letters raise a doubt about the language told.
    fn speaks_against(&self, lang: &Lang) -> bool {
        let latin_script = lang.as_str().contains("-Latn");
        match lang.primary() {
            "ru" | "be" | "uk" if latin_script => self.cyrillic > self.latin,
            "ru" => self.latin > self.cyrillic || self.not_russian > 0,
            "be" => {
                self.latin > self.cyrillic
                    || self.not_belarusian > self.belarusian
                    || self.belarusian == 0
            }
            "uk" => self.latin > self.cyrillic,
            "en" => self.cyrillic > self.latin,
            _ => self.cyrillic > self.latin && is_written_in_latin(lang),
        }
    }
}

fn mixes(word: Counts) -> bool {
    word & LATIN != 0 && word & CYRILLIC != 0
}

/// Says whether a language beside our own is written in Latin letters, of those that come with Russian or Belarusian most often.
fn is_written_in_latin(lang: &Lang) -> bool {
    matches!(
        lang.primary(),
        "de" | "fr" | "es" | "it" | "pl" | "lt" | "lv" | "et" | "cs" | "sk" | "pt" | "nl" | "sv"
    )
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphabetic()).count()
}

/// Says whether a text was read in a wrong encoding: what it may mean, if that can be told.
fn garbled(text: &str, seen: &Seen, lang: &Lang) -> Option<Option<String>> {
    if text.contains('\u{FFFD}') {
        return Some(None);
    }
    if text.is_ascii() {
        return None;
    }
    // UTF-8 read as a one-byte encoding: each Cyrillic letter is two, the first of which is one of these; a quotation mark or dash begins like
    // this.
    let foreign = || text.chars().filter(|letter| !letter.is_ascii()).count();
    let many = seen.firsts >= FEW_GARBLED && seen.firsts * 4 > foreign();
    if many || seen.seconds && (text.contains("вЂ") || text.contains("â€")) {
        for encoding in [WINDOWS_1251, WINDOWS_1252] {
            let (bytes, _, unmappable) = encoding.encode(text);
            let Ok(meant) = std::str::from_utf8(&bytes) else {
                continue;
            };
            let gained = meant.chars().filter(|c| !c.is_ascii()).count();
            if !unmappable && gained >= FEW_GARBLED {
                return Some(Some(beginning(meant)));
            }
        }
    }
    let cyrillic_script =
        matches!(lang.primary(), "ru" | "be" | "uk") && !lang.as_str().contains("-Latn");
    // Windows-1251 read as Latin-1: letters with accents and no others.
    if cyrillic_script
        && seen.accented >= FEW_GARBLED
        && seen.accented * 2 > seen.latin + seen.cyrillic
    {
        let (bytes, _, _) = WINDOWS_1252.encode(text);
        let (meant, _) = WINDOWS_1251.decode_without_bom_handling(&bytes);
        return Some(Some(beginning(&meant)));
    }
    // KOI8 read as windows-1251: capitals and small letters change places.
    if cyrillic_script && seen.cyrillic >= FEW_LETTERS && seen.capitals * 4 > 3 * seen.cyrillic {
        let words = text
            .split(|c: char| !c.is_alphabetic())
            .filter(|w| w.chars().count() >= 3);
        let (mut all, mut swapped) = (0, 0);
        for word in words {
            let mut letters = word.chars();
            let first = letters.next();
            all += 1;
            swapped += usize::from(
                letters.all(char::is_uppercase) && first.is_some_and(char::is_lowercase),
            );
        }
        if swapped > 0 && swapped * 4 > all {
            let (bytes, _, _) = WINDOWS_1251.encode(text);
            let (meant, _) = encoding_rs::KOI8_R.decode_without_bom_handling(&bytes);
            return Some(Some(beginning(&meant)));
        }
    }
    None
}

/// Returns the first words of a text.
fn beginning(text: &str) -> String {
    const SHOWN: usize = 40;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Returns the first word in which letters of one alphabet stand among those of the other that they look like.
fn mixed_word(text: &str) -> Option<&str> {
    text.split(|c: char| !c.is_alphabetic()).find(|word| {
        let is_cyrillic = |c: char| ('\u{400}'..='\u{52F}').contains(&c);
        let (cyrillic, latin): (Vec<char>, Vec<char>) = word.chars().partition(|&c| is_cyrillic(c));
        if cyrillic.is_empty() || latin.is_empty() {
            return false;
        }
        let looks_cyrillic = |c: &char| LOOK_ALIKE.iter().any(|(_, latin)| latin == c);
        let looks_latin = |c: &char| LOOK_ALIKE.iter().any(|(cyrillic, _)| cyrillic == c);
        latin.iter().all(looks_cyrillic) || cyrillic.iter().all(looks_latin)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doubts(source: (&str, &str), target: (&str, &str)) -> Vec<String> {
        let variant =
            |(tag, text): (&str, &str)| Variant::new(Lang::new(tag).unwrap(), text).unwrap();
        let unit = TranslationUnit {
            variants: vec![variant(source), variant(target)],
            ..TranslationUnit::default()
        };
        Examiner::new()
            .examine(&unit)
            .iter()
            .map(Doubt::to_string)
            .collect()
    }

    const RUSSIAN: &str = "Стороны обсудили вопросы сотрудничества.";
    const BELARUSIAN: &str = "Бакі абмеркавалі пытанні супрацоўніцтва.";
    const ENGLISH: &str = "The sides discussed matters of cooperation.";

    #[test]
    fn says_nothing_of_what_is_in_order() {
        for (source, target) in [
            (("ru", RUSSIAN), ("en-GB", ENGLISH)),
            (("be", BELARUSIAN), ("ru", RUSSIAN)),
            (("be", "Да"), ("ru", "Да")),
            (("ru", "ISO 9001:2015"), ("en", "ISO 9001:2015")),
            (
                ("ru", "Компания «Siemens» и SWIFT-коды"),
                ("en", "Siemens and SWIFT codes («Сименс»)"),
            ),
            (
                ("be-Latn", "Baki abmierkavali pytańni."),
                ("be", BELARUSIAN),
            ),
            (
                ("ru", "В ПАРИЖЕ И В МИНСКЕ ПРОШЛИ ВСТРЕЧИ"),
                ("en", "MEETINGS IN PARIS AND MINSK"),
            ),
        ] {
            let said = doubts(source, target);
            assert!(said.is_empty(), "{source:?} {target:?}: {said:?}");
        }
    }

    #[test]
    fn says_what_is_doubtful() {
        for (source, target, said) in [
            (("ru", BELARUSIAN), ("en", ENGLISH), "`ru` looks like `be`"),
            (("be", RUSSIAN), ("en", ENGLISH), "`be` looks like `ru`"),
            (("en", RUSSIAN), ("be", BELARUSIAN), "`en` looks like `ru`"),
            (("ru", ENGLISH), ("be", BELARUSIAN), "`ru` looks like `en`"),
            (("ru", RUSSIAN), ("en", RUSSIAN), "are the same"),
            (
                ("ru", "РњРёРЅРёСЃС‚СЂ"),
                ("en", "Minister"),
                "may mean `Министр`",
            ),
            (("ru", "Ìèíèñòð"), ("en", "Minister"), "may mean `Министр`"),
            (
                ("ru", "лХМХЯРП ОПНБ╗К БЯРПЕВС"),
                ("en", "Minister"),
                "garbled",
            ),
            (("ru", "Бeлapycь"), ("en", "Belarus"), "`Бeлapycь` mixes"),
            (("ru", "Да\u{FFFD}"), ("en", "Yes"), "garbled"),
        ] {
            let found = doubts(source, target);
            assert!(
                found.iter().any(|doubt| doubt.contains(said)),
                "{source:?}: {found:?}"
            );
        }
    }
}
