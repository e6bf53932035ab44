//! Who is writing to a memory, where the system tells: Linux lists locks with their processes (proc(5), `/proc/locks`).
//!
//! A writer holds the lock on byte 120 of the file beside the write-ahead log (sqlite.org/walformat, section 2.3.3); without such a log, a
//! lock on the file itself.

use std::fs;

/// The place of the lock that whoever writes holds.
const WRITE_LOCK: &str = "120";

/// Returns who writes to the memory at `path`, in words.
pub(super) fn of(path: &str) -> Option<String> {
    let locks = fs::read_to_string("/proc/locks").ok()?;
    let process = inode(&format!("{path}-shm"))
        .and_then(|inode| writer(&locks, inode, Some(WRITE_LOCK)))
        .or_else(|| writer(&locks, inode(path)?, None))?;
    let name = fs::read_to_string(format!("/proc/{process}/comm")).ok();
    Some(match name {
        Some(name) => format!("`{}` (process {process})", name.trim()),
        None => format!("process {process}"),
    })
}

#[cfg(unix)]
fn inode(path: &str) -> Option<u64> {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata(path).ok().map(|file| file.ino())
}

#[cfg(not(unix))]
fn inode(_: &str) -> Option<u64> {
    None
}

/// Returns the process that holds a lock for writing on a file, from the list of all locks.
fn writer(locks: &str, inode: u64, first: Option<&str>) -> Option<u32> {
    locks.lines().find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        // 1: POSIX ADVISORY WRITE 4711 fe:01:131 120 120; those who wait have an arrow before the kind.
        let [_, "POSIX", _, "WRITE", process, file, from, _] = fields[..] else {
            return None;
        };
        let number = file.rsplit(':').next()?.parse().ok();
        (number == Some(inode) && first.is_none_or(|first| first == from))
            .then(|| process.parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_writer_is_the_one_that_holds_the_lock_not_one_that_waits() {
        let locks = "1: POSIX  ADVISORY  READ 11 fe:01:131 123 123
2: POSIX  ADVISORY  WRITE 12 fe:01:132 120 120
3: POSIX  ADVISORY  WRITE 13 fe:01:131 120 120
3: -> POSIX  ADVISORY  WRITE 14 fe:01:131 120 120";
        assert_eq!(writer(locks, 131, Some(WRITE_LOCK)), Some(13));
        assert_eq!(writer(locks, 131, Some("128")), None);
        assert_eq!(writer(locks, 133, None), None);
    }
}
