//! The reading half of a storage: all that finding and matching need, so that they work over any backend.

use crate::error::Result;
use crate::model::{Lang, TranslationUnit};
use crate::text::normalise;

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

/// The reading half of a storage. Rejected units are not found by any of these but [`Lookup::unit`].
pub trait Lookup {
    /// Returns a number that is another one whenever anything that the other methods return may have changed.
    ///
    /// # Errors
    /// [`crate::Error::Memory`] when the storage fails, as in every method here.
    fn revision(&self) -> Result<u64>;

    /// Returns the languages of the memory with how many variants each has, most first.
    ///
    /// # Errors
    /// As [`Lookup::revision`].
    fn languages(&self) -> Result<Vec<(Lang, u64)>>;

    /// Calls `visit` with every text in a language that `lang` covers, in the order of the units' numbers, of units that also have a variant in a
    /// language that `also` covers, if one is asked for.
    ///
    /// # Errors
    /// As [`Lookup::revision`].
    fn each_text(
        &self,
        lang: &Lang,
        also: Option<&Lang>,
        visit: &mut dyn FnMut(UnitId, &str),
    ) -> Result<()>;

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

    /// Returns the units with a variant (in a language that `lang` covers, if one is asked for) in which, for every group, at least one of the
    /// group's words occurs: as a whole word, or as the start of one where it ends in `*`. Words are in the form of [`crate::text::fold`] or, where
    /// `stems` says so, stems by the variant's own language. In the order of the units' numbers.
    ///
    /// # Errors
    /// As [`Lookup::revision`].
    fn containing(
        &self,
        groups: &[Vec<String>],
        stems: bool,
        lang: Option<&Lang>,
    ) -> Result<Vec<UnitId>>;

    /// Returns the units with a variant, in a language that `lang` covers, that is equal to `text` under [`crate::text::normalise`], in the order
    /// of their numbers. A storage with an index does better than this walk over all texts.
    ///
    /// # Errors
    /// As [`Lookup::revision`].
    fn exact(&self, lang: &Lang, text: &str) -> Result<Vec<UnitId>> {
        let wanted = normalise(text);
        let mut found = Vec::new();
        self.each_text(lang, None, &mut |id, text| {
            if normalise(text) == wanted && found.last() != Some(&id) {
                found.push(id);
            }
        })?;
        Ok(found)
    }
}
