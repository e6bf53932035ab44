//! Which texts of a segment may share enough with a query: those on the lists of its rarest stems that no bound rules out.

use std::ops::Range;
use std::rc::Rc;

use super::blocks::Part;
use super::postings::{self, directory_bytes, groups_within};
use super::segment::{Known, Segment};
use super::signature::{self, Own, Signature, Tally, Traces};
use crate::error::Result;

/// Texts of a list that are looked at before the others.
const FIRST: usize = 64;

/// Texts of a list whose signatures are read together.
const TOGETHER: usize = 64;

/// What a search looks for among the texts that share stems with the query.
pub trait Sieve {
    /// Returns how many tokens a text of so many tokens must share with the query, by their stems and as a multiset; `None` where no such text is
    /// wanted.
    fn needed(&self, tokens: usize) -> Option<usize>;

    /// Says whether of numbers, which have their stems in common, only those count as shared that are written alike.
    fn tells_numbers(&self) -> bool {
        false
    }

    /// Says whether no text is wanted that has none of these tokens of the query.
    fn is_hopeless(&self, missing: &[&Known]) -> bool {
        let _ = missing;
        false
    }

    /// Says whether a text may be wanted that shares no more than this with the query.
    fn may_pass(&self, most: &Tally) -> bool {
        let _ = most;
        true
    }

    /// Looks at a text that may share as many as needed, and says whether more are needed from here on.
    ///
    /// # Errors
    /// When the storage fails.
    fn look(&mut self, position: u32, tokens: usize) -> Result<bool>;
}

impl Segment<'_> {
    /// Shows the sieve every text that may share as many tokens as it needs, each once. It must need at least the [`super::FLOOR`] of the longer
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
        let symbols = query.iter().map(|known| known.symbol);
        let own = Own::of(symbols, sieve.tells_numbers());
        let mut needs = Needs::of(tokens, sieve);
        let mut room = self.room.take();
        room.seen.make_empty(self.texts);
        let Room {
            seen,
            directory,
            groups,
            near,
            nearest,
            bounds,
        } = &mut room;
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
            self.stretch(list.start, directory_end, directory)?;
            let (wanted, span) = groups_within(directory, window.start, window.end);
            let all = list.leading_bytes - directory_end;
            let span = span.start.min(all)..span.end.min(all);
            let start = list.start + (directory_end + span.start) as u64;
            self.stretch(start, span.len(), groups)?;
            near.clear();
            let mut length = self.length_from(window.start);
            postings::read(directory, wanted, list.leading, groups, |posting| {
                if !window.contains(&posting.position) {
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
                let by_rank = (tokens - tried).min(other.saturating_sub(usize::from(posting.rank)));
                if needs.pass(other, by_rank) && seen.insert(posting.position) {
                    near.push((posting.position, other as u32));
                }
            });
            nearest.clear();
            for near in near.chunks(TOGETHER) {
                let signatures = self.signatures(near)?;
                for (&(position, other), &signature) in near.iter().zip(&signatures) {
                    let most = own.at_most(signature, other as usize);
                    let shared = most.map_or(usize::MAX, |most| most.shared());
                    if needs.pass(other as usize, shared) {
                        let apart = tokens.max(other as usize).saturating_sub(shared) as u32;
                        nearest.push((apart, position, other, most));
                    }
                }
            }
            // What may be nearest comes first, so that more is needed of the others soon; these in their own order, for neighbours lie in one block.
            bounds.clear();
            bounds.extend(nearest.iter().map(|&(apart, ..)| apart));
            let first = match bounds.len() > FIRST {
                true => *bounds.select_nth_unstable(FIRST).1,
                false => u32::MAX,
            };
            for comes_first in [true, false] {
                for &(_, position, other, most) in nearest
                    .iter()
                    .filter(|&&(apart, ..)| (apart <= first) == comes_first)
                {
                    let other = other as usize;
                    let may = most.is_none_or(|most| {
                        needs.pass(other, most.shared()) && sieve.may_pass(&most)
                    });
                    if may && sieve.look(position, other)? {
                        needs = Needs::of(tokens, sieve);
                    }
                }
            }
        }
        self.room.replace(room);
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

    /// The positions of texts of these lengths.
    fn window(&self, lengths: &Range<usize>) -> Range<u32> {
        let first_of = |tokens: usize| {
            let at = self.lengths.partition_point(|&(length, _)| length < tokens);
            self.lengths.get(at).map_or(self.texts, |&(_, first)| first)
        };
        first_of(lengths.start)..first_of(lengths.end)
    }

    /// Returns what these words leave in signatures, for [`may_hold`](Self::may_hold).
    pub fn traces<'k>(&self, words: impl Iterator<Item = &'k Known>) -> Traces {
        Traces::of(words.map(|known| known.symbol))
    }

    /// Says whether the text at a position may hold a form of one of the words that left these traces; it may not where this says so.
    ///
    /// # Errors
    /// What the storage says.
    pub fn may_hold(&self, position: u32, traces: Traces) -> Result<bool> {
        Ok(traces.are_in(self.signature(position)?))
    }

    fn signature(&self, position: u32) -> Result<Signature> {
        self.signature_among(&mut self.signatures.borrow_mut(), position)
    }

    /// Returns the signatures of texts, one after the other: each is far from the last, so that the processor waits for many at once.
    fn signatures(&self, near: &[(u32, u32)]) -> Result<[Signature; TOGETHER]> {
        let mut found = [Signature::default(); TOGETHER];
        let mut blocks = self.signatures.borrow_mut();
        for (found, &(position, _)) in found.iter_mut().zip(near) {
            *found = self.signature_among(&mut blocks, position)?;
        }
        Ok(found)
    }

    /// Returns the signature of the text at a position, no bit where there is no text, and keeps its block.
    // As a call of its own it makes an answer a twelfth slower.
    #[inline(always)]
    fn signature_among(
        &self,
        blocks: &mut Vec<Option<Rc<[u8]>>>,
        position: u32,
    ) -> Result<Signature> {
        let number = position / signature::TEXTS as u32;
        let block = match blocks.get(number as usize) {
            Some(Some(block)) => block,
            _ => {
                let block = self.blocks.block(Part::Signatures, number)?;
                if blocks.len() <= number as usize {
                    blocks.resize(number as usize + 1, None);
                }
                blocks[number as usize].insert(block)
            }
        };
        let (entries, _) = block.as_chunks::<{ signature::BYTES }>();
        let entry = entries.get(position as usize % signature::TEXTS);
        Ok(entry.map_or(Signature::default(), Signature::from_bytes))
    }
}

/// What a search writes down, kept for the next one.
#[derive(Default)]
pub(super) struct Room {
    seen: Positions,
    directory: Vec<u8>,
    groups: Vec<u8>,
    /// Texts of a list by their positions and tokens.
    near: Vec<(u32, u32)>,
    /// How far apart from the query they are at least, positions, tokens, and what they share with it at most.
    nearest: Vec<(u32, u32, u32, Option<Tally>)>,
    bounds: Vec<u32>,
}

/// A set of positions, a bit for each text.
#[derive(Default)]
struct Positions {
    bits: Vec<u64>,
    /// Which members of `bits` are not zero.
    used: Vec<u32>,
}

impl Positions {
    fn make_empty(&mut self, texts: u32) {
        self.used
            .drain(..)
            .for_each(|used| self.bits[used as usize] = 0);
        self.bits.resize((texts as usize).div_ceil(64), 0);
    }

    /// Adds a position and says whether it was not in the set; one behind the last text never is.
    fn insert(&mut self, position: u32) -> bool {
        let bit = 1 << (position % 64);
        let Some(bits) = self.bits.get_mut(position as usize / 64) else {
            return false;
        };
        if *bits == 0 {
            self.used.push(position / 64);
        }
        let is_new = *bits & bit == 0;
        *bits |= bit;
        is_new
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
