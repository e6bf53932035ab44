//! Numbers in a repair: a number of the target becomes another where it stands as often as in the source and the words around it keep their form.

use super::dates::{Month, is_month_of_date};
use super::{Item, Sentences, Work};
use crate::matching::judge::Cause;
use crate::text::{self, Number, TokenKind, Value};

impl Work {
    /// Changes the numbers of the target that changed between source and query.
    pub(super) fn numbers(
        &mut self,
        sentences: &Sentences<'_>,
        source_items: &[Item],
        pairs: &[(&Item, &Item)],
    ) -> Option<()> {
        let found = sentences.to.numerals.read(sentences.target);
        let mut done: Vec<(Value, &str)> = Vec::new();
        for &(old_item, new_item) in pairs {
            let (Some(old), Some(new)) = (&old_item.number, &new_item.number) else {
                continue;
            };
            let old_text = &sentences.source[old.span.clone()];
            let new_text = &sentences.query[new.span.clone()];
            let changed_elsewhere = done
                .iter()
                .any(|(value, text)| *value == old.value && *text != new_text);
            if changed_elsewhere {
                return None;
            }
            if done.contains(&(old.value, new_text)) {
                continue;
            }
            done.push((old.value, new_text));
            if old.value == new.value {
                continue;
            }
            let in_source = source_items
                .iter()
                .filter_map(|item| item.number.as_ref())
                .filter(|number| number.value == old.value)
                .count();
            let in_target: Vec<&Number> = found
                .iter()
                .filter(|number| number.value == old.value)
                .collect();
            if in_target.is_empty()
                && is_month_of_date(sentences.source, &old.span)
                && is_month_of_date(sentences.query, &new.span)
            {
                let month = |value| whole(value).filter(|month| (1..=12).contains(month));
                let (from, to) = (month(old.value)? as usize, month(new.value)? as usize);
                self.month(sentences, from, to, in_source)?;
                self.cause(Cause::Date {
                    from: old_text.to_owned(),
                    to: new_text.to_owned(),
                });
                continue;
            }
            if in_target.len() != in_source || old.ordinal != new.ordinal {
                return None;
            }
            for number in in_target {
                if !keeps_its_company(sentences, number, new) {
                    return None;
                }
                let was = &sentences.target[number.span.clone()];
                let becomes = rewritten(old_text, new_text, was)?;
                self.edits.push((number.span.clone(), becomes));
            }
            self.cause(Cause::Number {
                from: old_text.to_owned(),
                to: new_text.to_owned(),
            });
        }
        Some(())
    }
}

/// Says whether the words beside a number of the target keep their form when it becomes another.
fn keeps_its_company(sentences: &Sentences<'_>, number: &Number, new: &Number) -> bool {
    let grammar = sentences.to.grammar;
    let has = |words: &str, word: &str| words.split(' ').any(|it| it == text::fold(word));
    let (before, after) = (
        &sentences.target[..number.span.start],
        &sentences.target[number.span.end..],
    );
    let last_before = text::tokens(before).last();
    if last_before.is_some_and(|token| has(grammar.before_number, token.of(before))) {
        return false;
    }
    // A decimal fraction governs one form, whatever its value: 5.0 as 5.3.
    let fractions = (
        has_decimals(sentences.target, number),
        has_decimals(sentences.query, new),
    );
    let (Some(old), Some(new), (false, false)) = (whole(number.value), whole(new.value), fractions)
    else {
        return fractions == (true, true);
    };
    let joined = after.strip_prefix(['-', '‑']).unwrap_or(after);
    if !number.ordinal && joined.starts_with(char::is_alphabetic) {
        // An ending that belongs to the number's own word: «12-ти», but «53-х».
        return false;
    }
    if number.ordinal {
        return (grammar.ordinal)(old) == (grammar.ordinal)(new);
    }
    let is_year = |number: u64| (1000..10_000).contains(&number);
    let first_after = text::tokens(after).next();
    match first_after.filter(|token| token.kind == TokenKind::Word) {
        None => true,
        Some(word) if has(grammar.year_words, word.of(after)) => is_year(old) && is_year(new),
        // A day stands before its month in the same form whatever it is.
        Some(word) if Month::of(word.of(after), sentences.to).is_some() => true,
        Some(_) => (grammar.plural)(old) == (grammar.plural)(new),
    }
}

/// Says whether a number is written with decimals.
fn has_decimals(text: &str, number: &Number) -> bool {
    let written = &text[number.span.clone()];
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    written.contains(['.', ',']) && digits.parse().ok() != whole(number.value)
}

fn whole(value: Value) -> Option<u64> {
    let value = value.to_f64();
    (value.fract() == 0.0 && (0.0..1e15).contains(&value)).then_some(value as u64)
}

/// Returns the query's number written as the target writes it: digits of the query, separators exchanged as between source and target,
/// the magnitude's word of the target. `None` where source and target are written too differently to tell.
fn rewritten(source: &str, query: &str, target: &str) -> Option<String> {
    let split = |number: &str| -> (String, String) {
        let end = number
            .rfind(|c: char| c.is_ascii_digit())
            .map_or(0, |last| last + 1);
        (number[..end].to_owned(), number[end..].to_owned())
    };
    let (source, source_word) = split(source);
    let (query, query_word) = split(query);
    let (target, target_word) = split(target);
    if source_word != query_word || source.chars().count() != target.chars().count() {
        return None;
    }
    let mut exchanged: Vec<(char, char)> = Vec::new();
    for (one, other) in source.chars().zip(target.chars()) {
        if one.is_ascii_digit() != other.is_ascii_digit() || one.is_ascii_digit() && one != other {
            return None;
        }
        if !one.is_ascii_digit() {
            exchanged.push((one, other));
        }
    }
    let digits: Option<String> = query
        .chars()
        .map(|c| match exchanged.iter().find(|(one, _)| *one == c) {
            Some(&(_, other)) => Some(other),
            None => c.is_ascii_digit().then_some(c),
        })
        .collect();
    Some(digits? + &target_word)
}
