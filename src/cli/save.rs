//! Files written whole or not at all: beside the old one, synced, then renamed over it.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use diglot::{Error, Result};
use tempfile::NamedTempFile;

/// Writes a file through `fill`. What stood there before stays until the new file is complete; a device or pipe is written directly.
///
/// # Errors
/// What `fill` says, or [`Error::File`] when the file cannot be written; the old file is then still there.
pub(super) fn write_whole<T>(path: &Path, fill: impl FnOnce(&mut dyn Write) -> Result<T>) -> Result<T> {
    let failed = |source: io::Error| Error::File { action: "write", path: path.display().to_string(), source };
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        let mut out = BufWriter::new(File::create(path).map_err(failed)?);
        let filled = fill(&mut out)?;
        out.flush().map_err(failed)?;
        return Ok(filled);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut temporary = NamedTempFile::new_in(folder).map_err(failed)?;
    let mut out = BufWriter::with_capacity(1 << 16, temporary.as_file_mut());
    let filled = fill(&mut out)?;
    out.flush().map_err(failed)?;
    drop(out);
    temporary.as_file().sync_all().map_err(failed)?;
    share(&temporary, path).map_err(failed)?;
    temporary.persist(path).map_err(|error| failed(error.error))?;
    Ok(filled)
}

/// Gives the new file the old one's permissions, or those that a new file gets: temporary files are closed to others.
fn share(temporary: &NamedTempFile, path: &Path) -> io::Result<()> {
    if let Ok(old) = fs::metadata(path) {
        return temporary.as_file().set_permissions(old.permissions());
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        temporary.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
    }
    Ok(())
}
