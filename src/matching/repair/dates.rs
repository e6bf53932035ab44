//! Months in a repair: «26 ноября» becomes «3 декабря» where the source's November became December, in the form that stands there, and the month of
//! a date in figures becomes the name of a month and the other way round.

use std::ops::Range;

use super::{Item, Sentences, Work};
use crate::language::Profile;
use crate::matching::judge::Cause;
use crate::text::{self, TokenKind, lower};

/// The name of a month in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Month {
    /// 1 to 12.
    pub(super) number: usize,
    /// Which of the forms it stands in, those of all months being in one order.
    pub(super) form: usize,
}

impl Month {
    /// Returns the month that a word names; where names are written with a capital, a word without one is none ("may").
    pub(super) fn of(word: &str, profile: &Profile) -> Option<Self> {
        let is = |form: &&str| {
            let capital = form.starts_with(char::is_uppercase);
            // Capitals of these letters take as many bytes; most words are told apart by that.
            form.len() == word.len()
                && form.chars().map(lower).eq(word.chars().map(lower))
                && (!capital || word.starts_with(char::is_uppercase))
        };
        let months = profile.grammar.months.iter();
        (1..).zip(months).find_map(|(number, forms)| {
            let form = forms.split(' ').position(|form| is(&form))?;
            Some(Self { number, form })
        })
    }

    fn name(self, profile: &Profile) -> Option<&'static str> {
        profile
            .grammar
            .months
            .get(self.number - 1)?
            .split(' ')
            .nth(self.form)
    }
}

/// Says whether a number is the month of a date in figures: 26.11.2025.
pub(super) fn is_month_of_date(text: &str, span: &Range<usize>) -> bool {
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).count();
    let (Some(before), Some(after)) = (
        text[..span.start].strip_suffix('.'),
        text[span.end..].strip_prefix('.'),
    ) else {
        return false;
    };
    let day: String = before.chars().rev().take(3).collect();
    span.len() <= 2 && matches!(digits(&day), 1 | 2) && digits(after) == 4
}

impl Work {
    /// Changes the months of the target that changed between source and query.
    pub(super) fn months(
        &mut self,
        sentences: &Sentences<'_>,
        pairs: &[(&Item, &Item)],
    ) -> Option<()> {
        let mut done: Vec<usize> = Vec::new();
        for &(old_item, new_item) in pairs {
            let (old, new) = (old_item.month?, new_item.month?);
            if old.number == new.number || done.contains(&old.number) {
                continue;
            }
            done.push(old.number);
            let same: Vec<usize> = pairs
                .iter()
                .filter(|pair| pair.0.month.is_some_and(|it| it.number == old.number))
                .filter_map(|pair| pair.1.month.map(|it| it.number))
                .collect();
            if same.iter().any(|number| *number != new.number) {
                return None;
            }
            self.month(sentences, old.number, new.number, same.len())?;
            self.cause(Cause::Date {
                from: old_item.of(sentences.source).to_owned(),
                to: new_item.of(sentences.query).to_owned(),
            });
        }
        Some(())
    }

    /// Makes one month another where the target names it as often as the source.
    pub(super) fn month(
        &mut self,
        sentences: &Sentences<'_>,
        old: usize,
        new: usize,
        times: usize,
    ) -> Option<()> {
        let Sentences { target, to, .. } = *sentences;
        let mut edits = Vec::new();
        let mut before = "";
        for token in text::tokens(target) {
            let word = token.of(target);
            let month = match token.kind {
                TokenKind::Word => Month::of(word, to).filter(|month| month.number == old),
                _ => None,
            };
            if let Some(month) = month {
                let becomes = Month {
                    number: new,
                    ..month
                };
                let name = becomes.name(to)?;
                let articles = to.grammar.before_number.split(' ');
                let goes_with = |name: &str| name.starts_with(['A', 'O']);
                if articles
                    .into_iter()
                    .any(|article| article == text::fold(before))
                    && goes_with(name) != goes_with(word)
                {
                    return None;
                }
                let capital = word.starts_with(char::is_uppercase);
                edits.push((token.span.clone(), with_case(name, capital)));
            }
            before = word;
        }
        if edits.is_empty() {
            let numbers = to.numerals.read(target).into_iter();
            let months = numbers.filter(|number| {
                is_month_of_date(target, &number.span)
                    && target[number.span.clone()].parse() == Ok(old)
            });
            edits.extend(months.map(|number| {
                let digits = match &target[number.span.clone()] {
                    written if written.len() == 2 => format!("{new:02}"),
                    _ => new.to_string(),
                };
                (number.span, digits)
            }));
        }
        if edits.len() != times {
            return None;
        }
        self.edits.extend(edits);
        Some(())
    }
}

fn with_case(name: &str, capital: bool) -> String {
    let mut letters = name.chars();
    match letters.next() {
        Some(first) if capital => first.to_uppercase().chain(letters).collect(),
        _ => name.to_owned(),
    }
}
