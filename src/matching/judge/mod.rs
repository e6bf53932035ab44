//! The program's own score: how much of a sentence a translator would have to work over.
//!
//! It counts the words that both texts share in order and weighs each difference by what it means for the rendering: another form of a word
//! costs less than another word, a number or a mark little, a clause that stands elsewhere costs one move and not all its words (the shifts of
//! TER: M. Snover et al., "A study of translation edit rate with targeted human annotation", 2006), a lost negation more than its one word.

mod bound;
mod difference;
mod reason;
mod script;

pub(super) use bound::{Bound, share_needed};
pub(super) use difference::difference;
pub use difference::{Edit, Op};
pub(super) use reason::reasons;
pub use reason::{Cause, Reason};
pub(super) use script::Script;
