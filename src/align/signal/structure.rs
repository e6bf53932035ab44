//! Paragraph ends and kinds of blocks as evidence: a translator seldom moves a paragraph end, and a headline renders a headline.

use crate::model::{BlockKind, Side};

/// A paragraph ends on both sides where a bead ends.
const BOTH_END: f32 = 0.7;
/// A paragraph ends on one side only where a bead ends; press offices cut long paragraphs, so this is mild.
const ONE_ENDS: f32 = -0.5;
/// A paragraph end inside a bead.
const INSIDE: f32 = -1.5;
/// A headline, speaker line or note faces something else.
const OTHER_KIND: f32 = -1.5;

/// A headline, speaker line or note is joined to something else: where it is missing on the other side it is left out, not rendered with its neighbour.
const JOINED: f32 = -3.0;

/// What the structure of both sides says; nothing where one of them has none.
pub(in crate::align) struct Structure {
    source: Vec<Place>,
    target: Vec<Place>,
    counts: bool,
}

#[derive(Clone, Copy)]
struct Place {
    kind: BlockKind,
    ends_paragraph: bool,
}

impl Structure {
    pub(in crate::align) fn new(source: &Side, target: &Side, counts: bool) -> Self {
        Self {
            source: places(source),
            target: places(target),
            counts: counts && source.is_structured() && target.is_structured(),
        }
    }

    /// Returns the log ratio of the bead of `p` source segments from `i` and `q` target segments from `j`.
    pub(in crate::align) fn score(&self, (i, p): (usize, usize), (j, q): (usize, usize)) -> f32 {
        if !self.counts {
            return 0.0;
        }
        let (source, target) = (&self.source[i..i + p], &self.target[j..j + q]);
        let inside = |side: &[Place]| {
            side.windows(2)
                .map(|pair| match (pair[0].ends_paragraph, pair[1].kind) {
                    (_, next) if !alike(pair[0].kind, next) => INSIDE + JOINED,
                    (true, _) => INSIDE,
                    _ => 0.0,
                })
                .sum::<f32>()
        };
        let at_end = match (source[p - 1].ends_paragraph, target[q - 1].ends_paragraph) {
            (true, true) => BOTH_END,
            (false, false) => 0.0,
            _ => ONE_ENDS,
        };
        let kinds = if alike(source[0].kind, target[0].kind) {
            0.0
        } else {
            OTHER_KIND
        };
        at_end + kinds + inside(source) + inside(target)
    }
}

/// Says whether blocks of two kinds may hold the same: a list may be rendered as paragraphs.
fn alike(a: BlockKind, b: BlockKind) -> bool {
    let plain = |kind| matches!(kind, BlockKind::Paragraph | BlockKind::ListItem);
    a == b || plain(a) && plain(b)
}

fn places(side: &Side) -> Vec<Place> {
    let count = side.segments();
    (0..count)
        .map(|at| Place {
            kind: side.kinds[at],
            ends_paragraph: at + 1 == count || side.paragraphs[at] != side.paragraphs[at + 1],
        })
        .collect()
}
