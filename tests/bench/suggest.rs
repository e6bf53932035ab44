//! Does `suggest` find what there is? Recall of the plain measures against exhaustive truth, of the program's own score against where edited
//! queries come from, and the time it takes.
//!
//!     cargo run --release --example suggest -- DATA [OUT] [FOLDER...]
//!
//! DATA holds folders `en-ru`, `en-be`, `ru-en`, `be-en`, each with `tm.tsv.gz`, `queries.jsonl` and `truth.jsonl.gz` (their form stands in its
//! README). For each folder and measure the answers go to OUT as `FOLDER.MEASURE.jsonl`, in the form that `score_fuzzy.py` reads.
#![allow(clippy::print_stdout, reason = "a program that prints its findings")]

use std::collections::{BTreeMap, HashMap, HashSet};
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use diglot::matching::{Match, Matcher, Measure, Query, score};
use diglot::memory::UnitId;
use diglot::model::Score;
use serde_json::Value;

mod sample;

use sample::{Sample, unpacked};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// How many matches are asked for: what the figures @5 look at.
const LIMIT: usize = 5;

/// By how much a truth that is written with five digits may be off.
const TRUTH_DIGITS: f64 = 2e-5;

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let data = PathBuf::from(
        arguments
            .next()
            .ok_or("usage: suggest DATA [OUT] [FOLDER...]")?,
    );
    let out = arguments.next().map(PathBuf::from);
    let named: Vec<String> = arguments.collect();
    let folders = if named.is_empty() {
        ["en-ru", "en-be", "ru-en", "be-en"]
            .map(str::to_owned)
            .to_vec()
    } else {
        named
    };
    println!(
        "signature: diglot {} suggest, limit {LIMIT}, data {}, one thread",
        env!("CARGO_PKG_VERSION"),
        data.display()
    );
    if let Some(out) = &out {
        fs::create_dir_all(out)?;
    }
    for name in folders {
        let folder = Folder::read(&data, &name)?;
        for (measure, min) in [
            (Measure::Words, 50),
            (Measure::Words, 70),
            (Measure::Chars, 50),
            (Measure::Chars, 70),
            (Measure::Best, 50),
            (Measure::Best, 70),
        ] {
            folder.run(measure, min, out.as_deref())?;
        }
    }
    Ok(())
}

struct Folder {
    name: String,
    sample: Sample,
    /// The number in the sample of each of the memory's units.
    numbers: HashMap<UnitId, usize>,
    queries: Vec<Asked>,
}

/// A query with what is known of its answer.
struct Asked {
    number: u64,
    class: String,
    text: String,
    base: Vec<i64>,
    best_words: f64,
    best_chars: f64,
}

impl Folder {
    fn read(data: &Path, name: &str) -> Outcome<Self> {
        let sample = Sample::read(data, name)?;
        let mut numbers = HashMap::new();
        for (number, &id) in sample.ids.iter().enumerate() {
            numbers.entry(id).or_insert(number);
        }
        let path = data.join(name);
        let mut truth: HashMap<u64, (f64, f64)> = HashMap::new();
        for line in unpacked(&path.join("truth.jsonl.gz"))?.lines() {
            let line: Value = serde_json::from_str(line)?;
            let best = |measure: &str| line[measure][0][1].as_f64().unwrap_or(0.0);
            truth.insert(
                line["qid"].as_u64().unwrap_or(0),
                (best("word"), best("char")),
            );
        }
        let mut queries = Vec::new();
        for line in fs::read_to_string(path.join("queries.jsonl"))?.lines() {
            let line: Value = serde_json::from_str(line)?;
            let number = line["qid"].as_u64().unwrap_or(0);
            let (best_words, best_chars) = truth.get(&number).copied().unwrap_or_default();
            let base = line["base"].as_array().into_iter().flatten();
            queries.push(Asked {
                number,
                class: line["class"].as_str().unwrap_or_default().to_owned(),
                text: line["text"].as_str().unwrap_or_default().to_owned(),
                base: base.filter_map(Value::as_i64).collect(),
                best_words,
                best_chars,
            });
        }
        Ok(Self {
            name: name.to_owned(),
            sample,
            numbers,
            queries,
        })
    }

    fn run(&self, measure: Measure, min: u8, out: Option<&Path>) -> Outcome<()> {
        let matcher = Matcher::new(self.sample.memory.lookup());
        let ask = |text: &str| {
            let mut query = Query::new(text, self.sample.to.clone());
            query.from = Some(self.sample.from.clone());
            (query.min, query.limit, query.measure) = (Score::from_percent(min), LIMIT, measure);
            matcher.suggest(&query)
        };
        let start = Instant::now();
        ask("")?;
        ask("x")?;
        let build = start.elapsed();
        let mut times = Vec::new();
        let mut answers = Vec::new();
        for query in &self.queries {
            let start = Instant::now();
            answers.push(ask(&query.text)?);
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
        times.sort_by(f64::total_cmp);
        let mean = times.iter().sum::<f64>() / times.len().max(1) as f64;
        let p99 = times.get(times.len() * 99 / 100).copied().unwrap_or(0.0);
        println!(
            "{} {} min {min}: index {:.2} s, query mean {mean:.2} ms, p99 {p99:.2} ms",
            self.name,
            measure.as_str(),
            build.as_secs_f64()
        );
        self.print_recall(
            "words",
            &answers,
            |asked| asked.best_words,
            |asked, text| score::words_similarity(&asked.text, text).fraction(),
        );
        self.print_recall(
            "chars",
            &answers,
            |asked| asked.best_chars,
            |asked, text| score::chars_similarity(&asked.text, text).fraction(),
        );
        self.print_origins(&answers);
        if let Some(out) = out {
            let name = format!("{}.{}{min}.jsonl", self.name, measure.as_str());
            let mut file = fs::File::create(out.join(name))?;
            for (query, found) in self.queries.iter().zip(&answers) {
                let hits: Vec<(usize, f64)> = found
                    .iter()
                    .map(|found| (self.numbers[&found.unit], found.score.fraction()))
                    .collect();
                writeln!(
                    file,
                    "{}",
                    serde_json::json!({"qid": query.number, "hits": hits})
                )?;
            }
        }
        Ok(())
    }

    /// Prints the share of queries whose best true similarity reaches a threshold and is reached by hit 1, and by any of the hits.
    fn print_recall(
        &self,
        name: &str,
        answers: &[Vec<Match>],
        best: impl Fn(&Asked) -> f64,
        similarity: impl Fn(&Asked, &str) -> f64,
    ) {
        for threshold in [0.70, 0.75, 0.85] {
            let (mut all, mut first, mut any) = (0, 0, 0);
            for (query, found) in self.queries.iter().zip(answers) {
                if best(query) + 1e-9 < threshold {
                    continue;
                }
                all += 1;
                let reaches =
                    |found: &Match| similarity(query, &found.source) >= best(query) - TRUTH_DIGITS;
                first += usize::from(found.first().is_some_and(reaches));
                any += usize::from(found.iter().any(reaches));
            }
            let percent = |count: usize| 100.0 * count as f64 / f64::from(all.max(1));
            println!(
                "    {name} truth >= {threshold:.2} ({all}): @1 {:.2} %, @{LIMIT} {:.2} %",
                percent(first),
                percent(any)
            );
        }
    }

    /// Prints for each class of queries how often the text they were made from is found, and how often unrelated ones are answered.
    fn print_origins(&self, answers: &[Vec<Match>]) {
        let mut classes: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
        for (query, found) in self.queries.iter().zip(answers) {
            let origins: HashSet<&str> = query
                .base
                .iter()
                .filter_map(|&base| self.sample.units.get(usize::try_from(base).ok()?))
                .map(|(source, _)| source.as_str())
                .collect();
            let class = classes.entry(&query.class).or_default();
            class.0 += 1;
            if query.base.is_empty() {
                let truly_unrelated = query.best_words < 0.7 && query.best_chars < 0.7;
                class.1 += usize::from(truly_unrelated && !found.is_empty());
                continue;
            }
            let is_origin = |found: &Match| origins.contains(found.source.as_str());
            class.1 += usize::from(found.first().is_some_and(is_origin));
            class.2 += usize::from(found.iter().any(is_origin));
        }
        for (class, (all, first, any)) in classes {
            if class == "unrelated" {
                println!("    {class} ({all}): {first} answered");
            } else {
                let percent = |count: usize| 100.0 * count as f64 / all as f64;
                println!(
                    "    {class} ({all}): origin @1 {:.1} %, @{LIMIT} {:.1} %",
                    percent(first),
                    percent(any)
                );
            }
        }
    }
}
