//! Lessons in tables: what is still to be counted, what was counted, and asking for it stem by stem.
//!
//! Lessons lie like the runs of a log-structured merge tree (O'Neil et al. 1996): new units make a small lesson, which takes in the small ones before
//! it by counting their units again with its own, until it is large and stays. A unit is so read a few times in its life, and a memory of a million
//! units has some hundred lessons. Only rows of the stems that are asked for are read.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::failure::failed;
use super::{Sqlite, connection, log, renderings, seal, texts};
use crate::error::Result;
use crate::memory::lessons::{Asked, LessonId, Lessons, Subject, Taught, Untaught};
use crate::model::Renderings;

/// How lessons are counted. Another number makes all lessons stale: it rises whenever stems, or what is counted of them, change.
const METHOD: i64 = 1;

/// Most pairs of texts in a lesson: as many as are counted in a second or so.
const MOST_PAIRS: usize = 8192;

/// Most unit numbers in a lesson, however few of them have both languages.
const WIDEST: i64 = 65_536;

/// Bytes of text after which a lesson ends even if it has few units.
const MOST_BYTES: usize = 2 << 20;

/// A lesson takes in the one before it if that has at most this many times as many pairs.
const GROWTH: usize = 2;

impl Lessons for Sqlite {
    fn untaught(&self, subject: &Subject, limit: usize) -> Result<Option<Untaught>> {
        let _snapshot = self.read(self.snapshot())?;
        self.read(untaught(&self.db, subject, limit.min(MOST_PAIRS)))
    }

    fn keep_lesson(&mut self, units: &Untaught, counted: &Renderings) -> Result<bool> {
        let path = &self.path;
        unless_busy(&self.db, |tx| keep(tx, units, counted))
            .map_err(|error| failed("keep a lesson in", path, error))
    }

    fn taught(&self, subject: &Subject, stems: [&[&str]; 2], asked: Asked<'_>) -> Result<Taught> {
        let _snapshot = self.read(self.snapshot())?;
        self.read(taught(&self.db, subject, stems, asked))
    }

    fn forget_lessons(&mut self, lessons: &[LessonId]) -> Result<bool> {
        let path = &self.path;
        let forget = |tx: &Transaction<'_>| {
            lessons.iter().try_for_each(|&lesson| forget(tx, lesson))?;
            Ok(true)
        };
        unless_busy(&self.db, forget).map_err(|error| failed("forget a lesson in", path, error))
    }
}

/// Does something in a transaction and commits it if it says so; `false` without waiting when somebody else is writing: whoever writes units comes
/// before what can be counted at any time.
fn unless_busy(
    db: &Connection,
    work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<bool>,
) -> rusqlite::Result<bool> {
    db.busy_timeout(std::time::Duration::ZERO)?;
    let begun = Transaction::new_unchecked(db, TransactionBehavior::Immediate);
    db.busy_timeout(connection::PATIENCE)?;
    let tx = match begun {
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) => {
            return Ok(false);
        }
        begun => begun?,
    };
    let done = work(&tx)?;
    if done {
        tx.commit()?;
    }
    Ok(done)
}

/// A lesson that holds.
struct Held {
    id: i64,
    first: i64,
    last: i64,
    pairs: usize,
}

const HOLDS: &str = "one = ?1 AND other = ?2 AND confirmed = ?3 AND method = ?4 AND stale = 0";

/// Returns the lessons of a subject that hold, in the order that SQL says.
fn held(db: &Connection, subject: &Subject, order: &str) -> rusqlite::Result<Vec<Held>> {
    let sql = format!("SELECT id, first, last, pairs FROM lesson WHERE {HOLDS} ORDER BY {order}");
    db.prepare_cached(&sql)?
        .query_map(key(subject), |row| {
            Ok(Held {
                id: row.get(0)?,
                first: row.get(1)?,
                last: row.get(2)?,
                pairs: row.get(3)?,
            })
        })?
        .collect()
}

fn key(subject: &Subject) -> (&str, &str, bool, i64) {
    let (one, other) = (subject.one.primary(), subject.other.primary());
    (one, other, subject.confirmed, METHOD)
}

fn untaught(
    db: &Connection,
    subject: &Subject,
    limit: usize,
) -> rusqlite::Result<Option<Untaught>> {
    let Some(units) = Units::new(db, subject)? else {
        return Ok(None);
    };
    let held = held(db, subject, "first DESC")?;
    let Some((low, high)) = newest_gap(&held, units.highest()?) else {
        return Ok(None);
    };
    let lowest = if subject.confirmed {
        low
    } else {
        low.max(high.saturating_sub(WIDEST - 1))
    };
    let mut pairs = Vec::new();
    let mut first = units.read(lowest, high, limit, &mut pairs)?;
    let mut replaces = Vec::new();
    // What lies before is taken in as long as that lies directly before and is not too much.
    while let Some(before) = held.iter().find(|lesson| lesson.last == first - 1) {
        let few = before.pairs <= GROWTH * pairs.len() && pairs.len() + before.pairs <= limit;
        if !few || !subject.confirmed && high - before.first >= WIDEST {
            break;
        }
        let reached = units.read(before.first, before.last, limit - pairs.len(), &mut pairs)?;
        if reached > before.first {
            // Only where a text is longer than a lesson may be.
            break;
        }
        first = before.first;
        replaces.push(LessonId(before.id));
    }
    Ok(Some(Untaught {
        subject: subject.clone(),
        pairs,
        stretch: (first, high),
        replaces,
        revision: log::revision(db)?,
    }))
}

/// Returns the newest unit numbers from 1 to `highest` that none of the lessons has, which are given from the newest to the oldest.
fn newest_gap(held: &[Held], highest: i64) -> Option<(i64, i64)> {
    let mut high = highest;
    for lesson in held {
        if lesson.last < high {
            return Some((lesson.last + 1, high));
        }
        high = high.min(lesson.first - 1);
    }
    (high > 0).then_some((1, high))
}

/// The units of a subject.
struct Units<'d> {
    db: &'d Connection,
    sql: String,
    status: &'static str,
}

impl<'d> Units<'d> {
    /// Returns the units of a subject, if the memory has its languages.
    fn new(db: &'d Connection, subject: &Subject) -> rusqlite::Result<Option<Self>> {
        let (ones, others) = (
            texts::of_primary(db, &subject.one)?,
            texts::of_primary(db, &subject.other)?,
        );
        if ones.is_empty() || others.is_empty() {
            return Ok(None);
        }
        let status = if subject.confirmed {
            "status = 1"
        } else {
            "status <> 2"
        };
        let sql = format!(
            "FROM unit u CROSS JOIN variant a ON a.unit = u.id CROSS JOIN variant b ON b.unit = u.id
             JOIN text s ON s.id = a.text JOIN text t ON t.id = b.text
             WHERE u.id BETWEEN ?1 AND ?2 AND u.{status} AND a.lang IN ({ones}) AND b.lang IN ({others})"
        );
        Ok(Some(Self { db, sql, status }))
    }

    /// Returns the highest number of a unit that may count.
    fn highest(&self) -> rusqlite::Result<i64> {
        let status = self.status;
        self.db.query_row(
            &format!(
                "SELECT coalesce((SELECT id FROM unit WHERE {status} ORDER BY id DESC LIMIT 1), 0)"
            ),
            [],
            |row| row.get(0),
        )
    }

    /// Adds the pairs of the units `first` to `last`, from the last on, until there are enough, and returns how far it came.
    fn read(
        &self,
        first: i64,
        last: i64,
        limit: usize,
        pairs: &mut Vec<(String, String)>,
    ) -> rusqlite::Result<i64> {
        let mut statement = self.db.prepare(&format!(
            "SELECT u.id, s.content, t.content {} ORDER BY u.id DESC, a.position, b.position",
            self.sql
        ))?;
        let mut rows = statement.query((first, last))?;
        let (mut read, mut bytes, mut reached) = (0, 0, last);
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            if id != reached && (read >= limit || bytes >= MOST_BYTES) {
                return Ok(reached);
            }
            reached = id;
            let pair: (String, String) = (row.get(1)?, row.get(2)?);
            read += 1;
            bytes += pair.0.len() + pair.1.len();
            pairs.push(pair);
        }
        Ok(first)
    }

    fn count(&self, first: i64, last: i64) -> rusqlite::Result<usize> {
        let sql = format!("SELECT count(*) {}", self.sql);
        self.db.query_row(&sql, (first, last), |row| row.get(0))
    }
}

fn keep(db: &Connection, units: &Untaught, counted: &Renderings) -> rusqlite::Result<bool> {
    let (one, other, confirmed, method) = key(&units.subject);
    let (first, last) = units.stretch;
    if log::revision(db)? != units.revision {
        return Ok(false);
    }
    let within: Vec<LessonId> = held(db, &units.subject, "first DESC")?
        .into_iter()
        .filter(|lesson| lesson.first <= last && lesson.last >= first)
        .map(|lesson| LessonId(lesson.id))
        .collect();
    if within != units.replaces {
        return Ok(false);
    }
    let gone: Vec<i64> = db
        .prepare_cached("SELECT id FROM lesson WHERE one = ?1 AND other = ?2 AND confirmed = ?3 AND (stale OR method <> ?4)")?
        .query_map((one, other, confirmed, method), |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for lesson in gone.into_iter().map(LessonId).chain(within) {
        forget(db, lesson)?;
    }
    let lesson = db
        .prepare_cached(
            "INSERT INTO lesson (one, other, confirmed, first, last, pairs, method) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .insert((one, other, confirmed, first, last, units.pairs.len(), method))?;
    seal::LESSON.put(db, lesson)?;
    for (direction, counts) in [&counted.forward, &counted.backward]
        .into_iter()
        .enumerate()
    {
        renderings::write(db, lesson, direction as i64, counts)?;
    }
    Ok(true)
}

/// Makes the lessons stale that a unit belongs to now that it has gained a variant in a language.
pub(super) fn note_variant(db: &Connection, unit: i64, lang: i64) -> rusqlite::Result<()> {
    db.prepare_cached(
        "UPDATE lesson SET stale = 1, seal = -1 - seal WHERE stale = 0 AND ?1 BETWEEN first AND last
         AND (SELECT (instr(tag || '-', one || '-') = 1 OR instr(tag || '-', other || '-') = 1) FROM lang WHERE id = ?2)",
    )?
    .execute((unit, lang))?;
    Ok(())
}

fn forget(db: &Connection, LessonId(lesson): LessonId) -> rusqlite::Result<()> {
    for rows in ["rendering WHERE lesson = ?1", "lesson WHERE id = ?1"] {
        db.prepare_cached(&format!("DELETE FROM {rows}"))?
            .execute([lesson])?;
    }
    Ok(())
}

fn taught(
    db: &Connection,
    subject: &Subject,
    stems: [&[&str]; 2],
    asked: Asked<'_>,
) -> rusqlite::Result<Taught> {
    let mut taught = Taught::default();
    let mut lessons = held(db, subject, "pairs DESC, id")?;
    lessons.retain(|lesson| lesson.pairs > 0 && !asked.without.contains(&LessonId(lesson.id)));
    lessons.truncate(asked.most);
    if lessons.is_empty() {
        return Ok(taught);
    }
    let mut sides = [Vec::new(), Vec::new()];
    for (side, stems) in sides.iter_mut().zip(stems) {
        for &stem in stems {
            if let Some(id) = renderings::known_stem(db, stem)? {
                side.push((id, stem));
            }
        }
        side.sort_unstable();
    }
    for lesson in lessons {
        taught.renderings.pairs += lesson.pairs as f32;
        let [ones, others] = &sides;
        let reading = |direction, words, others| {
            let mut rows = Vec::new();
            let whole = renderings::read(db, (lesson.id, direction), words, others, &mut rows)?;
            Ok::<_, rusqlite::Error>((rows, whole))
        };
        let (forward, forward_whole) = reading(0, ones, others)?;
        let (backward, backward_whole) = reading(1, others, ones)?;
        if forward_whole && backward_whole {
            taught.renderings.forward.extend(forward);
            taught.renderings.backward.extend(backward);
        } else {
            taught.damaged.push(LessonId(lesson.id));
        }
    }
    Ok(taught)
}

/// Reports every lesson that does not fit the units it was made of, or whose counts are not what was written.
pub(super) fn check(
    db: &Connection,
    mut report: impl FnMut(String, String),
) -> rusqlite::Result<()> {
    type Row = (i64, String, String, bool, i64, i64, usize);
    let lessons: Vec<Row> = db
        .prepare("SELECT id, one, other, confirmed, first, last, pairs FROM lesson WHERE stale = 0 AND method = ?1 ORDER BY one, other, confirmed, first")?
        .query_map([METHOD], |row| row.try_into())?
        .collect::<rusqlite::Result<_>>()?;
    let mut before: Option<(String, String, bool, i64)> = None;
    for (id, one, other, confirmed, first, last, pairs) in lessons {
        let what = || format!("lesson {id} ({one} and {other}, units {first} to {last})");
        let subject = Subject {
            one: texts::lang(&one)?,
            other: texts::lang(&other)?,
            confirmed,
        };
        let there = match Units::new(db, &subject)? {
            Some(units) => units.count(first, last)?,
            None => 0,
        };
        if there != pairs {
            let problem = format!("it counted {pairs} pairs of texts, there are {there}");
            report(what(), problem);
        }
        let key = (one.clone(), other.clone(), confirmed);
        if let Some((one, other, confirmed, last)) = &before
            && (one, other, confirmed) == (&key.0, &key.1, &key.2)
            && *last >= first
        {
            report(
                what(),
                "it counts units that another one counts too".to_owned(),
            );
        }
        before = Some((key.0, key.1, key.2, last));
    }
    for (lesson, stem) in renderings::damaged(db)? {
        let problem = format!("its counts of stem {stem} are not what was written");
        report(format!("lesson {lesson}"), problem);
    }
    Ok(())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::memory::story::{add, add_release, assert_sound, change, lang, unit};
    use crate::memory::{Access, Memory, UnitId};
    use crate::model::{Rendered, Status};

    pub(in crate::memory::sqlite) fn subject(confirmed: bool) -> Subject {
        Subject {
            one: lang("en"),
            other: lang("ru"),
            confirmed,
        }
    }

    /// Returns counts as somebody might make them of a lesson.
    pub(in crate::memory::sqlite) fn counted() -> Renderings {
        let rendered = |stem: &str, other: &str| Rendered {
            stem: stem.into(),
            total: 3.5,
            by: vec![(other.into(), 2.25), ("rest".into(), 1.0)],
        };
        Renderings {
            pairs: 10.0,
            forward: vec![rendered("house", "дом")],
            backward: vec![rendered("дом", "house")],
        }
    }

    const EVERY: Asked<'_> = Asked {
        most: usize::MAX,
        without: &[],
    };

    fn numbered(numbers: std::ops::Range<usize>) -> Vec<crate::model::TranslationUnit> {
        let text = |n: usize| {
            unit(&[
                ("en-GB", &format!("House {n}")),
                ("ru", &format!("Дом {n}")),
            ])
        };
        numbers.map(text).collect()
    }

    /// Keeps lessons until all is taught, and returns how many pairs each had.
    fn teach(memory: &mut Memory, confirmed: bool) -> Vec<usize> {
        let mut lessons = Vec::new();
        while let Some(units) = memory.untaught(&subject(confirmed), 40).unwrap() {
            assert!(memory.keep_lesson(&units, &counted()).unwrap());
            lessons.push(units.pairs.len());
        }
        assert_sound(memory);
        lessons
    }

    fn houses(memory: &Memory) -> f32 {
        let taught = memory
            .taught(&subject(false), [&["house", "tree"], &["дом"]], EVERY)
            .unwrap();
        assert_eq!(taught.damaged, []);
        taught
            .renderings
            .forward
            .iter()
            .map(|house| house.by[0].1)
            .sum()
    }

    fn set(memory: &mut Memory, unit: i64, status: Status) {
        let mut writer = memory.begin(change("mark")).unwrap();
        writer.set_status(&[UnitId(unit)], status).unwrap();
        writer.commit().unwrap();
    }

    fn undo(memory: &mut Memory) {
        let at = "2026-01-02T03:04:05Z".parse().unwrap();
        memory.undo(None, at).unwrap().unwrap();
    }

    #[test]
    fn every_unit_is_counted_once_the_newest_first_and_small_lessons_grow() {
        let mut memory = Memory::in_memory().unwrap();
        assert!(memory.untaught(&subject(false), 40).unwrap().is_none());
        add(&mut memory, &numbered(0..100));
        let newest = memory.untaught(&subject(false), 40).unwrap().unwrap();
        assert_eq!((newest.stretch, newest.pairs.len()), ((61, 100), 40));
        assert_eq!(
            newest.pairs[0],
            ("House 99".to_owned(), "Дом 99".to_owned())
        );
        assert_eq!(teach(&mut memory, false), [40, 40, 20]);
        // What was asked for comes back, without what was not.
        let taught = memory
            .taught(&subject(false), [&["house"], &["дом"]], EVERY)
            .unwrap();
        assert_eq!(taught.renderings.forward.len(), 3);
        assert_eq!(taught.renderings.backward[0].by, [("house".into(), 2.25)]);
        // A few new units do not make the large ones be read again, but the small ones.
        for round in 0..3 {
            add(&mut memory, &numbered(100 + 4 * round..104 + 4 * round));
            assert_eq!(teach(&mut memory, false), [4 * (round + 1)]);
        }
        assert_eq!(houses(&memory), 4.0 * 2.25);
    }

    #[test]
    fn whatever_changes_units_has_them_counted_again() {
        let mut memory = Memory::in_memory().unwrap();
        add(&mut memory, &numbered(0..10));
        assert_eq!(teach(&mut memory, false), [10]);
        set(&mut memory, 3, Status::Rejected);
        assert_eq!(houses(&memory), 0.0);
        assert_eq!(teach(&mut memory, false), [9]);
        undo(&mut memory);
        assert_eq!(teach(&mut memory, false), [10]);
        // A unit that gains a language is news for the pairs of that language only.
        add(
            &mut memory,
            &[unit(&[
                ("en-GB", "House 3"),
                ("ru", "Дом 3"),
                ("be", "Дом 3"),
            ])],
        );
        assert_eq!(teach(&mut memory, false), [0; 0]);
        add(
            &mut memory,
            &[unit(&[
                ("en-GB", "House 4"),
                ("ru", "Дом 4"),
                ("ru", "Здание 4"),
            ])],
        );
        assert_eq!(teach(&mut memory, false), [11]);
        undo(&mut memory);
        assert_eq!(teach(&mut memory, false), [10]);
        undo(&mut memory);
        undo(&mut memory);
        assert_eq!(teach(&mut memory, false), [0; 0]);
        assert_eq!(memory.stats().unwrap().units, [0, 0, 0]);
    }

    #[test]
    fn confirmed_units_have_lessons_of_their_own() {
        let mut memory = Memory::in_memory().unwrap();
        add(&mut memory, &numbered(0..10));
        assert_eq!(teach(&mut memory, true), [0; 0]);
        assert_eq!(teach(&mut memory, false), [10]);
        set(&mut memory, 7, Status::Confirmed);
        assert_eq!(teach(&mut memory, true), [1]);
        assert_eq!(teach(&mut memory, false), [0; 0]);
        set(&mut memory, 2, Status::Confirmed);
        assert_eq!(teach(&mut memory, true), [2]);
        set(&mut memory, 7, Status::Automatic);
        assert_eq!(teach(&mut memory, true), [1]);
    }

    #[test]
    fn a_lesson_is_kept_only_of_the_units_as_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("memory.db");
        let mut memory = Memory::open(&path, Access::Create).unwrap();
        add(&mut memory, &numbered(0..5));
        let units = memory.untaught(&subject(false), 40).unwrap().unwrap();
        let mut other = Memory::open(&path, Access::Write).unwrap();
        let mut writer = other.begin(change("add")).unwrap();
        // Whoever writes is not waited for.
        assert!(!memory.keep_lesson(&units, &counted()).unwrap());
        writer.add_unit(&numbered(5..6)[0]).unwrap();
        writer.commit().unwrap();
        assert!(!memory.keep_lesson(&units, &counted()).unwrap());
        let units = memory.untaught(&subject(false), 40).unwrap().unwrap();
        assert!(memory.keep_lesson(&units, &counted()).unwrap());
        assert!(!other.keep_lesson(&units, &counted()).unwrap());
        assert_eq!(houses(&other), 2.25);
    }

    #[test]
    fn a_flipped_bit_in_a_count_is_found_and_the_lesson_counted_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("memory.db");
        let mut memory = Memory::open(&path, Access::Create).unwrap();
        add_release(&mut memory, &["en", "ru"]);
        assert_eq!(teach(&mut memory, false), [3]);
        let db = Connection::open(&path).unwrap();
        db.execute(
            "UPDATE rendering SET total = total + 1 WHERE direction = 1",
            [],
        )
        .unwrap();
        let findings = memory.check(&mut |_| true).unwrap();
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!(findings[0].what, "lesson 1");
        let taught = memory
            .taught(&subject(false), [&["house"], &["дом"]], EVERY)
            .unwrap();
        assert_eq!(
            (taught.damaged.len(), taught.renderings.forward),
            (1, vec![])
        );
        assert!(memory.forget_lessons(&taught.damaged).unwrap());
        assert_eq!(teach(&mut memory, false), [3]);
        db.execute("UPDATE lesson SET pairs = 2", []).unwrap();
        let findings = memory.check(&mut |_| true).unwrap();
        assert_eq!(findings[0].what, "lesson 2");
        assert_eq!(findings[1].what, "lesson 2 (en and ru, units 1 to 3)");
    }
}
