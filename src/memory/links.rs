//! Links between documents as a memory keeps them: units and the places where their variants stand; and what a person decided of them.

use super::{ChangeId, DocumentId, StoredDocument, UnitId};
use crate::error::Result;
use crate::model::{Lang, Status, Stretch};

/// A unit that stands in several of the documents asked about.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkedUnit {
    /// Its number.
    pub id: UnitId,
    /// Whether a person has looked at it.
    pub status: Status,
    /// How sure it is.
    pub probability: Option<f64>,
    /// Its variants that stand in these documents.
    pub variants: Vec<LinkedVariant>,
}

/// A variant of such a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedVariant {
    /// The language.
    pub lang: Lang,
    /// The text, which is another one than the document's where a person edited it.
    pub text: String,
    /// Where it stands, in the order of the documents' numbers and the text.
    pub places: Vec<(DocumentId, Stretch)>,
}

/// A decision in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDecision {
    /// Its entry in the log.
    pub change: ChangeId,
    /// What was decided, as whoever wrote it wrote it.
    pub said: String,
    /// The undo that it takes back.
    pub redoes: Option<ChangeId>,
    /// The entry that took it back.
    pub undone_by: Option<ChangeId>,
}

/// Two documents that share units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partner {
    /// The document.
    pub id: DocumentId,
    /// How many units stand in both.
    pub shared: u64,
}

/// Reading links and decisions.
pub trait Links {
    /// Returns a document, if there is one of this number.
    ///
    /// # Errors
    /// [`crate::Error::Memory`] when the storage fails, as in every method here.
    fn document(&self, id: DocumentId) -> Result<Option<StoredDocument>>;

    /// Returns the units that stand in at least two of these documents, rejected ones too, in the order of their numbers.
    ///
    /// # Errors
    /// As [`Links::document`].
    fn linked(&self, documents: &[DocumentId]) -> Result<Vec<LinkedUnit>>;

    /// Returns the documents with segments that share units with this one, those that share most first, then those whose numbers are nearest.
    ///
    /// # Errors
    /// As [`Links::document`].
    fn partners(&self, document: DocumentId) -> Result<Vec<Partner>>;

    /// Returns all decisions that were noted for a document, newest first, those undone too.
    ///
    /// # Errors
    /// As [`Links::document`].
    fn decisions(&self, document: DocumentId) -> Result<Vec<StoredDecision>>;
}
