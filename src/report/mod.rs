//! Results as values, written as text for people or as JSON Lines for programs.
//!
//! JSON is a promise: every object has a `type`, fields are added and never renamed, offsets count Unicode code points of the decoded text,
//! scores and probabilities are fractions 0..1. Text is for people and may change.

mod beads;
mod log;
mod offsets;
mod origin;
mod stats;
mod terminal;

pub use beads::{BeadFormat, DOUBTFUL, Texts, write_beads};
pub use log::LogLine;
pub use offsets::CodePoints;
pub use origin::{DocumentLine, OriginLine};
pub use stats::StatsLine;
pub use terminal::{Paint, visible};
