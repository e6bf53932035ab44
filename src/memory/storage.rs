//! The writing half of a storage, and what it tells of itself: all that a backend must do beside [`Lookup`].
//!
//! Everything that changes a memory goes through a [`Writer`], which is one transaction and one entry of the log.

use std::path::Path;
use std::time::Instant;

use jiff::Timestamp;

use super::{Filter, Lessons, Links, Lookup, UnitId};
use crate::error::Result;
use crate::model::{BlockKind, Document, Lang, Origin, Segment, Status, Stretch, TranslationUnit};

/// A document's number in its memory: given once, rising, never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DocumentId(pub i64);

/// The number of a change in the log, rising.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChangeId(pub i64);

/// What the log shall say of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What was done, one word: `add`, `import`, `confirm`.
    pub command: String,
    /// On what: file names, a search.
    pub detail: String,
    /// When.
    pub at: Timestamp,
}

/// How much a change did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Documents kept.
    pub documents: u64,
    /// Units made.
    pub units: u64,
    /// Units that were known and gained a language.
    pub extended: u64,
    /// Units that were known and gained a place, note, property or date.
    pub joined: u64,
    /// Units whose status was set.
    pub statuses: u64,
    /// Units of which a text was edited, or how sure they are was set.
    pub edited: u64,
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// Its number.
    pub id: ChangeId,
    /// What was done, on what and when.
    pub change: Change,
    /// How much it did; of an undo, how much it took back.
    pub counts: Counts,
    /// The entry that this one took back.
    pub undoes: Option<ChangeId>,
    /// The entry that took this one back.
    pub undone_by: Option<ChangeId>,
}

/// What a writer left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The entry in the log; `None` when nothing had to be changed.
    pub change: Option<ChangeId>,
    /// How much was done.
    pub counts: Counts,
}

/// What became of a document that was added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocumentOutcome {
    /// It was not known.
    New(DocumentId),
    /// The same bytes or the same text in the same language were known; nothing changed.
    Known(DocumentId),
    /// A document with the same address, the same publisher, date and title, or the same file was known with another text.
    NewVersion {
        /// The new version.
        id: DocumentId,
        /// The version before it, which is kept.
        of: DocumentId,
        /// How the segments differ.
        difference: Difference,
    },
}

impl DocumentOutcome {
    /// Returns the document's number.
    pub fn id(&self) -> DocumentId {
        match *self {
            Self::New(id) | Self::Known(id) | Self::NewVersion { id, .. } => id,
        }
    }
}

/// How the segments of two versions of a document differ, each list in the order of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Segments that came.
    pub added: Vec<String>,
    /// Segments that went.
    pub removed: Vec<String>,
    /// Segments that stand where others stood: the old text, the new one.
    pub changed: Vec<(String, String)>,
}

/// What became of a unit that was added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnitOutcome {
    /// It was not known.
    New(UnitId),
    /// It was not known, and its identifier belongs to another unit: it was given this one.
    Renamed(UnitId, String),
    /// It was known with at least the same variants; places, notes, properties and dates that were new were joined to it.
    Known(UnitId),
    /// It was known in fewer languages and gained the others.
    Extended(UnitId),
}

impl UnitOutcome {
    /// Returns the unit's number.
    pub fn id(&self) -> UnitId {
        match *self {
            Self::New(id) | Self::Renamed(id, _) | Self::Known(id) | Self::Extended(id) => id,
        }
    }
}

/// A document as the memory keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredDocument {
    /// Its number.
    pub id: DocumentId,
    /// Its language.
    pub lang: Lang,
    /// Where it comes from.
    pub origin: Origin,
    /// How many segments it has; 0 when it is known only as the origin of imported units.
    pub segments: u64,
    /// When it was added.
    pub added: Timestamp,
    /// The version before it.
    pub version_of: Option<DocumentId>,
    /// The version after it.
    pub superseded_by: Option<DocumentId>,
}

/// A segment as the memory keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSegment {
    /// Its text.
    pub text: String,
    /// The kind of block it stands in.
    pub kind: BlockKind,
    /// Who says it.
    pub speaker: Option<String>,
    /// The speaker's turn, from 1; 0 where nobody is named.
    pub turn: u32,
    /// The paragraph, rising.
    pub paragraph: u32,
}

/// How many units two languages share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairCount {
    /// The two languages, in the order of their tags.
    pub langs: (Lang, Lang),
    /// Units by status, in the order of [`Status::ALL`].
    pub units: [u64; 3],
}

/// A memory in numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Stats {
    /// Documents and segments by language, most documents first.
    pub documents: Vec<(Lang, u64, u64)>,
    /// Units by status, in the order of [`Status::ALL`].
    pub units: [u64; 3],
    /// Variants by language, most first.
    pub variants: Vec<(Lang, u64)>,
    /// Units by pair of languages, in the order of the tags.
    pub pairs: Vec<PairCount>,
    /// Places where variants were found.
    pub places: u64,
    /// The first and the last day of publication.
    pub dates: Option<(jiff::civil::Date, jiff::civil::Date)>,
    /// The size of the storage in bytes.
    pub bytes: u64,
    /// Entries of the log.
    pub changes: u64,
}

/// What is drawn of a memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Charts {
    /// Units by how sure they are, in twentieths from 0 to 1 (the last one includes 1), each by status in the order of [`Status::ALL`]. Those of
    /// which nobody said are left out.
    pub probabilities: Vec<[u64; 3]>,
    /// Units by year of publication and pair of languages, in the order of both.
    pub years: Vec<(i16, (Lang, Lang), u64)>,
    /// How many units there were after each change that made or took back some, oldest first.
    pub growth: Vec<(Timestamp, u64)>,
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// On what: `unit 17 (tuid dg-…)`, `the file`.
    pub what: String,
    /// What is wrong with it.
    pub problem: String,
}

/// How far a long work has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Steps done.
    pub done: u64,
    /// Steps to do.
    pub total: u64,
}

/// Hears of the progress of long work and says whether to go on; where it says no, the work ends with [`crate::Error::Interrupted`].
pub type Watch<'w> = dyn FnMut(Progress) -> bool + 'w;

/// One transaction and one entry of the log. Dropping it takes back all it did.
pub trait Writer {
    /// Keeps a document with its segments.
    ///
    /// # Errors
    /// [`crate::Error::Memory`] when the storage fails, as in every method here.
    fn add_document(
        &mut self,
        document: &Document,
        segments: &[Segment],
    ) -> Result<DocumentOutcome>;

    /// Keeps a unit, joining it to what is known: see [`UnitOutcome`]. A unit without an identifier is given one by its content.
    ///
    /// What a person said stays: an automatic unit that comes in confirmed or rejected takes that status, none loses it, and a rejected unit
    /// is never extended. What a person says is so where the unit stands: units that stand elsewhere are joined only where their statuses are the
    /// same, or what comes in is automatic and what is known rejected.
    ///
    /// # Errors
    /// As [`Writer::add_document`]; [`crate::Error::Invalid`] when the unit has no variants.
    fn add_unit(&mut self, unit: &TranslationUnit) -> Result<UnitOutcome>;

    /// Returns the unit of this identifier with everything known of it, as it is by now, if it was there before this change began.
    ///
    /// # Errors
    /// As [`Writer::add_document`].
    fn unit_before(&mut self, tuid: &str) -> Result<Option<(UnitId, TranslationUnit)>>;

    /// Says whether units link these two documents already.
    ///
    /// # Errors
    /// As [`Writer::add_document`].
    fn are_aligned(&mut self, one: DocumentId, other: DocumentId) -> Result<bool>;

    /// Sets the status of units and returns how many had another one.
    ///
    /// # Errors
    /// As [`Writer::add_document`]; [`crate::Error::Invalid`] when there is no such unit.
    fn set_status(&mut self, units: &[UnitId], status: Status) -> Result<u64>;

    /// Keeps a link of a review: as [`Writer::add_unit`], but joined only to a unit with the very same variants where nobody has looked at either;
    /// what a person says of a link is so of no other.
    ///
    /// # Errors
    /// As [`Writer::add_unit`].
    fn add_link(&mut self, unit: &TranslationUnit) -> Result<UnitOutcome>;

    /// Parts from a unit what stands at these places, and returns the unit that it is now: a new one with the
    /// same texts to which the places moved, or the unit itself where it stands nowhere else.
    ///
    /// # Errors
    /// As [`Writer::add_document`]; [`crate::Error::Invalid`] when the unit does not stand there.
    fn part(&mut self, unit: UnitId, places: &[(DocumentId, Stretch)]) -> Result<UnitId>;

    /// Gives a unit's variant in a language another text and says whether it had one; the document that it stands in keeps its own.
    ///
    /// # Errors
    /// As [`Writer::add_document`]; [`crate::Error::Invalid`] when the text is blank or the unit has no variant in that language.
    fn edit(&mut self, unit: UnitId, lang: &Lang, text: &str) -> Result<bool>;

    /// Says how sure a unit is, 0 to 1.
    ///
    /// # Errors
    /// As [`Writer::add_document`].
    fn set_probability(&mut self, unit: UnitId, probability: f64) -> Result<bool>;

    /// Notes in the log what a person decided of a document, in words that can be read again, and which undo it takes back.
    ///
    /// # Errors
    /// As [`Writer::add_document`].
    fn note_decision(
        &mut self,
        document: DocumentId,
        said: &str,
        redoes: Option<ChangeId>,
    ) -> Result<()>;

    /// Makes all of it last. Where nothing changed, nothing is logged.
    ///
    /// # Errors
    /// As [`Writer::add_document`]; the memory is then as it was.
    fn commit(self: Box<Self>) -> Result<Committed> {
        self.commit_watched(&mut |_| true)
    }

    /// Does the same, and says how far the index has come; of a million units it takes seconds.
    ///
    /// # Errors
    /// As [`Writer::commit`]; [`crate::Error::Interrupted`].
    fn commit_watched(self: Box<Self>, watch: &mut Watch<'_>) -> Result<Committed>;
}

/// All that a backend must do.
pub trait Storage: Lookup + Lessons + Links + Send {
    /// Opens a transaction; waits for another writer to end, up to the storage's patience.
    ///
    /// # Errors
    /// [`crate::Error::Memory`] when the storage fails, as in every method here.
    fn begin(&mut self, change: Change) -> Result<Box<dyn Writer + '_>>;

    /// Takes back a change exactly, as a change of its own in the log, and returns the entry taken back: the given one, or the last that still
    /// stands, so that undoing twice goes two changes back, as in an editor. `None` when nothing is left to take back.
    ///
    /// # Errors
    /// As [`Storage::begin`]; [`crate::Error::Invalid`] when the entry does not exist or was taken back already, [`crate::Error::BuiltOn`] when a
    /// later change builds on it.
    fn undo(&mut self, entry: Option<ChangeId>, at: Timestamp) -> Result<Option<LogEntry>>;

    /// Returns the last entries of the log, newest first.
    ///
    /// # Errors
    /// As [`Storage::begin`].
    fn log(&self, limit: usize) -> Result<Vec<LogEntry>>;

    /// Calls `visit` with the number and content of every unit that the filter admits, in the order of their numbers, and returns
    /// how many they were.
    ///
    /// # Errors
    /// As [`Storage::begin`], and what `visit` fails with: its first error ends the visits.
    fn units(
        &self,
        filter: &Filter,
        visit: &mut dyn FnMut(UnitId, &TranslationUnit) -> Result<()>,
    ) -> Result<u64> {
        let mut visited = 0;
        self.units_after(None, filter, &mut |id, unit| {
            visit(id, unit)?;
            visited += 1;
            Ok(true)
        })?;
        Ok(visited)
    }

    /// Calls `visit` as [`Storage::units`] does, with units whose numbers are above the given one, until it says that it has enough.
    ///
    /// # Errors
    /// As [`Storage::units`].
    fn units_after(
        &self,
        after: Option<UnitId>,
        filter: &Filter,
        visit: &mut dyn FnMut(UnitId, &TranslationUnit) -> Result<bool>,
    ) -> Result<()>;

    /// Returns the number of the unit with this identifier (TMX `tuid`).
    ///
    /// # Errors
    /// As [`Storage::begin`].
    fn unit_named(&self, tuid: &str) -> Result<Option<UnitId>>;

    /// Returns the documents that the filter admits, in the order of their numbers.
    ///
    /// # Errors
    /// As [`Storage::begin`].
    fn documents(&self, filter: &Filter) -> Result<Vec<StoredDocument>>;

    /// Returns a document's segments in order.
    ///
    /// # Errors
    /// As [`Storage::begin`].
    fn segments(&self, document: DocumentId) -> Result<Vec<StoredSegment>>;

    /// Returns the memory in numbers.
    ///
    /// # Errors
    /// As [`Storage::begin`].
    fn stats(&self) -> Result<Stats>;

    /// Returns what is drawn of the memory; goes through all of it.
    ///
    /// # Errors
    /// As [`Storage::begin`].
    fn charts(&self) -> Result<Charts>;

    /// Looks at everything the memory holds and returns what is not as it should be.
    ///
    /// # Errors
    /// As [`Storage::begin`]; [`crate::Error::Interrupted`].
    fn check(&self, watch: &mut Watch<'_>) -> Result<Vec<Finding>>;

    /// Lets reading end with [`crate::Error::Interrupted`] after this moment, until another one is set; `None` lets it take its time.
    fn limit_reading(&self, until: Option<Instant>);

    /// Says whether the index of texts is there. Where it is not, everything works, slowly; [`Storage::reindex`] makes it.
    ///
    /// # Errors
    /// As [`Storage::begin`].
    fn has_index(&self) -> Result<bool>;

    /// Makes the index of texts anew.
    ///
    /// # Errors
    /// As [`Storage::begin`]; [`crate::Error::Interrupted`].
    fn reindex(&mut self, watch: &mut Watch<'_>) -> Result<()>;

    /// Writes a copy as of this moment, verified before it gets its name, while others may go on reading and writing.
    ///
    /// # Errors
    /// As [`Storage::begin`]; [`crate::Error::Unusable`] when `to` exists; [`crate::Error::Interrupted`].
    fn backup(&self, to: &Path, watch: &mut Watch<'_>) -> Result<()>;
}
