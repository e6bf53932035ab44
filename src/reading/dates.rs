//! Dates as releases write them: «20 ноября 2025 г.», "November 20, 2025", «20 лістапада 2025 года», 20.11.2025, 2025-11-20.
//!
//! The rule: only a full and possible date is one; dates of figures alone are read day first, or year first in ISO 8601.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::{Captures, Regex};

use crate::language::profiles;

/// A date at the start of a text, with the time of day and the word for "year" that may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) date: Date,
    /// The byte after it, white space and punctuation not counted.
    pub(super) end: usize,
}

/// What announces a stamp has at most so many words, …
const LEAD_WORDS: usize = 3;

/// … and so many characters.
const LEAD_CHARS: usize = 25;

/// The date forms; the groups are named after what they hold.
const DATE: &str = r"(?x)
    (?<day>\d{1,2}) (?:st|nd|rd|th)? \s+ (?<month>\p{L}{2,}) \.? ,? \s+ (?<year>(?:19|20)\d\d)
  | (?<month2>\p{L}{3,}) \.? \s+ (?<day2>\d{1,2}) (?:st|nd|rd|th)? ,? \s+ (?<year2>(?:19|20)\d\d)
  | (?<year3>(?:19|20)\d\d) - (?<number3>\d\d) - (?<day3>\d\d)
  | (?<day4>\d{1,2}) [.] (?<number4>\d{1,2}) [.] (?<year4>(?:19|20)\d\d)";

/// What may follow a date in a stamp.
const TAIL: &str = r"(?x)^
    (?: \s* (?:года|годзе|году|г\.|г(?:\s|$)) )?
    (?: (?:\s*[,|–—-]\s*|\s+|T) \d{1,2}:\d\d (?: :\d\d )? (?: \s* [ap]\.?\s?m\b\.? )? (?: Z | \s?[+]\d\d:\d\d )? )?";

static ANYWHERE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(DATE).ok());
static AT_START: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!("^(?:{DATE})")).ok());
static AFTER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(TAIL).ok());

/// Returns the stamp that a text begins with.
pub(super) fn stamp(text: &str) -> Option<Stamp> {
    let captures = AT_START.as_ref()?.captures(text)?;
    let date = date(&captures)?;
    let end = captures.get(0)?.end();
    let tail = AFTER.as_ref()?.find(&text[end..])?;
    let end = end + tail.as_str().trim_end().len();
    Some(Stamp { date, end })
}

/// Returns the date of a text that is nothing but a stamp, such as a line under a headline.
pub(super) fn alone(text: &str) -> Option<Date> {
    let text = text.trim();
    let stamp = stamp(text)?;
    let is_mark = |c: char| c.is_whitespace() || matches!(c, '.' | ',' | '|' | '–' | '—' | '-');
    text[stamp.end..].chars().all(is_mark).then_some(stamp.date)
}

/// Returns the date of a short line that ends in a stamp, after a word or two such as "Published:" or a town.
pub(super) fn announced(text: &str) -> Option<Date> {
    let at = ANYWHERE.as_ref()?.find(text)?.start();
    let lead = text[..at].trim();
    let is_short =
        lead.split_whitespace().count() <= LEAD_WORDS && lead.chars().count() <= LEAD_CHARS;
    let is_plain = lead
        .chars()
        .all(|c| c.is_alphabetic() || c.is_whitespace() || matches!(c, ':' | ',' | '-'));
    (is_short && is_plain).then(|| alone(&text[at..])).flatten()
}

/// Says whether a text is a time of day and nothing else.
pub(super) fn is_time(text: &str) -> bool {
    text.split_once(':').is_some_and(|(hours, minutes)| {
        let is_number = |part: &str, last: u32| {
            (1..=2).contains(&part.len()) && part.parse().is_ok_and(|number: u32| number <= last)
        };
        is_number(hours, 24) && is_number(minutes, 59)
    })
}

/// Returns the first date in a text.
pub(super) fn find(text: &str) -> Option<Date> {
    ANYWHERE
        .as_ref()?
        .captures_iter(text)
        .find_map(|captures| date(&captures))
}

fn date(captures: &Captures<'_>) -> Option<Date> {
    let any = |names: &[&str]| names.iter().find_map(|name| captures.name(name));
    let year: i16 = any(&["year", "year2", "year3", "year4"])?
        .as_str()
        .parse()
        .ok()?;
    let day: i8 = any(&["day", "day2", "day3", "day4"])?
        .as_str()
        .parse()
        .ok()?;
    let month = match any(&["month", "month2"]) {
        Some(name) => month(name.as_str())?,
        None => any(&["number3", "number4"])?.as_str().parse().ok()?,
    };
    Date::new(year, month, day).ok()
}

/// The number of a month by its name in any case and any known language, whole or shortened to three letters or more.
fn month(name: &str) -> Option<i8> {
    let name = name.to_lowercase();
    let letters = name.chars().count();
    let mut best: Option<(usize, i8)> = None;
    for profile in profiles() {
        for (number, stem) in (1..).zip(profile.months) {
            let fits = name.starts_with(stem) || letters >= 3 && stem.starts_with(&name);
            let common = name.len().min(stem.len());
            if fits && best.is_none_or(|(longest, _)| common > longest) {
                best = Some((common, number));
            }
        }
    }
    best.map(|(_, number)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_forms_of_three_languages() {
        for text in [
            "20 ноября 2025 г.",
            "20 ноября 2025, 14:05",
            "20 November 2025",
            "20th November, 2025",
            "November 20, 2025",
            "Nov. 20, 2025, 6:30 p.m.",
            "20 лістапада 2025 года",
            "20.11.2025",
            "20.11.2025 14:05",
            "2025-11-20",
            "2025-11-20T18:10:00+03:00",
            "20 November 2025 | ",
        ] {
            assert_eq!(alone(text), Date::new(2025, 11, 20).ok(), "{text}");
        }
    }

    #[test]
    fn knows_every_month_of_every_language() {
        let months = [
            "January February March April May June July August September October November December",
            "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
            "студзеня лютага сакавіка красавіка мая чэрвеня ліпеня жніўня верасня кастрычніка лістапада снежня",
        ];
        for names in months {
            for (number, name) in (1..).zip(names.split(' ')) {
                assert_eq!(
                    alone(&format!("3 {name} 2024")),
                    Date::new(2024, number, 3).ok(),
                    "{name}"
                );
            }
        }
    }

    #[test]
    fn what_is_no_day_is_no_date() {
        for text in [
            "32.13.2025",
            "30 February 2024",
            "2025",
            "20 ноября",
            "3 компании 2025",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }

    #[test]
    fn a_date_inside_a_sentence_is_found_and_is_no_stamp() {
        let text = "В Минске 20 ноября 2025 г. прошла встреча.";
        assert_eq!(find(text), Date::new(2025, 11, 20).ok());
        assert_eq!(stamp(text), None);
        assert_eq!(alone("20 ноября 2025 г. в Минске"), None);
    }

    #[test]
    fn a_stamp_may_be_announced() {
        for text in [
            "Апублікавана 20 лістапада 2025 г., 18:30",
            "Last updated at November 20, 2025, 19:48",
            "Минск, 20 ноября 2025 г.",
        ] {
            assert_eq!(announced(text), Date::new(2025, 11, 20).ok(), "{text}");
        }
        assert_eq!(
            announced("The two sides have met in Minsk on 20 November 2025"),
            None
        );
        assert!(is_time("18:40") && !is_time("18.40") && !is_time("1:2:3") && !is_time("3:99"));
    }

    #[test]
    fn a_stamp_ends_before_the_headline_glued_to_it() {
        let text = "20 November 2025Minister visits a school";
        assert_eq!(
            stamp(text).map(|stamp| &text[stamp.end..]),
            Some("Minister visits a school")
        );
        let text = "12.02.2026, 14:05Министр посетил школу";
        assert_eq!(
            stamp(text).map(|stamp| &text[stamp.end..]),
            Some("Министр посетил школу")
        );
    }
}
