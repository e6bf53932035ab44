//! The reading half of a storage: all that finding and matching need, so that they work over any backend.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::error::Result;
use crate::index::{Part, TextId};
use crate::model::{Lang, Status, TranslationUnit};

/// A unit's number in its memory: given once, rising, never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnitId(pub i64);

/// The texts that stand before and after a unit in one of its documents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Neighbours {
    /// The text before it; `None` at the start of a document.
    pub before: Option<String>,
    /// The text after it; `None` at the end.
    pub after: Option<String>,
}

/// A unit that renders a text by another one, with what decides its rank among those that do.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// The unit.
    pub unit: UnitId,
    /// Whether a person has looked at it.
    pub status: Status,
    /// How sure its link is, 0 to 1; `None` when nobody said.
    pub probability: Option<f64>,
    /// When a text of it was last published, else when it was last changed or made, `YYYY-MM-DD`.
    pub date: Option<String>,
    /// In how many places the rendered text was found.
    pub places: usize,
    /// The text that renders it.
    pub rendering: TextId,
}

/// Where the texts of one language are to be looked for: in segments of an index, and by themselves.
#[derive(Clone, Debug)]
pub struct Shelf {
    /// The language, as texts are tagged with it.
    pub lang: Lang,
    /// The numbers of the segments; none is ever used again.
    pub segments: Vec<i64>,
    /// Texts that count only in the segment of this number, or, where it is none, in no segment.
    pub moved: Rc<FxHashMap<TextId, i64>>,
    /// Texts that are in no segment, or have changed since.
    pub loose: Vec<LooseText>,
}

/// A text that is to be looked at by itself.
#[derive(Clone, Debug)]
pub struct LooseText {
    /// Its number.
    pub id: TextId,
    /// The text.
    pub content: String,
    /// The languages in which it has renderings.
    pub targets: u64,
}

/// Keeps a storage as it is until it is dropped.
pub struct Hold<'l> {
    _kept: Option<Box<dyn Held + 'l>>,
}

trait Held {}

impl<T> Held for T {}

impl<'l> Hold<'l> {
    /// Returns a guard that drops `kept` when it is dropped.
    pub fn new<T: 'l>(kept: Option<T>) -> Self {
        Self {
            _kept: kept.map(|kept| Box::new(kept) as Box<dyn Held + 'l>),
        }
    }
}

/// The reading half of a storage. Rejected units are not found by any of these but [`Lookup::unit`].
pub trait Lookup {
    /// Returns a number that is another one whenever anything that the other methods return may have changed.
    ///
    /// # Errors
    /// [`crate::Error::Memory`] when the storage fails, as in every method here.
    fn revision(&self) -> Result<u64>;

    /// Returns the languages of the memory with about how many texts each has, most first.
    ///
    /// # Errors
    /// As [`Lookup::revision`].
    fn languages(&self) -> Result<Vec<(Lang, u64)>>;

    /// Keeps what the other methods return as it is now, until the guard is dropped.
    ///
    /// # Errors
    /// As [`Lookup::revision`].
    fn hold(&self) -> Result<Hold<'_>>;

    /// Returns where the texts of each language that `lang` covers are to be looked for.
    ///
    /// # Errors
    /// As [`Lookup::revision`].
    fn shelves(&self, lang: &Lang) -> Result<Vec<Shelf>>;

    /// Returns a block of a shelf's [`crate::index::Segment`].
    ///
    /// # Errors
    /// As [`Lookup::revision`]; [`crate::Error::DamagedIndex`] when there is no such block or it is not what was written.
    fn block(&self, shelf: i64, part: Part, number: u32) -> Result<Rc<[u8]>>;

    /// Returns the bits that stand for the languages that `lang` covers where a text says in which languages it has renderings. Beyond 63
    /// languages the last bit stands for all others.
    ///
    /// # Errors
    /// As [`Lookup::revision`].
    fn targets(&self, lang: &Lang) -> Result<u64>;

    /// Returns a text.
    ///
    /// # Errors
    /// As [`Lookup::revision`].
    fn text(&self, id: TextId) -> Result<Option<String>>;

    /// Returns the units that have a text as a variant, in the order of their numbers.
    ///
    /// # Errors
    /// As [`Lookup::revision`].
    fn holders(&self, id: TextId) -> Result<Vec<UnitId>>;

    /// Returns the units that render a text in a language that `to` covers, in the order of their numbers and variants.
    ///
    /// # Errors
    /// As [`Lookup::revision`].
    fn standings(&self, id: TextId, to: &Lang) -> Result<Vec<Standing>>;

    /// Returns a unit with everything known of it, its `id` always set.
    ///
    /// # Errors
    /// As [`Lookup::revision`].
    fn unit(&self, id: UnitId) -> Result<TranslationUnit>;

    /// Returns what stands beside a unit in each document it was found in, in texts of the language `lang` covers.
    ///
    /// # Errors
    /// As [`Lookup::revision`].
    fn neighbours(&self, id: UnitId, lang: &Lang) -> Result<Vec<Neighbours>>;

    /// Returns the units with a variant, in a language that `lang` covers, that is equal to `text` under [`crate::text::normalise`], in the order
    /// of their numbers.
    ///
    /// # Errors
    /// As [`Lookup::revision`].
    fn exact(&self, lang: &Lang, text: &str) -> Result<Vec<UnitId>>;
}
