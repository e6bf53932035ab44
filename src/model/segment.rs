//! One sentence of a document.

use std::ops::Range;

use super::BlockKind;

/// One sentence: spans are ordered and disjoint, and segments with the gaps between them give the text back byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Its bytes in the document's text, without white space at either end.
    pub span: Range<usize>,
    /// The kind of the block it stands in.
    pub kind: BlockKind,
    /// The index of that block in the document.
    pub block: usize,
}

impl Segment {
    /// Returns the segment's text.
    ///
    /// # Panics
    /// When `text` is not the text the segment was cut from.
    pub fn of<'t>(&self, text: &'t str) -> &'t str {
        &text[self.span.clone()]
    }
}
