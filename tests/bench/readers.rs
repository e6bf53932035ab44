//! Many who ask while some import: no error, nobody waits, and every answer is true to some committed state.
//!
//!     cargo run --release --example readers -- [READERS] [SECONDS] [WRITERS]
//!
//! The first writer commits batches of ten units, each batch with a word of its own, and takes every seventh back. A reader that looks for a batch must find
//! all ten of its units or none, must find those that were committed before it asked and not taken back, and a suggestion must be of the unit that
//! it says. More writers commit units of their own meanwhile: each waits for its turn, and none may be told that the memory is locked. Each reader has its own connection, as another process would. `cargo test` runs a short form.
#![allow(clippy::print_stdout, reason = "a program that prints its findings")]
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    reason = "the tests use it as a module"
)]

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use diglot::matching::{ConcordanceQuery, Kind, Matcher, Query, search};
use diglot::memory::{Access, Change, Memory};
use diglot::model::{Lang, TranslationUnit, Variant};

/// Units of a batch.
const BATCH: usize = 10;
/// Of so many batches the last is taken back.
const TAKEN_BACK: u64 = 7;

/// What happened.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Batches committed.
    pub batches: u64,
    /// Batches that the other writers committed.
    pub others: u64,
    /// Questions answered.
    pub answers: u64,
    /// The longest that one answer took.
    pub longest: Duration,
    /// What was wrong.
    pub faults: Vec<String>,
}

#[allow(dead_code, reason = "the test has its own beginning")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let readers = arguments.next().map_or(Ok(64), |readers| readers.parse())?;
    let seconds = arguments.next().map_or(Ok(60), |seconds| seconds.parse())?;
    let writers = arguments.next().map_or(Ok(1), |writers| writers.parse())?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("memory.diglot");
    let outcome = run(&path, writers, readers, Duration::from_secs(seconds));
    println!(
        "{readers} readers and {writers} writers for {seconds} s: {} and {} batches of {BATCH} units committed, {} answers, the longest {:.1} ms, {} faults",
        outcome.batches,
        outcome.others,
        outcome.answers,
        outcome.longest.as_secs_f64() * 1e3,
        outcome.faults.len()
    );
    for fault in outcome.faults.iter().take(20) {
        println!("  {fault}");
    }
    let mut memory = Memory::open(&path, Access::Write)?;
    println!(
        "findings of `check` afterwards: {}",
        memory.check(&mut |_| true)?.len()
    );
    memory.reindex(&mut |_| true)?;
    std::process::exit(i32::from(!outcome.faults.is_empty()));
}

/// Runs readers beside writers on the memory at `path`, which it makes.
pub fn run(path: &Path, writers: usize, readers: usize, time: Duration) -> Outcome {
    drop(Memory::open(path, Access::Create).unwrap());
    let (committed, is_done) = (AtomicU64::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let asking: Vec<_> = (0..readers as u64)
            .map(|number| {
                let (committed, is_done) = (&committed, &is_done);
                scope.spawn(move || {
                    let mut outcome = Outcome::default();
                    if let Err(error) = ask(path, number, committed, is_done, &mut outcome) {
                        outcome.faults.push(error.to_string());
                    }
                    outcome
                })
            })
            .collect();
        let writing: Vec<_> = (1..writers)
            .map(|number| scope.spawn(move || write_beside(path, number, time)))
            .collect();
        let mut all = Outcome::default();
        if let Err(error) = write(path, time, &committed) {
            all.faults.push(format!(
                "writer: {error}: {:?}",
                std::error::Error::source(&error)
            ));
        }
        for writer in writing {
            match writer.join().unwrap() {
                Ok(batches) => all.others += batches,
                Err(error) => all.faults.push(format!(
                    "other writer: {error}: {:?}",
                    std::error::Error::source(&error)
                )),
            }
        }
        is_done.store(true, Ordering::SeqCst);
        all.batches = committed.load(Ordering::SeqCst);
        for outcome in asking {
            let outcome = outcome.join().unwrap();
            all.answers += outcome.answers;
            all.longest = all.longest.max(outcome.longest);
            all.faults.extend(outcome.faults);
        }
        all
    })
}

fn source(batch: u64, unit: usize) -> String {
    format!("Комиссия batch{batch} обсудила пункт {unit} повестки дня заседания.")
}

fn target(batch: u64, unit: usize) -> String {
    format!("The batch{batch} commission discussed item {unit} of the agenda.")
}

fn write(path: &Path, time: Duration, committed: &AtomicU64) -> diglot::Result<()> {
    let mut memory = Memory::open(path, Access::Write)?;
    let start = Instant::now();
    let mut batch = 0;
    while start.elapsed() < time {
        let mut writer = memory.begin(Change {
            command: "import".to_owned(),
            detail: format!("batch {batch}"),
            at: jiff::Timestamp::UNIX_EPOCH,
        })?;
        for unit in 0..BATCH {
            writer.add_unit(&TranslationUnit {
                variants: vec![
                    Variant::new(Lang::new("ru")?, source(batch, unit))?,
                    Variant::new(Lang::new("en")?, target(batch, unit))?,
                ],
                ..TranslationUnit::default()
            })?;
        }
        let change = writer.commit()?.change;
        if batch % TAKEN_BACK == TAKEN_BACK - 1 {
            memory.undo(change, jiff::Timestamp::UNIX_EPOCH)?;
        }
        batch += 1;
        committed.store(batch, Ordering::SeqCst);
    }
    Ok(())
}

/// Commits batches that no reader looks for, and returns how many.
fn write_beside(path: &Path, number: usize, time: Duration) -> diglot::Result<u64> {
    let mut memory = Memory::open(path, Access::Write)?;
    let start = Instant::now();
    let mut batch = 0;
    while start.elapsed() < time {
        let mut writer = memory.begin(Change {
            command: "import".to_owned(),
            detail: format!("batch {batch} of writer {number}"),
            at: jiff::Timestamp::UNIX_EPOCH,
        })?;
        for unit in 0..BATCH {
            let text = format!("Кабинет {number} принял решение {batch}/{unit}.");
            writer.add_unit(&TranslationUnit {
                variants: vec![
                    Variant::new(Lang::new("ru")?, text)?,
                    Variant::new(
                        Lang::new("en")?,
                        format!("Decision {batch}/{unit} of cabinet {number}."),
                    )?,
                ],
                ..TranslationUnit::default()
            })?;
        }
        writer.commit()?;
        batch += 1;
    }
    Ok(batch)
}

fn ask(
    path: &Path,
    number: u64,
    committed: &AtomicU64,
    is_done: &AtomicBool,
    outcome: &mut Outcome,
) -> diglot::Result<()> {
    let memory = Memory::open(path, Access::Read)?;
    let matcher = Matcher::new(memory.lookup());
    let mut round = number;
    while !is_done.load(Ordering::SeqCst) {
        round = round
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let known = committed.load(Ordering::SeqCst);
        // Now and then a batch that is just being written.
        let batch = (round >> 33) % (known + 1);
        let unit = (round >> 20) as usize % BATCH;
        let must = batch < known && batch % TAKEN_BACK != TAKEN_BACK - 1;
        let may = batch >= known || must;
        let start = Instant::now();
        let text = source(batch, unit);
        let mut query = Query::new(&text, Lang::new("en")?);
        query.from = Some(Lang::new("ru")?);
        let found = matcher.suggest(&query)?;
        let exact = found.iter().find(|found| found.kind == Kind::Exact);
        match exact {
            Some(found) if found.target != target(batch, unit) || found.source != text => {
                outcome
                    .faults
                    .push(format!("`{text}` got `{}`", found.target));
            }
            Some(_) if !may => outcome
                .faults
                .push(format!("batch {batch} was taken back and is found")),
            None if must => outcome
                .faults
                .push(format!("batch {batch} was committed and is not found")),
            _ => {}
        }
        let word = format!("batch{batch}");
        let hits = search(
            memory.lookup(),
            &ConcordanceQuery {
                text: &word,
                lang: Some(Lang::new("ru")?),
                ..ConcordanceQuery::default()
            },
        )?;
        if !(hits.len() == BATCH && may || hits.is_empty() && !must) {
            outcome
                .faults
                .push(format!("batch {batch} has {} units", hits.len()));
        }
        outcome.longest = outcome.longest.max(start.elapsed());
        outcome.answers += 2;
    }
    Ok(())
}
