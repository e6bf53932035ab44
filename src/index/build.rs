//! From texts to the blocks of a segment.

use std::hash::Hasher as _;

use rustc_hash::{FxHashMap, FxHasher};

use super::TextId;
use super::blocks::{Part, seal};
use super::bytes::{Reader, put, put_bytes};
use super::postings::{self, Posting};
use super::segment::{POSTINGS, RESTART, SEQUENCES, SYMBOLS, leading};
use super::signature;
use super::symbol::{Class, Forms, lower};
use crate::language::Profile;
use crate::text::{self, Strings};

/// Bytes after which a block of words or postings is closed.
const BLOCK: usize = 8192;

/// The rank of a stem that is not a leading one, while lists are made.
const NOT_LEADING: u8 = u8::MAX;

/// Gathers texts for a segment: some two bytes a word and twenty a text, and sixty for each different word.
pub struct Builder {
    forms: Forms,
    written: Written,
    /// Lower-case words, and the folded forms that are no such words.
    words: Strings,
    /// The folded form, the stem and the class of each word.
    known: Vec<(u32, u32, Class)>,
    stems: Strings,
    /// The words of all texts, one text after the other.
    sequences: Vec<u8>,
    texts: Vec<Gathered>,
    tokens: usize,
}

struct Gathered {
    id: TextId,
    /// Where its words end.
    end: u32,
    tokens: u32,
}

impl Builder {
    /// Returns a builder for texts of a language.
    pub fn new(profile: &'static Profile) -> Self {
        Self {
            forms: Forms::new(profile),
            written: Written::default(),
            words: Strings::default(),
            known: Vec::new(),
            stems: Strings::default(),
            sequences: Vec::new(),
            texts: Vec::new(),
            tokens: 0,
        }
    }

    /// Adds a text; its place is the number of texts before it.
    pub fn add(&mut self, id: TextId, content: &str) {
        // As queries come.
        let content = &*text::normal(content);
        let before = self.tokens;
        for token in text::tokens(content) {
            let word = self.number(token.of(content), token.kind);
            put(&mut self.sequences, u64::from(word));
            self.tokens += 1;
        }
        self.texts.push(Gathered {
            id,
            end: self.sequences.len() as u32,
            tokens: (self.tokens - before) as u32,
        });
    }

    /// Returns the texts by their places.
    pub fn texts(&self) -> impl ExactSizeIterator<Item = TextId> {
        self.texts.iter().map(|text| text.id)
    }

    /// Returns how many words there are in all texts.
    pub fn tokens(&self) -> usize {
        self.tokens
    }

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
        self.known.push((folded, stem, form.class));
        if folded as usize == self.known.len() {
            self.known.push((folded, stem, form.class));
        }
        word
    }

    /// Hands out the blocks of the segment, those of each part in order. `targets` says which texts, by their places, belong into it, and by one
    /// bit each which languages they have renderings in.
    ///
    /// # Errors
    /// What `write` fails with.
    pub fn finish<E>(
        mut self,
        targets: impl Fn(usize) -> Option<u64>,
        mut write: impl FnMut(Part, u32, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        self.written = Written::default();
        let kept: Vec<u32> = (0..self.texts.len())
            .filter(|&place| targets(place).is_some())
            .map(|place| place as u32)
            .collect();
        let targets = |place: u32| targets(place as usize).unwrap_or(0);
        let numbering = self.numbering(&kept);
        let order = self.order(kept, &numbering);
        let mut header = Vec::new();
        self.write_lengths(&order, &mut header);
        let masks = Masks::write(&order, targets, &mut header);
        let lists = self.write_postings(&order, &numbering, &mut write)?;
        self.write_words(&numbering, &lists, &mut header, &mut write)?;
        self.write_symbols(&numbering, &mut write)?;
        self.write_sequences(&order, &numbering, &masks, targets, &mut write)?;
        seal(&mut header);
        write(Part::Header, 0, &header)
    }

    /// The words of a text.
    fn sequence(&self, place: u32) -> Sequence<'_> {
        let place = place as usize;
        let start = place
            .checked_sub(1)
            .map_or(0, |before| self.texts[before].end);
        let text = &self.texts[place];
        Sequence {
            rest: Reader(&self.sequences[start as usize..text.end as usize]),
            tokens: text.tokens as usize,
        }
    }

    /// The places of the texts by length, then so that texts which share a word that is rare, but not the rarest, stand together: near texts are
    /// read together and lie in the same block.
    fn order(&self, kept: Vec<u32>, numbering: &Numbering) -> Vec<u32> {
        let mut stems = Vec::new();
        let mut keyed: Vec<(u32, u32, TextId, u32)> = kept
            .into_iter()
            .map(|place| {
                let sequence = self.sequence(place);
                stems.clear();
                stems.extend(
                    sequence.map(|word| numbering.stem[self.known[word as usize].1 as usize]),
                );
                let at = stems.len() / 4;
                let near = match stems.is_empty() {
                    true => 0,
                    false => *stems.select_nth_unstable(at).1,
                };
                (
                    stems.len() as u32,
                    near,
                    self.texts[place as usize].id,
                    place,
                )
            })
            .collect();
        keyed.sort_unstable();
        keyed.into_iter().map(|(.., place)| place).collect()
    }

    fn numbering(&self, order: &[u32]) -> Numbering {
        let mut occurrences = vec![0u32; self.known.len()];
        let mut texts_with = vec![0u32; self.stems.len()];
        let mut last_seen = vec![u32::MAX; self.stems.len()];
        for &place in order {
            for word in self.sequence(place) {
                occurrences[word as usize] += 1;
                let stem = self.known[word as usize].1 as usize;
                if last_seen[stem] != place {
                    last_seen[stem] = place;
                    texts_with[stem] += 1;
                }
            }
        }
        // Equal frequencies in an order that does not depend on hashing: that of first coming.
        let mut words: Vec<u32> = (0..self.known.len() as u32).collect();
        words.sort_by_key(|&word| std::cmp::Reverse(occurrences[word as usize]));
        let mut stems: Vec<u32> = (0..self.stems.len() as u32).collect();
        stems.sort_by_key(|&stem| texts_with[stem as usize]);
        Numbering {
            word: inverse(&words),
            words,
            stem: inverse(&stems),
            texts_with,
        }
    }

    fn write_lengths(&self, order: &[u32], header: &mut Vec<u8>) {
        put(header, order.len() as u64);
        let mut lengths: Vec<(usize, usize)> = Vec::new();
        for (position, &place) in order.iter().enumerate() {
            let length = self.sequence(place).tokens;
            if lengths.last().is_none_or(|&(last, _)| last != length) {
                lengths.push((length, position));
            }
        }
        put(header, lengths.len() as u64);
        for (length, position) in lengths {
            put(header, length as u64);
            put(header, position as u64);
        }
    }

    /// Writes the signatures and the lists of texts, and returns for each stem, by its final number, where and how long they are.
    fn write_postings<E>(
        &self,
        order: &[u32],
        numbering: &Numbering,
        write: &mut impl FnMut(Part, u32, &[u8]) -> Result<(), E>,
    ) -> Result<Vec<Lists>, E> {
        // A counting sort by stem: sizes, then starts, then entries.
        let mut starts = vec![0u32; self.stems.len() + 1];
        for (stem, &texts) in numbering.texts_with.iter().enumerate() {
            starts[numbering.stem[stem] as usize + 1] = texts;
        }
        for stem in 1..starts.len() {
            starts[stem] += starts[stem - 1];
        }
        let all = starts[self.stems.len()] as usize;
        let (mut positions, mut ranks) = (vec![0u32; all], vec![0u8; all]);
        let (mut block, mut number) = (Vec::new(), 0);
        let mut free = starts.clone();
        let mut stems = Vec::new();
        for (position, &place) in (0u32..).zip(order) {
            stems.clear();
            let stem = |word: u32| numbering.stem[self.known[word as usize].1 as usize];
            stems.extend(self.sequence(place).map(stem));
            stems.sort_unstable();
            let known = |word: u32| {
                let (_, stem, class) = self.known[word as usize];
                (numbering.stem[stem as usize], class)
            };
            let signature = signature::of(self.sequence(place).map(known));
            block.extend_from_slice(&signature.to_le_bytes());
            if block.len() == signature::TEXTS * signature::BYTES
                || position as usize + 1 == order.len()
            {
                seal(&mut block);
                write(Part::Signatures, number, &block)?;
                number += 1;
                block.clear();
            }
            let leading = leading(stems.len());
            for (rank, &stem) in stems.iter().enumerate() {
                if rank > 0 && stems[rank - 1] == stem {
                    continue;
                }
                let slot = &mut free[stem as usize];
                positions[*slot as usize] = position;
                ranks[*slot as usize] = if rank < leading {
                    rank.min(usize::from(NOT_LEADING) - 1) as u8
                } else {
                    NOT_LEADING
                };
                *slot += 1;
            }
        }
        drop(free);
        let mut stream = Stream::new(Part::Postings);
        let mut lists = Vec::with_capacity(self.stems.len());
        let (mut list, mut bytes, mut others) = (Vec::new(), Vec::new(), Vec::new());
        for stem in 0..self.stems.len() {
            list.clear();
            bytes.clear();
            others.clear();
            let mut before = 0;
            for at in starts[stem] as usize..starts[stem + 1] as usize {
                let position = positions[at];
                if ranks[at] == NOT_LEADING {
                    put(&mut others, u64::from(position - before));
                    before = position;
                } else {
                    list.push(Posting {
                        position,
                        rank: ranks[at],
                    });
                }
            }
            postings::write(&list, &mut bytes);
            lists.push(Lists {
                texts: starts[stem + 1] - starts[stem],
                start: stream.written,
                leading: list.len() as u32,
                leading_bytes: bytes.len() as u64,
                other_bytes: others.len() as u64,
            });
            stream.write(&bytes, write)?;
            stream.write(&others, write)?;
        }
        stream.close(write)?;
        Ok(lists)
    }

    fn write_words<E>(
        &self,
        numbering: &Numbering,
        lists: &[Lists],
        header: &mut Vec<u8>,
        write: &mut impl FnMut(Part, u32, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let words = self.words.iter().zip(&numbering.word);
        let stems = self.stems.iter().zip(&numbering.stem);
        let mut entries: Vec<(&str, Entry)> = words
            .map(|(text, &word)| (text, Entry::Word(word)))
            .chain(stems.map(|(text, &stem)| (text, Entry::Stem(stem))))
            .collect();
        entries.sort_unstable_by_key(|&(text, _)| text);
        let mut firsts: Vec<&str> = Vec::new();
        let (mut block, mut restarts, mut about) = (Vec::new(), Vec::new(), Vec::new());
        let (mut number, mut in_block) = (0, 0);
        let all = entries.len();
        for (done, (text, entry)) in (1..).zip(entries) {
            if block.is_empty() {
                firsts.push(text);
            }
            if in_block % RESTART == 0 {
                restarts.push(block.len() as u32);
            }
            in_block += 1;
            about.clear();
            match entry {
                Entry::Word(word) => put(&mut about, u64::from(word)),
                Entry::Stem(stem) => lists[stem as usize].put(stem, &mut about),
            }
            put_bytes(&mut block, text.as_bytes());
            put_bytes(&mut block, &about);
            if block.len() >= BLOCK || done == all {
                restarts.push(restarts.len() as u32);
                restarts
                    .drain(..)
                    .for_each(|at| block.extend_from_slice(&at.to_le_bytes()));
                seal(&mut block);
                write(Part::Words, number, &block)?;
                (number, in_block) = (number + 1, 0);
                block.clear();
            }
        }
        put(header, firsts.len() as u64);
        firsts
            .iter()
            .for_each(|text| put_bytes(header, text.as_bytes()));
        Ok(())
    }

    fn write_symbols<E>(
        &self,
        numbering: &Numbering,
        write: &mut impl FnMut(Part, u32, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        for (number, words) in (0u32..).zip(numbering.words.chunks(SYMBOLS)) {
            let mut block = Vec::with_capacity(words.len() * 9);
            for &word in words {
                let (folded, stem, class) = self.known[word as usize];
                block.extend_from_slice(&numbering.word[folded as usize].to_le_bytes());
                block.extend_from_slice(&numbering.stem[stem as usize].to_le_bytes());
                block.push(class as u8);
            }
            seal(&mut block);
            write(Part::Symbols, number, &block)?;
        }
        Ok(())
    }

    fn write_sequences<E>(
        &self,
        order: &[u32],
        numbering: &Numbering,
        masks: &Masks,
        targets: impl Fn(u32) -> u64,
        write: &mut impl FnMut(Part, u32, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        for (number, places) in (0u32..).zip(order.chunks(SEQUENCES)) {
            let (mut block, mut records) = (Vec::new(), Vec::new());
            block.extend_from_slice(&(places.len() as u32).to_le_bytes());
            for &place in places {
                block.extend_from_slice(&(records.len() as u32).to_le_bytes());
                let text = &self.texts[place as usize];
                put(&mut records, text.id.0 as u64);
                put(&mut records, masks.0[&targets(place)]);
                for word in self.sequence(place) {
                    put(&mut records, u64::from(numbering.word[word as usize]));
                }
            }
            block.extend_from_slice(&records);
            seal(&mut block);
            write(Part::Sequences, number, &block)?;
        }
        Ok(())
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

/// The words of a text, by their first numbers.
struct Sequence<'b> {
    rest: Reader<'b>,
    tokens: usize,
}

impl Iterator for Sequence<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        (!self.rest.is_empty()).then(|| self.rest.small())
    }
}

/// The number of each set of languages that a text of the segment has renderings in.
struct Masks(FxHashMap<u64, u64>);

impl Masks {
    fn write(order: &[u32], targets: impl Fn(u32) -> u64, header: &mut Vec<u8>) -> Self {
        let mut masks: FxHashMap<u64, u64> = FxHashMap::default();
        let mut in_order = Vec::new();
        for &place in order {
            let mask = targets(place);
            masks.entry(mask).or_insert_with(|| {
                in_order.push(mask);
                in_order.len() as u64 - 1
            });
        }
        put(header, in_order.len() as u64);
        in_order.iter().for_each(|&mask| put(header, mask));
        Self(masks)
    }
}

/// What a string of the list of words is, by its final number.
#[derive(Clone, Copy)]
enum Entry {
    Word(u32),
    Stem(u32),
}

/// The final numbers of words, frequent ones first, and of stems, rare ones first.
struct Numbering {
    /// The final number of each word.
    word: Vec<u32>,
    /// The words in the order of their final numbers.
    words: Vec<u32>,
    /// The final number of each stem.
    stem: Vec<u32>,
    /// In how many texts each stem is, by its first number.
    texts_with: Vec<u32>,
}

fn inverse(order: &[u32]) -> Vec<u32> {
    let mut inverse = vec![0; order.len()];
    for (place, &member) in (0u32..).zip(order) {
        inverse[member as usize] = place;
    }
    inverse
}

/// Where the lists of a stem are.
struct Lists {
    texts: u32,
    start: u64,
    leading: u32,
    leading_bytes: u64,
    other_bytes: u64,
}

impl Lists {
    fn put(&self, stem: u32, out: &mut Vec<u8>) {
        put(out, u64::from(stem));
        put(out, u64::from(self.texts));
        put(out, self.start);
        put(out, u64::from(self.leading));
        put(out, self.leading_bytes);
        put(out, self.other_bytes);
    }
}

/// Bytes that are written in blocks of the same size.
struct Stream {
    part: Part,
    block: Vec<u8>,
    number: u32,
    written: u64,
}

impl Stream {
    fn new(part: Part) -> Self {
        Self {
            part,
            block: Vec::new(),
            number: 0,
            written: 0,
        }
    }

    fn write<E>(
        &mut self,
        mut bytes: &[u8],
        write: &mut impl FnMut(Part, u32, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        self.written += bytes.len() as u64;
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at((POSTINGS - self.block.len()).min(bytes.len()));
            self.block.extend_from_slice(now);
            bytes = later;
            if self.block.len() == POSTINGS {
                self.close(write)?;
            }
        }
        Ok(())
    }

    fn close<E>(
        &mut self,
        write: &mut impl FnMut(Part, u32, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.block.is_empty() {
            return Ok(());
        }
        seal(&mut self.block);
        write(self.part, self.number, &self.block)?;
        self.number += 1;
        self.block.clear();
        Ok(())
    }
}
