//! The cases of `tests/cases/segment` and what holds for every text.

use proptest::prelude::*;

use super::*;
use crate::model::{Block, Lang, Origin};

/// Rows of language, text with `|` before each further sentence, and what the row shows.
const CASES: [(&str, &str); 2] = [
    (
        "releases.tsv",
        include_str!("../../tests/cases/segment/releases.tsv"),
    ),
    (
        "hard_cases.tsv",
        include_str!("../../tests/cases/segment/hard_cases.tsv"),
    ),
];

#[test]
fn every_case_is_cut_where_it_says() {
    let mut wrong = Vec::new();
    for (file, rows) in CASES {
        for row in rows
            .lines()
            .filter(|row| !row.starts_with('#') && !row.is_empty())
        {
            let mut fields = row.split('\t');
            let (Some(lang), Some(marked)) = (fields.next(), fields.next()) else {
                panic!("{file}: {row}");
            };
            let text = marked.replace('|', "");
            let found: Vec<&str> = sentences(&text, &Lang::new(lang).unwrap())
                .into_iter()
                .map(|span| &text[span])
                .collect();
            let expected: Vec<&str> = marked.split('|').map(str::trim).collect();
            if found != expected {
                wrong.push(format!(
                    "{file}: {lang}\t{marked}\n  found {}",
                    found.join(" | ")
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn document(blocks: &[(BlockKind, &str)]) -> Document {
    let mut text = String::new();
    let mut spans = Vec::new();
    for (kind, block) in blocks {
        let start = text.len();
        text.push_str(block);
        spans.push(Block {
            kind: *kind,
            span: start..text.len(),
            speaker: None,
            turn: 0,
            paragraph: spans.len() as u32,
        });
        text.push_str("\n\n");
    }
    Document {
        text,
        lang: Lang::new("en").unwrap(),
        lang_confidence: 1.0,
        origin: Origin::default(),
        alternates: Vec::new(),
        blocks: spans,
        warnings: Vec::new(),
    }
}

#[test]
fn a_headline_stays_whole_and_a_remark_stands_alone() {
    let document = document(&[
        (BlockKind::Headline, "Treaty signed. Parties content"),
        (BlockKind::Paragraph, "We shall win. (Applause.) Thank you."),
    ]);
    let found: Vec<(BlockKind, &str)> = segment(&document)
        .iter()
        .map(|segment| (segment.kind, segment.of(&document.text)))
        .collect();
    assert_eq!(
        found,
        [
            (BlockKind::Headline, "Treaty signed. Parties content"),
            (BlockKind::Paragraph, "We shall win."),
            (BlockKind::Note, "(Applause.)"),
            (BlockKind::Paragraph, "Thank you."),
        ]
    );
}

#[test]
fn a_line_end_always_ends_a_sentence() {
    let text = "one\ntwo\r\n\r\nthree (and\nfour). five";
    let found: Vec<&str> = sentences(text, &Lang::new("en").unwrap())
        .into_iter()
        .map(|span| &text[span])
        .collect();
    assert_eq!(found, ["one", "two", "three (and", "four). five"]);
}

#[test]
fn long_unbroken_runs_take_no_longer_than_their_length() {
    let lang = Lang::new("ru").unwrap();
    for piece in [
        ".", ". ", "( ", "a. ", "А. ", "г. ", "(А. ", "»", "5. ", "... ",
    ] {
        let text = piece.repeat(100_000);
        let start = std::time::Instant::now();
        sentences(&text, &lang);
        assert!(start.elapsed().as_secs() < 5, "{piece:?}");
    }
}

proptest! {
    #[test]
    fn segments_and_white_space_give_the_text_back(
        text in "([a-zA-Zа-яА-Яўі0-9]{0,4}[.!?…)\\]\"»«( \n—-]{0,3}|\\PC{0,4}|г\\. |U\\.S\\. |т\\. д\\. ){0,40}",
        lang in prop::sample::select(vec!["en", "ru", "be", "de", "zh"]),
    ) {
        let mut end = 0;
        for span in sentences(&text, &Lang::new(lang).unwrap()) {
            prop_assert!(end <= span.start && span.start < span.end);
            prop_assert!(text[end..span.start].trim().is_empty());
            prop_assert_eq!(text[span.clone()].trim(), &text[span.clone()]);
            end = span.end;
        }
        prop_assert!(text[end..].trim().is_empty());
    }
}
