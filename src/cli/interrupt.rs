//! Ctrl-C. Most commands may be ended at any moment, and are, by the system. Those that have something half done to clear away listen: the first
//! Ctrl-C asks their work to stop at the next safe place, the second stops at once.

use std::sync::atomic::{AtomicBool, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);

/// Takes over SIGINT and SIGTERM from here on.
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
