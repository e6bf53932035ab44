//! The texts that the program's own score puts first.

use super::index::{Index, Nearest, Rack, sift};
use super::judge::{Bound, Script, by_stem, most_possible, share_needed};
use super::score::ROUNDING;
use crate::error::Result;
use crate::index::{Class, FLOOR, Known, Sieve, Symbol, TextId};

/// The score of a text that differs in numbers, names, case or punctuation only and is repaired: below 1, above every other.
pub(super) const REPAIRED: f64 = 0.99;

/// The best score of a text that is not equal and not repaired.
pub(super) const FUZZY_MOST: f64 = 0.98;

/// Returns the texts of the best scores, at least `least`, best first, of those with a rendering in one of the languages `targets`. Those that
/// may be repaired come with [`REPAIRED`].
///
/// Only texts are judged that share half of the tokens of the longer text with the query, in whatever form and order; fewer only if less than
/// a half is asked for. A text that shares less is no help.
///
/// # Errors
/// When the storage fails.
pub(super) fn best(
    index: &Index<'_>,
    query: &str,
    targets: u64,
    least: f64,
    (limit, ties): (usize, usize),
) -> Result<Vec<(f64, TextId)>> {
    let share = if least < FLOOR {
        share_needed(least).min(FLOOR)
    } else {
        FLOOR
    };
    let mut nearest = Nearest::new(limit, ties, least).unsure_of(REPAIRED);
    for rack in index.racks() {
        let known = rack.segment.read(query)?;
        let query: Vec<Symbol> = known.iter().map(|known| known.symbol).collect();
        let query_stems: Vec<u32> = query.iter().map(|symbol| symbol.stem).collect();
        let mut query_bag = query.clone();
        by_stem(&mut query_bag);
        let mut sieve = Best {
            rack,
            targets,
            share,
            bound: Bound::of(&query),
            query,
            query_bag,
            shared: Overlap::of(&query_stems),
            nearest: &mut nearest,
            words: Vec::new(),
            symbols: Vec::new(),
            bag: Vec::new(),
        };
        sift(rack, &known, share, &mut sieve)?;
    }
    Ok(nearest.into_found())
}

struct Best<'s, 'm> {
    rack: &'s Rack<'m>,
    targets: u64,
    share: f64,
    bound: Bound,
    query: Vec<Symbol>,
    query_bag: Vec<Symbol>,
    shared: Overlap,
    nearest: &'s mut Nearest,
    words: Vec<u32>,
    symbols: Vec<Symbol>,
    bag: Vec<Symbol>,
}

impl Sieve for Best<'_, '_> {
    fn needed(&self, tokens: usize) -> Option<usize> {
        let longer = tokens.max(self.query.len()) as f64;
        let least = (longer * self.share - ROUNDING).ceil() as usize;
        let threshold = self.nearest.threshold() - ROUNDING;
        // Sharing more never scores less, so that the least that is enough is found by halving.
        let (mut few, mut enough) = (least, tokens.min(self.query.len()));
        if few > enough || self.bound.most(enough, tokens) < threshold {
            return None;
        }
        while few < enough {
            let middle = few + (enough - few) / 2;
            if self.bound.most(middle, tokens) >= threshold {
                enough = middle;
            } else {
                few = middle + 1;
            }
        }
        Some(few)
    }

    fn is_hopeless(&self, missing: &[&Known]) -> bool {
        let marks = missing
            .iter()
            .filter(|known| known.symbol.class == Class::Mark)
            .count();
        self.share >= FLOOR
            && self.bound.without(missing.len() - marks, marks) + ROUNDING
                < self.nearest.threshold()
    }

    fn look(&mut self, position: u32, tokens: usize) -> Result<bool> {
        let segment = &self.rack.segment;
        let (text, targets) = segment.sequence(position, tokens, &mut self.words)?;
        if targets & self.targets == 0 {
            return Ok(false);
        }
        segment.symbols(&self.words, &mut self.symbols)?;
        let shared = self.shared.with(&self.symbols);
        if self.needed(tokens).is_none_or(|needed| shared < needed) {
            return Ok(false);
        }
        self.bag.clone_from(&self.symbols);
        by_stem(&mut self.bag);
        let before = self.nearest.threshold();
        if most_possible(&self.query_bag, &self.bag) + ROUNDING < before || !self.rack.counts(text)
        {
            return Ok(false);
        }
        let script = Script::between(&self.query, &self.symbols);
        let score = if script.score() == 1.0 {
            1.0
        } else if script.same_words() {
            REPAIRED
        } else {
            script.score().min(FUZZY_MOST)
        };
        self.nearest.offer(score, text);
        Ok(self.nearest.threshold() > before)
    }
}

fn bit(stem: u32) -> u64 {
    1 << (stem % u64::BITS)
}

/// Counts how many stems a text shares with a query, as multisets.
struct Overlap {
    /// The stems of the query, rising, each once, and how often each occurs.
    stems: Vec<u32>,
    counts: Vec<u32>,
    left: Vec<u32>,
    /// A bit for each stem, many stems sharing a bit: most words of a text are ruled out by it.
    bits: u64,
}

impl Overlap {
    fn of(query: &[u32]) -> Self {
        let mut sorted = query.to_vec();
        sorted.sort_unstable();
        let (mut stems, mut counts): (Vec<u32>, Vec<u32>) = Default::default();
        for group in sorted.chunk_by(|one, other| one == other) {
            stems.push(group[0]);
            counts.push(group.len() as u32);
        }
        Self {
            bits: stems.iter().fold(0, |bits, &stem| bits | bit(stem)),
            stems,
            counts,
            left: Vec::new(),
        }
    }

    fn with(&mut self, symbols: &[Symbol]) -> usize {
        self.left.clone_from(&self.counts);
        let mut shared = 0;
        for symbol in symbols {
            if bit(symbol.stem) & self.bits == 0 {
                continue;
            }
            if let Ok(at) = self.stems.binary_search(&symbol.stem)
                && self.left[at] > 0
            {
                self.left[at] -= 1;
                shared += 1;
            }
        }
        shared
    }
}
