//! How the program ends.

use std::process::ExitCode;

/// The outcome of a command, as its exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// 0: done, something was found.
    Found,
    /// 1: done, nothing was found.
    Nothing,
    /// 2: failed or misused.
    Failed,
    /// 130: stopped by Ctrl-C.
    Interrupted,
}

impl Exit {
    /// Returns `Found` if something was.
    pub(super) fn found(something: bool) -> Self {
        if something { Self::Found } else { Self::Nothing }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Found => Self::SUCCESS,
            Exit::Nothing => Self::from(1),
            Exit::Failed => Self::from(2),
            Exit::Interrupted => Self::from(130),
        }
    }
}
