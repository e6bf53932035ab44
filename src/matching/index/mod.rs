//! The texts of one language, and which of them are near a query.
//!
//! They lie in segments of [`crate::index`], which a storage keeps and of which only what a query needs is read; loose texts make one more
//! segment in memory. Nothing outside this folder knows how the texts lie: callers ask for the nearest by one measure and get the numbers of texts.

mod cache;
mod everything;
mod nearest;
mod profiles;

use std::cell::OnceCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::pattern::Pattern;
use super::score::{allowed, needed, normalised};
use crate::error::Result;
use crate::index::{Builder, FLOOR, Kept, Known, Segment, Sieve, TextId};
use crate::language::profile;
use crate::memory::Lookup;
use crate::model::Lang;
use cache::Cached;
use everything::Everything;

pub(super) use cache::Cache;
pub(super) use nearest::Nearest;

/// The texts of a language.
pub(super) struct Index<'m> {
    lookup: &'m dyn Lookup,
    racks: Vec<Rack<'m>>,
    /// Needed by one measure only, made at its first use.
    everything: OnceCell<Option<Everything>>,
}

/// A segment, and which of its texts count.
pub(super) struct Rack<'m> {
    pub(super) segment: Rc<Segment<'m>>,
    /// The segment's number in the storage; `None` for loose texts.
    shelf: Option<i64>,
    moved: Rc<FxHashMap<TextId, i64>>,
}

impl Rack<'_> {
    /// Says whether a text of this segment is to be looked for here.
    pub(super) fn counts(&self, text: TextId) -> bool {
        match self.shelf {
            None => true,
            Some(shelf) => {
                self.moved.is_empty() || self.moved.get(&text).is_none_or(|only| *only == shelf)
            }
        }
    }
}

impl<'m> Index<'m> {
    /// Returns the index of the texts in the languages that `lang` covers. Segments that the index had `before` the memory changed are taken over
    /// with all that was read of them, for a segment never changes.
    ///
    /// # Errors
    /// When the storage fails, as in every method here.
    pub(super) fn open(
        lookup: &'m dyn Lookup,
        lang: &Lang,
        cache: &Rc<Cache>,
        before: Option<&Self>,
    ) -> Result<Self> {
        let known = |number: i64| {
            let racks = before.map_or(&[][..], |before| &before.racks);
            let rack = racks.iter().find(|rack| rack.shelf == Some(number))?;
            Some(Rc::clone(&rack.segment))
        };
        let mut racks = Vec::new();
        for shelf in lookup.shelves(lang)? {
            let profile = profile(&shelf.lang);
            for &number in &shelf.segments {
                let segment = match known(number) {
                    Some(segment) => segment,
                    None => {
                        let blocks = Cached {
                            lookup,
                            cache: Rc::clone(cache),
                            shelf: number,
                        };
                        Rc::new(Segment::open(Box::new(blocks), profile)?)
                    }
                };
                racks.push(Rack {
                    segment,
                    shelf: Some(number),
                    moved: Rc::clone(&shelf.moved),
                });
            }
            if shelf.loose.is_empty() {
                continue;
            }
            let mut builder = Builder::new(profile);
            for loose in &shelf.loose {
                builder.add(loose.id, &loose.content, loose.targets);
            }
            let mut kept = Kept::default();
            let written: Result<()> = builder.finish(|part, _, block| {
                kept.push(part, block);
                Ok(())
            });
            written?;
            racks.push(Rack {
                segment: Rc::new(Segment::open(Box::new(kept), profile)?),
                shelf: None,
                moved: shelf.moved,
            });
        }
        cache.make_room(racks.iter().map(|rack| rack.segment.texts() as usize).sum());
        Ok(Self {
            lookup,
            racks,
            everything: OnceCell::new(),
        })
    }

    /// Returns the segments.
    pub(super) fn racks(&self) -> &[Rack<'m>] {
        &self.racks
    }

    /// Returns exactly the `limit` texts most similar to the query by words, of those at least `floor` similar with a rendering in one of the
    /// languages `targets`.
    pub(super) fn nearest_by_words(
        &self,
        query: &str,
        targets: u64,
        floor: f64,
        (limit, ties): (usize, usize),
    ) -> Result<Vec<(f64, TextId)>> {
        let mut nearest = Nearest::new(limit, ties, floor);
        for rack in &self.racks {
            let known = rack.segment.read(query)?;
            let words: Vec<u32> = known.iter().map(|known| known.symbol.lower).collect();
            let mut sieve = ByWords {
                rack,
                targets,
                tokens: words.len(),
                pattern: Pattern::new(&words),
                nearest: &mut nearest,
            };
            sift(rack, &known, floor, &mut sieve)?;
        }
        Ok(nearest.into_found())
    }

    /// Returns the `limit` texts most similar to the query by characters, of those at least `floor` similar with a rendering in one of the languages
    /// `targets`: exactly where there are few texts, of those that share half of their words where there are many.
    pub(super) fn nearest_by_chars(
        &self,
        query: &str,
        targets: u64,
        floor: f64,
        (limit, ties): (usize, usize),
    ) -> Result<Vec<(f64, TextId)>> {
        let mut nearest = Nearest::new(limit, ties, floor);
        let everything = match self.everything.get() {
            Some(everything) => everything,
            None => {
                let everything = Everything::of(self.lookup, &self.racks)?;
                self.everything.get_or_init(|| everything)
            }
        };
        if let Some(everything) = everything {
            everything.search(query, targets, &mut nearest);
            return Ok(nearest.into_found());
        }
        for rack in &self.racks {
            let known = rack.segment.read(query)?;
            let mut sieve = ByChars {
                lookup: self.lookup,
                rack,
                targets,
                tokens: known.len(),
                query: query.chars().collect(),
                nearest: &mut nearest,
            };
            sift(rack, &known, FLOOR, &mut sieve)?;
        }
        Ok(nearest.into_found())
    }
}

/// Shows a sieve what may pass: by the lists of stems where it needs enough of them, else all.
pub(super) fn sift(
    rack: &Rack<'_>,
    query: &[Known],
    share: f64,
    sieve: &mut dyn Sieve,
) -> Result<()> {
    if share < FLOOR {
        rack.segment.scan(sieve)
    } else {
        rack.segment.sift(query, sieve)
    }
}

struct ByWords<'s, 'm> {
    rack: &'s Rack<'m>,
    targets: u64,
    tokens: usize,
    pattern: Pattern,
    nearest: &'s mut Nearest,
}

impl Sieve for ByWords<'_, '_> {
    fn tells_numbers(&self) -> bool {
        true
    }

    fn needed(&self, tokens: usize) -> Option<usize> {
        let longer = tokens.max(self.tokens);
        let needed = needed(self.nearest.threshold(), longer);
        (needed <= tokens.min(self.tokens)).then_some(needed)
    }

    fn look(&mut self, position: u32, tokens: usize) -> Result<bool> {
        let other = self.rack.segment.sequence(position)?;
        let before = self.nearest.threshold();
        let longer = tokens.max(self.tokens);
        if other.targets & self.targets != 0
            && let Some(distance) =
                self.pattern
                    .distance(other.words(tokens), tokens, allowed(before, longer))
            && self.rack.counts(other.text)
        {
            self.nearest.offer(normalised(distance, longer), other.text);
        }
        Ok(self.nearest.threshold() > before)
    }
}

struct ByChars<'s, 'm> {
    lookup: &'m dyn Lookup,
    rack: &'s Rack<'m>,
    targets: u64,
    tokens: usize,
    query: Vec<char>,
    nearest: &'s mut Nearest,
}

impl Sieve for ByChars<'_, '_> {
    fn needed(&self, tokens: usize) -> Option<usize> {
        let needed = tokens.max(self.tokens).div_ceil(2);
        (needed <= tokens.min(self.tokens)).then_some(needed)
    }

    fn look(&mut self, position: u32, _: usize) -> Result<bool> {
        let other = self.rack.segment.sequence(position)?;
        if other.targets & self.targets == 0 || !self.rack.counts(other.text) {
            return Ok(false);
        }
        if let Some(text) = self.lookup.text(other.text)? {
            let chars: Vec<char> = text.chars().collect();
            let longer = chars.len().max(self.query.len());
            let most = allowed(self.nearest.threshold(), longer);
            let arguments = rapidfuzz::distance::levenshtein::Args::default().score_cutoff(most);
            let distance = rapidfuzz::distance::levenshtein::distance_with_args(
                self.query.iter().copied(),
                chars.iter().copied(),
                &arguments,
            );
            if let Some(distance) = distance {
                self.nearest.offer(normalised(distance, longer), other.text);
            }
        }
        Ok(false)
    }
}
