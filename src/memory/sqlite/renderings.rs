//! What lessons counted, stem by stem, as rows: each with a hash of its own, so that a bit that flipped is found when the row is read.

use rusqlite::{Connection, OptionalExtension};

use crate::model::Rendered;

/// Bytes of an entry of a row: a stem's number and a count.
const ENTRY: usize = 8;

/// Writes how stems are rendered, in the order in which they lie in the table.
pub(super) fn write(
    db: &Connection,
    lesson: i64,
    direction: i64,
    counts: &[Rendered],
) -> rusqlite::Result<()> {
    let mut rows = Vec::with_capacity(counts.len());
    for rendered in counts {
        let mut others = Vec::with_capacity(rendered.by.len() * ENTRY);
        for (stem, count) in &rendered.by {
            // Numbers rise by one a stem, far from using up 32 bits.
            let id = stem_id(db, stem)? as u32;
            others.extend_from_slice(&id.to_le_bytes());
            others.extend_from_slice(&count.to_le_bytes());
        }
        rows.push((stem_id(db, &rendered.stem)?, rendered.total, others));
    }
    rows.sort_unstable_by_key(|row| row.0);
    let mut insert = db.prepare_cached(
        "INSERT INTO rendering (lesson, direction, stem, total, others, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (stem, total, others) in rows {
        let total = f64::from(total);
        let hash = hash([lesson, direction, stem], total, &others);
        insert.execute((lesson, direction, stem, total, others, hash))?;
    }
    Ok(())
}

/// Returns a stem's number, giving it one if it has none.
fn stem_id(db: &Connection, stem: &str) -> rusqlite::Result<i64> {
    match known_stem(db, stem)? {
        Some(id) => Ok(id),
        None => db
            .prepare_cached("INSERT INTO stem (form) VALUES (?1)")?
            .insert([stem]),
    }
}

/// Returns a stem's number, if it has one.
pub(super) fn known_stem(db: &Connection, stem: &str) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached("SELECT id FROM stem WHERE form = ?1")?
        .query_row([stem], |row| row.get(0))
        .optional()
}

fn hash(key: [i64; 3], total: f64, others: &[u8]) -> u32 {
    let mut hasher = blake3::Hasher::new();
    for part in key {
        hasher.update(&part.to_le_bytes());
    }
    hasher.update(&total.to_bits().to_le_bytes());
    hasher.update(others);
    let mut start = [0; 4];
    start.copy_from_slice(&hasher.finalize().as_bytes()[..4]);
    u32::from_le_bytes(start)
}

/// Adds the renderings of those words by those others, both with their numbers, in the order of these, and says whether all were as they were written.
pub(super) fn read(
    db: &Connection,
    (lesson, direction): (i64, i64),
    words: &[(i64, &str)],
    others: &[(i64, &str)],
    found: &mut Vec<Rendered>,
) -> rusqlite::Result<bool> {
    let mut select = db.prepare_cached(
        "SELECT total, others, hash FROM rendering WHERE lesson = ?1 AND direction = ?2 AND stem = ?3",
    )?;
    for &(id, stem) in words {
        let mut rows = select.query((lesson, direction, id))?;
        let Some(row) = rows.next()? else { continue };
        let (total, entries): (f64, &[u8]) = (row.get(0)?, row.get_ref(1)?.as_blob()?);
        if row.get::<_, u32>(2)? != hash([lesson, direction, id], total, entries) {
            return Ok(false);
        }
        let by = entries.chunks_exact(ENTRY).filter_map(|entry| {
            let (id, count) = entry.split_at(ENTRY / 2);
            let id = i64::from(u32::from_le_bytes(id.try_into().ok()?));
            let at = others.binary_search_by_key(&id, |other| other.0).ok()?;
            Some((
                others[at].1.into(),
                f32::from_le_bytes(count.try_into().ok()?),
            ))
        });
        found.push(Rendered {
            stem: stem.into(),
            total: total as f32,
            by: by.collect(),
        });
    }
    Ok(true)
}

/// Returns the lessons, and the stems in them, whose counts are not what was written.
pub(super) fn damaged(db: &Connection) -> rusqlite::Result<Vec<(i64, i64)>> {
    let mut select =
        db.prepare("SELECT lesson, direction, stem, total, others, hash FROM rendering")?;
    let mut rows = select.query([])?;
    let mut damaged = Vec::new();
    while let Some(row) = rows.next()? {
        let key: [i64; 3] = [row.get(0)?, row.get(1)?, row.get(2)?];
        let (total, others) = (row.get(3)?, row.get_ref(4)?.as_blob()?);
        if row.get::<_, i64>(5)? != i64::from(hash(key, total, others)) {
            damaged.push((key[0], key[2]));
        }
    }
    Ok(damaged)
}
