//! A text with its language and origin, in blocks that each have a kind.

use std::ops::Range;

use jiff::civil::Date;

use super::Lang;

/// Where a release comes from; whatever is not known is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    /// Who published it: the site's or institution's name, else the host.
    pub publisher: Option<String>,
    /// The canonical address of the page.
    pub address: Option<String>,
    /// The release's title or headline.
    pub title: Option<String>,
    /// The day of publication that the page states.
    pub date: Option<Date>,
    /// The file it was read from, as the user named it.
    pub file: Option<String>,
    /// The hash of the bytes it was read from, BLAKE3 in lower-case hexadecimal.
    pub hash: Option<String>,
}

/// What a block of a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum BlockKind {
    /// A title or a heading inside the text.
    Headline,
    /// Running text.
    #[default]
    Paragraph,
    /// A line or label that says who speaks next.
    Speaker,
    /// An item of a list.
    ListItem,
    /// A remark of the editors, a date stamp, a caption: beside the text.
    Note,
}

impl BlockKind {
    /// All kinds, in the order of their definition.
    pub const ALL: [Self; 5] = [
        Self::Headline,
        Self::Paragraph,
        Self::Speaker,
        Self::ListItem,
        Self::Note,
    ];

    /// Returns the kind's name in JSON, tables and TMX properties.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Headline => "headline",
            Self::Paragraph => "paragraph",
            Self::Speaker => "speaker",
            Self::ListItem => "list-item",
            Self::Note => "note",
        }
    }

    /// Returns the kind of a name, if it is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// A stretch of a document that a line or paragraph end closes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its bytes in the document's text.
    pub span: Range<usize>,
    /// Whose words it holds: the last speaker label before it, without its colon.
    pub speaker: Option<String>,
    /// The number of the speaker's turn it belongs to, from 1; 0 before the first speaker and in texts without speakers.
    pub turn: u32,
    /// The number of the paragraph of the source it belongs to, from 0: blocks that no blank line (or HTML block) divides share it.
    pub paragraph: u32,
}

/// A text, its language, its origin and its blocks.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The text: valid UTF-8, line ends as `\n`, no byte-order mark.
    pub text: String,
    /// The language of most of it.
    pub lang: Lang,
    /// How sure that language is, 0 to 1; 1.0 when the user or the page said it.
    pub lang_confidence: f64,
    /// Where it comes from.
    pub origin: Origin,
    /// Other language versions that the page names: language and address.
    pub alternates: Vec<(Lang, String)>,
    /// The blocks: in order, not overlapping, between them white space only.
    pub blocks: Vec<Block>,
    /// What a reader should be told: a guess of encoding, characters that were dropped, a language in doubt.
    pub warnings: Vec<String>,
}
