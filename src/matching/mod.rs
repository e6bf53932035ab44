//! How did we say this last time? A query becomes matches or concordance hits.
//!
//! [`Matcher::suggest`] answers with units whose source is near the query, [`Matcher::fragments`] with what is known of it where nothing is,
//! [`search`] with the places where words are used; an [`Analysis`] says how much of a text is known, a [`Filler`] puts renderings in its place. Everything works over a [`crate::memory::Lookup`], whatever storage is behind it.

mod analysis;
mod asked;
mod best;
mod compared;
mod concordance;
mod crowds;
mod few;
mod fill;
mod fragments;
mod index;
mod judge;
mod known;
mod kwic;
mod matcher;
mod pattern;
mod preferences;
mod query;
mod ranking;
mod rendering;
mod repair;
pub mod score;
mod spot;

pub use analysis::{Amount, Analysis, Band};
pub use concordance::{ConcordanceQuery, Hit, search};
pub use fill::{Filler, Markup};
pub use fragments::Fragment;
pub use judge::{Cause, Edit, Op, Reason};
pub use kwic::{Line, Order, kwic, sort};
pub use matcher::Matcher;
pub use preferences::{Penalty, Preferences};
pub use query::{Kind, Match, Measure, Query};
pub use repair::Repair;
pub use spot::{RenderingCount, spot};

#[cfg(test)]
mod exhaustive;
#[cfg(test)]
mod tests;
