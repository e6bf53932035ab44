//! What a person decides of the links between documents: a release is read as a [`Sheet`], a [`Wish`] becomes a [`Decision`], and every decision is
//! one change of the memory, which can be taken back and made again, also in another session.
//!
//! Decisions speak of documents and positions, not of units, so that they can be made again when the units have other numbers. They are about the
//! links that stand there: where the same pair of texts stands elsewhere, that is another link, and nobody has looked at it. None loses anything:
//! what is unlinked or superseded is rejected, which keeps it and never suggests it; an edited text stands in the unit, the document keeps its own.
//! A sentence is split in the links alone: they begin and end inside it, the document keeps it whole, and so does the sheet once no link does.

mod decision;
mod history;
mod realign;
mod sheet;
mod version;
mod wish;

pub use decision::{Action, Decision};
pub use history::{redo, undo};
pub use sheet::{At, Link, Sheet, Shown, release_of};
pub use version::Version;
pub use wish::{Wish, decide};

use crate::memory::ChangeId;

/// What became of a wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It was done, by this change.
    Done(ChangeId),
    /// It was so already.
    Unchanged,
    /// It cannot be done.
    Refused(Refusal),
}

/// Why a wish cannot be fulfilled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such link any more.
    NoLink,
    /// No link follows with which this one could be merged.
    NoNext,
    /// There is nothing of the link before the place where it is to be split, or behind it.
    NoSplit,
    /// The two pieces are in the same column.
    SameSide,
    /// The two pieces are linked already.
    Linked,
    /// Another link stands in between.
    InBetween,
    /// The text is blank.
    Blank,
    /// Nothing is left to take back, or to do again.
    NothingLeft,
    /// A later change builds on it.
    BuiltOn,
}

impl Refusal {
    /// Returns the refusal's name, as pages and programs know it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoLink => "no-link",
            Self::NoNext => "no-next",
            Self::NoSplit => "no-split",
            Self::SameSide => "same-side",
            Self::Linked => "linked",
            Self::InBetween => "in-between",
            Self::Blank => "blank",
            Self::NothingLeft => "nothing-left",
            Self::BuiltOn => "built-on",
        }
    }
}

#[cfg(test)]
mod tests;
