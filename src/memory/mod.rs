//! Translation units kept and found: what a storage must do, and one folder per backend.
//!
//! A [`Memory`] wraps a [`Storage`]. What finding and matching need of it is its reading half, [`Lookup`]; everything that changes it goes
//! through a [`Writer`], which is one transaction and one entry in the log.

mod filter;
mod lessons;
mod links;
mod lookup;
mod sqlite;
mod storage;
#[cfg(test)]
mod story;

use std::ops::{Deref, DerefMut};
use std::path::Path;

pub use filter::Filter;
pub use lessons::{Asked, LessonId, Lessons, Subject, Taught, Untaught};
pub use links::{LinkedUnit, LinkedVariant, Links, Partner, StoredDecision};
pub use lookup::{Hold, Lookup, LooseText, Neighbours, Shelf, Standing, UnitId};
pub use sqlite::recover::Recovered;
pub use storage::{
    Change, ChangeId, Charts, Committed, Counts, Difference, DocumentId, DocumentOutcome, Finding,
    LogEntry, PairCount, Progress, Stats, Storage, StoredDocument, StoredSegment, UnitOutcome,
    Watch, Writer,
};

use crate::error::Result;

/// How a memory is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// To ask it only; it must exist, and may be write protected.
    Read,
    /// To ask and change it; it must exist.
    Write,
    /// To ask and change it; where it does not exist it is made, with its folder.
    Create,
}

/// A collection of translation units, searchable. All that can be done with it are the methods of [`Storage`], [`Lookup`],
/// [`Lessons`] and [`Links`].
pub struct Memory(Box<dyn Storage>);

impl Memory {
    /// Opens the memory in a file, bringing a file of an earlier version up to date first, unless it is only to be read from.
    ///
    /// # Errors
    /// [`crate::Error::Unusable`] when it does not exist, [`crate::Error::NotAMemory`] when the file is something else (it is left as it is),
    /// [`crate::Error::NewerMemory`] when a later version of this program made it, [`crate::Error::Memory`] when it cannot be opened.
    pub fn open(path: &Path, access: Access) -> Result<Self> {
        Ok(Self(Box::new(sqlite::Sqlite::open(path, access)?)))
    }

    /// Says whether the file at `path` begins as a memory does, whatever state the rest of it is in.
    pub fn is_at(path: &Path) -> bool {
        sqlite::is_memory(path)
    }

    /// Returns an empty memory that is gone when it is dropped.
    ///
    /// # Errors
    /// [`crate::Error::Memory`] when the storage fails.
    pub fn in_memory() -> Result<Self> {
        Ok(Self(Box::new(sqlite::Sqlite::in_memory()?)))
    }

    /// Saves what can be read of a damaged memory into a new one and says what was lost.
    ///
    /// # Errors
    /// [`crate::Error::Unusable`] when `old` does not exist, `new` does, or nothing of a memory is found in `old`, [`crate::Error::Memory`] when the
    /// new one cannot be written, [`crate::Error::Interrupted`].
    pub fn recover(old: &Path, new: &Path, watch: &mut Watch<'_>) -> Result<Recovered> {
        sqlite::recover::recover(old, new, watch)
    }

    /// Returns the reading half, as [`crate::matching`] takes it.
    pub fn lookup(&self) -> &dyn Lookup {
        &*self.0
    }
}

impl Deref for Memory {
    type Target = dyn Storage;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

impl DerefMut for Memory {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut *self.0
    }
}
