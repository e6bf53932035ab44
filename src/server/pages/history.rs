//! `/history`: what was done to the memory, newest first.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::super::{Pace, Shared};
use super::chrome::Chrome;
use super::documents::minutes;
use crate::memory::LogEntry;

/// Entries on a page.
const SHOWN: usize = 100;

#[derive(Template)]
#[template(path = "history.html", config = "src/askama.toml")]
struct History<'p> {
    c: &'p Chrome,
    entries: Vec<Entry>,
    more: Option<usize>,
}

struct Entry {
    id: i64,
    at: String,
    command: String,
    detail: String,
    counts: Vec<(&'static str, u64)>,
    undone_by: Option<i64>,
}

impl From<&LogEntry> for Entry {
    fn from(entry: &LogEntry) -> Self {
        let counts = [
            ("history.documents", entry.counts.documents),
            ("history.units", entry.counts.units),
            ("history.extended", entry.counts.extended),
            ("history.joined", entry.counts.joined),
            ("history.statuses", entry.counts.statuses),
            ("history.edited", entry.counts.edited),
        ];
        Self {
            id: entry.id.0,
            at: minutes(entry.change.at),
            command: entry.change.command.clone(),
            detail: entry.change.detail.clone(),
            counts: counts.into_iter().filter(|(_, count)| *count > 0).collect(),
            undone_by: entry.undone_by.map(|id| id.0),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    from: usize,
}

pub(super) async fn page(
    State(app): State<Shared>,
    c: Chrome,
    Query(Asked { from }): Query<Asked>,
) -> Response {
    let read = app
        .read(Pace::Long, move |reader| {
            let entries = reader.memory.log(from.saturating_add(SHOWN + 1))?;
            let shown: Vec<Entry> = entries
                .iter()
                .skip(from)
                .take(SHOWN)
                .map(Entry::from)
                .collect();
            let more = (entries.len() > from.saturating_add(SHOWN)).then(|| from + SHOWN);
            Ok((shown, more))
        })
        .await;
    c.show(read.map(|(entries, more)| History {
        c: &c,
        entries,
        more,
    }))
}
