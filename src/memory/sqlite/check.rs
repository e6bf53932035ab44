//! Looking at everything: the file's structure, references, every hash, the index against the texts, the log.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use rusqlite::{Connection, OptionalExtension};
use rustc_hash::FxHashSet;

use super::failure::{interrupted, malformed};
use super::keys::Keys;
use super::{connection, digest, lessons, log, seal, shelves, shelving, stretches, texts};
use crate::error::{Error, Result};
use crate::index::{Blocks, FORMATS, Part, Segment, TextId, verified};
use crate::language::profile;
use crate::memory::{Finding, Progress, Watch};
use crate::text::normal;

/// Rows between two looks at the watcher.
const STEP: u64 = 1000;

/// Returns what is not as it should be.
pub(super) fn check(db: &Connection, watch: &mut Watch<'_>) -> rusqlite::Result<Vec<Finding>> {
    let mut check = Check {
        db,
        findings: Vec::new(),
        progress: Progress { done: 0, total: 0 },
        watch,
    };
    for table in ["unit", "document", "text"] {
        let count = format!("SELECT count(*) FROM {table}");
        // A table that cannot be counted is reported below.
        check.progress.total += db
            .query_row(&count, [], |row| row.get::<_, u64>(0))
            .unwrap_or(0);
    }
    let parts: [(&str, Look); 12] = [
        ("the file", |check| check.structure()),
        ("references", |check| check.references()),
        ("units", |check| check.digests("unit", "tuid", digest::unit)),
        ("documents", |check| {
            check.digests(
                "document",
                "coalesce(address, file, title)",
                digest::document,
            )
        }),
        ("texts and their index", |check| check.texts()),
        ("the keys of texts", |check| check.keys(Keys::Text)),
        ("the identifiers of units", |check| check.keys(Keys::Unit)),
        ("places", |check| check.places()),
        ("the seals of rows", |check| check.seals()),
        ("the lessons", |check| check.lessons()),
        ("the numbers given out", |check| check.numbers()),
        ("the log", |check| check.log()),
    ];
    for (what, part) in parts {
        if let Err(error) = part(&mut check) {
            if matches!(&error, rusqlite::Error::SqliteFailure(code, _) if code.code == rusqlite::ErrorCode::OperationInterrupted)
            {
                return Err(error);
            }
            check.report(what, format!("cannot be read to the end: {error}"));
        }
    }
    Ok(check.findings)
}

/// A shelf as it is listed: its number, its language's, how many texts it has and the highest of them.
type Listed = (i64, i64, i64, i64);

type Look = fn(&mut Check<'_, '_>) -> rusqlite::Result<()>;

struct Check<'c, 'w> {
    db: &'c Connection,
    findings: Vec<Finding>,
    progress: Progress,
    watch: &'c mut Watch<'w>,
}

impl Check<'_, '_> {
    fn report(&mut self, what: impl Into<String>, problem: impl Into<String>) {
        self.findings.push(Finding {
            what: what.into(),
            problem: problem.into(),
        });
    }

    fn step(&mut self) -> rusqlite::Result<()> {
        self.progress.done += 1;
        if self.progress.done.is_multiple_of(STEP) && !(self.watch)(self.progress) {
            return Err(interrupted());
        }
        Ok(())
    }

    fn structure(&mut self) -> rusqlite::Result<()> {
        let mut statement = self.db.prepare("PRAGMA integrity_check")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let line: String = row.get(0)?;
            if line != "ok" {
                self.report("the file", line);
            }
        }
        self.definitions()
    }

    /// Looks whether tables, indexes and triggers are defined as this program defines them.
    fn definitions(&mut self) -> rusqlite::Result<()> {
        let list = |db: &Connection| -> rusqlite::Result<BTreeMap<String, String>> {
            db.prepare("SELECT name, type || ' ' || tbl_name || ' ' || coalesce(sql, '') FROM sqlite_master")?
                .query_map([], |row| row.try_into())?
                .collect()
        };
        let fresh = connection::open_in_memory().map_err(malformed)?;
        let (found, expected) = (list(self.db)?, list(&fresh)?);
        let names: BTreeSet<&String> = found.keys().chain(expected.keys()).collect();
        for name in names {
            // What SQLite keeps for the planner comes and goes.
            if found.get(name) != expected.get(name) && !name.starts_with("sqlite_stat") {
                self.report(
                    format!("`{name}`"),
                    "it is not defined as this program defines it",
                );
            }
        }
        Ok(())
    }

    fn references(&mut self) -> rusqlite::Result<()> {
        let mut statement = self.db.prepare("PRAGMA foreign_key_check")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (table, id, parent): (String, Option<i64>, String) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            let id = id.unwrap_or_default();
            self.report(format!("{table} {id}"), format!("its {parent} is missing"));
        }
        let mut statement = self.db.prepare(
            "SELECT 'variant ' || v.id FROM variant v JOIN text t ON t.id = v.text WHERE t.lang <> v.lang
             UNION ALL SELECT 'segment ' || s.id FROM segment s JOIN document d ON d.id = s.document JOIN text t ON t.id = s.text
             WHERE t.lang <> d.lang",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let what: String = row.get(0)?;
            self.report(what, "its text is in another language");
        }
        Ok(())
    }

    fn digests(
        &mut self,
        table: &str,
        label: &str,
        digest: fn(&Connection, i64) -> rusqlite::Result<[u8; 16]>,
    ) -> rusqlite::Result<()> {
        let ids: Vec<i64> = self
            .db
            .prepare(&format!("SELECT id FROM {table} ORDER BY id"))?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let mut stored = self.db.prepare(&format!(
            "SELECT digest, {label} FROM {table} WHERE id = ?1"
        ))?;
        for id in ids {
            self.step()?;
            let verdict = stored
                .query_row([id], |row| {
                    let same = row.get_ref(0)?.as_blob_or_null()? == Some(&digest(self.db, id)?);
                    let label = row.get_ref(1)?.as_bytes_or_null()?.unwrap_or_default();
                    Ok((same, String::from_utf8_lossy(label).into_owned()))
                })
                .optional();
            match verdict {
                Ok(Some((true, _)) | None) => {}
                Ok(Some((false, label))) => {
                    let what = format!("{table} {id} (`{label}`)");
                    self.report(what, "its content is not what was written");
                }
                Err(error) => self.report(format!("{table} {id}"), error.to_string()),
            }
        }
        Ok(())
    }

    fn keys(&mut self, keys: Keys) -> rusqlite::Result<()> {
        for (of, id) in keys.faults(self.db)? {
            self.report(
                format!("{of} {id}"),
                "the key that should lead to it is missing, or leads elsewhere",
            );
        }
        Ok(())
    }

    /// Looks whether every text fits its key, and compares, text by text, what the index holds with what it should hold.
    fn texts(&mut self) -> rusqlite::Result<()> {
        let mut missing: FxHashSet<i64> = FxHashSet::default();
        let is_ready = shelving::is_ready(self.db)?;
        self.shelf_lists()?;
        let mut statement = self.db.prepare(
            "SELECT t.id, t.content, t.key, EXISTS (SELECT 1 FROM shelf_text s WHERE s.text = t.id AND s.shelf = 0) FROM text t ORDER BY t.id",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            self.step()?;
            let id: i64 = row.get(0)?;
            if is_ready && !row.get::<_, bool>(3)? {
                missing.insert(id);
            }
            let Ok(content) = row.get_ref(1)?.as_str() else {
                self.report(format!("text {id}"), "it is not UTF-8");
                continue;
            };
            if texts::key(content) != row.get::<_, i64>(2)? {
                self.report(format!("text {id}"), "it does not fit its key");
            }
        }
        if !is_ready {
            return Ok(());
        }
        let shelves: Vec<Listed> = self
            .db
            .prepare("SELECT id, lang, texts, last FROM shelf ORDER BY id")?
            .query_map([], |row| row.try_into())?
            .collect::<rusqlite::Result<_>>()?;
        self.blocks(&shelves)?;
        for listed in shelves {
            let (shelf, ..) = listed;
            if let Err(error) = self.shelf(listed, &mut missing) {
                self.report(
                    format!("shelf {shelf} of the index"),
                    format!("{error}; it is made anew where the index is used"),
                );
                return Ok(());
            }
        }
        let mut missing: Vec<i64> = missing.into_iter().collect();
        missing.sort_unstable();
        for id in missing {
            self.report(format!("text {id}"), "it is not in the index");
        }
        Ok(())
    }

    /// Looks whether the index is in a form that there was, and texts are said to be on shelves that there are.
    fn shelf_lists(&mut self) -> rusqlite::Result<()> {
        let forms = FORMATS.map(|form| form.to_string()).join(", ");
        let mut statement = self.db.prepare(&format!(
            "SELECT 'the index' FROM shelf_state WHERE form NOT IN ({forms})
             UNION ALL SELECT 'text ' || text || ' in the index' FROM shelf_text
             WHERE shelf NOT IN (-1, 0) AND shelf NOT IN (SELECT id FROM shelf)"
        ))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let what: String = row.get(0)?;
            self.report(what, "it is not what was written");
        }
        Ok(())
    }

    /// Looks whether every block of the index is as it was written, belongs to a shelf and follows the one before it.
    fn blocks(&mut self, shelves: &[Listed]) -> rusqlite::Result<()> {
        let mut statement = self
            .db
            .prepare("SELECT id, data FROM shelf_block ORDER BY id")?;
        let mut rows = statement.query([])?;
        let mut expected = 0;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            let is_first = id & i64::from(u32::MAX) == 0;
            let is_whole = verified(row.get_ref(1)?.as_blob()?).is_some();
            let has_shelf = shelves.iter().any(|(shelf, ..)| *shelf == id >> 36);
            if !is_whole || !has_shelf || !(is_first || id == expected) {
                self.report(
                    format!("block {id:#x} of the index"),
                    "it is not what was written; the index is made anew where it is used",
                );
            }
            expected = id + 1;
        }
        Ok(())
    }

    fn shelf(
        &mut self,
        (shelf, lang_id, texts, last): Listed,
        missing: &mut FxHashSet<i64>,
    ) -> rusqlite::Result<()> {
        let blocks = Shelf { db: self.db, shelf };
        let profile = profile(&texts::lang_of(self.db, lang_id)?);
        let segment = Segment::open(Box::new(blocks), profile).map_err(malformed)?;
        let mut moved = self
            .db
            .prepare_cached("SELECT shelf FROM shelf_text WHERE text = ?1")?;
        let mut text = self
            .db
            .prepare_cached("SELECT content FROM text WHERE id = ?1 AND lang = ?2")?;
        let mut highest = 0;
        for position in 0..segment.texts() {
            let tokens = segment.tokens(position);
            let kept = segment.sequence(position).map_err(malformed)?;
            let TextId(id) = kept.text;
            highest = highest.max(id);
            let only: Option<i64> = moved.query_row([id], |row| row.get(0)).optional()?;
            if only.is_some_and(|only| only != shelf) {
                continue;
            }
            let content: Option<String> =
                text.query_row((id, lang_id), |row| row.get(0)).optional()?;
            let Some(content) = content else {
                self.report(format!("text {id}"), "the index has it, the memory has not");
                continue;
            };
            // As the index takes it.
            let known = segment.read(&normal(&content)).map_err(malformed)?;
            let fits = known
                .iter()
                .map(|known| known.symbol.lower)
                .eq(kept.words(tokens));
            let targets = shelving::targets_of(self.db, id)?;
            if !missing.remove(&id) || !fits || kept.targets != targets {
                self.report(
                    format!("text {id}"),
                    "its entry in the index does not fit it",
                );
            }
        }
        if (i64::from(segment.texts()), highest) != (texts, last) {
            self.report(
                format!("shelf {shelf} of the index"),
                "it does not have the texts that are listed",
            );
        }
        Ok(())
    }

    fn places(&mut self) -> rusqlite::Result<()> {
        let db = self.db;
        stretches::check(db, |id, problem| {
            self.report(format!("place {id}"), problem);
        })
    }

    fn lessons(&mut self) -> rusqlite::Result<()> {
        let db = self.db;
        lessons::check(db, |what, problem| self.report(what, problem))
    }

    fn seals(&mut self) -> rusqlite::Result<()> {
        let db = self.db;
        seal::check(db, |what| self.report(what, "it is not what was written"))
    }

    /// Looks whether the entries of the log fit each other and the rows that they made.
    fn log(&mut self) -> rusqlite::Result<()> {
        let there = log::made(self.db)?;
        let mut statement = self.db.prepare(
            "SELECT c.id, c.made, c.undoes, u.id IS NOT NULL, EXISTS (SELECT 1 FROM unit_before WHERE altered_by = c.id)
             FROM change c LEFT JOIN change u ON u.undoes = c.id ORDER BY c.id",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (id, made, undoes, is_undone, keeps): (i64, Option<i64>, Option<i64>, bool, bool) =
                row.try_into()?;
            let there = there.get(&id).copied().unwrap_or(0);
            let problem = match () {
                () if undoes >= Some(id) => "an undo of a later entry",
                () if is_undone && (there > 0 || keeps) => {
                    "undone, but rows that it made are still there"
                }
                () if !is_undone && made != Some(there) => {
                    "rows that it made are missing, or others name it"
                }
                () => continue,
            };
            self.report(format!("log entry {id}"), problem);
        }
        Ok(())
    }

    /// Looks whether the numbers that SQLite would give to new rows are still to be had.
    fn numbers(&mut self) -> rusqlite::Result<()> {
        for table in ["unit", "document", "lesson", "shelf"] {
            let is_low: bool = self.db.query_row(
                &format!(
                    "SELECT coalesce((SELECT max(seq) FROM sqlite_sequence WHERE name = '{table}'), 0) < coalesce(max(id), 0) FROM {table}"
                ),
                [],
                |row| row.get(0),
            )?;
            if is_low {
                self.report(format!("`{table}`"), "the count of its numbers is lost");
            }
        }
        Ok(())
    }
}

/// The blocks of a shelf.
struct Shelf<'c> {
    db: &'c Connection,
    shelf: i64,
}

impl Blocks for Shelf<'_> {
    fn block(&self, part: Part, number: u32) -> Result<Rc<[u8]>> {
        let block = shelves::block(self.db, self.shelf, part, number);
        block.ok().flatten().ok_or_else(|| Error::Unusable {
            name: format!("{part:?} {number}"),
            reason: "a block is not what was written".to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::memory::story::{add, assert_sound, file_of, unit};
    use crate::memory::{Access, Memory};

    #[test]
    fn what_no_reader_sees_is_no_fault_of_the_index() {
        let mut memory = Memory::in_memory().unwrap();
        let texts = |n| {
            [
                format!("a \u{200b}\u{200b}b {n}"),
                format!("\u{ad}а и\u{306} {n}"),
            ]
        };
        let units: Vec<_> = (0..20)
            .map(texts)
            .map(|[en, ru]| unit(&[("en", &en), ("ru", &ru)]))
            .collect();
        add(&mut memory, &units);
        assert_sound(&memory);
    }

    #[test]
    fn a_flipped_bit_in_a_text_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("memory.db");
        let mut bytes = file_of(&path, 50);
        let wanted = "Clause 17 applies.";
        // A page that was split leaves a dead copy behind.
        let places: Vec<usize> = bytes
            .windows(wanted.len())
            .enumerate()
            .filter_map(|(at, window)| (window == wanted.as_bytes()).then_some(at))
            .collect();
        for at in places {
            bytes[at + 1] ^= 1;
        }
        std::fs::write(&path, bytes).unwrap();
        let memory = Memory::open(&path, Access::Read).unwrap();
        let findings = memory.check(&mut |_| true).unwrap();
        assert!(
            findings
                .iter()
                .any(|finding| finding.what.starts_with("unit 18 ")),
            "{findings:?}"
        );
    }
}
