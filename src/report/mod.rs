//! Results as values, written as text for people or as JSON Lines for programs.
//!
//! JSON is a promise: every object has a `type`, fields are added and never renamed, offsets count Unicode code points of the decoded text,
//! scores and probabilities are fractions 0..1. Text is for people and may change.

mod added;
mod analysis;
mod beads;
mod hits;
mod imported;
mod log;
mod offsets;
mod origin;
mod stats;
mod suggestions;
mod terminal;

pub use added::{
    AddedLine, AlignedLine, AloneLine, DOUBTFUL, LinkLine, ReleaseLine, VersionLine, doubt,
};
pub use analysis::AnalysisLine;
pub use beads::{BeadFormat, Texts, write_beads};
pub use hits::{HitLine, KwicLine, RenderingCountLine, hit_text, kwic_text};
pub use imported::{ImportedLine, WarningLine};
pub use log::LogLine;
pub use offsets::CodePoints;
pub use origin::{DocumentLine, OriginLine};
pub use stats::StatsLine;
pub use suggestions::{SuggestionsLine, suggestions_text};
pub use terminal::{Paint, visible};
