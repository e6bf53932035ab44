//! Two segmented documents held to be renderings of each other.

use super::{BlockKind, Document, Lang, Segment};

/// One side of a bitext: its language and its segments, with what the page's structure says of each.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// The language.
    pub lang: Lang,
    /// The segments' texts, in order.
    pub texts: Vec<String>,
    /// The kind of each segment; as long as `texts`.
    pub kinds: Vec<BlockKind>,
    /// The paragraph of each segment, rising; as long as `texts`.
    pub paragraphs: Vec<u32>,
    /// The speaker's turn of each segment, rising, 0 where nobody is named; as long as `texts`.
    pub turns: Vec<u32>,
}

impl Side {
    /// Returns a side of bare segments that belong to no paragraph or turn, as `align --lines` reads them.
    pub fn from_lines<T: Into<String>>(lang: Lang, lines: impl IntoIterator<Item = T>) -> Self {
        let texts: Vec<String> = lines.into_iter().map(Into::into).collect();
        let count = texts.len();
        Self {
            lang,
            texts,
            kinds: vec![BlockKind::Paragraph; count],
            paragraphs: vec![0; count],
            turns: vec![0; count],
        }
    }

    /// Returns the side that a segmented document is.
    pub fn from_document(document: &Document, segments: &[Segment]) -> Self {
        let block = |segment: &Segment| &document.blocks[segment.block];
        Self {
            lang: document.lang.clone(),
            texts: segments
                .iter()
                .map(|segment| segment.of(&document.text).to_owned())
                .collect(),
            kinds: segments.iter().map(|segment| segment.kind).collect(),
            paragraphs: segments
                .iter()
                .map(|segment| block(segment).paragraph)
                .collect(),
            turns: segments.iter().map(|segment| block(segment).turn).collect(),
        }
    }

    /// Returns how many segments there are.
    pub fn segments(&self) -> usize {
        self.texts.len()
    }

    /// Says whether the source gave structure to go by: more than one paragraph, or turns.
    pub fn is_structured(&self) -> bool {
        self.paragraphs
            .iter()
            .any(|&p| Some(&p) != self.paragraphs.first())
            || self.turns.iter().any(|&turn| turn > 0)
    }
}

/// Two segmented texts held to be renderings of each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Bitext {
    /// The side that is rendered.
    pub source: Side,
    /// The side that renders it.
    pub target: Side,
}
