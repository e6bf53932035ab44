//! What the memory teaches the aligner: its units of a language pair, confirmed ones first.

use diglot::align::{Knowledge, Lexicon};
use diglot::memory::Memory;
use diglot::model::Lang;

use super::failure::Failure;

/// So many units teach nearly all that a memory can, and are read in a tenth of a second.
const LESSONS: usize = 20_000;

/// Returns what the memory knows of a pair of languages.
pub(super) fn knowledge(memory: &Memory, source: &Lang, target: &Lang) -> Result<Knowledge, Failure> {
    let pairs = memory.pairs(source, target, LESSONS)?;
    Ok(Knowledge::of(Lexicon::learn(pairs.iter().map(|(a, b)| (a.as_str(), b.as_str())), source, target)))
}
