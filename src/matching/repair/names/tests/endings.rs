//! Names in renderings where they decline.

use super::*;

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
