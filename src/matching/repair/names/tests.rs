//! Names that go over, and those that must not.

mod acronyms;
mod endings;

use super::super::{Comparison, Cut, repair};
use super::*;
use crate::language::profile;
use crate::model::Lang;

/// A memory that knows a few names and uses a few words.
struct Few;

impl Names for Few {
    fn alone(&self, text: &str) -> Alone {
        let rendering = match text {
            "Лошица" => "Loshitsa",
            "Серебрянка" => "Serebryanka",
            "Брест" => "Brest",
            "ГКНТ" => "SCST",
            "МИД" => "MFA",
            "Главная" => "Home",
            "Домой" => "Back",
            "Home" => "Главная",
            "Back" => "Назад",
            "Орша" => return Alone::InDoubt,
            _ => return Alone::Unknown,
        };
        Alone::Always(rendering.to_owned())
    }

    fn glossed(&self, acronym: &str) -> Option<String> {
        (acronym == "АБИИ").then(|| "AIIB".to_owned())
    }

    fn is_used(&self, word: &str) -> bool {
        matches!(word, "EAEU" | "Kyiv")
    }
}

fn asked(
    known: &dyn Names,
    langs: (&str, &str),
    texts: [&str; 3],
) -> Option<(String, Vec<String>)> {
    let language = |tag: &str| profile(&Lang::new(tag).unwrap());
    let [query, source, target] = texts;
    let from = language(langs.0);
    let query = Cut::of(query, from);
    let comparison = Comparison::between(&query, source, from);
    let found = repair(&comparison, target, language(langs.1), known)?;
    let causes = found.causes.iter().map(ToString::to_string).collect();
    Some((found.target, causes))
}

/// Returns the repaired rendering: Russian or Belarusian to English.
fn english(query: &str, source: &str, target: &str) -> Option<String> {
    let from = if source.contains(['і', 'ў']) {
        "be"
    } else {
        "ru"
    };
    asked(&Few, (from, "en"), [query, source, target]).map(|it| it.0)
}

/// Returns the repaired rendering: English to Russian.
fn russian(query: &str, source: &str, target: &str) -> Option<String> {
    asked(&Few, ("en", "ru"), [query, source, target]).map(|it| it.0)
}

#[test]
fn a_place_goes_over_from_any_case() {
    assert_eq!(
        english(
            "Форум прошёл в Гомеле",
            "Форум прошёл в Могилёве",
            "The forum was held in Mogilev"
        )
        .unwrap(),
        "The forum was held in Gomel"
    );
    assert_eq!(
        english(
            "Посол во Франции",
            "Посол в Швеции",
            "The ambassador to Sweden"
        )
        .unwrap(),
        "The ambassador to France"
    );
    assert_eq!(
        english("Пасол у Грузіі", "Пасол у Кітаі", "The ambassador to China").unwrap(),
        "The ambassador to Georgia"
    );
    assert_eq!(
        english("Позиция Франции", "Позиция Швеции", "Sweden's position").unwrap(),
        "France's position"
    );
    assert_eq!(
        english(
            "Визит в Нидерланды",
            "Визит на Филиппины",
            "A visit to the Philippines"
        ),
        None
    );
    let found = asked(
        &Few,
        ("ru", "en"),
        ["Житель Бреста", "Житель Минска", "A resident of Minsk"],
    );
    let (target, causes) = found.unwrap();
    assert_eq!(
        (target.as_str(), &*causes[0]),
        ("A resident of Brest", "name Минска → Бреста")
    );
}

#[test]
fn a_place_is_left_where_its_form_or_place_is_in_doubt() {
    // Another case: who asks whom.
    assert_eq!(
        english(
            "Швецию просит Франция",
            "Швеция просит Франция",
            "Sweden asks France"
        ),
        None
    );
    assert_eq!(
        english("Цена Францию", "Цена Швеции", "The price of Sweden"),
        None
    );
    // Twice, or in a word made of it.
    assert_eq!(
        english(
            "Из Бреста в Минск",
            "Из Минска в Минск",
            "From Minsk to Minsk"
        ),
        None
    );
    assert_eq!(
        english(
            "Минский завод в Бресте",
            "Минский завод в Минске",
            "A Minsk plant in the city"
        ),
        None
    );
    // Part of a longer name.
    assert_eq!(
        english("Республика Чили", "Республика Корея", "South Korea"),
        None
    );
    assert_eq!(
        english("Область Бреста", "Область Минска", "The Minsk Region"),
        None
    );
    // An article more.
    assert_eq!(
        english(
            "Посол в Нидерландах",
            "Посол в Швеции",
            "The ambassador to Sweden"
        ),
        None
    );
    assert_eq!(
        english(
            "Посол в Швеции",
            "Посол в Нидерландах",
            "The ambassador to the Netherlands"
        ),
        None
    );
    // Its own possessive.
    assert_eq!(
        english("Позиция Кипра", "Позиция Швеции", "Sweden's position"),
        None
    );
    // A word like any other; several spellings; a person; not known.
    assert_eq!(english("Мир важен", "Минск важен", "Minsk matters"), None);
    assert_eq!(
        english(
            "Посол в Турции",
            "Посол в Швеции",
            "The ambassador to Sweden"
        ),
        None
    );
    assert_eq!(
        english("Антон прибыл", "Борис прибыл", "Boris has arrived"),
        None
    );
    assert_eq!(
        english("Орша растёт", "Минск растёт", "Minsk is growing"),
        None
    );
    assert_eq!(
        english("Дырявинск растёт", "Минск растёт", "Minsk is growing"),
        None
    );
    // `A` might become `an`.
    assert_eq!(
        english("Завод в Бресте", "Завод в Минске", "A Minsk plant"),
        None
    );
}

#[test]
fn a_day_of_the_week_goes_over() {
    assert_eq!(
        english(
            "Встреча в пятницу",
            "Встреча во вторник",
            "The meeting is on Tuesday"
        )
        .unwrap(),
        "The meeting is on Friday"
    );
    // «Среда» is the environment too.
    assert_eq!(
        english(
            "Встреча в среду",
            "Встреча в пятницу",
            "The meeting is on Friday"
        ),
        None
    );
    assert_eq!(
        english(
            "Встреча в пятницу",
            "Встреча в среду",
            "The meeting is on Wednesday"
        )
        .unwrap(),
        "The meeting is on Friday"
    );
}

#[test]
fn a_name_with_one_rendering_in_the_memory_goes_over() {
    assert_eq!(
        english(
            "Район Серебрянка ждёт",
            "Район Лошица ждёт",
            "Loshitsa is waiting"
        )
        .unwrap(),
        "Serebryanka is waiting"
    );
    assert_eq!(
        english(
            "Район Уручье ждёт",
            "Район Лошица ждёт",
            "Loshitsa is waiting"
        ),
        None
    );
}

#[test]
fn what_is_set_apart_goes_over_as_it_is() {
    assert_eq!(
        russian(
            "Choose <b>Back</b>.",
            "Choose <b>Home</b>.",
            "Выберите <b>Главная</b>."
        )
        .unwrap(),
        "Выберите <b>Назад</b>."
    );
    assert_eq!(
        russian("The Back page", "The Home page", "Главная страница"),
        None
    );
    assert_eq!(
        english("Кнопка «МИД»", "Кнопка «ГКНТ»", "The button “SCST”").unwrap(),
        "The button “MFA”"
    );
    assert_eq!(
        russian(
            "The press club (Brest)",
            "The press club (Oslo)",
            "Пресс-клуб (Осло)"
        ),
        None
    );
}

#[test]
fn a_name_of_several_words_or_things_is_left() {
    // Both words decline.
    assert_eq!(russian("To New Zealand", "To Germany", "Германии"), None);
    // A state here, a country there.
    assert_eq!(
        russian(
            "In favour of Georgia",
            "In favour of Bolivia",
            "В пользу Боливии"
        ),
        None
    );
    // Part of a longer name in the source.
    assert_eq!(
        russian(
            "The London Post said",
            "The Washington Post said",
            "Газета «Вашингтон» пишет"
        ),
        None
    );
}
