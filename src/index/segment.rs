//! Reading a segment: what it knows of words, the words of its texts, and the texts that hold a word.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::TextId;
use super::blocks::{Blocks, Part};
use super::bytes::Reader;
use super::postings::{self, directory_bytes};
use super::sift::Room;
use super::symbol::{Class, Forms, STEM_SIGN, Symbol, lower};
use crate::error::Result;
use crate::language::Profile;
use crate::text;

/// The share of the longer text's tokens for which lists are made; who asks for less looks at every text of fitting length.
pub const FLOOR: f64 = 0.5;

/// Bytes of a block of postings.
pub(super) const POSTINGS: usize = 8192;
/// Words of a block of symbols.
pub(super) const SYMBOLS: usize = 512;
/// Texts of a block of sequences.
pub(super) const SEQUENCES: usize = 64;
/// Bytes of a word's symbol.
const SYMBOL: usize = 9;
/// Words between two places at which reading a block of words may begin.
pub(super) const RESTART: usize = 16;
/// Words whose symbols are kept at hand.
const AT_HAND: usize = 20_000;

/// Returns how many of a text's rarest stems are leading: one of them at least is shared by whatever shares the [`FLOOR`].
pub(super) fn leading(tokens: usize) -> usize {
    (tokens / 2 + 1).min(tokens)
}

/// Texts that can be searched.
pub struct Segment<'b> {
    pub(super) blocks: Box<dyn Blocks + 'b>,
    forms: Forms,
    pub(super) texts: u32,
    /// The lengths that occur, rising, with the first position of each.
    pub(super) lengths: Vec<(usize, u32)>,
    /// The sets of languages in which texts have renderings.
    masks: Vec<u64>,
    /// The first word of each block of words.
    firsts: Vec<Box<str>>,
    at_hand: RefCell<FxHashMap<Box<str>, Known>>,
    symbols: RefCell<Symbols>,
    /// The blocks of signatures that were needed so far: they are read at random by every query.
    pub(super) signatures: RefCell<Vec<Option<Rc<[u8]>>>>,
    /// The block of sequences that was read last.
    sequences: RefCell<Option<(u32, Rc<[u8]>)>>,
    /// What the last search left.
    pub(super) room: RefCell<Room>,
}

/// The symbols of words by their numbers, as far as they were needed.
#[derive(Default)]
struct Symbols {
    all: Vec<Symbol>,
    /// Whether a block was read.
    read: Vec<bool>,
}

/// A token of a query, as a segment knows it.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// The token, with numbers that hold in this segment only.
    pub symbol: Symbol,
    pub(super) list: Option<List>,
}

/// What is kept of a text beside the lists that it is on.
pub struct Sequence {
    /// Its number in its storage.
    pub text: TextId,
    /// The languages in which it has renderings, a bit each.
    pub targets: u64,
    block: Rc<[u8]>,
    words_at: usize,
}

impl Sequence {
    /// Reads the words, as the numbers of their lower-case forms; `tokens` is how many the text has.
    pub fn words(&self, tokens: usize) -> impl Iterator<Item = u32> {
        let mut reader = Reader(self.block.get(self.words_at..).unwrap_or_default());
        (0..tokens).map(move |_| reader.small())
    }
}

/// Where the texts of a stem are listed.
#[derive(Clone, Copy, Debug)]
pub(super) struct List {
    pub(super) start: u64,
    texts: u32,
    pub(super) leading: usize,
    pub(super) leading_bytes: usize,
    other_bytes: usize,
}

impl<'b> Segment<'b> {
    /// Opens a segment of texts of a language.
    ///
    /// # Errors
    /// When its header cannot be read.
    pub fn open(blocks: Box<dyn Blocks + 'b>, profile: &'static Profile) -> Result<Self> {
        let header = blocks.block(Part::Header, 0)?;
        let mut reader = Reader(&header);
        let texts = reader.small();
        let lengths = (0..reader.number())
            .map(|_| (reader.number() as usize, reader.small()))
            .collect();
        let masks = (0..reader.number()).map(|_| reader.number()).collect();
        let firsts = (0..reader.number())
            .map(|_| String::from_utf8_lossy(reader.bytes()).into())
            .collect();
        Ok(Self {
            blocks,
            forms: Forms::new(profile),
            texts,
            lengths,
            masks,
            firsts,
            at_hand: RefCell::default(),
            symbols: RefCell::default(),
            signatures: RefCell::default(),
            sequences: RefCell::default(),
            room: RefCell::default(),
        })
    }

    /// Returns how many texts there are.
    pub fn texts(&self) -> u32 {
        self.texts
    }

    /// Returns the tokens of a query. Those that are in no text of the segment get numbers of their own.
    ///
    /// # Errors
    /// When the storage fails, as in every method here.
    pub fn read(&self, query: &str) -> Result<Vec<Known>> {
        let mut strangers: FxHashMap<String, u32> = FxHashMap::default();
        let mut known = Vec::new();
        for token in text::tokens(query) {
            let written = token.of(query);
            if let Some(&at_hand) = self.at_hand.borrow().get(written) {
                known.push(at_hand);
                continue;
            }
            let form = self.forms.of(written, token.kind);
            let list = self.list(&form.stem)?;
            let lower = lower(written);
            let (word, folded) = (self.word(&lower)?, self.word(&form.folded)?);
            let is_known = word.is_some() && folded.is_some() && list.is_some();
            let mut number = |found: Option<u32>, word: String| {
                found.unwrap_or_else(|| {
                    let next = u32::MAX - strangers.len() as u32;
                    *strangers.entry(word).or_insert(next)
                })
            };
            let token = Known {
                symbol: Symbol {
                    lower: number(word, lower),
                    folded: number(folded, form.folded),
                    stem: number(list.map(|(stem, _)| stem), form.stem),
                    class: form.class,
                },
                list: list.map(|(_, list)| list),
            };
            if is_known {
                let mut at_hand = self.at_hand.borrow_mut();
                if at_hand.len() >= AT_HAND {
                    at_hand.clear();
                }
                at_hand.insert(written.into(), token);
            }
            known.push(token);
        }
        Ok(known)
    }

    /// Returns what is kept of the text at a position.
    ///
    /// # Errors
    /// As [`Segment::read`].
    pub fn sequence(&self, position: u32) -> Result<Sequence> {
        let number = position / SEQUENCES as u32;
        let mut read_last = self.sequences.borrow_mut();
        let block = match &*read_last {
            Some((last, block)) if *last == number => Rc::clone(block),
            _ => {
                let block = self.blocks.block(Part::Sequences, number)?;
                Rc::clone(&read_last.insert((number, block)).1)
            }
        };
        let (offsets, records) = sequences(&block);
        let offset = offsets
            .get(position as usize % SEQUENCES)
            .map_or(0, |offset| u32::from_le_bytes(*offset));
        let mut reader = Reader(records.get(offset as usize..).unwrap_or_default());
        let text = TextId(reader.number() as i64);
        let mask = self.masks.get(reader.number() as usize).copied();
        let words_at = block.len() - reader.0.len();
        Ok(Sequence {
            text,
            targets: mask.unwrap_or(0),
            block,
            words_at,
        })
    }

    /// Returns how many tokens the text at a position has.
    pub fn tokens(&self, position: u32) -> usize {
        self.lengths
            .get(self.length_from(position))
            .map_or(0, |&(tokens, _)| tokens)
    }

    /// Returns a word, by the number of its lower-case form, as a symbol.
    ///
    /// # Errors
    /// As [`Segment::read`].
    pub fn symbol(&self, word: u32) -> Result<Symbol> {
        let mut known = self.symbols.borrow_mut();
        known.need(word, &*self.blocks)?;
        Ok(known
            .all
            .get(word as usize)
            .copied()
            .unwrap_or(Symbol::UNKNOWN))
    }

    /// Returns words, by the numbers of their lower-case forms, as symbols.
    ///
    /// # Errors
    /// As [`Segment::read`].
    pub fn symbols(
        &self,
        words: impl Iterator<Item = u32>,
        symbols: &mut Vec<Symbol>,
    ) -> Result<()> {
        symbols.clear();
        let mut known = self.symbols.borrow_mut();
        for word in words {
            known.need(word, &*self.blocks)?;
            symbols.extend(known.all.get(word as usize).copied());
        }
        Ok(())
    }

    /// Returns in how many texts a token's stem is.
    pub fn texts_with(&self, known: &Known) -> u32 {
        known.list.map_or(0, |list| list.texts)
    }

    /// Returns the positions of all texts that hold a token's stem, rising.
    ///
    /// # Errors
    /// As [`Segment::read`].
    pub fn holding(&self, known: &Known) -> Result<Vec<u32>> {
        known.list.map_or(Ok(Vec::new()), |list| self.all(&list))
    }

    /// Returns the positions of all texts that hold a word with this stem, rising.
    ///
    /// # Errors
    /// As [`Segment::read`].
    pub fn holding_stem(&self, stem: &str) -> Result<Vec<u32>> {
        let list = self.list(&format!("{STEM_SIGN}{stem}"))?;
        list.map_or(Ok(Vec::new()), |(_, list)| self.all(&list))
    }

    /// Returns the positions of all texts that may hold a word that begins so, in the form of [`text::fold`], rising.
    ///
    /// # Errors
    /// As [`Segment::read`].
    pub fn beginning(&self, start: &str) -> Result<Vec<u32>> {
        let mut stems = FxHashSet::default();
        self.entries(start, |text, _| {
            let begins = text.starts_with(start.as_bytes());
            if begins {
                let word = String::from_utf8_lossy(text);
                let kind = text::tokens(&word).next().map(|token| token.kind);
                stems.insert(
                    self.forms
                        .of(&word, kind.unwrap_or(text::TokenKind::Word))
                        .stem,
                );
            }
            begins
        })?;
        let mut found = Vec::new();
        for stem in stems {
            if let Some((_, list)) = self.list(&stem)? {
                found.extend(self.all(&list)?);
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    fn all(&self, list: &List) -> Result<Vec<u32>> {
        let mut bytes = Vec::new();
        self.stretch(
            list.start,
            list.leading_bytes + list.other_bytes,
            &mut bytes,
        )?;
        let (leading, others) = bytes
            .split_at_checked(list.leading_bytes)
            .unwrap_or_default();
        let (directory, groups) = leading
            .split_at_checked(directory_bytes(list.leading))
            .unwrap_or_default();
        let mut found = Vec::with_capacity(list.texts as usize);
        let all_groups = 0..list.leading.div_ceil(postings::GROUP);
        postings::read(directory, all_groups, list.leading, groups, |posting| {
            found.push(posting.position);
        });
        let mut reader = Reader(others);
        let mut at = 0u32;
        while !reader.is_empty() {
            at = at.wrapping_add(reader.small());
            found.push(at);
        }
        found.sort_unstable();
        Ok(found)
    }

    fn word(&self, lower: &str) -> Result<Option<u32>> {
        self.find(lower, |mut reader| reader.small())
    }

    fn list(&self, stem: &str) -> Result<Option<(u32, List)>> {
        debug_assert!(stem.starts_with(STEM_SIGN));
        self.find(stem, |mut reader| {
            let stem = reader.small();
            let list = List {
                texts: reader.small(),
                start: reader.number(),
                leading: reader.number() as usize,
                leading_bytes: reader.number() as usize,
                other_bytes: reader.number() as usize,
            };
            (stem, list)
        })
    }

    fn find<T>(&self, wanted: &str, take: impl Fn(Reader<'_>) -> T) -> Result<Option<T>> {
        let mut found = None;
        self.entries(wanted, |text, reader| {
            if text == wanted.as_bytes() {
                found = Some(take(reader));
            }
            false
        })?;
        Ok(found)
    }

    /// Calls `visit` with the words from `start` on and what is written of each, as long as it says so.
    fn entries(&self, start: &str, mut visit: impl FnMut(&[u8], Reader<'_>) -> bool) -> Result<()> {
        let first = self
            .firsts
            .partition_point(|first| **first <= *start)
            .saturating_sub(1);
        for number in first..self.firsts.len() {
            let block = self.blocks.block(Part::Words, number as u32)?;
            let (rest, restarts) = block.split_last_chunk::<4>().unwrap_or((&[], &[0; 4]));
            let restarts = u32::from_le_bytes(*restarts) as usize;
            let (entries, restarts) = rest
                .split_at_checked(rest.len().saturating_sub(restarts * 4))
                .unwrap_or_default();
            let (restarts, _) = restarts.as_chunks::<4>();
            let from = |restart: &[u8; 4]| {
                Reader(
                    entries
                        .get(u32::from_le_bytes(*restart) as usize..)
                        .unwrap_or_default(),
                )
            };
            let begin = restarts
                .partition_point(|restart| from(restart).bytes() <= start.as_bytes())
                .saturating_sub(1);
            let mut reader = restarts.get(begin).map_or(Reader(&[]), from);
            while !reader.is_empty() {
                let text = reader.bytes();
                let about = Reader(reader.bytes());
                if text >= start.as_bytes() && !visit(text, about) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Reads a stretch of the postings.
    pub(super) fn stretch(&self, start: u64, bytes: usize, out: &mut Vec<u8>) -> Result<()> {
        out.clear();
        let (mut at, end) = (start, start + bytes as u64);
        while at < end {
            let block = self
                .blocks
                .block(Part::Postings, (at / POSTINGS as u64) as u32)?;
            let from = (at % POSTINGS as u64) as usize;
            let to = POSTINGS.min(from + (end - at) as usize);
            let Some(piece) = block.get(from..to) else {
                break;
            };
            out.extend_from_slice(piece);
            at += piece.len() as u64;
        }
        Ok(())
    }

    /// The index in `lengths` of the text at a position.
    pub(super) fn length_from(&self, position: u32) -> usize {
        self.lengths
            .partition_point(|&(_, first)| first <= position)
            .saturating_sub(1)
    }
}

/// Returns the numbers of the texts in a block of sequences.
pub fn texts_of(block: &[u8]) -> Vec<TextId> {
    let (offsets, records) = sequences(block);
    let record = |offset: &[u8; 4]| records.get(u32::from_le_bytes(*offset) as usize..);
    offsets
        .iter()
        .filter_map(record)
        .map(|record| TextId(Reader(record).number() as i64))
        .collect()
}

impl Symbols {
    /// Reads the block that has a word, if it was not read yet.
    fn need(&mut self, word: u32, blocks: &dyn Blocks) -> Result<()> {
        let number = word as usize / SYMBOLS;
        if self.read.get(number) != Some(&true) {
            let block = blocks.block(Part::Symbols, number as u32)?;
            self.take(number, &block);
        }
        Ok(())
    }

    /// Takes the symbols of a block.
    fn take(&mut self, number: usize, block: &[u8]) {
        let (entries, _) = block.as_chunks::<SYMBOL>();
        let first = number * SYMBOLS;
        if self.all.len() < first + entries.len() {
            self.all.resize(first + entries.len(), Symbol::UNKNOWN);
        }
        for (word, &[f0, f1, f2, f3, s0, s1, s2, s3, class]) in (first..).zip(entries) {
            self.all[word] = Symbol {
                lower: word as u32,
                folded: u32::from_le_bytes([f0, f1, f2, f3]),
                stem: u32::from_le_bytes([s0, s1, s2, s3]),
                class: Class::ALL
                    .get(usize::from(class))
                    .copied()
                    .unwrap_or(Class::Word),
            };
        }
        if self.read.len() <= number {
            self.read.resize(number + 1, false);
        }
        self.read[number] = true;
    }
}

/// Returns where the records of a block of sequences start, and the records.
fn sequences(block: &[u8]) -> (&[[u8; 4]], &[u8]) {
    let (count, rest) = block.split_first_chunk::<4>().unwrap_or((&[0; 4], &[]));
    let offsets = u32::from_le_bytes(*count) as usize * 4;
    let (offsets, records) = rest.split_at_checked(offsets).unwrap_or_default();
    (offsets.as_chunks::<4>().0, records)
}
