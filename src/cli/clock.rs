//! The time of day, which only the program knows.

use jiff::Timestamp;

/// Returns the current time in whole seconds, as fine as TMX writes it.
pub(super) fn now() -> Timestamp {
    Timestamp::from_second(Timestamp::now().as_second()).unwrap_or(Timestamp::UNIX_EPOCH)
}
