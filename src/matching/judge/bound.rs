//! What a text can score at most of which only the shared words are known: by this the search leaves most texts alone and still misses none.

use super::script::{
    Alone, Counts, Fate, LONE_MARK, LONE_WORD, MARK, PLAIN, REPLACED, Script, WEIGHED, WORD,
    weights, words,
};
use crate::index::{Class, Symbol, Tally};

/// What a text can score at most that shares only so many tokens with a query.
pub(in super::super) struct Bound {
    tokens: usize,
    marks: usize,
    weight: u32,
}

impl Bound {
    /// Returns the bound for a query.
    pub(in super::super) fn of(query: &[Symbol]) -> Self {
        Self {
            tokens: query.len(),
            marks: query.len() - words(query),
            weight: weights(query),
        }
    }

    /// Returns the most that a text of `tokens` tokens can score of which `shared` have the stem of a token of the query. What the query does not
    /// share counts as marks as far as it has marks; what the text does not share counts as words that replace others, for nobody has looked and
    /// nothing costs less.
    pub(in super::super) fn most(&self, shared: usize, tokens: usize) -> f64 {
        let missing = self.tokens - shared.min(self.tokens);
        let marks = missing.min(self.marks);
        let lone = (missing - marks) as u32;
        if lone == 0 {
            // All that differs may be marks, and those are repaired.
            return 1.0;
        }
        let foreign = (tokens - shared.min(tokens)) as u32;
        let cost = lone * LONE_WORD + marks as u32 * LONE_MARK + foreign * (REPLACED - LONE_WORD);
        let weighed = 1.0 - f64::from(cost) / f64::from(self.weight + tokens as u32 * WORD);
        WEIGHED * weighed.max(0.0) + PLAIN * self.plain(shared, tokens)
    }

    /// What is left over on the longer side differs, whatever else does.
    fn plain(&self, shared: usize, tokens: usize) -> f64 {
        shared as f64 / self.tokens.max(tokens).max(1) as f64
    }

    /// Returns the most that a text can score: no script costs less than what one side lacks of the other's words. 1 where they differ in marks and
    /// numbers only, since such a text may be repaired. `same` says how many tokens are no other form and no other number at most.
    pub(in super::super) fn of_tally(&self, tally: Tally, same: usize) -> f64 {
        let words = (self.tokens - self.marks) as u32;
        let here = Alone {
            words: words.saturating_sub(tally.shared_words),
            marks: (self.marks as u32).saturating_sub(tally.shared_marks),
        };
        let there = Alone {
            words: tally.words.saturating_sub(tally.shared_words),
            marks: tally.marks.saturating_sub(tally.shared_marks),
        };
        if here.words == 0 && there.words == 0 {
            return 1.0;
        }
        let mut counts = Counts::default();
        counts.gap(here, there);
        let cost: u32 = counts.costs().iter().sum();
        let whole = self.weight + tally.words * WORD + tally.marks * MARK;
        let weighed = 1.0 - f64::from(cost) / f64::from(whole.max(1));
        let tokens = (tally.words + tally.marks) as usize;
        WEIGHED * weighed.max(0.0) + PLAIN * self.plain(same, tokens)
    }

    /// Returns the most that any text can score that has none of so many words and marks of the query.
    pub(in super::super) fn without(&self, words: usize, marks: usize) -> f64 {
        if words == 0 {
            return 1.0;
        }
        let shared = self.tokens - (words + marks).min(self.tokens);
        let plain = self.plain(shared, self.tokens);
        let (words, marks) = (words as u32, marks as u32);
        // At best it has all the rest and, beside that, nothing or as many other words; which is better depends on what is left.
        let rest = self.weight - (words * WORD + marks * MARK).min(self.weight);
        let weighed = |word: u32, others: u32| {
            let whole = self.weight + rest + others;
            1.0 - f64::from(words * word + marks * LONE_MARK) / f64::from(whole.max(1))
        };
        let weighed = weighed(LONE_WORD, 0).max(weighed(REPLACED, words * WORD));
        WEIGHED * weighed.max(0.0) + PLAIN * plain
    }
}

/// Returns the share of the longer text's words that both must have in common to score `least`, whatever else is the same. For a least of no more
/// than a half.
pub(in super::super) fn share_needed(least: f64) -> f64 {
    // A text of the same length with other words scores this; of what is shared no score has more.
    let nothing = WEIGHED * (1.0 - f64::from(REPLACED) / f64::from(2 * WORD));
    (least - nothing).max(0.0)
}

/// Returns the most that moves can make of a script without any: all words that are left over on both sides move, and those that stand together in
/// the query at once. A word that does not move costs more than a move of many.
pub(super) fn most_with_moves(script: &Script, query: &[Symbol], source: &[Symbol]) -> f64 {
    let here = Leftover::of(&script.query, query);
    let there = Leftover::of(&script.source, source);
    let without = script.counts();
    let mut counts = Counts {
        forms: without.forms,
        numbers: without.numbers,
        negations: without.negations,
        ..Counts::default()
    };
    let words = shared(&here.words, &there.words);
    let marks = shared(&here.marks, &there.marks);
    let alone = |leftover: &Leftover| Alone {
        words: (leftover.words.len() - words) as u32,
        marks: (leftover.marks.len() - marks) as u32,
    };
    counts.gap(alone(&here), alone(&there));
    if words > 0 {
        // Where a stem is left over more often in the query, some of its words stay alone; it is not known which.
        let moves = |symbol: &Symbol| {
            symbol.class != Class::Mark
                && (1..=count(&there.words, symbol.stem)).contains(&count(&here.words, symbol.stem))
        };
        let tokens: Vec<_> = script.query.iter().zip(query).collect();
        let stretches = tokens.split(|(fate, _)| **fate != Fate::Alone);
        let moving = stretches.filter(|stretch| stretch.iter().any(|(_, symbol)| moves(symbol)));
        counts.moves = moving.count() as u32;
    }
    script.score_of(&counts)
}

/// The stems of tokens that have no counterpart, rising.
struct Leftover {
    words: Vec<u32>,
    marks: Vec<u32>,
}

impl Leftover {
    fn of(fates: &[Fate], symbols: &[Symbol]) -> Self {
        let (mut words, mut marks) = (Vec::new(), Vec::new());
        for (_, symbol) in fates.iter().zip(symbols).filter(|it| *it.0 == Fate::Alone) {
            match symbol.class {
                Class::Mark => marks.push(symbol.stem),
                _ => words.push(symbol.stem),
            }
        }
        words.sort_unstable();
        marks.sort_unstable();
        Self { words, marks }
    }
}

/// Returns how many members two rising lists share, as multisets.
fn shared(one: &[u32], other: &[u32]) -> usize {
    let mut rest = other;
    let is_shared = |member: &&u32| {
        let at = rest.partition_point(|it| it < *member);
        rest = &rest[at..];
        let found = rest.first() == Some(*member);
        rest = &rest[usize::from(found)..];
        found
    };
    one.iter().filter(is_shared).count()
}

/// Returns how often a rising list has a member.
fn count(list: &[u32], member: u32) -> usize {
    list.partition_point(|it| *it <= member) - list.partition_point(|it| *it < member)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::tests::symbols;

    proptest::proptest! {
        #[test]
        fn moves_make_no_more_of_a_script_than_was_said(query in "([a-e]{1,2} |[,.] |not |7 ){1,16}", source in "([a-e]{1,2} |[,.] |not |5 ){1,16}") {
            let (query, source) = symbols("en", &query, &source);
            let script = Script::between(&query, &source);
            let score = script.score();
            let found = Script::scoring(&query, &source, score);
            proptest::prop_assert_eq!(found.map(|it| it.score()), Some(score));
        }

        #[test]
        fn no_script_scores_more_than_its_bound(query in "([a-dn]{1,2}[ ,.]{1,2}|not |7 ){1,9}", source in "([a-dn]{1,2}[ ,.]{1,2}|not |5 ){1,9}") {
            let (query, source) = symbols("en", &query, &source);
            let script = Script::between(&query, &source);
            let mut rest: Vec<u32> = source.iter().map(|symbol| symbol.stem).collect();
            let missing: Vec<&Symbol> = query
                .iter()
                .filter(|symbol| {
                    let at = rest.iter().position(|stem| *stem == symbol.stem);
                    at.map(|at| rest.swap_remove(at)).is_none()
                })
                .collect();
            let marks = missing.iter().filter(|symbol| symbol.class == Class::Mark).count();
            let bound = Bound::of(&query);
            let least = bound.most(query.len() - missing.len(), source.len()).min(bound.without(missing.len() - marks, marks));
            proptest::prop_assert!(script.score() <= least + 1e-9, "{} {}", script.score(), least);
            let shared = |of: fn(&Symbol) -> u32, marks: Option<bool>| {
                let taken = |it: &&Symbol| marks.is_none_or(|marks| marks == (it.class == Class::Mark));
                let mut rest: Vec<u32> = source.iter().filter(taken).map(of).collect();
                query.iter().filter(taken).filter(|it| {
                    let at = rest.iter().position(|symbol| *symbol == of(it));
                    at.map(|at| rest.swap_remove(at)).is_some()
                }).count()
            };
            let tally = Tally {
                words: words(&source) as u32,
                marks: (source.len() - words(&source)) as u32,
                shared_words: shared(|it| it.stem, Some(false)) as u32,
                shared_marks: shared(|it| it.stem, Some(true)) as u32,
            };
            let most = bound.of_tally(tally, shared(|it| it.folded, None));
            proptest::prop_assert!(script.score() <= most + 1e-9 && most <= bound.of_tally(tally, tally.shared()) + 1e-9);
            proptest::prop_assert!(!script.same_words() || most == 1.0);
            proptest::prop_assert!(!script.same_words() || least == 1.0);
        }
    }
}
