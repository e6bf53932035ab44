//! A word to the person who waits because another process is writing to the memory.

use std::sync::mpsc::{self, Sender};
use std::time::Duration;

use super::failure;

/// Waiting shorter than this is not worth a word.
const PATIENCE: Duration = Duration::from_millis(700);

/// Something that may have to wait for another process; says so if it does, until it is dropped.
pub(super) struct Waiting(
    #[expect(dead_code, reason = "dropping it is what tells the other side")] Option<Sender<()>>,
);

impl Waiting {
    /// Begins to wait; `quiet` says nothing.
    pub(super) fn begin(quiet: bool) -> Self {
        if quiet {
            return Self(None);
        }
        let (sender, receiver) = mpsc::channel::<()>();
        let waiting = std::thread::Builder::new().spawn(move || {
            if receiver.recv_timeout(PATIENCE) == Err(mpsc::RecvTimeoutError::Timeout) {
                failure::talk("waiting for another process that is writing to the memory, or until one of an earlier version is brought up to date …");
            }
        });
        // Without a thread there is just no word.
        Self(waiting.is_ok().then_some(sender))
    }
}
