//! What units render a text by, and when that was.

use std::cmp::Reverse;

use crate::error::Result;
use crate::memory::{Lookup, UnitId};
use crate::model::{Lang, Place, Status, TranslationUnit};

/// A rendering of a source with the units that give it.
pub(super) struct Rendering {
    pub(super) target: String,
    pub(super) units: Vec<(UnitId, TranslationUnit)>,
}

/// Returns the renderings in a language that units give, in the order of these; the best unit of each comes first.
///
/// # Errors
/// When the memory fails.
pub(super) fn renderings(
    lookup: &dyn Lookup,
    units: &[UnitId],
    to: &Lang,
) -> Result<Vec<Rendering>> {
    let mut renderings: Vec<Rendering> = Vec::new();
    for &id in units {
        let unit = lookup.unit(id)?;
        if unit.status == Status::Rejected {
            continue;
        }
        let mut targets: Vec<String> = Vec::new();
        for variant in &unit.variants {
            let text = variant.text();
            if to.covers(&variant.lang) && !targets.iter().any(|it| it == text) {
                targets.push(text.to_owned());
            }
        }
        for target in targets {
            match renderings.iter_mut().find(|it| it.target == target) {
                Some(rendering) => rendering.units.push((id, unit.clone())),
                None => renderings.push(Rendering {
                    target,
                    units: vec![(id, unit.clone())],
                }),
            }
        }
    }
    for rendering in &mut renderings {
        rendering.units.sort_by_key(|(id, unit)| {
            let confirmed = unit.status == Status::Confirmed;
            (!confirmed, Reverse(date(unit, all_places(unit))), *id)
        });
    }
    Ok(renderings)
}

/// Returns the day, `YYYY-MM-DD`, when the texts at these places were last published, else when the unit was last changed or made.
pub(super) fn date<'p>(
    unit: &TranslationUnit,
    places: impl IntoIterator<Item = &'p Place>,
) -> Option<String> {
    let published = places
        .into_iter()
        .filter_map(|place| place.origin.date)
        .max();
    if let Some(day) = published {
        return Some(day.to_string());
    }
    unit.history.day()
}

/// Returns all places of a unit.
pub(super) fn all_places(unit: &TranslationUnit) -> impl Iterator<Item = &Place> {
    unit.variants.iter().flat_map(|variant| &variant.places)
}
