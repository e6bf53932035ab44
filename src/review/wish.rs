//! What a person asks for, and the decision that it comes to on the sheet as it is.

use jiff::Timestamp;

use super::decision::{Action, Decision};
use super::realign;
use super::sheet::{At, Link, Sheet, spans};
use super::{Answer, Refusal};
use crate::align::{Settings, align};
use crate::error::Result;
use crate::memory::Memory;
use crate::model::{Bitext, Spot, Stretch};

/// What a person asks for. Versions are columns of the sheet, from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// This link is right.
    Accept(At),
    /// This link is wrong.
    Unlink(At),
    /// This link and the next one are one.
    Merge(At),
    /// This link is two, of which the second begins at these spots, one a version, between sentences or inside one.
    Split(At, Vec<(usize, Spot)>),
    /// What begins at these two spots, a sentence or a piece of one, renders each other, with the links they are in.
    Link([(usize, Spot); 2]),
    /// In this version of the link the memory shall have this text; the document's own text takes an edit back.
    Edit(At, usize, String),
    /// What lies between the accepted links is to be aligned anew, with what has been learnt.
    Realign,
}

/// Does what a person asks for, as one change.
///
/// # Errors
/// [`crate::Error::Memory`] when the memory cannot be read or written; it is then as it was.
pub fn decide(
    memory: &mut Memory,
    sheet: &Sheet,
    wish: &Wish,
    settings: &Settings,
    at: Timestamp,
) -> Result<Answer> {
    let action = match wish {
        Wish::Realign => Ok(realign::action(memory, sheet, settings)?),
        wish => action(sheet, wish, settings),
    };
    match action {
        Ok(action) => Decision::new(sheet, action).apply(memory, sheet, None, at),
        Err(refusal) => Ok(Answer::Refused(refusal)),
    }
}

fn action(sheet: &Sheet, wish: &Wish, settings: &Settings) -> Possibly<Action> {
    let found = |at: &At| sheet.link(at).ok_or(Refusal::NoLink);
    match wish {
        Wish::Accept(at) => found(at).map(|_| Action::Accept { link: at.clone() }),
        Wish::Unlink(at) => found(at).map(|_| Action::Unlink { link: at.clone() }),
        Wish::Edit(_, _, text) if text.trim().is_empty() => Err(Refusal::Blank),
        Wish::Edit(at, version, text) => found(at).map(|_| Action::Edit {
            link: at.clone(),
            version: *version,
            text: text.trim().to_owned(),
        }),
        Wish::Merge(at) => merge(sheet, found(at)?),
        Wish::Split(at, spots) => split(sheet, found(at)?, spots, settings),
        Wish::Link(pieces) => link(sheet, *pieces),
        Wish::Realign => Err(Refusal::NoLink),
    }
}

/// What can be refused.
type Possibly<T> = std::result::Result<T, Refusal>;

fn replace(name: &str, old: Vec<At>, new: Vec<At>) -> Action {
    Action::Replace {
        name: name.to_owned(),
        old,
        new: new.into_iter().map(|at| (at, None)).collect(),
        stay: Vec::new(),
    }
}

/// Returns the link that holds all that these hold and what lies between.
fn hull<'a>(versions: usize, links: impl IntoIterator<Item = &'a At>) -> At {
    let mut hull: At = vec![None; versions];
    for at in links {
        for (version, stretch) in spans(at) {
            hull[version] = match hull[version] {
                None => Some(stretch),
                Some(other) => Stretch::between(
                    stretch.start().min(other.start()),
                    stretch.end().max(other.end()),
                ),
            };
        }
    }
    hull
}

fn merge(sheet: &Sheet, this: &Link) -> Possibly<Action> {
    let mut following = sheet.links.iter().skip_while(|link| *link != this).skip(1);
    let next = following.next().ok_or(Refusal::NoNext)?;
    let merged = hull(sheet.versions.len(), [&this.at, &next.at]);
    if sheet.is_crowded(&merged, &[&this.at, &next.at]) {
        return Err(Refusal::InBetween);
    }
    Ok(replace(
        "merge",
        vec![this.at.clone(), next.at.clone()],
        vec![merged],
    ))
}

/// Splits a link at a spot, or at one in each of several versions; where the others are cut is what the aligner says of these segments alone, else
/// what their lengths say.
fn split(
    sheet: &Sheet,
    link: &Link,
    spots: &[(usize, Spot)],
    settings: &Settings,
) -> Possibly<Action> {
    let spots: Vec<(usize, Spot)> = spots
        .iter()
        .map(|&(version, spot)| Some((version, sheet.versions.get(version)?.split_at(spot)?)))
        .collect::<Option<_>>()
        .ok_or(Refusal::NoSplit)?;
    let sheet = sheet.parted(&spots);
    let link = sheet.link(&link.at).ok_or(Refusal::NoLink)?;
    let mut befores: Vec<Option<u32>> = vec![None; sheet.versions.len()];
    let mut leading = None;
    for (version, spot) in spots {
        let span = link.shown.get(version).copied().flatten();
        let (first, last) = span.ok_or(Refusal::NoSplit)?;
        let before = sheet.versions[version].beginning_at(spot);
        let before = before.filter(|&before| first < before && before <= last);
        befores[version] = Some(before.ok_or(Refusal::NoSplit)?);
        leading.get_or_insert((version, first, last));
    }
    let (leading, before) = leading
        .and_then(|leading| Some((leading, befores[leading.0]?)))
        .ok_or(Refusal::NoSplit)?;
    let mut halves: [At; 2] = [
        vec![None; sheet.versions.len()],
        vec![None; sheet.versions.len()],
    ];
    for (version, (first, last)) in spans(&link.shown) {
        let cut = befores[version].unwrap_or_else(|| {
            let other = (version, first, last);
            cut(&sheet, leading, other, before, settings)
        });
        let stretch = |span| sheet.versions[version].stretch(span);
        if cut > first {
            halves[0][version] = stretch((first, cut - 1));
        }
        if cut <= last {
            halves[1][version] = stretch((cut, last));
        }
    }
    let new: Vec<At> = halves
        .into_iter()
        .filter(|half| spans(half).count() >= 2)
        .collect();
    Ok(replace("split", vec![link.at.clone()], new))
}

/// Returns the segment of `other` with which its second half begins.
fn cut(
    sheet: &Sheet,
    (version, first, last): (usize, u32, u32),
    (other, from, to): (usize, u32, u32),
    before: u32,
    settings: &Settings,
) -> u32 {
    let part = |version: usize, first: u32, last: u32| {
        let mut side = sheet.versions[version].side();
        let range = first as usize..last as usize + 1;
        side.texts = side.texts[range.clone()].to_vec();
        side.kinds = side.kinds[range.clone()].to_vec();
        side.paragraphs = side.paragraphs[range.clone()].to_vec();
        side.turns = vec![0; range.len()];
        side
    };
    let bitext = Bitext {
        source: part(version, first, last),
        target: part(other, from, to),
    };
    let boundary = (before - first) as usize;
    let alignment = align(&bitext, &[], settings);
    let straddles =
        |bead: &&crate::model::Bead| bead.source.start < boundary && boundary < bead.source.end;
    let is_clear = !alignment.beads().iter().any(|bead| straddles(&bead));
    let links_after = alignment
        .links()
        .find(|bead| bead.source.start >= boundary)
        .map(|bead| bead.target.start);
    let end_before = alignment
        .links()
        .filter(|bead| bead.source.end <= boundary)
        .map(|bead| bead.target.end)
        .last();
    let at = match (is_clear, end_before, links_after) {
        (true, Some(end), _) => end,
        (true, None, Some(start)) => start,
        _ => by_length(&bitext, boundary),
    };
    from + u32::try_from(at).unwrap_or(0).min(to - from + 1)
}

/// Returns how many target segments belong to the first half if both sides are cut after the same share of their characters.
fn by_length(bitext: &Bitext, boundary: usize) -> usize {
    let chars =
        |texts: &[String]| texts.iter().map(|text| text.chars().count()).sum::<usize>() as f64;
    let share = chars(&bitext.source.texts[..boundary]) / chars(&bitext.source.texts).max(1.0);
    let all = chars(&bitext.target.texts).max(1.0);
    let distance = |count: usize| (chars(&bitext.target.texts[..count]) / all - share).abs();
    let counts = 0..=bitext.target.segments();
    counts
        .min_by(|&one, &other| distance(one).total_cmp(&distance(other)))
        .unwrap_or(0)
}

fn link(sheet: &Sheet, pieces: [(usize, Spot); 2]) -> Possibly<Action> {
    if pieces[0].0 == pieces[1].0 {
        return Err(Refusal::SameSide);
    }
    let mut parts: Vec<At> = Vec::new();
    let mut old: Vec<At> = Vec::new();
    for (version, spot) in pieces {
        let stretch = sheet.versions.get(version).and_then(|it| {
            let segment = it.beginning_at(spot)?;
            it.stretch((segment, segment))
        });
        let stretch = stretch.ok_or(Refusal::NoLink)?;
        match sheet.link_of(version, stretch) {
            Some(link) if old.contains(&link.at) => return Err(Refusal::Linked),
            Some(link) => old.push(link.at.clone()),
            None => {
                let mut piece: At = vec![None; sheet.versions.len()];
                piece[version] = Some(stretch);
                parts.push(piece);
            }
        }
    }
    let joined = hull(sheet.versions.len(), old.iter().chain(&parts));
    let but: Vec<&At> = old.iter().collect();
    if sheet.is_crowded(&joined, &but) {
        return Err(Refusal::InBetween);
    }
    Ok(replace("link", old, vec![joined]))
}
