//! What SQLite says, in the words of this library.

use std::error::Error as StdError;

use rusqlite::{ErrorCode, ffi, types::Type};

use super::connection::PATIENCE;
use super::holder;
use crate::error::Error;

/// Returns the error of a failed operation on the memory at `path`.
pub(super) fn failed(action: &'static str, path: &str, error: rusqlite::Error) -> Error {
    let reason = match error.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted) => {
            return Error::Interrupted {
                state: format!("the memory `{path}` is as it was"),
            };
        }
        Some(ErrorCode::NotADatabase) => {
            return Error::NotAMemory {
                path: path.to_owned(),
                reason: "it is not an SQLite file".to_owned(),
            };
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => format!(
            "{} has been writing to it for {} seconds; try again when that one is done",
            holder::of(path).unwrap_or_else(|| "another process".to_owned()),
            PATIENCE.as_secs()
        ),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            "the file or its folder is write protected".to_owned()
        }
        Some(ErrorCode::CannotOpen) => {
            "the file cannot be opened, or its folder cannot be written to".to_owned()
        }
        Some(ErrorCode::DiskFull) => "the disk is full; the memory is as it was".to_owned(),
        Some(ErrorCode::SystemIoFailure) => format!(
            "the system could not read or write it ({error}): a full or failing disk, a quota or a limit on the size of files (`ulimit -f`); the memory is as it was"
        ),
        Some(ErrorCode::DatabaseCorrupt) => format!(
            "it is damaged ({error}); `diglot check` shows where, `diglot recover` saves what can be read"
        ),
        _ => {
            return Error::Memory {
                action,
                path: path.to_owned(),
                source: Box::new(error),
            };
        }
    };
    Error::Memory {
        action,
        path: path.to_owned(),
        source: reason.into(),
    }
}

/// Returns the error of a stored value that breaks its type's rule.
pub(super) fn malformed(error: impl Into<Box<dyn StdError + Send + Sync>>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, error.into())
}

/// Returns the error that ends work when its watcher says so.
pub(super) fn interrupted() -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_INTERRUPT), None)
}
