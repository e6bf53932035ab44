//! The versions of one release side by side, with the links between them, as the memory has them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::version::Version;
use crate::align;
use crate::error::{Error, Result};
use crate::memory::{DocumentId, LinkedUnit, Memory, UnitId};
use crate::model::{Side, Spot, Status, Stretch};

/// Where a link stands: for each version a stretch of the document, or nothing.
pub type At = Vec<Option<Stretch>>;

/// Where a link is shown: for each version the first and the last of the segments that are shown, or nothing.
pub type Shown = Vec<Option<(u32, u32)>>;

/// The most versions that are shown side by side.
const MOST_VERSIONS: usize = 3;

/// The versions of a release side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// The versions, the one on the left first.
    pub versions: Vec<Version>,
    /// The links in the order of the first version, those without it where they stand in the others; none overlaps another.
    pub links: Vec<Link>,
    /// The links that somebody rejected or that others superseded; they are shown nowhere.
    pub rejected: Vec<Link>,
}

/// Segments of two or three versions that a unit links.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The unit.
    pub unit: UnitId,
    /// Where it stands in each version.
    pub at: At,
    /// Where it is shown.
    pub shown: Shown,
    /// Whether a person has looked at it.
    pub status: Status,
    /// How sure it is.
    pub probability: Option<f64>,
    /// For each version the unit's text where it is not what the document says.
    pub edited: Vec<Option<String>>,
}

impl Link {
    /// Says whether a person should look at the link: nobody has, and it is not sure enough.
    pub fn is_doubtful(&self, least: f64) -> bool {
        self.status == Status::Automatic && self.probability.is_none_or(|p| p < least)
    }

    /// Returns for each version what the unit says there, edited or not.
    pub fn texts(&self, versions: &[Version]) -> Vec<Option<String>> {
        let said = |at: usize| {
            let span = self.at[at]?;
            let edited = self.edited.get(at).cloned().flatten();
            Some(edited.unwrap_or_else(|| versions[at].text(span)))
        };
        (0..versions.len().min(self.at.len())).map(said).collect()
    }
}

/// Returns a document and those that render it: of each other language the one that shares most units with it. The version that the others are best
/// aligned with comes first, then those that share most with it.
///
/// # Errors
/// [`Error::Memory`] when the memory cannot be read, [`Error::Invalid`] when there is no such document.
pub fn release_of(memory: &Memory, document: DocumentId) -> Result<Vec<DocumentId>> {
    let mut versions = vec![version(memory, document)?];
    for partner in memory.partners(document)? {
        if versions.len() == MOST_VERSIONS {
            break;
        }
        let other = version(memory, partner.id)?;
        if versions
            .iter()
            .all(|known| known.document.lang != other.document.lang)
        {
            versions.push(other);
        }
    }
    versions.sort_by_key(|version| version.document.id);
    let sides: Vec<Side> = versions.iter().map(Version::side).collect();
    let first = versions.remove(align::pivot(&sides)).document.id;
    let mut all = vec![first];
    for partner in memory.partners(first)? {
        if versions.iter().any(|other| other.document.id == partner.id) {
            all.push(partner.id);
        }
    }
    Ok(all)
}

fn version(memory: &Memory, id: DocumentId) -> Result<Version> {
    let document = memory.document(id)?.ok_or_else(|| Error::Invalid {
        value: id.0.to_string(),
        expected: "the number of a document in this memory",
    })?;
    Ok(Version::new(document, memory.segments(id)?))
}

impl Sheet {
    /// Reads the versions of a release, in the order given.
    ///
    /// # Errors
    /// As [`release_of`].
    pub fn read(memory: &Memory, documents: &[DocumentId]) -> Result<Self> {
        let versions: Vec<Version> = documents
            .iter()
            .map(|&id| version(memory, id))
            .collect::<Result<_>>()?;
        let mut all: Vec<Link> = memory
            .linked(documents)?
            .iter()
            .flat_map(|unit| links(unit, &versions))
            .collect();
        // Where links overlap, what a person said counts before what is likely.
        all.sort_by(|one, other| {
            let rank = |link: &Link| match link.status {
                Status::Confirmed => 0,
                Status::Automatic => 1,
                Status::Rejected => 2,
            };
            let likely = |link: &Link| link.probability.unwrap_or(1.0);
            rank(one)
                .cmp(&rank(other))
                .then(likely(other).total_cmp(&likely(one)))
                .then(one.unit.cmp(&other.unit))
        });
        // For each version what is taken: where it begins, and where it ends.
        let mut taken: Vec<BTreeMap<Spot, Spot>> = vec![BTreeMap::new(); versions.len()];
        let (mut links, mut rejected) = (Vec::new(), Vec::new());
        for link in all {
            let is_free = link.status != Status::Rejected
                && spans(&link.at).all(|(version, stretch)| {
                    let before = taken[version].range(..stretch.end()).next_back();
                    before.is_none_or(|(_, &end)| end <= stretch.start())
                });
            if !is_free {
                rejected.push(link);
                continue;
            }
            for (version, stretch) in spans(&link.at) {
                taken[version].insert(stretch.start(), stretch.end());
            }
            links.push(link);
        }
        let mut sheet = Self {
            versions,
            links,
            rejected,
        };
        sheet.part(&[]);
        sheet.sort();
        Ok(sheet)
    }

    /// Returns the sheet with the versions of the release behind its own that it does not show: those in other languages.
    pub(super) fn whole(&self, memory: &Memory) -> Result<Self> {
        let mut documents = self.documents();
        let shown = documents.len();
        if let Some(&first) = documents.first() {
            for id in release_of(memory, first)? {
                let document = memory.document(id)?;
                let is_new = document.is_some_and(|it| {
                    let mut versions = self.versions.iter();
                    versions.all(|version| version.document.lang != it.lang)
                });
                documents.extend(is_new.then_some(id));
            }
        }
        if documents.len() == shown {
            return Ok(self.clone());
        }
        Self::read(memory, &documents)
    }

    /// Returns the sheet with sentences in pieces at these spots too: column and spot.
    pub(super) fn parted(&self, spots: &[(usize, Spot)]) -> Self {
        let mut parted = self.clone();
        parted.part(spots);
        parted
    }

    /// Shows the sentences in pieces where links begin or end, and at these spots.
    fn part(&mut self, spots: &[(usize, Spot)]) {
        for (at, version) in self.versions.iter_mut().enumerate() {
            let stretches = self.links.iter().filter_map(|link| link.at[at]);
            let ends = stretches.flat_map(|stretch| [stretch.start(), stretch.end()]);
            let more = spots.iter().filter(|(of, _)| *of == at);
            let all: BTreeSet<Spot> = ends.chain(more.map(|&(_, spot)| spot)).collect();
            version.part(&all);
        }
        for link in &mut self.links {
            let stretches = self.versions.iter().zip(&link.at);
            link.shown = stretches
                .map(|(version, stretch)| version.shown((*stretch)?))
                .collect();
        }
    }

    /// Returns the numbers of the documents.
    pub fn documents(&self) -> Vec<DocumentId> {
        let id = |version: &Version| version.document.id;
        self.versions.iter().map(id).collect()
    }

    /// Returns the link that stands exactly here.
    pub fn link(&self, at: &At) -> Option<&Link> {
        self.links.iter().find(|link| link.at == *at)
    }

    /// Returns the link that something of a stretch of a version belongs to.
    pub fn link_of(&self, version: usize, stretch: Stretch) -> Option<&Link> {
        self.links.iter().find(|link| {
            let of = link.at.get(version).copied().flatten();
            of.is_some_and(|of| of.overlaps(stretch))
        })
    }

    /// Says whether a link that stood here would overlap one other than these.
    pub(super) fn is_crowded(&self, at: &At, but: &[&At]) -> bool {
        self.links
            .iter()
            .any(|link| overlaps(&link.at, at) && !but.contains(&&link.at))
    }

    /// Puts the links in order: each where it stands in the first version; one that does not stand there behind the last one before it in its own.
    fn sort(&mut self) {
        let top = Spot::before(0);
        let mut anchors: Vec<Vec<(Spot, Spot)>> = vec![Vec::new(); self.versions.len()];
        for link in &self.links {
            if let Some(Some(first)) = link.at.first() {
                for (version, stretch) in spans(&link.at) {
                    anchors[version].push((stretch.start(), first.start()));
                }
            }
        }
        anchors.iter_mut().for_each(|list| list.sort_unstable());
        let place = |link: &Link| {
            let Some((version, stretch)) = spans(&link.at).next() else {
                return (top, 0, top);
            };
            let start = stretch.start();
            if version == 0 {
                return (start, 0, top);
            }
            let list = &anchors[version];
            let before = list.partition_point(|&(at, _)| at < start);
            let after = before.checked_sub(1).map_or(top, |at| list[at].1);
            (after, version, start)
        };
        self.links.sort_by_key(place);
    }
}

/// Returns where a link stands, version by version.
pub(super) fn spans<T: Copy>(at: &[Option<T>]) -> impl Iterator<Item = (usize, T)> {
    at.iter()
        .enumerate()
        .filter_map(|(version, span)| span.map(|span| (version, span)))
}

/// Says whether two links share something.
pub(super) fn overlaps(one: &At, other: &At) -> bool {
    one.iter().zip(other).any(|pair| match pair {
        (Some(one), Some(other)) => one.overlaps(*other),
        _ => false,
    })
}

/// Returns the links that a unit makes between versions. Where it stands in them several times, links do not cross: the places of each version are
/// paired with those of the version that has most in order, by what share of the text lies before them where some have fewer.
fn links(unit: &LinkedUnit, versions: &[Version]) -> Vec<Link> {
    let places: Vec<Vec<Stretch>> = versions
        .iter()
        .map(|version| {
            let mut places: Vec<Stretch> = unit
                .variants
                .iter()
                .flat_map(|variant| &variant.places)
                .filter(|place| place.0 == version.document.id)
                .map(|&(_, stretch)| stretch)
                .filter(|stretch| version.holds(*stretch))
                .collect();
            places.sort_unstable_by_key(|stretch| (stretch.start(), stretch.end()));
            places
        })
        .collect();
    let Some(most) = (0..versions.len()).max_by_key(|&at| (places[at].len(), Reverse(at))) else {
        return Vec::new();
    };
    let mut all: Vec<At> = places[most]
        .iter()
        .map(|&place| {
            let mut at: At = vec![None; versions.len()];
            at[most] = Some(place);
            at
        })
        .collect();
    let share = |version: usize, stretch: Stretch| {
        f64::from(stretch.first) / f64::from(versions[version].sentences().max(1))
    };
    for version in (0..versions.len()).filter(|&version| version != most) {
        let mut next = 0;
        for (done, &place) in places[version].iter().enumerate() {
            // As many places must be left for those that follow.
            let last = all.len() - (places[version].len() - done);
            let best = (next..=last).min_by(|&one, &other| {
                let distance = |at: usize| {
                    let reference = places[most][at];
                    (share(most, reference) - share(version, place)).abs()
                };
                distance(one).total_cmp(&distance(other))
            });
            if let Some(best) = best {
                all[best][version] = Some(place);
                next = best + 1;
            }
        }
    }
    all.into_iter()
        .filter(|at| spans(at).count() >= 2)
        .map(|at| Link {
            unit: unit.id,
            status: unit.status,
            probability: unit.probability,
            edited: versions
                .iter()
                .zip(&at)
                .map(|(version, span)| {
                    let said = version.text((*span)?);
                    let variant = unit
                        .variants
                        .iter()
                        .find(|variant| variant.lang == version.document.lang)?;
                    (variant.text != said).then(|| variant.text.clone())
                })
                .collect(),
            at,
            shown: Shown::new(),
        })
        .collect()
}
