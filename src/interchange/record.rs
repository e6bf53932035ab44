//! The shapes that diglot's own knowledge takes in JSON, shared by JSON Lines and by TMX properties.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::model::{BlockKind, Origin, Place};

/// A [`Place`] in JSON; what is not known is left out.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlaceRecord {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    publisher: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hash: Option<String>,
    first: u32,
    last: u32,
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    speaker: Option<String>,
}

impl From<&Place> for PlaceRecord {
    fn from(place: &Place) -> Self {
        let origin = place.origin.clone();
        Self {
            publisher: origin.publisher,
            address: origin.address,
            title: origin.title,
            date: origin.date.map(|date| date.to_string()),
            file: origin.file,
            hash: origin.hash,
            first: place.first,
            last: place.last,
            kind: place.kind.as_str().to_owned(),
            speaker: place.speaker.clone(),
        }
    }
}

impl TryFrom<PlaceRecord> for Place {
    type Error = String;

    fn try_from(record: PlaceRecord) -> Result<Self, String> {
        let date: Option<Date> = match record.date {
            None => None,
            Some(date) => Some(
                date.parse()
                    .map_err(|_| format!("`{date}` is no date such as `2025-03-14`"))?,
            ),
        };
        let kind = BlockKind::from_name(&record.kind)
            .ok_or_else(|| format!("`{}` is no kind of block", record.kind))?;
        if record.first > record.last {
            return Err(format!(
                "a place from segment {} to {}",
                record.first, record.last
            ));
        }
        Ok(Self {
            origin: Origin {
                publisher: record.publisher,
                address: record.address,
                title: record.title,
                date,
                file: record.file,
                hash: record.hash,
            },
            first: record.first,
            last: record.last,
            kind,
            speaker: record.speaker,
        })
    }
}

/// Returns a probability if it is one: from 0 to 1.
pub(super) fn probability(value: f64) -> Option<f64> {
    (0.0..=1.0).contains(&value).then_some(value)
}
