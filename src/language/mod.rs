//! What the others need to know of a language, one file per language, and which language a text is in.

mod belarusian;
mod detect;
mod doubt;
mod english;
mod fleeting;
mod generic;
mod grammar;
mod profile;
mod russian;
mod sentences;

pub use detect::{Detection, Detector, is_detectable};
pub use doubt::{Doubt, Examiner};
pub(crate) use fleeting::other_stems;
pub use grammar::Grammar;
pub use profile::{Profile, TurnLabels, profile, profiles};
pub use sentences::{Prefixes, Sentences, WordSet};
