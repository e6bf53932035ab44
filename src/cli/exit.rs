//! How the program ends.

use std::process::ExitCode;

/// The outcome of a command, as its exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// 0: done, something was found.
    Found = 0,
    /// 1: done, nothing was found.
    Nothing = 1,
    /// 2: failed or misused.
    Failed = 2,
    /// 130: stopped by Ctrl-C.
    Interrupted = 130,
}

impl Exit {
    /// Returns `Found` if something was.
    pub(super) fn found(something: bool) -> Self {
        if something {
            Self::Found
        } else {
            Self::Nothing
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
