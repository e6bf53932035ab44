//! What the others need to know of a language, one file per language, and which language a text is in.

mod belarusian;
mod english;
mod generic;
mod grammar;
mod profile;
mod russian;

pub use grammar::Grammar;
pub use profile::{Profile, profile};
