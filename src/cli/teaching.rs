//! What the memory teaches the aligner, with a sign of life.

use diglot::align::{Lexicon, Settings};
use diglot::memory::Memory;
use diglot::model::Bitext;
use diglot::teaching::{self, Rest};

use super::failure::Failure;
use super::progress::Progress;

/// Counts what the memory has not counted yet, or a part of it, keeps that, and returns what the memory knows of the bitexts' words.
pub(super) fn taught(
    memory: &mut Memory,
    bitexts: &[Bitext],
    quiet: bool,
) -> Result<Vec<Lexicon>, Failure> {
    let settings = Settings::default();
    let _progress = Progress::unmeasured("learning from the memory", quiet);
    let kept = teaching::teach(memory, bitexts, &settings)?;
    let rest = if kept { Rest::Left } else { Rest::Counted };
    Ok(teaching::lexicons(memory, bitexts, &settings, rest)?)
}

/// Returns what a memory that is only read knows of the bitexts' words.
pub(super) fn read(
    memory: &Memory,
    bitexts: &[Bitext],
    quiet: bool,
) -> Result<Vec<Lexicon>, Failure> {
    let _progress = Progress::unmeasured("learning from the memory", quiet);
    Ok(teaching::lexicons(
        memory,
        bitexts,
        &Settings::default(),
        Rest::Counted,
    )?)
}
