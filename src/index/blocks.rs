//! The blocks of a segment: where they come from, and the check that they are what was written.

use std::rc::Rc;

use crate::error::Result;

/// What a block is a piece of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// What holds for the whole segment; one block.
    Header,
    /// Words and stems in the order of their bytes.
    Words,
    /// What is known of each word, by its number.
    Symbols,
    /// For each stem the texts that hold it.
    Postings,
    /// The words of each text.
    Sequences,
    /// The signature of each text, by which most texts are ruled out without being looked at.
    Signatures,
}

impl Part {
    /// All parts, in the order of their definition.
    pub const ALL: [Self; 6] = [
        Self::Header,
        Self::Words,
        Self::Symbols,
        Self::Postings,
        Self::Sequences,
        Self::Signatures,
    ];
}

/// Gives the blocks of one segment.
pub trait Blocks {
    /// Returns a block.
    ///
    /// # Errors
    /// When there is no such block, or it cannot be read, or is not what was written.
    fn block(&self, part: Part, number: u32) -> Result<Rc<[u8]>>;
}

/// Appends the sum by which [`verified`] sees whether a block is what was written (CRC-32: it guards against accidents).
pub(super) fn seal(block: &mut Vec<u8>) {
    let sum = crc32fast::hash(block);
    block.extend_from_slice(&sum.to_le_bytes());
}

/// Returns a block without its sum, or `None` where the sum does not fit.
pub fn verified(block: &[u8]) -> Option<&[u8]> {
    let (content, sum) = block.split_last_chunk::<4>()?;
    (crc32fast::hash(content) == u32::from_le_bytes(*sum)).then_some(content)
}

/// The blocks of a segment, kept in memory.
#[derive(Default)]
pub struct Kept([Vec<Rc<[u8]>>; Part::ALL.len()]);

impl Kept {
    /// Adds the next block of a part, as [`super::Builder::finish`] hands it out.
    pub fn push(&mut self, part: Part, block: &[u8]) {
        self.0[part as usize].push(verified(block).unwrap_or_default().into());
    }
}

impl Blocks for Kept {
    fn block(&self, part: Part, number: u32) -> Result<Rc<[u8]>> {
        let block = self.0[part as usize].get(number as usize);
        Ok(block.map_or_else(|| Rc::from([]), Rc::clone))
    }
}
