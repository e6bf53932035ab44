//! Rows whose own page is lost, from the indexes that repeat parts of them.
//!
//! An index holds the values of its columns and the row's number. Of languages that is all there is, of variants all but inline codes and details, of
//! segments their texts and their order, of places where they are, of documents their address and content, of units the identifier and whether they
//! are confirmed. What no index has is taken from the rows beside, or left empty; digests tell afterwards which units and documents are not what they
//! were. Indexes are known only by the list of tables: where that is lost, no index is read.

use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, Statement, params_from_iter};

use super::pages::Pages;
use super::salvage::Stopped;
use super::trees::Trees;

/// The indexes that are read, with their tables: `unit_name` is a table in the form of one, and took the place of the one before it.
const INDEXES: [(&str, &str); 12] = [
    ("sqlite_autoindex_lang_1", "lang"),
    ("document_hash", "document"),
    ("document_content", "document"),
    ("document_address", "document"),
    ("document_version", "document"),
    ("segment_position", "segment"),
    ("segment_text", "segment"),
    ("sqlite_autoindex_unit_1", "unit"),
    ("unit_name", "unit"),
    ("unit_confirmed", "unit"),
    ("variant_unit", "variant"),
    ("place_variant", "place"),
];

/// Most columns of these indexes.
const COLUMNS: usize = 4;

/// Adds the rows that only indexes have, of the tables that are wanted; returns of how many places kind and speaker are not known.
pub(super) fn fill(
    path: &Path,
    new: &Connection,
    is_wanted: impl Fn(&str) -> bool,
) -> Result<u64, Stopped> {
    new.execute_batch(
        "CREATE TEMP TABLE entry (source TEXT, id INTEGER, a, b, c, d);
         CREATE INDEX temp.entry_source ON entry (source, id)",
    )?;
    read(path, new, is_wanted)?;
    new.execute_batch(&missing_rows())?;
    let unknown = new.query_row(
        "SELECT count(*) FROM temp.entry e WHERE source = 'place_variant'
         AND NOT EXISTS (SELECT 1 FROM segment WHERE document = e.b AND position = e.c)",
        [],
        |row| row.get(0),
    )?;
    new.execute_batch("DROP TABLE temp.entry")?;
    Ok(unknown)
}

/// Takes the entries whose rows are not there.
fn read(path: &Path, new: &Connection, is_wanted: impl Fn(&str) -> bool) -> Result<(), Stopped> {
    let mut pages = Pages::open(path)?;
    let trees = Trees::of(&mut pages)?;
    let mut listed = trees.listed(&mut pages, "index")?;
    listed.extend(trees.listed(&mut pages, "table")?);
    let mut statements: Vec<(Statement<'_>, Statement<'_>)> = Vec::new();
    for (index, table) in INDEXES {
        let marks = ["?"; COLUMNS + 1].join(", ");
        statements.push((
            new.prepare(&format!("SELECT 1 FROM {table} WHERE id = ?1"))?,
            new.prepare(&format!(
                "INSERT INTO temp.entry VALUES ('{index}', {marks})"
            ))?,
        ));
    }
    for &page in &trees.entries {
        let Some(at) = listed
            .get(&trees.root(page))
            .and_then(|name| INDEXES.iter().position(|(index, _)| index == name))
        else {
            continue;
        };
        if !is_wanted(INDEXES[at].1) {
            continue;
        }
        let (is_there, insert) = &mut statements[at];
        for mut values in pages.entries(page)? {
            let Some(id @ Value::Integer(_)) = values.pop() else {
                continue;
            };
            if !is_there.exists([&id])? {
                values.resize(COLUMNS, Value::Null);
                insert.execute(params_from_iter(std::iter::once(&id).chain(&values)))?;
            }
        }
    }
    Ok(())
}

/// Returns the statements that make rows of the entries, the most telling first. A row is taken to be of the same change as the one before it.
fn missing_rows() -> String {
    let change = |table: &str| {
        format!(
            "coalesce((SELECT change FROM {table} WHERE id < e.id ORDER BY id DESC LIMIT 1),
                      (SELECT change FROM {table} WHERE id > e.id ORDER BY id LIMIT 1), 0)"
        )
    };
    let [variant, unit, segment, place, document] =
        ["variant", "unit", "segment", "place", "document"].map(change);
    let beside = |column: &str| {
        format!(
            "coalesce((SELECT {column} FROM segment WHERE document = e.a AND position < e.b ORDER BY position DESC LIMIT 1), 0)"
        )
    };
    let (turn, paragraph) = (beside("turn"), beside("paragraph"));
    let of_document =
        |index: &str| format!("(SELECT a FROM temp.entry WHERE source = '{index}' AND id = e.id)");
    let [address, content, version] =
        ["document_address", "document_content", "document_version"].map(of_document);
    format!(
        "INSERT OR IGNORE INTO lang (id, tag) SELECT id, a FROM temp.entry WHERE source = 'sqlite_autoindex_lang_1';
         INSERT OR IGNORE INTO variant (id, unit, position, lang, text, change)
             SELECT e.id, e.a, e.b, e.c, e.d, {variant} FROM temp.entry e WHERE source = 'variant_unit';
         INSERT OR IGNORE INTO unit (id, tuid, status, change)
             SELECT e.id, e.a, EXISTS (SELECT 1 FROM temp.entry WHERE source = 'unit_confirmed' AND id = e.id), {unit}
             FROM temp.entry e WHERE source IN ('sqlite_autoindex_unit_1', 'unit_name');
         INSERT OR IGNORE INTO segment (id, document, position, text, kind, speaker, turn, paragraph, change)
             SELECT e.id, e.a, e.b, t.a, coalesce(p.kind, 1), p.speaker, {turn}, {paragraph}, {segment}
             FROM temp.entry e JOIN temp.entry t ON t.source = 'segment_text' AND t.id = e.id
             LEFT JOIN place p ON p.id = (SELECT min(id) FROM place WHERE document = e.a AND first = e.b)
             WHERE e.source = 'segment_position';
         INSERT OR IGNORE INTO place (id, variant, document, first, last, kind, speaker, change)
             SELECT e.id, e.a, e.b, e.c, e.d, coalesce(s.kind, 1), s.speaker, {place}
             FROM temp.entry e LEFT JOIN segment s ON s.document = e.b AND s.position = e.c WHERE source = 'place_variant';
         INSERT OR IGNORE INTO document (id, lang, address, hash, content_hash, version_of, change)
             SELECT e.id, coalesce(
                 (SELECT t.lang FROM segment s JOIN text t ON t.id = s.text WHERE s.document = e.id LIMIT 1),
                 (SELECT v.lang FROM place p JOIN variant v ON v.id = p.variant WHERE p.document = e.id LIMIT 1)
             ), {address}, e.a, {content}, {version}, {document} FROM temp.entry e WHERE source = 'document_hash';"
    )
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use crate::memory::story::{add_release, assert_sound, dump};
    use crate::memory::{Access, Memory, UnitId};
    use crate::model::Status;

    const PAGE: usize = 4096;

    #[test]
    fn what_only_indexes_have_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let [path, new] = ["memory.db", "new.db"].map(|name| folder.path().join(name));
        let mut memory = Memory::open(&path, Access::Create).unwrap();
        add_release(&mut memory, &["en", "ru"]);
        let mut writer = memory.begin(crate::memory::story::change("mark")).unwrap();
        writer.set_status(&[UnitId(2)], Status::Confirmed).unwrap();
        writer.commit().unwrap();
        let (whole, stats) = (dump(&memory), memory.stats().unwrap());
        drop(memory);
        let bytes = std::fs::read(&path).unwrap();
        let db = Connection::open(&path).unwrap();
        let pages: Vec<(String, usize)> = db
            .prepare("SELECT name, pageno FROM dbstat WHERE name IN ('lang', 'variant', 'place', 'unit', 'segment', 'document')")
            .unwrap()
            .query_map([], |row| row.try_into())
            .unwrap()
            .collect::<rusqlite::Result<_>>()
            .unwrap();
        drop(db);
        assert_eq!(pages.len(), 6, "a page for each");
        for (table, page) in pages {
            let mut damaged = bytes.clone();
            damaged[(page - 1) * PAGE..page * PAGE].fill(0x5a);
            std::fs::write(&path, damaged).unwrap();
            let saved = Memory::recover(&path, &new, &mut |_| true).unwrap();
            let memory = Memory::open(&new, Access::Read).unwrap();
            assert_sound(&memory);
            let found = memory.stats().unwrap();
            assert_eq!(found.units, stats.units, "{table}: {saved:?}");
            assert_eq!(
                (saved.documents, saved.segments, saved.places),
                (2, 6, 6),
                "{table}: {saved:?}"
            );
            match table.as_str() {
                // Nothing is lost.
                "lang" | "variant" | "place" => assert_eq!(dump(&memory), whole, "{table}"),
                "unit" => assert_eq!(saved.damaged.len(), 3, "{saved:?}"),
                _ => assert_eq!(saved.notes.len(), 2, "{table}: {saved:?}"),
            }
            drop(memory);
            std::fs::remove_file(&new).unwrap();
        }
    }
}
