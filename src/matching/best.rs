//! The texts that the program's own score puts first.

use rustc_hash::FxHashMap;

use super::few::Few;
use super::index::{Index, Nearest, Rack, sift};
use super::judge::{Bound, Script, share_needed};
use super::score::ROUNDING;
use crate::error::Result;
use crate::index::{Class, FLOOR, Known, Segment, Sieve, Symbol, Tally, TextId};

/// The score of a text that differs in numbers, names, case or punctuation only and is repaired: below 1, above every other.
pub(super) const REPAIRED: f64 = 0.99;

/// The best score of a text that is not equal and not repaired.
pub(super) const FUZZY_MOST: f64 = 0.98;

/// Texts whose scores are remembered during a search: of a hundred tokens each, some 6 MB.
const MOST_JUDGED: usize = 4096;

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
        let mut sieve = Best {
            rack,
            targets,
            share,
            bound: Bound::of(&query),
            shared: Overlap::of(&query),
            query,
            nearest: &mut nearest,
            judged: Judged::default(),
            symbols: Vec::new(),
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
    shared: Overlap,
    nearest: &'s mut Nearest,
    judged: Judged,
    symbols: Vec<Symbol>,
}

impl Sieve for Best<'_, '_> {
    fn needed(&self, tokens: usize) -> Option<usize> {
        let least = self.least(tokens);
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

    fn may_pass(&self, most: &Tally) -> bool {
        self.bound.of_tally(*most, most.shared()) + ROUNDING >= self.nearest.threshold()
    }

    fn look(&mut self, position: u32, tokens: usize) -> Result<bool> {
        let segment = &self.rack.segment;
        let other = segment.sequence(position)?;
        if other.targets & self.targets == 0 {
            return Ok(false);
        }
        self.judged.text.clear();
        for word in other.words(tokens) {
            let seen = self.shared.see(word, segment)?;
            self.judged.text.push(seen);
        }
        let (tally, same) = self.shared.with(&self.judged.text);
        let before = self.nearest.threshold();
        if tally.shared() < self.least(tokens)
            || self.bound.of_tally(tally, same) + ROUNDING < before
            || !self.rack.counts(other.text)
        {
            return Ok(false);
        }
        let score = match self.judged.scores.get(&self.judged.text) {
            Some(&known) => known,
            None => {
                segment.symbols(other.words(tokens), &mut self.symbols)?;
                let score = self.score(before - ROUNDING);
                self.judged.remember(score);
                score
            }
        };
        let Some(score) = score else {
            return Ok(false);
        };
        self.nearest.offer(score, other.text);
        Ok(self.nearest.threshold() > before)
    }
}

impl Best<'_, '_> {
    /// Returns the score of the text whose symbols were read, unless it is surely less.
    fn score(&self, least: f64) -> Option<f64> {
        let script = Script::scoring(&self.query, &self.symbols, least);
        script.map(|script| match script.score() {
            1.0 => 1.0,
            _ if script.same_words() => REPAIRED,
            score => score.min(FUZZY_MOST),
        })
    }

    /// How many tokens a text of so many must share with the query to be judged.
    fn least(&self, tokens: usize) -> usize {
        let longer = tokens.max(self.query.len()) as f64;
        (longer * self.share - ROUNDING).ceil() as usize
    }
}

/// The scores of texts as the query sees them: of a list of pictures or prices thousands differ in numbers that the query has not, and are judged
/// once. `None` for what scored too little, as it still does: thresholds only rise.
#[derive(Default)]
struct Judged {
    scores: FxHashMap<Vec<Seen>, Option<f64>>,
    text: Vec<Seen>,
}

impl Judged {
    /// Keeps the score of the text that was read last.
    fn remember(&mut self, score: Option<f64>) {
        if self.scores.len() >= MOST_JUDGED {
            self.scores.clear();
        }
        self.scores.insert(self.text.clone(), score);
    }
}

/// What a score depends on in a text's token: which stem and which folded form of the query it has, if any, and its class.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Seen(u64);

impl Seen {
    const BITS_OF_CLASS: u32 = 2;
    const BITS_OF_FORM: u32 = 31;

    fn new(stem: u32, folded: u32, class: Class) -> Self {
        let forms = u64::from(stem) << Self::BITS_OF_FORM | u64::from(folded);
        Self(forms << Self::BITS_OF_CLASS | class as u64)
    }

    fn is_mark(self) -> bool {
        self.0 & ((1 << Self::BITS_OF_CLASS) - 1) == Class::Mark as u64
    }

    /// The numbers of its stem and of its folded form.
    fn forms(self) -> (usize, usize) {
        let forms = self.0 >> Self::BITS_OF_CLASS;
        let folded = forms & ((1 << Self::BITS_OF_FORM) - 1);
        ((forms >> Self::BITS_OF_FORM) as usize, folded as usize)
    }
}

/// Counts what a text shares with a query.
struct Overlap {
    stems: Rest,
    folded: Rest,
    /// Words met lately, each where the end of its number puts it: near texts have most words in common.
    met: Vec<(u32, Seen)>,
}

impl Overlap {
    /// Words that are remembered.
    const MET: usize = 1024;

    fn of(query: &[Symbol]) -> Self {
        Self {
            stems: Rest::of(query, |symbol| symbol.stem),
            folded: Rest::of(query, |symbol| symbol.folded),
            met: vec![(u32::MAX, Seen(0)); Self::MET],
        }
    }

    /// Returns what the query sees in a word of the segment.
    #[inline]
    fn see(&mut self, word: u32, segment: &Segment<'_>) -> Result<Seen> {
        let met = &mut self.met[word as usize % Self::MET];
        if met.0 != word {
            let symbol = segment.symbol(word)?;
            let stem = self.stems.numbers.get(symbol.stem);
            let folded = self.folded.numbers.get(symbol.folded);
            *met = (word, Seen::new(stem, folded, symbol.class));
        }
        Ok(met.1)
    }

    /// Returns what a text has in common with the query by stems, and how many tokens but for what a reader overlooks.
    fn with(&mut self, text: &[Seen]) -> (Tally, usize) {
        self.stems.refill();
        self.folded.refill();
        let (mut tally, mut same) = (Tally::default(), 0);
        for seen in text {
            let (stem, folded) = seen.forms();
            let (all, shared) = match seen.is_mark() {
                true => (&mut tally.marks, &mut tally.shared_marks),
                false => (&mut tally.words, &mut tally.shared_words),
            };
            *all += 1;
            *shared += u32::from(self.stems.take(stem));
            same += usize::from(self.folded.take(folded));
        }
        (tally, same)
    }
}

/// How often each symbol occurs in the query, and how often it is left.
struct Rest {
    /// The symbols numbered from 1.
    numbers: Few<u32>,
    /// By the number; of what the query has not there is nothing.
    counts: Vec<u32>,
    left: Vec<u32>,
}

impl Rest {
    fn of(query: &[Symbol], form: fn(&Symbol) -> u32) -> Self {
        let (mut numbers, mut counts) = (Few::new(), vec![0]);
        for word in query.iter().map(form) {
            let number: u32 = match numbers.get(word) {
                0 => {
                    let next = counts.len() as u32;
                    numbers.set(word, next);
                    counts.push(0);
                    next
                }
                known => known,
            };
            counts[number as usize] += 1;
        }
        Self {
            numbers,
            left: counts.clone(),
            counts,
        }
    }

    fn refill(&mut self) {
        self.left.copy_from_slice(&self.counts);
    }

    /// Takes away one of the symbol of this number, and says whether one was left.
    #[inline]
    fn take(&mut self, number: usize) -> bool {
        let left = &mut self.left[number];
        let was_left = *left > 0;
        *left -= u32::from(was_left);
        was_left
    }
}
