//! Which words render which: translation probabilities of stems in both directions, learned from pairs of texts.
//!
//! IBM Model 1 (Brown et al. 1993, "The Mathematics of Statistical Machine Translation", section 4.1) by expectation maximisation, with a discount
//! for words seen too seldom to be sure of.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::settings::Settings;
use super::shipped::shipped;
use super::signal::Pair;
use super::words::{Words, as_id};
use crate::model::{Lang, Rendered, Renderings};
use crate::text::Strings;

/// Rounds of expectation maximisation; more sharpens chance pairs of rare words.
const ITERATIONS: usize = 6;
/// Added to what a word is seen to render: a word seen once is never taken for sure.
pub(super) const DISCOUNT: f32 = 0.3;
/// How many occurrences what is known before weighs: so much that the words it does not know are left to each other.
const PRIOR: f32 = 2.0;
/// Probabilities below this are forgotten.
const LEAST: f32 = 0.02;
/// Pairs of words at once in memory while learning; beyond it further pairs of texts are not read.
const MOST_CELLS: usize = 2_000_000;

/// Translation probabilities between the stems of two languages.
#[derive(Clone, Debug)]
pub struct Lexicon {
    source_lang: Lang,
    target_lang: Lang,
    source: Strings,
    target: Strings,
    forward: Table,
    backward: Table,
}

/// Sparse rows of probabilities, one per word that is rendered.
#[derive(Clone, Debug, Default)]
struct Table {
    starts: Vec<u32>,
    entries: Vec<(u32, f32)>,
}

impl Table {
    /// Returns the table of `words` rows with these entries: word, what renders it, probability. Entries of a word keep their order.
    fn new(words: usize, entries: impl Iterator<Item = (u32, u32, f32)> + Clone) -> Self {
        let mut starts = vec![0u32; words + 1];
        for (word, _, _) in entries.clone() {
            starts[word as usize + 1] += 1;
        }
        for at in 0..words {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut placed = vec![(0, 0.0); starts[words] as usize];
        for (word, other, probability) in entries {
            let at = &mut next[word as usize];
            placed[*at as usize] = (other, probability);
            *at += 1;
        }
        Self {
            starts,
            entries: placed,
        }
    }

    fn row_mut(&mut self, id: usize) -> &mut [(u32, f32)] {
        &mut self.entries[self.starts[id] as usize..self.starts[id + 1] as usize]
    }

    fn row(&self, id: u32) -> &[(u32, f32)] {
        match self.starts.get(id as usize..id as usize + 2) {
            Some(&[from, to]) => &self.entries[from as usize..to as usize],
            _ => &[],
        }
    }
}

/// A lexicon in the direction that a bitext needs.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    source: &'a Strings,
    target: &'a Strings,
    forward: &'a Table,
    backward: &'a Table,
}

impl View<'_> {
    /// Calls `visit` with every pair of stems of the two sides that the lexicon knows: source stem, target stem, and the probabilities of the target
    /// given the source and of the source given the target, one of them 0 at each call.
    pub(crate) fn pairs(
        &self,
        source: &Words,
        target: &Words,
        mut visit: impl FnMut(u32, u32, f32, f32),
    ) {
        let known = |stems: &Strings, words: &Words| -> Vec<Option<u32>> {
            words.stems.iter().map(|stem| stems.get(stem)).collect()
        };
        let (source_ids, target_ids) = (known(self.source, source), known(self.target, target));
        let inverse = |ids: &[Option<u32>]| -> FxHashMap<u32, u32> {
            ids.iter()
                .enumerate()
                .filter_map(|(at, id)| id.map(|id| (id, as_id(at))))
                .collect()
        };
        let (source_of, target_of) = (inverse(&source_ids), inverse(&target_ids));
        for (stem, id) in source_ids.iter().enumerate() {
            for &(other, probability) in id.map_or(&[][..], |id| self.forward.row(id)) {
                if let Some(&other) = target_of.get(&other) {
                    visit(as_id(stem), other, probability, 0.0);
                }
            }
        }
        for (stem, id) in target_ids.iter().enumerate() {
            for &(other, probability) in id.map_or(&[][..], |id| self.backward.row(id)) {
                if let Some(&other) = source_of.get(&other) {
                    visit(other, as_id(stem), 0.0, probability);
                }
            }
        }
    }
}

impl Lexicon {
    /// Returns the lexicon of weighted pairs of stems, as a dictionary gives them: what renders a word shares its probability by weight. Each pair is
    /// the id of a source stem, that of a target stem, and a weight above 0.
    pub(super) fn of_weights(
        (source_lang, source): (Lang, Strings),
        (target_lang, target): (Lang, Strings),
        pairs: &[(u32, u32, f32)],
    ) -> Self {
        let across: Vec<_> = pairs
            .iter()
            .map(|&(one, other, weight)| (other, one, weight))
            .collect();
        Self {
            forward: shares(source.len(), pairs),
            backward: shares(target.len(), &across),
            source_lang,
            target_lang,
            source,
            target,
        }
    }

    /// Returns the lexicon of what lessons counted of two languages, believed the less if the shipped lexicon knows them too.
    pub fn of_counts(
        source_lang: &Lang,
        target_lang: &Lang,
        counts: &Renderings,
        settings: &Settings,
    ) -> Self {
        let has_shipped = settings.signals.shipped && shipped(source_lang, target_lang).is_some();
        let belief = Belief::new(settings, has_shipped);
        let (mut source, mut target) = (Strings::default(), Strings::default());
        let forward = ratios(
            &counts.forward,
            &mut source,
            &mut target,
            &belief,
            counts.pairs,
        );
        let backward = ratios(
            &counts.backward,
            &mut target,
            &mut source,
            &belief,
            counts.pairs,
        );
        Self {
            forward: Table::new(source.len(), forward.iter().copied()),
            backward: Table::new(target.len(), backward.iter().copied()),
            source_lang: source_lang.clone(),
            target_lang: target_lang.clone(),
            source,
            target,
        }
    }

    /// Returns how many pairs of stems have a probability in the source-target direction.
    pub fn entries(&self) -> usize {
        self.forward.entries.len()
    }

    /// Returns the sum of the probabilities of what renders each stem that something renders.
    #[cfg(test)]
    pub(super) fn totals(&self) -> impl Iterator<Item = f32> {
        let rows = |table: &Table| -> Vec<f32> {
            let ids = 0..as_id(table.starts.len() - 1);
            let rows = ids.map(|id| table.row(id)).filter(|row| !row.is_empty());
            rows.map(|row| row.iter().map(|&(_, probability)| probability).sum())
                .collect()
        };
        rows(&self.forward).into_iter().chain(rows(&self.backward))
    }

    /// Returns the lexicon as seen from a pair of languages, if it knows them in either direction.
    pub(crate) fn view(&self, source: &Lang, target: &Lang) -> Option<View<'_>> {
        if self.source_lang.covers(source) && self.target_lang.covers(target) {
            Some(View {
                source: &self.source,
                target: &self.target,
                forward: &self.forward,
                backward: &self.backward,
            })
        } else if self.source_lang.covers(target) && self.target_lang.covers(source) {
            Some(View {
                source: &self.target,
                target: &self.source,
                forward: &self.backward,
                backward: &self.forward,
            })
        } else {
            None
        }
    }
}

/// Gathers pairs of segments and learns from them.
pub(crate) struct Learner {
    source_lang: Lang,
    target_lang: Lang,
    pub(super) source: Strings,
    pub(super) target: Strings,
    pairs: Vec<(Vec<u32>, Vec<u32>)>,
    /// What is known before, by ids of stems: the probabilities of the target stem given the source stem and the other way round.
    known: FxHashMap<(u32, u32), (f32, f32)>,
    cells: usize,
    /// Pairs of words that are read at most.
    pub(super) most_cells: usize,
}

impl Learner {
    pub(crate) fn new(source_lang: &Lang, target_lang: &Lang) -> Self {
        Self {
            source_lang: source_lang.clone(),
            target_lang: target_lang.clone(),
            source: Strings::default(),
            target: Strings::default(),
            pairs: Vec::new(),
            known: FxHashMap::default(),
            cells: 0,
            most_cells: MOST_CELLS,
        }
    }

    /// Adds a pair of groups of segments that render each other.
    pub(crate) fn add(
        &mut self,
        source: &Words,
        from: Range<usize>,
        target: &Words,
        to: Range<usize>,
    ) {
        let ids = |stems: &mut Strings, words: &Words, segments: Range<usize>| -> Vec<u32> {
            let tokens = segments.flat_map(|segment| words.tokens(segment));
            tokens
                .map(|&token| stems.number(words.stems.of(words.types[token as usize].stem)))
                .collect()
        };
        let from = ids(&mut self.source, source, from);
        let to = ids(&mut self.target, target, to);
        if !from.is_empty()
            && !to.is_empty()
            && self.cells + from.len() * to.len() <= self.most_cells
        {
            self.cells += from.len() * to.len();
            self.pairs.push((from, to));
        }
    }

    /// Adds what is known of the types of two sides before anything is learnt.
    pub(super) fn know(&mut self, source: &Words, target: &Words, pairs: &[Pair]) {
        let known = |stems: &Strings, words: &Words| -> Vec<Option<u32>> {
            words.stems.iter().map(|stem| stems.get(stem)).collect()
        };
        let (from, to) = (known(&self.source, source), known(&self.target, target));
        for pair in pairs {
            let one = from[source.types[pair.source as usize].stem as usize];
            let other = to[target.types[pair.target as usize].stem as usize];
            if let (Some(one), Some(other)) = (one, other) {
                let best = self.known.entry((one, other)).or_default();
                best.0 = best.0.max(pair.forward);
                best.1 = best.1.max(pair.backward);
            }
        }
    }

    /// Learns from the pairs gathered.
    pub(crate) fn learn(self) -> Lexicon {
        let nothing = |_, _| Before::default();
        let forward = self.forward(nothing, |_| 0.0).table();
        let backward = self.backward(nothing, |_| 0.0).table();
        Lexicon {
            source_lang: self.source_lang,
            target_lang: self.target_lang,
            source: self.source,
            target: self.target,
            forward,
            backward,
        }
    }

    /// Learns how the source's stems are rendered, from what is known before: see [`model_one`].
    pub(super) fn forward(
        &self,
        before: impl Fn(u32, u32) -> Before,
        seen: impl Fn(u32) -> f32,
    ) -> Model {
        let pairs = self.pairs.iter().map(|(from, to)| (&from[..], &to[..]));
        let words = (self.source.len(), self.target.len());
        let known = |x, y| self.known.get(&(x, y)).map_or(0.0, |known| known.0);
        model_one(pairs, words, |x, y| (before(x, y), known(x, y)), seen)
    }

    /// Learns how the target's stems are rendered.
    pub(super) fn backward(
        &self,
        before: impl Fn(u32, u32) -> Before,
        seen: impl Fn(u32) -> f32,
    ) -> Model {
        let pairs = self.pairs.iter().map(|(from, to)| (&to[..], &from[..]));
        let words = (self.target.len(), self.source.len());
        let known = |x, y| self.known.get(&(y, x)).map_or(0.0, |known| known.1);
        model_one(pairs, words, |x, y| (before(x, y), known(x, y)), seen)
    }
}

/// What was learnt of a pair of words before.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Before {
    /// The probability with which the second renders the first.
    pub(super) probability: f32,
    /// How often it did.
    pub(super) count: f32,
}

/// What was learnt of the pairs of words that occur together.
pub(super) struct Model {
    /// The pairs: a word, and one that may render it; [`Model::empty`] stands for what renders nothing.
    keys: Vec<(u32, u32)>,
    /// How often the second is expected to have rendered the first, together with what was known before.
    expected: Vec<f32>,
    before: Vec<f32>,
    /// By word, what counts are divided by.
    total: Vec<f32>,
    /// By word, how much of the total was there before.
    total_before: Vec<f32>,
    empty: u32,
}

impl Model {
    /// Returns the probabilities that are worth keeping.
    fn table(&self) -> Table {
        let probability = |(&(x, y), &count): (&(u32, u32), &f32)| {
            let p = count / self.total[x as usize];
            (p > LEAST && x != self.empty).then_some((x, y, p))
        };
        let mut kept: Vec<_> = self
            .keys
            .iter()
            .zip(&self.expected)
            .filter_map(probability)
            .collect();
        kept.sort_unstable_by_key(|&(x, y, _)| (x, y));
        Table::new(self.empty as usize, kept.into_iter())
    }

    /// Returns what the pairs added to what was known before: by word how often it was seen, and word, what rendered it, how often, in order. Left out
    /// is what is improbable and what was expected less than `least` times.
    pub(super) fn counts(&self, least: f32) -> (Vec<f32>, Vec<(u32, u32, f32)>) {
        let totals = self.total.iter().zip(&self.total_before);
        let totals = totals.map(|(now, before)| now - before).collect();
        let mut kept: Vec<(u32, u32, f32)> = Vec::new();
        for ((&(x, y), &expected), before) in self.keys.iter().zip(&self.expected).zip(&self.before)
        {
            let count = expected - before;
            if x != self.empty && count >= least && expected > LEAST * self.total[x as usize] {
                kept.push((x, y, count));
            }
        }
        kept.sort_unstable_by_key(|&(x, y, _)| (x, y));
        (totals, kept)
    }
}

/// Returns what pairs of segments teach of how the words of the first render as words of the second, of which there are so many. `before` is what
/// was learnt of a pair of words before and the probability that other signals give it, `seen` how often a word was seen before at all.
fn model_one<'p>(
    pairs: impl Iterator<Item = (&'p [u32], &'p [u32])>,
    (from_words, to_words): (usize, usize),
    before: impl Fn(u32, u32) -> (Before, f32),
    seen: impl Fn(u32) -> f32,
) -> Model {
    // The empty word, which accounts for what renders nothing, has the last id.
    let empty = as_id(from_words);
    let mut ids: FxHashMap<u64, u32> = FxHashMap::default();
    let mut keys: Vec<(u32, u32)> = Vec::new();
    let mut cells: Vec<u32> = Vec::new();
    let mut ends: Vec<u32> = Vec::new();
    for (from, to) in pairs {
        for &y in to {
            for &x in std::iter::once(&empty).chain(from) {
                let id = *ids
                    .entry(u64::from(x) << 32 | u64::from(y))
                    .or_insert_with(|| {
                        keys.push((x, y));
                        as_id(keys.len() - 1)
                    });
                cells.push(id);
            }
            ends.push(as_id(cells.len()));
        }
    }
    drop(ids);
    let even = 1.0 / to_words.max(1) as f32;
    let known: Vec<(Before, f32)> = keys.iter().map(|&(x, y)| before(x, y)).collect();
    let mut probability: Vec<f32> = known
        .iter()
        .map(|(before, held)| even + before.probability.max(*held))
        .collect();
    let before: Vec<f32> = known
        .iter()
        .map(|(before, held)| before.count + PRIOR * held)
        .collect();
    // What a word was seen to render that does not occur with it here.
    let mut elsewhere: Vec<f32> = (0..=empty).map(&seen).collect();
    for (&(x, _), (before, _)) in keys.iter().zip(&known) {
        elsewhere[x as usize] -= before.count;
    }
    let unseen: Vec<f32> = elsewhere
        .iter()
        .map(|count| DISCOUNT + count.max(0.0))
        .collect();
    let mut expected = vec![0.0f32; keys.len()];
    let mut total = unseen.clone();
    for _ in 0..ITERATIONS {
        expected.copy_from_slice(&before);
        total.copy_from_slice(&unseen);
        let mut begin = 0;
        for &end in &ends {
            let group = &cells[begin..end as usize];
            begin = end as usize;
            let sum: f32 = group.iter().map(|&cell| probability[cell as usize]).sum();
            if sum > 0.0 {
                for &cell in group {
                    expected[cell as usize] += probability[cell as usize] / sum;
                }
            }
        }
        for (&(x, _), &count) in keys.iter().zip(&expected) {
            total[x as usize] += count;
        }
        for ((&(x, _), &count), probability) in keys.iter().zip(&expected).zip(&mut probability) {
            *probability = count / total[x as usize];
        }
    }
    let mut total_before = unseen;
    for (&(x, _), count) in keys.iter().zip(&before) {
        total_before[x as usize] += count;
    }
    Model {
        keys,
        expected,
        before,
        total,
        total_before,
        empty,
    }
}

/// How far counts are believed.
struct Belief {
    /// What probabilities are multiplied by.
    trust: f32,
    /// How often a word occurs in a pair of texts from which on it says nothing.
    common: f32,
}

impl Belief {
    fn new(settings: &Settings, has_shipped: bool) -> Self {
        match has_shipped {
            true => Self {
                trust: settings.trust_taught * settings.informed_taught,
                common: settings.informed_common,
            },
            false => Self {
                trust: settings.trust_taught,
                common: f32::INFINITY,
            },
        }
    }
}

/// No word is too common that was seen less than so often.
const RARE: f32 = 5.0;

/// Returns word, what renders it and with what probability, of counts that are added up where a word stands several times; all get numbers.
fn ratios(
    counts: &[Rendered],
    words: &mut Strings,
    others: &mut Strings,
    belief: &Belief,
    pairs: f32,
) -> Vec<(u32, u32, f32)> {
    let mut rows: Vec<(f32, Vec<(u32, f32)>)> = Vec::new();
    for rendered in counts {
        let word = words.number(&rendered.stem) as usize;
        if rows.len() <= word {
            rows.resize_with(word + 1, Default::default);
        }
        let (total, row) = &mut rows[word];
        *total += rendered.total;
        row.extend((rendered.by.iter()).map(|(other, count)| (others.number(other), *count)));
    }
    let common = (belief.common * pairs).max(RARE);
    let mut found = Vec::new();
    for (word, (total, mut row)) in rows.into_iter().enumerate() {
        if total >= common {
            continue;
        }
        // Stable, so that what is added up comes in the order in which it was counted.
        row.sort_by_key(|&(other, _)| other);
        for same in row.chunk_by(|a, b| a.0 == b.0) {
            let count: f32 = same.iter().map(|&(_, count)| count).sum();
            let probability = count / (DISCOUNT + total);
            if probability > LEAST {
                found.push((as_id(word), same[0].0, belief.trust * probability));
            }
        }
    }
    found
}

/// Returns the table in which what renders a word shares its probability by weight.
fn shares(words: usize, pairs: &[(u32, u32, f32)]) -> Table {
    let mut table = Table::new(words, pairs.iter().copied());
    let mut merged = Vec::with_capacity(pairs.len());
    let mut starts = vec![0];
    for word in 0..words {
        let begin = merged.len();
        let row = table.row_mut(word);
        row.sort_unstable_by_key(|&(other, _)| other);
        let total: f32 = row.iter().map(|&(_, weight)| weight).sum();
        for &(other, weight) in row.iter() {
            match merged[begin..].last_mut() {
                Some((last, sum)) if *last == other => *sum += weight / total,
                _ => merged.push((other, weight / total)),
            }
        }
        starts.push(as_id(merged.len()));
    }
    Table {
        starts,
        entries: merged,
    }
}
