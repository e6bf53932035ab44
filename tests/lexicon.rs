//! The form of the lexicon that ships, `memories/lexicon.tsv`: whoever adds a row finds a slip here, not in a worse alignment.

use std::collections::HashSet;
use std::fs;

use crate::support::root;

/// Distinct English headwords, upper and lower case alike.
const LEAST_HEADWORDS: usize = 7_000;

const PARTS_OF_SPEECH: &str =
    "abbr adj adv conj day det form n name num part phrase place prep pron v";

const RUSSIAN: &str = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя";
const BELARUSIAN: &str = "абвгдеёжзійклмнопрстуўфхцчшыьэюя'";

fn rows() -> Vec<[String; 4]> {
    let text = fs::read_to_string(root().join("memories/lexicon.tsv")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let fields: Vec<String> = line.split('\t').map(str::to_owned).collect();
            fields
                .try_into()
                .unwrap_or_else(|_| panic!("four columns: {line}"))
        })
        .collect()
}

/// Words of a cell; a hyphen, too, divides them, since `COVID-19` and a Cyrillic ending may be joined by one.
fn words(cell: &str) -> impl Iterator<Item = &str> {
    cell.split([' ', '-', ';', ','])
        .filter(|word| !word.is_empty())
}

#[test]
fn begins_with_its_columns_and_its_licence() {
    let text = fs::read_to_string(root().join("memories/lexicon.tsv")).unwrap();
    assert!(text.starts_with("# English\tpart of speech\tRussian\tBelarusian\n"));
    assert!(text.contains("MIT OR Apache-2.0"));
}

#[test]
fn every_column_has_the_letters_of_its_language() {
    let alphabets = [(2, RUSSIAN), (3, BELARUSIAN)];
    for row in rows() {
        let english = |c: char| c.is_ascii_alphanumeric() || " '-.éü".contains(c);
        assert!(row[0].chars().all(english), "{row:?}");
        assert!(
            PARTS_OF_SPEECH.split(' ').any(|part| part == row[1]),
            "{row:?}"
        );
        for (column, alphabet) in alphabets {
            for word in words(&row[column]) {
                // What is kept in Latin letters, such as a firm's name, is Latin throughout.
                let latin = word.chars().all(|c| c.is_ascii_alphanumeric());
                let of_language = word
                    .chars()
                    .flat_map(char::to_lowercase)
                    .all(|c| alphabet.contains(c));
                assert!(latin || of_language, "{word}: {row:?}");
            }
        }
    }
}

#[test]
fn no_cell_is_empty_and_none_says_a_thing_twice() {
    for row in rows() {
        for cell in &row {
            let renderings: Vec<&str> = cell.split("; ").collect();
            let tidy = |text: &&str| {
                !text.is_empty() && text.trim() == *text && !text.contains([';', '\u{a0}'])
            };
            assert!(renderings.iter().all(tidy), "{row:?}");
            let distinct: HashSet<_> = renderings.iter().collect();
            assert_eq!(distinct.len(), renderings.len(), "{row:?}");
        }
    }
}

#[test]
fn rows_are_sorted_and_each_is_there_once() {
    let rows = rows();
    let key = |row: &[String; 4]| (row[0].to_lowercase(), row[0].clone(), row[1].clone());
    for pair in rows.windows(2) {
        assert!(
            key(&pair[0]) < key(&pair[1]),
            "{:?} before {:?}",
            pair[0],
            pair[1]
        );
    }
}

#[test]
fn has_the_words_of_news_and_speeches() {
    let headwords: HashSet<String> = rows().iter().map(|row| row[0].to_lowercase()).collect();
    assert!(headwords.len() >= LEAST_HEADWORDS, "{}", headwords.len());
}
