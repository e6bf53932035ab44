//! The evidence for and against two documents being renderings of each other, in points that are log-odds.

use std::fmt;

use jiff::civil::Date;

use super::clues::Clues;
use super::rarity::{Overlap, Rarity};

/// Days between two versions that still speak for them: the rendering comes out a day or two later.
pub(super) const NEAR_DAYS: i64 = 2;

/// Log-odds of a pair before any evidence, less the log of how many documents it could be, up to a limit: two documents alone in a folder
/// are likely put there for a reason.
const PRIOR: f64 = -1.0;
const MOST_CHOICE: f64 = 3.0;
/// The page names the other as its version in that language.
const ALTERNATE: f64 = 8.0;
/// The page names another address as its version in that language.
const OTHER_ALTERNATE: f64 = -3.0;
const SAME_PLACE: f64 = 7.0;
const SAME_ID: f64 = 4.0;
const SAME_PATH: f64 = 6.0;
/// The name alone: every folder may have its `index.html`.
const SAME_STEM: f64 = 5.0;
const SAME_DATE: f64 = 1.5;
const NEAR_DATE: f64 = 0.8;
/// Most that a date gains by being rare: the fewer documents are near it, the surer it tells who belongs together.
const MOST_RARE_DATE: f64 = 2.5;
const FAR_DATE: f64 = -2.0;
/// Points for a similarity of names and numbers of 1; unrelated releases of one source lie below `UNRELATED`.
const CONTENT: f64 = 16.0;
/// Similarity that unrelated documents of one source reach.
const UNRELATED: f64 = 0.12;
/// Most points that names and numbers can bring, for and against.
const MOST_CONTENT: f64 = 7.0;
const LEAST_CONTENT: f64 = -2.0;
/// Points for each unit of similarity by which a pair is ahead of the next best on both sides (the idea of margin-based mining: Artetxe and
/// Schwenk, "Margin-based parallel corpus mining", 2019), and the most they bring.
const MARGIN: f64 = 20.0;
const MOST_MARGIN: f64 = 3.0;
/// Weight in common under which names and numbers bring less than their similarity says: few of them prove little.
const ENOUGH_WEIGHT: f64 = 12.0;
/// Renderings differ in length by a third without any meaning; points for each doubling beyond.
const FREE_LENGTH: f64 = 1.35;
const LENGTH: f64 = -1.0;
const LEAST_LENGTH: f64 = -3.0;

/// A reason to believe that two documents are renderings of each other, or not to; its `Display` says it in words.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// A page names the other as its version in that language (`hreflang`).
    Alternate,
    /// A page names another address as its version in that language.
    OtherAlternate,
    /// The addresses differ only in the part that says the language.
    SameAddress,
    /// The addresses are of one site and have this number in common.
    SameIdentifier(String),
    /// The file names differ only in the part that says the language.
    SameFileName(String),
    /// Both are of this day.
    SameDate(Date),
    /// Their dates lie so many days apart.
    DaysApart(i64),
    /// Names and numbers in common: the similarity, 0 to 1, and the rarest of them.
    NamesAndNumbers(f64, Vec<String>),
    /// No other document has as much in common with either of them.
    Closest,
    /// Hardly any names and numbers in common.
    OtherNamesAndNumbers,
    /// One is so many times as long as the other.
    LengthDiffers(f64),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Alternate => {
                f.write_str("a page names the other as its version in that language")
            }
            Self::OtherAlternate => {
                f.write_str("but a page names another address as its version in that language")
            }
            Self::SameAddress => f.write_str("same address but for the language"),
            Self::SameIdentifier(id) => write!(f, "same number in the address: {id}"),
            Self::SameFileName(name) => write!(f, "same file name but for the language: {name}"),
            Self::SameDate(date) => write!(f, "same date: {date}"),
            Self::DaysApart(1) => f.write_str("dates one day apart"),
            Self::DaysApart(days) if *days <= NEAR_DAYS => write!(f, "dates {days} days apart"),
            Self::DaysApart(days) => write!(f, "but dates {days} days apart"),
            Self::NamesAndNumbers(_, examples) => {
                write!(f, "names and numbers in common: {}", examples.join(", "))
            }
            Self::Closest => f.write_str("more in common than with any other document"),
            Self::OtherNamesAndNumbers => f.write_str("but hardly any names and numbers in common"),
            Self::LengthDiffers(times) => write!(f, "but one is {times:.1} times as long"),
        }
    }
}

/// The evidence on two documents.
pub(super) struct Evidence {
    /// The log-odds that they are renderings of each other.
    pub(super) points: f64,
    /// The reasons, the weightiest kind first.
    pub(super) reasons: Vec<Reason>,
    /// How similar their names and numbers are, 0 to 1.
    pub(super) similarity: f64,
}

impl Evidence {
    fn add(&mut self, some: Option<(f64, Reason)>) {
        if let Some((points, reason)) = some {
            self.points += points;
            self.reasons.push(reason);
        }
    }

    /// Adds that the pair's similarity is ahead of all others of the two documents by `margin`.
    pub(super) fn add_margin(&mut self, margin: f64) {
        let points = (margin * MARGIN).min(MOST_MARGIN);
        if points > 0.0 {
            self.add(Some((points, Reason::Closest)));
        }
    }
}

/// What the folder around two documents says of their chance to meet.
pub(super) struct Setting {
    /// The log of how many documents the choice is from.
    pub(super) choice: f64,
    /// The log of how many times fewer documents are near their dates than there are.
    pub(super) rare_date: f64,
}

/// Weighs the evidence on two documents.
pub(super) fn weigh(first: &Clues, second: &Clues, rarity: &Rarity, setting: &Setting) -> Evidence {
    let overlap = rarity.overlap(first, second);
    let mut evidence = Evidence {
        points: PRIOR - setting.choice.clamp(0.0, MOST_CHOICE),
        reasons: Vec::new(),
        similarity: overlap.similarity,
    };
    evidence.add(alternate(first, second));
    evidence.add(address(first, second));
    evidence.add(file_name(first, second));
    let rare_date = setting.rare_date.clamp(0.0, MOST_RARE_DATE);
    evidence.add(dates(first, second, rare_date));
    if !(first.features.is_empty() || second.features.is_empty()) {
        evidence.add(Some(content(overlap)));
    }
    evidence.add(length(first, second));
    evidence
}

fn alternate(first: &Clues, second: &Clues) -> Option<(f64, Reason)> {
    let names = |one: &Clues, other: &Clues| {
        let named: Vec<bool> = one
            .alternates
            .iter()
            .filter(|(language, _)| *language == other.language)
            .filter_map(|(_, address)| Some(other.address.as_ref()? == address))
            .collect();
        (!named.is_empty()).then(|| named.contains(&true))
    };
    match (names(first, second), names(second, first)) {
        (Some(true), _) | (_, Some(true)) => Some((ALTERNATE, Reason::Alternate)),
        (Some(false), _) | (_, Some(false)) => Some((OTHER_ALTERNATE, Reason::OtherAlternate)),
        (None, None) => None,
    }
}

fn address(first: &Clues, second: &Clues) -> Option<(f64, Reason)> {
    if first.place.is_some() && first.place == second.place {
        return Some((SAME_PLACE, Reason::SameAddress));
    }
    let id = first
        .id
        .as_ref()
        .filter(|id| second.id.as_ref() == Some(id))?;
    let number = id.rsplit(' ').next().unwrap_or(id);
    Some((SAME_ID, Reason::SameIdentifier(number.to_owned())))
}

fn file_name(first: &Clues, second: &Clues) -> Option<(f64, Reason)> {
    let stem = first
        .stem
        .as_ref()
        .filter(|stem| second.stem.as_ref() == Some(stem))?;
    let name = Reason::SameFileName(stem.trim_start_matches("s:").to_owned());
    let same_path = first.path == second.path;
    Some((if same_path { SAME_PATH } else { SAME_STEM }, name))
}

fn dates(first: &Clues, second: &Clues, rare_date: f64) -> Option<(f64, Reason)> {
    let apart = (first.day? - second.day?).abs();
    Some(match apart {
        0 => (SAME_DATE + rare_date, Reason::SameDate(first.date?)),
        1..=NEAR_DAYS => (NEAR_DATE + rare_date, Reason::DaysApart(apart)),
        _ => (FAR_DATE, Reason::DaysApart(apart)),
    })
}

fn content(overlap: Overlap) -> (f64, Reason) {
    let sure = (overlap.weight / ENOUGH_WEIGHT).min(1.0);
    let points = ((overlap.similarity - UNRELATED) * CONTENT).clamp(LEAST_CONTENT, MOST_CONTENT);
    if points <= 0.0 {
        return (points, Reason::OtherNamesAndNumbers);
    }
    let examples = overlap.examples.into_iter().map(str::to_owned).collect();
    let reason = Reason::NamesAndNumbers(overlap.similarity, examples);
    (points * sure, reason)
}

fn length(first: &Clues, second: &Clues) -> Option<(f64, Reason)> {
    let (short, long) = (first.chars.min(second.chars), first.chars.max(second.chars));
    let times = long as f64 / short.max(1) as f64;
    if times <= 2.0 * FREE_LENGTH {
        return None;
    }
    let points = (LENGTH * (times / FREE_LENGTH).log2()).max(LEAST_LENGTH);
    Some((points, Reason::LengthDiffers(times)))
}
