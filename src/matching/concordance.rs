//! Where words are used: all units in which they occur, with their places in the text.
//!
//! A query is words, all of which must occur in one text; `word*` stands for every word that starts so, "words in quotes" must follow each other.
//! Every other character only divides words, so that no query is an error. Unless asked for exactly, a word is found in all its forms.

use std::ops::Range;
use std::rc::Rc;

use super::index::Index;
use super::rendering::date;
use crate::error::Result;
use crate::language::{other_stems, profile};
use crate::memory::{Filter, Lookup, UnitId};
use crate::model::{Lang, Place, Status, TranslationUnit, Variant};
use crate::text::{self, TokenKind};

/// What to look for.
#[derive(Clone, Debug, Default)]
pub struct ConcordanceQuery<'q> {
    /// Words, `prefixes*` and "phrases".
    pub text: &'q str,
    /// Whether words are found as they stand only, rather than in all their forms.
    pub exact: bool,
    /// The language of the text.
    pub lang: Option<Lang>,
    /// How far apart the words may stand, in words; anywhere in the text if `None`.
    pub near: Option<usize>,
    /// Which units count.
    pub filter: Filter,
    /// The most hits wanted; all if `None`.
    pub limit: Option<usize>,
}

/// A text in which all the words occur.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The unit's number in the memory.
    pub unit: UnitId,
    /// The unit's identifier (TMX `tuid`).
    pub tuid: Option<String>,
    /// The text's language.
    pub lang: Lang,
    /// The text.
    pub text: String,
    /// The bytes of each word or phrase found, in order, not overlapping.
    pub spans: Vec<Range<usize>>,
    /// The unit's other texts.
    pub others: Vec<(Lang, String)>,
    /// For each of them the bytes of what renders the words found, as far as [`super::spot`] can tell.
    pub marks: Vec<Vec<Range<usize>>>,
    /// Where the text was found.
    pub places: Vec<Place>,
    /// Whether a person has looked at the unit.
    pub status: Status,
    /// When the unit was last found or changed, `YYYY-MM-DD`.
    pub date: Option<String>,
}

/// Returns the texts in which all words of the query occur, in the order of the units.
///
/// # Errors
/// When the memory fails.
pub fn search(lookup: &dyn Lookup, query: &ConcordanceQuery<'_>) -> Result<Vec<Hit>> {
    let terms = terms(query.text, query.exact);
    if terms.is_empty() {
        return Ok(Vec::new());
    }
    let _hold = lookup.hold()?;
    let mut hits = Vec::new();
    for id in candidates(lookup, &terms, query.lang.as_ref())? {
        let unit = lookup.unit(id)?;
        if !query.filter.admits(&unit) {
            continue;
        }
        for (at, variant) in unit.variants.iter().enumerate() {
            let other_language = query
                .lang
                .as_ref()
                .is_some_and(|lang| !lang.covers(&variant.lang));
            if other_language {
                continue;
            }
            let Some(spans) = spans(&terms, query.near, variant) else {
                continue;
            };
            if query.limit.is_some_and(|limit| hits.len() >= limit) {
                return Ok(hits);
            }
            hits.push(hit(id, &unit, at, spans));
        }
    }
    Ok(hits)
}

fn hit(id: UnitId, unit: &TranslationUnit, at: usize, spans: Vec<Range<usize>>) -> Hit {
    let variant = &unit.variants[at];
    let others = unit
        .variants
        .iter()
        .enumerate()
        .filter(|(other, _)| *other != at);
    Hit {
        unit: id,
        tuid: unit.id.clone(),
        lang: variant.lang.clone(),
        text: variant.text().to_owned(),
        spans,
        marks: vec![Vec::new(); unit.variants.len().saturating_sub(1)],
        others: others
            .map(|(_, other)| (other.lang.clone(), other.text().to_owned()))
            .collect(),
        places: unit.places_of(variant),
        status: unit.status,
        date: date(unit, &variant.places),
    }
}

/// Words that must follow each other, most often one.
type Term = Vec<Word>;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Word {
    /// In the form of [`text::fold`].
    folded: String,
    compared: Compared,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compared {
    Exactly,
    ByStem,
    ByStart,
}

fn terms(query: &str, exact: bool) -> Vec<Term> {
    let mut terms = Vec::new();
    // Every second part stands between quotation marks; the last quotation need not be closed.
    for (part, stretch) in query.split(['"', '“', '”', '„', '«', '»']).enumerate() {
        if part % 2 == 1 {
            terms.push(words(stretch, exact));
        } else {
            terms.extend(stretch.split_whitespace().map(|word| words(word, exact)));
        }
    }
    terms.retain(|term| !term.is_empty());
    terms
}

fn words(stretch: &str, exact: bool) -> Term {
    let mut term: Term = Vec::new();
    let mut end = None;
    for token in text::tokens(stretch) {
        match token.kind {
            TokenKind::Mark => {
                let follows = end == Some(token.span.start);
                if let (true, "*", Some(word)) = (follows, token.of(stretch), term.last_mut()) {
                    word.compared = Compared::ByStart;
                }
            }
            TokenKind::Word | TokenKind::Number => {
                let by_stem = !exact && token.kind == TokenKind::Word;
                term.push(Word {
                    folded: text::fold(token.of(stretch)),
                    compared: if by_stem {
                        Compared::ByStem
                    } else {
                        Compared::Exactly
                    },
                });
                end = Some(token.span.end);
            }
        }
    }
    term
}

/// Returns the units of which one text may hold every word, wherever.
fn candidates(lookup: &dyn Lookup, terms: &[Term], lang: Option<&Lang>) -> Result<Vec<UnitId>> {
    let langs = match lang {
        Some(lang) => vec![lang.clone()],
        None => lookup
            .languages()?
            .into_iter()
            .map(|(lang, _)| lang)
            .collect(),
    };
    let mut units = Vec::new();
    for lang in langs {
        let index = Index::open(lookup, &lang, &Rc::default(), None)?;
        for rack in index.racks() {
            let mut found: Option<Vec<u32>> = None;
            for word in terms.iter().flatten() {
                let mut positions = match word.compared {
                    Compared::ByStart => rack.segment.beginning(&word.folded)?,
                    Compared::Exactly | Compared::ByStem => {
                        match rack.segment.read(&word.folded)?.as_slice() {
                            [known] => rack.segment.holding(known)?,
                            _ => Vec::new(),
                        }
                    }
                };
                if word.compared == Compared::ByStem {
                    for stem in &stems(word, &lang)[1..] {
                        positions.extend(rack.segment.holding_stem(stem)?);
                    }
                    positions.sort_unstable();
                    positions.dedup();
                }
                found = Some(match found {
                    None => positions,
                    Some(mut both) => {
                        both.retain(|position| positions.binary_search(position).is_ok());
                        both
                    }
                });
            }
            for position in found.unwrap_or_default() {
                let id = rack.segment.sequence(position)?.text;
                if rack.counts(id) {
                    units.extend(lookup.holders(id)?);
                }
            }
        }
    }
    units.sort_unstable();
    units.dedup();
    Ok(units)
}

/// Returns the stem of a word, and those that other forms of it may have.
fn stems(word: &Word, lang: &Lang) -> Vec<String> {
    let profile = profile(lang);
    let stem = (profile.stem)(&word.folded);
    let mut stems = other_stems(&stem, profile.grammar.fleeting_vowels);
    stems.insert(0, stem);
    stems
}

/// Returns where the terms occur in a text, or `None` if one of them does not.
fn spans(terms: &[Term], near: Option<usize>, variant: &Variant) -> Option<Vec<Range<usize>>> {
    let text = variant.text();
    let stem = profile(&variant.lang).stem;
    let tokens: Vec<(Range<usize>, String)> = text::tokens(text)
        .filter(|token| token.kind != TokenKind::Mark)
        .map(|token| (token.span.clone(), text::fold(token.of(text))))
        .collect();
    let fits = |(word, stems): (&Word, &Vec<String>), folded: &str| match word.compared {
        Compared::Exactly => word.folded == folded,
        Compared::ByStart => folded.starts_with(&word.folded),
        Compared::ByStem => word.folded == folded || stems.contains(&stem(folded)),
    };
    // For each span its term, its first and its last word.
    let mut found_spans: Vec<(usize, Range<usize>, Range<usize>)> = Vec::new();
    for (number, term) in terms.iter().enumerate() {
        let before = found_spans.len();
        let stems: Vec<Vec<String>> = term.iter().map(|word| stems(word, &variant.lang)).collect();
        for (at, window) in tokens.windows(term.len()).enumerate() {
            let found = term
                .iter()
                .zip(&stems)
                .zip(window)
                .all(|(word, (_, folded))| fits(word, folded));
            if let (true, [(first, _), ..], [.., (last, _)]) = (found, window, window) {
                found_spans.push((number, first.start..last.end, at..at + term.len()));
            }
        }
        if found_spans.len() == before {
            return None;
        }
    }
    if let Some(near) = near {
        let all = found_spans.clone();
        found_spans.retain(|(_, _, words)| stands_near(words, &all, terms.len(), near));
    }
    if found_spans.is_empty() {
        return None;
    }
    let mut spans: Vec<Range<usize>> = found_spans.into_iter().map(|(_, span, _)| span).collect();
    spans.sort_by_key(|span| (span.start, span.end));
    let mut apart: Vec<Range<usize>> = Vec::new();
    for span in spans {
        match apart.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => apart.push(span),
        }
    }
    Some(apart)
}

/// Says whether some stretch of words around `words` has every term, with at most `near` words from the first to the last beyond the terms' own.
fn stands_near(
    words: &Range<usize>,
    all: &[(usize, Range<usize>, Range<usize>)],
    terms: usize,
    near: usize,
) -> bool {
    // Every such stretch begins with some term.
    all.iter().any(|(_, _, first)| {
        let reach = first.end + near;
        let inside = |it: &Range<usize>| it.start >= first.start && it.start <= reach;
        inside(words)
            && (0..terms).all(|term| {
                all.iter()
                    .any(|(number, _, it)| *number == term && inside(it))
            })
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Memory, memory_of};
    use super::*;
    use crate::model::{BlockKind, Origin, Stretch};

    fn texts(memory: &Memory, text: &str) -> Vec<String> {
        let query = ConcordanceQuery {
            text,
            ..ConcordanceQuery::default()
        };
        marked(search(memory, &query).unwrap())
    }

    fn marked(hits: Vec<Hit>) -> Vec<String> {
        let mark = |hit: Hit| {
            let mut text = hit.text;
            for span in hit.spans.into_iter().rev() {
                text.insert(span.end, ']');
                text.insert(span.start, '[');
            }
            text
        };
        hits.into_iter().map(mark).collect()
    }

    fn memory() -> Memory {
        memory_of(
            "ru",
            "en",
            &[
                (
                    "Министр посетил завод в Орше.",
                    "The minister visited a plant in Orsha.",
                ),
                (
                    "Завод посетили министры трёх стран.",
                    "The ministers of three countries visited the plant.",
                ),
                ("Открыт новый завод.", "A new plant has been opened."),
            ],
        )
    }

    #[test]
    fn a_vowel_that_comes_and_goes_hides_no_form() {
        let memory = memory_of("ru", "en", &[("Послы встретились", "The envoys met")]);
        for form in ["посол", "послов", "послы"] {
            assert_eq!(texts(&memory, form), ["[Послы] встретились"], "{form}");
        }
    }

    #[test]
    fn finds_a_word_in_all_its_forms_with_its_place() {
        assert_eq!(
            texts(&memory(), "министру"),
            [
                "[Министр] посетил завод в Орше.",
                "Завод посетили [министры] трёх стран."
            ]
        );
        let exact = ConcordanceQuery {
            text: "министры",
            exact: true,
            ..ConcordanceQuery::default()
        };
        assert_eq!(search(&memory(), &exact).unwrap().len(), 1);
    }

    #[test]
    fn finds_forms_of_a_belarusian_word() {
        let memory = memory_of(
            "be",
            "en",
            &[(
                "Міністры падпісалі дагавор.",
                "The ministers signed a treaty.",
            )],
        );
        assert_eq!(
            texts(&memory, "дагаворам міністрам"),
            ["[Міністры] падпісалі [дагавор]."]
        );
    }

    #[test]
    fn all_words_must_occur_in_one_text() {
        assert_eq!(
            texts(&memory(), "завод министр"),
            [
                "[Министр] посетил [завод] в Орше.",
                "[Завод] посетили [министры] трёх стран."
            ]
        );
        assert!(texts(&memory(), "завод minister").is_empty());
    }

    #[test]
    fn words_in_quotes_follow_each_other() {
        assert_eq!(texts(&memory(), "«новый завод»"), ["Открыт [новый завод]."]);
        assert_eq!(
            texts(&memory(), "\"visited the plant"),
            ["The ministers of three countries [visited the plant]."]
        );
    }

    #[test]
    fn a_star_stands_for_any_end() {
        assert_eq!(
            texts(&memory(), "мин* орш*"),
            ["[Министр] посетил завод в [Орше]."]
        );
    }

    #[test]
    fn words_near_each_other_are_told_from_words_in_one_text() {
        let near = |near: usize| {
            let query = ConcordanceQuery {
                text: "министр стран",
                near: Some(near),
                ..ConcordanceQuery::default()
            };
            marked(search(&memory(), &query).unwrap())
        };
        assert_eq!(near(0), [] as [&str; 0]);
        assert_eq!(near(1), ["Завод посетили [министры] трёх [стран]."]);
        assert_eq!(texts(&memory(), "в"), ["Министр посетил завод [в] Орше."]);
    }

    #[test]
    fn no_query_is_an_error() {
        for text in [
            "", "*", "\"", "\"\"", "a AND", "(", "-x", "NEAR/2", "'; --", "«»»«",
        ] {
            let _ = texts(&memory(), text);
        }
        assert!(texts(&memory(), "* \" . \"").is_empty());
    }

    #[test]
    fn filters_by_place_language_and_status() {
        let mut memory = memory();
        let place = Place {
            origin: Origin {
                publisher: Some("Пресс-центр".into()),
                date: Some(jiff::civil::date(2024, 5, 6)),
                ..Origin::default()
            },
            at: Stretch::default(),
            kind: BlockKind::Paragraph,
            speaker: Some("А. Пример".into()),
        };
        memory.units[0].variants[0].places.push(place);
        let found = |lang: Option<&str>, filter: Filter| {
            let query = ConcordanceQuery {
                text: "завод",
                lang: lang.map(|tag| Lang::new(tag).unwrap()),
                filter,
                ..ConcordanceQuery::default()
            };
            search(&memory, &query).unwrap().len()
        };
        assert_eq!(found(None, Filter::default()), 3);
        assert_eq!(found(Some("ru"), Filter::default()), 3);
        assert_eq!(found(Some("en"), Filter::default()), 0);
        let since = |day| Filter {
            since: Some(jiff::civil::date(2024, 5, day)),
            ..Filter::default()
        };
        assert_eq!(found(None, since(6)), 1);
        assert_eq!(found(None, since(7)), 0);
        let confirmed = Filter {
            statuses: vec![Status::Confirmed],
            ..Filter::default()
        };
        assert_eq!(found(None, confirmed), 0);
    }

    #[test]
    fn stops_at_the_limit() {
        let query = ConcordanceQuery {
            text: "завод",
            limit: Some(2),
            ..ConcordanceQuery::default()
        };
        assert_eq!(search(&memory(), &query).unwrap().len(), 2);
    }
}
