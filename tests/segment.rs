//! The shipped samples, cut by hand (`tests/gold/samples/`), against what the program makes of the texts and of the pages around them.

use std::fs;

use diglot::reading::{self, Request};
use diglot::segment;

use crate::support::root;

fn segments(path: &str) -> Vec<String> {
    let bytes = fs::read(root().join(path)).unwrap();
    let document = reading::read(
        &bytes,
        &Request {
            name: path,
            ..Request::default()
        },
    )
    .unwrap();
    // A page's markup may break lines where its text does not.
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    segment::segment(&document)
        .iter()
        .map(|segment| one_line(segment.of(&document.text)))
        .collect()
}

#[test]
fn the_samples_are_cut_as_by_hand_with_and_without_a_page_around_them() {
    let mut seen = 0;
    for entry in fs::read_dir(root().join("tests/gold/samples")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let (release, lang) = name
            .strip_suffix(".segments")
            .unwrap()
            .rsplit_once('.')
            .unwrap();
        let gold = fs::read_to_string(root().join("tests/gold/samples").join(&name)).unwrap();
        let gold: Vec<&str> = gold.lines().collect();
        assert_eq!(
            segments(&format!("memories/samples/{release}.{lang}.txt")),
            gold,
            "{name}"
        );
        assert_eq!(
            segments(&format!("memories/samples/html/{release}.{lang}.html")),
            gold,
            "{name}, the page"
        );
        seen += 1;
    }
    assert_eq!(seen, 12);
}
