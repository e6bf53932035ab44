//! A memory in one SQLite file.
//!
//! Write-ahead log, every commit on the disk before it returns, foreign keys, strict tables. Whoever writes holds the only write transaction
//! (`BEGIN IMMEDIATE`) and others wait for it; readers never wait and see the last commit, but while the memory is made.

mod backup;
mod check;
mod connection;
mod content;
mod deadline;
mod details;
mod digest;
mod documents;
mod failure;
mod frames;
mod gathering;
mod holder;
mod identity;
mod keys;
mod lessons;
mod linking;
mod log;
mod lookup;
mod migrate;
mod pages;
mod pairs;
pub(super) mod recover;
mod renderings;
mod repeats;
mod salvage;
mod scan;
mod seal;
mod shelves;
mod shelving;
mod stretches;
mod survey;
mod texts;
mod trees;
mod units;
mod waiting;
mod writer;

use std::path::Path;
use std::time::Instant;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

pub(super) use self::connection::is_memory;
use self::deadline::Deadline;
use self::failure::failed;
use self::log::Refusal;
use super::{
    Access, Change, ChangeId, Charts, DocumentId, Filter, Finding, LogEntry, Stats, Storage,
    StoredDocument, StoredSegment, UnitId, Watch, Writer,
};
use crate::error::{Error, Result};
use crate::model::TranslationUnit;

/// A memory in one SQLite file.
pub(super) struct Sqlite {
    db: Connection,
    path: String,
    deadline: Deadline,
}

impl Sqlite {
    /// Opens the memory in a file as [`super::Memory::open`] promises.
    pub(super) fn open(path: &Path, access: Access) -> Result<Self> {
        Self::over(connection::open(path, access)?, path.display().to_string())
    }

    /// Returns an empty memory without a file.
    pub(super) fn in_memory() -> Result<Self> {
        Self::over(connection::open_in_memory()?, ":memory:".to_owned())
    }

    fn over(mut db: Connection, path: String) -> Result<Self> {
        let deadline = Deadline::watch(&mut db).map_err(|error| failed("open", &path, error))?;
        Ok(Self { db, path, deadline })
    }

    fn read<T>(&self, result: rusqlite::Result<T>) -> Result<T> {
        let result = result.and_then(|read| self.deadline.check().map(|()| read));
        result.map_err(|error| failed("read", &self.path, error))
    }

    /// Holds the memory as it is now until the guard is dropped; `None` inside a transaction, which does so itself.
    fn snapshot(&self) -> rusqlite::Result<Option<Transaction<'_>>> {
        self.db
            .is_autocommit()
            .then(|| self.db.unchecked_transaction())
            .transpose()
    }
}

impl Storage for Sqlite {
    fn begin(&mut self, change: Change) -> Result<Box<dyn Writer + '_>> {
        let writer = writer::SqliteWriter::begin(&self.db, &self.path, &change)?;
        Ok(Box::new(writer))
    }

    fn undo(&mut self, entry: Option<ChangeId>, at: Timestamp) -> Result<Option<LogEntry>> {
        let path = &self.path;
        let fail = |error| failed("undo a change of", path, error);
        let tx = self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(fail)?;
        let refused = |expected| Error::Invalid {
            value: entry.map_or_else(String::new, |ChangeId(id)| id.to_string()),
            expected,
        };
        match log::undo(&tx, entry, at).map_err(fail)? {
            Ok(undone) => {
                tx.commit().map_err(fail)?;
                Ok(undone)
            }
            Err(Refusal::Unknown) => Err(refused("an entry of the log")),
            Err(Refusal::Spent) => Err(refused(
                "an entry that can be undone: it was undone already, or is an undo itself",
            )),
            Err(Refusal::Needed(later)) => Err(Error::BuiltOn {
                path: path.clone(),
                later,
            }),
        }
    }

    fn log(&self, limit: usize) -> Result<Vec<LogEntry>> {
        self.read(log::entries(&self.db, limit))
    }

    fn units_after(
        &self,
        after: Option<UnitId>,
        filter: &Filter,
        visit: &mut dyn FnMut(UnitId, &TranslationUnit) -> Result<bool>,
    ) -> Result<()> {
        let _snapshot = self.read(self.snapshot())?;
        let mut after = after.map_or(i64::MIN, |id| id.0);
        loop {
            let ids = self.read(survey::unit_ids(&self.db, &filter.statuses, after))?;
            let Some(&last) = ids.last() else {
                return Ok(());
            };
            after = last;
            for id in ids {
                let Some(unit) = self.read(content::unit(&self.db, id))? else {
                    continue;
                };
                if filter.admits(&unit) && !visit(UnitId(id), &unit)? {
                    return Ok(());
                }
            }
        }
    }

    fn unit_named(&self, tuid: &str) -> Result<Option<UnitId>> {
        let found = self
            .db
            .query_row(
                "SELECT unit FROM unit_name WHERE tuid = ?1",
                [tuid],
                |row| row.get(0).map(UnitId),
            )
            .optional();
        self.read(found)
    }

    fn documents(&self, filter: &Filter) -> Result<Vec<StoredDocument>> {
        self.read(documents::list(&self.db, filter))
    }

    fn segments(&self, DocumentId(id): DocumentId) -> Result<Vec<StoredSegment>> {
        self.read(documents::read_segments(&self.db, id))
    }

    fn stats(&self) -> Result<Stats> {
        let _snapshot = self.read(self.snapshot())?;
        self.read(survey::stats(&self.db))
    }

    fn charts(&self) -> Result<Charts> {
        let _snapshot = self.read(self.snapshot())?;
        self.read(survey::charts(&self.db))
    }

    fn check(&self, watch: &mut Watch<'_>) -> Result<Vec<Finding>> {
        let _snapshot = self.read(self.snapshot())?;
        self.read(check::check(&self.db, watch))
    }

    fn limit_reading(&self, until: Option<Instant>) {
        self.deadline.set(until);
    }

    fn has_index(&self) -> Result<bool> {
        self.read(shelving::is_ready(&self.db))
    }

    fn reindex(&mut self, watch: &mut Watch<'_>) -> Result<()> {
        let path = &self.path;
        let made = self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .and_then(|tx| {
                keys::rebuild(&tx)?;
                shelving::rebuild(&tx, watch)?;
                tx.commit()
            });
        made.map_err(|error| failed("index", path, error))
    }

    fn backup(&self, to: &Path, watch: &mut Watch<'_>) -> Result<()> {
        backup::copy(&self.db, &self.path, to, watch)
    }
}
