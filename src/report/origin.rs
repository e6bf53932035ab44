//! Where something comes from.

use serde::Serialize;

use super::{Paint, visible};
use crate::memory::StoredDocument;
use crate::model::{Origin, Place};

/// An origin as it is shown; what is not known is left out.
#[derive(Debug, Serialize)]
pub struct OriginLine<'o> {
    #[serde(skip_serializing_if = "Option::is_none")]
    publisher: Option<&'o str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<&'o str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'o str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'o str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    speaker: Option<&'o str>,
}

impl<'o> From<&'o Origin> for OriginLine<'o> {
    fn from(origin: &'o Origin) -> Self {
        Self {
            publisher: origin.publisher.as_deref(),
            address: origin.address.as_deref(),
            title: origin.title.as_deref(),
            date: origin.date.map(|date| date.to_string()),
            file: origin.file.as_deref(),
            speaker: None,
        }
    }
}

impl<'o> From<&'o Place> for OriginLine<'o> {
    fn from(place: &'o Place) -> Self {
        Self { speaker: place.speaker.as_deref(), ..Self::from(&place.origin) }
    }
}

impl OriginLine<'_> {
    /// Returns the origin for people: date, speaker, publisher, title, and the address or file.
    pub fn text(&self) -> String {
        let parts = [self.date.as_deref(), self.speaker, self.publisher, self.title, self.address.or(self.file)];
        let known: Vec<_> = parts.into_iter().flatten().map(visible).collect();
        known.join(", ")
    }
}

/// A document of the memory as it is shown.
#[derive(Debug, Serialize)]
pub struct DocumentLine<'d> {
    r#type: &'static str,
    document: i64,
    lang: &'d str,
    #[serde(flatten)]
    origin: OriginLine<'d>,
    segments: u64,
    added: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_of: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    superseded_by: Option<i64>,
}

impl<'d> DocumentLine<'d> {
    /// Returns the line for a document.
    pub fn new(document: &'d StoredDocument) -> Self {
        Self {
            r#type: "document",
            document: document.id.0,
            lang: document.lang.as_str(),
            origin: (&document.origin).into(),
            segments: document.segments,
            added: document.added.to_string(),
            version_of: document.version_of.map(|id| id.0),
            superseded_by: document.superseded_by.map(|id| id.0),
        }
    }

    /// Returns the line for people.
    pub fn text(&self, paint: Paint) -> String {
        let mut line = format!("{} {} {} ({} segments)", paint.bold(&self.document.to_string()), self.lang, self.origin.text(), self.segments);
        if let Some(newer) = self.superseded_by {
            line.push_str(&paint.dim(&format!(", superseded by {newer}")));
        }
        line
    }
}
