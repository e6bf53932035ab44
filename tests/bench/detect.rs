//! How often is a language right? `cargo run --release --example detect -- ../shared`
//!
//! Takes the folder of evaluation sets and prints, for each language and length, the share of texts whose language is recognised: alone, and with
//! the document as a prior. Pieces and words are drawn by a generator of fixed seed. "Unambiguous" leaves out words that occur in the other
//! Cyrillic language too and pieces in another script than the document's.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measuring program"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Instant;

use diglot::language::Detector;

/// Numerical Recipes' quick generator: enough for drawing samples.
struct Draw(u32);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as usize % end.max(1)
    }
}

#[derive(Default)]
struct Tally {
    all: usize,
    right: usize,
    right_in_document: usize,
    clear: usize,
    clear_right: usize,
}

fn documents(folder: &Path, extension: &str) -> Vec<Vec<String>> {
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let text = std::fs::read_to_string(path).unwrap();
            text.lines()
                .filter(|line| !line.trim().is_empty())
                .map(str::to_owned)
                .collect()
        })
        .collect()
}

fn words(line: &str) -> Vec<&str> {
    line.split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| word.chars().any(char::is_alphabetic))
        .collect()
}

fn is_cyrillic(text: &str) -> bool {
    text.chars().any(|c| ('\u{400}'..='\u{4ff}').contains(&c))
}

/// One piece of `count` words of each line, or the whole line for 0.
fn pieces(lines: &[String], count: usize, draw: &mut Draw) -> Vec<String> {
    let mut found = Vec::new();
    for line in lines {
        let words = words(line);
        if count == 0 {
            found.push(line.clone());
        } else if words.len() >= count {
            let start = draw.below(words.len() + 1 - count);
            found.push(words[start..start + count].join(" "));
        }
    }
    found
}

fn main() {
    let shared = std::env::args()
        .nth(1)
        .expect("the folder of evaluation sets");
    let ntrex = Path::new(&shared).join("align/ntrex");
    let ukrainian = include_str!("../cases/detect/ukrainian.txt");
    let sets = [
        ("en", documents(&ntrex.join("en-ru/lines"), "en")),
        ("ru", documents(&ntrex.join("en-ru/lines"), "ru")),
        ("be", documents(&ntrex.join("en-be/lines"), "be")),
        ("uk", vec![ukrainian.lines().map(str::to_owned).collect()]),
    ];
    let vocabulary: BTreeMap<&str, BTreeSet<String>> = sets
        .iter()
        .map(|(lang, set)| {
            let words = set.iter().flatten().flat_map(|line| words(line));
            (*lang, words.map(str::to_lowercase).collect())
        })
        .collect();
    let detector = Detector::new();
    let started = Instant::now();
    let mut detected = 0;
    println!("words  lang  texts  alone %  in document %  unambiguous  alone %");
    for count in [0, 5, 2, 1] {
        let mut total = Tally::default();
        for (lang, set) in &sets {
            let mut tally = Tally::default();
            let mut draw = Draw(20_260_101);
            for lines in set {
                let texts = pieces(lines, count, &mut draw);
                let borrowed: Vec<&str> = texts.iter().map(String::as_str).collect();
                let together = detector.detect_all(&borrowed);
                for (text, in_document) in texts.iter().zip(together) {
                    let alone = detector.detect(text);
                    detected += 2;
                    let is = |found: &Option<diglot::language::Detection>| {
                        found
                            .as_ref()
                            .is_some_and(|found| found.lang.as_str() == *lang)
                    };
                    let shared_word = count == 1
                        && vocabulary.iter().any(|(other, known)| {
                            other != lang && known.contains(&text.to_lowercase())
                        });
                    let clear = !shared_word && is_cyrillic(text) == (*lang != "en");
                    tally.all += 1;
                    tally.right += usize::from(is(&alone));
                    tally.right_in_document += usize::from(is(&in_document));
                    tally.clear += usize::from(clear);
                    tally.clear_right += usize::from(clear && is(&alone));
                }
            }
            print(count, lang, &tally);
            if *lang != "uk" {
                total.all += tally.all;
                total.right += tally.right;
                total.right_in_document += tally.right_in_document;
                total.clear += tally.clear;
                total.clear_right += tally.clear_right;
            }
        }
        print(count, "3", &total);
    }
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "{:.0} texts a second, models loaded among them",
        f64::from(detected) / seconds
    );
}

fn print(count: usize, lang: &str, tally: &Tally) {
    let share = |part: usize, all: usize| 100.0 * part as f64 / all.max(1) as f64;
    println!(
        "{:>5}  {lang:>4}  {:>5}  {:>7.2}  {:>13.2}  {:>11}  {:>7.2}",
        if count == 0 {
            "all".to_owned()
        } else {
            count.to_string()
        },
        tally.all,
        share(tally.right, tally.all),
        share(tally.right_in_document, tally.all),
        tally.clear,
        share(tally.clear_right, tally.clear),
    );
}
