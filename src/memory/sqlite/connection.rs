//! Opening a memory's file, or refusing to.
//!
//! The first bytes of the file are read before SQLite touches it, so that nothing is ever written into a file that is not ours (layout:
//! sqlite.org/fileformat, section 1.3).

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, MAIN_DB, OpenFlags};

use super::failure::failed;
use super::{migrate, seal};
use crate::error::{Error, Result};
use crate::memory::Access;

/// How long to wait for another process that is writing; an import of a large file takes some seconds.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Marks a file as a diglot memory: `dglt` in ASCII.
pub(super) const APPLICATION_ID: i32 = 0x6467_6c74;

const HEADER_BYTES: usize = 100;
const MAGIC: &[u8] = b"SQLite format 3\0";
const APPLICATION_ID_AT: usize = 68;

/// Statements kept prepared: more than the writing paths use.
const STATEMENTS: usize = 96;

/// What holds for every connection. The cache is 32 MiB; words of names are never taken for functions of a hostile schema.
const SETTINGS: &str =
    "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;
    PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768;";

/// Who asks keeps what it read of the index itself.
const READING: &str = "PRAGMA query_only = ON; PRAGMA cache_size = -40960;";

/// A larger cache, for an import writes into many places at once; a write-ahead log, once there is one, survives power failure after every commit,
/// and what a bulk import left of it is given back.
const WRITING: &str = "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 16777216;
    PRAGMA cache_size = -131072;";

/// Opens a memory's file as [`crate::memory::Memory::open`] promises.
pub(super) fn open(path: &Path, access: Access) -> Result<Connection> {
    let name = path.display().to_string();
    let fail = |error| failed("open", &name, error);
    let is_new = look_at(path, &name, access)?;
    let mut db = match (connect(path, is_new), access) {
        (Err(error), Access::Read) if needs_writing(&error) => match interrupted(path) {
            None => connect_immutable(path).map_err(fail)?,
            Some(_) => {
                return Err(Error::Unusable {
                    name,
                    reason: "whoever wrote it last was cut off, and what there is of that must be taken back, but the file or its folder is write protected; copy it with its `-journal` to where it may be written"
                        .to_owned(),
                });
            }
        },
        (db, _) => db.map_err(fail)?,
    };
    let read_only = db.is_readonly(MAIN_DB).map_err(fail)?;
    if read_only && access != Access::Read {
        return Err(Error::Memory {
            action: "write to",
            path: name,
            source: "the file is write protected".into(),
        });
    }
    migrate::migrate(&mut db, path, &name, read_only)?;
    let settled = match access {
        Access::Read => db.execute_batch(READING),
        Access::Write | Access::Create => (db.execute_batch(WRITING)).and_then(|()| match is_new {
            true => Ok(()),
            false => keep_log(&db),
        }),
    };
    settled.map_err(fail)?;
    Ok(db)
}

/// Sets up the write-ahead log, if there is none. Who makes a memory sets it up with the first commit: what fills it is written into the file itself, for
/// pages that were not there before need no log, and by way of one they would be written twice. Who finds a memory, though an empty one, has it from the
/// start, so that readers who found it too need not wait.
pub(super) fn keep_log(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch("PRAGMA journal_mode = WAL")
}

/// Opens a memory that lives only as long as the connection.
pub(super) fn open_in_memory() -> Result<Connection> {
    let name = ":memory:";
    let fail = |error| failed("open", name, error);
    let mut db = Connection::open_in_memory().map_err(fail)?;
    settle(&db).map_err(fail)?;
    migrate::migrate(&mut db, Path::new(name), name, false)?;
    Ok(db)
}

/// Opens a damaged memory to read what can be read of it.
pub(super) fn open_damaged(path: &Path) -> rusqlite::Result<Connection> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let has_log = fs::metadata(log).is_ok_and(|log| log.len() > 0);
    let db = match connect(path, false) {
        Err(error) if needs_writing(&error) => connect_immutable(path)?,
        db => db?,
    };
    // What the write-ahead log holds stays there: the file is only read. One that is made for reading goes again.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, has_log)?;
    db.execute_batch("PRAGMA query_only = ON")?;
    Ok(db)
}

/// Says whether the file is yet to be made; refuses what is not ours.
fn look_at(path: &Path, name: &str, access: Access) -> Result<bool> {
    let file_error = |action| {
        move |source| Error::File {
            action,
            path: name.to_owned(),
            source,
        }
    };
    let not_ours = |reason: &str| Error::NotAMemory {
        path: name.to_owned(),
        reason: reason.to_owned(),
    };
    if !path.exists() {
        if access != Access::Create {
            return Err(Error::Unusable {
                name: name.to_owned(),
                reason: "there is no memory here; `diglot add` or `diglot import` makes one"
                    .to_owned(),
            });
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(file_error("make the folder of"))?;
        }
        return Ok(true);
    }
    if path.is_dir() {
        return Err(not_ours("it is a folder"));
    }
    let header = header(path).map_err(file_error("open"))?;
    if header.is_empty() && access == Access::Create {
        return Ok(true);
    }
    if was_being_made(path) {
        // SQLite takes back what there is of it.
        return match access {
            Access::Create => Ok(true),
            _ => Err(Error::Unusable {
                name: name.to_owned(),
                reason: "it was interrupted while it was made, and holds nothing; `diglot add` or `diglot import` makes it anew"
                    .to_owned(),
            }),
        };
    }
    if header.len() < HEADER_BYTES || !header.starts_with(MAGIC) {
        return Err(not_ours("it is not an SQLite file"));
    }
    if !is_ours(&header) {
        return Err(not_ours("it is an SQLite file of another program"));
    }
    Ok(false)
}

/// Says whether a journal beside the file says that the file was empty before: the power went while the first transaction was written, and what
/// there is of it need not look like anything.
fn was_being_made(path: &Path) -> bool {
    interrupted(path) == Some(0)
}

/// Returns how many pages the file had before the transaction that a journal beside it takes back (sqlite.org/fileformat, section 3).
fn interrupted(path: &Path) -> Option<u32> {
    const MAGIC: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
    let mut journal = path.as_os_str().to_owned();
    journal.push("-journal");
    let mut start = [0; 20];
    File::open(journal).ok()?.read_exact(&mut start).ok()?;
    let [.., a, b, c, d] = start;
    start
        .starts_with(&MAGIC)
        .then_some(u32::from_be_bytes([a, b, c, d]))
}

/// Says whether a file begins as a memory does.
pub(in crate::memory) fn is_memory(path: &Path) -> bool {
    header(path).is_ok_and(|header| {
        header.len() == HEADER_BYTES && header.starts_with(MAGIC) && is_ours(&header)
    })
}

fn header(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut header = Vec::with_capacity(HEADER_BYTES);
    File::open(path)?
        .take(HEADER_BYTES as u64)
        .read_to_end(&mut header)?;
    Ok(header)
}

fn is_ours(header: &[u8]) -> bool {
    header[APPLICATION_ID_AT..APPLICATION_ID_AT + 4] == APPLICATION_ID.to_be_bytes()
}

/// Opens for writing where the file allows it, and reads once to see whether the write-ahead log can be used.
fn connect(path: &Path, create: bool) -> rusqlite::Result<Connection> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if create {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let db = Connection::open_with_flags(plain(path), flags)?;
    settle(&db)?;
    migrate::version(&db)?;
    Ok(db)
}

/// Opens a file whose folder cannot be written to: nobody can be changing it then, so it is read without locks or log.
fn connect_immutable(path: &Path) -> rusqlite::Result<Connection> {
    let mut uri = String::from("file:");
    for c in plain(path).to_string_lossy().chars() {
        match c {
            '?' => uri.push_str("%3f"),
            '#' => uri.push_str("%23"),
            '%' => uri.push_str("%25"),
            _ => uri.push(c),
        }
    }
    uri.push_str("?immutable=1");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(uri, flags)?;
    settle(&db)?;
    Ok(db)
}

fn settle(db: &Connection) -> rusqlite::Result<()> {
    db.busy_timeout(PATIENCE)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    // Plans do not depend on the values bound, so that prepared statements stay prepared.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    seal::define(db)?;
    db.execute_batch(SETTINGS)
}

fn needs_writing(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied)
    )
}

/// Returns a path that SQLite cannot mistake for a URI or for `:memory:`.
pub(super) fn plain(path: &Path) -> PathBuf {
    if path.is_absolute() {
        path.to_owned()
    } else {
        Path::new(".").join(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::sqlite::Sqlite;
    use crate::memory::story::{add, add_release, assert_sound, change, dump, unit};
    use crate::memory::{Memory, Storage as _};

    #[test]
    fn a_commit_is_seen_by_another_connection_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("memory.db");
        let mut writer = Memory::open(&path, Access::Create).unwrap();
        let reader = Memory::open(&path, Access::Read).unwrap();
        let revision = reader.revision().unwrap();
        add_release(&mut writer, &["en", "ru"]);
        assert_ne!(reader.revision().unwrap(), revision);
        assert_eq!(dump(&reader), dump(&writer));
        assert_eq!(reader.check(&mut |_| true).unwrap(), []);
        let mut reader = reader;
        assert!(matches!(
            reader.begin(change("add")),
            Err(Error::Memory { .. })
        ));
    }

    #[test]
    fn many_may_make_and_fill_the_same_memory_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("memory.db");
        std::thread::scope(|scope| {
            for number in 0..6 {
                let path = &path;
                scope.spawn(move || {
                    let mut memory = Memory::open(path, Access::Create).unwrap();
                    for round in 0..5 {
                        let text = format!("{number} {round}");
                        add(&mut memory, &[unit(&[("en", &text), ("ru", &text)])]);
                    }
                });
            }
        });
        let memory = Memory::open(&path, Access::Read).unwrap();
        assert_eq!(memory.stats().unwrap().units, [30, 0, 0]);
        assert_sound(&memory);
    }

    #[test]
    fn refuses_what_is_not_a_memory_and_leaves_it_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.db");
        let foreign = folder.path().join("foreign.db");
        std::fs::write(&path, "Minutes of the meeting\n".repeat(100)).unwrap();
        let db = foreign_sqlite_file();
        std::fs::write(&foreign, &db).unwrap();
        for (path, bytes) in [(&path, std::fs::read(&path).unwrap()), (&foreign, db)] {
            for access in [Access::Read, Access::Write, Access::Create] {
                let refused = Memory::open(path, access);
                assert!(matches!(refused, Err(Error::NotAMemory { .. })));
            }
            assert_eq!(std::fs::read(path).unwrap(), bytes);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
        let missing = Memory::open(Path::new("/nowhere/memory.db"), Access::Read);
        assert!(matches!(missing, Err(Error::Unusable { .. })));
    }

    #[test]
    fn a_memory_whose_making_was_cut_off_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("memory.db");
        // As a power cut leaves it: the journal of an empty file, and some pages of which the first did not arrive.
        let mut journal = vec![
            0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7, 0, 0, 0, 0, 1, 2, 3, 4,
        ];
        journal.extend([0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0x10, 0]);
        journal.resize(512, 0);
        std::fs::write(folder.path().join("memory.db-journal"), journal).unwrap();
        std::fs::write(&path, vec![0; 8192]).unwrap();
        let asked = Memory::open(&path, Access::Read);
        assert!(matches!(asked, Err(Error::Unusable { .. })));
        let mut memory = Memory::open(&path, Access::Create).unwrap();
        add_release(&mut memory, &["en", "ru"]);
        assert_sound(&memory);
    }

    #[test]
    fn a_first_import_that_is_cut_off_leaves_an_empty_memory() {
        let folder = tempfile::tempdir().unwrap();
        let [path, cut] = ["memory.db", "cut.db"].map(|name| folder.path().join(name));
        let mut memory = Sqlite::open(&path, Access::Create).unwrap();
        // So that SQLite writes pages long before the end.
        memory.db.execute_batch("PRAGMA cache_size = 20").unwrap();
        let mut writer = memory.begin(change("import")).unwrap();
        for number in 0..2000 {
            let [en, ru] = [format!("Clause {number}"), format!("Статья {number}")];
            writer.add_unit(&unit(&[("en", &en), ("ru", &ru)])).unwrap();
        }
        for ending in ["", "-journal"] {
            let [from, to] = [&path, &cut].map(|path| format!("{}{ending}", path.display()));
            std::fs::copy(from, to).unwrap();
        }
        drop(writer);
        let pages = std::fs::metadata(&cut).unwrap().len() / 4096;
        let before = interrupted(&cut).unwrap();
        assert!(0 < before && u64::from(before) < pages, "{before} {pages}");
        let found = Memory::open(&cut, Access::Read).unwrap();
        assert_eq!(found.stats().unwrap().units, [0, 0, 0]);
        assert_sound(&found);
        drop(found);
        let mut memory = Memory::open(&cut, Access::Create).unwrap();
        add_release(&mut memory, &["en", "ru"]);
        assert_sound(&memory);
        let log = format!("{}-wal", cut.display());
        assert!(std::fs::exists(log).unwrap());
    }

    #[test]
    fn who_makes_a_memory_gets_the_log_with_the_first_commit_and_who_finds_it_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("memory.db");
        let mode = |memory: &Sqlite| -> String {
            let mode = "PRAGMA journal_mode";
            memory.db.query_row(mode, [], |row| row.get(0)).unwrap()
        };
        let mut maker = Sqlite::open(&path, Access::Create).unwrap();
        assert_eq!(mode(&maker), "delete");
        let mut writer = maker.begin(change("import")).unwrap();
        writer
            .add_unit(&unit(&[("en", "Yes"), ("ru", "Да")]))
            .unwrap();
        writer.commit().unwrap();
        assert_eq!(mode(&maker), "wal");
        let other = folder.path().join("other.db");
        drop(Sqlite::open(&other, Access::Create).unwrap());
        assert_eq!(mode(&Sqlite::open(&other, Access::Create).unwrap()), "wal");
    }

    /// Returns the first bytes of an SQLite file that another program made: the mark of the format, and no application's.
    fn foreign_sqlite_file() -> Vec<u8> {
        let mut bytes = vec![0; 4096];
        bytes[..16].copy_from_slice(b"SQLite format 3\0");
        bytes
    }
}
