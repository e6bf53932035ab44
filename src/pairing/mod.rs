//! Which documents of a folder are renderings of each other?
//!
//! Evidence is added up in points, which are log-odds: what the pages say of each other, addresses, file names, dates, names and numbers in
//! common, length. Candidates come from an index over this evidence, so that ten thousand documents do not make fifty million pairs. The
//! best pair is made first, each document once per language; a pair is made only above even odds.

mod clues;
mod evidence;
mod rarity;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::RangeInclusive;

use clues::Clues;
pub use evidence::Reason;
use evidence::{Evidence, NEAR_DAYS, Setting, weigh};
use rarity::Rarity;

use crate::model::Document;

/// The most languages a group holds: a release, its original and one more rendering.
const MOST_LANGUAGES: usize = 3;
/// Odds below which a pair is not made, as a probability.
const LEAST_CONFIDENCE: f64 = 0.5;
/// A clue that more documents share than this says nothing and is not followed.
const COMMON_CLUE: usize = 64;
/// Documents of one day and its neighbours are all compared up to this many; above it names and numbers have to find the pair.
const BUSY_DAYS: usize = 400;

/// Documents held to be renderings of each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Two or three documents of different languages, by their index, rising.
    pub members: Vec<usize>,
    /// Why they are held to be so; what speaks against it too.
    pub reasons: Vec<Reason>,
    /// The probability of the weakest link between them, 0.5 to 1.
    pub confidence: f64,
}

/// Why a document has no partner.
#[derive(Clone, Debug, PartialEq)]
pub enum Cause {
    /// All documents are in its language.
    NoOtherLanguage,
    /// Nothing connects it with a document in another language.
    NothingInCommon,
    /// The best candidate is too uncertain.
    TooWeak {
        /// The candidate's index.
        candidate: usize,
        /// The probability that it is a rendering, below 0.5.
        confidence: f64,
    },
    /// The best candidate fits another document better.
    Taken {
        /// The candidate's index.
        candidate: usize,
        /// The probability that it is a rendering, taken by itself.
        confidence: f64,
    },
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoOtherLanguage => f.write_str("no document in another language"),
            Self::NothingInCommon => {
                f.write_str("nothing in common with a document in another language")
            }
            Self::TooWeak { .. } => f.write_str("the best candidate is too uncertain"),
            Self::Taken { .. } => f.write_str("the best candidate fits another document better"),
        }
    }
}

/// A document without a partner.
#[derive(Clone, Debug, PartialEq)]
pub struct Alone {
    /// The document, by its index.
    pub document: usize,
    /// Why, and the best candidate if there is one.
    pub cause: Cause,
}

/// The documents of a folder, sorted into groups; each stands in exactly one group or alone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pairing {
    /// The groups, by their first member.
    pub groups: Vec<Group>,
    /// The documents that are left, by index.
    pub alone: Vec<Alone>,
}

/// Two documents that may belong together.
struct Link {
    first: usize,
    second: usize,
    evidence: Evidence,
}

impl Link {
    fn confidence(&self) -> f64 {
        1.0 / (1.0 + (-self.evidence.points).exp())
    }
}

/// Sorts documents into groups of renderings of one text; documents of the same language never meet in one.
pub fn pair(documents: &[Document]) -> Pairing {
    let clues: Vec<Clues> = documents.iter().map(Clues::of).collect();
    let rarity = Rarity::of(&clues);
    let days = Days::of(&clues);
    let mut languages: BTreeMap<&str, usize> = BTreeMap::new();
    for clue in &clues {
        *languages.entry(&clue.language).or_default() += 1;
    }
    let setting = |one: &Clues, other: &Clues| {
        let count = |clue: &Clues| {
            languages
                .get(clue.language.as_str())
                .map_or(1, |&count| count)
        };
        Setting {
            choice: (count(one).max(count(other)) as f64).ln(),
            rare_date: days.rarity(one, other),
        }
    };
    let mut links: Vec<Link> = candidates(&clues, &rarity, &days)
        .into_iter()
        .map(|(first, second)| {
            let (one, other) = (&clues[first], &clues[second]);
            Link {
                evidence: weigh(one, other, &rarity, &setting(one, other)),
                first,
                second,
            }
        })
        .collect();
    add_margins(&mut links, clues.len());
    links.sort_by(|a, b| {
        let (a_points, b_points) = (a.evidence.points, b.evidence.points);
        b_points
            .total_cmp(&a_points)
            .then_with(|| (a.first, a.second).cmp(&(b.first, b.second)))
    });
    let groups = join(&clues, &links);
    let mut grouped = vec![false; documents.len()];
    for &member in groups.iter().flat_map(|group| &group.members) {
        grouped[member] = true;
    }
    Pairing {
        alone: left_over(&clues, &links, &grouped),
        groups,
    }
}

/// Returns the pairs worth a look, in order: documents of two languages that share a clue that is not common.
fn candidates(clues: &[Clues], rarity: &Rarity, days: &Days) -> BTreeSet<(usize, usize)> {
    let mut shelves: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, clue) in clues.iter().enumerate() {
        for key in clue.keys() {
            shelves.entry(key).or_default().push(index);
        }
    }
    let mut pairs = BTreeSet::new();
    let mut meet = |first: usize, second: usize| {
        if clues[first].language != clues[second].language {
            pairs.insert((first.min(second), first.max(second)));
        }
    };
    for shelf in shelves.values().filter(|shelf| shelf.len() <= COMMON_CLUE) {
        for (at, &first) in shelf.iter().enumerate() {
            shelf[at + 1..]
                .iter()
                .for_each(|&second| meet(first, second));
        }
    }
    for (&day, shelf) in &days.documents {
        let near: Vec<usize> = days.within(day..=day + NEAR_DAYS).collect();
        if near.len() <= BUSY_DAYS {
            for &first in shelf {
                near.iter().for_each(|&second| meet(first, second));
            }
        }
    }
    for (first, clue) in clues.iter().enumerate() {
        for second in rarity.closest(first, clue, clues) {
            meet(first, second);
        }
    }
    pairs
}

/// The documents of each day.
struct Days {
    documents: BTreeMap<i64, Vec<usize>>,
    dated: usize,
}

impl Days {
    fn of(clues: &[Clues]) -> Self {
        let mut days = Self {
            documents: BTreeMap::new(),
            dated: 0,
        };
        for (index, clue) in clues.iter().enumerate() {
            if let Some(day) = clue.day {
                days.documents.entry(day).or_default().push(index);
                days.dated += 1;
            }
        }
        days
    }

    fn within(&self, days: RangeInclusive<i64>) -> impl Iterator<Item = usize> {
        self.documents
            .range(days)
            .flat_map(|(_, shelf)| shelf.iter().copied())
    }

    /// Returns the log of how many times fewer documents lie near the dates of two documents than there are.
    fn rarity(&self, first: &Clues, second: &Clues) -> f64 {
        let near = |clue: &Clues| {
            let days = clue.day.map(|day| day - NEAR_DAYS..=day + NEAR_DAYS);
            days.map_or(self.dated, |days| self.within(days).count())
        };
        let busiest = near(first).max(near(second)).max(1);
        (self.dated as f64 / busiest as f64).ln()
    }
}

/// Adds to each link by how far its similarity is ahead of the others of its two documents; a document with one candidate adds nothing.
fn add_margins(links: &mut [Link], documents: usize) {
    let mut best = vec![(0.0_f64, 0.0_f64, 0_usize); documents];
    for link in links.iter() {
        for document in [link.first, link.second] {
            let (first, second, candidates) = &mut best[document];
            let similarity = link.evidence.similarity;
            *second = second.max(similarity.min(*first));
            *first = first.max(similarity);
            *candidates += 1;
        }
    }
    for link in links {
        let (one, other) = (best[link.first], best[link.second]);
        if one.2 > 1 && other.2 > 1 {
            let similarity = link.evidence.similarity;
            let leads = similarity >= one.0 && similarity >= other.0;
            if leads {
                link.evidence.add_margin(similarity - one.1.max(other.1));
            }
        }
    }
}

/// Makes groups, best link first: two groups are joined while their languages differ and do not become too many.
fn join(clues: &[Clues], links: &[Link]) -> Vec<Group> {
    let mut groups: BTreeMap<usize, Group> = BTreeMap::new();
    // The group of each document, named by one of its members.
    let mut group_of: Vec<usize> = (0..clues.len()).collect();
    for link in links
        .iter()
        .filter(|link| link.confidence() > LEAST_CONFIDENCE)
    {
        let (first, second) = (group_of[link.first], group_of[link.second]);
        let single = |name: usize| Group {
            members: vec![name],
            reasons: Vec::new(),
            confidence: 1.0,
        };
        let one = groups.get(&first).cloned().unwrap_or_else(|| single(first));
        let other = groups
            .get(&second)
            .cloned()
            .unwrap_or_else(|| single(second));
        let languages: BTreeSet<&str> = one
            .members
            .iter()
            .chain(&other.members)
            .map(|&member| clues[member].language.as_str())
            .collect();
        let members = one.members.len() + other.members.len();
        if first == second || languages.len() < members || members > MOST_LANGUAGES {
            continue;
        }
        let mut joined = Group {
            members: [one.members, other.members].concat(),
            reasons: [one.reasons, other.reasons, link.evidence.reasons.clone()].concat(),
            confidence: one.confidence.min(other.confidence).min(link.confidence()),
        };
        joined.members.sort_unstable();
        let mut seen = BTreeSet::new();
        joined
            .reasons
            .retain(|reason| seen.insert(reason.to_string()));
        for &member in &joined.members {
            group_of[member] = first;
        }
        groups.remove(&second);
        groups.insert(first, joined);
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    groups.sort_by(|a, b| a.members.cmp(&b.members));
    groups
}

/// Says of each document in no group why.
fn left_over(clues: &[Clues], links: &[Link], grouped: &[bool]) -> Vec<Alone> {
    let mut best: BTreeMap<usize, (usize, f64)> = BTreeMap::new();
    for link in links {
        for (document, candidate) in [(link.first, link.second), (link.second, link.first)] {
            best.entry(document)
                .or_insert((candidate, link.confidence()));
        }
    }
    let one_language = clues
        .windows(2)
        .all(|two| two[0].language == two[1].language);
    let cause = |document: &usize| match best.get(document) {
        None if one_language => Cause::NoOtherLanguage,
        None => Cause::NothingInCommon,
        Some(&(candidate, confidence)) if confidence > LEAST_CONFIDENCE => Cause::Taken {
            candidate,
            confidence,
        },
        Some(&(candidate, confidence)) => Cause::TooWeak {
            candidate,
            confidence,
        },
    };
    (0..clues.len())
        .filter(|&document| !grouped[document])
        .map(|document| Alone {
            document,
            cause: cause(&document),
        })
        .collect()
}

#[cfg(test)]
mod tests;
