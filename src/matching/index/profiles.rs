//! Which texts may be similar by characters: counts of letters bound the Levenshtein distance from below.
//!
//! Each replacement changes two counts by one, each insertion or deletion one count; so the distance is at least half of the sum of all
//! differences and the difference of lengths (the "bag distance" of I. Bartolini, P. Ciaccia, M. Patella, 2002). Texts lie in the order of their
//! length and are visited from the query's own length outwards, so that the threshold rises early. Exact for every threshold.

use rapidfuzz::distance::levenshtein::{Args, BatchComparator};
use rustc_hash::FxHashMap;

use super::super::score::{allowed, normalised};
use super::nearest::Nearest;
use crate::index::TextId;

/// How many counts there are: the most frequent characters have one each, the rest share the last.
const COUNTS: usize = 64;

type Counts = [u8; COUNTS];

/// The letter counts of all texts.
pub(super) struct Profiles {
    buckets: FxHashMap<char, u8>,
    /// The texts' entries in the order of their length in code points.
    entries: Vec<u32>,
    counts: Vec<Counts>,
    /// For each length the first place in `entries` of a text at least as long.
    lengths: Vec<u32>,
}

impl Profiles {
    /// Returns the profiles of texts, each entered by its place in this order.
    pub(super) fn new<'t>(texts: impl Iterator<Item = &'t str> + Clone) -> Self {
        let mut frequencies: FxHashMap<char, u64> = FxHashMap::default();
        let mut order = Vec::new();
        for (entry, text) in (0u32..).zip(texts.clone()) {
            let mut chars = 0usize;
            for c in text.chars() {
                *frequencies.entry(c).or_default() += 1;
                chars += 1;
            }
            order.push((chars, entry));
        }
        let mut frequent: Vec<(char, u64)> = frequencies.into_iter().collect();
        frequent.sort_unstable_by_key(|&(c, count)| (std::cmp::Reverse(count), c));
        let buckets: FxHashMap<char, u8> = frequent
            .into_iter()
            .map(|(c, _)| c)
            .take(COUNTS - 1)
            .zip(0u8..)
            .collect();
        let by_entry: Vec<Counts> = texts.map(|text| count(&buckets, text)).collect();
        order.sort_unstable();
        let mut lengths = Vec::new();
        for (place, &(chars, _)) in (0u32..).zip(&order) {
            while lengths.len() <= chars {
                lengths.push(place);
            }
        }
        Self {
            counts: order
                .iter()
                .map(|&(_, entry)| by_entry[entry as usize])
                .collect(),
            entries: order.into_iter().map(|(_, entry)| entry).collect(),
            buckets,
            lengths,
        }
    }

    /// Offers every text that can still be among the nearest to `nearest`, with its similarity; `text_of` gives those that are wanted.
    pub(super) fn search<'t>(
        &self,
        query: &str,
        text_of: impl Fn(u32) -> Option<(TextId, &'t str)>,
        nearest: &mut Nearest,
    ) {
        let query_counts = count(&self.buckets, query);
        let query_chars = query.chars().count();
        let comparator = BatchComparator::new(query.chars().collect::<Vec<char>>());
        let longest = self.lengths.len().saturating_sub(1);
        for apart in 0..=query_chars.max(longest) {
            let shorter = query_chars.checked_sub(apart).filter(|_| apart > 0);
            let longer = query_chars + apart;
            if allowed(nearest.threshold(), longer) < apart {
                // Shorter texts lose more for the same difference: none that is further away can pass.
                break;
            }
            for chars in shorter.into_iter().chain([longer]) {
                let longer = chars.max(query_chars);
                for place in self.window(chars) {
                    let most = allowed(nearest.threshold(), longer);
                    if apart > most || bound(&query_counts, &self.counts[place], apart) > most {
                        continue;
                    }
                    let Some((id, text)) = text_of(self.entries[place]) else {
                        continue;
                    };
                    let arguments = Args::default().score_cutoff(most);
                    if let Some(distance) = comparator.distance_with_args(text.chars(), &arguments)
                    {
                        nearest.offer(normalised(distance, longer), id);
                    }
                }
            }
        }
    }

    fn window(&self, chars: usize) -> std::ops::Range<usize> {
        let first_of = |chars: usize| {
            self.lengths
                .get(chars)
                .map_or(self.entries.len(), |place| *place as usize)
        };
        first_of(chars)..first_of(chars + 1)
    }
}

/// Returns the least distance that texts of these counts can have, whose lengths are `apart`.
fn bound(one: &Counts, other: &Counts, apart: usize) -> usize {
    let mut differences = 0u32;
    for bucket in 0..COUNTS {
        differences += u32::from(one[bucket].abs_diff(other[bucket]));
    }
    // Where a count is full the sum is too small, never too large; so is half of it.
    (differences as usize + apart).div_ceil(2)
}

fn count(buckets: &FxHashMap<char, u8>, text: &str) -> Counts {
    let mut counts = [0u8; COUNTS];
    for c in text.chars() {
        let bucket = buckets
            .get(&c)
            .map_or(COUNTS - 1, |bucket| *bucket as usize);
        counts[bucket] = counts[bucket].saturating_add(1);
    }
    counts
}
