//! What the memory teaches the aligner: its units of a pair of languages, confirmed ones first.

use diglot::align::{Lexicon, Trusted};
use diglot::memory::Memory;
use diglot::model::Bitext;

use super::failure::Failure;

/// Most units that are learnt from: they teach nearly all that a memory can, and are read in a fraction of a second.
const LESSONS: usize = 20_000;

/// How far a lexicon from the memory is believed: its units were aligned or confirmed before, with all evidence.
const TRUST: f32 = 1.0;

/// Returns what the memory knows of each pair of languages among the bitexts.
pub(super) fn lexicons(memory: &Memory, bitexts: &[Bitext]) -> Result<Vec<Lexicon>, Failure> {
    let mut langs: Vec<_> = bitexts.iter().map(|bitext| (&bitext.source.lang, &bitext.target.lang)).collect();
    langs.sort_unstable();
    langs.dedup();
    let mut lexicons = Vec::new();
    for (source, target) in langs {
        let pairs = memory.pairs(source, target, LESSONS)?;
        if !pairs.is_empty() {
            lexicons.push(Lexicon::learn(&pairs, source, target));
        }
    }
    Ok(lexicons)
}

/// Returns the lexicons as the aligner takes them.
pub(super) fn trusted(lexicons: &[Lexicon]) -> Vec<Trusted<'_>> {
    lexicons.iter().map(|lexicon| Trusted { lexicon, trust: TRUST }).collect()
}
