//! Aligning anew what lies between accepted links, with what they and the rest of the memory teach.

use std::ops::Range;

use super::decision::{Action, Decision};
use super::sheet::{At, Sheet, Shown, overlaps};
use super::version::Version;
use crate::align::{self, Given, Ranges, Settings};
use crate::error::Result;
use crate::memory::Memory;
use crate::model::{Bitext, Side, Status, TranslationUnit};
use crate::teaching::{self, Rest, trusted};

/// Returns which links go, come and stay. Accepted ones stay as they are, and what a person unlinked is not linked again.
pub(super) fn action(memory: &mut Memory, sheet: &Sheet, settings: &Settings) -> Result<Action> {
    let sides: Vec<Side> = sheet
        .versions
        .iter()
        .map(|version| version.side())
        .collect();
    let pivot = align::pivot(&sides);
    let others: Vec<usize> = (0..sides.len()).filter(|&at| at != pivot).collect();
    let bitexts: Vec<Bitext> = others
        .iter()
        .map(|&other| Bitext {
            source: sides[pivot].clone(),
            target: sides[other].clone(),
        })
        .collect();
    let kept = teaching::teach(memory, &bitexts, settings)?;
    let rest = if kept { Rest::Left } else { Rest::Counted };
    let lexicons = teaching::lexicons(memory, &bitexts, settings, rest)?;
    let unlinked = unlinked(memory, sheet)?;
    let accepted: Vec<&Shown> = sheet
        .links
        .iter()
        .filter(|link| link.status == Status::Confirmed)
        .map(|link| &link.shown)
        .collect();
    let alignments: Vec<_> = others
        .iter()
        .zip(&bitexts)
        .map(|(&other, bitext)| {
            let right = accepted.iter().filter_map(|at| ranges(at, pivot, other));
            let wrong = unlinked.iter().filter_map(|at| ranges(at, pivot, other));
            let given = Given::new(right, wrong.collect());
            align::align_between(bitext, &given, &trusted(&lexicons), settings)
        })
        .collect();
    let documents: Vec<_> = sheet
        .versions
        .iter()
        .map(|version| version.as_document())
        .collect();
    let versions: Vec<align::Version<'_>> = documents
        .iter()
        .map(|(document, segments)| align::Version { document, segments })
        .collect();
    let found = align::units(&versions, pivot, &alignments);
    let is_accepted = |at: &At| {
        let mut links = sheet.links.iter();
        links.any(|link| link.status == Status::Confirmed && overlaps(&link.at, at))
    };
    let mut new: Vec<(At, Option<f64>)> = Vec::new();
    let mut stay: Vec<(At, f64)> = Vec::new();
    for unit in &found {
        let shown = shown(unit, sheet);
        let at = stretches(&shown, sheet);
        let probability = unit.probability.unwrap_or(1.0);
        match sheet.link(&at) {
            Some(link) if link.status == Status::Confirmed => {}
            Some(_) => stay.push((at, probability)),
            None if is_accepted(&at) => {}
            None => new.push((at, Some(probability))),
        }
    }
    let old = sheet
        .links
        .iter()
        .filter(|link| link.status == Status::Automatic)
        .filter(|link| stay.iter().all(|(at, _)| *at != link.at))
        .map(|link| link.at.clone())
        .collect();
    Ok(Action::Replace {
        name: "realign".to_owned(),
        old,
        new,
        stay,
    })
}

/// Returns what a link says of two versions.
fn ranges(at: &Shown, source: usize, target: usize) -> Option<Ranges> {
    let range = |span: Option<(u32, u32)>| -> Option<Range<usize>> {
        span.map(|(first, last)| first as usize..last as usize + 1)
    };
    Some((range(at[source])?, range(at[target])?))
}

/// Returns which of the shown segments a unit found there is.
fn shown(unit: &TranslationUnit, sheet: &Sheet) -> Shown {
    let versions = sheet.versions.iter();
    versions
        .map(|version| {
            let variants = &mut unit.variants.iter();
            let variant = variants.find(|variant| variant.lang == version.document.lang)?;
            variant
                .places
                .first()
                .map(|place| (place.at.first, place.at.last))
        })
        .collect()
}

/// Returns where in the documents shown segments stand.
fn stretches(shown: &Shown, sheet: &Sheet) -> At {
    let versions = sheet.versions.iter().zip(shown);
    versions
        .map(|(version, span)| version.stretch((*span)?))
        .collect()
}

/// Returns where links are shown that a person said to be wrong, unless that was taken back, or a sentence is not in those pieces any more.
fn unlinked(memory: &Memory, sheet: &Sheet) -> Result<Vec<Shown>> {
    let documents = sheet.documents();
    let mut places = Vec::new();
    for &document in &documents {
        for stored in memory.decisions(document)? {
            if stored.undone_by.is_some() {
                continue;
            }
            let Ok(decision) = Decision::read(&stored.said) else {
                continue;
            };
            let of = decision.documents();
            if let Some(at) = decision.unlinked() {
                let shown = |version: &Version| {
                    let column = of.iter().position(|id| *id == version.document.id)?;
                    version.shown(at.get(column).copied().flatten()?)
                };
                places.push(sheet.versions.iter().map(shown).collect());
            }
        }
    }
    Ok(places)
}
