//! `/`: the releases of the memory, the newest first, with how much of each is in doubt.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::super::{Pace, Reader, Refusal, Shared};
use super::chrome::Chrome;
use crate::error::Result;
use crate::memory::{DocumentId, Filter, StoredDocument};
use crate::model::Status;
use crate::report::DOUBTFUL;
use crate::review::{Sheet, release_of};

/// Releases on a page.
const SHOWN: usize = 20;

#[derive(Template)]
#[template(path = "releases.html", config = "src/askama.toml")]
struct Releases<'p> {
    c: &'p Chrome,
    releases: Vec<Release>,
    /// The document before which the next page begins.
    next: Option<i64>,
    is_first: bool,
    /// Whether the memory holds nothing at all.
    is_empty: bool,
}

/// A release as it is listed.
struct Release {
    address: String,
    versions: Vec<VersionLine>,
    links: usize,
    accepted: usize,
    doubtful: usize,
}

/// A version as it is listed.
pub(super) struct VersionLine {
    pub(super) id: i64,
    pub(super) lang: String,
    pub(super) title: String,
    pub(super) about: String,
    pub(super) is_old: bool,
}

impl VersionLine {
    pub(super) fn of(document: &StoredDocument) -> Self {
        let origin = &document.origin;
        let name = origin.file.as_deref().or(origin.address.as_deref());
        let title = origin.title.as_deref().or(name).unwrap_or("");
        let parts = [
            origin.date.map(|date| date.to_string()),
            origin.publisher.clone(),
        ];
        Self {
            id: document.id.0,
            lang: document.lang.to_string(),
            title: title.to_owned(),
            about: parts.into_iter().flatten().collect::<Vec<_>>().join(" · "),
            is_old: document.superseded_by.is_some(),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Asked {
    before: Option<i64>,
}

pub(super) async fn page(
    State(app): State<Shared>,
    c: Chrome,
    Query(Asked { before }): Query<Asked>,
) -> Response {
    let listed = app
        .read(Pace::Long, move |reader| {
            let (releases, next) = list(reader, before)?;
            let is_empty = reader.memory.languages()?.is_empty();
            Ok((releases, next, is_empty))
        })
        .await;
    let page: std::result::Result<Releases<'_>, Refusal> =
        listed.map(|(releases, next, is_empty)| Releases {
            c: &c,
            releases,
            next,
            is_first: before.is_none(),
            is_empty,
        });
    c.show(page)
}

/// Returns releases of which the newest version comes before a document, and the document with which the next page begins.
fn list(reader: &Reader<'_, '_>, before: Option<i64>) -> Result<(Vec<Release>, Option<i64>)> {
    let memory = reader.memory;
    let documents = memory.documents(&Filter::default())?;
    let mut releases = Vec::new();
    let mut shown: Vec<DocumentId> = Vec::new();
    let newest_first = documents.iter().rev();
    for document in
        newest_first.filter(|it| it.segments > 0 && before.is_none_or(|id| it.id.0 < id))
    {
        if shown.contains(&document.id) {
            continue;
        }
        let members = release_of(memory, document.id)?;
        // It stands where its newest version does, which may be on a page before this one.
        if members.iter().any(|member| *member > document.id) {
            continue;
        }
        if releases.len() == SHOWN {
            return Ok((releases, Some(document.id.0 + 1)));
        }
        shown.extend(&members);
        let sheet = Sheet::read(memory, &members)?;
        let count = |test: &dyn Fn(&crate::review::Link) -> bool| {
            sheet.links.iter().filter(|link| test(link)).count()
        };
        releases.push(Release {
            address: super::review::address(&members),
            versions: sheet
                .versions
                .iter()
                .map(|version| VersionLine::of(&version.document))
                .collect(),
            links: sheet.links.len(),
            accepted: count(&|link| link.status == Status::Confirmed),
            doubtful: count(&|link| link.is_doubtful(DOUBTFUL)),
        });
    }
    Ok((releases, None))
}
