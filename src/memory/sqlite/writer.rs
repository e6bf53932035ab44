//! One transaction and one entry of the log.

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use super::failure::failed;
use super::log::{self, Altered};
use super::{digest, documents, units};
use crate::error::{Error, Result};
use crate::memory::{
    Change, ChangeId, Committed, Counts, DocumentOutcome, UnitId, UnitOutcome, Writer,
};
use crate::model::{Document, Segment, Status, TranslationUnit};

/// A commit of more units than this writes the log back into the file and empties it, so that it does not stay large.
const BULK_UNITS: u64 = 1000;

/// The transaction, its number in the log and what it has done so far.
pub(super) struct SqliteWriter<'m> {
    db: &'m Connection,
    tx: Transaction<'m>,
    path: &'m str,
    change: i64,
    counts: Counts,
    origins: documents::Origins,
}

impl<'m> SqliteWriter<'m> {
    /// Opens the transaction.
    pub(super) fn begin(db: &'m Connection, path: &'m str, change: &Change) -> Result<Self> {
        let begun = Transaction::new_unchecked(db, TransactionBehavior::Immediate).and_then(|tx| {
            let change = log::open(&tx, change, None)?;
            Ok((tx, change))
        });
        let (tx, change) = begun.map_err(|error| failed("write to", path, error))?;
        Ok(Self {
            db,
            tx,
            path,
            change,
            counts: Counts::default(),
            origins: documents::Origins::default(),
        })
    }

    fn failed<T>(&self, action: &'static str, result: rusqlite::Result<T>) -> Result<T> {
        result.map_err(|error| failed(action, self.path, error))
    }

    fn set_one(&self, UnitId(id): UnitId, status: Status) -> rusqlite::Result<Option<bool>> {
        let known: Option<u8> = self
            .tx
            .prepare_cached("SELECT status FROM unit WHERE id = ?1")?
            .query_row([id], |row| row.get(0))
            .optional()?;
        let Some(known) = known else { return Ok(None) };
        if known == status as u8 {
            return Ok(Some(false));
        }
        log::keep(&self.tx, self.change, Altered::Unit, id)?;
        self.tx
            .prepare_cached("UPDATE unit SET status = ?2 WHERE id = ?1")?
            .execute((id, status as u8))?;
        digest::seal_unit(&self.tx, id)?;
        Ok(Some(true))
    }

    fn finish(self) -> rusqlite::Result<Committed> {
        let Self {
            db,
            tx,
            change,
            counts,
            ..
        } = self;
        if counts == Counts::default() {
            tx.rollback()?;
            return Ok(Committed {
                change: None,
                counts,
            });
        }
        log::close(&tx, change, &counts)?;
        tx.commit()?;
        if counts.units >= BULK_UNITS {
            // Readers may hold the log; it is then written back later.
            let _ = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        }
        Ok(Committed {
            change: Some(ChangeId(change)),
            counts,
        })
    }
}

impl Writer for SqliteWriter<'_> {
    fn add_document(
        &mut self,
        document: &Document,
        segments: &[Segment],
    ) -> Result<DocumentOutcome> {
        let added = documents::add(&self.tx, self.change, &mut self.origins, document, segments);
        let outcome = self.failed("add a document to", added)?;
        if !matches!(outcome, DocumentOutcome::Known(_)) {
            self.counts.documents += 1;
        }
        Ok(outcome)
    }

    fn add_unit(&mut self, unit: &TranslationUnit) -> Result<UnitOutcome> {
        if unit.variants.is_empty() {
            return Err(Error::Invalid {
                value: unit.id.clone().unwrap_or_default(),
                expected: "a unit with text: it has no variants",
            });
        }
        let added = units::add(
            &self.tx,
            self.change,
            &mut self.origins,
            &mut self.counts,
            unit,
        );
        self.failed("add units to", added)
    }

    fn set_status(&mut self, units: &[UnitId], status: Status) -> Result<u64> {
        let mut changed = 0;
        for &unit in units {
            match self.failed("set a status in", self.set_one(unit, status))? {
                Some(differs) => changed += u64::from(differs),
                None => {
                    return Err(Error::Invalid {
                        value: unit.0.to_string(),
                        expected: "the number of a unit in this memory",
                    });
                }
            }
        }
        self.counts.statuses += changed;
        Ok(changed)
    }

    fn commit(self: Box<Self>) -> Result<Committed> {
        let path = self.path;
        self.finish()
            .map_err(|error| failed("write to", path, error))
    }
}
