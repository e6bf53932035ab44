//! What of real releases is read? `cargo run --release --example reading -- ../shared`
//!
//! Takes the folder of evaluation sets and prints: the interview's turns whose speaker is right; the Debian releases whose two sides have the same
//! sequence of kinds of blocks, and the share of their words kept; the Kremlin pages with date, title and the address of their Russian
//! version, and lines of their menu that came along; the kinds of blocks of the Declaration of Human Rights.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measuring program"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use diglot::language::Detector;
use diglot::model::{BlockKind, Document};
use diglot::reading::{Request, read_with};

/// Words of menus, share buttons and footers of the Kremlin pages.
const MENU: [&str; 7] = [
    "Portal Menu",
    "Direct link",
    "Send by email",
    "Publication status",
    "All content on this site",
    "Geography",
    "Share",
];

fn document(path: &Path, detector: &Detector) -> Document {
    let name = path.display().to_string();
    let request = Request {
        name: &name,
        ..Request::default()
    };
    read_with(&std::fs::read(path).unwrap(), &request, detector).unwrap()
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect();
    paths.sort();
    paths
}

fn kinds(document: &Document) -> Vec<BlockKind> {
    document.blocks.iter().map(|block| block.kind).collect()
}

/// The words between the tags of a simple page's body; letters written as entities are not decoded.
fn page_words(path: &Path) -> Vec<String> {
    let page = std::fs::read_to_string(path).unwrap();
    let body = page.split_once("<body>").unwrap().1;
    let mut text = String::new();
    for piece in body.split('<') {
        text.push_str(piece.split_once('>').map_or(piece, |(_, after)| after));
    }
    // Entities stand for marks; `&amp;mdash;` is not a word of the page.
    let marks: String = text
        .split('&')
        .enumerate()
        .map(|(index, piece)| match piece.split_once(';') {
            Some((name, after))
                if index > 0 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#') =>
            {
                format!(" {after}")
            }
            _ => piece.to_owned(),
        })
        .collect();
    words(&marks)
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// How many words two lists share, in whatever order.
fn common(expected: Vec<String>, found: Vec<String>) -> usize {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for word in found {
        *counts.entry(word).or_default() += 1;
    }
    expected
        .iter()
        .filter(|word| match counts.get_mut(*word) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        })
        .count()
}

fn main() {
    let shared = std::env::args()
        .nth(1)
        .expect("the folder of evaluation sets");
    let releases = Path::new(&shared).join("releases");
    let detector = Detector::new();
    let started = Instant::now();

    let gold_path = files(&releases.join("kremlin"), ".turns.tsv").remove(0);
    let gold = std::fs::read_to_string(gold_path).unwrap();
    for (column, lang) in [(1, "en"), (2, "ru")] {
        let path = files(&releases.join("kremlin"), &format!(".{lang}.txt")).remove(0);
        let document = document(&path, &detector);
        let found: Vec<&str> = document
            .blocks
            .iter()
            .filter(|block| block.kind == BlockKind::Speaker)
            .filter_map(|block| block.speaker.as_deref())
            .collect();
        let expected: Vec<&str> = gold
            .lines()
            .skip(1)
            .filter_map(|line| line.split('\t').nth(column))
            .collect();
        let right = expected.iter().zip(&found).filter(|(a, b)| a == b).count();
        println!(
            "interview {lang}: {} turns, {right} of {} speakers right",
            found.len(),
            expected.len()
        );
    }

    let (mut pairs, mut same, mut kept, mut all) = (0, 0, 0, 0);
    for path in files(&releases.join("debian"), ".en.html") {
        let other = PathBuf::from(path.to_string_lossy().replace(".en.", ".ru."));
        let sides = [&path, &other].map(|path| {
            let document = document(path, &detector);
            let (expected, found) = (page_words(path), words(&document.text));
            all += expected.len();
            kept += common(expected, found);
            kinds(&document)
        });
        pairs += 1;
        same += usize::from(sides[0] == sides[1]);
    }
    println!(
        "debian: {same} of {pairs} pairs with the same kinds of blocks; {kept} of {all} words kept"
    );

    let pages = files(&releases.join("kremlin/html"), ".html");
    let documents: Vec<Document> = pages.iter().map(|path| document(path, &detector)).collect();
    let count = |has: &dyn Fn(&Document) -> bool| documents.iter().filter(|d| has(d)).count();
    println!(
        "kremlin pages: {}; with date {}, title {}, Russian version {}, free of menu lines {}",
        documents.len(),
        count(&|d| d.origin.date.is_some()),
        count(&|d| d.origin.title.is_some()),
        count(&|d| d.alternates.iter().any(|(lang, _)| lang.as_str() == "ru")),
        count(&|d| d
            .text
            .lines()
            .all(|line| MENU.iter().all(|menu| !line.starts_with(menu)))),
    );

    for path in files(&releases.join("udhr"), ".xml") {
        let document = document(&path, &detector);
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for block in &document.blocks {
            *counts.entry(block.kind.as_str()).or_default() += 1;
        }
        println!("declaration {}: {counts:?}", document.lang);
    }
    println!("{:.2} s in all", started.elapsed().as_secs_f64());
}
