//! diglot aligns two or three language versions of official releases, keeps the aligned segments in a translation memory and
//! finds them again.
//!
//! The architecture on one page. Data flows one way, each arrow is one module, and a module imports only from modules above it in
//! this list (`tests/tidy.rs` holds the table):
//!
//! ```text
//! bytes → Document → Segments → Bitext → Alignment → TranslationUnits → Memory → Matches → report
//! ```
//!
//! | module | answers the question |
//! |---|---|
//! | [`error`] | What went wrong, on what, and where? |
//! | [`model`] | What do we talk about? The nouns, and what must always hold for them. |
//! | [`text`] | Which words, numbers and names are in these characters? |
//! | [`language`] | Which language is this, and what must one know of it? |
//! | [`reading`] | What did the page say, without its menu? Bytes become a [`model::Document`]. |
//! | [`segment`] | Where does a sentence end? A document becomes [`model::Segment`]s. |
//! | [`pairing`] | Which documents of a folder are renderings of each other? |
//! | [`align`] | Which sentences render which? A [`model::Bitext`] becomes a [`model::Alignment`], alignments become units. |
//! | [`interchange`] | How do other tools write this? [`model::TranslationUnit`]s to and from bytes. |
//! | [`index`] | Which texts may be near a query, or hold a word? |
//! | [`memory`] | What have we kept? Units stored, found, changed and taken back. |
//! | [`teaching`] | What do the units we have kept teach the aligner? |
//! | [`review`] | What does a person decide of the links between documents? |
//! | [`matching`] | How did we say this last time? A query becomes matches or concordance hits. |
//! | [`report`] | How is a result shown? Results as text for people and JSON Lines for programs. |
//! | [`interface`] | Which words does the interface use, in which language? |
//! | [`pictures`] | What do the numbers look like? Counts become SVG. |
//! | `server` | What do tools and browsers ask over HTTP? Requests become calls of the modules above, behind the feature `server`. |
//!
//! # Architecture invariants
//!
//! What is deliberately not there: everything above [`memory`] knows no paths, clock, environment, locale or random numbers and prints
//! nothing; it is a function of its arguments. The same input gives the same bytes out on every machine and with any number of threads.
//! SQLite is known to `memory/sqlite` alone, and the library never touches the terminal. Source and target are roles in one call, never
//! languages: no variable outside [`language`] is named after one.
//!
//! # Words
//!
//! A *document* is a text with its origin; a *segment* one sentence of it; a *bitext* two segmented documents held to be renderings of
//! each other; a *bead* the smallest group of source and target segments that render each other (1-1, 2-1, 0-1); an *alignment* the beads
//! in order; a *link* a bead with both sides; a *unit* the variants of one meaning, one text per language; a *place* where in which
//! document a variant was found; a *memory* the collection of units; a *match* a unit that fits a query.

pub mod align;
pub mod error;
pub mod index;
pub mod interchange;
pub mod interface;
pub mod language;
pub mod matching;
pub mod memory;
pub mod model;
pub mod pairing;
pub mod pictures;
pub mod reading;
pub mod report;
pub mod review;
pub mod segment;
#[cfg(feature = "server")]
pub mod server;
pub mod teaching;
pub mod text;

pub use error::{Error, Result};
