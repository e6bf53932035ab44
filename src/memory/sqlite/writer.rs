//! One transaction and one entry of the log.

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use super::failure::failed;
use super::log::{self, Altered};
use super::texts::Texts;
use super::units::{self, Joining, Units, Writing};
use super::{connection, content, digest, documents, linking};
use crate::error::{Error, Result};
use crate::memory::{
    Change, ChangeId, Committed, Counts, DocumentId, DocumentOutcome, UnitId, UnitOutcome, Watch,
    Writer,
};
use crate::model::{Document, Lang, Segment, Status, Stretch, TranslationUnit};

/// A commit of more units than this writes the log back into the file and empties it, so that it does not stay large.
const BULK_UNITS: u64 = 1000;

/// SQLite's cache while a bulk import is completed, as SQLite takes it: 16 MiB.
const LEAN_CACHE: i64 = -16_384;

/// The transaction, its number in the log and what it has done so far.
pub(super) struct SqliteWriter<'m> {
    db: &'m Connection,
    tx: Transaction<'m>,
    path: &'m str,
    change: i64,
    before: log::Before,
    counts: Counts,
    origins: documents::Origins,
    texts: Texts,
    units: Units,
    trusting: Trusting<'m>,
    /// Whether a step failed half-way, so that nothing may be committed.
    is_broken: bool,
}

impl<'m> SqliteWriter<'m> {
    /// Opens the transaction.
    pub(super) fn begin(db: &'m Connection, path: &'m str, change: &Change) -> Result<Self> {
        let trusting = Trusting::begin(db).map_err(|error| failed("write to", path, error))?;
        let begun = Transaction::new_unchecked(db, TransactionBehavior::Immediate).and_then(|tx| {
            let change = log::open(&tx, change, None)?;
            let before = log::Before::now(&tx)?;
            Ok((tx, change, before))
        });
        let (tx, change, before) = begun.map_err(|error| failed("write to", path, error))?;
        Ok(Self {
            db,
            tx,
            path,
            change,
            before,
            counts: Counts::default(),
            origins: documents::Origins::default(),
            texts: Texts::default(),
            units: Units::default(),
            trusting,
            is_broken: false,
        })
    }

    fn step<T>(&mut self, action: &'static str, result: rusqlite::Result<T>) -> Result<T> {
        self.is_broken |= result.is_err();
        result.map_err(|error| failed(action, self.path, error))
    }

    /// Writes what waits to be written, before it is read.
    fn write(&mut self) -> Result<()> {
        let written = self
            .texts
            .write(&self.tx)
            .and_then(|()| self.units.write(&self.tx))
            .and_then(|()| self.units.gathered.write(&self.tx));
        self.step("write to", written)
    }

    fn set_one(&mut self, UnitId(id): UnitId, status: Status) -> rusqlite::Result<Option<bool>> {
        let known: Option<u8> = self
            .tx
            .prepare_cached("SELECT status FROM unit WHERE id = ?1")?
            .query_row([id], |row| row.get(0))
            .optional()?;
        let Some(known) = known else { return Ok(None) };
        if known == status as u8 {
            return Ok(Some(false));
        }
        if (known == Status::Rejected as u8) != (status == Status::Rejected) {
            self.texts.shelving.loosen_unit(&self.tx, id)?;
        }
        log::keep(&self.tx, self.change, Altered::Unit, id)?;
        self.tx
            .prepare_cached("UPDATE unit SET status = ?2 WHERE id = ?1")?
            .execute((id, status as u8))?;
        digest::seal_unit(&self.tx, id)?;
        Ok(Some(true))
    }

    fn add(&mut self, unit: &TranslationUnit, joining: Joining) -> Result<UnitOutcome> {
        if unit.variants.is_empty() {
            return Err(Error::Invalid {
                value: unit.id.clone().unwrap_or_default(),
                expected: "a unit with text: it has no variants",
            });
        }
        let mut writing = Writing {
            db: &self.tx,
            change: self.change,
            origins: &mut self.origins,
            texts: &mut self.texts,
            units: &mut self.units,
        };
        let added = units::add(&mut writing, &mut self.counts, unit, joining);
        self.step("add units to", added)
    }

    fn finish(self, watch: &mut Watch<'_>) -> rusqlite::Result<Committed> {
        let Self {
            db,
            tx,
            change,
            before,
            counts,
            texts,
            mut units,
            trusting,
            ..
        } = self;
        if counts == Counts::default() {
            tx.rollback()?;
            return Ok(Committed {
                change: None,
                counts,
            });
        }
        units.write(&tx)?;
        units.gathered.write(&tx)?;
        let lean = match counts.units >= BULK_UNITS {
            true => Some(Lean::begin(&tx)?),
            false => None,
        };
        let shelving = texts.settle(&tx)?;
        units.settle(&tx)?;
        shelving.settle(&tx, watch)?;
        drop(lean);
        log::close(&tx, change, &counts, before.made(&tx)?)?;
        tx.commit()?;
        drop(trusting);
        // Where others hold the memory, whoever opens it next for writing sees to it.
        let _ = connection::keep_log(db);
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

/// While it lives references are not looked up again: every number that a writer stores was handed out or found a moment before, and looking
/// takes a third of an import. `diglot check` looks.
struct Trusting<'m>(&'m Connection);

impl<'m> Trusting<'m> {
    fn begin(db: &'m Connection) -> rusqlite::Result<Self> {
        db.execute_batch("PRAGMA foreign_keys = OFF")?;
        Ok(Self(db))
    }
}

impl Drop for Trusting<'_> {
    fn drop(&mut self) {
        // Outside a transaction it cannot fail; fields are dropped in their order, the transaction before this.
        let _ = self.0.execute_batch("PRAGMA foreign_keys = ON");
    }
}

/// While it lives SQLite keeps few pages: the last steps of a bulk import read and write one table after the other, from front to back, and take
/// memory of their own.
struct Lean<'t> {
    db: &'t Connection,
    /// The size of the cache before, as SQLite says it.
    cache: i64,
}

impl<'t> Lean<'t> {
    fn begin(db: &'t Connection) -> rusqlite::Result<Self> {
        let cache = db.pragma_query_value(None, "cache_size", |row| row.get(0))?;
        // Pages that are not in the file yet would stay.
        db.cache_flush()?;
        db.pragma_update(None, "cache_size", LEAN_CACHE)?;
        Ok(Self { db, cache })
    }
}

impl Drop for Lean<'_> {
    fn drop(&mut self) {
        // A size that was there before is taken.
        let _ = self.db.pragma_update(None, "cache_size", self.cache);
    }
}

impl Writer for SqliteWriter<'_> {
    fn add_document(
        &mut self,
        document: &Document,
        segments: &[Segment],
    ) -> Result<DocumentOutcome> {
        self.write()?;
        let added = documents::add(
            &self.tx,
            self.change,
            &mut self.origins,
            &mut self.texts,
            document,
            segments,
        );
        let outcome = self.step("add a document to", added)?;
        if !matches!(outcome, DocumentOutcome::Known(_)) {
            self.counts.documents += 1;
        }
        Ok(outcome)
    }

    fn add_unit(&mut self, unit: &TranslationUnit) -> Result<UnitOutcome> {
        self.add(unit, Joining::Meaning)
    }

    fn unit_before(&mut self, tuid: &str) -> Result<Option<(UnitId, TranslationUnit)>> {
        // Of a memory that had none the identifiers are not in a table yet.
        if !self.before.had_unit(1) {
            return Ok(None);
        }
        let found = self
            .tx
            .prepare_cached("SELECT unit FROM unit_name WHERE tuid = ?1")
            .and_then(|mut named| named.query_row([tuid], |row| row.get(0)).optional());
        let id: Option<i64> = self.step("read", found)?;
        let Some(id) = id.filter(|id| self.before.had_unit(*id)) else {
            return Ok(None);
        };
        self.write()?;
        let unit = self.step("read", content::unit(&self.tx, id))?;
        Ok(unit.map(|unit| (UnitId(id), unit)))
    }

    fn add_link(&mut self, unit: &TranslationUnit) -> Result<UnitOutcome> {
        self.add(unit, Joining::Same)
    }

    fn part(&mut self, unit: UnitId, places: &[(DocumentId, Stretch)]) -> Result<UnitId> {
        self.write()?;
        self.units.forget_pairs();
        let (texts, units) = (&mut self.texts, &mut self.units);
        let parted = linking::part(&self.tx, self.change, texts, units, unit.0, places);
        let Some((id, is_new)) = self.step("part a unit of", parted)? else {
            return Err(Error::Invalid {
                value: unit.0.to_string(),
                expected: "a unit that stands at these places",
            });
        };
        self.counts.units += u64::from(is_new);
        Ok(UnitId(id))
    }

    fn edit(&mut self, unit: UnitId, lang: &Lang, text: &str) -> Result<bool> {
        if text.trim().is_empty() {
            return Err(Error::Invalid {
                value: text.to_owned(),
                expected: "a text: it is blank",
            });
        }
        self.write()?;
        self.units.forget_pairs();
        let edited = linking::edit(&self.tx, self.change, &mut self.texts, unit.0, lang, text);
        let Some(edited) = self.step("edit a unit of", edited)? else {
            return Err(Error::Invalid {
                value: unit.0.to_string(),
                expected: "a unit with a variant in this language",
            });
        };
        self.counts.edited += u64::from(edited);
        Ok(edited)
    }

    fn set_probability(&mut self, unit: UnitId, probability: f64) -> Result<bool> {
        self.write()?;
        let set = linking::set_probability(&self.tx, self.change, unit.0, probability);
        let set = self.step("write to", set)?;
        self.counts.edited += u64::from(set);
        Ok(set)
    }

    fn note_decision(
        &mut self,
        document: DocumentId,
        said: &str,
        redoes: Option<ChangeId>,
    ) -> Result<()> {
        let noted = linking::note(&self.tx, self.change, document, said, redoes);
        self.step("write to", noted)
    }

    fn are_aligned(&mut self, one: DocumentId, other: DocumentId) -> Result<bool> {
        self.write()?;
        let found = documents::are_aligned(&self.tx, one.0, other.0);
        self.step("look into", found)
    }

    fn set_status(&mut self, units: &[UnitId], status: Status) -> Result<u64> {
        self.write()?;
        self.units.forget_pairs();
        let before = self.counts.statuses;
        for &unit in units {
            let set = self.set_one(unit, status);
            let Some(differs) = self.step("set a status in", set)? else {
                return Err(Error::Invalid {
                    value: unit.0.to_string(),
                    expected: "the number of a unit in this memory",
                });
            };
            self.counts.statuses += u64::from(differs);
        }
        Ok(self.counts.statuses - before)
    }

    fn commit_watched(self: Box<Self>, watch: &mut Watch<'_>) -> Result<Committed> {
        let path = self.path;
        if self.is_broken {
            return Err(Error::Memory {
                action: "write to",
                path: path.to_owned(),
                source: "an earlier step failed; the memory is as it was".into(),
            });
        }
        self.finish(watch)
            .map_err(|error| failed("write to", path, error))
    }
}

#[cfg(test)]
mod tests {
    use crate::error::Error;
    use crate::memory::Storage;
    use crate::memory::sqlite::Sqlite;
    use crate::memory::story::{change, unit};

    #[test]
    fn a_commit_that_is_stopped_leaves_nothing_and_one_that_is_not_says_how_far_it_is() {
        let mut memory = Sqlite::in_memory().unwrap();
        let mut last = None;
        for goes_on in [false, true] {
            let mut writer = memory.begin(change("import")).unwrap();
            for number in 0..1500 {
                let [en, ru] = [format!("Clause {number}"), format!("Статья {number}")];
                writer.add_unit(&unit(&[("en", &en), ("ru", &ru)])).unwrap();
            }
            let outcome = writer.commit_watched(&mut |step| {
                last = Some((step.done, step.total));
                goes_on
            });
            match goes_on {
                true => assert_eq!(outcome.unwrap().counts.units, 1500),
                false => assert!(matches!(outcome, Err(Error::Interrupted { .. }))),
            }
            assert_eq!(memory.check(&mut |_| true).unwrap(), []);
            let units: u64 = memory.stats().unwrap().units.iter().sum();
            assert_eq!(units, if goes_on { 1500 } else { 0 });
        }
        assert_eq!(last, Some((6000, 6000)));
    }

    #[test]
    fn a_full_disk_is_said_plainly_and_nothing_half_written_is_committed() {
        let mut memory = Sqlite::in_memory().unwrap();
        let pages: i64 = memory
            .db
            .query_row("PRAGMA page_count", [], |row| row.get(0))
            .unwrap();
        memory
            .db
            .execute_batch(&format!("PRAGMA max_page_count = {}", pages + 4))
            .unwrap();
        let mut writer = memory.begin(change("import")).unwrap();
        let failure = (0..1000).find_map(|number| {
            let text = format!("{number} {}", "long ".repeat(100));
            writer
                .add_unit(&unit(&[("en", &text), ("ru", &text)]))
                .err()
        });
        let Some(Error::Memory { source, .. }) = failure else {
            panic!("{failure:?}");
        };
        assert!(source.to_string().starts_with("the disk is full"));
        assert!(writer.commit().is_err());
        assert_eq!(memory.check(&mut |_| true).unwrap(), []);
        assert_eq!(memory.stats().unwrap().units, [0, 0, 0]);
    }
}
