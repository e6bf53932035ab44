//! A copy of the file as of one moment, by SQLite's own backup (sqlite.org/backup.html).
//!
//! The source's read transaction is held meanwhile: the copy is consistent, and a process that writes on neither disturbs nor delays it. The
//! copy has another name until it was verified.

use std::fs;
use std::io;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::connection::plain;
use super::failure::{failed, interrupted, malformed};
use crate::error::{Error, Result};
use crate::memory::{Progress, Watch};

/// Pages between two looks at the watcher: 4 MiB.
const PAGES_PER_STEP: i32 = 1024;

const TABLES: [&str; 7] = [
    "change", "text", "document", "segment", "unit", "variant", "place",
];

/// Writes the copy.
pub(super) fn copy(db: &Connection, name: &str, to: &Path, watch: &mut Watch<'_>) -> Result<()> {
    let target = to.display().to_string();
    if to.exists() {
        return Err(Error::Unusable {
            name: target,
            reason: "it exists; choose another name for the copy".to_owned(),
        });
    }
    let mut unfinished = to.as_os_str().to_owned();
    unfinished.push(".unfinished");
    let unfinished = Path::new(&unfinished);
    let file_error = |action| {
        let path = target.clone();
        move |source| Error::File {
            action,
            path,
            source,
        }
    };
    if unfinished.exists() {
        fs::remove_file(unfinished).map_err(file_error("write"))?;
    }
    let done = write(db, unfinished, watch).map_err(|error| failed("copy", name, error));
    let done = done.and_then(|()| give_name(unfinished, to).map_err(file_error("write")));
    if done.is_err() {
        // The error that is reported already is the one that matters.
        let _ = fs::remove_file(unfinished);
    }
    done
}

/// Gives a finished file its name so that neither its content nor the name is lost in a power cut.
pub(super) fn give_name(unfinished: &Path, name: &Path) -> io::Result<()> {
    fs::OpenOptions::new()
        .write(true)
        .open(unfinished)?
        .sync_all()?;
    fs::rename(unfinished, name)?;
    // A folder can be opened and synced on Unix only; elsewhere the system sees to it.
    #[cfg(unix)]
    {
        let folder = name.parent().filter(|it| !it.as_os_str().is_empty());
        fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

fn write(db: &Connection, to: &Path, watch: &mut Watch<'_>) -> rusqlite::Result<()> {
    let snapshot = db.unchecked_transaction()?;
    let counts = count(&snapshot)?;
    let mut copy = Connection::open(plain(to))?;
    {
        let backup = Backup::new(&snapshot, &mut copy)?;
        loop {
            let step = backup.step(PAGES_PER_STEP)?;
            let progress = backup.progress();
            let total = u64::try_from(progress.pagecount).unwrap_or(0);
            let left = u64::try_from(progress.remaining).unwrap_or(0);
            let go_on = watch(Progress {
                done: total.saturating_sub(left),
                total,
            });
            if !go_on {
                return Err(interrupted());
            }
            match step {
                StepResult::Done => break,
                StepResult::More => {}
                _ => std::thread::sleep(std::time::Duration::from_millis(10)),
            }
        }
    }
    // The copy is one file that any folder can hold: no write-ahead log beside it.
    copy.execute_batch("PRAGMA journal_mode = DELETE")?;
    let verdict: String = copy.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" || count(&copy)? != counts {
        return Err(malformed(format!(
            "the copy differs from the memory: {verdict}"
        )));
    }
    Ok(())
}

fn count(db: &Connection) -> rusqlite::Result<Vec<u64>> {
    TABLES
        .iter()
        .map(|table| {
            db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
                row.get(0)
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::story::{add_release, dump};
    use crate::memory::{Access, Memory};

    #[test]
    fn a_backup_is_the_memory_of_that_moment() {
        let folder = tempfile::tempdir().unwrap();
        let [path, copy] = ["memory.db", "copy.db"].map(|name| folder.path().join(name));
        let mut memory = Memory::open(&path, Access::Create).unwrap();
        add_release(&mut memory, &["en", "ru"]);
        let before = dump(&memory);
        let mut other = Memory::open(&path, Access::Write).unwrap();
        memory
            .backup(&copy, &mut |_| {
                add_release(&mut other, &["en", "ru", "be"]);
                true
            })
            .unwrap();
        assert_eq!(dump(&Memory::open(&copy, Access::Read).unwrap()), before);
        assert_ne!(dump(&memory), before);
        assert!(matches!(
            memory.backup(&copy, &mut |_| true),
            Err(Error::Unusable { .. })
        ));
        let stopped = memory.backup(&folder.path().join("third.db"), &mut |_| false);
        assert!(matches!(stopped, Err(Error::Interrupted { .. })));
        assert!(!folder.path().join("third.db").exists());
    }
}
