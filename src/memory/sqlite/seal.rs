//! A hash of its own for every row that no digest covers: entries of the log, decisions, places, earlier states of rows, lessons.
//!
//! It stands in the row as `seal`, the first 32 bits of BLAKE3 over the other values. Statements compute it by a function that this program gives
//! SQLite, so that what is written and what is checked is one expression. Numbers of rows are not sealed where an index repeats them, for
//! `integrity_check` compares the two; who may write the file may write the seals too.

use blake3::Hasher;
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

use super::digest;

/// The seals of one table.
pub(super) struct Seals {
    table: &'static str,
    /// How a row is called, in SQL.
    name: &'static str,
    /// What its seal must be, in SQL.
    pub(super) seal: &'static str,
}

pub(super) const CHANGE: Seals = Seals {
    table: "change",
    name: "'log entry ' || id",
    seal: "seal_of(at, command, detail, documents, units, extended, joined, statuses, edited, undoes, made)",
};
pub(super) const DECISION: Seals = Seals {
    table: "decision",
    name: "'decision of log entry ' || change",
    seal: "seal_of(document, said, redoes)",
};
pub(super) const PLACE: Seals = Seals {
    table: "place",
    name: "'place ' || id",
    seal: "seal_of(variant, document, first, last, kind, speaker, change)",
};
/// A place as it was has the seal that it had.
const PLACE_BEFORE: Seals = Seals {
    table: "place_before",
    name: "'place ' || id || ' before log entry ' || altered_by",
    seal: PLACE.seal,
};
pub(super) const DOCUMENT_BEFORE: Seals = Seals {
    table: "document_before",
    name: "'document ' || id || ' before log entry ' || altered_by",
    seal: "seal_of(lang, publisher, address, title, date, file, hash, version_of, content_hash, digest, change)",
};
pub(super) const UNIT_BEFORE: Seals = Seals {
    table: "unit_before",
    name: "'unit ' || id || ' before log entry ' || altered_by",
    seal: "seal_of(tuid, source_lang, status, probability, details, digest, change)",
};
/// The text of a variant as it was may belong to no unit any more, and so is sealed with it.
pub(super) const VARIANT_BEFORE: Seals = Seals {
    table: "variant_before",
    name: "'variant ' || id || ' before log entry ' || altered_by",
    seal: "seal_of(unit, position, lang, text, codes, details, change, (SELECT content FROM text WHERE id = text))",
};
/// Where a lesson became stale, it is the complement of what it was.
pub(super) const LESSON: Seals = Seals {
    table: "lesson",
    name: "'lesson ' || id",
    seal: "CASE stale WHEN 0 THEN seal_of(id, one, other, confirmed, first, last, pairs, method)
        WHEN 1 THEN -1 - seal_of(id, one, other, confirmed, first, last, pairs, method) END",
};

const SEALED: [Seals; 8] = [
    CHANGE,
    DECISION,
    PLACE,
    DOCUMENT_BEFORE,
    UNIT_BEFORE,
    VARIANT_BEFORE,
    PLACE_BEFORE,
    LESSON,
];

impl Seals {
    /// Seals a row as it is now.
    pub(super) fn put(&self, db: &Connection, rowid: i64) -> rusqlite::Result<()> {
        let Self { table, seal, .. } = self;
        let sql = format!("UPDATE {table} SET seal = {seal} WHERE rowid = ?1");
        db.prepare_cached(&sql)?.execute([rowid])?;
        Ok(())
    }
}

/// Gives a connection the function that seals are computed by.
pub(super) fn define(db: &Connection) -> rusqlite::Result<()> {
    // Not for the schema, where a hostile file could call it.
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_DIRECTONLY;
    db.create_scalar_function("seal_of", -1, flags, |values| {
        let mut hasher = Hasher::new();
        for at in 0..values.len() {
            digest::hash(values.get_raw(at), &mut hasher);
        }
        let mut start = [0; 4];
        start.copy_from_slice(&hasher.finalize().as_bytes()[..4]);
        Ok(u32::from_le_bytes(start))
    })
}

/// Reports every row that is not what was sealed.
pub(super) fn check(db: &Connection, mut report: impl FnMut(String)) -> rusqlite::Result<()> {
    for Seals { table, name, seal } in SEALED {
        let mut statement = db.prepare(&format!(
            "SELECT {name} FROM {table} WHERE seal IS NOT {seal} ORDER BY rowid"
        ))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            report(row.get(0)?);
        }
    }
    Ok(())
}

/// Returns for each table how many rows are not what was sealed, if any; rows without a seal do not count.
pub(super) fn unfit(db: &Connection) -> rusqlite::Result<Vec<(&'static str, u64)>> {
    let mut unfit = Vec::new();
    for Seals { table, seal, .. } in SEALED {
        let count = format!("SELECT count(*) FROM {table} WHERE seal <> {seal}");
        let rows = db.query_row(&count, [], |row| row.get(0))?;
        if rows > 0 {
            unfit.push((table, rows));
        }
    }
    Ok(unfit)
}

/// Seals every row as it is now.
pub(super) fn renew(db: &Connection) -> rusqlite::Result<()> {
    for Seals { table, seal, .. } in SEALED {
        let renew = format!("UPDATE {table} SET seal = {seal} WHERE seal IS NOT {seal}");
        db.execute(&renew, [])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use crate::memory::sqlite::lessons::tests::{counted, subject};
    use crate::memory::story::{add, add_release, assert_sound, change, lang, unit};
    use crate::memory::{Access, Filter, Memory};
    use crate::model::Status;

    /// What neither an index repeats nor a digest covers, and what the row is called.
    const ALTERED: [(&str, &str); 9] = [
        ("change SET detail = detail || ' '", "log entry "),
        ("change SET units = units + 1", "log entry "),
        ("decision SET said = 'nothing'", "decision of log entry "),
        ("place SET kind = 3", "place "),
        ("place SET speaker = 'Chair'", "place "),
        ("unit_before SET details = 'none'", "unit "),
        ("variant_before SET details = 'none'", "variant "),
        ("lesson SET stale = 1 - stale", "lesson "),
        ("unit SET change = 2 WHERE id = 1", "log entry "),
    ];

    #[test]
    fn what_is_altered_from_outside_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("memory.db");
        let mut memory = Memory::open(&path, Access::Create).unwrap();
        add_release(&mut memory, &["en", "ru"]);
        let (added, _) = add(&mut memory, &[unit(&[("en", "Yes."), ("ru", "Да.")])]);
        let documents = memory.documents(&Filter::default()).unwrap();
        let unit = added[0].id();
        let mut writer = memory.begin(change("review")).unwrap();
        writer.set_status(&[unit], Status::Confirmed).unwrap();
        writer.edit(unit, &lang("en"), "Agreed.").unwrap();
        writer.note_decision(documents[0].id, "{}", None).unwrap();
        writer.commit().unwrap();
        let untaught = memory.untaught(&subject(false), 10).unwrap().unwrap();
        assert!(memory.keep_lesson(&untaught, &counted()).unwrap());
        assert_sound(&memory);
        drop(memory);
        let bytes = std::fs::read(&path).unwrap();
        for (altered, name) in ALTERED {
            std::fs::write(&path, &bytes).unwrap();
            let db = Connection::open(&path).unwrap();
            let rows = db.execute(&format!("UPDATE {altered}"), []).unwrap();
            assert!(rows > 0, "{altered}");
            drop(db);
            let memory = Memory::open(&path, Access::Read).unwrap();
            let findings = memory.check(&mut |_| true).unwrap();
            assert!(
                findings.iter().any(|found| found.what.starts_with(name)),
                "{altered}: {findings:?}"
            );
        }
    }
}
