//! What the others need to know of a language, one file per language, and which language a text is in.

mod belarusian;
mod english;
mod generic;
mod profile;
mod russian;
mod sentences;

pub use profile::{Profile, profile};
pub use sentences::{Prefixes, Sentences, WordSet};
