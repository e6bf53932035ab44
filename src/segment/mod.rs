//! A document becomes segments: where does a sentence end?
//!
//! Rules, not a model: every full stop, question mark, exclamation mark and ellipsis is a candidate, and what stands before it and after it
//! decides (the scheme of Palmer and Hearst, "Adaptive multilingual sentence boundary disambiguation", 1997, with evidence in points
//! instead of a learned classifier). What a language adds is data: [`crate::language::Sentences`].
//!
//! The rule kept: segments are ordered, disjoint, without white space at their ends, and the gaps between them are white space only, so
//! segments and gaps give the text back byte for byte. A line end always ends a sentence.

mod before;
mod boundary;
mod following;
mod run;
#[cfg(test)]
mod tests;

use std::ops::Range;

pub use boundary::sentences;

use crate::model::{BlockKind, Document, Segment};

/// Returns the segments of a document in order: the sentences of its paragraphs and list items; a headline, a speaker line and a note each
/// as a whole. A sentence that stands in brackets from end to end is a [`BlockKind::Note`].
pub fn segment(document: &Document) -> Vec<Segment> {
    let mut segments = Vec::new();
    for (index, block) in document.blocks.iter().enumerate() {
        let Some(text) = document.text.get(block.span.clone()) else {
            continue;
        };
        let spans = match block.kind {
            BlockKind::Paragraph | BlockKind::ListItem => sentences(text, &document.lang),
            BlockKind::Headline | BlockKind::Speaker | BlockKind::Note => lines(text),
        };
        segments.extend(spans.into_iter().map(|span| Segment {
            kind: kind_of(&text[span.clone()], block.kind),
            span: block.span.start + span.start..block.span.start + span.end,
            block: index,
        }));
    }
    segments
}

/// Returns the lines that are not blank, without white space at their ends.
fn lines(text: &str) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        let span = trimmed(text, start..start + line.len());
        if !span.is_empty() {
            spans.push(span);
        }
        start += line.len() + 1;
    }
    spans
}

/// Returns the span without white space at its ends; empty when there is nothing else.
fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let whole = &text[span.clone()];
    let start = span.start + (whole.len() - whole.trim_start().len());
    start..start + whole.trim().len()
}

/// A paragraph's sentence that is one remark in brackets is a note; all else is what its block is.
fn kind_of(sentence: &str, block: BlockKind) -> BlockKind {
    let inner = sentence
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
        .or_else(|| {
            sentence
                .strip_prefix('[')
                .and_then(|rest| rest.strip_suffix(']'))
        });
    match inner {
        Some(inner) if block == BlockKind::Paragraph && !inner.contains(['(', ')', '[', ']']) => {
            BlockKind::Note
        }
        _ => block,
    }
}
