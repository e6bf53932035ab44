//! What the readers of all formats make: blocks of text, and the facts that a page states about itself.

use jiff::civil::Date;

use crate::model::{Block, BlockKind, Lang};

/// The most blocks of a document: each takes some 150 bytes until its sentences are found, and no release has a thousandth of them.
pub(super) const MOST_BLOCKS: usize = 1_000_000;

/// A document before its language and its turns are known.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) text: String,
    pub(super) blocks: Vec<Block>,
    pub(super) facts: Facts,
    pub(super) warnings: Vec<String>,
}

/// What a page says about itself.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) title: Option<String>,
    pub(super) date: Option<Date>,
    pub(super) lang: Option<Lang>,
    pub(super) address: Option<String>,
    pub(super) publisher: Option<String>,
    pub(super) alternates: Vec<(Lang, String)>,
}

impl Draft {
    /// Adds a block. Its white space is collapsed; text without any other characters adds nothing. Paragraphs are divided by an empty
    /// line, the lines of one by a line end. Of more than [`MOST_BLOCKS`] one is kept, so that it shows.
    pub(super) fn push(&mut self, kind: BlockKind, text: &str, paragraph: u32) {
        if self.blocks.len() > MOST_BLOCKS {
            return;
        }
        let mut words = text.split_whitespace();
        let Some(first) = words.next() else {
            return;
        };
        if let Some(last) = self.blocks.last() {
            let gap = if last.paragraph == paragraph {
                "\n"
            } else {
                "\n\n"
            };
            self.text.push_str(gap);
        }
        let start = self.text.len();
        self.text.push_str(first);
        for word in words {
            self.text.push(' ');
            self.text.push_str(word);
        }
        self.blocks.push(Block {
            kind,
            span: start..self.text.len(),
            speaker: None,
            turn: 0,
            paragraph,
        });
    }
}

#[cfg(test)]
impl Draft {
    /// Returns the kind and text of each block, for tests to compare.
    pub(super) fn contents(&self) -> Vec<(&'static str, String)> {
        let content = |block: &Block| {
            (
                block.kind.as_str(),
                self.text[block.span.clone()].to_owned(),
            )
        };
        self.blocks.iter().map(content).collect()
    }
}

/// Returns what a test expects in the form of [`Draft::contents`].
#[cfg(test)]
pub(super) fn owned<'a>(expected: &[(&'a str, &str)]) -> Vec<(&'a str, String)> {
    expected
        .iter()
        .map(|(kind, text)| (*kind, (*text).to_owned()))
        .collect()
}
