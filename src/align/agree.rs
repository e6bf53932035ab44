//! What two texts visibly have in common: numbers of equal value, and names that sound alike.

use std::ops::Range;

use super::signal::names::sound_alike;
use crate::language::profile;
use crate::model::Lang;
use crate::text::{Token, TokenKind, tokens};

/// The shortest name that is compared, in letters.
const LEAST_LETTERS: usize = 4;

/// A stretch of a text that agrees with one of another text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Its bytes.
    pub span: Range<usize>,
    /// Whether it is a number, else a name.
    pub is_number: bool,
}

/// Returns for each text what agrees with another one of them, in the order of the text.
pub fn agreements(texts: &[(&Lang, &str)]) -> Vec<Vec<Agreement>> {
    let numbers: Vec<_> = texts
        .iter()
        .map(|(lang, text)| profile(lang).numerals.read(text))
        .collect();
    let names: Vec<Vec<(Range<usize>, String)>> =
        texts.iter().map(|(_, text)| capitalised(text)).collect();
    let others = |at: usize| (0..texts.len()).filter(move |&other| other != at);
    (0..texts.len())
        .map(|at| {
            let numbers = numbers[at]
                .iter()
                .filter(|one| {
                    others(at).any(|other| numbers[other].iter().any(|it| it.value == one.value))
                })
                .map(|number| Agreement {
                    span: number.span.clone(),
                    is_number: true,
                });
            let names = names[at]
                .iter()
                .filter(|(_, one)| {
                    others(at).any(|other| names[other].iter().any(|(_, it)| sound_alike(one, it)))
                })
                .map(|(span, _)| Agreement {
                    span: span.clone(),
                    is_number: false,
                });
            let mut all: Vec<Agreement> = numbers.chain(names).collect();
            all.sort_by_key(|it| (it.span.start, it.span.end));
            all.dedup_by(|next, kept| next.span.start < kept.span.end);
            all
        })
        .collect()
}

/// Returns the words that begin with a capital letter.
fn capitalised(text: &str) -> Vec<(Range<usize>, String)> {
    let is_name = |token: &Token| {
        let word = token.of(text);
        token.kind == TokenKind::Word
            && word.chars().next().is_some_and(char::is_uppercase)
            && word.chars().nth(LEAST_LETTERS - 1).is_some()
    };
    tokens(text)
        .filter(is_name)
        .map(|token| (token.span.clone(), token.of(text).to_lowercase()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_agree_by_value_and_names_by_sound() {
        let (english, russian) = (Lang::new("en").unwrap(), Lang::new("ru").unwrap());
        let texts = [
            (
                &english,
                "Minister Orlov brought 3 books to the 21st session.",
            ),
            (&russian, "На XXI сессию министр Орлов привёз три книги."),
        ];
        let found = agreements(&texts);
        let words: Vec<Vec<&str>> = found
            .iter()
            .zip(&texts)
            .map(|(found, (_, text))| found.iter().map(|it| &text[it.span.clone()]).collect())
            .collect();
        assert_eq!(
            words,
            [vec!["Orlov", "3", "21"], vec!["XXI", "Орлов", "три"]]
        );
    }
}
