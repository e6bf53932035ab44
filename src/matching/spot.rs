//! Which words of a rendering stand for what was searched?
//!
//! By association: a word that is in most renderings of the hits and in few other texts (the coefficient of L. R. Dice, 1945, as F. Smadja et al.
//! used it, "Translating collocations for bilingual lexicons", 1996). One hit alone tells nothing, and nothing is marked then.

use std::ops::Range;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::concordance::Hit;
use super::index::Index;
use crate::error::Result;
use crate::language::{Profile, profile};
use crate::memory::Lookup;
use crate::model::Lang;
use crate::text::{self, TokenKind};

/// A word of a rendering is marked from this association on: it is in a sixth of the hits, or they are a sixth of the texts it is in.
const LEAST: f64 = 0.17;

/// Of several words each must be at least so strong, as a part of the strongest.
const NEXT: f64 = 0.6;

/// Hits from which the association is learnt; more tell no more.
const MOST_HITS: usize = 2000;

/// A rendering of what was searched, and how often it was met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderingCount {
    /// The language.
    pub lang: Lang,
    /// The rendering in its most frequent form.
    pub text: String,
    /// In how many hits.
    pub hits: usize,
}

/// Marks in the other texts of each hit what most likely renders what was found, and returns the renderings, the most frequent first. `words` is
/// how many words were searched.
///
/// # Errors
/// When the memory fails.
pub fn spot(lookup: &dyn Lookup, hits: &mut [Hit], words: usize) -> Result<Vec<RenderingCount>> {
    let _hold = lookup.hold()?;
    let mut langs: Vec<Lang> = Vec::new();
    for (lang, _) in hits.iter().flat_map(|hit| &hit.others) {
        if !langs.contains(lang) {
            langs.push(lang.clone());
        }
    }
    let mut counts = Vec::new();
    for lang in langs {
        let strengths = strengths(lookup, hits, &lang)?;
        let mut found: FxHashMap<Vec<String>, FxHashMap<String, usize>> = FxHashMap::default();
        for hit in hits.iter_mut() {
            for (at, (_, other)) in hit
                .others
                .iter()
                .enumerate()
                .filter(|(_, (it, _))| *it == lang)
            {
                let (stems, spans) = strongest(other, profile(&lang), &strengths, words);
                if stems.is_empty() {
                    continue;
                }
                let form: Vec<String> = spans
                    .iter()
                    .map(|span| text::fold(&other[span.clone()]))
                    .collect();
                *found
                    .entry(stems)
                    .or_default()
                    .entry(form.join(" … "))
                    .or_default() += 1;
                hit.marks[at] = spans;
            }
        }
        counts.extend(found.into_values().filter_map(|forms| {
            let hits = forms.values().sum();
            let (text, _) = forms
                .into_iter()
                .max_by(|one, other| one.1.cmp(&other.1).then(other.0.cmp(&one.0)))?;
            Some(RenderingCount {
                lang: lang.clone(),
                text: text.replace(" … ", " "),
                hits,
            })
        }));
    }
    counts.sort_by(|one, other| {
        other
            .hits
            .cmp(&one.hits)
            .then_with(|| one.text.cmp(&other.text))
    });
    Ok(counts)
}

/// The words of a text that say something, by their stems, with their places.
fn stems(text: &str, profile: &Profile) -> Vec<(String, Range<usize>)> {
    text::tokens(text)
        .filter(|token| token.kind == TokenKind::Word)
        .map(|token| (text::fold(token.of(text)), token.span))
        .filter(|(word, _)| {
            !profile
                .grammar
                .function_words
                .split(' ')
                .any(|it| it == word)
        })
        .map(|(word, span)| ((profile.stem)(&word), span))
        .collect()
}

/// How strongly each stem goes with the hits.
fn strengths(lookup: &dyn Lookup, hits: &[Hit], lang: &Lang) -> Result<FxHashMap<String, f64>> {
    let profile = profile(lang);
    let mut with: FxHashMap<String, (usize, String)> = FxHashMap::default();
    let mut all = 0;
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    for hit in hits.iter().take(MOST_HITS) {
        for (_, other) in hit.others.iter().filter(|(it, _)| it == lang) {
            if !seen.insert(other) {
                continue;
            }
            all += 1;
            let mut own: FxHashMap<String, Range<usize>> = FxHashMap::default();
            own.extend(stems(other, profile));
            for (stem, span) in own {
                with.entry(stem)
                    .or_insert_with(|| (0, other[span].to_owned()))
                    .0 += 1;
            }
        }
    }
    let index = Index::open(lookup, lang, &Rc::default(), None)?;
    let mut strengths = FxHashMap::default();
    for (stem, (hits, word)) in with {
        if hits < 2 {
            continue;
        }
        let mut texts = 0;
        for rack in index.racks() {
            texts += rack
                .segment
                .read(&word)?
                .first()
                .map_or(0, |known| rack.segment.texts_with(known));
        }
        let strength = 2.0 * hits as f64 / (all as f64 + f64::from(texts).max(hits as f64));
        if strength >= LEAST {
            strengths.insert(stem, strength);
        }
    }
    Ok(strengths)
}

/// Returns the stems and places of the words of a text that go with the hits most strongly, in order.
fn strongest(
    text: &str,
    profile: &Profile,
    strengths: &FxHashMap<String, f64>,
    words: usize,
) -> (Vec<String>, Vec<Range<usize>>) {
    let mut strong: Vec<(f64, String, Range<usize>)> = stems(text, profile)
        .into_iter()
        .filter_map(|(stem, span)| Some((*strengths.get(&stem)?, stem, span)))
        .collect();
    strong.sort_by(|one, other| {
        other
            .0
            .total_cmp(&one.0)
            .then(one.2.start.cmp(&other.2.start))
    });
    let best = strong.first().map_or(0.0, |(strength, ..)| *strength);
    strong.retain(|(strength, ..)| *strength >= best * NEXT);
    strong.truncate(words.max(1));
    strong.sort_by_key(|(.., span)| span.start);
    strong
        .into_iter()
        .map(|(_, stem, span)| (stem, span))
        .unzip()
}

#[cfg(test)]
mod tests {
    use super::super::concordance::{ConcordanceQuery, search};
    use super::super::tests::memory_of;
    use super::*;

    #[test]
    fn marks_what_goes_with_the_hits_and_counts_it() {
        let memory = memory_of(
            "ru",
            "en",
            &[
                ("Министр посетил завод.", "The minister visited a plant."),
                ("Завод открыт вчера.", "The plant opened yesterday."),
                ("Новый завод строят.", "A new factory is being built."),
                ("Старый завод закрыт.", "The old factory is closed."),
                ("Министр прибыл.", "The minister arrived."),
                ("Школа открыта вчера.", "The school opened yesterday."),
            ],
        );
        let query = ConcordanceQuery {
            text: "завод",
            ..ConcordanceQuery::default()
        };
        let mut hits = search(&memory, &query).unwrap();
        let counts = spot(&memory, &mut hits, 1).unwrap();
        let counts: Vec<(&str, usize)> = counts
            .iter()
            .map(|it| (it.text.as_str(), it.hits))
            .collect();
        assert_eq!(counts, [("factory", 2), ("plant", 2)]);
        let marked = &hits[0].others[0].1[hits[0].marks[0][0].clone()];
        assert_eq!(marked, "plant");
    }
}
