//! Folders of small documents.

use jiff::civil::date;

use super::*;
use crate::model::{Lang, Origin};

fn document(lang: &str, text: &str) -> Document {
    Document {
        text: text.to_owned(),
        lang: Lang::new(lang).unwrap(),
        lang_confidence: 1.0,
        origin: Origin::default(),
        alternates: Vec::new(),
        blocks: Vec::new(),
        warnings: Vec::new(),
    }
}

fn file(lang: &str, name: &str) -> Document {
    let mut document = document(lang, "");
    document.origin.file = Some(name.to_owned());
    document
}

fn members(pairing: &Pairing) -> Vec<Vec<usize>> {
    pairing
        .groups
        .iter()
        .map(|group| group.members.clone())
        .collect()
}

#[test]
fn pairs_by_file_name() {
    let pairing = pair(&[
        file("en", "udhr.en.xml"),
        file("ru", "ru/release_5.html"),
        file("be", "udhr.be.xml"),
        file("en", "en/release_5.html"),
        file("ru", "udhr.ru.xml"),
        file("ru", "letter.txt"),
    ]);
    assert_eq!(members(&pairing), [vec![0, 2, 4], vec![1, 3]]);
    assert_eq!(pairing.alone.len(), 1);
    assert_eq!(pairing.alone[0].cause, Cause::NothingInCommon);
}

#[test]
fn pairs_by_what_pages_say_of_each_other() {
    let page = |lang: &str, address: &str, other: (&str, &str)| {
        let mut document = document(lang, "");
        document.origin.address = Some(address.to_owned());
        document.alternates = vec![(Lang::new(other.0).unwrap(), other.1.to_owned())];
        document
    };
    let pairing = pair(&[
        page(
            "en",
            "https://mfa.example/en/news/alpha",
            ("ru", "http://www.mfa.example/ru/novosti/beta/"),
        ),
        page(
            "ru",
            "https://mfa.example/ru/novosti/gamma",
            ("en", "https://mfa.example/en/x"),
        ),
        page(
            "ru",
            "https://mfa.example/ru/novosti/beta",
            ("be", "https://mfa.example/be/y"),
        ),
    ]);
    assert_eq!(members(&pairing), [[0, 2]]);
    assert_eq!(pairing.groups[0].reasons[0], Reason::Alternate);
}

#[test]
fn pairs_by_date_names_and_numbers_when_files_have_no_names() {
    let dated = |lang: &str, text: &str, day: i8| {
        let mut document = document(lang, text);
        document.origin.date = Some(date(2024, 5, day));
        document
    };
    let pairing = pair(&[
        dated(
            "en",
            "Minister Petrov met Ambassador Schmidt in Geneva on 14 May. Trade reached 3512 tonnes.",
            14,
        ),
        dated(
            "en",
            "Minister Petrov opened the Grodno exhibition with 87 firms and Governor Karanik.",
            14,
        ),
        dated(
            "ru",
            "Министр Петров открыл в Гродно выставку 87 предприятий с губернатором Караником.",
            15,
        ),
        dated(
            "ru",
            "Министр Петров принял в Женеве 14 мая посла Шмидта. Торговля достигла 3512 тонн.",
            15,
        ),
    ]);
    assert_eq!(members(&pairing), [[0, 3], [1, 2]]);
}

#[test]
fn never_pairs_one_language_with_itself_and_names_what_comes_closest() {
    let pairing = pair(&[file("ru", "a.ru.txt"), file("ru", "a.rus.txt")]);
    assert!(pairing.groups.is_empty());
    assert!(
        pairing
            .alone
            .iter()
            .all(|alone| alone.cause == Cause::NoOtherLanguage)
    );

    let mut first = document("en", "Alpha Beta Gamma 2024");
    let mut second = document("ru", "Дельта Эпсилон Каппа 1999");
    first.origin.date = Some(date(2024, 5, 1));
    second.origin.date = first.origin.date;
    let pairing = pair(&[first, second]);
    assert!(pairing.groups.is_empty());
    assert!(matches!(
        pairing.alone[0].cause,
        Cause::TooWeak { candidate: 1, .. }
    ));
}

#[test]
fn a_document_has_one_partner_in_each_language() {
    let pairing = pair(&[
        file("en", "a/x.en.txt"),
        file("ru", "a/x.ru.txt"),
        file("ru", "b/x.ru.txt"),
    ]);
    assert_eq!(members(&pairing), [[0, 1]]);
    assert!(matches!(
        pairing.alone[0].cause,
        Cause::Taken { candidate: 0, .. }
    ));
}

#[test]
fn an_empty_folder_has_no_pairs() {
    assert_eq!(pair(&[]), Pairing::default());
}
