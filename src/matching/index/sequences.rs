//! Sequences of symbols among which those that share enough with a query are found without looking at the rest.
//!
//! Two sequences that are similar enough must share one of their rarest symbols: the both-side prefix filter of set similarity joins
//! (S. Chaudhuri, V. Ganti, R. Kaushik, "A primitive operator for similarity joins", 2006; C. Xiao et al., "Efficient similarity joins for
//! near duplicate detection", 2008). With it go a window of lengths and a bitmap of 128 bits per sequence that bounds the overlap. The rule kept:
//! nothing that passes the threshold is left out, so that an answer equals that of an exhaustive search.

use rustc_hash::FxHashSet;

use super::super::score::{allowed, needed};

/// The similarity for which postings are kept; below it all sequences of fitting length are looked at.
const FLOOR: f64 = 0.5;

/// Sequences in the order of their length; a sequence is known by its position in this order.
pub(super) struct Sequences {
    symbols: Vec<u32>,
    /// Where each sequence starts in `symbols`, and the end of the last.
    starts: Vec<u32>,
    /// For each length the first position whose sequence is at least as long.
    lengths: Vec<u32>,
    bitmaps: Vec<u128>,
    /// In how many sequences each symbol occurs.
    frequencies: Vec<u32>,
    /// For each symbol the positions of the sequences among whose rarest it is; `posting_starts` as `starts`.
    postings: Vec<u32>,
    posting_starts: Vec<u32>,
}

impl Sequences {
    /// Returns the index of these sequences, which come in the order of their length; symbols are below `symbols`.
    pub(super) fn new<'s>(
        sequences: impl Iterator<Item = &'s [u32]> + Clone,
        symbols: usize,
    ) -> Self {
        let mut this = Self {
            symbols: Vec::new(),
            starts: vec![0],
            lengths: Vec::new(),
            bitmaps: Vec::new(),
            frequencies: vec![0; symbols],
            postings: Vec::new(),
            posting_starts: Vec::new(),
        };
        let mut last_seen = vec![u32::MAX; symbols];
        for (position, sequence) in (0u32..).zip(sequences) {
            while this.lengths.len() <= sequence.len() {
                this.lengths.push(position);
            }
            for &symbol in sequence {
                if last_seen[symbol as usize] != position {
                    last_seen[symbol as usize] = position;
                    this.frequencies[symbol as usize] += 1;
                }
            }
            this.symbols.extend_from_slice(sequence);
            this.starts.push(this.symbols.len() as u32);
            this.bitmaps.push(bitmap(sequence));
        }
        this.post();
        this
    }

    fn post(&mut self) {
        let mut pairs = Vec::new();
        let mut counts = vec![0u32; self.frequencies.len() + 1];
        for position in 0..self.bitmaps.len() as u32 {
            let sequence = self.get(position);
            let mut rarest = self.rarest_first(sequence);
            rarest.truncate(prefix(FLOOR, sequence.len()));
            rarest.dedup();
            for symbol in rarest {
                counts[symbol as usize + 1] += 1;
                pairs.push((symbol, position));
            }
        }
        for symbol in 1..counts.len() {
            counts[symbol] += counts[symbol - 1];
        }
        let mut free = counts.clone();
        self.postings = vec![0; pairs.len()];
        for (symbol, position) in pairs {
            let slot = &mut free[symbol as usize];
            self.postings[*slot as usize] = position;
            *slot += 1;
        }
        self.posting_starts = counts;
    }

    /// Returns the sequence at a position.
    pub(super) fn get(&self, position: u32) -> &[u32] {
        let at = position as usize;
        &self.symbols[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    /// Returns the sequences in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.bitmaps.len() as u32).map(|position| self.get(position))
    }

    /// Calls `visit` once with the position of every sequence that may share `threshold` × the longer length with the query, as a
    /// multiset; `visit` returns the threshold from there on, which may only rise.
    pub(super) fn visit(
        &self,
        query: &[u32],
        mut threshold: f64,
        mut visit: impl FnMut(u32) -> f64,
    ) {
        if query.is_empty() {
            return;
        }
        let query_bitmap = bitmap(query);
        let may_pass = |position: u32, threshold: f64| {
            let other = self.bitmaps[position as usize];
            let missing = (query_bitmap & !other)
                .count_ones()
                .max((other & !query_bitmap).count_ones());
            let longer = query.len().max(self.get(position).len());
            missing as usize <= allowed(threshold, longer)
        };
        if threshold < FLOOR {
            let (shortest, longest) = lengths_within(threshold, query.len(), query.len());
            for position in self.window(shortest, longest) {
                if may_pass(position, threshold) {
                    threshold = visit(position).max(threshold);
                }
            }
            return;
        }
        let mut seen = FxHashSet::default();
        let rarest = self.rarest_first(query);
        for (tried, &symbol) in rarest.iter().enumerate() {
            if tried >= prefix(threshold, query.len()) {
                break;
            }
            if (tried > 0 && rarest[tried - 1] == symbol)
                || symbol as usize >= self.frequencies.len()
            {
                continue;
            }
            // What is not seen yet shares none of the symbols tried, so that the rest of the query bounds the overlap.
            let (shortest, longest) = lengths_within(threshold, query.len(), query.len() - tried);
            let window = self.window(shortest, longest);
            let from = self.posting_starts[symbol as usize] as usize;
            let to = self.posting_starts[symbol as usize + 1] as usize;
            let posted = &self.postings[from..to];
            let first = posted.partition_point(|position| *position < window.start);
            let last = posted.partition_point(|position| *position < window.end);
            for &position in &posted[first..last] {
                if may_pass(position, threshold) && seen.insert(position) {
                    threshold = visit(position).max(threshold);
                }
            }
        }
    }

    /// Returns the positions of the sequences of these lengths.
    fn window(&self, shortest: usize, longest: usize) -> std::ops::Range<u32> {
        let all = self.bitmaps.len() as u32;
        let first_of = |length: usize| self.lengths.get(length).copied().unwrap_or(all);
        first_of(shortest)..first_of(longest.saturating_add(1))
    }

    /// Returns the symbols of a sequence, equal ones together, those of fewest sequences first; unknown ones are the rarest.
    fn rarest_first(&self, sequence: &[u32]) -> Vec<u32> {
        let mut symbols = sequence.to_vec();
        symbols.sort_unstable_by_key(|&symbol| {
            let frequency = self.frequencies.get(symbol as usize);
            (frequency.copied().unwrap_or(0), symbol)
        });
        symbols
    }
}

/// Returns of how many of a sequence's rarest symbols at least one is shared by whatever is similar enough.
fn prefix(threshold: f64, length: usize) -> usize {
    allowed(threshold, length).min(length.saturating_sub(1)) + 1
}

/// Returns the lengths that a sequence may have to reach the threshold with a query, of which `left` symbols are not ruled out.
fn lengths_within(threshold: f64, query: usize, left: usize) -> (usize, usize) {
    let shortest = needed(threshold, query).max(1);
    // A length too many costs a look, one too few an answer.
    let longest =
        (left as f64 / threshold.max(f64::MIN_POSITIVE)).min(u32::MAX as f64) as usize + 1;
    (shortest, longest)
}

/// Returns one bit of 128 for each symbol, many symbols sharing a bit.
fn bitmap(sequence: &[u32]) -> u128 {
    sequence.iter().fold(0, |bits, symbol| {
        // Fibonacci hashing: the top seven bits of the product are well mixed.
        bits | 1 << (symbol.wrapping_mul(0x9E37_79B1) >> 25)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn overlap(one: &[u32], other: &[u32]) -> usize {
        let mut rest = other.to_vec();
        one.iter()
            .filter(|symbol| {
                let found = rest.iter().position(|it| it == *symbol);
                found.map(|at| rest.swap_remove(at)).is_some()
            })
            .count()
    }

    proptest! {
        #[test]
        fn leaves_out_nothing_that_shares_enough(
            mut texts in prop::collection::vec(prop::collection::vec(0u32..12, 1..12), 1..40),
            query in prop::collection::vec(0u32..14, 0..12),
            percent in 1u32..=100,
        ) {
            texts.sort_by_key(Vec::len);
            let index = Sequences::new(texts.iter().map(Vec::as_slice), 12);
            let threshold = f64::from(percent) / 100.0;
            let mut visited = Vec::new();
            index.visit(&query, threshold, |position| { visited.push(position); threshold });
            let unique: FxHashSet<u32> = visited.iter().copied().collect();
            prop_assert_eq!(unique.len(), visited.len());
            for (position, text) in (0u32..).zip(&texts) {
                prop_assert_eq!(index.get(position), text.as_slice());
                let longer = query.len().max(text.len());
                if !query.is_empty() && overlap(&query, text) >= needed(threshold, longer) {
                    prop_assert!(unique.contains(&position), "{:?} {:?} {}", query, text, threshold);
                }
            }
        }
    }
}
