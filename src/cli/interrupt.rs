//! Ctrl-C: the first asks the work to stop at the next safe place, the second stops at once.

use std::sync::atomic::{AtomicBool, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);

/// Takes over SIGINT and SIGTERM.
pub(super) fn listen() {
    // Without a handler the system's own way of stopping stays in force, which every transaction survives too.
    let _ = ctrlc::set_handler(|| {
        if ASKED.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    });
}

/// Says whether the work was asked to stop.
pub(super) fn asked() -> bool {
    ASKED.load(Ordering::SeqCst)
}
