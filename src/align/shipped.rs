//! The lexicon that ships with the program, `memories/lexicon.tsv`: usual renderings of English words in Russian and Belarusian.
//!
//! A row is one sense; every expression of a cell may render every one of another cell, so that the Russian and the Belarusian of a row render each
//! other too. It is read when a text of two of its languages is first aligned.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::lexicon::Lexicon;
use super::words::{TypeKind, Words};
use crate::language::profile;
use crate::model::{Lang, Side};

static TABLE: &str = include_str!("../../memories/lexicon.tsv");

/// The languages of the lexicon, with the column of each.
const COLUMNS: [(&str, usize); 3] = [("en", 0), ("ru", 2), ("be", 3)];

static LEXICONS: [LazyLock<Option<Lexicon>>; 3] = [
    LazyLock::new(|| read(0, 1)),
    LazyLock::new(|| read(0, 2)),
    LazyLock::new(|| read(1, 2)),
];

/// Returns the shipped lexicon of two languages in either order, if there is one.
pub(super) fn shipped(source: &Lang, target: &Lang) -> Option<&'static Lexicon> {
    let number = |lang: &Lang| COLUMNS.iter().position(|(tag, _)| *tag == lang.primary());
    let (one, other) = (number(source)?, number(target)?);
    let pair = match (one.min(other), one.max(other)) {
        (0, 1) => 0,
        (0, 2) => 1,
        (1, 2) => 2,
        _ => return None,
    };
    LEXICONS[pair].as_ref()
}

/// Returns the lexicon of two languages, by their numbers in [`COLUMNS`].
fn read(source: usize, target: usize) -> Option<Lexicon> {
    let (source, target) = (Column::read(COLUMNS[source])?, Column::read(COLUMNS[target])?);
    let mut pairs = Vec::new();
    for (from, to) in source.cells.iter().zip(&target.cells) {
        for from in &source.expressions[from.clone()] {
            for to in &target.expressions[to.clone()] {
                let weight = 1.0 / (from.len() * to.len()).pow(2).max(1) as f32;
                pairs.extend(from.iter().flat_map(|&one| to.iter().map(move |&other| (one, other, weight))));
            }
        }
    }
    Some(Lexicon::of_weights(&source.words, &target.words, &pairs, (&source.lang, &target.lang)))
}

/// A language's column of the table.
struct Column {
    lang: Lang,
    words: Words,
    /// The stems of the content words of each expression.
    expressions: Vec<Vec<u32>>,
    /// The expressions of each row's cell.
    cells: Vec<std::ops::Range<usize>>,
}

impl Column {
    fn read((tag, column): (&str, usize)) -> Option<Self> {
        let lang = Lang::new(tag).ok()?;
        let (mut texts, mut cells) = (Vec::new(), Vec::new());
        for row in TABLE.lines().filter(|row| !row.starts_with('#')) {
            let begin = texts.len();
            texts.extend(row.split('\t').nth(column)?.split("; "));
            cells.push(begin..texts.len());
        }
        let words = Words::of(&Side::from_lines(lang.clone(), texts));
        let function_words: FxHashSet<&str> = profile(&lang).grammar.function_words.split(' ').collect();
        let expressions = (0..words.segments()).map(|at| {
            let tokens = words.tokens(at).iter().map(|&token| &words.types[token as usize]);
            let kept = tokens.filter(|kind| kind.kind == TypeKind::Word);
            let (empty, content): (Vec<_>, Vec<_>) = kept.partition(|kind| function_words.contains(&*kind.form));
            let counted = if content.is_empty() { empty } else { content };
            counted.into_iter().map(|kind| kind.stem).collect()
        });
        Some(Self { expressions: expressions.collect(), lang, words, cells })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn time() {
        for _ in 0..3 {
            let t = std::time::Instant::now();
            let l = read(0, 1).unwrap();
            eprintln!("{:?} {}", t.elapsed(), l.entries());
        }
    }
}
