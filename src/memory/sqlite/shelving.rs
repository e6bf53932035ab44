//! Keeping the index of texts in step with the units, inside the transaction that changes them.
//!
//! A text that is new, or whose renderings changed, is *loose*: it is named in `shelf_text` and looked at by itself. When a commit would leave more
//! than a few loose texts they go onto a new shelf, together with those of shelves that are not much larger, so that there are few shelves and no
//! text is moved often (P. O'Neil et al., "The log-structured merge-tree", 1996).

use rusqlite::{Connection, OptionalExtension};
use rustc_hash::{FxHashMap, FxHashSet};

use super::failure::{interrupted, malformed};
use super::texts;
use crate::index::{Builder, FORMAT, Part, TextId, verified};
use crate::language::{Profile, profile};
use crate::memory::{Progress, Watch};

/// Loose texts that a commit may leave: a process that has just begun reads them in a few milliseconds.
const LOOSE: usize = if cfg!(test) { 8 } else { 400 };

/// A shelf goes into the next one if it has at most so many times its texts.
const GROWTH: u64 = 4;

/// Texts that may be on a shelf and not be looked for there, as a part of all, before everything is shelved anew.
const MOST_MOVED: u64 = 4;

/// Rows between two looks at the watcher.
const STEP: u64 = 1000;

/// What a transaction did to texts.
#[derive(Default)]
pub(super) struct Shelving {
    /// The number of the first text that is new in this transaction, and for this and all after it the languages in which they have renderings.
    first: i64,
    targets: Targets,
    /// Texts whose entry does not hold any more.
    loose: FxHashSet<i64>,
}

/// For each of many texts the languages in which it has renderings: two bytes, since few sets of languages are different.
#[derive(Default)]
struct Targets {
    sets: Vec<u64>,
    numbers: FxHashMap<u64, u16>,
    of: Vec<u16>,
}

impl Targets {
    fn get(&self, at: usize) -> u64 {
        self.sets[usize::from(self.of[at])]
    }

    /// Sets what `get` gives, unless that is one set too many.
    fn set(&mut self, at: usize, set: u64) -> bool {
        let number = match self.numbers.get(&set) {
            Some(&number) => number,
            None => {
                let Ok(number) = u16::try_from(self.sets.len()) else {
                    return false;
                };
                self.sets.push(set);
                self.numbers.insert(set, number);
                number
            }
        };
        if self.of.len() <= at {
            self.of.resize(at + 1, number);
        }
        self.of[at] = number;
        true
    }

    fn len(&self) -> usize {
        self.of.len()
    }
}

/// Steps done, of which the watcher hears now and then.
struct Steps<'w, 'a> {
    progress: Progress,
    watch: &'w mut Watch<'a>,
}

impl<'w, 'a> Steps<'w, 'a> {
    fn of(total: u64, watch: &'w mut Watch<'a>) -> Self {
        Self {
            progress: Progress { done: 0, total },
            watch,
        }
    }

    fn advance(&mut self, steps: u64) -> rusqlite::Result<()> {
        let before = self.progress.done;
        self.progress.done += steps;
        let looks = before / STEP != self.progress.done / STEP;
        match looks && !(self.watch)(self.progress) {
            true => Err(interrupted()),
            false => Ok(()),
        }
    }
}

/// A shelf in the making.
struct Making<'d> {
    db: &'d Connection,
    lang: i64,
    profile: &'static Profile,
    builder: Builder,
}

impl<'d> Making<'d> {
    fn of(db: &'d Connection, lang: i64) -> rusqlite::Result<Self> {
        let profile = profile(&texts::lang_of(db, lang)?);
        Ok(Self {
            db,
            lang,
            profile,
            builder: Builder::new(profile),
        })
    }

    /// Adds a text; what has become a whole shelf is written, so that no import takes more and more memory.
    fn add(&mut self, id: i64, content: &str, targets: u64) -> rusqlite::Result<()> {
        self.builder.add(TextId(id), content, targets);
        if self.builder.is_full() {
            let full = std::mem::replace(&mut self.builder, Builder::new(self.profile));
            write(self.db, self.lang, full)?;
        }
        Ok(())
    }

    /// Adds a text as it is now, if it is there.
    fn add_again(&mut self, id: i64) -> rusqlite::Result<()> {
        let mut statement = self
            .db
            .prepare_cached("SELECT content FROM text WHERE id = ?1")?;
        let mut rows = statement.query([id])?;
        if let Some(row) = rows.next()? {
            let targets = targets_of(self.db, id)?;
            self.add(id, texts::content(row, 0)?, targets)?;
        }
        Ok(())
    }

    fn texts(&self) -> u64 {
        self.builder.texts().len() as u64
    }

    /// Writes the shelf, unless it is empty, and returns its number.
    fn finish(self) -> rusqlite::Result<Option<i64>> {
        write(self.db, self.lang, self.builder)
    }
}

/// Returns the bit that stands for a language among those that a text has renderings in.
pub(super) fn bit(lang: i64) -> u64 {
    1 << (lang - 1).clamp(0, 63)
}

/// Returns the number of a block.
pub(super) fn block_id(shelf: i64, part: Part, number: u32) -> i64 {
    shelf << 36 | (part as i64) << 32 | i64::from(number)
}

/// Says whether there is an index in the form of this version.
pub(super) fn is_ready(db: &Connection) -> rusqlite::Result<bool> {
    let form: Option<i64> = db
        .prepare_cached("SELECT form FROM shelf_state")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(form == Some(FORMAT))
}

impl Shelving {
    /// Takes notice of a text that is to be kept under this number; numbers rise.
    pub(super) fn new_text(&mut self, id: i64) {
        if self.targets.len() == 0 {
            self.first = id;
        }
        let at = usize::try_from(id - self.first).unwrap_or(0);
        self.targets.set(at, 0);
    }

    /// Takes notice that texts became, or are about to become, variants of one unit; each comes with its language.
    pub(super) fn unit(
        &mut self,
        db: &Connection,
        variants: &[(i64, i64)],
    ) -> rusqlite::Result<()> {
        for (at, &(text, _)) in variants.iter().enumerate() {
            let others = variants
                .iter()
                .enumerate()
                .filter(|&(other, _)| other != at);
            let targets = others.fold(0, |bits, (_, &(_, lang))| bits | bit(lang));
            if let Some(at) = self.place(text) {
                if !self.targets.set(at, self.targets.get(at) | targets) {
                    self.loose.insert(text);
                }
            } else if !self.loose.contains(&text) && targets & !targets_of(db, text)? != 0 {
                self.loose.insert(text);
            }
        }
        Ok(())
    }

    /// Takes notice that what is known of a text changes in a way that takes something away.
    pub(super) fn loosen(&mut self, text: i64) {
        self.loose.insert(text);
    }

    /// Takes notice that a unit is, or is no more, to be found.
    pub(super) fn loosen_unit(&mut self, db: &Connection, unit: i64) -> rusqlite::Result<()> {
        let mut statement = db.prepare_cached("SELECT text FROM variant WHERE unit = ?1")?;
        for text in statement.query_map([unit], |row| row.get(0))? {
            self.loosen(text?);
        }
        Ok(())
    }

    fn place(&self, text: i64) -> Option<usize> {
        let at = usize::try_from(text.checked_sub(self.first)?).ok()?;
        (at < self.targets.len()).then_some(at)
    }

    /// Brings the index to the state of the memory; the last step before a commit.
    pub(super) fn settle(self, db: &Connection, watch: &mut Watch<'_>) -> rusqlite::Result<()> {
        if !is_ready(db)? {
            return Ok(());
        }
        let mut name =
            db.prepare_cached("INSERT OR REPLACE INTO shelf_text (text, shelf) VALUES (?1, 0)")?;
        for &text in &self.loose {
            name.execute([text])?;
        }
        let loose: usize = db
            .prepare_cached("SELECT count(*) FROM shelf_text WHERE shelf = 0")?
            .query_row([], |row| row.get(0))?;
        if self.targets.len() + loose <= LOOSE {
            let new = self.first..self.first + self.targets.len() as i64;
            return new
                .into_iter()
                .try_for_each(|id| name.execute([id]).map(drop));
        }
        drop(name);
        self.fold(db, watch)?;
        let (moved, texts): (u64, u64) = db.query_row(
            "SELECT (SELECT count(*) FROM shelf_text), (SELECT coalesce(sum(texts), 0) FROM shelf)",
            [],
            |row| row.try_into(),
        )?;
        if moved > LOOSE as u64 && moved > texts / MOST_MOVED {
            return rebuild(db, watch);
        }
        Ok(())
    }

    /// Makes one shelf for each language of all that is new or loose in it and of the shelves that are not much larger. Texts are read again, language
    /// by language, so that only one shelf is in the making.
    fn fold(&self, db: &Connection, watch: &mut Watch<'_>) -> rusqlite::Result<()> {
        // To read a text and to write it.
        let mut steps = Steps::of(2 * self.targets.len() as u64, watch);
        let langs: Vec<i64> = db
            .prepare_cached("SELECT id FROM lang ORDER BY id")?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let end = self.first.saturating_add(self.targets.len() as i64);
        for lang in langs {
            let mut making = Making::of(db, lang)?;
            let mut new = db.prepare_cached(
                "SELECT id, content FROM text WHERE id >= ?1 AND id < ?2 AND lang = ?3 ORDER BY id",
            )?;
            let mut rows = new.query((self.first, end, lang))?;
            let mut read = 0;
            while let Some(row) = rows.next()? {
                let id: i64 = row.get(0)?;
                let targets = match self.place(id) {
                    Some(at) if !self.loose.contains(&id) => self.targets.get(at),
                    _ => targets_of(db, id)?,
                };
                making.add(id, texts::content(row, 1)?, targets)?;
                steps.advance(1)?;
                read += 1;
            }
            let loose: Vec<i64> = db
                .prepare_cached(
                    "SELECT s.text FROM shelf_text s JOIN text t ON t.id = s.text
                     WHERE s.shelf = 0 AND t.lang = ?1 AND NOT s.text BETWEEN ?2 AND ?3 - 1",
                )?
                .query_map((lang, self.first, end), |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            for id in loose {
                making.add_again(id)?;
            }
            let shelves: Vec<(i64, u64)> = db
                .prepare_cached("SELECT id, texts FROM shelf WHERE lang = ?1 ORDER BY texts, id")?
                .query_map([lang], |row| row.try_into())?
                .collect::<rusqlite::Result<_>>()?;
            let mut emptied = Vec::new();
            for (shelf, texts) in shelves {
                if texts > making.texts() * GROWTH {
                    break;
                }
                for id in texts_on(db, shelf)? {
                    making.add_again(id)?;
                }
                emptied.push(shelf);
            }
            let made = making.finish()?;
            steps.advance(read)?;
            for shelf in emptied {
                db.prepare_cached("UPDATE shelf_text SET shelf = ?2 WHERE shelf = ?1")?
                    .execute((shelf, made.unwrap_or(-1)))?;
                remove(db, shelf)?;
            }
        }
        // What is loose still is gone.
        db.execute("UPDATE shelf_text SET shelf = -1 WHERE shelf = 0", [])?;
        forget(db)
    }
}

/// Drops what `shelf_text` says of texts that at most one shelf can have, and that one where it says.
fn forget(db: &Connection) -> rusqlite::Result<()> {
    db.execute(
        "DELETE FROM shelf_text WHERE text > (SELECT coalesce(max(last), 0) FROM shelf WHERE id <> shelf_text.shelf)",
        [],
    )?;
    Ok(())
}

/// Returns the languages in which a text has renderings, in units that are not rejected.
pub(super) fn targets_of(db: &Connection, text: i64) -> rusqlite::Result<u64> {
    let mut statement = db.prepare_cached(
        "SELECT DISTINCT o.lang FROM variant v JOIN unit u ON u.id = v.unit JOIN variant o ON o.unit = u.id AND o.id <> v.id
         WHERE v.text = ?1 AND u.status <> 2",
    )?;
    let mut rows = statement.query([text])?;
    let mut targets = 0;
    while let Some(row) = rows.next()? {
        targets |= bit(row.get(0)?);
    }
    Ok(targets)
}

/// Returns the texts that are to be looked for on a shelf.
fn texts_on(db: &Connection, shelf: i64) -> rusqlite::Result<Vec<i64>> {
    let mut statement =
        db.prepare_cached("SELECT data FROM shelf_block WHERE id BETWEEN ?1 AND ?2 ORDER BY id")?;
    let (first, last) = (
        block_id(shelf, Part::Sequences, 0),
        block_id(shelf, Part::Sequences, u32::MAX),
    );
    let mut moved = db.prepare_cached("SELECT shelf FROM shelf_text WHERE text = ?1")?;
    let mut rows = statement.query((first, last))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let block = verified(row.get_ref(0)?.as_blob()?)
            .ok_or_else(|| malformed("a damaged block of the index"))?;
        for TextId(id) in crate::index::texts_of(block) {
            let elsewhere: Option<i64> = moved.query_row([id], |row| row.get(0)).optional()?;
            if elsewhere.is_none_or(|only| only == shelf) {
                found.push(id);
            }
        }
    }
    Ok(found)
}

/// Writes a shelf, unless it would be empty, and returns its number.
fn write(db: &Connection, lang: i64, builder: Builder) -> rusqlite::Result<Option<i64>> {
    let ids = || builder.texts().map(|TextId(id)| id);
    let (Some(first), Some(last)) = (ids().min(), ids().max()) else {
        return Ok(None);
    };
    let shelf = db
        .prepare_cached("INSERT INTO shelf (lang, texts, last) VALUES (?1, ?2, ?3)")?
        .insert((lang, ids().len() as i64, last))?;
    // Of what was loose, and of a text whose number a text that is gone had, every other shelf's entry is out of date.
    let moved: Vec<i64> = db
        .prepare_cached("SELECT text FROM shelf_text WHERE text BETWEEN ?1 AND ?2")?
        .query_map([first, last], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    if !moved.is_empty() {
        let on_it: FxHashSet<i64> = ids().collect();
        let mut place = db.prepare_cached("UPDATE shelf_text SET shelf = ?2 WHERE text = ?1")?;
        for id in moved.into_iter().filter(|id| on_it.contains(id)) {
            place.execute((id, shelf))?;
        }
    }
    let mut insert = db.prepare_cached("INSERT INTO shelf_block (id, data) VALUES (?1, ?2)")?;
    builder.finish(|part, number, block| {
        insert
            .execute((block_id(shelf, part, number), block))
            .map(drop)
    })?;
    Ok(Some(shelf))
}

fn remove(db: &Connection, shelf: i64) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM shelf_block WHERE id BETWEEN ?1 AND ?2")?
        .execute((shelf << 36, ((shelf + 1) << 36) - 1))?;
    db.prepare_cached("DELETE FROM shelf WHERE id = ?1")?
        .execute([shelf])?;
    Ok(())
}

/// Makes the index anew.
pub(super) fn rebuild(db: &Connection, watch: &mut Watch<'_>) -> rusqlite::Result<()> {
    db.execute_batch("DELETE FROM shelf_block; DELETE FROM shelf; DELETE FROM shelf_text; DELETE FROM shelf_state")?;
    db.execute("INSERT INTO shelf_state (form) VALUES (?1)", [FORMAT])?;
    let total = db.query_row("SELECT 2 * count(*) FROM text", [], |row| row.get(0))?;
    let mut steps = Steps::of(total, watch);
    let mut targets: FxHashMap<i64, u64> = FxHashMap::default();
    let mut statement = db.prepare(
        "SELECT v.text, o.lang FROM unit u CROSS JOIN variant v ON v.unit = u.id CROSS JOIN variant o ON o.unit = u.id AND o.id <> v.id
         WHERE u.status <> 2",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        *targets.entry(row.get(0)?).or_default() |= bit(row.get(1)?);
        steps.advance(1)?;
    }
    let langs: Vec<i64> = db
        .prepare("SELECT id FROM lang ORDER BY id")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut statement = db.prepare("SELECT id, content FROM text WHERE lang = ?1 ORDER BY id")?;
    for lang in langs {
        let mut making = Making::of(db, lang)?;
        let mut rows = statement.query([lang])?;
        while let Some(row) = rows.next()? {
            let id = row.get(0)?;
            // By number, which in a file from elsewhere may be any.
            let targets = targets.get(&id).copied().unwrap_or_default();
            making.add(id, texts::content(row, 1)?, targets)?;
            steps.advance(1)?;
        }
        making.finish()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Storage as _;
    use crate::memory::sqlite::Sqlite;
    use crate::memory::story::{change, unit};

    #[test]
    fn an_index_is_made_whatever_numbers_texts_have() {
        let mut memory = Sqlite::in_memory().unwrap();
        let mut writer = memory.begin(change("import")).unwrap();
        for (one, other) in [("Да.", "Yes."), ("Нет.", "No.")] {
            writer
                .add_unit(&unit(&[("ru", one), ("en", other)]))
                .unwrap();
        }
        writer.commit().unwrap();
        let far = 1_i64 << 61;
        memory
            .db
            .execute_batch(&format!(
                "PRAGMA foreign_keys = OFF; UPDATE text SET id = {far} WHERE id = 4;
                 UPDATE variant SET text = {far} WHERE text = 4; PRAGMA foreign_keys = ON;"
            ))
            .unwrap();
        rebuild(&memory.db, &mut |_| true).unwrap();
        let shelved: Vec<i64> = memory
            .db
            .prepare("SELECT id FROM shelf ORDER BY id")
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .flat_map(|shelf| texts_on(&memory.db, shelf.unwrap()).unwrap())
            .collect();
        assert_eq!(shelved.len(), 4);
        assert!(shelved.contains(&far));
    }
}
