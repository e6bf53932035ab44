//! The shapes that diglot's own knowledge takes in JSON, shared by JSON Lines and by TMX properties.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::model::{BlockKind, Origin, Place, Stretch};

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
    /// The characters of the first segment before it, and those of the last up to which it goes; 0 where that is the segment's own end.
    #[serde(default, skip_serializing_if = "is_zero")]
    from: u32,
    #[serde(default, skip_serializing_if = "is_zero")]
    to: u32,
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
            first: place.at.first,
            last: place.at.last,
            from: place.at.from,
            to: place.at.to,
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
        let at = Stretch {
            first: record.first,
            last: record.last,
            from: record.from,
            to: record.to,
        };
        if at.first > at.last || !at.is_some() || at.from.max(at.to) > Stretch::MOST_CHARACTERS {
            return Err(format!(
                "a place from segment {} to {}, character {} to {}",
                at.first, at.last, at.from, at.to
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
            at,
            kind,
            speaker: record.speaker,
        })
    }
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// Returns a probability if it is one: from 0 to 1.
pub(super) fn probability(value: f64) -> Option<f64> {
    (0.0..=1.0).contains(&value).then_some(value)
}
