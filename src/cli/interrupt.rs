//! Ctrl-C and other requests to end. A command that has something half done listens: the first request asks its work to stop at the next safe
//! place, a second one ends the process. All other commands are ended at once, with a word on standard error; a transaction that was open then is
//! taken back by SQLite, and files that had no name yet are removed.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use super::exit::Exit;
use super::failure;

static ASKED: AtomicBool = AtomicBool::new(false);
static LISTENED: AtomicBool = AtomicBool::new(false);
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Takes over SIGINT, SIGTERM and SIGHUP, and turns the signal that a file grew beyond the limit set for it into a failed write.
pub(super) fn take_over() {
    // Without a handler the system's own way of stopping stays in force, which every transaction survives too.
    let _ = ctrlc::set_handler(|| {
        if !ASKED.swap(true, Ordering::SeqCst) && LISTENED.load(Ordering::SeqCst) {
            return;
        }
        // Held until the end, so that no file is begun any more.
        let unfinished = UNFINISHED.lock();
        for path in unfinished.iter().flat_map(|paths| paths.iter()) {
            // Where one cannot be removed, that is no reason to stay.
            let _ = std::fs::remove_file(path);
        }
        failure::talk(
            "error: interrupted: what was said to be done is kept, nothing is half done; run the same command again to go on",
        );
        std::process::exit(Exit::Interrupted as i32);
    });
    #[cfg(unix)]
    {
        let reached = std::sync::Arc::new(AtomicBool::new(false));
        // Where this fails the limit ends the process, as it would without us.
        let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, reached);
    }
}

/// Says that from here on the work looks whether it was asked to stop.
pub(super) fn listen() {
    LISTENED.store(true, Ordering::SeqCst);
}

/// Says whether the work was asked to stop.
pub(super) fn asked() -> bool {
    ASKED.load(Ordering::SeqCst)
}

/// A file that goes when the process is ended before it has its name.
pub(super) struct Unfinished(PathBuf);

impl Unfinished {
    /// Begins to watch over a file.
    pub(super) fn new(path: &Path) -> Self {
        if let Ok(mut paths) = UNFINISHED.lock() {
            paths.push(path.to_owned());
        }
        Self(path.to_owned())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Ok(mut paths) = UNFINISHED.lock() {
            paths.retain(|path| *path != self.0);
        }
    }
}
