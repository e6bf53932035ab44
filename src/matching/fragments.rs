//! What of a query is known where no text of the memory is near: its longest stretches that occur in some text, with their renderings.
//!
//! Every stretch that says something has a word that is not a function word, and occurs in the texts that hold the rarest of its words: so the
//! lists of the query's words are read, the rarest first, and in each of their texts that may also hold a neighbour of the word the stretch around it
//! is followed as far as it goes.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::index::{Index, Rack};
use super::rendering::renderings;
use crate::error::Result;
use crate::index::{Known, TextId};
use crate::language::Profile;
use crate::memory::Lookup;
use crate::model::Lang;
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
    /// Whether it is a text of the memory by itself: a title, a name, a formula.
    pub is_whole: bool,
    /// A text that has it, the shortest; for a whole one the text itself.
    pub source: String,
    /// The renderings of that text with how many units have each, the most frequent first.
    pub renderings: Vec<(String, usize)>,
    /// The text that has it.
    pub(super) example: Option<TextId>,
}

/// The fewest words that make a fragment; one word is what a dictionary is for.
const FEWEST_WORDS: usize = 2;

/// Texts looked at after which the words that are left are not followed any more: each of them is in tens of thousands of texts.
const MOST_TEXTS: usize = 40_000;

/// What is known of a stretch: in how many texts it is, and the shortest of them with its tokens.
#[derive(Default)]
struct Seen {
    texts: usize,
    example: Option<(usize, TextId)>,
}

/// Returns every stretch of a query that occurs in a text with a rendering in one of the languages `targets` and is not part of a longer one that
/// does.
pub(super) fn of(
    index: &Index<'_>,
    query: &str,
    targets: u64,
    profile: &Profile,
) -> Result<Vec<Fragment>> {
    let tokens: Vec<Token> = text::tokens(query).collect();
    let mut seen: FxHashMap<(usize, usize), Seen> = FxHashMap::default();
    for rack in index.racks() {
        follow(rack, query, targets, profile, &mut seen)?;
    }
    let mut found: FxHashMap<Range<usize>, Fragment> = FxHashMap::default();
    for ((from, to), seen) in seen {
        let tokens = without_outer_marks(&tokens[from..to]);
        if !says_something(query, tokens, profile) {
            continue;
        }
        let span = tokens[0].span.start..tokens[tokens.len() - 1].span.end;
        let shortest = seen.example.map(|(tokens, _)| tokens);
        let fragment = Fragment {
            text: query[span.clone()].to_owned(),
            texts: seen.texts,
            is_whole: shortest.is_some_and(|shortest| shortest <= to - from),
            source: String::new(),
            renderings: Vec::new(),
            example: seen.example.map(|(_, id)| id),
            span: span.clone(),
        };
        // Stretches that differ in their outer marks only are one.
        let known = found.entry(span).or_insert_with(|| fragment.clone());
        if fragment.is_whole && !known.is_whole
            || fragment.texts > known.texts && fragment.is_whole == known.is_whole
        {
            *known = fragment;
        }
    }
    let mut found: Vec<Fragment> = found.into_values().collect();
    found.sort_by_key(|fragment| (fragment.span.start, fragment.span.end));
    Ok(found)
}

/// Follows the query's stretches through the texts of a segment.
fn follow(
    rack: &Rack<'_>,
    query: &str,
    targets: u64,
    profile: &Profile,
    seen: &mut FxHashMap<(usize, usize), Seen>,
) -> Result<()> {
    let known = rack.segment.read(query)?;
    let words = Words::of(&known);
    let mut says: Vec<&Known> = known
        .iter()
        .zip(text::tokens(query))
        .filter(|(_, token)| {
            token.kind == TokenKind::Word && !is_function(profile, &text::fold(token.of(query)))
        })
        .map(|(known, _)| known)
        .collect();
    says.sort_by_key(|known| (rack.segment.texts_with(known), known.symbol.stem));
    says.dedup_by_key(|known| known.symbol.stem);
    let mut looked = FxHashSet::default();
    let mut other = Vec::new();
    for word in says {
        if looked.len() > MOST_TEXTS {
            break;
        }
        let is_it = |known: &Known| known.symbol.stem == word.symbol.stem;
        let beside = known
            .windows(2)
            .filter_map(|pair| match (is_it(&pair[0]), is_it(&pair[1])) {
                (true, _) => Some(&pair[1]),
                (_, true) => Some(&pair[0]),
                _ => None,
            });
        let beside = rack.segment.traces(beside);
        for position in rack.segment.holding(word)? {
            if !rack.segment.may_hold(position, beside)? || !looked.insert(position) {
                continue;
            }
            let tokens = rack.segment.tokens(position);
            let kept = rack.segment.sequence(position)?;
            if kept.targets & targets == 0 || !rack.counts(kept.text) {
                continue;
            }
            other.clear();
            other.extend(kept.words(tokens));
            for run in runs(&words, &other) {
                let seen = seen.entry(run).or_default();
                seen.texts += 1;
                if seen.example.is_none_or(|(shortest, _)| tokens < shortest) {
                    seen.example = Some((tokens, kept.text));
                }
            }
        }
    }
    Ok(())
}

/// The words of a query by their numbers.
struct Words {
    words: Vec<u32>,
    /// A bit for each of them, by the lowest eight bits of its number.
    bits: [u64; 4],
}

impl Words {
    fn of(known: &[Known]) -> Self {
        let words: Vec<u32> = known.iter().map(|known| known.symbol.lower).collect();
        let mut bits = [0; 4];
        for word in &words {
            bits[(word / 64 % 4) as usize] |= 1 << (word % 64);
        }
        Self { words, bits }
    }

    /// Says whether a word may be one of them: most of a text are none.
    fn may_have(&self, word: u32) -> bool {
        self.bits[(word / 64 % 4) as usize] >> (word % 64) & 1 == 1
    }
}

/// Returns the longest stretches of at least two tokens that a query and a text share, as ranges of the query, each once.
fn runs(query: &Words, other: &[u32]) -> FxHashSet<(usize, usize)> {
    let words = &query.words;
    let mut runs = FxHashSet::default();
    for to in 0..other.len() {
        if !query.may_have(other[to]) {
            continue;
        }
        for at in 0..words.len() {
            if words[at] != other[to] || at > 0 && to > 0 && words[at - 1] == other[to - 1] {
                // Nothing, or part of a run that is counted from its start.
                continue;
            }
            let run = words[at..].iter().zip(&other[to..]);
            let tokens = run.take_while(|(one, two)| one == two).count();
            if tokens >= FEWEST_WORDS {
                runs.insert((at, at + tokens));
            }
        }
    }
    runs
}

/// Fills in the renderings, in a language, of the text that a fragment was found in.
pub(super) fn show(
    fragment: &mut Fragment,
    lookup: &dyn Lookup,
    example: TextId,
    to: &Lang,
) -> Result<()> {
    fragment.source = lookup.text(example)?.unwrap_or_default();
    fragment.renderings = renderings(lookup, &lookup.holders(example)?, to)?
        .into_iter()
        .map(|rendering| (rendering.target, rendering.units.len()))
        .collect();
    fragment
        .renderings
        .sort_by_key(|(_, units)| std::cmp::Reverse(*units));
    Ok(())
}

/// Returns the fragments that do not overlap, formulae first and then the longest, in this order; of equal stretches the one found most often.
pub(super) fn longest(mut found: Vec<Fragment>) -> Vec<Fragment> {
    found.sort_by_key(|fragment| {
        let long = fragment.span.len();
        (
            !fragment.is_whole,
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
    words.len() >= FEWEST_WORDS && !words.iter().all(|word| is_function(profile, word))
}

fn is_function(profile: &Profile, word: &str) -> bool {
    profile
        .grammar
        .function_words
        .split(' ')
        .any(|it| it == word)
}
