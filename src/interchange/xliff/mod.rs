//! XLIFF 1.2 and 2.x (OASIS, 2008 and 2014 to 2024): read, written as 1.2, and documents filled with renderings of the memory.
//!
//! Inline elements become codes as in TMX: the element itself is what a code holds, and the text that it stands around is text. What 1.2 has no
//! place for travels in an element of our own namespace, which other tools pass over.

mod codes;
mod fill;
mod markup;
mod read;
mod units;
mod write;

pub use fill::fill;
pub(super) use read::Reader;
pub(super) use write::Writer;

/// The most segments of a unit: a unit is a paragraph.
const MAX_SEGMENTS: usize = 10_000;

/// The namespace of what diglot adds to a unit.
const NAMESPACE: &str = "urn:diglot:unit";

/// The name of the element that holds it, with the prefix that is written.
const EXTENSION: &str = "diglot:unit";

/// The attribute, with its value, of a code that holds one of TMX.
const TMX_CODE: (&str, &str) = ("diglot:code", "tmx");

/// Why a unit is no paragraph.
fn too_many_segments() -> String {
    format!("more than {MAX_SEGMENTS} segments in one unit")
}
