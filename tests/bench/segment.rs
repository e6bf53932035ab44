//! How well and how fast are texts cut into sentences?
//!
//! `cargo run --release --example segment -- SHARED` prints F1 on `SHARED/segment/hard_cases.tsv` (or another file of such rows given second),
//! the share of line ends found again in the joined lines of `SHARED/align/ntrex/*/lines`, and megabytes per second of one thread.

#![allow(clippy::print_stdout, missing_docs)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Instant;

use diglot::model::Lang;
use diglot::segment::sentences;

/// Text for the measurement of speed, in bytes.
const SPEED_BYTES: usize = 64 << 20;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let shared = PathBuf::from(
        arguments
            .next()
            .ok_or("usage: segment SHARED [CASES.tsv]")?,
    );
    let cases = arguments
        .next()
        .map_or_else(|| shared.join("segment/hard_cases.tsv"), PathBuf::from);
    hard_cases(&cases)?;
    line_ends(&shared.join("align/ntrex"))
}

/// Counts boundaries inside the rows: right, found, expected.
fn hard_cases(path: &Path) -> Result<(), Failure> {
    let mut counts: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    for row in std::fs::read_to_string(path)?.lines() {
        let mut fields = row.split('\t');
        let (Some(tag), Some(marked)) = (fields.next(), fields.next()) else {
            continue;
        };
        if tag.starts_with('#') {
            continue;
        }
        let text = marked.replace('|', "");
        let mut expected = BTreeSet::new();
        let mut at = 0;
        for piece in marked.split('|') {
            at += piece.len();
            expected.insert(at);
        }
        expected.remove(&text.len());
        let found: BTreeSet<usize> = sentences(&text, &Lang::new(tag)?)
            .iter()
            .skip(1)
            .map(|span| span.start)
            .collect();
        let right = found.intersection(&expected).count();
        if found != expected {
            let cut: Vec<&str> = sentences(&text, &Lang::new(tag)?)
                .into_iter()
                .map(|span| &text[span])
                .collect();
            println!("wrong: {tag}\t{marked}\n  found {}", cut.join(" | "));
        }
        for key in [tag, "all"] {
            let count = counts.entry(key.to_owned()).or_default();
            count[0] += right;
            count[1] += found.len();
            count[2] += expected.len();
        }
    }
    for (tag, [right, found, expected]) in counts {
        let f1 = 200.0 * right as f64 / (found + expected) as f64;
        println!("F1 {tag}: {f1:.1} % ({right} right, {found} found, {expected} expected)");
    }
    Ok(())
}

/// Joins the lines of each document with a space and counts the line ends, after a mark that ends sentences, that are found.
fn line_ends(folder: &Path) -> Result<(), Failure> {
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for pair in ["en-ru", "en-be"] {
        for entry in std::fs::read_dir(folder.join(pair).join("lines"))? {
            let path = entry?.path();
            let tag = path.extension().and_then(|tag| tag.to_str()).unwrap_or("");
            if ["en", "ru", "be"].contains(&tag) {
                texts
                    .entry(tag.to_owned())
                    .or_default()
                    .push(std::fs::read_to_string(&path)?);
            }
        }
    }
    for (tag, mut documents) in texts {
        let lang = Lang::new(&tag)?;
        documents.sort();
        documents.dedup();
        let (mut found, mut expected, mut cuts) = (0, 0, 0);
        for document in &documents {
            let joined = document
                .lines()
                .map(str::trim)
                .collect::<Vec<_>>()
                .join(" ");
            let starts: BTreeSet<usize> = sentences(&joined, &lang)
                .iter()
                .map(|span| span.start)
                .collect();
            cuts += starts.len();
            let mut at = 0;
            for line in document.lines().map(str::trim) {
                at += line.len() + 1;
                let bare = line.trim_end_matches(['"', '\'', '»', '”', '’', ')', ']', '“']);
                if at < joined.len() && bare.ends_with(['.', '!', '?', '…']) {
                    expected += 1;
                    if starts.contains(&at) {
                        found += 1;
                    } else {
                        println!("missed: …{}", around(&joined, at));
                    }
                }
            }
        }
        let share = 100.0 * f64::from(found) / f64::from(expected);
        println!("line ends {tag}: {share:.2} % ({found} of {expected}; {cuts} segments)");

        let once = documents.join("\n");
        let text = once.repeat(SPEED_BYTES / once.len() + 1);
        let start = Instant::now();
        let count = sentences(&text, &lang).len();
        let seconds = start.elapsed().as_secs_f64();
        let rate = text.len() as f64 / 1e6 / seconds;
        println!("speed {tag}: {rate:.0} MB/s ({count} segments)");
    }
    Ok(())
}

/// Returns the text around a place, for a look at what was missed.
fn around(text: &str, at: usize) -> String {
    let before: String = text[..at].chars().rev().take(50).collect();
    let after: String = text[at..].chars().take(30).collect();
    format!("{}|{after}…", before.chars().rev().collect::<String>())
}
