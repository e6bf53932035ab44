//! Which texts may be near a query, or hold a word? Texts of one language become blocks of bytes that answer this without reading the rest.
//!
//! A [`Segment`] is made once from a batch of texts by a [`Builder`] and never changed; a storage keeps its blocks and gives them back one at a
//! time, so that a query reads only the lists of its own rare words. What changes afterwards is the storage's to know: it names the texts whose
//! entry no longer holds, and texts that are in no segment yet.
//!
//! Two texts that are similar enough must share one of their rarest words: the both-side prefix filter of set similarity joins (S. Chaudhuri,
//! V. Ganti, R. Kaushik, "A primitive operator for similarity joins", 2006) with the positional filter of PPJoin (C. Xiao et al., "Efficient
//! similarity joins for near duplicate detection", 2008). The rule kept: nothing that may pass is left out, so that an answer equals that of an
//! exhaustive search. Words are taken by their stems; what shares words shares their stems, so that one index serves every measure.

mod batch;
mod blocks;
mod build;
mod bytes;
mod postings;
mod segment;
mod sift;
mod signature;
mod symbol;
mod write;

pub use blocks::{Blocks, Kept, Part, verified};
pub use build::Builder;
pub use segment::{FLOOR, Known, Segment, Sequence, texts_of};
pub use sift::Sieve;
pub use signature::{Tally, Traces};
pub use symbol::{Class, Symbol, Vocabulary};

/// The versions that there were of the blocks' form, and of the rules by which words and stems are cut. Any two differ in two bits at least, so that
/// a flipped one shows.
pub const FORMATS: [i64; 3] = [1, 2, 4];

/// The version that is written: where it differs from the storage's, the index is made anew.
pub const FORMAT: i64 = FORMATS[FORMATS.len() - 1];

/// A text's number in its storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TextId(pub i64);

#[cfg(test)]
mod tests;
