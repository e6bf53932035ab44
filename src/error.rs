//! What can go wrong, in words: what was attempted, on what, and where.
//!
//! Every reader, the memory and the program report through this one type. Messages are lower case, without a full stop, with
//! names in backquotes; `cli/failure.rs` is the only place that prints them.

use std::io;

/// The outcome of anything in this library that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// Everything that can go wrong in this library.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be opened, read, written or renamed.
    #[error("failed to {action} `{path}`")]
    File {
        /// What was attempted: `read`, `write`, `open`.
        action: &'static str,
        /// The file, as the user named it.
        path: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Bytes do not have the form that their format asks for.
    #[error("failed to read `{name}`, line {line}, column {column}: {reason}")]
    Syntax {
        /// The file or stream, as the user named it.
        name: String,
        /// The line, from 1.
        line: u64,
        /// The column in characters, from 1.
        column: u64,
        /// What is wrong there, with what was expected.
        reason: String,
    },
    /// A file was read but holds nothing of use, or something that cannot be used.
    #[error("`{name}`: {reason}")]
    Unusable {
        /// The file or stream, as the user named it.
        name: String,
        /// Why it cannot be used.
        reason: String,
    },
    /// A value breaks the rule that its type keeps.
    #[error("`{value}` is not {expected}")]
    Invalid {
        /// The value, as given.
        value: String,
        /// What it should have been, with an example.
        expected: &'static str,
    },
    /// Bytes could not be written to a stream.
    #[error("failed to write {what}")]
    Write {
        /// What was being written.
        what: &'static str,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The memory refused or failed an operation.
    #[error("failed to {action} the memory `{path}`")]
    Memory {
        /// What was attempted, a verb phrase: `open`, `add units to`.
        action: &'static str,
        /// The memory's file.
        path: String,
        /// What the storage said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A change cannot be taken back since a later one builds on it.
    #[error(
        "failed to undo a change of the memory `{path}`: entry {later} builds on it; undo that one first"
    )]
    BuiltOn {
        /// The memory's file.
        path: String,
        /// The later entry of the log.
        later: i64,
    },
    /// The file is a memory of a later version of this program.
    #[error(
        "the memory `{path}` has schema version {found}, this program knows versions up to {known}"
    )]
    NewerMemory {
        /// The memory's file.
        path: String,
        /// The version in the file.
        found: i64,
        /// The newest version that this program reads.
        known: i64,
    },
    /// The file exists and is not a memory.
    #[error("`{path}` is not a diglot memory: {reason}")]
    NotAMemory {
        /// The file.
        path: String,
        /// How one sees it.
        reason: String,
    },
    /// The index of a memory's texts is not what was written; the units are not touched by that.
    #[error("the index of the memory `{path}` is damaged")]
    DamagedIndex {
        /// The memory's file.
        path: String,
    },
    /// The work was stopped from outside, by Ctrl-C for instance.
    #[error("interrupted: {state}")]
    Interrupted {
        /// What state things were left in.
        state: String,
    },
}
