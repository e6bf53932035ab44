//! Texts and languages, each kept once however often they occur.

use std::borrow::Cow;

use hashbrown::HashTable;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row};
use rustc_hash::FxHashMap;

use super::failure::malformed;
use super::keys::{Keys, Late};
use super::shelving::Shelving;
use super::waiting::Waiting;
use crate::model::Lang;
use crate::text::normal;

/// New texts after which a transaction that at least doubles the memory finds texts by a list of its own and writes their keys at the end.
const BULK: usize = 20_000;

/// Texts, by the highest number, above which no transaction meets all of them.
const MOST_MET: usize = 1 << 31;

/// The most languages of a memory: each is gone through by itself when texts are indexed, and no institution writes in a hundred.
const MOST_LANGS: usize = 1000;

/// Returns a language's number, giving it one if it has none.
pub(super) fn lang_id(db: &Connection, lang: &Lang) -> rusqlite::Result<i64> {
    let known = db
        .prepare_cached("SELECT id FROM lang WHERE tag = ?1")?
        .query_row([lang.as_str()], |row| row.get(0))
        .optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    let langs: usize = db.query_row("SELECT count(*) FROM lang", [], |row| row.get(0))?;
    if langs >= MOST_LANGS {
        let reason =
            format!("a memory has {MOST_LANGS} languages at most, and `{lang}` is one more");
        return Err(rusqlite::Error::ToSqlConversionFailure(reason.into()));
    }
    db.prepare_cached("INSERT INTO lang (tag) VALUES (?1)")?
        .insert([lang.as_str()])
}

/// Returns the language of a tag as it is stored.
pub(super) fn lang(tag: &str) -> rusqlite::Result<Lang> {
    Lang::new(tag).map_err(malformed)
}

/// Returns the language of a number.
pub(super) fn lang_of(db: &Connection, id: i64) -> rusqlite::Result<Lang> {
    db.prepare_cached("SELECT tag FROM lang WHERE id = ?1")?
        .query_row([id], |row| lang(row.get_ref(0)?.as_str()?))
}

/// Returns the languages that `wanted` covers, of all for `None`, with their numbers.
pub(super) fn langs(db: &Connection, wanted: Option<&Lang>) -> rusqlite::Result<Vec<(i64, Lang)>> {
    let mut found = Vec::new();
    let mut statement = db.prepare_cached("SELECT id, tag FROM lang ORDER BY id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let lang = lang(row.get_ref(1)?.as_str()?)?;
        if wanted.is_none_or(|wanted| wanted.covers(&lang)) {
            found.push((row.get(0)?, lang));
        }
    }
    Ok(found)
}

/// Returns the numbers of the languages that `lang` covers, of all for `None`, parted by commas.
pub(super) fn covered(db: &Connection, wanted: Option<&Lang>) -> rusqlite::Result<String> {
    let ids = langs(db, wanted)?.into_iter().map(|(id, _)| id.to_string());
    Ok(ids.collect::<Vec<_>>().join(","))
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
    print(content).0
}

/// Returns the text in a column, as `as_str` does in less time: an import reads a million.
pub(super) fn content<'r>(row: &'r Row<'_>, column: usize) -> rusqlite::Result<&'r str> {
    let value = row.get_ref(column)?;
    if let ValueRef::Text(bytes) = value
        && let Ok(text) = simdutf8::basic::from_utf8(bytes)
    {
        return Ok(text);
    }
    Ok(value.as_str()?)
}

/// Returns a text's key, and 128 bits that no other text has.
fn print(content: &str) -> (i64, u128) {
    let normal = normal(content);
    let hash = blake3::hash(normal.as_bytes());
    let own = match normal {
        Cow::Borrowed(_) => hash,
        Cow::Owned(_) => blake3::hash(content.as_bytes()),
    };
    let (mut key, mut print) = ([0; 8], [0; 16]);
    key.copy_from_slice(&hash.as_bytes()[..8]);
    print.copy_from_slice(&own.as_bytes()[16..]);
    (i64::from_le_bytes(key), u128::from_le_bytes(print))
}

/// The texts that a transaction meets.
pub(super) struct Texts {
    langs: FxHashMap<Lang, i64>,
    /// How many texts there were, once that was asked.
    before: Option<usize>,
    new: usize,
    /// New texts; all texts of the memory where their keys are written late.
    met: Met,
    late: Option<Late>,
    waiting: Waiting<3>,
    pub(super) shelving: Shelving,
}

/// Texts by their keys and 32 bits of their prints, into which their language is mixed: the chance that two of a milliard fall together is 10^-11.
/// Texts with numbers of more than 32 bits are not among them.
#[derive(Default)]
struct Met {
    all: Vec<Meeting>,
    /// Where in `all` each key is.
    places: HashTable<u32>,
}

struct Meeting {
    key: i64,
    rest: u32,
    text: u32,
}

impl Met {
    fn rest(lang: i64, print: u128) -> u32 {
        print as u32 ^ (lang as u32).wrapping_mul(0x9E37_79B1)
    }

    fn get(&self, lang: i64, key: i64, print: u128) -> Option<i64> {
        let rest = Self::rest(lang, print);
        let is_it = |it: &Meeting| it.key == key && it.rest == rest;
        let place = self
            .places
            .find(key as u64, |&at| is_it(&self.all[at as usize]))?;
        Some(i64::from(self.all[*place as usize].text))
    }

    fn insert(&mut self, lang: i64, key: i64, print: u128, text: i64) {
        let rest = Self::rest(lang, print);
        if let Ok(text) = u32::try_from(text) {
            let Self { all, places } = self;
            let place = all.len() as u32;
            all.push(Meeting { key, rest, text });
            places.insert_unique(key as u64, place, |&at| all[at as usize].key as u64);
        }
    }

    /// Returns the keys with their texts, rising.
    fn into_keys(self) -> impl Iterator<Item = (i64, u32)> {
        let Self { mut all, places } = self;
        drop(places);
        all.sort_unstable_by_key(|it| (it.key, it.text));
        all.into_iter().map(|it| (it.key, it.text))
    }
}

impl Default for Texts {
    fn default() -> Self {
        Self {
            langs: FxHashMap::default(),
            before: None,
            new: 0,
            met: Met::default(),
            late: None,
            waiting: Waiting::new(
                "text",
                ["lang", "key", "content"],
                "SELECT coalesce(max(id), 0) + 1 FROM text",
            ),
            shelving: Shelving::default(),
        }
    }
}

impl Texts {
    /// Returns a language's number, giving it one if it has none.
    pub(super) fn lang_id(&mut self, db: &Connection, lang: &Lang) -> rusqlite::Result<i64> {
        if let Some(&id) = self.langs.get(lang) {
            return Ok(id);
        }
        let id = lang_id(db, lang)?;
        self.langs.insert(lang.clone(), id);
        Ok(id)
    }

    /// Returns the number of exactly this text, keeping it if it is new, and whether it is.
    pub(super) fn intern(
        &mut self,
        db: &Connection,
        lang_id: i64,
        content: &str,
    ) -> rusqlite::Result<(i64, bool)> {
        self.consider_bulk(db)?;
        let (key, print) = print(content);
        let known = match self.met.get(lang_id, key, print) {
            None if self.late.is_none() => find(db, lang_id, key, content)?,
            known => known,
        };
        if let Some(known) = known {
            return Ok((known, false));
        }
        let id = self.waiting.number(db)?;
        let row = [lang_id.into(), key.into(), content.to_owned().into()];
        self.waiting.push(db, id, row)?;
        self.new += 1;
        self.met.insert(lang_id, key, print, id);
        self.shelving.new_text(id);
        Ok((id, true))
    }

    /// Writes the texts that wait to be written.
    pub(super) fn write(&mut self, db: &Connection) -> rusqlite::Result<()> {
        self.waiting.settle(db)
    }

    /// Writes keys late where that pays: at once in an empty memory, else when much came.
    fn consider_bulk(&mut self, db: &Connection) -> rusqlite::Result<()> {
        let before = match self.before {
            Some(before) => before,
            None => {
                let last: Option<i64> =
                    db.query_row("SELECT max(id) FROM text", [], |row| row.get(0))?;
                *self.before.insert(last.map_or(0, |last| last as usize))
            }
        };
        let is_bulk = before == 0 || self.new >= BULK && self.new >= before;
        if self.late.is_some() || !is_bulk || before >= MOST_MET {
            return Ok(());
        }
        self.write(db)?;
        self.met = Met::default();
        let mut statement = db.prepare("SELECT id, lang, content FROM text")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (key, print) = print(row.get_ref(2)?.as_str()?);
            self.met.insert(row.get(1)?, key, print, row.get(0)?);
        }
        drop(rows);
        drop(statement);
        self.late = Some(Keys::Text.defer(db)?);
        Ok(())
    }

    /// Writes all but the index, and returns what is to be done for that.
    pub(super) fn settle(mut self, db: &Connection) -> rusqlite::Result<Shelving> {
        self.write(db)?;
        if let Some(late) = self.late {
            let keys = self.met.into_keys();
            late.fill(db, keys.map(|(key, text)| [key.into(), text.into()]))?;
        }
        Ok(self.shelving)
    }
}

/// Returns the number of exactly this text. It is compared here, since SQLite would make a copy of what it is given, be it fifty megabytes.
fn find(db: &Connection, lang: i64, key: i64, content: &str) -> rusqlite::Result<Option<i64>> {
    let mut statement = db.prepare_cached(
        "SELECT t.id, t.content FROM text_key k JOIN text t ON t.id = k.text WHERE k.key = ?1 AND t.lang = ?2",
    )?;
    let mut rows = statement.query((key, lang))?;
    while let Some(row) = rows.next()? {
        if row.get_ref(1)?.as_str()? == content {
            return row.get(0).map(Some);
        }
    }
    Ok(None)
}

/// Removes those of the given texts that nothing refers to any more.
pub(super) fn sweep(db: &Connection, texts: &[i64]) -> rusqlite::Result<()> {
    let mut delete = db.prepare_cached(
        "DELETE FROM text WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM variant WHERE text = ?1)
         AND NOT EXISTS (SELECT 1 FROM segment WHERE text = ?1) AND NOT EXISTS (SELECT 1 FROM variant_before WHERE text = ?1)",
    )?;
    for &text in texts {
        delete.execute([text])?;
    }
    Ok(())
}
