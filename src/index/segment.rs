//! Reading a segment: the texts that may share enough words with a query, and those that hold a word.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::TextId;
use super::blocks::{Blocks, Part};
use super::bytes::Reader;
use super::postings::{self, bitmap, directory_bytes, groups_within};
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
    blocks: Box<dyn Blocks + 'b>,
    forms: Forms,
    texts: u32,
    /// The lengths that occur, rising, with the first position of each.
    lengths: Vec<(usize, u32)>,
    /// The sets of languages in which texts have renderings.
    masks: Vec<u64>,
    /// The first word of each block of words.
    firsts: Vec<Box<str>>,
    at_hand: RefCell<FxHashMap<Box<str>, Known>>,
    /// The blocks of symbols that were needed so far.
    symbols: RefCell<Vec<Option<Rc<[Symbol]>>>>,
}

/// A token of a query, as a segment knows it.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// The token, with numbers that hold in this segment only.
    pub symbol: Symbol,
    list: Option<List>,
}

/// Where the texts of a stem are listed.
#[derive(Clone, Copy, Debug)]
struct List {
    start: u64,
    texts: u32,
    leading: usize,
    leading_bytes: usize,
    other_bytes: usize,
}

/// What a search looks for among the texts that share stems with the query.
pub trait Sieve {
    /// Returns how many tokens a text of so many tokens must share with the query, by their stems and as a multiset; `None` where no such text is
    /// wanted.
    fn needed(&self, tokens: usize) -> Option<usize>;

    /// Says whether no text is wanted that has none of these tokens of the query.
    fn is_hopeless(&self, missing: &[&Known]) -> bool {
        let _ = missing;
        false
    }

    /// Looks at a text that may share as many as needed, and says whether more are needed from here on.
    ///
    /// # Errors
    /// When the storage fails.
    fn look(&mut self, position: u32, tokens: usize) -> Result<bool>;
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

    /// Shows the sieve every text that may share as many tokens as it needs, each once. It must need at least the [`FLOOR`] of the longer
    /// text's tokens.
    ///
    /// # Errors
    /// As [`Segment::read`].
    pub fn sift(&self, query: &[Known], sieve: &mut dyn Sieve) -> Result<()> {
        let tokens = query.len();
        // No text is half as long: nothing shares half of the query.
        if self
            .lengths
            .last()
            .is_none_or(|&(longest, _)| longest < tokens.div_ceil(2))
        {
            return Ok(());
        }
        let mut rarest: Vec<&Known> = query.iter().collect();
        rarest.sort_unstable_by_key(|known| (known.list.is_some(), known.symbol.stem));
        let stems: Vec<u32> = rarest.iter().map(|known| known.symbol.stem).collect();
        let query_bitmap = bitmap(&stems);
        let mut needs = Needs::of(tokens, sieve);
        let mut seen = FxHashSet::default();
        let (mut directory, mut groups) = (Vec::new(), Vec::new());
        for (tried, known) in rarest.iter().enumerate() {
            let is_repeated = tried > 0 && stems[tried - 1] == stems[tried];
            let Some(list) = known.list.filter(|list| list.leading > 0 && !is_repeated) else {
                continue;
            };
            // What is not seen yet shares none of the stems tried, so that the rest of the query bounds what it shares.
            let Some(lengths) = needs.lengths(tokens - tried) else {
                break;
            };
            if sieve.is_hopeless(&rarest[..tried]) {
                break;
            }
            let window = self.window(&lengths);
            let directory_end = directory_bytes(list.leading);
            self.stretch(list.start, directory_end, &mut directory)?;
            let (wanted, span) = groups_within(&directory, window.start, window.end);
            let all = list.leading_bytes - directory_end;
            let span = span.start.min(all)..span.end.min(all);
            let start = list.start + (directory_end + span.start) as u64;
            self.stretch(start, span.len(), &mut groups)?;
            let mut failure = None;
            let mut length = self.length_from(window.start);
            postings::read(&directory, wanted, list.leading, &groups, |posting| {
                if failure.is_some() || !window.contains(&posting.position) {
                    return;
                }
                while self
                    .lengths
                    .get(length + 1)
                    .is_some_and(|&(_, first)| first <= posting.position)
                {
                    length += 1;
                }
                let other = self.lengths[length].0;
                let missing = (query_bitmap & !posting.bitmap).count_ones() as usize;
                let foreign = (posting.bitmap & !query_bitmap).count_ones() as usize;
                let shared = (tokens - tried)
                    .min(other.saturating_sub(usize::from(posting.rank)))
                    .min(tokens.saturating_sub(missing))
                    .min(other.saturating_sub(foreign));
                if needs.pass(other, shared) && seen.insert(posting.position) {
                    match sieve.look(posting.position, other) {
                        Ok(true) => needs = Needs::of(tokens, sieve),
                        Ok(false) => {}
                        Err(error) => failure = Some(error),
                    }
                }
            });
            failure.map_or(Ok(()), Err)?;
        }
        Ok(())
    }

    /// Shows the sieve every text of a length that it wants.
    ///
    /// # Errors
    /// As [`Segment::read`].
    pub fn scan(&self, sieve: &mut dyn Sieve) -> Result<()> {
        for (at, &(tokens, first)) in self.lengths.iter().enumerate() {
            let end = self
                .lengths
                .get(at + 1)
                .map_or(self.texts, |&(_, next)| next);
            for position in first..end {
                if sieve.needed(tokens).is_none() {
                    break;
                }
                sieve.look(position, tokens)?;
            }
        }
        Ok(())
    }

    /// Reads a text's words, as the numbers of their lower-case forms, and returns its own number and the languages in which it has renderings.
    ///
    /// # Errors
    /// As [`Segment::read`].
    pub fn sequence(
        &self,
        position: u32,
        tokens: usize,
        words: &mut Vec<u32>,
    ) -> Result<(TextId, u64)> {
        let block = self
            .blocks
            .block(Part::Sequences, position / SEQUENCES as u32)?;
        let (offsets, records) = sequences(&block);
        let offset = offsets
            .get(position as usize % SEQUENCES)
            .map_or(0, |offset| u32::from_le_bytes(*offset));
        let mut reader = Reader(records.get(offset as usize..).unwrap_or_default());
        let text = TextId(reader.number() as i64);
        let mask = self.masks.get(reader.number() as usize).copied();
        words.clear();
        words.extend((0..tokens).map(|_| reader.small()));
        Ok((text, mask.unwrap_or(0)))
    }

    /// Returns how many tokens the text at a position has.
    pub fn tokens(&self, position: u32) -> usize {
        self.lengths
            .get(self.length_from(position))
            .map_or(0, |&(tokens, _)| tokens)
    }

    /// Returns words, by the numbers of their lower-case forms, as symbols.
    ///
    /// # Errors
    /// As [`Segment::read`].
    pub fn symbols(&self, words: &[u32], symbols: &mut Vec<Symbol>) -> Result<()> {
        symbols.clear();
        let mut read = self.symbols.borrow_mut();
        for &word in words {
            let number = word as usize / SYMBOLS;
            if read.get(number).is_none_or(Option::is_none) {
                let block = self.blocks.block(Part::Symbols, number as u32)?;
                if read.len() <= number {
                    read.resize(number + 1, None);
                }
                read[number] = Some(unpacked(&block, number as u32 * SYMBOLS as u32));
            }
            let known = read[number].as_ref();
            symbols.extend(
                known
                    .and_then(|known| known.get(word as usize % SYMBOLS))
                    .copied(),
            );
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
    fn stretch(&self, start: u64, bytes: usize, out: &mut Vec<u8>) -> Result<()> {
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

    /// The positions of texts of these lengths.
    fn window(&self, lengths: &Range<usize>) -> Range<u32> {
        let first_of = |tokens: usize| {
            let at = self.lengths.partition_point(|&(length, _)| length < tokens);
            self.lengths.get(at).map_or(self.texts, |&(_, first)| first)
        };
        first_of(lengths.start)..first_of(lengths.end)
    }

    /// The index in `lengths` of the text at a position.
    fn length_from(&self, position: u32) -> usize {
        self.lengths
            .partition_point(|&(_, first)| first <= position)
            .saturating_sub(1)
    }
}

/// How many tokens texts must share with the query, by their length.
struct Needs(Vec<u32>);

impl Needs {
    fn of(query: usize, sieve: &dyn Sieve) -> Self {
        // A text of more than twice the tokens cannot share half of its own.
        let needed = |tokens: usize| {
            let least = query.max(tokens).div_ceil(2);
            let needed = sieve.needed(tokens);
            debug_assert!(
                needed.is_none_or(|needed| needed >= least),
                "{query} {tokens} {needed:?}"
            );
            needed.map_or(u32::MAX, |needed| needed.max(least) as u32)
        };
        Self((0..=2 * query).map(needed).collect())
    }

    fn pass(&self, tokens: usize, shared: usize) -> bool {
        self.0
            .get(tokens)
            .is_some_and(|&needed| shared >= needed as usize)
    }

    /// The lengths at which sharing so many tokens is enough.
    fn lengths(&self, shared: usize) -> Option<Range<usize>> {
        let enough = |needed: &u32| *needed as usize <= shared;
        let first = self.0.iter().position(enough)?;
        let last = self.0.iter().rposition(enough)?;
        Some(first..last + 1)
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

/// Returns the symbols of a block, whose first word is `first`.
fn unpacked(block: &[u8], first: u32) -> Rc<[Symbol]> {
    let (entries, _) = block.as_chunks::<SYMBOL>();
    let symbol = |(word, &[f0, f1, f2, f3, s0, s1, s2, s3, class]): (u32, &[u8; SYMBOL])| Symbol {
        lower: word,
        folded: u32::from_le_bytes([f0, f1, f2, f3]),
        stem: u32::from_le_bytes([s0, s1, s2, s3]),
        class: Class::ALL
            .get(usize::from(class))
            .copied()
            .unwrap_or(Class::Word),
    };
    (first..).zip(entries).map(symbol).collect()
}

/// Returns where the records of a block of sequences start, and the records.
fn sequences(block: &[u8]) -> (&[[u8; 4]], &[u8]) {
    let (count, rest) = block.split_first_chunk::<4>().unwrap_or((&[0; 4], &[]));
    let offsets = u32::from_le_bytes(*count) as usize * 4;
    let (offsets, records) = rest.split_at_checked(offsets).unwrap_or_default();
    (offsets.as_chunks::<4>().0, records)
}
