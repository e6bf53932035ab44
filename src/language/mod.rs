//! What the others need to know of a language, one file per language, and which language a text is in.

mod belarusian;
mod detect;
mod english;
mod generic;
mod grammar;
mod profile;
mod russian;
mod sentences;

pub use detect::{Detection, Detector, is_detectable};
pub use profile::{Profile, TurnLabels, profile, profiles};
pub use sentences::{Prefixes, Sentences, WordSet};
pub use grammar::Grammar;
