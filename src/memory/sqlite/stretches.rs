//! Where a variant stands, as the columns `first` and `last` of its places say it: each the number of a segment in its lower 32 bits and, where a
//! person split that segment, the characters of it that stand before the split in the upper ones. Whole segments are plain numbers.

use rusqlite::{Connection, Row};

use super::failure::malformed;
use crate::model::Stretch;

/// Bits of a segment's number.
const BITS: u32 = 32;

/// What SQL makes of such a column to compare it with a segment's position.
pub(super) const SEGMENT: i64 = (1 << BITS) - 1;

/// Returns the two columns.
pub(super) fn columns(at: Stretch) -> (i64, i64) {
    let column = |segment: u32, character: u32| {
        i64::from(character.min(Stretch::MOST_CHARACTERS)) << BITS | i64::from(segment)
    };
    (column(at.first, at.from), column(at.last, at.to))
}

/// Reads the two columns, of which the first stands at `column`.
pub(super) fn read(row: &Row<'_>, column: usize) -> rusqlite::Result<Stretch> {
    let spot = |column: usize| -> rusqlite::Result<(u32, u32)> {
        let stored: i64 = row.get(column)?;
        let character = u32::try_from(stored >> BITS)
            .map_err(|_| malformed(format!("{stored} is no place in a document")))?;
        Ok(((stored & SEGMENT) as u32, character))
    };
    let ((first, from), (last, to)) = (spot(column)?, spot(column + 1)?);
    Ok(Stretch {
        first,
        last,
        from,
        to,
    })
}

/// Calls `report` with each place that begins or ends inside a segment where there is nothing to split.
pub(super) fn check(
    db: &Connection,
    mut report: impl FnMut(i64, &'static str),
) -> rusqlite::Result<()> {
    // Negative numbers too: they are no places at all.
    let mut statement = db.prepare(
        "SELECT p.id, p.first, p.last, f.content, l.content FROM place p
         LEFT JOIN segment s ON s.document = p.document AND s.position = p.first & ?1 LEFT JOIN text f ON f.id = s.text
         LEFT JOIN segment e ON e.document = p.document AND e.position = p.last & ?1 LEFT JOIN text l ON l.id = e.text
         WHERE p.first & ~?1 <> 0 OR p.last & ~?1 <> 0 ORDER BY p.id",
    )?;
    let mut rows = statement.query([SEGMENT])?;
    while let Some(row) = rows.next()? {
        let id = row.get(0)?;
        let Ok(at) = read(row, 1) else {
            report(id, "it is no place in a document");
            continue;
        };
        let length = |column: usize| -> rusqlite::Result<Option<u32>> {
            let text: Option<&str> = row.get_ref(column)?.as_str_or_null()?;
            Ok(text.and_then(|text| u32::try_from(text.chars().count()).ok()))
        };
        let is_inside = |character: u32, length: Option<u32>| {
            character == 0 || length.is_none_or(|length| character < length)
        };
        if !at.is_some() || !is_inside(at.from, length(3)?) || !is_inside(at.to, length(4)?) {
            report(
                id,
                "it begins or ends where its sentence has nothing to split",
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Storage;
    use crate::memory::sqlite::Sqlite;
    use crate::memory::sqlite::seal::PLACE;
    use crate::memory::story::{change, document, placed};

    /// Returns a memory with a unit of one sentence of each of two documents.
    fn memory() -> Sqlite {
        let mut memory = Sqlite::in_memory().unwrap();
        let versions = [
            document("ru", "one", &["Музей открыт, школа тоже."]),
            document("en", "one", &["The museum is open, and so is the school."]),
        ];
        let mut writer = memory.begin(change("add")).unwrap();
        for (document, segments) in &versions {
            writer.add_document(document, segments).unwrap();
        }
        let unit = placed(&[&versions[0].0, &versions[1].0], 0);
        writer.add_unit(&unit).unwrap();
        writer.commit().unwrap();
        memory
    }

    #[test]
    fn a_place_beyond_its_sentence_is_found() {
        let memory = memory();
        assert_eq!(memory.check(&mut |_| true).unwrap(), []);
        for (first, last, is_right) in [
            (14, 0, true),
            (0, 13, true),
            (14, 13, false),
            (25, 0, false),
            (0, 4000, false),
            (-1, 0, false),
        ] {
            let columns = (i64::from(first) << BITS, i64::from(last) << BITS);
            memory
                .db
                .execute(
                    "UPDATE place SET first = ?1, last = ?2 WHERE id = 1",
                    columns,
                )
                .unwrap();
            PLACE.put(&memory.db, 1).unwrap();
            let findings = memory.check(&mut |_| true).unwrap();
            let is_found = findings.iter().any(|finding| finding.what == "place 1");
            assert_eq!(is_found, !is_right, "{first} {last}: {findings:?}");
        }
    }

    #[test]
    fn columns_say_what_was_written() {
        let db = Connection::open_in_memory().unwrap();
        let most = Stretch {
            first: u32::MAX,
            last: u32::MAX,
            from: Stretch::MOST_CHARACTERS,
            to: 7,
        };
        for at in [Stretch::whole(0, 0), Stretch::whole(3, 8), most] {
            let read = db.query_row("SELECT ?1, ?2", columns(at), |row| read(row, 0));
            assert_eq!(read.unwrap(), at);
        }
        assert_eq!(columns(Stretch::whole(3, 8)), (3, 8));
        assert!(
            db.query_row("SELECT -1, 0", [], |row| read(row, 0))
                .is_err()
        );
    }
}
