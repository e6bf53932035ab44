//! The only place where an error becomes output: an `error:` line, the chain of causes, and a hint with what would help.

use std::error::Error as _;
use std::io::{self, Write as _};

use diglot::Error;
use diglot::report::visible;

use super::exit::Exit;

/// Why a command stopped.
#[derive(Debug)]
pub(super) enum Failure {
    /// The library said no.
    Library(Error),
    /// The arguments make no sense together: what is wrong, and what to type instead.
    Misuse {
        /// What is wrong.
        message: String,
        /// What to do about it.
        hint: String,
    },
    /// Whoever read our output has gone: not a failure.
    ClosedPipe,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match &error {
            Error::Write { source, .. } if source.kind() == io::ErrorKind::BrokenPipe => {
                Self::ClosedPipe
            }
            _ => Self::Library(error),
        }
    }
}

impl Failure {
    /// Returns a misuse with what is wrong and what would be right.
    pub(super) fn misuse(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Misuse {
            message: message.into(),
            hint: hint.into(),
        }
    }

    /// Prints the failure and returns how to exit.
    pub(super) fn report(&self) -> Exit {
        let mut stderr = io::stderr().lock();
        // If not even standard error can be written there is nobody left to tell.
        let _ = match self {
            Self::ClosedPipe => return Exit::Found,
            Self::Misuse { message, hint } => {
                writeln!(stderr, "error: {}\nhint: {hint}", visible(message))
            }
            Self::Library(error) => describe(&mut stderr, error),
        };
        match self {
            Self::Library(Error::Interrupted { .. }) => Exit::Interrupted,
            _ => Exit::Failed,
        }
    }
}

fn describe(out: &mut impl io::Write, error: &Error) -> io::Result<()> {
    writeln!(out, "error: {}", visible(&error.to_string()))?;
    let mut cause = error.source();
    while let Some(source) = cause {
        writeln!(out, "caused by: {}", visible(&source.to_string()))?;
        cause = source.source();
    }
    match hint(error) {
        Some(hint) => writeln!(out, "hint: {hint}"),
        None => Ok(()),
    }
}

/// Writes a warning: something was done otherwise than one may think.
pub(super) fn warn(message: &str) {
    let _ = writeln!(io::stderr().lock(), "warning: {}", visible(message));
}

/// Says something that is not a result.
pub(super) fn talk(message: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", visible(message));
}

/// Writes an error about one of several inputs, after which the others go on.
pub(super) fn complain(error: &Error) {
    let _ = describe(&mut io::stderr().lock(), error);
}

fn hint(error: &Error) -> Option<&'static str> {
    match error {
        Error::File { source, .. } | Error::Write { source, .. } => match source.kind() {
            io::ErrorKind::NotFound => Some("check the path; `-` reads standard input"),
            io::ErrorKind::PermissionDenied => Some("check who may read or write it"),
            io::ErrorKind::IsADirectory => Some("name a file; only `add` takes a folder"),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Some("free some space and run the same command again")
            }
            io::ErrorKind::FileTooLarge => Some(
                "the limit on the size of files (`ulimit -f`) is reached; raise it and run the same command again",
            ),
            io::ErrorKind::ReadOnlyFilesystem => Some("choose a place that can be written to"),
            _ => None,
        },
        Error::Syntax { .. } => Some("mend the file at that place; nothing of it was kept"),
        Error::NewerMemory { .. } => Some("update diglot, or name another memory with `--memory`"),
        Error::NotAMemory { .. } => Some(
            "name a diglot memory with `--memory` or `DIGLOT_MEMORY`; if this was one, `diglot recover OLD NEW` saves what is left of it",
        ),
        _ => None,
    }
}
