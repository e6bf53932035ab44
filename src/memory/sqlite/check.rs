//! Looking at everything: the file's structure, references, every hash, the index of words against the texts, the log.

use std::hash::{Hash, Hasher};

use rusqlite::{Connection, OptionalExtension};
use rustc_hash::{FxHashMap, FxHasher};

use super::failure::interrupted;
use super::{digest, lessons, texts, words};
use crate::memory::{Finding, Progress, Watch};

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
    let parts: [(&str, Part); 7] = [
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
        ("the index of words", |check| check.words()),
        ("the lessons", |check| check.lessons()),
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

type Part = fn(&mut Check<'_, '_>) -> rusqlite::Result<()>;

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
            "SELECT v.id FROM variant v JOIN text t ON t.id = v.text WHERE t.lang <> v.lang ORDER BY v.id",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            self.report(format!("variant {id}"), "its text is in another language");
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

    /// Compares, text by text, what the index holds with what it should hold.
    fn words(&mut self) -> rusqlite::Result<()> {
        let mut indexed: FxHashMap<i64, u64> = FxHashMap::default();
        // The table that lists the index is made in the connection's own temporary space, for which a reader must be allowed to write.
        let query_only: bool = self
            .db
            .query_row("PRAGMA query_only", [], |row| row.get(0))?;
        self.db.execute_batch(
            "PRAGMA query_only = OFF; CREATE VIRTUAL TABLE IF NOT EXISTS temp.indexed USING fts5vocab (main, words, instance)",
        )?;
        if query_only {
            self.db.execute_batch("PRAGMA query_only = ON")?;
        }
        let mut statement = self
            .db
            .prepare("SELECT doc, term, col = 'stems', \"offset\" FROM temp.indexed")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let sum = indexed.entry(row.get(0)?).or_default();
            let word = row.get_ref(1)?.as_bytes()?;
            *sum = sum.wrapping_add(occurrence(word, row.get(2)?, row.get(3)?));
        }
        let mut statement = self.db.prepare(
            "SELECT t.id, l.tag, t.content, t.key FROM text t JOIN lang l ON l.id = t.lang ORDER BY t.id",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            self.step()?;
            let id: i64 = row.get(0)?;
            let Ok(content) = row.get_ref(2)?.as_str() else {
                self.report(format!("text {id}"), "it is not UTF-8");
                indexed.remove(&id);
                continue;
            };
            let lang = texts::lang(row.get_ref(1)?.as_str()?)?;
            if texts::key(content) != row.get::<_, i64>(3)? {
                self.report(format!("text {id}"), "it does not fit its key");
            }
            let mut sum: u64 = 0;
            for (column, line) in words::entry(&lang, content).iter().enumerate() {
                for (offset, word) in line.split_ascii_whitespace().enumerate() {
                    let one = occurrence(word.as_bytes(), column == 1, offset as i64);
                    sum = sum.wrapping_add(one);
                }
            }
            if indexed.remove(&id).unwrap_or(0) != sum {
                self.report(format!("text {id}"), "the index of words does not fit it");
            }
        }
        let mut strays: Vec<i64> = indexed.into_keys().collect();
        strays.sort_unstable();
        for id in strays {
            self.report(
                format!("text {id}"),
                "the index of words has it, the memory has not",
            );
        }
        Ok(())
    }

    fn lessons(&mut self) -> rusqlite::Result<()> {
        let db = self.db;
        lessons::check(db, |what, problem| self.report(what, problem))
    }

    fn log(&mut self) -> rusqlite::Result<()> {
        let mut statement = self.db.prepare(
            "SELECT c.id, 'an undo of a later entry' FROM change c WHERE c.undoes >= c.id
             UNION ALL SELECT c.id, 'undone, but rows that it made are still there' FROM change c JOIN change u ON u.undoes = c.id
             WHERE EXISTS (SELECT 1 FROM unit WHERE change = c.id) OR EXISTS (SELECT 1 FROM unit_before WHERE altered_by = c.id)
             ORDER BY 1",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (id, problem): (i64, String) = (row.get(0)?, row.get(1)?);
            self.report(format!("log entry {id}"), problem);
        }
        Ok(())
    }
}

fn occurrence(word: &[u8], is_stem: bool, offset: i64) -> u64 {
    let mut hasher = FxHasher::default();
    (word, is_stem, offset).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use crate::memory::story::file_of;
    use crate::memory::{Access, Memory};

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
