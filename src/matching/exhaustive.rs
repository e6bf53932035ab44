//! What is suggested against a look at every unit, over real memories that change.

use proptest::prelude::*;

use super::score::words_similarity;
use super::{Matcher, Measure, Query};
use crate::memory::{Change, Filter, Memory, UnitId};
use crate::model::{Lang, Score, Status, TranslationUnit, Variant};

/// What is done to a memory, in one change.
#[derive(Clone, Debug)]
enum Step {
    /// Units with a text in two or three of the languages.
    Add(Vec<(String, String, Option<String>)>),
    /// The unit at this place of all, counted round, gets a status.
    Mark(usize, Status),
    Undo,
    Reindex,
}

const LANGS: [&str; 3] = ["ru", "be", "en"];

fn lang(tag: &str) -> Lang {
    Lang::new(tag).unwrap()
}

fn change() -> Change {
    Change {
        command: "test".to_owned(),
        detail: String::new(),
        at: jiff::Timestamp::UNIX_EPOCH,
    }
}

fn text() -> impl Strategy<Value = String> {
    "([а-в]{1,2} ){0,6}[а-г]{1,2}[.!]?"
}

fn step() -> impl Strategy<Value = Step> {
    let unit = (text(), text(), prop::option::of(text()));
    prop_oneof![
        5 => prop::collection::vec(unit, 1..12).prop_map(Step::Add),
        2 => (0usize..40, prop::sample::select(Status::ALL.to_vec())).prop_map(|(at, status)| Step::Mark(at, status)),
        2 => Just(Step::Undo),
        1 => Just(Step::Reindex),
    ]
}

fn take(memory: &mut Memory, step: &Step) {
    match step {
        Step::Add(units) => {
            let mut writer = memory.begin(change()).unwrap();
            for (one, two, three) in units {
                let texts = [Some(one), Some(two), three.as_ref()];
                let variants = LANGS.iter().zip(texts).filter_map(|(tag, text)| {
                    Some(Variant::new(lang(tag), text?.as_str()).unwrap())
                });
                let unit = TranslationUnit {
                    variants: variants.collect(),
                    ..TranslationUnit::default()
                };
                writer.add_unit(&unit).unwrap();
            }
            writer.commit().unwrap();
        }
        Step::Mark(at, status) => {
            let ids = ids(memory);
            if let Some(&id) = ids.get(at % ids.len().max(1)) {
                let mut writer = memory.begin(change()).unwrap();
                writer.set_status(&[id], *status).unwrap();
                writer.commit().unwrap();
            }
        }
        Step::Undo => drop(memory.undo(None, jiff::Timestamp::UNIX_EPOCH).unwrap()),
        Step::Reindex => memory.reindex(&mut |_| true).unwrap(),
    }
}

fn ids(memory: &Memory) -> Vec<UnitId> {
    let mut ids = Vec::new();
    let visit = &mut |id, _: &TranslationUnit| {
        ids.push(id);
        Ok(())
    };
    memory.units(&Filter::default(), visit).unwrap();
    ids
}

/// The scores of the pairs of source and rendering that an exhaustive search finds, best first.
fn exhaustive(memory: &Memory, query: &str, from: &Lang, to: &Lang, least: f64) -> Vec<f64> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let visit = &mut |_, unit: &TranslationUnit| {
        if unit.status != Status::Rejected
            && let (Some(source), Some(target)) = (unit.variant(from), unit.variant(to))
        {
            pairs.push((source.text().to_owned(), target.text().to_owned()));
        }
        Ok(())
    };
    memory.units(&Filter::default(), visit).unwrap();
    pairs.sort_unstable();
    pairs.dedup();
    let scores = pairs
        .iter()
        .map(|(source, _)| words_similarity(query, source).fraction());
    let mut scores: Vec<f64> = scores.filter(|score| *score + 1e-9 >= least).collect();
    scores.sort_by(|one, other| other.total_cmp(one));
    scores
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn finds_what_an_exhaustive_search_finds(
        steps in prop::collection::vec(step(), 1..9),
        query in text(),
        percent in 20u8..=100,
        limit in 1usize..6,
        pair in prop::sample::select(vec![(0, 2), (2, 0), (1, 2), (1, 0)]),
    ) {
        let mut memory = Memory::in_memory().unwrap();
        let (from, to) = (lang(LANGS[pair.0]), lang(LANGS[pair.1]));
        for step in &steps {
            take(&mut memory, step);
            let mut asked = Query::new(&query, to.clone());
            asked.from = Some(from.clone());
            (asked.min, asked.limit, asked.measure) = (Score::from_percent(percent), limit, Measure::Words);
            let found = Matcher::new(memory.lookup()).suggest(&asked).unwrap();
            let found: Vec<f64> = found.iter().map(|found| found.score.fraction()).collect();
            let mut expected = exhaustive(&memory, &query, &from, &to, f64::from(percent) / 100.0);
            expected.truncate(limit);
            prop_assert_eq!(found, expected);
            prop_assert_eq!(memory.check(&mut |_| true).unwrap(), []);
        }
    }
}
