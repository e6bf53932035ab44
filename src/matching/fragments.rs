//! What of a query is known where no text of the memory is near: its longest stretches that occur in some text.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::index::Index;
use crate::language::Profile;
use crate::text::{self, Token, TokenKind};

/// A stretch of a query that occurs in the memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// Its bytes in the query.
    pub span: Range<usize>,
    /// Its text.
    pub text: String,
    /// In how many different texts it occurs.
    pub texts: usize,
}

/// The fewest words that make a fragment; one word is what a dictionary is for.
const FEWEST_WORDS: usize = 2;

/// Returns every stretch of a query that occurs in a text and is not part of a longer one that does.
pub(super) fn of(index: &Index, query: &str, profile: &Profile) -> Vec<Fragment> {
    let tokens: Vec<Token> = text::tokens(query).collect();
    let words: Vec<u32> = index.symbols(query).iter().map(|it| it.lower).collect();
    let mut pairs: FxHashMap<(u32, u32), Vec<usize>> = FxHashMap::default();
    for (at, pair) in words.windows(2).enumerate() {
        pairs.entry((pair[0], pair[1])).or_default().push(at);
    }
    let mut counts: FxHashMap<(usize, usize), usize> = FxHashMap::default();
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for other in index.each_words() {
        runs.clear();
        for (to, pair) in other.windows(2).enumerate() {
            for &at in pairs.get(&(pair[0], pair[1])).into_iter().flatten() {
                if at > 0 && to > 0 && words[at - 1] == other[to - 1] {
                    // Part of a run that is counted from its start.
                    continue;
                }
                let run = words[at..]
                    .iter()
                    .zip(&other[to..])
                    .take_while(|(one, two)| one == two);
                runs.push((at, at + run.count()));
            }
        }
        runs.sort_unstable();
        runs.dedup();
        for &run in &runs {
            *counts.entry(run).or_default() += 1;
        }
    }
    let mut found: Vec<Fragment> = counts
        .into_iter()
        .filter_map(|((from, to), texts)| {
            let tokens = without_outer_marks(&tokens[from..to]);
            says_something(query, tokens, profile).then(|| {
                let span = tokens[0].span.start..tokens[tokens.len() - 1].span.end;
                Fragment {
                    text: query[span.clone()].to_owned(),
                    span,
                    texts,
                }
            })
        })
        .collect();
    found.sort_by_key(|fragment| (fragment.span.start, fragment.span.end, fragment.texts));
    found
}

/// Returns the longest fragments that do not overlap, in the order of the query; of equal stretches the one found most often.
pub(super) fn longest(mut found: Vec<Fragment>) -> Vec<Fragment> {
    found.sort_by_key(|fragment| {
        let long = fragment.span.len();
        (
            std::cmp::Reverse((long, fragment.texts)),
            fragment.span.start,
        )
    });
    let mut kept: Vec<Fragment> = Vec::new();
    for fragment in found {
        let apart = |it: &Fragment| {
            it.span.end <= fragment.span.start || fragment.span.end <= it.span.start
        };
        if kept.iter().all(apart) {
            kept.push(fragment);
        }
    }
    kept.sort_by_key(|fragment| fragment.span.start);
    kept
}

fn without_outer_marks(tokens: &[Token]) -> &[Token] {
    let is_word = |token: &Token| token.kind != TokenKind::Mark;
    let from = tokens.iter().position(is_word).unwrap_or(tokens.len());
    let to = tokens.iter().rposition(is_word).map_or(from, |at| at + 1);
    &tokens[from..to]
}

/// Says whether a stretch has words enough, not all of them function words.
fn says_something(query: &str, tokens: &[Token], profile: &Profile) -> bool {
    let words: Vec<String> = tokens
        .iter()
        .filter(|token| token.kind == TokenKind::Word)
        .map(|token| text::fold(token.of(query)))
        .collect();
    let is_function = |word: &String| {
        let mut function_words = profile.grammar.function_words.split(' ');
        function_words.any(|it| it == word)
    };
    words.len() >= FEWEST_WORDS && !words.iter().all(is_function)
}
