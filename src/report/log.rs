//! An entry of the memory's log.

use serde::Serialize;

use super::{Paint, visible};
use crate::memory::LogEntry;

/// An entry of the log as it is shown.
#[derive(Debug, Serialize)]
pub struct LogLine<'e> {
    r#type: &'static str,
    change: i64,
    at: String,
    command: &'e str,
    detail: &'e str,
    documents: u64,
    units: u64,
    extended: u64,
    joined: u64,
    statuses: u64,
    edited: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    undoes: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    undone_by: Option<i64>,
}

impl<'e> LogLine<'e> {
    /// Returns the line for an entry; `kind` is the `type` it has in JSON.
    pub fn new(kind: &'static str, entry: &'e LogEntry) -> Self {
        Self {
            r#type: kind,
            change: entry.id.0,
            at: entry.change.at.to_string(),
            command: &entry.change.command,
            detail: &entry.change.detail,
            documents: entry.counts.documents,
            units: entry.counts.units,
            extended: entry.counts.extended,
            joined: entry.counts.joined,
            statuses: entry.counts.statuses,
            edited: entry.counts.edited,
            undoes: entry.undoes.map(|id| id.0),
            undone_by: entry.undone_by.map(|id| id.0),
        }
    }

    /// Returns the line for people.
    pub fn text(&self, paint: Paint) -> String {
        let counts = [
            (self.documents, "documents"),
            (self.units, "units"),
            (self.extended, "units gained a language"),
            (self.joined, "units gained a place or note"),
            (self.statuses, "statuses"),
            (self.edited, "edited"),
        ];
        let mut line = format!(
            "{} {} {} {}",
            paint.bold(&self.change.to_string()),
            paint.dim(&self.at),
            self.command,
            visible(self.detail)
        );
        for (count, what) in counts.into_iter().filter(|(count, _)| *count > 0) {
            line.push_str(&format!("; {count} {what}"));
        }
        if let Some(undone) = self.undone_by {
            line.push_str(&paint.dim(&format!(" (taken back by {undone})")));
        }
        line
    }
}
