//! Does the TMX reader agree with the conformance set, and how fast is it?
//!
//! `cargo run --release --example tmx -- check FOLDER [OUT]` reads every file that FOLDER/expected.json names and compares units, variants,
//! languages and the hash of the plain text; for files in `broken/` it shows what the reader says. With OUT it writes each file that can be
//! read there as diglot writes it, twice, and says where the second writing differs.
//! `cargo run --release --example tmx -- speed FILE [OUT]` prints units, seconds, MB a second and the peak of resident memory.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read, Write, sink};
use std::path::Path;
use std::time::Instant;

use diglot::interchange::{Entry, Format, ReadOptions, Warning, WriteOptions, Writer, open};
use diglot::model::{Lang, TranslationUnit};
use sha2::{Digest, Sha256};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let out = arguments.get(2).map(Path::new);
    match arguments.first().map(String::as_str) {
        Some("check") => check(Path::new(&arguments[1]), out),
        Some("speed") => speed(&arguments[1], out),
        _ => println!("check FOLDER [OUT] | speed FILE [OUT]"),
    }
}

struct Outcome {
    units: Vec<TranslationUnit>,
    warnings: Vec<Warning>,
    failure: Option<String>,
}

fn read(bytes: &[u8]) -> Outcome {
    let mut outcome = Outcome {
        units: Vec::new(),
        warnings: Vec::new(),
        failure: None,
    };
    for entry in open(Format::Tmx, bytes, "file", &ReadOptions::default()) {
        match entry {
            Ok(Entry::Unit { unit, .. }) => outcome.units.push(unit),
            Ok(Entry::Warning(warning)) => outcome.warnings.push(warning),
            Err(error) => outcome.failure = Some(error.to_string()),
        }
    }
    outcome
}

fn write(units: &[TranslationUnit]) -> Vec<u8> {
    let mut writer = Writer::new(Format::Tmx, Vec::new(), &WriteOptions::default()).unwrap();
    units.iter().for_each(|unit| writer.write(unit).unwrap());
    let (bytes, losses) = writer.finish().unwrap();
    if !losses.is_empty() {
        println!("    writing loses {losses:?}");
    }
    bytes
}

fn check(folder: &Path, out: Option<&Path>) {
    let expected: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.join("expected.json")).unwrap()).unwrap();
    let (mut agree, mut differ) = (0, 0);
    for (name, record) in expected["files"].as_object().unwrap() {
        let bytes = fs::read(folder.join(name)).unwrap();
        let started = Instant::now();
        let found = read(&bytes);
        let broken = name.starts_with("broken/");
        let differences = if broken {
            Vec::new()
        } else {
            compare(&found, &record["expect"])
        };
        if broken {
            println!(
                "{name}: {} units before, {:.1} ms",
                found.units.len(),
                started.elapsed().as_secs_f64() * 1e3
            );
        } else if differences.is_empty() {
            agree += 1;
            println!("{name}: agrees");
        } else {
            differ += 1;
            println!("{name}: DIFFERS {}", differences.join("; "));
        }
        for warning in &found.warnings {
            let unit = warning.unit.as_deref().unwrap_or("-");
            println!(
                "    {}:{} unit {unit}: {}",
                warning.line, warning.column, warning.reason
            );
        }
        if let Some(failure) = &found.failure {
            println!("    {failure}");
        }
        if broken && found.failure.is_none() && found.warnings.is_empty() {
            println!("    SILENT");
        }
        if let Some(out) = out {
            let first = write(&found.units);
            let again = read(&first);
            if again.units != found.units {
                println!("    IDENTITY BROKEN");
            }
            if write(&again.units) != first || again.failure.is_some() {
                println!(
                    "    SECOND WRITING DIFFERS {:?} {:?}",
                    again.warnings, again.failure
                );
            }
            fs::create_dir_all(out).unwrap();
            fs::write(out.join(name.replace('/', "-")), first).unwrap();
        }
    }
    println!(
        "{agree} of {} files that must read agree with expected.json",
        agree + differ
    );
}

/// Compares with the record; texts that are blank are no variants for diglot, but the record counts them.
fn compare(found: &Outcome, expect: &serde_json::Value) -> Vec<String> {
    let mut differences: Vec<String> = found.failure.iter().cloned().collect();
    let mut differs = |what: &str, found: usize, expected: &serde_json::Value| {
        if expected.as_u64() != Some(found as u64) {
            differences.push(format!("{what} {found}, expected {expected}"));
        }
    };
    let variants: Vec<_> = found.units.iter().flat_map(|unit| &unit.variants).collect();
    let blank = found
        .warnings
        .iter()
        .filter(|warning| warning.reason.contains("without text"))
        .count();
    differs("units", found.units.len(), &expect["units"]);
    differs("variants", variants.len() + blank, &expect["tuvs"]);
    // The record has languages as the file writes them: bring them to the form that diglot gives them.
    let mut languages: BTreeMap<Lang, u64> = BTreeMap::new();
    let mut written: BTreeMap<Lang, Vec<&str>> = BTreeMap::new();
    for (tag, count) in expect["languages"].as_object().into_iter().flatten() {
        let lang = Lang::new(tag).unwrap();
        *languages.entry(lang.clone()).or_default() += count.as_u64().unwrap();
        written.entry(lang).or_default().push(tag);
    }
    for (lang, count) in languages {
        let have = variants
            .iter()
            .filter(|variant| variant.lang == lang)
            .count();
        if blank == 0 {
            differs(lang.as_str(), have, &count.into());
        }
    }
    let Some(hash) = expect["plain_sha256"].as_str() else {
        return differences;
    };
    if blank > 0 {
        println!("    {blank} blank texts: the hash, which counts them, cannot be compared");
    } else if !tries(&variants, &written)
        .any(|lines| hex(&Sha256::digest(lines.as_bytes())) == hash)
    {
        differences.push("the plain text differs".to_owned());
    }
    differences
}

/// Returns the lines that the hash may stand for. A language written in two ways is one to diglot: every unit in one or the other.
fn tries<'a>(
    variants: &'a [&'a diglot::model::Variant],
    written: &'a BTreeMap<Lang, Vec<&'a str>>,
) -> impl Iterator<Item = String> + 'a {
    let label =
        |lang: &Lang, way: usize| written.get(lang).map_or("", |ways| ways[way % ways.len()]);
    (0..=variants.len())
        .flat_map(move |switch| {
            (0..=variants.len()).map(move |back| {
                let line = |(number, variant): (usize, &&diglot::model::Variant)| {
                    let way = usize::from((switch..back).contains(&number));
                    format!("{}\t{}", label(&variant.lang, way), variant.text())
                };
                variants
                    .iter()
                    .enumerate()
                    .map(line)
                    .collect::<Vec<_>>()
                    .join("\n")
            })
        })
        .take(2_000)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn speed(path: &str, out: Option<&Path>) {
    let started = Instant::now();
    let size = fs::metadata(path).unwrap().len();
    let output: Box<dyn Write> = match out {
        Some(out) => Box::new(BufWriter::new(File::create(out).unwrap())),
        None => Box::new(sink()),
    };
    let mut writer = Writer::new(Format::Tmx, output, &WriteOptions::default()).unwrap();
    let (mut units, mut warnings) = (0, 0);
    for entry in open(
        Format::Tmx,
        BufReader::new(File::open(path).unwrap()),
        path,
        &ReadOptions::default(),
    ) {
        match entry {
            Ok(Entry::Unit { unit, .. }) => {
                units += 1;
                if out.is_some() {
                    writer.write(&unit).unwrap();
                }
            }
            Ok(Entry::Warning(_)) => warnings += 1,
            Err(error) => println!("{error}"),
        }
    }
    writer.finish().unwrap();
    let seconds = started.elapsed().as_secs_f64();
    let mut status = String::new();
    if let Ok(mut file) = File::open("/proc/self/status") {
        file.read_to_string(&mut status).unwrap();
    }
    let peak = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap_or("VmHWM unknown");
    let rate = size as f64 / 1e6 / seconds;
    println!("{units} units, {warnings} warnings, {seconds:.2} s, {rate:.0} MB/s, {peak}");
}
