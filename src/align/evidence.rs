//! What the words say for every bead within a window of the band.
//!
//! For each side: the mean over the bead's words of log(λ + (1-λ) · t(word | other side) / p(word)), as IBM Model 1 has it, counting only words
//! that have some possible counterpart near by in the other text. Words without one are neither for nor against a bead: they are what every
//! translation is full of.

use std::ops::Range;

use super::band::Band;
use super::logarithm::ln;
use super::settings::{LONGEST, Settings};
use super::signal::Pair;
use super::stairs;
use super::words::{Words, as_id};

/// A pair of types below this probability does not make a word one that has a counterpart.
const POSSIBLE: f32 = 0.03;

/// How far beyond the band a counterpart may stand for its word to count, in segments: where a stretch renders nothing, its words still speak
/// against every link.
const NEAR: usize = 300;

/// For one side's types the types of the other that may render them.
struct Renderings {
    starts: Vec<u32>,
    entries: Vec<(u32, f32)>,
}

impl Renderings {
    fn new(types: usize, pairs: impl Iterator<Item = (u32, u32, f32)> + Clone) -> Self {
        let mut starts = vec![0u32; types + 1];
        let likely = pairs.filter(|&(_, _, probability)| probability > 0.0);
        for (from, _, _) in likely.clone() {
            starts[from as usize + 1] += 1;
        }
        for at in 0..types {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut entries = vec![(0, 0.0); starts[types] as usize];
        for (from, to, probability) in likely {
            let at = &mut next[from as usize];
            entries[*at as usize] = (to, probability);
            *at += 1;
        }
        Self { starts, entries }
    }

    fn of(&self, id: u32) -> &[(u32, f32)] {
        let id = id as usize;
        &self.entries[self.starts[id] as usize..self.starts[id + 1] as usize]
    }
}

/// What is known of the words of a bitext before a search: which types may render which, and how many words of each segment count.
pub(super) struct Known<'a> {
    pub(super) source: &'a Words,
    pub(super) target: &'a Words,
    pub(super) forward: Direction,
    pub(super) backward: Direction,
    /// What a word counts that nothing accounts for.
    pub(super) nothing: f32,
    pub(super) unexplained: f32,
}

/// What is known of how one side accounts for the other.
pub(super) struct Direction {
    renderings: Renderings,
    /// How many words of each accounted segment count.
    counted: Vec<f32>,
    /// (1-λ) / p of each accounted type.
    rarity: Vec<f32>,
}

impl<'a> Known<'a> {
    /// Returns what pairs of types say, of which those within a band count.
    pub(super) fn new(
        source: &'a Words,
        target: &'a Words,
        pairs: &[Pair],
        band: &Band,
        settings: &Settings,
    ) -> Self {
        let forward = pairs
            .iter()
            .map(|pair| (pair.source, pair.target, pair.forward));
        let backward = pairs
            .iter()
            .map(|pair| (pair.target, pair.source, pair.backward));
        Self {
            source,
            target,
            forward: Direction::new(source, target, forward, &band.transposed(), settings),
            backward: Direction::new(target, source, backward, band, settings),
            nothing: ln(settings.unexplained),
            unexplained: settings.unexplained,
        }
    }
}

impl Direction {
    /// Returns the types that may render a type, each with its probability.
    pub(super) fn renderings(&self, id: u32) -> &[(u32, f32)] {
        self.renderings.of(id)
    }

    /// Returns how many words of an accounted segment count.
    pub(super) fn counted(&self, segment: usize) -> f32 {
        self.counted[segment]
    }

    /// Returns how much an accounted type says by being rare: (1-λ) / p.
    pub(super) fn rarity(&self, id: u32) -> f32 {
        self.rarity[id as usize]
    }

    fn new(
        by: &Words,
        of: &Words,
        pairs: impl Iterator<Item = (u32, u32, f32)> + Clone,
        across: &Band,
        settings: &Settings,
    ) -> Self {
        let total = of.total().max(1) as f32;
        let rarity = of.types.iter().map(|kind| {
            (1.0 - settings.unexplained)
                / (settings.background * kind.count as f32 / total).max(settings.rarest)
        });
        Self {
            rarity: rarity.collect(),
            counted: counted(by, of, pairs.clone(), across, settings),
            renderings: Renderings::new(by.types.len(), pairs),
        }
    }
}

/// How well 1 to 4 neighbouring segments of one side account for each segment of the other.
pub(super) struct Accounts {
    /// The first accounting segment.
    first: usize,
    /// Where the row of each accounting segment begins, and the first accounted segment in it.
    rows: Vec<(usize, u32)>,
    /// By how many segments account, less one.
    scores: Vec<[f32; LONGEST]>,
}

impl Accounts {
    /// Returns how well segments from `by` on account for each of the segments from `of` on, by how many account, less one. As far as the band goes.
    pub(super) fn from(&self, by: usize, of: usize) -> &[[f32; LONGEST]] {
        let row = by - self.first;
        let Some(&(start, first)) = self.rows.get(row) else {
            return &[];
        };
        let end = self
            .rows
            .get(row + 1)
            .map_or(self.scores.len(), |&(start, _)| start);
        let at = of.checked_sub(first as usize);
        at.and_then(|at| self.scores.get(start + at..end))
            .unwrap_or_default()
    }
}

/// Both directions: how the source accounts for the target's words and the other way round.
pub(super) struct Evidence {
    pub(super) of_target: Accounts,
    pub(super) of_source: Accounts,
}

/// What is used again from window to window.
pub(super) struct Desk<'a> {
    of_target: Side<'a>,
    of_source: Side<'a>,
}

/// What one direction uses again from window to window.
struct Side<'a> {
    /// A sum for each accounted type, 0 between uses.
    sums: Vec<f32>,
    /// Where each accounted type stands among those that are touched, plus one; 0 between uses.
    slots: Vec<u32>,
    touched: Touched,
    near_group: Near<'a>,
    near_segment: Near<'a>,
}

/// The types that the segments of one place may render, and where these stand near by: side by side, for the arithmetic is the same for all.
#[derive(Default)]
struct Touched {
    words: Vec<u32>,
    rarity: Vec<f32>,
    sums: Vec<f32>,
    scores: Vec<f32>,
    /// An accounted segment, counted from the first in reach, and the type that stands in it.
    spots: Vec<(u32, u32)>,
}

impl Touched {
    fn clear(&mut self) {
        self.words.clear();
        self.rarity.clear();
        self.sums.clear();
        self.spots.clear();
    }
}

impl<'a> Side<'a> {
    fn new(of: &'a Words) -> Self {
        Self {
            sums: vec![0.0; of.types.len()],
            slots: vec![0; of.types.len()],
            touched: Touched::default(),
            near_group: Near::new(of),
            near_segment: Near::new(of),
        }
    }
}

impl<'a> Desk<'a> {
    pub(super) fn new(known: &Known<'a>) -> Self {
        Self {
            of_target: Side::new(known.target),
            of_source: Side::new(known.source),
        }
    }
}

impl Evidence {
    /// Returns what is known of the words within a window of a band, for beads of up to `longest` segments a side.
    pub(super) fn new<'a>(
        known: &Known<'a>,
        desk: &mut Desk<'a>,
        band: &Band,
        longest: usize,
    ) -> Self {
        let accounts = |by, direction, band: &Band, side: &mut Side<'a>| {
            Accounting {
                by,
                direction,
                band,
                longest,
                nothing: known.nothing,
                unexplained: known.unexplained,
            }
            .accounts(side)
        };
        let across = band.transposed();
        Self {
            of_target: accounts(known.source, &known.forward, band, &mut desk.of_target),
            of_source: accounts(known.target, &known.backward, &across, &mut desk.of_source),
        }
    }
}

/// One direction of a window, being computed.
struct Accounting<'a> {
    by: &'a Words,
    direction: &'a Direction,
    band: &'a Band,
    longest: usize,
    nothing: f32,
    unexplained: f32,
}

impl Accounting<'_> {
    /// Returns the segments that beads may account for of which one of these rows is a part.
    fn reach(&self, rows: Range<usize>) -> (usize, usize) {
        let last = (rows.end - 1 + self.longest).min(self.band.last());
        // A chain of stairs is entered up to two segments above.
        let first = (rows.start + 1).saturating_sub(self.longest.min(stairs::MOST));
        let first = first.max(self.band.places().start);
        (*self.band.row(first).start(), *self.band.row(last).end())
    }

    fn accounts(&self, side: &mut Side<'_>) -> Accounts {
        let (first, last) = (self.band.places().start, self.band.last());
        let mut rows = Vec::with_capacity(last - first);
        let mut cells = 0;
        for at in first..last {
            let (low, high) = self.reach(at..at + 1);
            rows.push((cells, as_id(low)));
            cells += high - low;
        }
        let mut scores = vec![[0.0; LONGEST]; cells];
        let said = self.said(side);
        let (slots, touched, near) = (&mut side.slots, &mut side.touched, &mut side.near_group);
        for at in first..last {
            let (low, high) = self.reach(at..at + 1);
            let (begin, _) = rows[at - first];
            let row = &mut scores[begin..begin + high - low];
            for (cell, &base) in row.iter_mut().zip(&self.direction.counted[low..high]) {
                *cell = [base * self.nothing; LONGEST];
            }
            let mut length = 0;
            for (extra, next) in (at..last).take(self.longest).enumerate() {
                length += self.by.tokens(next).len();
                for &(word, probability) in said.of(next - first) {
                    let slot = &mut slots[word as usize];
                    if let Some(slot) = slot.checked_sub(1) {
                        touched.sums[slot as usize] += probability;
                        continue;
                    }
                    let places = near.within(word, low, high);
                    if places.is_empty() {
                        continue;
                    }
                    let free = as_id(touched.words.len());
                    *slot = free + 1;
                    touched.words.push(word);
                    touched.rarity.push(self.direction.rarity[word as usize]);
                    touched.sums.push(probability);
                    let spots = places.iter().map(|&place| (place - as_id(low), free));
                    touched.spots.extend(spots);
                }
                let per_token = 1.0 / length.max(1) as f32;
                let shares = touched.sums.iter().zip(&touched.rarity);
                touched.scores.clear();
                touched.scores.extend(shares.map(|(sum, rarity)| {
                    ln(self.unexplained + sum * rarity * per_token) - self.nothing
                }));
                for &(place, slot) in &touched.spots {
                    row[place as usize][extra] += touched.scores[slot as usize];
                }
            }
            for &word in &touched.words {
                slots[word as usize] = 0;
            }
            touched.clear();
        }
        Accounts {
            first,
            rows,
            scores,
        }
    }

    /// Returns for each accounting segment the types near it that its words may render, with the sum of their probabilities.
    fn said(&self, side: &mut Side<'_>) -> Said {
        let (first, last) = (self.band.places().start, self.band.last());
        let mut said = Said {
            starts: vec![0],
            entries: Vec::new(),
        };
        let (sums, near) = (&mut side.sums, &mut side.near_segment);
        let mut touched: Vec<u32> = Vec::new();
        for at in first..last {
            let (low, high) = self.reach((at + 1).saturating_sub(self.longest).max(first)..at + 1);
            for &token in self.by.tokens(at) {
                for &(word, probability) in self.direction.renderings.of(token) {
                    let sum = &mut sums[word as usize];
                    if *sum == 0.0 {
                        if !near.has(word, low, high) {
                            continue;
                        }
                        touched.push(word);
                    }
                    *sum += probability;
                }
            }
            for word in touched.drain(..) {
                said.entries.push((word, sums[word as usize]));
                sums[word as usize] = 0.0;
            }
            said.starts.push(said.entries.len());
        }
        said
    }
}

/// Sparse rows: for each segment of a window the types that its words may render.
struct Said {
    starts: Vec<usize>,
    entries: Vec<(u32, f32)>,
}

impl Said {
    fn of(&self, row: usize) -> &[(u32, f32)] {
        &self.entries[self.starts[row]..self.starts[row + 1]]
    }
}

/// Finds the places of types near by, quickly for ranges that move on through the text.
struct Near<'a> {
    words: &'a Words,
    cursors: Vec<Cursor>,
}

/// Where the range that was asked for last began among the places of a type.
#[derive(Clone, Copy)]
struct Cursor {
    /// The last place before it plus one, 0 without any.
    after: u32,
    /// The first place in it, without any `u32::MAX`.
    next: u32,
    /// How many places lie before it.
    passed: u32,
}

impl<'a> Near<'a> {
    fn new(words: &'a Words) -> Self {
        let first = |id| words.places(id).first().copied().unwrap_or(u32::MAX);
        let ids = 0..as_id(words.types.len());
        Self {
            words,
            cursors: ids
                .map(|id| Cursor {
                    after: 0,
                    next: first(id),
                    passed: 0,
                })
                .collect(),
        }
    }

    /// Returns where the places of a type from the segment `low` on begin.
    fn seek(&mut self, id: u32, low: usize) -> Cursor {
        let low = as_id(low);
        let cursor = &mut self.cursors[id as usize];
        if cursor.after <= low && low <= cursor.next {
            return *cursor;
        }
        let places = self.words.places(id);
        let mut at = cursor.passed as usize;
        while at < places.len() && places[at] < low {
            at += 1;
        }
        while at > 0 && places[at - 1] >= low {
            at -= 1;
        }
        *cursor = Cursor {
            after: at.checked_sub(1).map_or(0, |before| places[before] + 1),
            next: places.get(at).copied().unwrap_or(u32::MAX),
            passed: as_id(at),
        };
        *cursor
    }

    /// Says whether a type occurs in the segments `low..high`.
    fn has(&mut self, id: u32, low: usize, high: usize) -> bool {
        (self.seek(id, low).next as usize) < high
    }

    /// Returns the places of a type from the segment `low` on.
    fn from(&mut self, id: u32, low: usize) -> &'a [u32] {
        &self.words.places(id)[self.seek(id, low).passed as usize..]
    }

    /// Returns the places of a type in the segments `low..high`, which are few.
    fn within(&mut self, id: u32, low: usize, high: usize) -> &'a [u32] {
        let cursor = self.seek(id, low);
        if cursor.next as usize >= high {
            return &[];
        }
        let places = &self.words.places(id)[cursor.passed as usize..];
        let count = places
            .iter()
            .take_while(|&&place| (place as usize) < high)
            .count();
        &places[..count]
    }
}

/// Returns for each segment how many of its words have some possible counterpart within the band.
fn counted(
    by: &Words,
    of: &Words,
    pairs: impl Iterator<Item = (u32, u32, f32)> + Clone,
    across: &Band,
    settings: &Settings,
) -> Vec<f32> {
    let possible = pairs.filter(|&(_, _, probability)| probability > POSSIBLE);
    let counterparts = Renderings::new(
        of.types.len(),
        possible.map(|(from, to, probability)| (to, from, probability)),
    );
    let mut near = Near::new(by);
    // For each type where a counterpart was found last, and up to where there is none.
    let (mut found, mut none_before) = (vec![usize::MAX; of.types.len()], vec![0; of.types.len()]);
    let mut has = |token: u32, low: usize, high: usize| {
        let (found, none_before) = (&mut found[token as usize], &mut none_before[token as usize]);
        if (low..high).contains(found) {
            return true;
        }
        if *none_before >= high {
            return false;
        }
        *none_before = usize::MAX;
        for &(other, _) in counterparts.of(token) {
            let places = near.from(other, low);
            let within = places.partition_point(|&place| (place as usize) < high);
            if within > 0 {
                (*found, *none_before) = (places[within - 1] as usize, 0);
                return true;
            }
            if let Some(&next) = places.first() {
                *none_before = (*none_before).min(next as usize);
            }
        }
        false
    };
    (0..of.segments())
        .map(|segment| {
            let low = across.row(segment).start().saturating_sub(NEAR);
            let high = across.row(segment + 1).end() + NEAR;
            let tokens = of.tokens(segment);
            let counted = tokens
                .iter()
                .filter(|&&token| has(token, low, high))
                .count();
            counted as f32 + settings.unknown * (tokens.len() - counted) as f32
        })
        .collect()
}
