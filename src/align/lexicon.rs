//! Which words render which: translation probabilities of stems in both directions, learned from pairs of texts.
//!
//! IBM Model 1 (Brown et al. 1993, "The Mathematics of Statistical Machine Translation", section 4.1) by expectation maximisation, with a discount
//! for words seen too seldom to be sure of.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::signal::Pair;
use super::words::{Words, as_id};
use crate::model::{Lang, Side};

/// Rounds of expectation maximisation; more sharpens chance pairs of rare words.
const ITERATIONS: usize = 6;
/// Added to what a word is seen to render: a word seen once is never taken for sure.
const DISCOUNT: f32 = 0.3;
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
    source: Stems,
    target: Stems,
    forward: Table,
    backward: Table,
}

/// The stems of one language with their numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Stems(FxHashMap<Box<str>, u32>);

impl Stems {
    /// Returns the number of a stem, a new one if it has none yet.
    pub(super) fn id(&mut self, stem: &str) -> u32 {
        if let Some(&id) = self.0.get(stem) {
            return id;
        }
        let id = as_id(self.0.len());
        self.0.insert(stem.into(), id);
        id
    }
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
    source: &'a Stems,
    target: &'a Stems,
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
        let known = |stems: &Stems, words: &Words| -> Vec<Option<u32>> {
            words
                .stems
                .iter()
                .map(|stem| stems.0.get(stem).copied())
                .collect()
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
    /// Returns the lexicon that pairs of texts teach, each a source and a target text that render each other; best pairs first, since of very many
    /// only as many are read as fit into memory.
    pub fn learn<S: AsRef<str>, T: AsRef<str>>(
        pairs: &[(S, T)],
        source_lang: &Lang,
        target_lang: &Lang,
    ) -> Self {
        let side =
            |lang: &Lang, texts: Vec<&str>| Words::of(&Side::from_lines(lang.clone(), texts));
        let source = side(
            source_lang,
            pairs.iter().map(|pair| pair.0.as_ref()).collect(),
        );
        let target = side(
            target_lang,
            pairs.iter().map(|pair| pair.1.as_ref()).collect(),
        );
        let mut learner = Learner::new(source_lang, target_lang);
        for segment in 0..pairs.len() {
            learner.add(&source, segment..segment + 1, &target, segment..segment + 1);
        }
        learner.learn()
    }

    /// Returns the lexicon of weighted pairs of stems, as a dictionary gives them: what renders a word shares its probability by weight. Each pair is
    /// the id of a source stem, that of a target stem, and a weight above 0.
    pub(super) fn of_weights(
        (source_lang, source): (Lang, Stems),
        (target_lang, target): (Lang, Stems),
        pairs: &[(u32, u32, f32)],
    ) -> Self {
        let across: Vec<_> = pairs
            .iter()
            .map(|&(one, other, weight)| (other, one, weight))
            .collect();
        Self {
            forward: shares(source.0.len(), pairs),
            backward: shares(target.0.len(), &across),
            source_lang,
            target_lang,
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
    source: Stems,
    target: Stems,
    pairs: Vec<(Vec<u32>, Vec<u32>)>,
    /// What is known before, by ids of stems: the probabilities of the target stem given the source stem and the other way round.
    known: FxHashMap<(u32, u32), (f32, f32)>,
    cells: usize,
}

impl Learner {
    pub(crate) fn new(source_lang: &Lang, target_lang: &Lang) -> Self {
        Self {
            source_lang: source_lang.clone(),
            target_lang: target_lang.clone(),
            source: Stems::default(),
            target: Stems::default(),
            pairs: Vec::new(),
            known: FxHashMap::default(),
            cells: 0,
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
        let ids = |stems: &mut Stems, words: &Words, segments: Range<usize>| -> Vec<u32> {
            let tokens = segments.flat_map(|segment| words.tokens(segment));
            tokens
                .map(|&token| stems.id(&words.stems[words.types[token as usize].stem as usize]))
                .collect()
        };
        let from = ids(&mut self.source, source, from);
        let to = ids(&mut self.target, target, to);
        if !from.is_empty() && !to.is_empty() && self.cells + from.len() * to.len() <= MOST_CELLS {
            self.cells += from.len() * to.len();
            self.pairs.push((from, to));
        }
    }

    /// Adds what is known of the types of two sides before anything is learnt.
    pub(super) fn know(&mut self, source: &Words, target: &Words, pairs: &[Pair]) {
        let known = |stems: &Stems, words: &Words| -> Vec<Option<u32>> {
            let ids = words.stems.iter().map(|stem| stems.0.get(stem).copied());
            ids.collect()
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
        let (sources, targets): (Vec<_>, Vec<_>) = self.pairs.into_iter().unzip();
        let known = |x, y| self.known.get(&(x, y)).map_or(0.0, |known| known.0);
        let forward = model_one(
            &sources,
            &targets,
            self.source.0.len(),
            self.target.0.len(),
            known,
        );
        let known = |x, y| self.known.get(&(y, x)).map_or(0.0, |known| known.1);
        let backward = model_one(
            &targets,
            &sources,
            self.target.0.len(),
            self.source.0.len(),
            known,
        );
        Lexicon {
            source_lang: self.source_lang,
            target_lang: self.target_lang,
            source: self.source,
            target: self.target,
            forward,
            backward,
        }
    }
}

/// Returns the probabilities of the words of `to` given those of `from`; `known` are those known before.
fn model_one(
    from: &[Vec<u32>],
    to: &[Vec<u32>],
    from_words: usize,
    to_words: usize,
    known: impl Fn(u32, u32) -> f32,
) -> Table {
    // The empty word, which accounts for what renders nothing, has the last id.
    let empty = as_id(from_words);
    let mut ids: FxHashMap<u64, u32> = FxHashMap::default();
    let mut keys: Vec<(u32, u32)> = Vec::new();
    let mut cells: Vec<u32> = Vec::new();
    let mut ends: Vec<u32> = Vec::new();
    for (from, to) in from.iter().zip(to) {
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
    let before: Vec<f32> = keys.iter().map(|&(x, y)| known(x, y)).collect();
    let mut probability: Vec<f32> = before.iter().map(|known| even + known).collect();
    let mut expected = vec![0.0f32; keys.len()];
    let mut total = vec![0.0f32; from_words + 1];
    for _ in 0..ITERATIONS {
        for (count, known) in expected.iter_mut().zip(&before) {
            *count = PRIOR * known;
        }
        total.fill(DISCOUNT);
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
    let mut kept: Vec<(u32, u32, f32)> = keys
        .iter()
        .zip(&probability)
        .filter(|&(&(x, _), &p)| p > LEAST && x != empty)
        .map(|(&(x, y), &p)| (x, y, p))
        .collect();
    kept.sort_unstable_by_key(|&(x, y, _)| (x, y));
    Table::new(from_words, kept.into_iter())
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
