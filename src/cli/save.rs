//! Files written whole or not at all: beside the old one, synced where that matters, checked, then renamed over it.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use diglot::{Error, Result};
use tempfile::NamedTempFile;

use super::interrupt::Unfinished;

/// Whether a file is forced to the disk before it gets its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lasting {
    /// It is, and outlives a power cut.
    Synced,
    /// It is not, for it is made again from other files in a moment: waiting for the disk would be most of the time that takes.
    Remade,
}

/// Writes a file through `fill`. What stood there before stays until the new file is complete; a device or pipe is written directly.
///
/// # Errors
/// What `fill` says, or [`Error::File`] when the file cannot be written; the old file is then still there.
pub(super) fn write_whole<T>(
    path: &Path,
    lasting: Lasting,
    fill: impl FnOnce(&mut dyn Write) -> Result<T>,
) -> Result<T> {
    let paths = [path.to_owned()];
    write_several(
        &paths,
        lasting,
        |outputs| match outputs {
            [output] => fill(*output),
            _ => Err(failed(path, io::ErrorKind::InvalidInput.into())),
        },
        |_, _| Ok(()),
    )
}

/// Writes several files that belong together through `fill`, then lets `check` read what was written, before any of them gets its name.
///
/// # Errors
/// What `fill` and `check` say, or [`Error::File`] when a file cannot be written; the old files are then still there.
pub(super) fn write_several<T>(
    paths: &[PathBuf],
    lasting: Lasting,
    fill: impl FnOnce(&mut [&mut dyn Write]) -> Result<T>,
    check: impl FnOnce(&[PathBuf], &T) -> Result<()>,
) -> Result<T> {
    let is_device = |path: &PathBuf| fs::metadata(path).is_ok_and(|metadata| !metadata.is_file());
    if let [path] = paths
        && is_device(path)
    {
        let file = File::create(path).map_err(|source| failed(path, source))?;
        let mut out = BufWriter::new(file);
        let filled = fill(&mut [&mut out])?;
        out.flush().map_err(|source| failed(path, source))?;
        return Ok(filled);
    }
    let mut temporaries = Vec::with_capacity(paths.len());
    for path in paths {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        temporaries.push(NamedTempFile::new_in(folder).map_err(|source| failed(path, source))?);
    }
    let _unfinished: Vec<Unfinished> = temporaries
        .iter()
        .map(|temporary| Unfinished::new(temporary.path()))
        .collect();
    let mut outs: Vec<BufWriter<&mut File>> = temporaries
        .iter_mut()
        .map(|temporary| BufWriter::with_capacity(1 << 16, temporary.as_file_mut()))
        .collect();
    let mut outputs: Vec<&mut dyn Write> = Vec::with_capacity(outs.len());
    outputs.extend(outs.iter_mut().map(|out| out as &mut dyn Write));
    let filled = fill(&mut outputs)?;
    drop(outputs);
    for (out, path) in outs.iter_mut().zip(paths) {
        out.flush().map_err(|source| failed(path, source))?;
    }
    drop(outs);
    let written: Vec<PathBuf> = temporaries
        .iter()
        .map(|temporary| temporary.path().to_owned())
        .collect();
    let synced = temporaries
        .iter()
        .zip(paths)
        .filter(|_| lasting == Lasting::Synced);
    for (temporary, path) in synced {
        let synced = temporary.as_file().sync_all();
        synced.map_err(|source| failed(path, source))?;
    }
    check(&written, &filled)?;
    for (temporary, path) in temporaries.into_iter().zip(paths) {
        share(&temporary, path).map_err(|source| failed(path, source))?;
        temporary
            .persist(path)
            .map_err(|error| failed(path, error.error))?;
        if lasting == Lasting::Synced {
            keep_name(path).map_err(|source| failed(path, source))?;
        }
    }
    Ok(filled)
}

/// Makes a file's new name last: after a power cut too it is there.
pub(super) fn keep_name(path: &Path) -> io::Result<()> {
    // A folder can be opened and synced on Unix only; elsewhere the system sees to it.
    #[cfg(unix)]
    {
        let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

fn failed(path: &Path, source: io::Error) -> Error {
    Error::File {
        action: "write",
        path: path.display().to_string(),
        source,
    }
}

/// Gives the new file the old one's permissions, or those that a new file gets: temporary files are closed to others.
fn share(temporary: &NamedTempFile, path: &Path) -> io::Result<()> {
    if let Ok(old) = fs::metadata(path) {
        return temporary.as_file().set_permissions(old.permissions());
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        temporary
            .as_file()
            .set_permissions(fs::Permissions::from_mode(0o644))?;
    }
    Ok(())
}
