//! A spreadsheet for people who review (Office Open XML).
//!
//! The columns are those of [`super::columns`]; the status is chosen from a list. An archive is unpacked once to nothing before it is believed
//! ([`bounds`]), and then read row by row.

mod bounds;
mod read;
mod write;

pub(super) use read::Reader;
pub(super) use write::Writer;

/// The rows and the characters of a cell that Excel takes.
const MAX_ROWS: u32 = 1_048_576;
const MAX_CELL: usize = 32_767;
