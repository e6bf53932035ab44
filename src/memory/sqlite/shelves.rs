//! Where texts are to be looked for: shelves of the index, and texts that are loose.

use std::rc::Rc;

use rusqlite::{Connection, OptionalExtension};
use rustc_hash::FxHashMap;

use super::shelving::{bit, block_id, is_ready, targets_of};
use super::texts;
use crate::index::{Part, TextId, verified};
use crate::memory::{LooseText, Shelf, UnitId};
use crate::model::Lang;

/// Returns the shelves of each language that `wanted` covers. Where there is no index every text is loose.
pub(super) fn shelves(db: &Connection, wanted: &Lang) -> rusqlite::Result<Vec<Shelf>> {
    let is_ready = is_ready(db)?;
    let moved: FxHashMap<TextId, i64> = db
        .prepare_cached("SELECT text, shelf FROM shelf_text")?
        .query_map([], |row| Ok((TextId(row.get(0)?), row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let moved = Rc::new(moved);
    let mut shelves = Vec::new();
    for (lang_id, lang) in texts::langs(db, Some(wanted))? {
        let segments = db
            .prepare_cached("SELECT id FROM shelf WHERE lang = ?1 AND ?2 ORDER BY id")?
            .query_map((lang_id, is_ready), |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let mut loose = db.prepare_cached(if is_ready {
            "SELECT t.id, t.content FROM shelf_text s JOIN text t ON t.id = s.text WHERE s.shelf = 0 AND t.lang = ?1 ORDER BY t.id"
        } else {
            "SELECT id, content FROM text WHERE lang = ?1 ORDER BY id"
        })?;
        let mut rows = loose.query([lang_id])?;
        let mut loose = Vec::new();
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            loose.push(LooseText {
                id: TextId(id),
                content: row.get(1)?,
                targets: targets_of(db, id)?,
            });
        }
        shelves.push(Shelf {
            lang,
            segments,
            moved: Rc::clone(&moved),
            loose,
        });
    }
    Ok(shelves)
}

/// Returns a block if it is there and as it was written.
pub(super) fn block(
    db: &Connection,
    shelf: i64,
    part: Part,
    number: u32,
) -> rusqlite::Result<Option<Rc<[u8]>>> {
    let block = db
        .prepare_cached("SELECT data FROM shelf_block WHERE id = ?1")?
        .query_row([block_id(shelf, part, number)], |row| {
            Ok(verified(row.get_ref(0)?.as_blob()?).map(Rc::from))
        })
        .optional()?;
    Ok(block.flatten())
}

/// Returns the bits of the languages that `lang` covers.
pub(super) fn targets(db: &Connection, lang: &Lang) -> rusqlite::Result<u64> {
    let covered = texts::langs(db, Some(lang))?;
    Ok(covered.into_iter().fold(0, |bits, (id, _)| bits | bit(id)))
}

/// Returns a text.
pub(super) fn text(db: &Connection, TextId(id): TextId) -> rusqlite::Result<Option<String>> {
    db.prepare_cached("SELECT content FROM text WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()
}

/// Returns the units that have a text as a variant.
pub(super) fn holders(db: &Connection, TextId(id): TextId) -> rusqlite::Result<Vec<UnitId>> {
    db.prepare_cached(
        "SELECT DISTINCT v.unit FROM variant v JOIN unit u ON u.id = v.unit WHERE v.text = ?1 AND u.status <> 2 ORDER BY v.unit",
    )?
    .query_map([id], |row| row.get(0).map(UnitId))?
    .collect()
}

#[cfg(test)]
mod tests {
    use crate::error::Error;
    use crate::index::Part;
    use crate::memory::sqlite::Sqlite;
    use crate::memory::story::{change, lang, unit};
    use crate::memory::{Lookup, Storage};

    fn memory(units: usize) -> Sqlite {
        let mut memory = Sqlite::in_memory().unwrap();
        let mut writer = memory.begin(change("import")).unwrap();
        for number in 0..units {
            let [en, ru] = [format!("Clause {number}"), format!("Статья {number}")];
            writer.add_unit(&unit(&[("en", &en), ("ru", &ru)])).unwrap();
        }
        writer.commit().unwrap();
        memory
    }

    #[test]
    fn damage_to_the_index_is_found_and_mended() {
        let mut memory = memory(50);
        let shelf = memory.shelves(&lang("en")).unwrap()[0].segments[0];
        assert!(memory.block(shelf, Part::Header, 0).is_ok());
        let flip = "UPDATE shelf_block SET data = zeroblob(length(data))";
        memory.db.execute(flip, []).unwrap();
        let damaged = memory.block(shelf, Part::Header, 0);
        assert!(matches!(damaged, Err(Error::DamagedIndex { .. })));
        assert!(!memory.check(&mut |_| true).unwrap().is_empty());
        memory.reindex(&mut |_| true).unwrap();
        assert_eq!(memory.check(&mut |_| true).unwrap(), []);
    }

    #[test]
    fn without_an_index_every_text_is_looked_at_by_itself() {
        let mut memory = memory(50);
        memory.db.execute("DELETE FROM shelf_state", []).unwrap();
        assert!(!memory.has_index().unwrap());
        let shelves = memory.shelves(&lang("en")).unwrap();
        assert_eq!((shelves[0].segments.len(), shelves[0].loose.len()), (0, 50));
        memory.reindex(&mut |_| true).unwrap();
        assert!(memory.has_index().unwrap());
        let shelves = memory.shelves(&lang("en")).unwrap();
        assert_eq!((shelves[0].segments.len(), shelves[0].loose.len()), (1, 0));
    }

    #[test]
    fn what_is_too_much_for_one_shelf_goes_onto_several() {
        let memory = memory(700);
        let shelves = memory.shelves(&lang("en")).unwrap();
        let texts: i64 = memory
            .db
            .query_row(
                "SELECT sum(texts) FROM shelf JOIN lang l ON l.id = lang WHERE tag = 'en'",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!((shelves[0].segments.len(), texts), (3, 700));
        assert_eq!(memory.check(&mut |_| true).unwrap(), []);
    }

    #[test]
    fn many_small_changes_leave_few_shelves() {
        let mut memory = memory(0);
        for round in 0..60 {
            let mut writer = memory.begin(change("add")).unwrap();
            for number in 0..5 {
                let text = format!("Clause {round} {number}");
                writer
                    .add_unit(&unit(&[("en", &text), ("ru", &text)]))
                    .unwrap();
            }
            writer.commit().unwrap();
        }
        let shelves = memory.shelves(&lang("en")).unwrap();
        assert!(shelves[0].segments.len() <= 6, "{:?}", shelves[0].segments);
        assert_eq!(memory.check(&mut |_| true).unwrap(), []);
    }
}
