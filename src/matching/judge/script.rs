//! Which words of a source stay in the query, which move, which go and which come, and what that costs.
//!
//! Words that stay are the heaviest common subsequence (R. A. Wagner, M. J. Fischer, 1974); among what is left over, the longest stretches that
//! stand on both sides are moves, as long as they make it cheaper. The score is made of two: what both texts share over what both weigh (L. R.
//! Dice, 1945, here on words in order), which says how much there is to do, and a plain similarity in which every difference is one and the longer
//! text the measure, as in the Levenshtein similarity, which says how likely the rendering serves at all, above all where texts are short.

use super::bound::most_with_moves;
use crate::index::{Class, Symbol};

/// The part of the score that is plain.
pub(super) const PLAIN: f64 = 0.4;
/// The part in which differences weigh what they cost.
pub(super) const WEIGHED: f64 = 0.6;

// Weights and costs in hundredths of a word. A cost weighs on both sides, as a word does that stays.

/// A word.
pub(super) const WORD: u32 = 100;
/// A word replaced by another, on both sides together.
pub(super) const REPLACED: u32 = 190;
/// A word that only comes or only goes: three quarters of a word replaced, since one of two things is left to do, to strike a rendering out or to
/// find one. At half, a sentence would reach 75 % with much of another one added.
pub(super) const LONE_WORD: u32 = 140;
/// A mark: that it stays says less than that a word does.
pub(super) const MARK: u32 = 55;
/// A mark that stands on one side only: it is changed with one key, yet two or three may turn a list into a sentence.
pub(super) const LONE_MARK: u32 = 80;
/// Another form of the same word: the rendering keeps its word, its ending must be looked at.
const FORM: u32 = 15;
/// Another number: one thing to change, and its place is known.
const NUMBER: u32 = 15;
/// A stretch of words that stands elsewhere, whatever its length: every word has its rendering, their order must be looked at.
const MOVE: u32 = 50;
/// A lone word that stands elsewhere: nearly as much as another word, else two texts of the same common words would be alike in any order.
const LONE_MOVE: u32 = 75;
/// A negation more or less, beside its own word: the rendering says the opposite, and that is easily overlooked.
const NEGATION: u32 = 100;

/// Beyond this product of lengths (two texts of 1,000 words) only the common start and end are compared, so that no input takes seconds.
const MOST_CELLS: usize = 1_000_000;
/// A text of which more stretches moved is taken for another text.
const MOST_MOVES: u32 = 8;

/// How a word that stays has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Change {
    /// Not at all, to a reader.
    Same,
    /// It is another form of the same word.
    Form,
    /// It is another number.
    Number,
}

/// What became of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Fate {
    /// It stands at this index of the other side, in the same order as its neighbours.
    Stays(usize, Change),
    /// It stands at this index of the other side, out of order.
    Moves(usize, Change),
    /// It has no counterpart.
    Alone,
}

/// An edit script between a query and a source.
#[derive(Clone, Debug)]
pub(in super::super) struct Script {
    /// The fate of each token of the query.
    pub(in super::super) query: Vec<Fate>,
    /// The fate of each token of the source.
    pub(in super::super) source: Vec<Fate>,
    counts: Counts,
    /// What both texts weigh, in hundredths of a word.
    whole: u32,
    /// Tokens of the longer text.
    longer: usize,
}

/// What differs between the two texts, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Counts {
    /// Words replaced by strangers.
    pub(in super::super) replaced: u32,
    /// Words of the query beyond those.
    pub(in super::super) added: u32,
    /// Words of the source beyond those.
    pub(in super::super) missing: u32,
    /// Marks of the query that the source has not.
    pub(in super::super) added_marks: u32,
    /// Marks of the source that the query has not.
    pub(in super::super) missing_marks: u32,
    /// Words in another form.
    pub(in super::super) forms: u32,
    /// Numbers changed.
    pub(in super::super) numbers: u32,
    /// Stretches of words that moved.
    pub(in super::super) moves: u32,
    /// Lone words that moved.
    pub(in super::super) lone_moves: u32,
    /// Negations more in the query than in the source, or fewer where below 0.
    pub(in super::super) negations: i32,
}

impl Script {
    /// Returns the script between a query and a source.
    pub(in super::super) fn between(query: &[Symbol], source: &[Symbol]) -> Self {
        Self::without_moves(query, source).with_moves(query, source)
    }

    /// Returns the script, unless it surely scores less: moves are looked for only where they could help enough.
    pub(in super::super) fn scoring(
        query: &[Symbol],
        source: &[Symbol],
        least: f64,
    ) -> Option<Self> {
        let script = Self::without_moves(query, source);
        let may_pass = script.same_words() || most_with_moves(&script, query, source) >= least;
        may_pass.then(|| script.with_moves(query, source))
    }

    fn without_moves(query: &[Symbol], source: &[Symbol]) -> Self {
        let mut script = Self {
            query: vec![Fate::Alone; query.len()],
            source: vec![Fate::Alone; source.len()],
            counts: Counts::default(),
            whole: weights(query) + weights(source),
            longer: query.len().max(source.len()),
        };
        for (at, to, change) in staying(query, source) {
            script.query[at] = Fate::Stays(to, change);
            script.source[to] = Fate::Stays(at, change);
        }
        script.count(query, source);
        script
    }

    fn with_moves(mut self, query: &[Symbol], source: &[Symbol]) -> Self {
        if query.len() * source.len() <= MOST_CELLS {
            while let Some(moved) = self.with_a_move(query, source) {
                self = moved;
            }
        }
        self
    }

    /// Returns the score, from 0 to 1: 1 − 0.6 × cost / weight of both texts − 0.4 × differences / tokens of the longer.
    pub(in super::super) fn score(&self) -> f64 {
        self.score_of(&self.counts)
    }

    /// Returns what the score would be if so much differed.
    pub(super) fn score_of(&self, counts: &Counts) -> f64 {
        let cost = counts.costs().iter().sum();
        let differences = counts.differences().iter().sum();
        (1.0 - self.share(cost, differences)).max(0.0)
    }

    /// Says whether both texts are the same word for word, but for numbers and marks.
    pub(in super::super) fn same_words(&self) -> bool {
        let nothing_else = Counts {
            added_marks: self.counts.added_marks,
            missing_marks: self.counts.missing_marks,
            numbers: self.counts.numbers,
            ..Counts::default()
        };
        self.counts == nothing_else
    }

    /// Returns what differs.
    pub(in super::super) fn counts(&self) -> Counts {
        self.counts
    }

    /// Returns what the score loses by replaced, added and missing words, marks, forms, numbers, moves and negations, in this order.
    pub(in super::super) fn lost(&self) -> [f64; 8] {
        let (costs, differences) = (self.counts.costs(), self.counts.differences());
        std::array::from_fn(|cause| self.share(costs[cause], differences[cause]))
    }

    fn share(&self, cost: u32, differences: u32) -> f64 {
        let weighed = f64::from(cost) / f64::from(self.whole.max(1));
        let plain = f64::from(differences) / self.longer.max(1) as f64;
        WEIGHED * weighed + PLAIN * plain
    }

    fn cost(&self) -> u32 {
        self.counts.costs().iter().sum()
    }

    /// Returns the script with the longest stretch moved that stands alone on both sides, if that makes it cheaper.
    fn with_a_move(&self, query: &[Symbol], source: &[Symbol]) -> Option<Self> {
        if self.counts.moves + self.counts.lone_moves >= MOST_MOVES {
            return None;
        }
        let (at, to, tokens) = self.longest_shared_leftover(query, source)?;
        let mut moved = self.clone();
        for offset in 0..tokens {
            let (at, to) = (at + offset, to + offset);
            let change = change(&query[at], &source[to])?;
            moved.query[at] = Fate::Moves(to, change);
            moved.source[to] = Fate::Moves(at, change);
        }
        if words(&query[at..at + tokens]) == 1 {
            moved.counts.lone_moves += 1;
        } else {
            moved.counts.moves += 1;
        }
        moved.count(query, source);
        (moved.cost() < self.cost()).then_some(moved)
    }

    /// Returns where the longest stretch of leftover tokens with at least one word starts in the query and in the source, and its tokens.
    fn longest_shared_leftover(
        &self,
        query: &[Symbol],
        source: &[Symbol],
    ) -> Option<(usize, usize, usize)> {
        let alone = |fates: &[Fate], at: usize| fates.get(at) == Some(&Fate::Alone);
        let mut best: Option<(usize, usize, usize)> = None;
        for at in (0..query.len()).filter(|&at| alone(&self.query, at)) {
            for to in (0..source.len()).filter(|&to| alone(&self.source, to)) {
                if query[at].stem != source[to].stem {
                    continue;
                }
                let tokens = (0..)
                    .take_while(|&offset| {
                        alone(&self.query, at + offset)
                            && alone(&self.source, to + offset)
                            && change(&query[at + offset], &source[to + offset]).is_some()
                    })
                    .count();
                let has_a_word = query[at..at + tokens]
                    .iter()
                    .any(|symbol| symbol.class != Class::Mark);
                if has_a_word && best.is_none_or(|(_, _, longest)| tokens > longest) {
                    best = Some((at, to, tokens));
                }
            }
        }
        best
    }

    /// Counts what differs, but for moves.
    fn count(&mut self, query: &[Symbol], source: &[Symbol]) {
        let mut counts = Counts {
            negations: negations(query) - negations(source),
            moves: self.counts.moves,
            lone_moves: self.counts.lone_moves,
            ..Counts::default()
        };
        let mut rest_of_source = self.source.iter().zip(source);
        let (mut here, mut there) = (Alone::default(), Alone::default());
        for (fate, symbol) in self.query.iter().zip(query) {
            match *fate {
                Fate::Alone => here.take(symbol),
                Fate::Moves(_, change) => counts.change(change),
                Fate::Stays(_, change) => {
                    counts.change(change);
                    for (fate, symbol) in rest_of_source.by_ref() {
                        match fate {
                            Fate::Alone => there.take(symbol),
                            Fate::Moves(..) => {}
                            Fate::Stays(..) => break,
                        }
                    }
                    counts.gap(std::mem::take(&mut here), std::mem::take(&mut there));
                }
            }
        }
        for (fate, symbol) in rest_of_source {
            if *fate == Fate::Alone {
                there.take(symbol);
            }
        }
        counts.gap(here, there);
        self.counts = counts;
    }
}

/// How much stands alone on one side between two words that stay.
#[derive(Default)]
pub(super) struct Alone {
    pub(super) words: u32,
    pub(super) marks: u32,
}

impl Alone {
    fn take(&mut self, symbol: &Symbol) {
        match symbol.class {
            Class::Mark => self.marks += 1,
            _ => self.words += 1,
        }
    }
}

impl Counts {
    pub(super) fn costs(&self) -> [u32; 8] {
        [
            self.replaced * REPLACED,
            self.added * LONE_WORD,
            self.missing * LONE_WORD,
            (self.added_marks + self.missing_marks) * LONE_MARK,
            self.forms * 2 * FORM,
            self.numbers * 2 * NUMBER,
            (self.moves * MOVE + self.lone_moves * LONE_MOVE) * 2,
            self.negations.unsigned_abs() * 2 * NEGATION,
        ]
    }

    /// Returns how many tokens differ by each cause, in the order of the costs. What stands alone counts on the side where more does; a negation counts
    /// beside its own word here too.
    fn differences(&self) -> [u32; 8] {
        let (added, missing, marks) =
            if self.added + self.added_marks >= self.missing + self.missing_marks {
                (self.added, 0, self.added_marks)
            } else {
                (0, self.missing, self.missing_marks)
            };
        [
            self.replaced,
            added,
            missing,
            marks,
            self.forms,
            self.numbers,
            self.moves + self.lone_moves,
            self.negations.unsigned_abs(),
        ]
    }

    fn change(&mut self, change: Change) {
        match change {
            Change::Same => {}
            Change::Form => self.forms += 1,
            Change::Number => self.numbers += 1,
        }
    }

    pub(super) fn gap(&mut self, query: Alone, source: Alone) {
        let replaced = query.words.min(source.words);
        self.replaced += replaced;
        self.added += query.words - replaced;
        self.missing += source.words - replaced;
        self.added_marks += query.marks;
        self.missing_marks += source.marks;
    }
}

pub(super) fn words(symbols: &[Symbol]) -> usize {
    let words = symbols.iter().filter(|it| it.class != Class::Mark);
    words.count()
}

fn weight(symbol: &Symbol) -> u32 {
    match symbol.class {
        Class::Mark => MARK,
        _ => WORD,
    }
}

pub(super) fn weights(symbols: &[Symbol]) -> u32 {
    symbols.iter().map(weight).sum()
}

fn negations(symbols: &[Symbol]) -> i32 {
    symbols
        .iter()
        .map(|symbol| i32::from(symbol.class == Class::Negation))
        .sum()
}

/// Returns how one token became the other, or `None` if they are strangers.
fn change(query: &Symbol, source: &Symbol) -> Option<Change> {
    if query.folded == source.folded {
        Some(Change::Same)
    } else if query.stem != source.stem {
        None
    } else if query.class == Class::Number {
        Some(Change::Number)
    } else {
        Some(Change::Form)
    }
}

/// Returns the pairs of tokens that stay, in order.
fn staying(query: &[Symbol], source: &[Symbol]) -> Vec<(usize, usize, Change)> {
    let same = |(one, other): &(&Symbol, &Symbol)| one.folded == other.folded;
    let start = query.iter().zip(source).take_while(same).count();
    let (rest_q, rest_s) = (&query[start..], &source[start..]);
    let end = rest_q
        .iter()
        .rev()
        .zip(rest_s.iter().rev())
        .take_while(same)
        .count();
    let (middle_q, middle_s) = (&rest_q[..rest_q.len() - end], &rest_s[..rest_s.len() - end]);
    let mut pairs: Vec<_> = (0..start).map(|at| (at, at, Change::Same)).collect();
    if middle_q.len() * middle_s.len() <= MOST_CELLS {
        let inner = staying_inside(middle_q, middle_s);
        pairs.extend(
            inner
                .into_iter()
                .map(|(at, to, change)| (at + start, to + start, change)),
        );
    }
    pairs.extend((0..end).rev().map(|back| {
        let (at, to) = (query.len() - 1 - back, source.len() - 1 - back);
        (at, to, Change::Same)
    }));
    pairs
}

fn staying_inside(query: &[Symbol], source: &[Symbol]) -> Vec<(usize, usize, Change)> {
    let width = source.len() + 1;
    let mut table = vec![0u32; (query.len() + 1) * width];
    for (to, symbol) in source.iter().enumerate() {
        table[to + 1] = table[to] + weight(symbol);
    }
    let pairing = |one: &Symbol, other: &Symbol| match change(one, other)? {
        Change::Same => Some(0),
        Change::Number => Some(2 * NUMBER),
        Change::Form => Some(2 * FORM),
    };
    for (at, one) in query.iter().enumerate() {
        let (above, here) = table.split_at_mut((at + 1) * width);
        let above = &above[at * width..];
        let own = weight(one);
        let (mut corner, mut left) = (above[0], above[0] + own);
        here[0] = left;
        for ((other, &up), here) in source.iter().zip(&above[1..]).zip(&mut here[1..]) {
            let alone = (up + own).min(left + weight(other));
            let paired = pairing(one, other).map(|cost| corner + cost);
            left = paired.map_or(alone, |paired| paired.min(alone));
            corner = up;
            *here = left;
        }
    }
    let mut pairs = Vec::new();
    let (mut at, mut to) = (query.len(), source.len());
    while at > 0 && to > 0 {
        let (one, other) = (&query[at - 1], &source[to - 1]);
        let here = table[at * width + to];
        let before = table[(at - 1) * width + to - 1];
        if pairing(one, other).is_some_and(|cost| here == before + cost) {
            (at, to) = (at - 1, to - 1);
            pairs.extend(change(one, other).map(|change| (at, to, change)));
        } else if here == table[(at - 1) * width + to] + weight(one) {
            at -= 1;
        } else {
            to -= 1;
        }
    }
    pairs.reverse();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::tests::symbols;

    fn script(query: &str, source: &str) -> Script {
        let (query, source) = symbols("en", query, source);
        Script::between(&query, &source)
    }

    fn percent(query: &str, source: &str) -> i64 {
        (script(query, source).score() * 100.0).round() as i64
    }

    #[test]
    fn another_form_costs_less_than_another_word() {
        let source = "the ministers met in the new hall";
        assert_eq!(percent("the minister met in the new hall", source), 93);
        assert_eq!(percent("the envoys met in the new hall", source), 86);
    }

    #[test]
    fn another_number_costs_little() {
        assert_eq!(
            percent("the talks took 7 days", "the talks took 5 days"),
            90
        );
    }

    #[test]
    fn a_negation_costs_more_than_a_word() {
        let with = "the sides will not sign the treaty";
        assert_eq!(percent(with, "the sides will sign the treaty"), 73);
        assert_eq!(percent("the sides will sign the treaty", with), 73);
        assert_eq!(
            percent(
                "the sides will soon sign the treaty",
                "the sides will sign the treaty"
            ),
            88
        );
    }

    #[test]
    fn a_clause_that_moved_costs_one_move() {
        let source = "after the talks in Vitebsk the two ministers signed a plan";
        let query = "the two ministers signed a plan after the talks in Vitebsk";
        let script = script(query, source);
        assert_eq!(script.counts().moves, 1);
        assert_eq!(percent(query, source), 94);
    }

    #[test]
    fn words_in_disorder_are_no_match() {
        let source = "one two three four five six seven eight";
        assert!(percent("eight three six one four seven two five", source) < 70);
    }

    #[test]
    fn every_loss_is_accounted_for() {
        let script = script(
            "not 7 days, the plans signed by both sides!",
            "By both sides the plan was signed in 5 days.",
        );
        let lost: f64 = script.lost().iter().sum();
        assert!((script.score() + lost - 1.0).abs() < 1e-9);
    }
}
