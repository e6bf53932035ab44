//! Which renderings of a text come first, as far as what the memory knows of their units says so without reading them whole; and which matches.

use std::cmp::{Ordering, Reverse};

use rustc_hash::FxHashMap;

use super::judge::{Cause, Reason};
use super::preferences::doubt;
use super::query::{Kind, Match, Measure};
use crate::error::Result;
use crate::index::TextId;
use crate::memory::{Lookup, Standing, UnitId};
use crate::model::{Lang, Score, Status};

/// Returns the units of each rendering of a source, the best of each and the best rendering first as far as its units' links, dates and
/// places say; `doubt_counts` says whether a link in doubt loses points.
pub(super) fn ranked(
    lookup: &dyn Lookup,
    to: &Lang,
    standings: &[Standing],
    doubt_counts: bool,
) -> Result<Vec<Vec<Standing>>> {
    // The same text is another one in each language; the last bit stands for several.
    let targets = lookup.targets(to)?;
    let are_apart = targets.count_ones() <= 1 && targets >> 63 == 0;
    let mut texts: FxHashMap<String, TextId> = FxHashMap::default();
    let mut places: FxHashMap<TextId, usize> = FxHashMap::default();
    let mut ranked: Vec<Vec<Standing>> = Vec::new();
    for standing in standings {
        let mut rendering = standing.rendering;
        if !are_apart && let Some(text) = lookup.text(rendering)? {
            rendering = *texts.entry(text).or_insert(rendering);
        }
        let place = *places.entry(rendering).or_insert(ranked.len());
        if place == ranked.len() {
            ranked.push(Vec::new());
        }
        let units = &mut ranked[place];
        match units.last_mut() {
            Some(known) if known.unit == standing.unit => {
                known.places = known.places.max(standing.places)
            }
            _ => units.push(standing.clone()),
        }
    }
    for units in &mut ranked {
        units.sort_by_cached_key(|it| {
            let confirmed = it.status == Status::Confirmed;
            (!confirmed, Reverse(it.date.clone()), it.unit)
        });
    }
    ranked.sort_by_cached_key(|units| {
        let best = &units[0];
        let uses: usize = units.iter().map(|it| it.places.max(1)).sum();
        let lost = match doubt_counts {
            true => (lost_by_doubt(units) * 100.0).round() as u8,
            false => 0,
        };
        (
            lost,
            best.status != Status::Confirmed,
            Reverse(best.date.clone()),
            Reverse(uses),
            best.unit,
        )
    });
    Ok(ranked)
}

/// Returns what a rendering loses whose best unit's link is in doubt, in fractions of 1.
pub(super) fn lost_by_doubt(units: &[Standing]) -> f64 {
    let best = units.first();
    best.map_or(0.0, |best| doubt(best.status, best.probability))
}

/// Makes one of matches that differ only in what was repaired; the first stands for all.
pub(super) fn joined(matches: Vec<Match>) -> Vec<Match> {
    let mut joined: Vec<Match> = Vec::new();
    for found in matches {
        let same = |it: &&mut Match| {
            found.kind == Kind::Repaired && it.kind == found.kind && it.target == found.target
        };
        match joined.iter_mut().find(same) {
            Some(known) => {
                known.uses += found.uses;
                known.places.extend(found.places);
            }
            None => joined.push(found),
        }
    }
    joined
}

/// What decides which of two matches comes first, before they are read whole or after.
pub(super) struct Rank<'r> {
    pub(super) score: f64,
    /// The text is equal and stands between equal neighbours.
    pub(super) in_context: bool,
    pub(super) status: Status,
    pub(super) is_preferred: bool,
    pub(super) date: Option<&'r str>,
    pub(super) uses: usize,
    /// Letters in common, by [`letters_in_common`]; the same for all but by the program's own score.
    pub(super) letters: u32,
    pub(super) unit: UnitId,
}

impl<'r> Rank<'r> {
    /// Returns the rank of a match among those that were found by a measure.
    pub(super) fn of(found: &'r Match, measure: Measure) -> Self {
        Self {
            score: found.score.fraction(),
            in_context: found.kind == Kind::Context,
            status: found.status,
            is_preferred: found.is_preferred,
            date: found.date.as_deref(),
            uses: found.uses,
            letters: match measure {
                Measure::Best => letters_in_common(found.kind, &found.reasons, found.chars),
                Measure::Words | Measure::Chars => 0,
            },
            unit: found.unit,
        }
    }

    /// Orders the better one before the other: by equal scores confirmed before automatic, the preferred publisher before others, recent before old,
    /// frequent before rare, then what has more letters in common.
    pub(super) fn cmp(&self, other: &Self) -> Ordering {
        let key = |it: &Self| {
            (
                !it.in_context,
                it.status != Status::Confirmed,
                !it.is_preferred,
                Reverse(it.date),
                Reverse(it.uses),
                Reverse(it.letters),
                it.unit,
            )
        };
        let by_score = other.score.total_cmp(&self.score);
        by_score.then_with(|| key(self).cmp(&key(other)))
    }
}

/// Letters in common of a text that has all.
pub(super) const ALL_LETTERS: u32 = 10_000;

/// Returns how near a similar text is by its letters, in ten thousandths. Another number says nothing about that, nor does what was repaired.
pub(super) fn letters_in_common(kind: Kind, reasons: &[Reason], chars: Score) -> u32 {
    let another_number = |reason: &Reason| matches!(reason.cause, Cause::Number { .. });
    if kind != Kind::Fuzzy || reasons.iter().any(another_number) {
        return ALL_LETTERS;
    }
    (chars.fraction() * f64::from(ALL_LETTERS)).round() as u32
}
