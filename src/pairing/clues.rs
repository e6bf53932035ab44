//! What of a document can point to its renderings: addresses, names, day, length, and the names and numbers in its text.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};

use crate::model::Document;
use crate::text::{TokenKind, skeleton, tokens};

/// Letters of a name's skeleton that are compared: inflection changes what comes after.
const NAME_LETTERS: usize = 5;
/// Letters that a name has at the least.
const LEAST_LETTERS: usize = 4;
/// Digits that a number or identifier has at the least: small numbers are everywhere.
const LEAST_DIGITS: usize = 2;
/// Digits that an identifier in an address has at the least.
const LEAST_ID_DIGITS: usize = 3;
/// Words of a text that are looked at: names and numbers of a book's beginning will do.
const MOST_WORDS: usize = 20_000;

/// Names by which a file or an address says its language, beside the tag itself.
const LANGUAGE_MARKS: [(&str, &[&str]); 5] = [
    ("en", &["eng", "english", "engl"]),
    ("ru", &["rus", "russian", "russ"]),
    ("be", &["bel", "by", "blr", "belarusian", "bela"]),
    ("de", &["deu", "ger", "german", "deutsch"]),
    ("fr", &["fra", "fre", "french", "francais"]),
];

/// Endings of file names that say the format.
const FORMATS: [&str; 14] = [
    "html", "htm", "xhtml", "shtml", "txt", "text", "md", "markdown", "xml", "pdf", "docx", "doc",
    "php", "aspx",
];

/// The clues of one document. Keys begin with a letter that says what they are, so that keys of two kinds never meet.
#[derive(Debug, Default)]
pub(super) struct Clues {
    /// The primary language subtag.
    pub(super) language: String,
    /// The page's address, brought to one form.
    pub(super) address: Option<String>,
    /// Addresses of renderings that the page names, with their languages.
    pub(super) alternates: Vec<(String, String)>,
    /// The address without what says the language.
    pub(super) place: Option<String>,
    /// The site and the last number in the address.
    pub(super) id: Option<String>,
    /// The file's path without what says the language and the format.
    pub(super) path: Option<String>,
    /// The file's name alone, the same.
    pub(super) stem: Option<String>,
    /// The day of publication, counted from 1970.
    pub(super) day: Option<i64>,
    /// The same as a date.
    pub(super) date: Option<Date>,
    /// Characters of the text.
    pub(super) chars: usize,
    /// Names (as skeletons) and numbers of the text, each with the form it is first met in; in order.
    pub(super) features: Vec<(String, String)>,
}

impl Clues {
    /// Collects the clues of a document.
    pub(super) fn of(document: &Document) -> Self {
        let language = document.lang.primary().to_owned();
        let origin = &document.origin;
        let address = origin.address.as_deref().map(bare_address);
        let file = origin.file.as_deref().map(|file| file.replace('\\', "/"));
        Self {
            alternates: document
                .alternates
                .iter()
                .map(|(lang, address)| {
                    (
                        lang.primary().to_owned(),
                        format!("a:{}", bare_address(address)),
                    )
                })
                .collect(),
            place: address
                .as_deref()
                .map(|address| format!("p:{}", without_language(address, &language).join(" "))),
            id: address.as_deref().and_then(identifier),
            address: address.map(|address| format!("a:{address}")),
            path: file
                .as_deref()
                .map(|file| format!("f:{}", without_language(file, &language).join(" "))),
            stem: file.as_deref().and_then(|file| {
                let name = file.rsplit('/').next().unwrap_or(file);
                let words = without_language(name, &language);
                (!words.is_empty()).then(|| format!("s:{}", words.join(" ")))
            }),
            day: origin.date.map(day_number),
            date: origin.date,
            chars: document.text.chars().count(),
            features: features(&document.text),
            language,
        }
    }

    /// Returns the keys under which renderings of the document may be found.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.alternates
            .iter()
            .map(|(_, address)| address)
            .chain(&self.address)
            .chain(&self.place)
            .chain(&self.id)
            .chain(&self.path)
            .chain(&self.stem)
            .map(String::as_str)
    }
}

fn day_number(day: Date) -> i64 {
    const HOURS_A_DAY: i64 = 24;
    day.duration_since(date(1970, 1, 1)).as_hours() / HOURS_A_DAY
}

/// Brings an address to one form: no scheme, no `www.`, no fragment, no slash at the end, the host in lower case.
fn bare_address(address: &str) -> String {
    let bare = address.trim();
    let bare = bare.split_once("://").map_or(bare, |(_, rest)| rest);
    let bare = bare.split('#').next().unwrap_or(bare).trim_end_matches('/');
    let (host, path) = bare.split_at(bare.find('/').unwrap_or(bare.len()));
    let host = host.to_lowercase();
    format!("{}{path}", host.strip_prefix("www.").unwrap_or(&host))
}

/// Returns the words of a path or address but for marks of the language and, at the end, of the format.
fn without_language(path: &str, language: &str) -> Vec<String> {
    let others = LANGUAGE_MARKS
        .iter()
        .find(|(tag, _)| *tag == language)
        .map_or(&[][..], |(_, marks)| marks);
    let mut words: Vec<String> = path
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    while words.len() > 1
        && words
            .last()
            .is_some_and(|word| FORMATS.contains(&word.as_str()))
    {
        words.pop();
    }
    words.retain(|word| word != language && !others.contains(&word.as_str()));
    words
}

/// Returns the site and the last number of three digits or more in an address.
fn identifier(address: &str) -> Option<String> {
    let (host, path) = address.split_once('/')?;
    let id = path
        .split(|c: char| !c.is_alphanumeric())
        .rfind(|word| word.len() >= LEAST_ID_DIGITS && word.bytes().all(|b| b.is_ascii_digit()))?;
    let mut labels = host.rsplit('.');
    let (top, second) = (labels.next()?, labels.next()?);
    Some(format!("i:{second}.{top} {id}"))
}

/// Returns the names and numbers of a text: words that begin with a capital (as the beginning of their skeleton) and numbers (as digits).
fn features(text: &str) -> Vec<(String, String)> {
    let mut features: BTreeMap<String, String> = BTreeMap::new();
    for token in tokens(text).take(MOST_WORDS) {
        let word = token.of(text);
        let key = match token.kind {
            TokenKind::Number => {
                let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
                (digits.len() >= LEAST_DIGITS).then_some(digits)
            }
            TokenKind::Word if word.starts_with(char::is_uppercase) => {
                let name: String = skeleton(word).chars().take(NAME_LETTERS).collect();
                (name.chars().count() >= LEAST_LETTERS).then_some(name)
            }
            _ => None,
        };
        if let Some(key) = key {
            features.entry(key).or_insert_with(|| word.to_owned());
        }
    }
    features.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_page_are_one() {
        let expected = "kremlin.ru/events/1";
        for address in [
            "http://www.kremlin.ru/events/1/",
            "https://Kremlin.ru/events/1#top",
        ] {
            assert_eq!(bare_address(address), expected);
        }
    }

    #[test]
    fn names_lose_what_says_the_language() {
        for (name, language, expected) in [
            ("20120304.en.html", "en", "20120304"),
            ("interview.part2.ru.txt", "ru", "interview part2"),
            ("be/news/release_by.html", "be", "news release"),
            ("en-62754.html", "en", "62754"),
            ("speech-by-minister.en.md", "en", "speech by minister"),
        ] {
            assert_eq!(without_language(name, language).join(" "), expected);
        }
    }

    #[test]
    fn versions_of_a_site_share_identifiers() {
        assert_eq!(
            identifier("en.kremlin.ru/events/62754"),
            identifier("kremlin.ru/events/62754")
        );
        assert_eq!(identifier("kremlin.ru/events"), None);
    }

    #[test]
    fn names_of_two_scripts_meet() {
        let keys = |text: &str| -> Vec<String> {
            features(text).into_iter().map(|(key, _)| key).collect()
        };
        assert_eq!(keys("Lukashenko 1999"), keys("о Лукашенко 1999"));
    }
}
