//! How fast does `suggest` answer from a large memory, and does it find what an exhaustive search finds?
//!
//!     cargo run --release --example million -- MEMORY QUERIES [--from en] [--to ru] [--min 70] [--limit 5] [--truth 100] [--score words,best] [--slowest 0]
//!
//! QUERIES has lines of class TAB text, as `grow` writes them. Every measure is run twice over all queries; the second run is warm. Times are those
//! that the thread had the processor, so that other work on the machine does not count. `--truth N` compares
//! N queries, spread over the classes, with a search through every text by `rapidfuzz` in this process, whose time is the yardstick. `--slowest N`
//! shows the N warm queries that took longest.
#![allow(clippy::print_stdout, reason = "a program that prints its findings")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use diglot::matching::{Match, Matcher, Measure, Query};
use diglot::memory::{Access, Filter, Memory};
use diglot::model::{Lang, Score};
use diglot::text;
use rapidfuzz::distance::levenshtein::{Args, BatchComparator};

type Outcome<T> = Result<T, Box<dyn Error>>;

struct Options {
    from: Lang,
    to: Lang,
    min: u8,
    limit: usize,
    truth: usize,
    slowest: usize,
    measures: Vec<Measure>,
}

fn main() -> Outcome<()> {
    let mut options = Options {
        from: Lang::new("en")?,
        to: Lang::new("ru")?,
        min: 70,
        limit: 5,
        truth: 100,
        slowest: 0,
        measures: vec![Measure::Words, Measure::Best],
    };
    let mut plain = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or("a value is missing");
        match argument.as_str() {
            "--from" => options.from = Lang::new(&value()?)?,
            "--to" => options.to = Lang::new(&value()?)?,
            "--min" => options.min = value()?.parse()?,
            "--limit" => options.limit = value()?.parse()?,
            "--truth" => options.truth = value()?.parse()?,
            "--slowest" => options.slowest = value()?.parse()?,
            "--score" => {
                options.measures = value()?
                    .split(',')
                    .map(|name| Measure::from_name(name).ok_or("no such measure"))
                    .collect::<Result<_, _>>()?;
            }
            _ => plain.push(argument),
        }
    }
    let [memory, queries] = plain.as_slice() else {
        return Err("usage: million MEMORY QUERIES [--from en] [--to ru] [--min 70] [--limit 5] [--truth 100] [--score words,best] [--slowest 0]".into());
    };
    let queries = fs::read_to_string(queries)?;
    let queries: Vec<(&str, &str)> = queries
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .collect();
    let memory = Memory::open(Path::new(memory), Access::Read)?;
    println!(
        "signature: diglot {}, {} queries, at least {} %, {} matches, one thread",
        env!("CARGO_PKG_VERSION"),
        queries.len(),
        options.min,
        options.limit
    );
    for &measure in &options.measures {
        ask_all(&memory, &queries, measure, &options)?;
    }
    println!("resident memory: {} MB", resident()?);
    if options.truth > 0 {
        compare(&memory, &queries, &options)?;
    }
    Ok(())
}

fn ask(
    matcher: &Matcher<'_>,
    text: &str,
    measure: Measure,
    options: &Options,
) -> Outcome<Vec<Match>> {
    let mut query = Query::new(text, options.to.clone());
    query.from = Some(options.from.clone());
    (query.min, query.limit, query.measure) =
        (Score::from_percent(options.min), options.limit, measure);
    Ok(matcher.suggest(&query)?)
}

fn ask_all(
    memory: &Memory,
    queries: &[(&str, &str)],
    measure: Measure,
    options: &Options,
) -> Outcome<()> {
    let matcher = Matcher::new(memory.lookup());
    for run in ["first run", "warm"] {
        let mut times: Vec<f64> = Vec::new();
        let mut classes: BTreeMap<&str, (usize, usize, f64)> = BTreeMap::new();
        for (class, text) in queries {
            let start = processor_time()?;
            let found = ask(&matcher, text, measure, options)?;
            let time = processor_time()? - start;
            times.push(time);
            let class = classes.entry(class).or_default();
            *class = (
                class.0 + 1,
                class.1 + usize::from(!found.is_empty()),
                class.2 + time,
            );
        }
        let mut slowest: Vec<(f64, &(&str, &str))> = times.iter().copied().zip(queries).collect();
        println!("{} {run}: {}", measure.as_str(), summary(&mut times));
        if run == "warm" {
            for (class, (all, answered, time)) in classes {
                println!(
                    "    {class} ({all}): {answered} answered, mean {:.3} ms",
                    time / all as f64
                );
            }
            slowest.sort_by(|one, other| other.0.total_cmp(&one.0));
            for (time, (class, text)) in slowest.iter().take(options.slowest) {
                println!("    {time:.3} ms, {class}: {text}");
            }
        }
    }
    Ok(())
}

/// Compares the plain measure by words with a search through everything.
fn compare(memory: &Memory, queries: &[(&str, &str)], options: &Options) -> Outcome<()> {
    let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
    let mut sequence = |text: &str| -> Vec<u32> {
        text::tokens(text)
            .map(|token| {
                let next = numbers.len() as u32;
                *numbers.entry(token.of(text).to_lowercase()).or_insert(next)
            })
            .collect()
    };
    let mut texts: Vec<Vec<u32>> = Vec::new();
    memory.units(&Filter::default(), &mut |_, unit| {
        if unit.variant(&options.to).is_some() {
            let sources = unit
                .variants
                .iter()
                .filter(|variant| options.from.covers(&variant.lang));
            texts.extend(sources.map(|variant| sequence(variant.text())));
        }
        Ok(())
    })?;
    texts.sort_unstable();
    texts.dedup();
    let matcher = Matcher::new(memory.lookup());
    let (mut times, mut right, mut asked) = (Vec::new(), 0, 0);
    let step = (queries.len() / options.truth).max(1);
    let least = f64::from(options.min) / 100.0;
    for (_, text) in queries.iter().step_by(step) {
        let query = sequence(text);
        let start = processor_time()?;
        let comparator = BatchComparator::new(query.iter().copied());
        let mut best: Vec<f64> = Vec::new();
        for text in &texts {
            let longer = text.len().max(query.len());
            let least = best.get(options.limit - 1).copied().unwrap_or(least);
            let most = ((1.0 - least) * longer as f64 + 1e-9) as usize;
            if text.len().abs_diff(query.len()) > most {
                continue;
            }
            let distance = comparator
                .distance_with_args(text.iter().copied(), &Args::default().score_cutoff(most));
            if let Some(distance) = distance {
                let similarity = 1.0 - distance as f64 / longer.max(1) as f64;
                let at = best.partition_point(|&other| other >= similarity);
                best.insert(at, similarity);
                best.truncate(options.limit);
            }
        }
        times.push(processor_time()? - start);
        let found = ask(&matcher, text, Measure::Words, options)?;
        // The same text may stand with several renderings: what counts is that no better or further text exists.
        let mut own: Vec<f64> = found.iter().map(|found| found.score.fraction()).collect();
        own.dedup();
        best.dedup();
        asked += 1;
        right += usize::from(
            own.iter()
                .zip(&best)
                .all(|(one, other)| (one - other).abs() < 1e-9)
                && own.is_empty() == best.is_empty(),
        );
    }
    println!(
        "exhaustive search through {} texts by rapidfuzz: {}",
        texts.len(),
        summary(&mut times)
    );
    println!("answers of `words` that agree with it: {right} of {asked}");
    Ok(())
}

fn summary(times: &mut [f64]) -> String {
    times.sort_by(f64::total_cmp);
    let part = |part: f64| times[((times.len() as f64 * part) as usize).min(times.len() - 1)];
    let mean = times.iter().sum::<f64>() / times.len() as f64;
    format!(
        "mean {mean:.3} ms, p50 {:.3}, p95 {:.3}, p99 {:.3}, most {:.3}",
        part(0.5),
        part(0.95),
        part(0.99),
        part(1.0)
    )
}

/// Milliseconds that this thread had the processor.
fn processor_time() -> Outcome<f64> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Ok(time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6)
}

/// Megabytes of this process in memory.
fn resident() -> Outcome<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    let kilobytes: u64 = line
        .and_then(|line| line.split_whitespace().nth(1))
        .unwrap_or("0")
        .parse()?;
    Ok(kilobytes / 1024)
}
