//! `/documents/N`: a document, its versions and how they differ, and what was decided of it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::super::{Pace, Reader, Refusal, Shared};
use super::chrome::Chrome;
use super::releases::VersionLine;
use crate::error::Result;
use crate::memory::{ChangeId, DocumentId, StoredDocument};
use crate::review::release_of;

/// The most differences between two versions that are shown.
const MOST_DIFFERENCES: usize = 200;

/// The most versions that are followed back.
const MOST_VERSIONS: usize = 50;

#[derive(Template)]
#[template(path = "document.html", config = "src/askama.toml")]
struct DocumentPage<'p> {
    c: &'p Chrome,
    shown: Shown,
}

struct Shown {
    document: VersionLine,
    address: Option<String>,
    file: Option<String>,
    added: String,
    segments: u64,
    newer: Option<i64>,
    review: String,
    is_linked: bool,
    versions: Vec<Older>,
    decisions: Vec<Decided>,
}

/// An earlier version, and what changed since.
struct Older {
    id: i64,
    added: String,
    differences: Vec<(&'static str, String)>,
    is_cut: bool,
}

struct Decided {
    change: i64,
    at: String,
    command: String,
    detail: String,
    is_undone: bool,
}

pub(super) async fn page(State(app): State<Shared>, c: Chrome, Path(id): Path<i64>) -> Response {
    let shown = app
        .read(Pace::Long, move |reader| read(reader, DocumentId(id)))
        .await
        .and_then(|shown| shown.ok_or_else(|| Refusal::unknown("there is no such document")));
    c.show(shown.map(|shown| DocumentPage { c: &c, shown }))
}

fn read(reader: &Reader<'_, '_>, id: DocumentId) -> Result<Option<Shown>> {
    let memory = reader.memory;
    let Some(document) = memory.document(id)? else {
        return Ok(None);
    };
    let members = match document.segments {
        0 => vec![id],
        _ => release_of(memory, id)?,
    };
    let mut decided: Vec<(ChangeId, bool)> = Vec::new();
    for &member in &members {
        let decisions = memory.decisions(member)?;
        decided.extend(
            decisions
                .iter()
                .map(|it| (it.change, it.undone_by.is_some())),
        );
    }
    decided.sort_by_key(|(change, _)| std::cmp::Reverse(*change));
    let mut decisions = Vec::new();
    let log = memory.log(usize::MAX)?;
    for (change, is_undone) in decided {
        if let Some(entry) = log.iter().find(|entry| entry.id == change) {
            decisions.push(Decided {
                change: change.0,
                at: minutes(entry.change.at),
                command: entry.change.command.clone(),
                detail: entry.change.detail.clone(),
                is_undone,
            });
        }
    }
    Ok(Some(Shown {
        review: super::review::address(&members),
        is_linked: members.len() > 1,
        address: document.origin.address.clone(),
        file: document.origin.file.clone(),
        added: minutes(document.added),
        segments: document.segments,
        newer: document.superseded_by.map(|id| id.0),
        versions: older(reader, &document)?,
        document: VersionLine::of(&document),
        decisions,
    }))
}

/// Returns a moment for people, to the minute.
pub(super) fn minutes(at: jiff::Timestamp) -> String {
    jiff::tz::Offset::UTC
        .to_datetime(at)
        .strftime("%Y-%m-%d %H:%M")
        .to_string()
}

/// Returns the versions before a document, each with what the next one changed.
fn older(reader: &Reader<'_, '_>, document: &StoredDocument) -> Result<Vec<Older>> {
    let texts = |id| -> Result<Vec<String>> {
        let segments = reader.memory.segments(id)?;
        Ok(segments.into_iter().map(|segment| segment.text).collect())
    };
    let mut versions = Vec::new();
    let mut newer = texts(document.id)?;
    let mut next = document.version_of;
    while let Some(id) = next.filter(|_| versions.len() < MOST_VERSIONS) {
        let Some(before) = reader.memory.document(id)? else {
            break;
        };
        let old = texts(id)?;
        let mut differences = Vec::new();
        for op in capture_diff_slices(Algorithm::Myers, &old, &newer) {
            if let DiffOp::Equal { .. } = op {
                continue;
            }
            differences.extend(old[op.old_range()].iter().map(|text| ("del", text.clone())));
            differences.extend(
                newer[op.new_range()]
                    .iter()
                    .map(|text| ("ins", text.clone())),
            );
        }
        let is_cut = differences.len() > MOST_DIFFERENCES;
        differences.truncate(MOST_DIFFERENCES);
        versions.push(Older {
            id: id.0,
            added: minutes(before.added),
            differences,
            is_cut,
        });
        next = before.version_of;
        newer = old;
    }
    Ok(versions)
}
