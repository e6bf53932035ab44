//! From numbered texts to the blocks of a segment.

use std::cmp::Reverse;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::batch::Batch;
use super::blocks::{Part, seal};
use super::build::{Word, Words};
use super::bytes::{put, put_bytes};
use super::postings::{self, Posting};
use super::segment::{POSTINGS, RESTART, SEQUENCES, SYMBOLS, leading};
use super::signature::{self, Signature};
use super::symbol::Symbol;
use crate::text::Strings;

/// Bytes after which a block of words is closed.
const BLOCK: usize = 8192;

/// The rank of a stem that is not a leading one, while lists are made.
const NOT_LEADING: u8 = u8::MAX;

/// Postings that are sorted at a time, 8 MB; a half of all where that is more.
const SORTED: u32 = if cfg!(test) { 64 } else { 1 << 21 };

/// Texts in the order of their positions; words have their final numbers, frequent ones first, and stems theirs, rare ones first.
pub(super) struct Finished {
    batch: Batch,
    masks: Masks,
    /// What is known of each word, by its final number.
    known: Vec<Word>,
    /// In how many texts each stem is, by its final number.
    texts_with: Vec<u32>,
    words: Numbered,
    stems: Numbered,
}

/// Strings, and the final number of each.
struct Numbered {
    strings: Strings,
    numbers: Vec<u32>,
}

impl Finished {
    /// Orders texts and words.
    pub(super) fn of(batch: Batch, masks: Masks, words: Words) -> Self {
        let Words {
            words,
            known,
            stems,
            ..
        } = words;
        let mut occurrences = vec![0u32; known.len()];
        let mut texts_with = vec![0u32; stems.len()];
        let mut last_seen = vec![u32::MAX; stems.len()];
        for (place, sequence) in (0..).zip(batch.sequences()) {
            for word in sequence {
                occurrences[word as usize] += 1;
                let stem = known[word as usize].stem as usize;
                if last_seen[stem] != place {
                    last_seen[stem] = place;
                    texts_with[stem] += 1;
                }
            }
        }
        drop(last_seen);
        // Equal frequencies in an order that does not depend on hashing: that of first coming.
        let by_frequency = sorted_by_key(known.len(), |word| Reverse(occurrences[word]));
        drop(occurrences);
        let by_rarity = sorted_by_key(stems.len(), |stem| texts_with[stem]);
        let (word, stem) = (inverse(&by_frequency), inverse(&by_rarity));
        let known: Vec<Word> = (by_frequency.iter())
            .map(|&first| &known[first as usize])
            .map(|known| Word {
                folded: word[known.folded as usize],
                stem: stem[known.stem as usize],
                class: known.class,
            })
            .collect();
        let texts_with = (by_rarity.iter())
            .map(|&first| texts_with[first as usize])
            .collect();
        let batch = arranged(batch, &word, &known);
        Self {
            batch,
            masks,
            known,
            texts_with,
            words: Numbered {
                strings: words,
                numbers: word,
            },
            stems: Numbered {
                strings: stems,
                numbers: stem,
            },
        }
    }

    /// Hands out the blocks.
    pub(super) fn write<E>(
        &self,
        mut write: impl FnMut(Part, u32, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut header = Vec::new();
        self.write_lengths(&mut header);
        self.masks.write(&mut header);
        self.write_signatures(&mut write)?;
        let lists = self.write_postings(&mut write)?;
        self.write_words(&lists, &mut header, &mut write)?;
        self.write_symbols(&mut write)?;
        self.write_sequences(&mut write)?;
        seal(&mut header);
        write(Part::Header, 0, &header)
    }

    fn write_lengths(&self, header: &mut Vec<u8>) {
        put(header, self.batch.texts().len() as u64);
        let mut lengths: Vec<(usize, usize)> = Vec::new();
        for (position, sequence) in self.batch.sequences().enumerate() {
            let length = sequence.tokens();
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

    fn write_signatures<E>(
        &self,
        write: &mut impl FnMut(Part, u32, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut blocks = Stream::new(Part::Signatures, signature::TEXTS * signature::BYTES);
        let mut bytes = Vec::with_capacity(signature::BYTES);
        for sequence in self.batch.sequences() {
            let tokens = sequence.map(|word| {
                let known = &self.known[word as usize];
                Symbol {
                    lower: word,
                    folded: known.folded,
                    stem: known.stem,
                    class: known.class,
                }
            });
            bytes.clear();
            Signature::of(tokens).put(&mut bytes);
            blocks.write(&bytes, write)?;
        }
        blocks.close(write)
    }

    /// Writes the lists of texts, and returns for each stem, by its final number, where and how long they are.
    fn write_postings<E>(
        &self,
        write: &mut impl FnMut(Part, u32, &[u8]) -> Result<(), E>,
    ) -> Result<Vec<Lists>, E> {
        let texts_with = &self.texts_with;
        // The stems alone: what is read so often stays in the processor's cache.
        let stems_of: Vec<u32> = self.known.iter().map(|known| known.stem).collect();
        let most = SORTED.max(texts_with.iter().sum::<u32>() / 2);
        let mut stream = Stream::new(Part::Postings, POSTINGS);
        let mut lists = Vec::with_capacity(texts_with.len());
        let (mut list, mut bytes, mut others) = (Vec::new(), Vec::new(), Vec::new());
        let mut first = 0;
        while first < texts_with.len() {
            let mut all = 0;
            let fits = |texts: &u32| {
                all += texts;
                all <= most
            };
            let stems = texts_with[first..].iter().copied().take_while(fits).count();
            let stems = first..first + stems.max(1);
            let (sorted, starts) = self.sorted(&stems_of, stems.clone());
            for (stem, ends) in stems.clone().zip(starts.windows(2)) {
                list.clear();
                bytes.clear();
                others.clear();
                let mut before = 0;
                for &packed in &sorted[ends[0] as usize..ends[1] as usize] {
                    let (position, rank) = (packed >> u8::BITS, packed as u8);
                    if rank == NOT_LEADING {
                        put(&mut others, u64::from(position - before));
                        before = position;
                    } else {
                        list.push(Posting { position, rank });
                    }
                }
                postings::write(&list, &mut bytes);
                lists.push(Lists {
                    texts: texts_with[stem],
                    start: stream.written,
                    leading: list.len() as u32,
                    leading_bytes: bytes.len() as u64,
                    other_bytes: others.len() as u64,
                });
                stream.write(&bytes, write)?;
                stream.write(&others, write)?;
            }
            first = stems.end;
        }
        stream.close(write)?;
        Ok(lists)
    }

    /// Returns where each of some stems occurs, one stem after the other, as positions with ranks in the lowest 8 bits, and where the stems begin.
    fn sorted(&self, stems_of: &[u32], stems: Range<usize>) -> (Vec<u32>, Vec<u32>) {
        let mut starts = vec![0];
        let mut all = 0;
        starts.extend(self.texts_with[stems.clone()].iter().map(|texts| {
            all += texts;
            all
        }));
        let mut sorted = vec![0u32; all as usize];
        let mut free = starts.clone();
        let start = stems.start as u32;
        let mut own = Vec::new();
        for (position, sequence) in (0u32..).zip(self.batch.sequences()) {
            let (mut tokens, mut rarer, mut kept) = (0, 0, 0);
            for word in sequence {
                let stem = stems_of[word as usize];
                if kept == own.len() {
                    own.push(stem);
                }
                // Without a branch: which stems are wanted cannot be foretold.
                own[kept] = stem;
                tokens += 1;
                rarer += usize::from(stem < start);
                kept += usize::from(stems.contains(&(stem as usize)));
            }
            let own = &mut own[..kept];
            own.sort_unstable();
            let leading = leading(tokens);
            for (rank, &stem) in (rarer..).zip(&*own) {
                if rank > rarer && own[rank - rarer - 1] == stem {
                    continue;
                }
                let rank = match rank < leading {
                    true => rank.min(usize::from(NOT_LEADING) - 1) as u8,
                    false => NOT_LEADING,
                };
                let slot = &mut free[stem as usize - stems.start];
                sorted[*slot as usize] = position << u8::BITS | u32::from(rank);
                *slot += 1;
            }
        }
        (sorted, starts)
    }

    fn write_words<E>(
        &self,
        lists: &[Lists],
        header: &mut Vec<u8>,
        write: &mut impl FnMut(Part, u32, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let words = self.words.iter();
        let stems = self.stems.iter();
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
        write: &mut impl FnMut(Part, u32, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        for (number, known) in (0u32..).zip(self.known.chunks(SYMBOLS)) {
            let mut block = Vec::with_capacity(known.len() * 9);
            for known in known {
                block.extend_from_slice(&known.folded.to_le_bytes());
                block.extend_from_slice(&known.stem.to_le_bytes());
                block.push(known.class as u8);
            }
            seal(&mut block);
            write(Part::Symbols, number, &block)?;
        }
        Ok(())
    }

    fn write_sequences<E>(
        &self,
        write: &mut impl FnMut(Part, u32, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut sequences = self.batch.sequences();
        for (number, texts) in (0u32..).zip(self.batch.texts().chunks(SEQUENCES)) {
            let (mut block, mut records) = (Vec::new(), Vec::new());
            block.extend_from_slice(&(texts.len() as u32).to_le_bytes());
            for (text, sequence) in texts.iter().zip(&mut sequences) {
                block.extend_from_slice(&(records.len() as u32).to_le_bytes());
                put(&mut records, text.id.0 as u64);
                put(&mut records, u64::from(text.mask));
                for word in sequence {
                    put(&mut records, u64::from(word));
                }
            }
            block.extend_from_slice(&records);
            seal(&mut block);
            write(Part::Sequences, number, &block)?;
        }
        Ok(())
    }
}

impl Numbered {
    fn iter(&self) -> impl Iterator<Item = (&str, &u32)> {
        self.strings.iter().zip(&self.numbers)
    }
}

/// Returns texts by length, then so that texts which share a word that is rare, but not the rarest, stand together: near texts are read together
/// and lie in the same block. Their words get the final numbers, by which `known` goes already.
fn arranged(batch: Batch, numbers: &[u32], known: &[Word]) -> Batch {
    let mut stems = Vec::new();
    let mut keyed: Vec<(u32, u32, u32)> = (0..)
        .zip(batch.sequences())
        .map(|(place, sequence)| {
            stems.clear();
            stems.extend(sequence.map(|word| known[numbers[word as usize] as usize].stem));
            let at = stems.len() / 4;
            let near = match stems.is_empty() {
                true => 0,
                false => *stems.select_nth_unstable(at).1,
            };
            (stems.len() as u32, near, place)
        })
        .collect();
    keyed.sort_unstable();
    let order: Vec<u32> = keyed.into_iter().map(|(.., place)| place).collect();
    batch.rearranged(&order, numbers)
}

fn sorted_by_key<K: Ord>(members: usize, key: impl Fn(usize) -> K) -> Vec<u32> {
    let mut sorted: Vec<u32> = (0..members as u32).collect();
    sorted.sort_by_key(|&member| key(member as usize));
    sorted
}

fn inverse(order: &[u32]) -> Vec<u32> {
    let mut inverse = vec![0; order.len()];
    for (place, &member) in (0u32..).zip(order) {
        inverse[member as usize] = place;
    }
    inverse
}

/// The different sets of languages that texts have renderings in.
#[derive(Default)]
pub(super) struct Masks {
    all: Vec<u64>,
    numbers: FxHashMap<u64, u32>,
}

impl Masks {
    /// Returns the number of a set.
    pub(super) fn number(&mut self, mask: u64) -> u32 {
        *self.numbers.entry(mask).or_insert_with(|| {
            self.all.push(mask);
            self.all.len() as u32 - 1
        })
    }

    fn write(&self, header: &mut Vec<u8>) {
        put(header, self.all.len() as u64);
        self.all.iter().for_each(|&mask| put(header, mask));
    }
}

/// What a string of the list of words is, by its final number.
#[derive(Clone, Copy)]
enum Entry {
    Word(u32),
    Stem(u32),
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
    /// The bytes of a block.
    size: usize,
    block: Vec<u8>,
    number: u32,
    written: u64,
}

impl Stream {
    fn new(part: Part, size: usize) -> Self {
        Self {
            part,
            size,
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
            let (now, later) = bytes.split_at((self.size - self.block.len()).min(bytes.len()));
            self.block.extend_from_slice(now);
            bytes = later;
            if self.block.len() == self.size {
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
