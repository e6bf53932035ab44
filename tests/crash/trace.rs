//! What a program did to the files of a folder, as `strace -f -y -xx` has recorded it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What a process did to files.
#[derive(Debug)]
pub enum Call {
    /// Makes a file where there is none, or empties it.
    Make {
        path: String,
        empty: bool,
    },
    Write {
        path: String,
        at: u64,
        bytes: Vec<u8>,
    },
    Cut {
        path: String,
        length: u64,
    },
    Sync {
        path: String,
    },
    Remove {
        path: String,
    },
    Rename {
        from: String,
        to: String,
    },
    /// The command said that it was done.
    Done,
}

impl Call {
    /// How many bytes it wrote.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Write { bytes, .. } => bytes.len(),
            _ => 0,
        }
    }
}

/// Reads a record of strace. Calls that another thread's interrupted are joined again.
pub fn read(trace: &str, place: &Path, take: &mut dyn FnMut(Call)) {
    let mut begun: BTreeMap<&str, &str> = BTreeMap::new();
    // Where the next byte of a file goes that is written without saying where.
    let mut positions: BTreeMap<String, u64> = BTreeMap::new();
    for line in trace.lines() {
        let (thread, rest) = line.split_once(' ').unwrap();
        let rest = rest.trim_start();
        if let Some(start) = rest.strip_suffix("<unfinished ...>") {
            begun.insert(thread, start);
        } else if let Some(at) = rest.find("resumed>") {
            let start = begun.remove(thread).unwrap_or_default();
            one(
                &format!("{start}{}", &rest[at + "resumed>".len()..]),
                place,
                &mut positions,
                take,
            );
        } else {
            one(rest, place, &mut positions, take);
        }
    }
}

fn one(
    call: &str,
    place: &Path,
    positions: &mut BTreeMap<String, u64>,
    take: &mut dyn FnMut(Call),
) {
    let Some((name, rest)) = call.split_once('(') else {
        return;
    };
    let Some((arguments, result)) = rest.rsplit_once(") = ") else {
        return;
    };
    if result.starts_with('-') {
        return;
    }
    let returned: u64 = result
        .split(|c: char| !c.is_ascii_digit())
        .next()
        .and_then(|number| number.parse().ok())
        .unwrap_or(0);
    let strings = strings(arguments);
    // A descriptor is shown with its path: 3</path>.
    let described = |text: &str| {
        let (_, rest) = text.split_once('<')?;
        let (path, _) = rest.split_once('>')?;
        relative(&unescaped(path), place)
    };
    let named = |index: usize| strings.get(index).and_then(|path| relative_to(path, place));
    match name {
        "openat" | "open" | "creat" => {
            let Some(path) = described(result)
                .or_else(|| named(0))
                .filter(|path| !path.is_empty())
            else {
                return;
            };
            let empty = arguments.contains("O_TRUNC");
            positions.insert(path.clone(), 0);
            if arguments.contains("O_CREAT") || empty {
                take(Call::Make { path, empty });
            }
        }
        "write" if arguments.starts_with("1<") => {
            let is_done = strings[0].ends_with(b"}\n");
            is_done.then(|| take(Call::Done));
        }
        "write" | "pwrite64" => {
            let Some(path) = described(arguments).filter(|path| !path.is_empty()) else {
                return;
            };
            let bytes = strings.into_iter().next().unwrap_or_default();
            let bytes = bytes[..bytes.len().min(returned as usize)].to_vec();
            let at = match name {
                "pwrite64" => arguments.rsplit(", ").next().unwrap().parse().unwrap(),
                _ => {
                    let position = positions.entry(path.clone()).or_default();
                    *position += bytes.len() as u64;
                    *position - bytes.len() as u64
                }
            };
            take(Call::Write { path, at, bytes });
        }
        "lseek" => {
            if let Some(path) = described(arguments) {
                positions.insert(path, returned);
            }
        }
        "fsync" | "fdatasync" => {
            if let Some(path) = described(arguments) {
                take(Call::Sync { path });
            }
        }
        "ftruncate" => {
            let length = arguments.rsplit(", ").next().unwrap().parse().unwrap();
            if let Some(path) = described(arguments) {
                take(Call::Cut { path, length });
            }
        }
        "unlink" | "unlinkat" => {
            if let Some(path) = named(0) {
                take(Call::Remove { path });
            }
        }
        "rename" | "renameat" | "renameat2" => {
            if let (Some(from), Some(to)) = (named(0), named(1)) {
                take(Call::Rename { from, to });
            }
        }
        // Nothing of what is recorded writes by these.
        "writev" | "pwritev" | "fallocate" => assert!(described(arguments).is_none(), "{name}"),
        _ => {}
    }
}

/// Returns the strings among the arguments.
fn strings(arguments: &str) -> Vec<Vec<u8>> {
    arguments
        .split('"')
        .skip(1)
        .step_by(2)
        .map(unescaped)
        .collect()
}

/// Reads `\x41\x42`; what is not written so stands for itself.
fn unescaped(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len() / 4), 0);
    while at < bytes.len() {
        if bytes[at] == b'\\' && bytes.get(at + 1) == Some(&b'x') {
            let digit = |at: usize| (bytes[at] as char).to_digit(16).unwrap() as u8;
            out.push(digit(at + 2) << 4 | digit(at + 3));
            at += 4;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    out
}

/// Returns a path within the place of the run, empty for the place itself.
fn relative(path: &[u8], place: &Path) -> Option<String> {
    let path = PathBuf::from(String::from_utf8_lossy(path).into_owned());
    Some(
        path.strip_prefix(place)
            .ok()?
            .to_string_lossy()
            .into_owned(),
    )
}

/// The same for a path that may be relative to the place.
fn relative_to(path: &[u8], place: &Path) -> Option<String> {
    let path = PathBuf::from(String::from_utf8_lossy(path).into_owned());
    let path: PathBuf = place.join(path).components().collect();
    Some(
        path.strip_prefix(place)
            .ok()?
            .to_string_lossy()
            .into_owned(),
    )
}
