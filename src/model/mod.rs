//! The nouns, and what must always hold for them.

mod alignment;
mod bitext;
mod context;
mod document;
mod explanation;
mod lang;
mod renderings;
mod score;
mod segment;
mod stretch;
mod unit;

pub use alignment::{Alignment, Bead};
pub use bitext::{Bitext, Side};
pub use context::Context;
pub use document::{Block, BlockKind, Document, Origin};
pub use explanation::{Explanation, Reason, WordPair};
pub use lang::Lang;
pub use renderings::{Rendered, Renderings};
pub use score::Score;
pub use segment::Segment;
pub use stretch::{Spot, Stretch};
pub use unit::{History, InlineCode, Note, Place, Prop, Status, TranslationUnit, Variant};
