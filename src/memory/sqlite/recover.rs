//! Saving what can be read of a damaged memory into a new one.
//!
//! Every table is walked by row number; where a page cannot be read, the walk goes on behind it, feeling its way with growing steps and then
//! back by halves. What the walk did not reach, or all of it where SQLite does not open the file any more, is looked for page by page
//! ([`super::salvage`]), and what is in no page of its own any more is taken from indexes ([`super::repeats`]); these are made anew. Rows that lost
//! what they refer to are dropped; a unit that lost a variant but has two left stays, as an automatic one, and is named.

use std::fs;
use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use super::failure::{failed, interrupted};
use super::{backup, connection, digest, log, salvage, seal, shelving, texts};
use crate::error::{Error, Result};
use crate::memory::{Access, Progress, Watch};

/// What was saved and what was not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Documents saved.
    pub documents: u64,
    /// Segments saved.
    pub segments: u64,
    /// Units saved.
    pub units: u64,
    /// Variants saved.
    pub variants: u64,
    /// Places saved.
    pub places: u64,
    /// Identifiers of saved units that are not what they were: a variant or a detail is missing or altered.
    pub damaged: Vec<String>,
    /// Stretches that could not be read: table, first and last row number (`None`: to the end).
    pub gaps: Vec<(String, i64, Option<i64>)>,
    /// Rows that were read and dropped: damaged themselves, or without what they refer to.
    pub dropped: u64,
    /// What else is not as it was, a sentence each: that the file is cut, that its first page is lost, that a document lost segments.
    pub notes: Vec<String>,
}

pub(super) const TABLES: [&str; 13] = [
    "change",
    "lang",
    "text",
    "document",
    "segment",
    "unit",
    "variant",
    "place",
    "document_before",
    "unit_before",
    "variant_before",
    "place_before",
    "decision",
];

/// Rows between two looks at the watcher.
const STEP: u64 = 1000;

/// The longest step of the walk: beyond any row number that a memory reaches.
const FARTHEST: i64 = 1 << 40;

/// Does what [`crate::memory::Memory::recover`] promises.
pub(in crate::memory) fn recover(
    old: &Path,
    new: &Path,
    watch: &mut Watch<'_>,
) -> Result<Recovered> {
    let name = old.display().to_string();
    let unusable = |path: &Path, reason: &str| Error::Unusable {
        name: path.display().to_string(),
        reason: reason.to_owned(),
    };
    if !old.is_file() {
        return Err(unusable(old, "there is no such file"));
    }
    if new.exists() {
        return Err(unusable(new, "it exists; choose another name"));
    }
    // Where SQLite cannot open it, or does not find the tables, its pages are read by themselves.
    let source = connection::open_damaged(old).ok().filter(has_tables);
    let mut unfinished = new.as_os_str().to_owned();
    unfinished.push(".unfinished");
    let unfinished = Path::new(&unfinished);
    let file_error = |source| Error::File {
        action: "write",
        path: new.display().to_string(),
        source,
    };
    if unfinished.exists() {
        fs::remove_file(unfinished).map_err(file_error)?;
    }
    let target = connection::open(unfinished, Access::Create)?;
    let saved =
        save(source.as_ref(), old, &target, watch).map_err(|error| failed("recover", &name, error));
    drop(target);
    let done = saved.and_then(|saved| {
        if saved.units == 0 && saved.segments == 0 && source.is_none() {
            return Err(unusable(old, "nothing of a memory was found in it"));
        }
        backup::give_name(unfinished, new).map_err(file_error)?;
        Ok(saved)
    });
    if done.is_err() {
        // The error that is reported already is the one that matters.
        let _ = fs::remove_file(unfinished);
    }
    done
}

/// Tables that memories of earlier versions do not have.
const LATER: [&str; 2] = ["place_before", "decision"];

fn has_tables(db: &Connection) -> bool {
    let mut needed = TABLES.iter().filter(|table| !LATER.contains(table));
    needed.all(|table| has_table(db, table))
}

fn has_table(db: &Connection, table: &str) -> bool {
    db.prepare(&format!("SELECT rowid FROM {table}")).is_ok()
}

fn save(
    walked: Option<&Connection>,
    path: &Path,
    new: &Connection,
    watch: &mut Watch<'_>,
) -> rusqlite::Result<Recovered> {
    new.execute_batch("PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE")?;
    let mut saved = Recovered::default();
    let mut steps = Steps {
        progress: Progress { done: 0, total: 0 },
        watch,
    };
    if let Some(old) = walked {
        for table in TABLES {
            let last = format!("SELECT coalesce(max(rowid), 0) FROM {table}");
            // Only for showing progress: a table whose end cannot be read is walked all the same.
            steps.progress.total += old
                .query_row(&last, [], |row| row.get::<_, u64>(0))
                .unwrap_or(0);
        }
        for table in TABLES {
            if !LATER.contains(&table) || has_table(old, table) {
                copy(old, new, table, &mut saved, &mut steps)?;
            }
        }
    }
    if walked.is_none() || !saved.gaps.is_empty() {
        salvage::from_pages(path, new, walked.is_some(), &mut saved, &mut || {
            steps.step()
        })?;
    }
    for (table, rows) in seal::unfit(new)? {
        let note = format!(
            "of `{table}`, {rows} rows are not what was written; they were kept as they are"
        );
        saved.notes.push(note);
    }
    mend(walked, new, &mut saved)?;
    index(new, &mut steps)?;
    new.execute("UPDATE change SET made = 0", [])?;
    for (change, made) in log::made(new)? {
        new.prepare_cached("UPDATE change SET made = ?2 WHERE id = ?1")?
            .execute((change, made))?;
    }
    seal::renew(new)?;
    let count = |table: &str| {
        new.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
            row.get(0)
        })
    };
    saved.documents = count("document")?;
    saved.segments = count("segment")?;
    saved.units = count("unit")?;
    saved.variants = count("variant")?;
    saved.places = count("place")?;
    new.execute_batch("COMMIT; PRAGMA foreign_keys = ON")?;
    Ok(saved)
}

struct Steps<'s, 'w> {
    progress: Progress,
    watch: &'s mut Watch<'w>,
}

impl Steps<'_, '_> {
    fn step(&mut self) -> rusqlite::Result<()> {
        self.progress.done += 1;
        self.progress.total = self.progress.total.max(self.progress.done);
        if self.progress.done.is_multiple_of(STEP) && !(self.watch)(self.progress) {
            return Err(interrupted());
        }
        Ok(())
    }
}

fn columns_of(db: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    db.prepare("SELECT name FROM pragma_table_info(?1)")?
        .query_map([table], |row| row.get(0))?
        .collect()
}

/// Copies all rows of a table that can be read.
fn copy(
    old: &Connection,
    new: &Connection,
    table: &str,
    saved: &mut Recovered,
    steps: &mut Steps<'_, '_>,
) -> rusqlite::Result<()> {
    let mut columns = columns_of(new, table)?;
    // A memory of an earlier version has fewer.
    let known = columns_of(old, table)?;
    columns.retain(|column| known.contains(column));
    let marks = vec!["?"; columns.len()].join(", ");
    let columns_list = columns.join(", ");
    let mut insert = new.prepare(&format!(
        "INSERT OR IGNORE INTO {table} ({columns_list}) VALUES ({marks})"
    ))?;
    let mut select = old.prepare(&format!(
        "SELECT rowid, {columns_list} FROM {table} WHERE rowid > ?1 ORDER BY rowid"
    ))?;
    let mut last = 0;
    loop {
        let mut rows = select.query([last])?;
        let readable = loop {
            match rows.next() {
                Ok(Some(row)) => {
                    // A damaged page may claim any order; the walk must go on.
                    let id = row.get(0).unwrap_or(last);
                    if id <= last {
                        break false;
                    }
                    last = id;
                    steps.step()?;
                    let values: rusqlite::Result<Vec<Value>> =
                        (1..=columns.len()).map(|column| row.get(column)).collect();
                    let kept = values.and_then(|values| insert.execute(params_from_iter(values)));
                    saved.dropped += u64::from(!matches!(kept, Ok(1)));
                }
                Ok(None) => break true,
                Err(_) => break false,
            }
        };
        if readable {
            return Ok(());
        }
        let next = next_readable(old, table, last);
        let gap_end = next.map(|next| next - 1);
        saved.gaps.push((table.to_owned(), last + 1, gap_end));
        match next {
            Some(next) => last = next - 1,
            None => return Ok(()),
        }
    }
}

/// Returns the number of the first row behind a damaged stretch that begins after `last`.
fn next_readable(old: &Connection, table: &str, last: i64) -> Option<i64> {
    let after = |row: i64| {
        old.prepare_cached(&format!(
            "SELECT rowid FROM {table} WHERE rowid > ?1 ORDER BY rowid LIMIT 1"
        ))
        .and_then(|mut statement| {
            statement
                .query_row([row], |row| row.get::<_, i64>(0))
                .optional()
        })
    };
    let mut step = 1;
    while after(last + step).is_err() {
        step *= 2;
        if step > FARTHEST {
            return None;
        }
    }
    // The damage ends between half the step, which failed, and the step.
    let (mut fails, mut works) = (last + step / 2, last + step);
    while works - fails > 1 {
        let middle = fails + (works - fails) / 2;
        match after(middle) {
            Ok(_) => works = middle,
            Err(_) => fails = middle,
        }
    }
    after(works).ok().flatten().filter(|&next| next > last + 1)
}

/// Makes the saved rows fit each other.
fn mend(old: Option<&Connection>, new: &Connection, saved: &mut Recovered) -> rusqlite::Result<()> {
    for table in ["text", "document", "variant"] {
        new.execute_batch(&format!(
            "INSERT OR IGNORE INTO lang SELECT DISTINCT lang, 'x-lost-' || lang FROM {table}"
        ))?;
    }
    for table in ["document", "segment", "unit", "variant", "place"] {
        new.execute_batch(&format!(
            "INSERT OR IGNORE INTO change (id, at, command, detail)
             SELECT DISTINCT change, '1970-01-01T00:00:00Z', 'lost', 'this entry could not be read' FROM {table}"
        ))?;
    }
    // What variants and documents say of their language, their texts say too.
    new.execute_batch(
        "UPDATE OR IGNORE variant SET lang = t.lang FROM text t WHERE t.id = variant.text AND t.lang <> variant.lang;
         UPDATE document SET lang = (
             SELECT t.lang FROM segment s JOIN text t ON t.id = s.text WHERE s.document = document.id
             GROUP BY t.lang ORDER BY count(*) DESC, t.lang LIMIT 1
         ) WHERE id IN (SELECT document FROM segment s JOIN text t ON t.id = s.text WHERE t.lang <> document.lang);",
    )?;
    for rows in [
        "variant WHERE text NOT IN (SELECT id FROM text) OR lang <> (SELECT lang FROM text WHERE id = variant.text)",
        "segment WHERE text NOT IN (SELECT id FROM text) OR document NOT IN (SELECT id FROM document)
             OR (SELECT lang FROM text WHERE id = segment.text) <> (SELECT lang FROM document WHERE id = segment.document)",
        "place WHERE variant NOT IN (SELECT id FROM variant) OR document NOT IN (SELECT id FROM document)",
    ] {
        saved.dropped += new.execute(&format!("DELETE FROM {rows}"), [])? as u64;
    }
    new.execute_batch(
        "UPDATE document SET version_of = NULL WHERE version_of NOT IN (SELECT id FROM document);
         UPDATE change SET undoes = NULL WHERE undoes NOT IN (SELECT id FROM change);
         DELETE FROM decision WHERE change NOT IN (SELECT id FROM change);
         UPDATE decision SET redoes = NULL WHERE redoes NOT IN (SELECT id FROM change);
         INSERT OR IGNORE INTO unit (id, tuid, status, change)
             SELECT unit, 'recovered-' || unit, 0, min(change) FROM variant GROUP BY unit;
         UPDATE unit SET tuid = 'recovered-' || id WHERE id NOT IN (SELECT unit FROM unit_name);
         UPDATE unit SET source_lang = NULL WHERE source_lang NOT IN (SELECT id FROM lang);",
    )?;
    for table in [
        "document_before",
        "unit_before",
        "variant_before",
        "place_before",
    ] {
        new.execute_batch(&format!(
            "DELETE FROM {table} WHERE altered_by NOT IN (SELECT id FROM change)"
        ))?;
    }
    mend_units(new, saved)?;
    mend_documents(new, saved)?;
    for table in ["unit", "document"] {
        let highest = old.map(|old| {
            old.query_row(
                "SELECT seq FROM sqlite_sequence WHERE name = ?1",
                [table],
                |row| row.get::<_, i64>(0),
            )
        });
        // Where the old memory's count is lost, the highest number that was saved stands.
        if let Some(Ok(highest)) = highest {
            new.execute(
                "UPDATE sqlite_sequence SET seq = max(seq, ?2) WHERE name = ?1",
                (table, highest),
            )?;
        }
    }
    Ok(())
}

/// Names the documents that are not what they were.
fn mend_documents(new: &Connection, saved: &mut Recovered) -> rusqlite::Result<()> {
    for id in ids(new, "document")? {
        let (label, stored): (Option<String>, Option<Vec<u8>>) = new
            .prepare_cached(
                "SELECT coalesce(address, file, title), digest FROM document WHERE id = ?1",
            )?
            .query_row([id], |row| row.try_into())?;
        if stored.as_deref() != Some(&digest::document(new, id)?) {
            let label = label.unwrap_or_default();
            let note = format!("document {id} (`{label}`) is not what it was");
            saved.notes.push(note);
            digest::seal_document(new, id)?;
        }
    }
    Ok(())
}

/// Names the units that are not what they were, and drops those of which less than two variants are left.
fn mend_units(new: &Connection, saved: &mut Recovered) -> rusqlite::Result<()> {
    for id in ids(new, "unit")? {
        let (tuid, stored): (String, Option<Vec<u8>>) = new
            .prepare_cached("SELECT tuid, digest FROM unit WHERE id = ?1")?
            .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if stored.as_deref() == Some(&digest::unit(new, id)?) {
            continue;
        }
        let left: i64 = new
            .prepare_cached("SELECT count(*) FROM variant WHERE unit = ?1")?
            .query_row([id], |row| row.get(0))?;
        if left < 2 {
            for rows in [
                "place WHERE variant IN (SELECT id FROM variant WHERE unit = ?1)",
                "variant WHERE unit = ?1",
                "unit WHERE id = ?1",
            ] {
                saved.dropped += new
                    .prepare_cached(&format!("DELETE FROM {rows}"))?
                    .execute([id])? as u64;
            }
            continue;
        }
        // Where the row is lost, an index says whether the unit was confirmed.
        if stored.is_some() {
            new.prepare_cached("UPDATE unit SET status = 0 WHERE id = ?1 AND status = 1")?
                .execute([id])?;
        }
        digest::seal_unit(new, id)?;
        saved.damaged.push(tuid);
    }
    Ok(())
}

fn ids(db: &Connection, table: &str) -> rusqlite::Result<Vec<i64>> {
    db.prepare(&format!("SELECT id FROM {table} ORDER BY id"))?
        .query_map([], |row| row.get(0))?
        .collect()
}

/// Makes the index anew, and the keys of texts, which may be damaged without the text being so.
fn index(new: &Connection, steps: &mut Steps<'_, '_>) -> rusqlite::Result<()> {
    let unused = "DELETE FROM text WHERE id NOT IN (SELECT text FROM variant) AND id NOT IN (SELECT text FROM segment)
        AND id NOT IN (SELECT text FROM variant_before)";
    new.execute_batch(unused)?;
    let mut read = new.prepare("SELECT content FROM text WHERE id = ?1")?;
    for id in ids(new, "text")? {
        steps.step()?;
        let content: String = read.query_row([id], |row| row.get(0))?;
        new.prepare_cached("UPDATE text SET key = ?2 WHERE id = ?1 AND key <> ?2")?
            .execute((id, texts::key(&content)))?;
    }
    shelving::rebuild(new, &mut |_| true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Memory;
    use crate::memory::story::{assert_sound, file_of};

    #[test]
    fn recovers_nearly_all_when_a_page_is_destroyed() {
        const PAGE: usize = 4096;
        const UNITS: usize = 12_000;
        let folder = tempfile::tempdir().unwrap();
        let [path, new] = ["memory.db", "new.db"].map(|name| folder.path().join(name));
        let whole = file_of(&path, UNITS);
        // Every page but the first, which holds the list of tables; a few from all over the file are enough here.
        let pages = whole.len() / PAGE;
        for page in (1..pages).step_by(pages / 4) {
            let mut bytes = whole.clone();
            bytes[page * PAGE..(page + 1) * PAGE].fill(0x5a);
            std::fs::write(&path, &bytes).unwrap();
            let saved = Memory::recover(&path, &new, &mut |_| true).unwrap();
            let memory = Memory::open(&new, Access::Write).unwrap();
            assert_sound(&memory);
            assert!(
                saved.units as usize >= UNITS * 99 / 100,
                "page {page}: {saved:?}"
            );
            drop(memory);
            std::fs::remove_file(&new).unwrap();
        }
        let stopped = Memory::recover(&path, &new, &mut |_| false);
        assert!(matches!(stopped, Err(Error::Interrupted { .. })));
        let left = std::fs::read_dir(folder.path()).unwrap();
        let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["memory.db"]);
    }
}
