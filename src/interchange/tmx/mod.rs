//! Translation Memory eXchange, LISA OSCAR, versions 1.1 to 1.4b: read as it is found, written in one strict profile.
//!
//! diglot's own knowledge of a unit travels in properties whose names begin with `x-diglot-`; the reader turns them back into
//! the fields they came from.

mod attributes;
mod date;
mod markup;
mod mend;
mod own;
mod read;
mod tag;
mod unit;
mod write;

pub(super) use read::Reader;
pub(super) use write::Writer;

/// What `srclang` is when any language may be the source.
const ANY_LANGUAGE: &str = "*all*";
