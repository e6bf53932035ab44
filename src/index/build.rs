//! Texts are gathered, and their words numbered, until they become a segment.

use std::hash::Hasher as _;

use rustc_hash::{FxHashMap, FxHasher};

use super::TextId;
use super::batch::Batch;
use super::blocks::Part;
use super::symbol::{Class, Forms, lower};
use super::write::{Finished, Masks};
use crate::language::Profile;
use crate::text::{self, Strings};

/// Words after which a segment is large enough: some 100 MB in the making.
const MOST_TOKENS: usize = if cfg!(test) { 500 } else { 24_000_000 };

/// Most texts of a segment: positions have 24 bits while they are sorted.
const MOST_TEXTS: usize = 1 << 24;

/// Gathers texts for a segment: some two bytes a word and twenty a text, and sixty for each different word.
pub struct Builder {
    words: Words,
    batch: Batch,
    masks: Masks,
    tokens: usize,
}

impl Builder {
    /// Returns a builder for texts of a language.
    pub fn new(profile: &'static Profile) -> Self {
        Self {
            words: Words {
                forms: Forms::new(profile),
                written: Written::default(),
                words: Strings::default(),
                known: Vec::new(),
                stems: Strings::default(),
            },
            batch: Batch::default(),
            masks: Masks::default(),
            tokens: 0,
        }
    }

    /// Adds a text; `targets` says by one bit each which languages it has renderings in.
    pub fn add(&mut self, id: TextId, content: &str, targets: u64) {
        // As queries come.
        let content = &*text::normal(content);
        let mask = self.masks.number(targets);
        let words =
            text::tokens(content).map(|token| self.words.number(token.of(content), token.kind));
        self.tokens += self.batch.push(id, mask, words);
    }

    /// Returns the texts as they were added.
    pub fn texts(&self) -> impl ExactSizeIterator<Item = TextId> {
        self.batch.texts().iter().map(|text| text.id)
    }

    /// Says whether the segment is as large as one should be.
    pub fn is_full(&self) -> bool {
        self.tokens >= MOST_TOKENS || self.batch.texts().len() >= MOST_TEXTS
    }

    /// Hands out the blocks of the segment, those of each part in order.
    ///
    /// # Errors
    /// What `write` fails with.
    pub fn finish<E>(self, write: impl FnMut(Part, u32, &[u8]) -> Result<(), E>) -> Result<(), E> {
        Finished::of(self.batch, self.masks, self.words).write(write)
    }
}

/// The different words of all texts, by the order of their first coming.
pub(super) struct Words {
    forms: Forms,
    written: Written,
    /// Lower-case words, and the folded forms that are no such words.
    pub(super) words: Strings,
    pub(super) known: Vec<Word>,
    pub(super) stems: Strings,
}

/// What is known of a word: the numbers of its folded form and of its stem, and its class.
pub(super) struct Word {
    pub(super) folded: u32,
    pub(super) stem: u32,
    pub(super) class: Class,
}

impl Words {
    /// Returns the number of a token's word.
    fn number(&mut self, written: &str, kind: text::TokenKind) -> u32 {
        // Numbers are many, and not worth remembering as they were written: they have no case.
        if kind == text::TokenKind::Number {
            return self.word(written, kind);
        }
        let print = Written::print(written);
        self.written.get(print).unwrap_or_else(|| {
            let word = self.word(written, kind);
            self.written.insert(print, word);
            word
        })
    }

    fn word(&mut self, written: &str, kind: text::TokenKind) -> u32 {
        let lower = lower(written);
        let word = self.words.number(&lower);
        if (word as usize) < self.known.len() {
            return word;
        }
        let form = self.forms.of(written, kind);
        let stem = self.stems.number(&form.stem);
        let folded = self.words.number(&form.folded);
        let known = || Word {
            folded,
            stem,
            class: form.class,
        };
        self.known.push(known());
        if folded as usize == self.known.len() {
            self.known.push(known());
        }
        word
    }
}

/// Tokens as they were written, by 96 bits of their hashes, with the numbers of their words, so that most need neither be brought to lower case
/// nor compared. Of a milliard different tokens two share these bits by a chance of one in 10^11.
#[derive(Default)]
struct Written(FxHashMap<u64, (u32, u32)>);

impl Written {
    fn print(token: &str) -> (u64, u32) {
        let hash = |seed: u64| {
            let mut hasher = FxHasher::default();
            hasher.write_u64(seed);
            hasher.write(token.as_bytes());
            hasher.finish()
        };
        (hash(0), (hash(0x9E37_79B9_7F4A_7C15) >> 32) as u32)
    }

    fn get(&self, (slot, rest): (u64, u32)) -> Option<u32> {
        let &(other, word) = self.0.get(&slot)?;
        (rest == other).then_some(word)
    }

    fn insert(&mut self, (slot, rest): (u64, u32), word: u32) {
        self.0.insert(slot, (rest, word));
    }
}
