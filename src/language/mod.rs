//! What the others need to know of a language, one file per language, and which language a text is in.

mod belarusian;
mod detect;
mod doubt;
mod english;
mod fleeting;
mod generic;
mod grammar;
mod lexicon;
mod names;
mod profile;
mod russian;
mod sentences;

pub use detect::{Detection, Detector, is_detectable};
pub use doubt::{Doubt, Examiner};
pub(crate) use fleeting::other_stems;
pub use grammar::Grammar;
pub(crate) use lexicon::{LEXICON, LEXICON_COLUMNS};
pub(crate) use names::{ANY_CASE, Declension, NameKind, Reading, is_common};
pub use profile::{Profile, TurnLabels, profile, profiles};
pub use sentences::{Prefixes, Sentences, WordSet};
