//! The log of changes, and taking them back.
//!
//! A change leaves two marks: the rows it made carry its number, and of the rows it altered the earlier state stands in the `*_before` tables.
//! Taking it back deletes the former and restores the latter. Only live changes have marks, so that a change which a later one builds on is
//! one whose rows some mark of a higher number refers to.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};
use rustc_hash::FxHashMap;

use super::failure::malformed;
use super::shelving::Shelving;
use super::{seal, texts};
use crate::memory::{Change, ChangeId, Counts, LogEntry};

/// A table whose rows can be altered, with its columns but for `id`.
#[derive(Clone, Copy)]
pub(super) enum Altered {
    Document,
    Unit,
    Variant,
    Place,
}

impl Altered {
    const ALL: [Self; 4] = [Self::Document, Self::Unit, Self::Variant, Self::Place];

    fn table(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Unit => "unit",
            Self::Variant => "variant",
            Self::Place => "place",
        }
    }

    fn columns(self) -> &'static str {
        match self {
            Self::Document => {
                "lang, publisher, address, title, date, file, hash, version_of, content_hash, digest, change"
            }
            Self::Unit => "tuid, source_lang, status, probability, details, digest, change",
            Self::Variant => "unit, position, lang, text, codes, details, change",
            Self::Place => "variant, document, first, last, kind, speaker, change",
        }
    }

    /// Returns the seal of a row that is kept.
    fn seal(self) -> &'static str {
        match self {
            Self::Document => seal::DOCUMENT_BEFORE.seal,
            Self::Unit => seal::UNIT_BEFORE.seal,
            Self::Variant => seal::VARIANT_BEFORE.seal,
            Self::Place => "seal",
        }
    }
}

/// Keeps a row as it is before `change` alters it for the first time; a row that the change made itself needs no keeping.
pub(super) fn keep(db: &Connection, change: i64, table: Altered, id: i64) -> rusqlite::Result<()> {
    let (name, columns, seal) = (table.table(), table.columns(), table.seal());
    db.prepare_cached(&format!(
        "INSERT OR IGNORE INTO {name}_before (altered_by, id, {columns}, seal) SELECT ?1, id, {columns}, {seal} FROM {name} WHERE id = ?2 AND change <> ?1"
    ))?
    .execute((change, id))?;
    Ok(())
}

/// Opens an entry.
pub(super) fn open(db: &Connection, change: &Change, undoes: Option<i64>) -> rusqlite::Result<i64> {
    db.prepare_cached("INSERT INTO change (at, command, detail, undoes) VALUES (?1, ?2, ?3, ?4)")?
        .insert((
            change.at.to_string(),
            &change.command,
            &change.detail,
            undoes,
        ))
}

/// The tables whose rows name the change that made them. No row is ever given to another change, and none goes but with its change.
const MADE: [&str; 5] = ["document", "segment", "unit", "variant", "place"];

/// The highest row numbers before a change, from which on all rows are its own.
pub(super) struct Before([i64; MADE.len()]);

impl Before {
    /// Takes notice of the rows that there are.
    pub(super) fn now(db: &Connection) -> rusqlite::Result<Self> {
        let mut highest = [0; MADE.len()];
        for (highest, table) in highest.iter_mut().zip(MADE) {
            let sql = format!("SELECT coalesce(max(id), 0) FROM {table}");
            *highest = db.prepare_cached(&sql)?.query_row([], |row| row.get(0))?;
        }
        Ok(Self(highest))
    }

    /// Says whether a unit was there already.
    pub(super) fn had_unit(&self, id: i64) -> bool {
        let mut tables = MADE.iter().zip(self.0);
        tables.any(|(table, highest)| *table == "unit" && id <= highest)
    }

    /// Returns how many rows were made since.
    pub(super) fn made(&self, db: &Connection) -> rusqlite::Result<i64> {
        let mut made = 0;
        for (highest, table) in self.0.iter().zip(MADE) {
            let sql = format!("SELECT count(*) FROM {table} WHERE id > ?1");
            made += db
                .prepare_cached(&sql)?
                .query_row([highest], |row| row.get::<_, i64>(0))?;
        }
        Ok(made)
    }
}

/// Returns how many rows name each change.
pub(super) fn made(db: &Connection) -> rusqlite::Result<FxHashMap<i64, i64>> {
    let mut made = FxHashMap::default();
    for table in MADE {
        let mut statement = db.prepare(&format!("SELECT change FROM {table} NOT INDEXED"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            *made.entry(row.get(0)?).or_default() += 1;
        }
    }
    Ok(made)
}

/// Writes into an entry how much was done, and how many rows that made.
pub(super) fn close(db: &Connection, id: i64, counts: &Counts, made: i64) -> rusqlite::Result<()> {
    db.prepare_cached(
        "UPDATE change SET documents = ?2, units = ?3, extended = ?4, joined = ?5, statuses = ?6, edited = ?7, made = ?8 WHERE id = ?1",
    )?
    .execute((
        id,
        counts.documents,
        counts.units,
        counts.extended,
        counts.joined,
        counts.statuses,
        counts.edited,
        made,
    ))?;
    seal::CHANGE.put(db, id)
}

const ENTRY: &str = "SELECT c.id, c.at, c.command, c.detail, c.documents, c.units, c.extended, c.joined, c.statuses, c.undoes,
    c.edited, (SELECT u.id FROM change u WHERE u.undoes = c.id) AS undone_by FROM change c";

/// Returns the last entries, newest first.
pub(super) fn entries(db: &Connection, limit: usize) -> rusqlite::Result<Vec<LogEntry>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    db.prepare(&format!("{ENTRY} ORDER BY c.id DESC LIMIT ?1"))?
        .query_map([limit], entry)?
        .collect()
}

fn entry(row: &Row<'_>) -> rusqlite::Result<LogEntry> {
    let at: String = row.get(1)?;
    Ok(LogEntry {
        id: ChangeId(row.get(0)?),
        change: Change {
            at: at.parse().map_err(|error: jiff::Error| malformed(error))?,
            command: row.get(2)?,
            detail: row.get(3)?,
        },
        counts: Counts {
            documents: row.get(4)?,
            units: row.get(5)?,
            extended: row.get(6)?,
            joined: row.get(7)?,
            statuses: row.get(8)?,
            edited: row.get(10)?,
        },
        undoes: row.get::<_, Option<i64>>(9)?.map(ChangeId),
        undone_by: row.get::<_, Option<i64>>(11)?.map(ChangeId),
    })
}

/// Returns a number that changes with every entry, and is another one in another memory.
pub(super) fn revision(db: &Connection) -> rusqlite::Result<u64> {
    let last = db
        .prepare_cached(
            "SELECT id, at, command, detail, units FROM change ORDER BY id DESC LIMIT 1",
        )?
        .query_row([], |row| {
            let fields: (i64, String, String, String, i64) = row.try_into()?;
            Ok(format!("{fields:?}"))
        })
        .optional()?;
    let Some(last) = last else { return Ok(0) };
    let mut start = [0; 8];
    start.copy_from_slice(&blake3::hash(last.as_bytes()).as_bytes()[..8]);
    Ok(u64::from_le_bytes(start))
}

/// Why a change cannot be taken back.
pub(super) enum Refusal {
    /// There is no such entry.
    Unknown,
    /// It was taken back already, or took another back.
    Spent,
    /// This later entry builds on it.
    Needed(i64),
}

/// Takes back the given change or the last that stands, inside the caller's transaction.
pub(super) fn undo(
    db: &Connection,
    wanted: Option<ChangeId>,
    at: Timestamp,
) -> rusqlite::Result<Result<Option<LogEntry>, Refusal>> {
    let target = match wanted {
        Some(ChangeId(id)) => db
            .query_row(&format!("{ENTRY} WHERE c.id = ?1"), [id], entry)
            .optional()?,
        None => db
            .query_row(
                &format!("{ENTRY} WHERE c.undoes IS NULL AND undone_by IS NULL ORDER BY c.id DESC LIMIT 1"),
                [],
                entry,
            )
            .optional()?,
    };
    let Some(target) = target else {
        return Ok(wanted.map_or(Ok(None), |_| Err(Refusal::Unknown)));
    };
    if target.undoes.is_some() || target.undone_by.is_some() {
        return Ok(Err(Refusal::Spent));
    }
    let id = target.id.0;
    if let Some(later) = builder(db, id)? {
        return Ok(Err(Refusal::Needed(later)));
    }
    let touched = take_back(db, id)?;
    let change = Change {
        command: "undo".to_owned(),
        detail: format!("{id}: {} {}", target.change.command, target.change.detail),
        at,
    };
    let own = open(db, &change, Some(id))?;
    close(db, own, &target.counts, 0)?;
    let mut shelving = Shelving::default();
    touched.into_iter().for_each(|text| shelving.loosen(text));
    shelving.settle(db, &mut |_| true)?;
    Ok(Ok(Some(target)))
}

/// Returns the first later change that builds on this one.
fn builder(db: &Connection, id: i64) -> rusqlite::Result<Option<i64>> {
    let mut marks = vec![
        "SELECT v.change FROM variant v JOIN unit u ON u.id = v.unit WHERE u.change = ?1 AND v.change > ?1".to_owned(),
        "SELECT p.change FROM place p JOIN variant v ON v.id = p.variant WHERE v.change = ?1 AND p.change > ?1".to_owned(),
        "SELECT p.change FROM place p JOIN document d ON d.id = p.document WHERE d.change = ?1 AND p.change > ?1".to_owned(),
        "SELECT s.change FROM segment s JOIN document d ON d.id = s.document WHERE d.change = ?1 AND s.change > ?1".to_owned(),
        "SELECT n.change FROM document n JOIN document d ON d.id = n.version_of WHERE d.change = ?1 AND n.change > ?1".to_owned(),
    ];
    for table in Altered::ALL {
        let name = table.table();
        marks.push(format!(
            "SELECT b.altered_by FROM {name}_before b WHERE b.altered_by > ?1
             AND (b.change = ?1 OR EXISTS (SELECT 1 FROM {name}_before o WHERE o.altered_by = ?1 AND o.id = b.id))"
        ));
    }
    db.query_row(
        &format!("SELECT min(change) FROM ({})", marks.join(" UNION ALL ")),
        [id],
        |row| row.get(0),
    )
}

/// Takes back what a change did and returns the texts whose renderings may have changed by that.
fn take_back(db: &Connection, id: i64) -> rusqlite::Result<Vec<i64>> {
    let touched: Vec<i64> = db
        .prepare(
            "SELECT text FROM variant WHERE change = ?1 UNION SELECT text FROM segment WHERE change = ?1
             UNION SELECT o.text FROM variant v JOIN variant o ON o.unit = v.unit WHERE v.change = ?1
             UNION SELECT v.text FROM unit_before b JOIN variant v ON v.unit = b.id WHERE b.altered_by = ?1
             UNION SELECT text FROM variant_before WHERE altered_by = ?1",
        )?
        .query_map([id], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let loose: Vec<i64> = db
        .prepare(
            "SELECT text FROM variant WHERE change = ?1 UNION SELECT text FROM segment WHERE change = ?1
             UNION SELECT v.text FROM variant_before b JOIN variant v ON v.id = b.id WHERE b.altered_by = ?1",
        )?
        .query_map([id], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    // A place may have moved to a variant that the same change made.
    restore(db, Altered::Place, id)?;
    for table in ["place", "variant", "unit", "segment"] {
        db.execute(&format!("DELETE FROM {table} WHERE change = ?1"), [id])?;
    }
    // A document may be the later version of one that the same change made.
    db.execute(
        "UPDATE document SET version_of = NULL WHERE change = ?1",
        [id],
    )?;
    db.execute("DELETE FROM document WHERE change = ?1", [id])?;
    for table in [Altered::Document, Altered::Unit, Altered::Variant] {
        restore(db, table, id)?;
    }
    texts::sweep(db, &loose)?;
    Ok(touched)
}

/// Puts back the rows of a table as they were before a change altered them.
fn restore(db: &Connection, table: Altered, id: i64) -> rusqlite::Result<()> {
    let (name, mut columns) = (table.table(), table.columns().to_owned());
    if matches!(table, Altered::Place) {
        columns.push_str(", seal");
    }
    db.execute(
        &format!(
            "UPDATE {name} SET ({columns}) = (SELECT {columns} FROM {name}_before b WHERE b.altered_by = ?1 AND b.id = {name}.id)
             WHERE id IN (SELECT id FROM {name}_before WHERE altered_by = ?1)"
        ),
        [id],
    )?;
    db.execute(
        &format!("DELETE FROM {name}_before WHERE altered_by = ?1"),
        [id],
    )?;
    Ok(())
}
