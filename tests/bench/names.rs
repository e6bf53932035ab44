//! How often does a name or an acronym go over from the query into what is proposed, and is the proposal the better for it?
//!
//!     cargo run --release --example names -- DATA [FOLDER...] [--show]
//!
//! DATA holds folders as `suggest.rs` reads them. Leave one out: every unit's source is a query of the others, by the program's own score at 70, five
//! answers. Of each answer in which a name or an acronym was repaired the words are compared with the query's own rendering, before the repair and
//! after it; where a number was repaired too, that is part of the difference. `--show` prints each.
#![allow(clippy::print_stdout, reason = "a program that prints its findings")]

use std::error::Error;
use std::path::{Path, PathBuf};

use diglot::matching::{Cause, Match, Matcher, Query, score};
use diglot::model::Score;

mod sample;

use sample::Sample;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// How many answers are looked at.
const LIMIT: usize = 5;

fn main() -> Outcome<()> {
    let (options, named): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|it| it == "--show");
    let mut named = named.into_iter();
    let data = PathBuf::from(
        named
            .next()
            .ok_or("usage: names DATA [FOLDER...] [--show]")?,
    );
    let mut folders: Vec<String> = named.collect();
    if folders.is_empty() {
        folders = ["ru-en", "be-en", "en-ru", "en-be"]
            .map(str::to_owned)
            .to_vec();
    }
    for name in folders {
        measure(&data, &name, !options.is_empty())?;
    }
    Ok(())
}

/// What became of proposals by a repair.
#[derive(Default)]
struct Tally {
    queries: usize,
    repairs: usize,
    better: usize,
    same: usize,
    worse: usize,
}

impl Tally {
    fn text(&self) -> String {
        format!(
            "{} repairs in answers to {} queries: {} nearer to the rendering, {} as near, {} less near",
            self.repairs, self.queries, self.better, self.same, self.worse
        )
    }
}

fn measure(data: &Path, name: &str, shows: bool) -> Outcome<()> {
    let Sample {
        from,
        to,
        memory,
        units,
        ids,
    } = Sample::read(data, name)?;
    let matcher = Matcher::new(memory.lookup());
    let (mut answered, mut names, mut acronyms) = (0, Tally::default(), Tally::default());
    for ((source, target), own) in units.iter().zip(&ids) {
        let mut query = Query::new(source, to.clone());
        query.from = Some(from.clone());
        (query.min, query.limit) = (Score::from_percent(70), LIMIT + 1);
        let found = matcher.suggest(&query)?;
        let mut others = found
            .iter()
            .filter(|found| found.unit != *own)
            .take(LIMIT)
            .peekable();
        answered += usize::from(others.peek().is_some());
        let (mut has_name, mut has_acronym) = (false, false);
        for found in others {
            let (tally, has) = match kind(found) {
                Some(Kind::Name) => (&mut names, &mut has_name),
                Some(Kind::Acronym) => (&mut acronyms, &mut has_acronym),
                None => continue,
            };
            tally.queries += usize::from(!std::mem::replace(has, true));
            tally.repairs += 1;
            let near = |text: &str| score::words_similarity(target, text).fraction();
            let (before, after) = (near(&found.original), near(&found.target));
            if after > before {
                tally.better += 1;
            } else if after == before {
                tally.same += 1;
            } else {
                tally.worse += 1;
            }
            if shows {
                let reasons: Vec<String> = found.reasons.iter().map(ToString::to_string).collect();
                println!(
                    "{:.2} -> {:.2}  {}\n    {source}\n    {}\n    {}\n    {target}",
                    before,
                    after,
                    reasons.join(", "),
                    found.source,
                    found.target
                );
            }
        }
    }
    println!("{name}: {} queries, {answered} answered", units.len());
    println!("    names: {}", names.text());
    println!("    acronyms: {}", acronyms.text());
    Ok(())
}

enum Kind {
    Name,
    Acronym,
}

fn kind(found: &Match) -> Option<Kind> {
    let mut causes = found.reasons.iter().map(|reason| &reason.cause);
    causes.find_map(|cause| match cause {
        Cause::Name { .. } => Some(Kind::Name),
        Cause::Acronym { .. } => Some(Kind::Acronym),
        _ => None,
    })
}
