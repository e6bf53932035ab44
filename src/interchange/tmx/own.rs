//! What diglot knows beyond TMX, as properties: status, probability, places.

use super::super::record::{PlaceRecord, probability};
use crate::model::{Place, Prop, Status, TranslationUnit, Variant};

const STATUS: &str = "x-diglot-status";
const PROBABILITY: &str = "x-diglot-probability";
const PLACE: &str = "x-diglot-place";

/// Returns the properties of a unit that hold diglot's own knowledge. A confirmed unit has no status: other tools' units count as such.
pub(super) fn of_unit(unit: &TranslationUnit) -> Vec<Prop> {
    let status =
        (unit.status != Status::Confirmed).then(|| prop(STATUS, unit.status.as_str().to_owned()));
    let probability = unit
        .probability
        .map(|value| prop(PROBABILITY, value.to_string()));
    status.into_iter().chain(probability).collect()
}

/// Returns the properties of a variant that hold diglot's own knowledge.
pub(super) fn of_variant(variant: &Variant) -> Vec<Prop> {
    let written = variant
        .places
        .iter()
        .map(|place| serde_json::to_string(&PlaceRecord::from(place)));
    // Strings and numbers always have a JSON form.
    written
        .filter_map(Result::ok)
        .map(|value| prop(PLACE, value))
        .collect()
}

fn prop(name: &str, value: String) -> Prop {
    Prop {
        name: name.to_owned(),
        value,
        attributes: Vec::new(),
    }
}

/// Takes a property into the unit's own fields: `Ok(false)` when it is not for them, the reason when its value makes no sense.
pub(super) fn take_unit(unit: &mut TranslationUnit, prop: &Prop) -> Result<bool, String> {
    match prop.name.as_str() {
        STATUS => {
            unit.status = Status::from_name(&prop.value)
                .ok_or_else(|| format!("`{}` is no status", prop.value))?;
        }
        PROBABILITY => {
            let value = prop.value.trim().parse().ok().and_then(probability);
            unit.probability =
                Some(value.ok_or_else(|| format!("`{}` is no probability", prop.value))?);
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// Takes a property for a place: `Ok(None)` when it is none, the reason when its value makes no sense.
pub(super) fn take_place(prop: &Prop) -> Result<Option<Place>, String> {
    if prop.name != PLACE {
        return Ok(None);
    }
    let record: PlaceRecord =
        serde_json::from_str(&prop.value).map_err(|error| error.to_string())?;
    Place::try_from(record).map(Some)
}
