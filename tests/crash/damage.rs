//! A memory's file damaged at random: does `check` find it, and what does `recover` save?
//!
//!     cargo build --release && cargo run --release --example damage -- [ROUNDS] [UNITS] [SEED]
//!
//! Three kinds of damage, ROUNDS each: a page (random bytes, zeros, another page, a sector of it, or the page as it was some changes before), a bit
//! inside a text, a bit anywhere. A damage counts when it changes anything that can be read through SQLite: a row of any table, or the structure
//! (`integrity_check`). What changes only bytes that nothing reads (free pages, gaps in pages) is drawn again, and counted beside.
//!
//! Then pages are destroyed and the file is cut at random, `recover` makes a new memory, and what it holds is compared with what was there.
#![allow(clippy::print_stdout, reason = "a program that prints its findings")]
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, dead_code)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use diglot::memory::{Access, Filter, Memory};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use state::Random;

#[path = "state.rs"]
mod state;

const PAGE: usize = 4096;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let rounds: u64 = arguments.next().map_or(Ok(500), |rounds| rounds.parse())?;
    let units: usize = arguments.next().map_or(Ok(3000), |units| units.parse())?;
    let seed = arguments.next().map_or(Ok(1), |seed| seed.parse())?;
    let mut random = Random(seed);
    let folder = tempfile::tempdir()?;
    let (old, whole) = memory(folder.path(), units);
    println!(
        "{} pages, {units} units and the samples",
        whole.len() / PAGE
    );
    let known = Readable::of(folder.path(), &whole).unwrap();
    let texts: Vec<String> = Connection::open(put(folder.path(), &whole))?
        .prepare("SELECT content FROM text")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut faults = 0;
    for (name, kind) in [
        ("a page", Kind::Page),
        ("a bit in a text", Kind::Text),
        ("a bit anywhere", Kind::Anywhere),
    ] {
        faults += find(
            name,
            kind,
            rounds,
            &old,
            &whole,
            &texts,
            &known,
            folder.path(),
            &mut random,
        );
    }
    faults += destroyed(rounds / 5, &whole, folder.path(), &mut random);
    faults += cut(rounds / 5, &whole, folder.path(), &mut random);
    faults += headless(&whole, folder.path(), &mut random);
    std::process::exit(i32::from(faults > 0));
}

/// Makes a memory with documents, places, a log with an undo, confirmed units and lessons; returns its bytes before the last changes, and at the end.
fn memory(folder: &Path, units: usize) -> (Vec<u8>, Vec<u8>) {
    let path = folder.join("memory.diglot");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let program = std::env::current_exe().unwrap();
    let program = program.parent().unwrap().parent().unwrap().join("diglot");
    let run = |arguments: &[&str]| {
        let status = Command::new(&program)
            .arg("--quiet")
            .args(arguments)
            .current_dir(root)
            .env("DIGLOT_MEMORY", &path)
            .env("HOME", folder)
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .status()
            .unwrap();
        assert!(status.success(), "{arguments:?}");
    };
    let table = |name: &str, first: usize, count: usize| {
        let file = folder.join(name);
        let mut lines = String::from("ru\ten\tnote\n");
        for n in first..first + count {
            let (more, other) = (
                "а также смежные вопросы ".repeat(n % 5),
                "and what belongs to it ".repeat(n % 4),
            );
            let note = if n % 7 == 0 {
                "checked by the desk"
            } else {
                ""
            };
            writeln!(lines, "Комитет рассмотрел пункт {n} {more}повестки.\tThe committee considered item {n} {other}of the agenda.\t{note}").unwrap();
        }
        fs::write(&file, lines).unwrap();
        file.display().to_string()
    };
    let columns = ["--columns", "ru=ru,en=en,note=note"];
    run(&["add", "memories/samples"]);
    run(&[&["import", &table("first.tsv", 0, units / 2)][..], &columns].concat());
    let bytes = |path: &Path| {
        let db = Connection::open(path).unwrap();
        db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
        drop(db);
        fs::read(path).unwrap()
    };
    let old = bytes(&path);
    run(&["import", "memories/official.tmx"]);
    run(&[
        &["import", &table("second.tsv", units, units - units / 2)][..],
        &columns,
    ]
    .concat());
    run(&["mark", "automatic", "official-0001", "official-0002"]);
    run(&[
        &["import", &table("third.tsv", 3 * units, units / 10)][..],
        &columns,
    ]
    .concat());
    run(&["undo"]);
    run(&["mark", "rejected", "official-0009"]);
    // Aligning counts lessons.
    run(&["add", "memories/samples/html"]);
    (old, bytes(&path))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Page,
    Text,
    Anywhere,
}

/// Damages the file and returns where and how.
fn damage(
    kind: Kind,
    bytes: &mut [u8],
    old: &[u8],
    texts: &[String],
    random: &mut Random,
) -> String {
    if kind == Kind::Text {
        // Some text, in one of the places where its bytes stand: pages that were split leave dead copies behind.
        let text = &texts[random.below(texts.len() as u64) as usize];
        let places: Vec<usize> = memchr::memmem::find_iter(bytes, text.as_bytes()).collect();
        if places.is_empty() {
            return String::new();
        }
        let at = places[random.below(places.len() as u64) as usize]
            + random.below(text.len() as u64) as usize;
        let bit = random.below(8);
        bytes[at] ^= 1 << bit;
        return format!(
            "bit {bit} of byte {at}, page {}, in `{text}`",
            at / PAGE + 1
        );
    }
    if kind == Kind::Anywhere {
        let (at, bit) = (random.below(bytes.len() as u64) as usize, random.below(8));
        bytes[at] ^= 1 << bit;
        return format!("bit {bit} of byte {at}, page {}", at / PAGE + 1);
    }
    let number = random.below((bytes.len() / PAGE) as u64) as usize;
    let other = random.below((bytes.len() / PAGE) as u64) as usize;
    let (from, how) = (number * PAGE, random.below(5));
    let another = bytes[other * PAGE..][..PAGE].to_vec();
    let page = &mut bytes[from..][..PAGE];
    let how = match how {
        0 => {
            page.iter_mut()
                .for_each(|byte| *byte = random.number() as u8);
            "random bytes"
        }
        1 => {
            page.fill(0);
            "zeros"
        }
        2 => {
            page.copy_from_slice(&another);
            "another page"
        }
        3 => {
            let sector = random.below(8) as usize * 512;
            page[sector..][..512]
                .iter_mut()
                .for_each(|byte| *byte = random.number() as u8);
            "a sector"
        }
        _ => {
            if let Some(before) = old.get(from..from + PAGE) {
                page.copy_from_slice(before);
            }
            "as it was before"
        }
    };
    format!("page {}: {how}", number + 1)
}

#[allow(clippy::too_many_arguments)]
fn find(
    name: &str,
    kind: Kind,
    rounds: u64,
    old: &[u8],
    whole: &[u8],
    texts: &[String],
    known: &Readable,
    folder: &Path,
    random: &mut Random,
) -> u64 {
    let (mut found, mut unread, mut missed) = (0, 0, BTreeMap::<String, u64>::new());
    let mut shown = 0;
    while found + missed.values().sum::<u64>() < rounds {
        let mut bytes = whole.to_vec();
        let what = damage(kind, &mut bytes, old, texts, random);
        if bytes == whole {
            continue;
        }
        let is_found = check(folder, &bytes);
        if is_found && kind != Kind::Text {
            found += 1;
            continue;
        }
        // Only now, since it takes longest.
        let changed = match Readable::of(folder, &bytes) {
            None => Some("the structure".to_owned()),
            Some(readable) => readable.difference(known),
        };
        match changed {
            None => unread += 1,
            Some(table) if kind == Kind::Text && table != "text" => {}
            Some(_) if is_found => found += 1,
            Some(table) => {
                if shown < 10 {
                    println!("  missed: {what}, {table}");
                    shown += 1;
                }
                *missed.entry(table).or_default() += 1;
            }
        }
    }
    let all = found + missed.values().sum::<u64>();
    println!(
        "{name}: found {found} of {all}; {unread} more changed nothing that is read; missed by table: {missed:?}"
    );
    all - found
}

fn put(folder: &Path, bytes: &[u8]) -> PathBuf {
    let path = folder.join("damaged.diglot");
    for ending in ["", "-wal", "-shm", "-journal"] {
        let _ = fs::remove_file(folder.join(format!("damaged.diglot{ending}")));
    }
    fs::write(&path, bytes).unwrap();
    path
}

fn check(folder: &Path, bytes: &[u8]) -> bool {
    let path = put(folder, bytes);
    Memory::open(&path, Access::Read)
        .and_then(|memory| memory.check(&mut |_| true))
        .map_or(true, |findings| !findings.is_empty())
}

/// A hash of every row that can be read, by table.
struct Readable(BTreeMap<String, blake3::Hash>);

impl Readable {
    /// `None` where the structure is damaged.
    fn of(folder: &Path, bytes: &[u8]) -> Option<Self> {
        let path = put(folder, bytes);
        let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).ok()?;
        let verdict: String = db
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .ok()?;
        if verdict != "ok" {
            return None;
        }
        let mut names: Vec<String> = db
            .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
            .ok()?
            .query_map([], |row| row.get(0))
            .ok()?
            .collect::<Result<_, _>>()
            .ok()?;
        names.push("sqlite_master".to_owned());
        let mut tables = BTreeMap::new();
        for name in names {
            let mut hasher = blake3::Hasher::new();
            let mut statement = db
                .prepare(&format!("SELECT * FROM {name} NOT INDEXED"))
                .ok()?;
            let columns = statement.column_count();
            let mut rows = statement.query([]).ok()?;
            while let Some(row) = rows.next().ok()? {
                for column in 0..columns {
                    match row.get_ref(column).ok()? {
                        ValueRef::Text(text) => hasher.update(text),
                        ValueRef::Blob(blob) => hasher.update(blob),
                        value => hasher.update(format!("{value:?}").as_bytes()),
                    };
                    hasher.update(&[0]);
                }
            }
            tables.insert(name, hasher.finalize());
        }
        for pragma in ["user_version", "application_id", "schema_version"] {
            let value: i64 = db
                .query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0))
                .ok()?;
            // The schema's number is a counter that nothing but caches goes by.
            if pragma != "schema_version" {
                tables.insert(pragma.to_owned(), blake3::hash(&value.to_le_bytes()));
            }
        }
        Some(Self(tables))
    }

    fn difference(&self, other: &Self) -> Option<String> {
        let names: BTreeSet<&String> = self.0.keys().chain(other.0.keys()).collect();
        names
            .into_iter()
            .find(|name| self.0.get(*name) != other.0.get(*name))
            .cloned()
    }
}

/// The units of a memory: identifier, texts and status.
fn units(path: &Path) -> BTreeMap<String, String> {
    let memory = Memory::open(path, Access::Read).unwrap();
    assert_eq!(memory.check(&mut |_| true).unwrap(), []);
    let mut units = BTreeMap::new();
    memory
        .units(&Filter::default(), &mut |_, unit| {
            let texts: Vec<_> = unit
                .variants
                .iter()
                .map(|variant| (&variant.lang, variant.text()))
                .collect();
            units.insert(unit.id.clone().unwrap(), format!("{texts:?}"));
            Ok(())
        })
        .unwrap();
    units
}

/// Recovers and returns how many of the units of `known` are there with all their texts, and how many units there are that never were.
fn recovered(
    folder: &Path,
    bytes: &[u8],
    known: &BTreeMap<String, String>,
) -> Option<(usize, usize)> {
    let path = put(folder, bytes);
    let new = folder.join("recovered.diglot");
    let _ = fs::remove_file(&new);
    Memory::recover(&path, &new, &mut |_| true).ok()?;
    assert_eq!(
        fs::read(&path).unwrap(),
        bytes,
        "the damaged file is only read"
    );
    let saved = units(&new);
    let texts: BTreeSet<&String> = known.values().collect();
    let by_texts: BTreeSet<&String> = saved.values().collect();
    let there = known
        .values()
        .filter(|unit| by_texts.contains(unit))
        .count();
    let invented = saved.values().filter(|unit| !texts.contains(unit)).count();
    Some((there, invented))
}

fn destroyed(rounds: u64, whole: &[u8], folder: &Path, random: &mut Random) -> u64 {
    let known = units(&put(folder, whole));
    let (mut least, mut sum, mut strange, mut failures) = (1.0_f64, 0.0, 0, 0);
    let mut worst = 0;
    for round in 0..rounds {
        let mut bytes = whole.to_vec();
        // The first page is among them for certain.
        let number = if round == 0 {
            0
        } else {
            random.below((bytes.len() / PAGE) as u64) as usize
        };
        for byte in &mut bytes[number * PAGE..][..PAGE] {
            *byte = random.number() as u8;
        }
        let Some((there, invented)) = recovered(folder, &bytes, &known) else {
            println!("  page {}: nothing was saved", number + 1);
            failures += 1;
            continue;
        };
        let share = there as f64 / known.len() as f64;
        if share < least {
            (least, worst) = (share, number + 1);
        }
        sum += share;
        strange += invented;
    }
    println!(
        "recover after one destroyed page, {rounds} times: {:.2} % of {} units whole on average, {:.2} % at least (page {worst}); {strange} units lost one of several texts or were not there before; {failures} failures",
        sum / (rounds - failures) as f64 * 100.0,
        known.len(),
        least * 100.0
    );
    failures + u64::from(least < 0.99)
}

fn cut(rounds: u64, whole: &[u8], folder: &Path, random: &mut Random) -> u64 {
    let known = units(&put(folder, whole));
    let parts: Vec<(String, Vec<String>)> = {
        let memory = Memory::open(&put(folder, whole), Access::Read).unwrap();
        let mut parts = Vec::new();
        memory
            .units(&Filter::default(), &mut |_, unit| {
                parts.push((
                    unit.id.clone().unwrap(),
                    unit.variants
                        .iter()
                        .map(|variant| variant.text().to_owned())
                        .collect(),
                ));
                Ok(())
            })
            .unwrap();
        parts
    };
    let (mut saved, mut possible, mut failures) = (0, 0, 0);
    for _ in 0..rounds {
        // Below a twentieth hardly anything is left.
        let length =
            whole.len() / 20 + random.below((whole.len() - whole.len() / 20) as u64) as usize;
        let bytes = &whole[..length];
        let pages = &bytes[..length / PAGE * PAGE];
        let in_the_rest = parts
            .iter()
            .filter(|(id, texts)| {
                memchr::memmem::find(pages, id.as_bytes()).is_some()
                    && texts
                        .iter()
                        .all(|text| memchr::memmem::find(pages, text.as_bytes()).is_some())
            })
            .count();
        possible += in_the_rest;
        match recovered(folder, bytes, &known) {
            Some((there, _)) => saved += there,
            // The start of a file has identifiers in indexes and texts, but hardly a row that links them; that nothing was found is then said.
            None => failures += u64::from(length > whole.len() / 10),
        }
    }
    println!(
        "recover after a cut, {rounds} times: {saved} units; of {possible} units the identifier and all texts stood somewhere in the rest of the file (their links may not have); {failures} failures"
    );
    failures
}

fn headless(whole: &[u8], folder: &Path, random: &mut Random) -> u64 {
    let known = units(&put(folder, whole));
    let mut bytes = whole.to_vec();
    bytes[..100]
        .iter_mut()
        .for_each(|byte| *byte = random.number() as u8);
    let Some((there, invented)) = recovered(folder, &bytes, &known) else {
        println!("recover after a lost header: nothing was saved");
        return 1;
    };
    println!(
        "recover after a lost header: {there} of {} units whole, {invented} that were not there",
        known.len()
    );
    u64::from(there * 100 < known.len() * 99)
}
