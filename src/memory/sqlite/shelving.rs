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
use crate::language::profile;
use crate::memory::{Progress, Watch};
use crate::model::Lang;

/// Loose texts that a commit may leave: a process that has just begun reads them in a few milliseconds.
const LOOSE: usize = if cfg!(test) { 8 } else { 400 };

/// A shelf goes into the next one if it has at most so many times its texts.
const GROWTH: u64 = 4;

/// Words of a shelf in the making after which it is closed: some 200 MB.
const MOST_TOKENS: usize = 24_000_000;

/// Texts that may be on a shelf and not be looked for there, as a part of all, before everything is shelved anew.
const MOST_MOVED: u64 = 4;

/// Rows between two looks at the watcher.
const STEP: u64 = 1000;

/// What a transaction did to texts.
#[derive(Default)]
pub(super) struct Shelving {
    /// The texts that are new in this transaction, by language.
    builders: Vec<Making>,
    /// The number of the first text that is new in this transaction, and for this and all after it the languages in which they have renderings.
    first: i64,
    targets: Vec<u64>,
    /// Texts whose entry does not hold any more.
    loose: FxHashSet<i64>,
}

struct Making {
    lang: i64,
    builder: Builder,
    /// The highest of the language's texts that this transaction has put onto a shelf already.
    shelved: i64,
}

impl Making {
    fn is_large(&self) -> bool {
        self.builder.tokens() > MOST_TOKENS
    }

    /// Hands out the builder, whose texts are shelved then; a fresh one takes its place.
    fn take(&mut self, db: &Connection) -> rusqlite::Result<Builder> {
        let lang = texts::lang_of(db, self.lang)?;
        let made = std::mem::replace(&mut self.builder, Builder::new(profile(&lang)));
        let last = made.texts().map(|TextId(id)| id).max();
        self.shelved = last.unwrap_or(self.shelved);
        Ok(made)
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
    /// Takes notice of a text that was just kept.
    pub(super) fn new_text(&mut self, id: i64, lang: &Lang, lang_id: i64, content: &str) {
        if self.targets.is_empty() {
            self.first = id;
        }
        self.builder(lang, lang_id).add(TextId(id), content);
        let at = usize::try_from(id - self.first).unwrap_or(0);
        self.targets.resize(at + 1, 0);
    }

    /// Returns the builder of a language.
    fn builder(&mut self, lang: &Lang, lang_id: i64) -> &mut Builder {
        let which = match self.making(lang_id) {
            Some(which) => which,
            None => {
                self.builders.push(Making {
                    lang: lang_id,
                    builder: Builder::new(profile(lang)),
                    shelved: 0,
                });
                self.builders.len() - 1
            }
        };
        &mut self.builders[which].builder
    }

    /// Takes notice that texts became, or are about to become, variants of one unit; each comes with its language.
    pub(super) fn unit(
        &mut self,
        db: &Connection,
        variants: &[(i64, i64)],
    ) -> rusqlite::Result<()> {
        for (at, &(text, lang)) in variants.iter().enumerate() {
            let others = variants
                .iter()
                .enumerate()
                .filter(|&(other, _)| other != at);
            let targets = others.fold(0, |bits, (_, &(_, lang))| bits | bit(lang));
            let holds = match self.place(text) {
                Some(at) => {
                    let has_all = targets & !self.targets[at] == 0;
                    self.targets[at] |= targets;
                    has_all || !self.is_shelved(text, lang)
                }
                None => self.loose.contains(&text) || targets & !targets_of(db, text)? == 0,
            };
            if !holds {
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

    fn making(&self, lang: i64) -> Option<usize> {
        self.builders.iter().position(|making| making.lang == lang)
    }

    fn place(&self, text: i64) -> Option<usize> {
        let at = usize::try_from(text - self.first).ok()?;
        (at < self.targets.len()).then_some(at)
    }

    /// Says whether a text that is new in this transaction is on a shelf already.
    fn is_shelved(&self, text: i64, lang: i64) -> bool {
        self.making(lang)
            .is_some_and(|which| text <= self.builders[which].shelved)
    }

    /// Puts onto shelves what has grown large, so that no import takes more and more memory; between two units only.
    pub(super) fn relieve(&mut self, db: &Connection) -> rusqlite::Result<()> {
        for which in 0..self.builders.len() {
            if self.builders[which].is_large() && is_ready(db)? {
                let made = self.builders[which].take(db)?;
                let targets = |_, id| {
                    let at = self.place(id)?;
                    (!self.loose.contains(&id)).then_some(self.targets[at])
                };
                write(db, self.builders[which].lang, made, targets)?;
            }
        }
        Ok(())
    }

    /// Brings the index to the state of the memory; the last step before a commit.
    pub(super) fn settle(mut self, db: &Connection) -> rusqlite::Result<()> {
        if !is_ready(db)? {
            return Ok(());
        }
        let mut name =
            db.prepare_cached("INSERT OR REPLACE INTO shelf_text (text, shelf) VALUES (?1, 0)")?;
        for &text in &self.loose {
            name.execute([text])?;
        }
        let texts = |making: &Making| making.builder.texts().len();
        let new: usize = self.builders.iter().map(texts).sum();
        let loose: usize = db
            .prepare_cached("SELECT count(*) FROM shelf_text WHERE shelf = 0")?
            .query_row([], |row| row.get(0))?;
        if new + loose <= LOOSE {
            let all = self.builders.iter().flat_map(|it| it.builder.texts());
            for TextId(id) in all {
                name.execute([id])?;
            }
            return Ok(());
        }
        drop(name);
        self.fold(db)?;
        let (moved, texts): (u64, u64) = db.query_row(
            "SELECT (SELECT count(*) FROM shelf_text), (SELECT coalesce(sum(texts), 0) FROM shelf)",
            [],
            |row| row.try_into(),
        )?;
        if moved > LOOSE as u64 && moved > texts / MOST_MOVED {
            return rebuild(db, &mut |_| true);
        }
        Ok(())
    }

    /// Makes one shelf for each language of all that is new or loose in it and of the shelves that are not much larger.
    fn fold(&mut self, db: &Connection) -> rusqlite::Result<()> {
        let langs: Vec<(i64, Lang)> = db
            .prepare_cached("SELECT id, tag FROM lang ORDER BY id")?
            .query_map([], |row| {
                Ok((row.get(0)?, texts::lang(&row.get::<_, String>(1)?)?))
            })?
            .collect::<rusqlite::Result<_>>()?;
        for (lang_id, lang) in langs {
            let which = self.making(lang_id);
            let loose: Vec<i64> = db
                .prepare_cached("SELECT s.text FROM shelf_text s JOIN text t ON t.id = s.text WHERE s.shelf = 0 AND t.lang = ?1")?
                .query_map([lang_id], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            let mut builder = Builder::new(profile(&lang));
            if let Some(which) = which {
                std::mem::swap(&mut builder, &mut self.builders[which].builder);
            }
            let own = builder.texts().len();
            let mut batch = (own + loose.len()) as u64;
            if batch == 0 {
                continue;
            }
            let named: FxHashSet<i64> = loose.iter().copied().collect();
            let mut added = Vec::new();
            for id in loose {
                added.extend(add(db, &mut builder, id)?);
            }
            let shelves: Vec<(i64, u64)> = db
                .prepare_cached("SELECT id, texts FROM shelf WHERE lang = ?1 ORDER BY texts, id")?
                .query_map([lang_id], |row| row.try_into())?
                .collect::<rusqlite::Result<_>>()?;
            let mut emptied = Vec::new();
            for (shelf, texts) in shelves {
                if texts > batch * GROWTH || builder.tokens() > MOST_TOKENS {
                    break;
                }
                for id in texts_on(db, shelf)? {
                    added.extend(add(db, &mut builder, id)?);
                }
                batch += texts;
                emptied.push(shelf);
            }
            // What is new and was made loose again comes a second time, as it is now.
            let made = write(db, lang_id, builder, |place, id| {
                if let Some(again) = place.checked_sub(own) {
                    return Some(added[again]);
                }
                let at = self.place(id)?;
                (!named.contains(&id)).then_some(self.targets[at])
            })?;
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

/// Adds a text as it is now, and returns the languages in which it has renderings; `None` where it is gone.
fn add(db: &Connection, builder: &mut Builder, id: i64) -> rusqlite::Result<Option<u64>> {
    let content: Option<String> = db
        .prepare_cached("SELECT content FROM text WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    let Some(content) = content else {
        return Ok(None);
    };
    builder.add(TextId(id), &content);
    targets_of(db, id).map(Some)
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

/// Writes a shelf of the texts that belong onto it, each with the languages in which it has renderings, unless it would be empty.
fn write(
    db: &Connection,
    lang: i64,
    builder: Builder,
    targets: impl Fn(usize, i64) -> Option<u64>,
) -> rusqlite::Result<Option<i64>> {
    let ids: Vec<i64> = builder.texts().map(|TextId(id)| id).collect();
    let kept = || {
        let placed = ids.iter().copied().enumerate();
        placed.filter_map(|(place, id)| targets(place, id).map(|_| id))
    };
    let texts = kept().count();
    let last = kept().max();
    if texts == 0 {
        return Ok(None);
    }
    let shelf = db
        .prepare_cached("INSERT INTO shelf (lang, texts, last) VALUES (?1, ?2, ?3)")?
        .insert((lang, texts as i64, last))?;
    let mut insert = db.prepare_cached("INSERT INTO shelf_block (id, data) VALUES (?1, ?2)")?;
    builder.finish(
        |place| targets(place, ids[place]),
        |part, number, block| {
            insert
                .execute((block_id(shelf, part, number), block))
                .map(drop)
        },
    )?;
    // Of what was loose, and of a text whose number a text that is gone had, every other shelf's entry is out of date.
    let (Some(first), Some(last)) = (ids.iter().min(), last) else {
        return Ok(Some(shelf));
    };
    let moved: Vec<i64> = db
        .prepare_cached("SELECT text FROM shelf_text WHERE text BETWEEN ?1 AND ?2")?
        .query_map([*first, last], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    if !moved.is_empty() {
        let on_it: FxHashSet<i64> = kept().collect();
        let mut place = db.prepare_cached("UPDATE shelf_text SET shelf = ?2 WHERE text = ?1")?;
        for id in moved.into_iter().filter(|id| on_it.contains(id)) {
            place.execute((id, shelf))?;
        }
    }
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
    let mut progress = Progress {
        done: 0,
        total: db.query_row("SELECT 2 * count(*) FROM text", [], |row| row.get(0))?,
    };
    let mut step = |progress: &mut Progress| {
        progress.done += 1;
        if progress.done.is_multiple_of(STEP) && !watch(*progress) {
            return Err(interrupted());
        }
        Ok(())
    };
    let mut targets: FxHashMap<i64, u64> = FxHashMap::default();
    let mut statement = db.prepare(
        "SELECT v.text, o.lang FROM unit u CROSS JOIN variant v ON v.unit = u.id CROSS JOIN variant o ON o.unit = u.id AND o.id <> v.id
         WHERE u.status <> 2",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        *targets.entry(row.get(0)?).or_default() |= bit(row.get(1)?);
        step(&mut progress)?;
    }
    // By number, which in a file from elsewhere may be any.
    let targets = |_, id| Some(targets.get(&id).copied().unwrap_or_default());
    let mut shelving = Shelving::default();
    let mut statement = db.prepare(
        "SELECT t.id, t.lang, l.tag, t.content FROM text t JOIN lang l ON l.id = t.lang ORDER BY t.id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        let lang = texts::lang(row.get_ref(2)?.as_str()?)?;
        let builder = shelving.builder(&lang, row.get(1)?);
        builder.add(TextId(id), row.get_ref(3)?.as_str()?);
        for making in shelving.builders.iter_mut().filter(|it| it.is_large()) {
            write(db, making.lang, making.take(db)?, targets)?;
        }
        step(&mut progress)?;
    }
    for making in &mut shelving.builders {
        write(db, making.lang, making.take(db)?, targets)?;
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
