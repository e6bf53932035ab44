//! GNU gettext's PO files (GNU gettext manual, section 3): read, written, and filled with renderings of the memory.
//!
//! The reading and rewriting are our own because a file that is filled has to stay as it is, byte for byte, but for what is filled: the polib crate keeps
//! neither obsolete entries nor the previous texts (`#|`) nor how lines are broken.

mod entry;
mod fill;
mod read;
mod write;

pub use fill::fill;
pub(super) use read::Reader;
pub(super) use write::Writer;

/// The properties that keep what PO has beside texts.
const CONTEXT: &str = "x-po-context";
const REFERENCE: &str = "x-po-reference";
const FLAG: &str = "x-po-flag";
const EXTRACTED: &str = "x-po-extracted";
const PLURAL: &str = "x-po-plural";

/// The flag of a rendering that a person has to look at.
const FUZZY: &str = "fuzzy";

/// What an extracted comment begins with that holds the rest of a unit.
const OWN: &str = "diglot: ";
