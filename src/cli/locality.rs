//! Where a memory lies, and whether that place can be trusted with it: SQLite's locks do not hold across machines, and a program that copies files
//! to others while they change copies halves (sqlite.org/howtocorrupt, sections 1.2 and 2.1).

use std::path::{Path, PathBuf};

/// File systems whose files are on another machine; of FUSE those that are known to be.
const REMOTE: [&str; 16] = [
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "afs",
    "ceph",
    "9p",
    "ncpfs",
    "coda",
    "glusterfs",
    "lustre",
    "fuse.sshfs",
    "fuse.rclone",
    "fuse.davfs",
    "davfs",
];

/// Folders that a program keeps the same on several machines, by their names in lower case.
const SYNCHRONISED: [&str; 14] = [
    "dropbox",
    "onedrive",
    "google drive",
    "googledrive",
    "my drive",
    "icloud drive",
    "icloud~",
    "mobile documents",
    "nextcloud",
    "owncloud",
    "yandex.disk",
    "yandexdisk",
    "яндекс.диск",
    "pcloud drive",
];

/// Files and folders by which such a folder is known whatever its name.
const MARKS: [&str; 4] = [".stfolder", ".dropbox", ".sync", ".owncloudsync.log"];

/// Returns what is to be said about the place of a memory, if anything is.
pub(super) fn doubt(memory: &Path) -> Option<String> {
    let folder = std::path::absolute(memory).ok()?.parent()?.to_owned();
    let folder = std::fs::canonicalize(&folder).unwrap_or(folder);
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    if let Some(kind) = remote(&folder, &mounts) {
        return Some(format!(
            "the memory lies on a network file system ({kind}), where SQLite's locks do not hold: let nobody else use it meanwhile, or keep it on a local disk"
        ));
    }
    let synchronised = synchronised(&folder)?;
    Some(format!(
        "the memory lies in `{}`, which seems to be synchronised with other machines: that may copy halves of it; keep it elsewhere, and synchronise what `diglot backup` writes",
        synchronised.display()
    ))
}

/// Returns the kind of the file system that a folder is on, if that is another machine's. `mounts` has the form of proc(5), mountinfo.
fn remote<'m>(folder: &Path, mounts: &'m str) -> Option<&'m str> {
    let mounted = mounts.lines().filter_map(|line| {
        let (before, after) = line.split_once(" - ")?;
        let at = before.split(' ').nth(4)?.replace("\\040", " ");
        folder
            .starts_with(&at)
            .then(|| (at.len(), after.split(' ').next().unwrap_or_default()))
    });
    // Of mounts at the same place the last one is seen.
    let (_, kind) = mounted.max_by_key(|(length, _)| *length)?;
    REMOTE.contains(&kind).then_some(kind)
}

fn synchronised(folder: &Path) -> Option<PathBuf> {
    let is_synchronised = |folder: &&Path| {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let name = name.to_lowercase();
        let known = SYNCHRONISED.iter().any(|known| {
            // As OneDrive names them: with an organisation behind a dash.
            name.strip_prefix(known).is_some_and(|rest| {
                rest.is_empty() || rest.starts_with(" - ") || known.ends_with('~')
            })
        });
        known || MARKS.iter().any(|mark| folder.join(mark).exists())
    };
    folder.ancestors().find(is_synchronised).map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "22 1 254:1 / / rw,relatime - ext4 /dev/vda1 rw
31 22 0:27 / /srv/shared rw - nfs4 server:/export rw
32 22 0:28 / /srv/shared/local rw - ext4 /dev/vdb rw
33 22 0:29 / /home/a\\040b rw - fuse.sshfs user@host: rw";

    #[test]
    fn file_systems_of_other_machines_are_known_by_the_innermost_mount() {
        let kind = |folder: &str| remote(Path::new(folder), MOUNTS);
        assert_eq!(kind("/srv/shared/tm"), Some("nfs4"));
        assert_eq!(kind("/srv/shared/local/tm"), None);
        assert_eq!(kind("/home/a b"), Some("fuse.sshfs"));
        assert_eq!(kind("/srv/sharedelsewhere"), None);
        assert_eq!(remote(Path::new("/srv"), ""), None);
    }

    #[test]
    fn synchronised_folders_are_known_by_name_or_mark() {
        let found = |folder: &str| synchronised(Path::new(folder)).is_some();
        assert!(found("/home/me/Dropbox/work"));
        assert!(found("/home/me/OneDrive - Ministry/work"));
        assert!(found("/home/me/Яндекс.Диск"));
        assert!(!found("/home/me/dropbox-archive"));
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("inner");
        std::fs::create_dir(&inner).unwrap();
        assert_eq!(synchronised(&inner), None);
        std::fs::create_dir(folder.path().join(".stfolder")).unwrap();
        assert_eq!(synchronised(&inner).as_deref(), Some(folder.path()));
    }
}
