//! What a caller of `suggest` relies on, over a small memory in memory.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::rendering::{all_places, date};
use super::*;
use crate::error::Result;
use crate::index::{Part, Symbol, TextId, Vocabulary};
use crate::language::profile;
use crate::memory::{Hold, Lookup, LooseText, Neighbours, Shelf, Standing, UnitId};
use crate::model::{Lang, Score, Status, TranslationUnit, Variant};

/// A memory that is a list of units, numbered by their place.
#[derive(Default)]
pub(super) struct Memory {
    pub(super) units: Vec<TranslationUnit>,
    pub(super) neighbours: Vec<(usize, Neighbours)>,
    pub(super) revision: u64,
    /// How many units were read whole.
    pub(super) read: Cell<usize>,
}

pub(super) fn memory_of(from: &str, to: &str, pairs: &[(&str, &str)]) -> Memory {
    let mut memory = Memory::default();
    for (source, target) in pairs {
        memory.add(&[(from, source), (to, target)]);
    }
    memory
}

impl Memory {
    fn add(&mut self, texts: &[(&str, &str)]) -> &mut TranslationUnit {
        let variants = texts
            .iter()
            .map(|(tag, text)| Variant::new(Lang::new(tag).unwrap(), *text).unwrap());
        self.revision += 1;
        self.units.push(TranslationUnit {
            variants: variants.collect(),
            ..TranslationUnit::default()
        });
        self.units.last_mut().unwrap()
    }

    /// The place of the first text that is the same in the same language.
    fn text_id(&self, wanted: &Variant) -> TextId {
        let mut variants = self.units.iter().flat_map(|unit| &unit.variants);
        let same = |it: &Variant| it.lang == wanted.lang && it.text() == wanted.text();
        TextId(variants.position(same).unwrap() as i64)
    }

    fn bit(&self, lang: &Lang) -> u64 {
        let variants = self.units.iter().flat_map(|unit| &unit.variants);
        let mut tags: Vec<&str> = variants.map(|it| it.lang.as_str()).collect();
        tags.sort_unstable();
        tags.dedup();
        1 << tags.iter().position(|tag| *tag == lang.as_str()).unwrap()
    }

    fn living(&self) -> impl Iterator<Item = (UnitId, &TranslationUnit)> {
        let numbered = (0..).map(UnitId).zip(&self.units);
        numbered.filter(|(_, unit)| unit.status != Status::Rejected)
    }
}

impl Lookup for Memory {
    fn revision(&self) -> Result<u64> {
        Ok(self.revision)
    }

    fn languages(&self) -> Result<Vec<(Lang, u64)>> {
        let mut languages: Vec<(Lang, u64)> = Vec::new();
        for variant in self.units.iter().flat_map(|unit| &unit.variants) {
            match languages.iter_mut().find(|(lang, _)| *lang == variant.lang) {
                Some((_, count)) => *count += 1,
                None => languages.push((variant.lang.clone(), 1)),
            }
        }
        Ok(languages)
    }

    fn hold(&self) -> Result<Hold<'_>> {
        Ok(Hold::new(None::<()>))
    }

    fn shelves(&self, lang: &Lang) -> Result<Vec<Shelf>> {
        let mut loose: BTreeMap<TextId, LooseText> = BTreeMap::new();
        for (_, unit) in self.living() {
            for (at, variant) in unit.variants.iter().enumerate() {
                let others = unit
                    .variants
                    .iter()
                    .enumerate()
                    .filter(|&(other, _)| other != at);
                let targets = others.fold(0, |bits, (_, other)| bits | self.bit(&other.lang));
                if lang.covers(&variant.lang) {
                    let id = self.text_id(variant);
                    let text = loose.entry(id).or_insert_with(|| LooseText {
                        id,
                        content: variant.text().to_owned(),
                        targets: 0,
                    });
                    text.targets |= targets;
                }
            }
        }
        Ok(vec![Shelf {
            lang: lang.clone(),
            segments: Vec::new(),
            moved: Rc::default(),
            loose: loose.into_values().collect(),
        }])
    }

    fn block(&self, _: i64, _: Part, _: u32) -> Result<Rc<[u8]>> {
        unreachable!("there are no segments")
    }

    fn targets(&self, lang: &Lang) -> Result<u64> {
        let langs = self
            .units
            .iter()
            .flat_map(|unit| &unit.variants)
            .map(|it| &it.lang);
        Ok(langs
            .filter(|it| lang.covers(it))
            .fold(0, |bits, it| bits | self.bit(it)))
    }

    fn text(&self, id: TextId) -> Result<Option<String>> {
        let variants = self.units.iter().flat_map(|unit| &unit.variants);
        Ok(variants
            .clone()
            .find(|it| self.text_id(it) == id)
            .map(|it| it.text().to_owned()))
    }

    fn holders(&self, id: TextId) -> Result<Vec<UnitId>> {
        let holds = |unit: &TranslationUnit| unit.variants.iter().any(|it| self.text_id(it) == id);
        Ok(self
            .living()
            .filter(|(_, unit)| holds(unit))
            .map(|(id, _)| id)
            .collect())
    }

    fn standings(&self, id: TextId, to: &Lang) -> Result<Vec<Standing>> {
        let mut standings = Vec::new();
        for (number, unit) in self.living() {
            let of_source = unit.variants.iter().find(|it| self.text_id(it) == id);
            let Some(of_source) = of_source else { continue };
            let renderings = unit.variants.iter().filter(|it| to.covers(&it.lang));
            standings.extend(renderings.map(|rendering| Standing {
                unit: number,
                status: unit.status,
                probability: unit.probability,
                date: date(unit, all_places(unit)),
                places: of_source.places.len(),
                rendering: self.text_id(rendering),
            }));
        }
        Ok(standings)
    }

    fn unit(&self, id: UnitId) -> Result<TranslationUnit> {
        self.read.set(self.read.get() + 1);
        Ok(self.units[id.0 as usize].clone())
    }

    fn neighbours(&self, id: UnitId, _: &Lang) -> Result<Vec<Neighbours>> {
        let of_unit = self.neighbours.iter().filter(|(at, _)| *at as i64 == id.0);
        Ok(of_unit.map(|(_, beside)| beside.clone()).collect())
    }

    fn exact(&self, lang: &Lang, text: &str) -> Result<Vec<UnitId>> {
        let equal = |unit: &TranslationUnit| {
            let mut texts = unit.variants.iter().filter(|it| lang.covers(&it.lang));
            texts.any(|it| it.text() == text)
        };
        let found = self.living().filter(|(_, unit)| equal(unit));
        Ok(found.map(|(id, _)| id).collect())
    }
}

/// Returns two texts as symbols of one vocabulary.
pub(super) fn symbols(tag: &str, query: &str, source: &str) -> (Vec<Symbol>, Vec<Symbol>) {
    let mut vocabulary = Vocabulary::new(profile(&lang(tag)));
    let source = vocabulary.learn(source);
    (vocabulary.learn(query), source)
}

fn lang(tag: &str) -> Lang {
    Lang::new(tag).unwrap()
}

fn suggest(memory: &Memory, text: &str) -> Vec<Match> {
    let query = Query::new(text, lang("en"));
    Matcher::new(memory).suggest(&query).unwrap()
}

fn reasons(found: &Match) -> Vec<String> {
    found.reasons.iter().map(Reason::to_string).collect()
}

fn statements() -> Memory {
    memory_of(
        "ru",
        "en",
        &[
            (
                "Стороны подтвердили готовность продолжить переговоры.",
                "The sides confirmed their readiness to continue the talks.",
            ),
            (
                "Встреча состоится 5 мая в Витебске.",
                "The meeting will take place on 5 May in Vitebsk.",
            ),
            (
                "Посол вручил верительные грамоты.",
                "The ambassador presented his credentials.",
            ),
            (
                "После завершения переговоров министры подписали план сотрудничества.",
                "After the talks the ministers signed a plan of cooperation.",
            ),
            (
                "Страны будут поддерживать санкции.",
                "The countries will support the sanctions.",
            ),
        ],
    )
}

#[test]
fn an_equal_text_is_exact_and_an_equal_place_is_context() {
    let mut memory = statements();
    let text = "Посол вручил верительные грамоты.";
    let found = suggest(&memory, text);
    assert_eq!((found[0].kind, found[0].percent()), (Kind::Exact, 100));

    let beside = Neighbours {
        before: Some("До".into()),
        after: None,
    };
    memory.neighbours.push((2, beside));
    let mut query = Query::new(text, lang("en"));
    query.before = Some("До");
    let matcher = Matcher::new(&memory);
    let found = matcher.suggest(&query).unwrap();
    assert_eq!((found[0].kind, found[0].percent()), (Kind::Context, 101));
    query.after = Some("После");
    assert_eq!(matcher.suggest(&query).unwrap()[0].kind, Kind::Exact);
}

#[test]
fn another_number_is_repaired_and_marked() {
    let found = suggest(&statements(), "Встреча состоится 7 мая в Витебске.");
    assert_eq!((found[0].kind, found[0].percent()), (Kind::Repaired, 99));
    assert_eq!(
        found[0].target,
        "The meeting will take place on 7 May in Vitebsk."
    );
    assert_eq!(&found[0].target[found[0].repairs[0].span.clone()], "7");
    assert_eq!(
        found[0].original,
        "The meeting will take place on 5 May in Vitebsk."
    );
    assert_eq!(reasons(&found[0]), ["number 5 → 7"]);
}

#[test]
fn a_number_that_cannot_be_repaired_costs_little_and_is_shown() {
    let memory = memory_of(
        "ru",
        "en",
        &[("Визит продлится 5 дней.", "The visit will last five days.")],
    );
    let found = suggest(&memory, "Визит продлится 7 дней.");
    assert_eq!(found[0].kind, Kind::Fuzzy);
    assert!(
        (90..99).contains(&found[0].percent()),
        "{}",
        found[0].percent()
    );
    assert_eq!(reasons(&found[0]), ["number 5 → 7"]);
    assert_eq!(found[0].target, "The visit will last five days.");
}

#[test]
fn a_moved_clause_is_recognised() {
    let found = suggest(
        &statements(),
        "Министры подписали план сотрудничества после завершения переговоров.",
    );
    assert!(found[0].percent() >= 90);
    assert_eq!(reasons(&found[0]), ["order of words: 1 stretch moved"]);
    assert!(found[0].words < Score::from_percent(70));
}

#[test]
fn other_forms_score_higher_than_other_words() {
    let forms = suggest(
        &statements(),
        "Сторона подтвердила готовность продолжить переговоры.",
    );
    let words = suggest(
        &statements(),
        "Страна подтвердила готовность продолжить переговоры.",
    );
    assert!(forms[0].score > words[0].score);
    assert_eq!(reasons(&forms[0]), ["2 words in another form"]);
}

#[test]
fn a_negation_costs_more_than_its_word() {
    let denied = suggest(&statements(), "Страны не будут поддерживать санкции.");
    let added = suggest(&statements(), "Страны вновь будут поддерживать санкции.");
    assert!(
        denied
            .first()
            .is_none_or(|found| found.score < added[0].score)
    );
}

#[test]
fn nothing_near_is_nothing_and_fragments_say_what_is_known() {
    let memory = statements();
    let text = "Как сообщили вчера, готовность продолжить переговоры высказали и в столице";
    assert!(suggest(&memory, text).is_empty());
    let fragments = Matcher::new(&memory)
        .fragments(&Query::new(text, lang("en")))
        .unwrap();
    let found: Vec<(&str, usize)> = fragments.iter().map(|it| (&*it.text, it.texts)).collect();
    assert_eq!(found, [("готовность продолжить переговоры", 1)]);
}

#[test]
fn rejected_units_never_appear() {
    let mut memory = statements();
    memory.units[2].status = Status::Rejected;
    assert!(suggest(&memory, "Посол вручил верительные грамоты.").is_empty());
}

#[test]
fn of_many_renderings_the_confirmed_and_then_the_recent_come_first() {
    let mut memory = Memory::default();
    for day in 1..=9 {
        let target = format!("The sitting is open, take {day}.");
        let unit = memory.add(&[("ru", "Заседание открыто."), ("en", &target)]);
        unit.history
            .set("changedate", format!("2025010{day}T000000Z"));
        if day == 3 {
            unit.status = Status::Confirmed;
        }
        (unit.probability, unit.status) = match day {
            9 => (Some(0.2), Status::Automatic),
            _ => (None, unit.status),
        };
    }
    let found = suggest(&memory, "Заседание открыто.");
    let targets = found
        .iter()
        .map(|it| it.target.trim_start_matches("The sitting is open, take "));
    assert_eq!(targets.collect::<Vec<_>>(), ["3.", "8.", "7.", "6.", "5."]);
    assert!(found.iter().all(|it| it.other_renderings == 8));
}

#[test]
fn equal_renderings_are_one_match_and_others_are_counted() {
    let memory = memory_of(
        "ru",
        "en",
        &[
            ("Благодарю вас.", "Thank you."),
            ("Благодарю вас.", "I thank you."),
            ("Благодарю вас.", "Thank you."),
        ],
    );
    let found = suggest(&memory, "Благодарю вас.");
    let shown: Vec<(&str, usize, usize)> = found
        .iter()
        .map(|it| (&*it.target, it.uses, it.other_renderings))
        .collect();
    assert_eq!(shown, [("Thank you.", 2, 1), ("I thank you.", 1, 1)]);
}

#[test]
fn matches_that_differ_only_in_what_was_repaired_are_one() {
    let memory = memory_of(
        "ru",
        "en",
        &[
            ("Зал 12 свободен.", "Room 12 is free."),
            ("Зал 15 свободен.", "Room 15 is free."),
            ("Зал 18 свободен.", "Hall 18 is free."),
            ("Зал 21 свободен.", "Room 21 is free."),
        ],
    );
    let found = suggest(&memory, "Зал 37 свободен.");
    let shown: Vec<(&str, usize, i64)> = found
        .iter()
        .map(|it| (&*it.target, it.uses, it.unit.0))
        .collect();
    assert_eq!(
        shown,
        [("Room 37 is free.", 3, 0), ("Hall 37 is free.", 1, 2)]
    );
}

#[test]
fn the_confirmed_come_before_the_recent_and_these_before_the_frequent() {
    let mut memory = memory_of(
        "ru",
        "en",
        &[("Да.", "Yes."), ("Да.", "Yes!"), ("Да.", "Aye.")],
    );
    memory.units[1]
        .history
        .set("creationdate", "20240101T000000Z");
    memory.units[2].status = Status::Confirmed;
    let targets: Vec<String> = suggest(&memory, "Да.")
        .into_iter()
        .map(|it| it.target)
        .collect();
    assert_eq!(targets, ["Aye.", "Yes!", "Yes."]);
}

#[test]
fn a_changed_memory_is_seen_at_once() {
    let mut memory = statements();
    let text = "Новый текст о мире.";
    assert!(suggest(&memory, text).is_empty());
    memory.add(&[("ru", text), ("en", "A new text about peace.")]);
    assert_eq!(suggest(&memory, text)[0].percent(), 100);
}

#[test]
fn every_language_but_the_target_is_looked_through() {
    let mut memory = statements();
    memory.add(&[
        ("be-BY", "Пасол уручыў граматы."),
        ("en-GB", "The ambassador handed over his letters."),
    ]);
    let found = suggest(&memory, "Пасол уручыў граматы.");
    assert_eq!(found[0].lang, lang("be-BY"));
    assert!(suggest(&memory, "The ambassador presented his credentials.").is_empty());
}

#[test]
fn plain_measures_rank_and_cut_by_themselves() {
    let memory = statements();
    let mut query = Query::new("Посол вручил верительные документы.", lang("en"));
    query.measure = Measure::Words;
    let found = Matcher::new(&memory).suggest(&query).unwrap();
    assert_eq!(found[0].score, found[0].words);
    assert_eq!(found[0].percent(), 80);
    query.measure = Measure::Chars;
    query.min = Score::from_percent(71);
    let found = Matcher::new(&memory).suggest(&query).unwrap();
    assert_eq!(found[0].score, found[0].chars);
}

#[test]
fn reasons_and_score_make_a_whole() {
    let found = suggest(
        &statements(),
        "Стороны подтвердили свою готовность к продолжению переговоров!",
    );
    for it in &found {
        let lost: f64 = it.reasons.iter().map(|reason| reason.lost).sum();
        assert!((it.score.fraction() + lost - 1.0).abs() < 1e-6, "{it:?}");
    }
}

#[test]
fn no_query_is_an_error() {
    let memory = statements();
    for text in ["", " ", ".", "\u{301}", "—", "5", "🙂", "не"] {
        for measure in Measure::ALL {
            for percent in [0, 50, 100] {
                let mut query = Query::new(text, lang("en"));
                (query.measure, query.min) = (measure, Score::from_percent(percent));
                let matcher = Matcher::new(&memory);
                matcher.suggest(&query).unwrap();
                matcher.fragments(&query).unwrap();
            }
        }
    }
}

#[test]
fn a_name_with_one_rendering_in_the_memory_is_repaired() {
    let mut memory = statements();
    memory.add(&[("ru", "Витебске"), ("en", "Vitebsk")]);
    memory.add(&[("ru", "Гомеле"), ("en", "Gomel")]);
    let found = suggest(&memory, "Встреча состоится 9 мая в Гомеле.");
    assert_eq!(
        (found[0].kind, &*found[0].target),
        (
            Kind::Repaired,
            "The meeting will take place on 9 May in Gomel."
        )
    );
    assert_eq!(
        reasons(&found[0]),
        ["name Витебске → Гомеле", "number 5 → 9"]
    );
}

#[test]
fn an_acronym_is_known_by_the_texts_that_explain_it() {
    let mut memory = memory_of(
        "ru",
        "en",
        &[
            (
                "Доклад банка (ЕБРР) готов.",
                "The report of the bank (EBRD) is ready.",
            ),
            (
                "Азиатский банк (АБИИ) открыт.",
                "The Asian bank (AIIB) is open.",
            ),
            ("АБИИ и ЕБРР открыты.", "They are open."),
        ],
    );
    let query = "Доклад банка (АБИИ) готов.";
    let found = suggest(&memory, query);
    assert_eq!(found[0].target, "The report of the bank (AIIB) is ready.");
    assert_eq!(reasons(&found[0]), ["acronym ЕБРР → АБИИ"]);
    // Explained in two ways it is not known.
    memory.add(&[
        ("ru", "Новый банк (АБИИ) закрыт."),
        ("en", "The new bank (AIIBX) is closed."),
    ]);
    assert_eq!(suggest(&memory, query)[0].kind, Kind::Fuzzy);
}

#[test]
fn a_place_with_two_spellings_goes_over_in_the_one_that_the_memory_uses() {
    let mut memory = memory_of(
        "ru",
        "en",
        &[(
            "Переговоры прошли в Минске.",
            "The talks took place in Minsk.",
        )],
    );
    let query = "Переговоры прошли в Одессе.";
    assert_eq!(suggest(&memory, query)[0].kind, Kind::Fuzzy);
    memory.add(&[
        ("ru", "Порт закрыт."),
        ("en", "The port of Odesa is closed."),
    ]);
    let found = suggest(&memory, query);
    assert_eq!(found[0].target, "The talks took place in Odesa.");
    assert_eq!(reasons(&found[0]), ["name Минске → Одессе (lexicon)"]);
    memory.add(&[("ru", "Одесса."), ("en", "Odessa.")]);
    assert_eq!(suggest(&memory, query)[0].kind, Kind::Fuzzy);
}

#[test]
fn answers_from_the_real_storage_too() {
    let mut memory = crate::memory::Memory::in_memory().unwrap();
    let change = crate::memory::Change {
        command: "import".to_owned(),
        detail: String::new(),
        at: "2025-01-01T00:00:00Z".parse().unwrap(),
    };
    let mut writer = memory.begin(change).unwrap();
    for unit in &statements().units {
        writer.add_unit(unit).unwrap();
    }
    writer.commit().unwrap();
    let matcher = Matcher::new(memory.lookup());
    let query = Query::new("Посол вручил верительные грамоты.", lang("en"));
    let found = matcher.suggest(&query).unwrap();
    assert_eq!(found[0].target, "The ambassador presented his credentials.");
    let words = ConcordanceQuery {
        text: "вручили \"верительными грамотами\"",
        ..ConcordanceQuery::default()
    };
    assert_eq!(search(memory.lookup(), &words).unwrap().len(), 1);
}
