//! What hangs on a unit or variant beside its text (dates and users, notes, properties, inline codes), as JSON in one column.

use serde::{Deserialize, Serialize};

use super::failure::malformed;
use crate::model::{History, InlineCode, Note, Prop};

pub(super) type Attributes = Vec<(String, String)>;

/// Dates and users, notes and properties.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Details {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) history: Attributes,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) notes: Vec<(String, Attributes)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) props: Vec<(String, String, Attributes)>,
}

impl Details {
    /// Returns the details of a unit's or variant's fields.
    pub(super) fn new(history: &History, notes: &[Note], props: &[Prop]) -> Self {
        Self {
            history: history.attributes.clone(),
            notes: notes
                .iter()
                .map(|note| (note.text.clone(), note.attributes.clone()))
                .collect(),
            props: props
                .iter()
                .map(|prop| {
                    (
                        prop.name.clone(),
                        prop.value.clone(),
                        prop.attributes.clone(),
                    )
                })
                .collect(),
        }
    }

    /// Returns the fields.
    pub(super) fn into_fields(self) -> (History, Vec<Note>, Vec<Prop>) {
        let note = |(text, attributes)| Note { text, attributes };
        let prop = |(name, value, attributes)| Prop {
            name,
            value,
            attributes,
        };
        let history = History {
            attributes: self.history,
        };
        let notes = self.notes.into_iter().map(note).collect();
        (history, notes, self.props.into_iter().map(prop).collect())
    }

    /// Returns the column's value, `None` for nothing.
    pub(super) fn encode(&self) -> rusqlite::Result<Option<String>> {
        if *self == Self::default() {
            return Ok(None);
        }
        serde_json::to_string(self).map(Some).map_err(malformed)
    }

    /// Returns the details of a column's value.
    pub(super) fn decode(column: Option<&str>) -> rusqlite::Result<Self> {
        column.map_or_else(
            || Ok(Self::default()),
            |json| serde_json::from_str(json).map_err(malformed),
        )
    }

    /// Adds what `other` has and this has not; of an attribute that both have, this one's value stays. Says whether that was anything.
    pub(super) fn join(&mut self, other: &Self) -> bool {
        let before = self.notes.len() + self.props.len();
        let is_older = self.join_history(other);
        for note in &other.notes {
            if !self.notes.contains(note) {
                self.notes.push(note.clone());
            }
        }
        for prop in &other.props {
            if !self.props.contains(prop) {
                self.props.push(prop.clone());
            }
        }
        is_older || before != self.notes.len() + self.props.len()
    }

    /// The same of dates and users alone.
    pub(super) fn join_history(&mut self, other: &Self) -> bool {
        let before = self.history.len();
        for (name, value) in &other.history {
            if self.history.iter().all(|(known, _)| known != name) {
                self.history.push((name.clone(), value.clone()));
            }
        }
        before != self.history.len()
    }

    /// Returns how many bytes the texts of remarks and properties take.
    pub(super) fn bytes(&self) -> usize {
        let notes = self.notes.iter().map(|(text, _)| text.len());
        let props = self
            .props
            .iter()
            .map(|(name, value, _)| name.len() + value.len());
        notes.chain(props).sum()
    }
}

/// Returns the column's value for inline codes, `None` for none.
pub(super) fn encode_codes(codes: &[InlineCode]) -> rusqlite::Result<Option<String>> {
    if codes.is_empty() {
        return Ok(None);
    }
    let pairs: Vec<(usize, &str)> = codes
        .iter()
        .map(|code| (code.at, code.markup.as_str()))
        .collect();
    serde_json::to_string(&pairs).map(Some).map_err(malformed)
}

/// Returns the inline codes of a column's value.
pub(super) fn decode_codes(column: Option<&str>) -> rusqlite::Result<Vec<InlineCode>> {
    let Some(json) = column else {
        return Ok(Vec::new());
    };
    let pairs: Vec<(usize, String)> = serde_json::from_str(json).map_err(malformed)?;
    Ok(pairs
        .into_iter()
        .map(|(at, markup)| InlineCode { at, markup })
        .collect())
}

/// Says whether nothing hangs on a unit or variant.
pub(super) fn is_plain(history: &History, notes: &[Note], props: &[Prop]) -> bool {
    history.attributes.is_empty() && notes.is_empty() && props.is_empty()
}

/// Returns the column's value of what hangs on a unit or variant, without a copy where that is nothing.
pub(super) fn encoded(
    history: &History,
    notes: &[Note],
    props: &[Prop],
) -> rusqlite::Result<Option<String>> {
    if is_plain(history, notes, props) {
        return Ok(None);
    }
    Details::new(history, notes, props).encode()
}
