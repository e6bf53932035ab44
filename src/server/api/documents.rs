//! `/api/documents`: what was added, and one document with its segments.

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;

use super::super::parameters::Parameters;
use super::super::{Pace, Refusal, Shared};
use super::filter::filter;
use super::{json, written};
use crate::memory::{DocumentId, Filter};
use crate::report::DocumentLine;

#[derive(Serialize)]
struct Documents<'d> {
    r#type: &'static str,
    documents: Vec<DocumentLine<'d>>,
}

#[derive(Serialize)]
struct Whole<'d> {
    #[serde(flatten)]
    document: DocumentLine<'d>,
    text: Vec<SegmentLine<'d>>,
}

#[derive(Serialize)]
struct SegmentLine<'d> {
    text: &'d str,
    kind: &'static str,
    paragraph: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    speaker: Option<&'d str>,
}

pub(super) async fn list(
    State(app): State<Shared>,
    mut parameters: Parameters,
) -> Result<Response, Refusal> {
    let filter: Filter = filter(&mut parameters)?;
    parameters.finish()?;
    let answer = app
        .read(Pace::Long, move |reader| {
            let documents = reader.memory.documents(&filter)?;
            Ok(written(&Documents {
                r#type: "documents",
                documents: documents.iter().map(DocumentLine::new).collect(),
            }))
        })
        .await?;
    Ok(json(answer?))
}

pub(super) async fn get(
    State(app): State<Shared>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let id = number(&id)?;
    let answer = app
        .read(Pace::Long, move |reader| {
            let Some(document) = reader.memory.document(id)? else {
                return Ok(Err(unknown()));
            };
            let segments = reader.memory.segments(id)?;
            Ok(written(&Whole {
                document: DocumentLine::new(&document),
                text: segments
                    .iter()
                    .map(|segment| SegmentLine {
                        text: &segment.text,
                        kind: segment.kind.as_str(),
                        paragraph: segment.paragraph,
                        speaker: segment.speaker.as_deref(),
                    })
                    .collect(),
            }))
        })
        .await?;
    Ok(json(answer?))
}

/// Reads a document's number.
pub(super) fn number(text: &str) -> Result<DocumentId, Refusal> {
    text.parse().map(DocumentId).map_err(|_| unknown())
}

pub(super) fn unknown() -> Refusal {
    Refusal::unknown("there is no document of this number")
}
