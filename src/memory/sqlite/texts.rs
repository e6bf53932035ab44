//! Texts and languages, each kept once however often they occur.

use rusqlite::{Connection, OptionalExtension};

use super::failure::malformed;
use super::words;
use crate::model::Lang;
use crate::text::normalise;

/// Returns a language's number, giving it one if it has none.
pub(super) fn lang_id(db: &Connection, lang: &Lang) -> rusqlite::Result<i64> {
    let known = db
        .prepare_cached("SELECT id FROM lang WHERE tag = ?1")?
        .query_row([lang.as_str()], |row| row.get(0))
        .optional()?;
    match known {
        Some(id) => Ok(id),
        None => db
            .prepare_cached("INSERT INTO lang (tag) VALUES (?1)")?
            .insert([lang.as_str()]),
    }
}

/// Returns the language of a tag as it is stored.
pub(super) fn lang(tag: &str) -> rusqlite::Result<Lang> {
    Lang::new(tag).map_err(malformed)
}

/// Returns the numbers of the languages that `lang` covers, of all for `None`, parted by commas.
pub(super) fn covered(db: &Connection, wanted: Option<&Lang>) -> rusqlite::Result<String> {
    let mut ids = Vec::new();
    let mut statement = db.prepare_cached("SELECT id, tag FROM lang ORDER BY id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let tag: String = row.get(1)?;
        let found = lang(&tag)?;
        if wanted.is_none_or(|wanted| wanted.covers(&found)) {
            ids.push(row.get::<_, i64>(0)?.to_string());
        }
    }
    Ok(ids.join(","))
}

/// Returns the numbers of the languages with the same primary subtag, parted by commas.
pub(super) fn of_primary(db: &Connection, wanted: &Lang) -> rusqlite::Result<String> {
    match Lang::new(wanted.primary()) {
        Ok(primary) => covered(db, Some(&primary)),
        Err(_) => Ok(String::new()),
    }
}

/// Returns the number under which equal texts are found: of the normalised content.
pub(super) fn key(content: &str) -> i64 {
    let hash = blake3::hash(normalise(content).as_bytes());
    let mut start = [0; 8];
    start.copy_from_slice(&hash.as_bytes()[..8]);
    i64::from_le_bytes(start)
}

/// Returns the number of exactly this text, keeping it if it is new.
pub(super) fn intern(
    db: &Connection,
    lang: &Lang,
    lang_id: i64,
    content: &str,
) -> rusqlite::Result<i64> {
    let key = key(content);
    let known = db
        .prepare_cached("SELECT id FROM text WHERE key = ?1 AND lang = ?2 AND content = ?3")?
        .query_row((key, lang_id, content), |row| row.get(0))
        .optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    let id = db
        .prepare_cached("INSERT INTO text (lang, key, content) VALUES (?1, ?2, ?3)")?
        .insert((lang_id, key, content))?;
    words::index(db, id, lang, content)?;
    Ok(id)
}

/// Removes those of the given texts that nothing refers to any more.
pub(super) fn sweep(db: &Connection, texts: &[i64]) -> rusqlite::Result<()> {
    let mut delete = db.prepare_cached(
        "DELETE FROM text WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM variant WHERE text = ?1)
         AND NOT EXISTS (SELECT 1 FROM segment WHERE text = ?1)",
    )?;
    let mut gone = Vec::new();
    for &text in texts {
        if delete.execute([text])? > 0 {
            gone.push(text);
        }
    }
    let left: usize = db.query_row("SELECT count(*) FROM text", [], |row| row.get(0))?;
    if gone.len() > left {
        return words::rebuild(db);
    }
    gone.into_iter()
        .try_for_each(|text| words::remove(db, text))
}
