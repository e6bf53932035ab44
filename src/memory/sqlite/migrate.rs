//! Bringing a file's schema up to date: numbered steps, embedded, applied in one transaction, counted in `user_version`.
//!
//! A published step is never edited. A file of an earlier version is copied beside itself first.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::connection::{APPLICATION_ID, plain};
use super::failure::failed;
use super::{backup, log};
use crate::error::{Error, Result};
use crate::index::FORMAT;

/// The steps in order; the version of a schema is how many of them made it.
const STEPS: [&str; 6] = [
    include_str!("schema/0001_units.sql"),
    include_str!("schema/0002_lessons.sql"),
    include_str!("schema/0003_matching.sql"),
    include_str!("schema/0004_decisions.sql"),
    include_str!("schema/0005_seals.sql"),
    include_str!("schema/0006_keys.sql"),
];

/// Returns the version of the file's schema, 0 for an empty file.
pub(super) fn version(db: &Connection) -> rusqlite::Result<i64> {
    db.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Applies the steps that the file lacks.
pub(super) fn migrate(db: &mut Connection, path: &Path, name: &str, read_only: bool) -> Result<()> {
    apply(db, path, name, read_only, &STEPS)
}

fn apply(
    db: &mut Connection,
    path: &Path,
    name: &str,
    read_only: bool,
    steps: &[&str],
) -> Result<()> {
    let fail = |error| failed("bring up to date", name, error);
    let known = steps.len() as i64;
    let found = version(db).map_err(fail)?;
    if found > known {
        return Err(Error::NewerMemory {
            path: name.to_owned(),
            found,
            known,
        });
    }
    if found == known {
        return Ok(());
    }
    if read_only {
        return Err(Error::Memory {
            action: "bring up to date",
            path: name.to_owned(),
            source: format!("its schema version is {found}, and it is write protected").into(),
        });
    }
    if found > 0 {
        keep_copy(db, path, name, found)?;
    }
    // A step may put a new table in the place of one that others refer to.
    db.execute_batch("PRAGMA foreign_keys = OFF")
        .map_err(fail)?;
    let made = take_steps(db, steps).map_err(fail);
    db.execute_batch("PRAGMA foreign_keys = ON").map_err(fail)?;
    made
}

/// Takes the steps that the file lacks, all or none.
fn take_steps(db: &mut Connection, steps: &[&str]) -> rusqlite::Result<()> {
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have done it while this one waited.
    let found = version(&tx)?;
    for step in steps
        .iter()
        .skip(usize::try_from(found).unwrap_or(usize::MAX))
    {
        tx.execute_batch(step)?;
    }
    // The index of no texts has every form.
    tx.execute_batch(&format!(
        "UPDATE shelf_state SET form = {FORMAT} WHERE NOT EXISTS (SELECT 1 FROM text)"
    ))?;
    tx.execute_batch(&format!(
        "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {};",
        found.max(steps.len() as i64)
    ))?;
    tx.commit()
}

/// Copies the file beside itself before it is changed, unless the same state was copied there by an attempt that did not come further.
fn keep_copy(db: &Connection, path: &Path, name: &str, found: i64) -> Result<()> {
    let state = log::revision(db).map_err(|error| failed("bring up to date", name, error))?;
    for number in 1.. {
        let mut copy = path.as_os_str().to_owned();
        copy.push(match number {
            1 => format!(".version-{found}.backup"),
            _ => format!(".version-{found}-{number}.backup"),
        });
        let copy = PathBuf::from(copy);
        if !copy.exists() {
            return backup::copy(db, name, &copy, &mut |_| true);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let kept = Connection::open_with_flags(plain(&copy), flags)
            .and_then(|kept| Ok((version(&kept)?, log::revision(&kept)?)));
        // A copy of something else, or one that cannot be read, stays as it is.
        if kept.is_ok_and(|kept| kept == (found, state)) {
            return Ok(());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::sqlite::lessons::tests::{counted, subject};
    use crate::memory::story::{add_release, assert_sound};
    use crate::memory::{Access, Memory};

    #[test]
    fn keeps_a_copy_of_an_earlier_version_and_takes_all_steps_or_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.db");
        let name = path.display().to_string();
        drop(Memory::open(&path, Access::Create).unwrap());
        let mut db = Connection::open(&path).unwrap();
        let known = STEPS.len() as i64;
        let with = |step| [&STEPS[..], &[step]].concat();
        let broken = with("ALTER TABLE unit ADD COLUMN colour TEXT; nonsense");
        assert!(apply(&mut db, &path, &name, false, &broken).is_err());
        assert_eq!(version(&db).unwrap(), known);
        assert!(db.prepare("SELECT colour FROM unit").is_err());
        let next = with("ALTER TABLE unit ADD COLUMN colour TEXT");
        apply(&mut db, &path, &name, false, &next).unwrap();
        assert_eq!(version(&db).unwrap(), known + 1);
        db.prepare("SELECT colour FROM unit").unwrap();
        let copy = format!("m.db.version-{known}.backup");
        let copy = Connection::open(folder.path().join(copy)).unwrap();
        assert_eq!(version(&copy).unwrap(), known);
        drop(db);
        let refused = Memory::open(&path, Access::Read);
        assert!(matches!(refused, Err(Error::NewerMemory { .. })));
    }

    /// Where a memory of every published schema version is kept, `version-1.db` and so on.
    const PUBLISHED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/memory");

    #[test]
    fn reads_memories_of_every_published_version_and_keeps_a_copy() {
        let folder = tempfile::tempdir().unwrap();
        for published in 1..=STEPS.len() {
            let name = format!("version-{published}.db");
            let path = folder.path().join(&name);
            std::fs::copy(Path::new(PUBLISHED).join(&name), &path).unwrap();
            let before = std::fs::read(&path).unwrap();
            let memory = Memory::open(&path, Access::Write).unwrap();
            assert_sound(&memory);
            assert_eq!(memory.stats().unwrap().units, [3, 0, 0], "{name}");
            let copy = folder
                .path()
                .join(format!("{name}.version-{published}.backup"));
            assert_eq!(copy.exists(), published < STEPS.len(), "{name}");
            if !copy.exists() {
                continue;
            }
            let kept = Connection::open(&copy).unwrap();
            assert_eq!(version(&kept).unwrap(), published as i64);
            drop((kept, memory));
            // Another memory that takes the place of the first is copied too; what was kept stays.
            let first = std::fs::read(&copy).unwrap();
            std::fs::write(&path, &before).unwrap();
            let old = Connection::open(&path).unwrap();
            old.execute("UPDATE change SET detail = 'another'", [])
                .unwrap();
            drop(old);
            drop(Memory::open(&path, Access::Write).unwrap());
            assert_eq!(std::fs::read(&copy).unwrap(), first);
            let second = format!("{name}.version-{published}-2.backup");
            assert!(folder.path().join(second).exists());
        }
    }

    #[test]
    fn a_newer_memory_is_refused_by_name_and_version_and_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("newer.db");
        drop(Memory::open(&path, Access::Create).unwrap());
        let db = Connection::open(&path).unwrap();
        db.execute_batch("PRAGMA user_version = 99").unwrap();
        drop(db);
        let before = std::fs::read(&path).unwrap();
        for access in [Access::Read, Access::Write, Access::Create] {
            let Err(refused) = Memory::open(&path, access) else {
                panic!("opened");
            };
            let said = refused.to_string();
            assert!(
                said.contains("newer.db") && said.contains("version 99"),
                "{said}"
            );
        }
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }

    #[test]
    fn a_write_protected_memory_of_an_earlier_version_says_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.db");
        std::fs::copy(Path::new(PUBLISHED).join("version-1.db"), &path).unwrap();
        let mut db = super::super::connection::open_damaged(&path).unwrap();
        let refused = migrate(&mut db, &path, "old.db", true);
        let Err(Error::Memory { source, .. }) = refused else {
            panic!("{refused:?}");
        };
        assert!(source.to_string().contains("version is 1"));
    }

    #[test]
    #[ignore = "writes into the sources; to be run once for a schema version, before it is published"]
    fn writes_a_memory_of_this_version() {
        std::fs::create_dir_all(PUBLISHED).unwrap();
        let path = Path::new(PUBLISHED).join(format!("version-{}.db", STEPS.len()));
        let mut memory = Memory::open(&path, Access::Create).unwrap();
        add_release(&mut memory, &["en", "ru", "be"]);
        let units = memory.untaught(&subject(false), 10).unwrap().unwrap();
        assert!(memory.keep_lesson(&units, &counted()).unwrap());
    }
}
