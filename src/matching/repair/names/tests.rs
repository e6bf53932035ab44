//! Names that go over, and those that must not.

use super::super::repair;
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
    let sentences = Sentences {
        query,
        source,
        target,
        from: language(langs.0),
        to: language(langs.1),
    };
    let found = repair(&sentences, known)?;
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
fn an_acronym_of_the_lexicon_goes_over() {
    let found = asked(
        &Few,
        ("ru", "en"),
        [
            "Делегация СНГ прибыла на форум.",
            "Делегация ООН прибыла на форум.",
            "A delegation of the UN has arrived at the forum.",
        ],
    );
    let (target, causes) = found.unwrap();
    assert_eq!(target, "A delegation of the CIS has arrived at the forum.");
    assert_eq!(causes, ["acronym ООН → СНГ (lexicon)"]);
    assert_eq!(
        english(
            "Пасяджэнне АДКБ пройдзе ў Мінску",
            "Пасяджэнне СНД пройдзе ў Мінску",
            "The CIS will meet in Minsk"
        )
        .unwrap(),
        "The CSTO will meet in Minsk"
    );
    // Two that take no article.
    assert_eq!(
        english(
            "Форум АСЕАН завершён",
            "Форум БРИКС завершён",
            "The BRICS forum is over"
        )
        .unwrap(),
        "The ASEAN forum is over"
    );
}

#[test]
fn of_several_renderings_the_one_in_use_goes_over() {
    let query = [
        "Встреча ЕАЭС завершена",
        "Встреча ООН завершена",
        "The UN meeting is over",
    ];
    let [to, from, target] = query;
    assert_eq!(
        english(to, from, target).unwrap(),
        "The EAEU meeting is over"
    );
    assert_eq!(asked(&super::Nothing, ("ru", "en"), query), None);
    assert_eq!(
        english("Совет в Киеве", "Совет в Минске", "A council in Minsk").unwrap(),
        "A council in Kyiv"
    );
    assert_eq!(
        english("Совет в Одессе", "Совет в Минске", "A council in Minsk"),
        None
    );
}

#[test]
fn an_acronym_that_texts_explain_goes_over() {
    assert_eq!(
        english(
            "Участвует банк (АБИИ)",
            "Участвует банк (ЕБРР)",
            "A bank (EBRD) takes part"
        )
        .unwrap(),
        "A bank (AIIB) takes part"
    );
    assert_eq!(
        english(
            "Министерство (МИД) сообщает",
            "Комитет (ГКНТ) сообщает",
            "It (SCST) reports"
        ),
        None
    );
    assert_eq!(
        english(
            "Ведомство (МИД) сообщает",
            "Ведомство (ГКНТ) сообщает",
            "The office (SCST) reports"
        )
        .unwrap(),
        "The office (MFA) reports"
    );
}

#[test]
fn an_acronym_is_left_where_the_article_is_in_doubt() {
    // One takes it, the other does not.
    assert_eq!(
        english(
            "Позиция НАТО ясна",
            "Позиция ООН ясна",
            "The position of the UN is clear"
        ),
        None
    );
    assert_eq!(
        english(
            "Позиция ООН ясна",
            "Позиция НАТО ясна",
            "The position of NATO is clear"
        ),
        None
    );
    // Nothing is known of one.
    assert_eq!(
        english(
            "Позиция МИД ясна",
            "Позиция ООН ясна",
            "The position of the UN is clear"
        ),
        None
    );
    assert_eq!(
        english(
            "Позиция АБИИ ясна",
            "Позиция ЕБРР ясна",
            "The position of the EBRD is clear"
        ),
        None
    );
    // `A` would become `an`.
    assert_eq!(
        english(
            "Чиновник МВФ прибыл",
            "Чиновник ООН прибыл",
            "A UN official has arrived"
        ),
        None
    );
}

#[test]
fn an_acronym_is_left_where_its_place_is_in_doubt() {
    let (query, source) = ("Делегация СНГ прибыла", "Делегация ООН прибыла");
    assert_eq!(english(query, source, "The delegation has arrived"), None);
    assert_eq!(
        english(query, source, "The United Nations delegation has arrived"),
        None
    );
    assert_eq!(
        english(query, source, "The UN delegation is at the UN"),
        None
    );
    assert_eq!(
        english(query, source, "The UNDP delegation has arrived"),
        None
    );
    assert_eq!(english("ООН и СНГ", "ООН и ООН", "The UN and the UN"), None);
    // In capitals anything looks like an acronym.
    assert_eq!(
        english("ВСТРЕЧА СНГ", "ВСТРЕЧА ООН", "THE UN MEETING"),
        None
    );
    // Another kind of name.
    assert_eq!(
        english(
            "Делегация Минска прибыла",
            source,
            "The UN delegation has arrived"
        ),
        None
    );
    assert_eq!(
        english(
            "Делегация АБВГД прибыла",
            source,
            "The UN delegation has arrived"
        ),
        None
    );
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
fn where_names_decline_the_new_one_takes_the_ending_that_stands_there() {
    assert_eq!(
        russian(
            "The talks in Brest",
            "The talks in Minsk",
            "Переговоры в Минске"
        )
        .unwrap(),
        "Переговоры в Бресте"
    );
    assert_eq!(
        russian("From Serbia", "From Austria", "Из Австрии").unwrap(),
        "Из Сербии"
    );
    assert_eq!(
        russian("A visit to Cyprus", "A visit to Cuba", "Визит на Кубу"),
        None
    );
    assert_eq!(russian("On Friday", "On Saturday", "В субботу"), None);
    assert_eq!(
        russian("On Thursday", "On Monday", "В понедельник").unwrap(),
        "В четверг"
    );
    assert_eq!(
        russian("The CSTO decided", "The UN decided", "ООН решила").unwrap(),
        "ОДКБ решила"
    );
}

#[test]
fn where_names_decline_they_are_left_if_anything_would_change() {
    // Another gender, another declension.
    assert_eq!(
        russian("Moscow agreed", "Minsk agreed", "Минск согласился"),
        None
    );
    assert_eq!(
        russian("Kazan agreed", "Gomel agreed", "Гомель согласился"),
        None
    );
    assert_eq!(
        russian("Oslo agreed", "Minsk agreed", "Минск согласился"),
        None
    );
    assert_eq!(
        russian("The CIS decided", "The UN decided", "ООН решила"),
        None
    );
    assert_eq!(
        russian("NATO decided", "The UN decided", "ООН решила"),
        None
    );
    // Another preposition, or another form of it.
    assert_eq!(
        russian(
            "A plant in Jamaica",
            "A plant in America",
            "Завод в Америке"
        ),
        None
    );
    assert_eq!(
        russian("A visit to Vietnam", "A visit to Japan", "Визит в Японию"),
        None
    );
    assert_eq!(
        russian(
            "A plant in Vladivostok",
            "A plant in Minsk",
            "Завод в Минске"
        ),
        None
    );
    assert_eq!(russian("About Iran", "About Kuwait", "О Кувейте"), None);
    // A name that the memory alone knows.
    struct Own;
    impl Names for Own {
        fn alone(&self, text: &str) -> Alone {
            Alone::Always(match text {
                "Ivanov" => "Иванов".to_owned(),
                _ => "Петрова".to_owned(),
            })
        }
        fn glossed(&self, _: &str) -> Option<String> {
            None
        }
        fn is_used(&self, _: &str) -> bool {
            true
        }
    }
    assert_eq!(
        asked(
            &Own,
            ("en", "ru"),
            ["Petrova spoke", "Ivanov spoke", "Иванов говорил"]
        ),
        None
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

#[test]
fn the_ending_is_one_of_the_new_name_too() {
    let belarusian = |query: &str| {
        let texts = [query, "A plant in Iraq", "Завод у Іраку"];
        asked(&Few, ("en", "be"), texts).map(|it| it.0)
    };
    assert_eq!(belarusian("A plant in Minsk").unwrap(), "Завод у Мінску");
    // «У Дубліне», «у Бейруце».
    assert_eq!(belarusian("A plant in Dublin"), None);
    assert_eq!(belarusian("A plant in Beirut"), None);
    assert_eq!(belarusian("A plant in Uganda"), None);
}
