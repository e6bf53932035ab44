//! Carries what differs between a query and an almost equal source over into the rendering: numbers, dates, names, a final mark, capitals.
//!
//! The rule kept: a repair is made only where its place and its form are certain, and if anything that differs cannot be repaired nothing is.
//! A number must stand in the rendering as often as in the source, by value, and the words around it must keep their form; a name must have
//! one rendering, and the other one's must stand in the sentence once, among words that go with both.

mod dates;
mod names;
mod numbers;

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::judge::Cause;
use crate::language::Profile;
use crate::text::{self, Number, NumberForm, TokenKind};
use dates::Month;
pub(super) use names::{Alone, Names, is_acronym};

/// A text cut into what a repair compares.
pub(super) struct Cut<'t> {
    text: &'t str,
    items: Vec<Item>,
    keys: Vec<String>,
}

impl<'t> Cut<'t> {
    /// Cuts a text of a language.
    pub(super) fn of(text: &'t str, profile: &Profile) -> Self {
        let items = items(text, profile);
        let keys = items.iter().map(|item| item.key.clone()).collect();
        Self { text, items, keys }
    }
}

/// Where a query and an almost equal source differ: the same for all renderings of the source.
pub(super) struct Comparison<'t> {
    query: &'t Cut<'t>,
    source: Cut<'t>,
    steps: Vec<DiffOp>,
    from: &'static Profile,
}

impl<'t> Comparison<'t> {
    /// Compares a query with a source, both of one language.
    pub(super) fn between(query: &'t Cut<'t>, source: &'t str, from: &'static Profile) -> Self {
        let source = Cut::of(source, from);
        Self {
            steps: capture_diff_slices(Algorithm::Myers, &source.keys, &query.keys),
            query,
            source,
            from,
        }
    }
}

/// The texts that take part in a repair and what to know of their languages.
struct Sentences<'s> {
    query: &'s str,
    source: &'s str,
    target: &'s str,
    from: &'static Profile,
    to: &'static Profile,
}

/// A rendering after repair.
#[derive(Debug, PartialEq)]
pub(super) struct Repaired {
    pub(super) target: String,
    pub(super) repairs: Vec<Repair>,
    pub(super) causes: Vec<Cause>,
}

/// A stretch of a rendering that was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// Its bytes in the repaired text; empty where something was taken away.
    pub span: Range<usize>,
    /// What stood there before; empty where something was added.
    pub was: String,
}

/// Marks that may end a sentence or a heading and mean the same in every language known here.
const FINAL_MARKS: &str = ".!?…:;,";

/// Returns the rendering as it must be for the query, or `None` where that is not certain.
pub(super) fn repair(
    comparison: &Comparison<'_>,
    target: &str,
    to: &'static Profile,
    known: &dyn Names,
) -> Option<Repaired> {
    let Comparison {
        query:
            Cut {
                text: query,
                items: query_items,
                ..
            },
        source:
            Cut {
                text: source,
                items: source_items,
                ..
            },
        steps,
        from,
    } = comparison;
    let sentences = &Sentences {
        query,
        source,
        target,
        from,
        to,
    };
    let mut work = Work::default();
    let mut numbers: Vec<(&Item, &Item)> = Vec::new();
    let mut months: Vec<(&Item, &Item)> = Vec::new();
    let mut in_case: Vec<usize> = Vec::new();
    for step in steps {
        let (old, new) = (step.old_range(), step.new_range());
        if let DiffOp::Equal { .. } = step {
            for (old, new) in source_items[old].iter().zip(new) {
                let new_item = &query_items[new];
                if old.number.is_some() {
                    numbers.push((old, new_item));
                } else if old.month.is_some() {
                    months.push((old, new_item));
                } else if old.of(source) != new_item.of(query) {
                    if old.of(source).to_lowercase() == new_item.of(query).to_lowercase() {
                        in_case.push(new);
                    } else if text::fold(old.of(source)) != text::fold(new_item.of(query)) {
                        // The same word before another sound.
                        continue;
                    }
                    work.cause(Cause::Appearance);
                }
            }
            continue;
        }
        let at_end = old.end == source_items.len() && new.end == query_items.len();
        let (old, new) = (&source_items[old], &query_items[new]);
        if at_end && old.iter().chain(new).all(Item::is_final_mark) {
            work.end(target, stretch(source, old), stretch(query, new))?;
        } else {
            let names = (stretch(source, old), stretch(query, new));
            work.name(sentences, names, known)?;
        }
    }
    work.months(sentences, &months)?;
    work.numbers(sentences, source_items, &numbers)?;
    if !in_case.is_empty() {
        if *query == source.to_uppercase() && work.edits.is_empty() {
            work.edits.push((0..target.len(), target.to_uppercase()));
        } else if in_case == [0] {
            work.first_capital(target, query_items[0].of(query))?;
        } else {
            return None;
        }
    }
    if work.causes.is_empty() {
        work.cause(Cause::Appearance);
    }
    work.done(target)
}

/// A token, or a number in digits with its magnitude.
struct Item {
    span: Range<usize>,
    /// Equal for items that may stand for each other: words by their folded form, all numbers alike, all months in one form alike.
    key: String,
    kind: TokenKind,
    number: Option<Number>,
    month: Option<Month>,
}

impl Item {
    fn of<'t>(&self, text: &'t str) -> &'t str {
        &text[self.span.clone()]
    }

    fn is_final_mark(&self) -> bool {
        self.kind == TokenKind::Mark && self.key.chars().all(|c| FINAL_MARKS.contains(c))
    }
}

fn items(text: &str, profile: &Profile) -> Vec<Item> {
    let numbers = profile.numerals.read(text);
    let mut numbers = numbers
        .into_iter()
        .filter(|number| number.form == NumberForm::Digits)
        .peekable();
    let mut items: Vec<Item> = Vec::new();
    for token in text::tokens(text) {
        if items
            .last()
            .is_some_and(|last| token.span.start < last.span.end)
        {
            continue;
        }
        let number = numbers.next_if(|number| number.span.start <= token.span.start);
        let month = match token.kind {
            TokenKind::Word => Month::of(token.of(text), profile),
            _ => None,
        };
        items.push(Item {
            key: match (&number, month) {
                (Some(_), _) => "#".to_owned(),
                (None, Some(month)) => format!("#{}", month.form),
                (None, None) => sound_form(text::fold(token.of(text)), profile),
            },
            span: number.as_ref().map_or(token.span.clone(), |number| {
                token.span.start..number.span.end
            }),
            kind: token.kind,
            number,
            month,
        });
    }
    items
}

/// Returns the form that stands for all that a word has by the sound of the next: «во Франции» differs from «в Минске» in the name only.
fn sound_form(word: String, profile: &Profile) -> String {
    let mut forms = profile.grammar.sound_forms.split(' ');
    let found = forms.find_map(|pair| pair.strip_prefix(&*word)?.strip_prefix('='));
    found.map_or(word, str::to_owned)
}

fn stretch<'t>(text: &'t str, items: &[Item]) -> &'t str {
    match (items.first(), items.last()) {
        (Some(first), Some(last)) => &text[first.span.start..last.span.end],
        _ => "",
    }
}

/// Edits of the target in the making: stretches of it and what takes their place.
#[derive(Default)]
struct Work {
    edits: Vec<(Range<usize>, String)>,
    causes: Vec<Cause>,
}

impl Work {
    fn cause(&mut self, cause: Cause) {
        if !self.causes.contains(&cause) {
            self.causes.push(cause);
        }
    }

    /// Gives the target the query's final mark.
    fn end(&mut self, target: &str, old: &str, new: &str) -> Option<()> {
        let kept = target.strip_suffix(old)?;
        if kept.ends_with(|c: char| !c.is_alphanumeric() && !c.is_whitespace()) && old.is_empty() {
            return None;
        }
        self.edits.push((kept.len()..target.len(), new.to_owned()));
        self.cause(Cause::Punctuation);
        Some(())
    }

    /// Gives the target a capital where the query has one and the source has none.
    fn first_capital(&mut self, target: &str, query_word: &str) -> Option<()> {
        let first = target.chars().next()?;
        let rest_is_lower = !query_word.chars().skip(1).any(char::is_uppercase);
        if !query_word.starts_with(char::is_uppercase) || !rest_is_lower || !first.is_lowercase() {
            // Taking a capital away is never certain: the word may be a name.
            return None;
        }
        self.edits
            .push((0..first.len_utf8(), first.to_uppercase().collect()));
        Some(())
    }

    fn done(mut self, target: &str) -> Option<Repaired> {
        self.edits.sort_by_key(|(span, _)| (span.start, span.end));
        let mut repaired = String::with_capacity(target.len());
        let mut repairs = Vec::new();
        let mut at = 0;
        for (span, text) in self.edits {
            repaired.push_str(target.get(at..span.start)?);
            let start = repaired.len();
            repaired.push_str(&text);
            repairs.push(Repair {
                span: start..repaired.len(),
                was: target[span.clone()].to_owned(),
            });
            at = span.end;
        }
        repaired.push_str(&target[at..]);
        Some(Repaired {
            target: repaired,
            repairs,
            causes: self.causes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::names::Nothing;
    use super::*;
    use crate::language::profile;
    use crate::model::Lang;

    fn repaired(query: &str, source: &str, target: &str) -> Option<Repaired> {
        let lang = |text: &str| {
            let cyrillic = text.contains(|c: char| ('а'..='я').contains(&c));
            profile(&Lang::new(if cyrillic { "ru" } else { "en" }).unwrap())
        };
        let from = lang(source);
        let query = Cut::of(query, from);
        let comparison = Comparison::between(&query, source, from);
        repair(&comparison, target, lang(target), &Nothing)
    }

    fn target(query: &str, source: &str, target: &str) -> Option<String> {
        repaired(query, source, target).map(|repaired| repaired.target)
    }

    #[test]
    fn a_number_goes_over_in_the_writing_of_the_target() {
        let found = repaired(
            "Рост составил 7,4 % за 12 месяцев.",
            "Рост составил 3,5 % за 12 месяцев.",
            "Growth reached 3.5 % in 12 months.",
        )
        .unwrap();
        assert_eq!(found.target, "Growth reached 7.4 % in 12 months.");
        assert_eq!(found.repairs[0].span, 15..18);
        assert_eq!(found.repairs[0].was, "3.5");
    }

    #[test]
    fn decimals_that_are_zero_are_decimals() {
        let to = |query: &str| target(query, "Since version 5.0.", "Начиная с версии 5.0.");
        assert_eq!(to("Since version 3.7.").unwrap(), "Начиная с версии 3.7.");
        assert_eq!(to("Since version 7.0.").unwrap(), "Начиная с версии 7.0.");
        assert_eq!(to("Since version 7."), None);
    }

    #[test]
    fn a_number_is_left_where_its_place_or_its_company_is_in_doubt() {
        // Not in the rendering in digits.
        assert_eq!(target("Им 7 лет.", "Им 5 лет.", "They are old."), None);
        // Twice in the rendering, once in the source.
        assert_eq!(
            target("С 7 мая.", "С 5 мая.", "From 5 May, that is 5/05."),
            None
        );
        // The noun's form depends on the number.
        assert_eq!(
            target("It took 3 days", "It took 5 days", "Ушло 5 дней"),
            None
        );
        assert_eq!(
            target("It took 6 days", "It took 5 days", "Ушло 5 дней").unwrap(),
            "Ушло 6 дней"
        );
        assert_eq!(
            target("In 2021 it grew", "In 2025 it grew", "В 2025 году он вырос").unwrap(),
            "В 2021 году он вырос"
        );
        // So does an ending that is joined to the number itself.
        assert_eq!(target("Of 6 sides", "Of 5 sides", "Из 5-ти сторон"), None);
        // Two equal numbers become different ones.
        assert_eq!(
            target("Счёт 3 : 4", "Счёт 2 : 2", "The score is 2 : 2"),
            None
        );
    }

    #[test]
    fn a_date_goes_over_whole_in_the_form_that_stands_there() {
        assert_eq!(
            target(
                "The parties met on 22 December 2024.",
                "The parties met on 26 November 2025.",
                "Стороны встретились 26 ноября 2025 г."
            )
            .unwrap(),
            "Стороны встретились 22 декабря 2024 г."
        );
        assert_eq!(
            target("Отчёт за май", "Отчёт за март", "Report for March").unwrap(),
            "Report for May"
        );
        assert_eq!(
            target(
                "Принято 03.12.2024",
                "Принято 26.11.2025",
                "Adopted on 26 November 2025"
            )
            .unwrap(),
            "Adopted on 03 December 2024"
        );
        assert_eq!(
            target(
                "Встреча 3 мая 2024",
                "Встреча 5 июня 2024",
                "Meeting 5.06.2024"
            )
            .unwrap(),
            "Meeting 3.05.2024"
        );
    }

    #[test]
    fn a_month_is_left_where_its_form_or_place_is_in_doubt() {
        // Another form of the name.
        assert_eq!(target("в мае", "в марта", "in March"), None);
        // The rendering does not name it.
        assert_eq!(target("за май", "за март", "last month"), None);
        // The article would have to change.
        assert_eq!(target("августа", "мая", "a May meeting"), None);
        // Twice in the source, changed once.
        assert_eq!(
            target("с мая по мая", "с марта по мая", "from March to May").unwrap(),
            "from May to May"
        );
        assert_eq!(target("с мая по июнь", "с мая по май", "May"), None);
        // No month at all.
        assert_eq!(target("It will", "It may", "Может"), None);
    }

    #[test]
    fn numbers_change_places_at_once() {
        assert_eq!(
            target("Статьи 4 и 3", "Статьи 3 и 4", "Articles 3 and 4").unwrap(),
            "Articles 4 and 3"
        );
    }

    #[test]
    fn the_final_mark_and_the_first_capital_go_over() {
        assert_eq!(
            target("Переговоры идут!", "переговоры идут.", "the talks go on.").unwrap(),
            "The talks go on!"
        );
        assert_eq!(
            target("Переговоры идут", "Переговоры идут.", "The talks go on.").unwrap(),
            "The talks go on"
        );
        assert_eq!(
            target("переговоры идут", "Переговоры идут", "Russia talks"),
            None
        );
        assert_eq!(
            target("ПЕРЕГОВОРЫ", "Переговоры", "Talks").unwrap(),
            "TALKS"
        );
    }

    #[test]
    fn a_word_more_is_beyond_repair() {
        assert_eq!(
            target(
                "Мирные переговоры идут",
                "Переговоры идут",
                "The talks go on"
            ),
            None
        );
    }
}
