//! A memory's file damaged at random: does `check` find it, and what does `recover` save?
//!
//!     cargo build --release && cargo run --release --example damage -- [ROUNDS] [UNITS] [SEED] [RECOVERIES]
//!
//! Kinds of damage, ROUNDS each: a page (random bytes, zeros, another page, a sector of it, or the page as it was some changes before), a bit
//! inside a text, a bit anywhere, and a bit inside the rows of each table in turn. A damage counts when it changes anything that can be read through SQLite: a row of any table, or the structure
//! (`integrity_check`). What changes only bytes that nothing reads (free pages, gaps in pages) is drawn again, and counted beside.
//!
//! Then pages are destroyed and the file is cut at random, `recover` makes a new memory, and what it holds is compared with what was there: of every
//! unit that was not saved it is asked whether its texts, and what links them, stood anywhere in what was left (`copies.rs`).
//!
//! RECOVERIES is a fifth of ROUNDS unless it is said.
#![allow(clippy::print_stdout, reason = "a program that prints its findings")]
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, dead_code)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;

use copies::Copies;
use diglot::memory::{Access, Change, Filter, Memory};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use state::Random;

#[path = "state.rs"]
mod state;

#[path = "rows.rs"]
mod rows;

#[path = "copies.rs"]
mod copies;

const PAGE: usize = 4096;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let rounds: u64 = arguments.next().map_or(Ok(500), |rounds| rounds.parse())?;
    let units: usize = arguments.next().map_or(Ok(3000), |units| units.parse())?;
    let seed = arguments.next().map_or(Ok(1), |seed| seed.parse())?;
    let recoveries = arguments
        .next()
        .map_or(Ok(rounds / 5), |rounds| rounds.parse())?;
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
    let rows = rows::rows(
        &Connection::open(put(folder.path(), &whole))?,
        &whole,
        "table",
    );
    let places = Places {
        texts: &texts,
        rows: &rows,
    };
    let mut finding = Finding {
        old: &old,
        whole: &whole,
        places: &places,
        known: &known,
        folder: folder.path(),
        random: &mut random,
    };
    let mut faults = 0;
    for kind in [Kind::Page, Kind::Text, Kind::Anywhere] {
        faults += finding.rounds(kind, rounds);
    }
    for table in rows.keys() {
        faults += finding.rounds(Kind::Row(table), rounds);
    }
    faults += destroyed(recoveries, &whole, folder.path(), &mut random);
    faults += cut(recoveries, &whole, folder.path(), &mut random);
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
    // Minutes whose sentences stand in them twice, known as places of units before they are known as documents.
    for (lang, sentence) in [
        ("ru", "Комитет утвердил доклад номер"),
        ("en", "The committee approved report number"),
    ] {
        let mut text = String::new();
        for n in (0..30).chain(0..30) {
            writeln!(text, "{sentence} {}.\n", 100 + n).unwrap();
        }
        fs::write(folder.join(format!("minutes.{lang}.txt")), text).unwrap();
    }
    let minutes = ["minutes.ru.txt", "minutes.en.txt"].map(|name| folder.join(name));
    let [one, other] = minutes.map(|path| path.display().to_string());
    let [export, apart] =
        ["minutes.tmx", "apart.diglot"].map(|it| folder.join(it).display().to_string());
    run(&["--memory", &apart, "add", &one, &other]);
    run(&["--memory", &apart, "export", "-o", &export]);
    run(&["import", &export]);
    run(&["add", &one, &other]);
    decide(&path);
    (old, bytes(&path))
}

/// Decides of links as the review page does: some units are parted from some of their places, some texts are edited, one decision is taken back.
fn decide(path: &Path) {
    let mut memory = Memory::open(path, Access::Write).unwrap();
    let mut several = Vec::new();
    let documents: Vec<_> = memory.documents(&Filter::default()).unwrap();
    let all: Vec<_> = documents.iter().map(|document| document.id).collect();
    for unit in memory.linked(&all).unwrap() {
        let places: Vec<_> = unit.variants.iter().map(|it| it.places.clone()).collect();
        if places.iter().all(|places| places.len() > 1) {
            several.push((unit.id, places, unit.variants[0].lang.clone()));
        }
    }
    assert!(several.len() > 3, "some units stand at several places");
    for (number, (unit, places, lang)) in several.into_iter().take(20).enumerate() {
        let change = Change {
            command: "review".to_owned(),
            detail: format!("decision {number}"),
            at: "2026-05-09T10:00:00Z".parse().unwrap(),
        };
        let mut writer = memory.begin(change).unwrap();
        let parted: Vec<_> = places.iter().map(|places| places[0]).collect();
        if number % 2 == 0 {
            writer.part(unit, &parted).unwrap();
        } else {
            let text = format!("Decision {number} of the committee.");
            writer.edit(unit, &lang, &text).unwrap();
        }
        let said = format!("{{\"decision\":{number}}}");
        writer.note_decision(parted[0].0, &said, None).unwrap();
        writer.commit().unwrap();
    }
    memory
        .undo(None, "2026-05-09T11:00:00Z".parse().unwrap())
        .unwrap();
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind<'t> {
    Page,
    Text,
    Anywhere,
    /// In the rows of a table.
    Row(&'t str),
}

impl std::fmt::Display for Kind<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Page => f.write_str("a page"),
            Self::Text => f.write_str("a bit in a text"),
            Self::Anywhere => f.write_str("a bit anywhere"),
            Self::Row(table) => write!(f, "a bit in the rows of `{table}`"),
        }
    }
}

/// What can be hit.
struct Places<'p> {
    texts: &'p [String],
    /// By table, where its rows stand.
    rows: &'p BTreeMap<String, Vec<Range<usize>>>,
}

/// Damages the file and returns where and how.
fn damage(
    kind: Kind<'_>,
    bytes: &mut [u8],
    old: &[u8],
    places: &Places<'_>,
    random: &mut Random,
) -> String {
    if let Kind::Row(table) = kind {
        let stretches = &places.rows[table];
        let all: usize = stretches.iter().map(Range::len).sum();
        let mut at = random.below(all as u64) as usize;
        for stretch in stretches {
            if at < stretch.len() {
                let (at, bit) = (stretch.start + at, random.below(8));
                bytes[at] ^= 1 << bit;
                return format!("bit {bit} of byte {at}, page {}", at / PAGE + 1);
            }
            at -= stretch.len();
        }
    }
    if kind == Kind::Text {
        // Some text, in one of the places where its bytes stand: pages that were split leave dead copies behind.
        let texts = places.texts;
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

/// What is needed to damage a memory and to see whether that is found.
struct Finding<'f> {
    /// The file some changes before.
    old: &'f [u8],
    whole: &'f [u8],
    places: &'f Places<'f>,
    /// What the whole file says.
    known: &'f Readable,
    folder: &'f Path,
    random: &'f mut Random,
}

impl Finding<'_> {
    /// Damages so many times, prints what was found and returns how often nothing was.
    fn rounds(&mut self, kind: Kind<'_>, rounds: u64) -> u64 {
        if rounds == 0 {
            return 0;
        }
        let (mut found, mut unread, mut missed) = (0, 0, BTreeMap::<String, u64>::new());
        let mut shown = 0;
        while found + missed.values().sum::<u64>() < rounds {
            let mut bytes = self.whole.to_vec();
            let what = damage(kind, &mut bytes, self.old, self.places, self.random);
            if bytes == self.whole {
                continue;
            }
            let is_found = check(self.folder, &bytes);
            if is_found && kind != Kind::Text {
                found += 1;
                continue;
            }
            // Only now, since it takes longest.
            let changed = match Readable::of(self.folder, &bytes) {
                None => Some("the structure".to_owned()),
                Some(readable) => readable.difference(self.known),
            };
            match changed {
                None => unread += 1,
                Some(column) if kind == Kind::Text && !column.starts_with("text.") => {}
                Some(_) if is_found => found += 1,
                Some(column) => {
                    if shown < 3 {
                        println!("  missed: {what}, {column}");
                        shown += 1;
                    }
                    *missed.entry(column).or_default() += 1;
                }
            }
        }
        let lost = rounds - found;
        println!(
            "{kind}: found {found} of {rounds}; {unread} more changed nothing that is read; missed by column: {missed:?}"
        );
        lost
    }
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

/// A hash of all values that can be read, by table and column.
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
            let mut statement = db
                .prepare(&format!("SELECT * FROM {name} NOT INDEXED"))
                .ok()?;
            let columns: Vec<String> = statement
                .column_names()
                .map(|column| format!("{name}.{column}"))
                .collect();
            let mut hashers = vec![blake3::Hasher::new(); columns.len()];
            let mut rows = statement.query([]).ok()?;
            while let Some(row) = rows.next().ok()? {
                for (column, hasher) in hashers.iter_mut().enumerate() {
                    match row.get_ref(column).ok()? {
                        ValueRef::Text(text) => hasher.update(text),
                        ValueRef::Blob(blob) => hasher.update(blob),
                        value => hasher.update(format!("{value:?}").as_bytes()),
                    };
                    hasher.update(&[0]);
                }
            }
            tables.extend(
                columns
                    .into_iter()
                    .zip(hashers.iter().map(|it| it.finalize())),
            );
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

/// What became of the units of a damaged memory.
struct Outcome {
    /// Identifiers of those that are not there with all their texts.
    lost: Vec<String>,
    /// How many there are that never were.
    strange: usize,
}

/// Recovers; `None` where nothing was found.
fn recovered(folder: &Path, bytes: &[u8], known: &BTreeMap<String, String>) -> Option<Outcome> {
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
    let lost = known.iter().filter(|(_, unit)| !by_texts.contains(unit));
    Some(Outcome {
        lost: lost.map(|(id, _)| id.clone()).collect(),
        strange: saved.values().filter(|unit| !texts.contains(unit)).count(),
    })
}

fn destroyed(rounds: u64, whole: &[u8], folder: &Path, random: &mut Random) -> u64 {
    let known = units(&put(folder, whole));
    let copies = Copies::of(&Connection::open(put(folder, whole)).unwrap(), whole);
    let (mut least, mut sum, mut strange, mut failures) = (1.0_f64, 0.0, 0, 0);
    let (mut worst, mut gone, mut missed) = (0, 0, 0);
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
        let Some(outcome) = recovered(folder, &bytes, &known) else {
            println!("  page {}: nothing was saved", number + 1);
            failures += 1;
            continue;
        };
        for id in &outcome.lost {
            if copies.are_there(id, |copy| (copy.end - 1) / PAGE != number) {
                missed += 1;
                println!("  page {}: `{id}` was there", number + 1);
            } else {
                gone += 1;
            }
        }
        let share = 1.0 - outcome.lost.len() as f64 / known.len() as f64;
        if share < least {
            (least, worst) = (share, number + 1);
        }
        sum += share;
        strange += outcome.strange;
    }
    println!(
        "recover after one destroyed page, {rounds} times: {:.2} % of {} units whole on average, {:.2} % at least (page {worst}); of {gone} units a text stood on that page and nowhere else, {missed} more were lost; {strange} units lost one of several texts or were not there before; {failures} failures",
        sum / (rounds - failures) as f64 * 100.0,
        known.len(),
        least * 100.0
    );
    failures + missed
}

fn cut(rounds: u64, whole: &[u8], folder: &Path, random: &mut Random) -> u64 {
    let known = units(&put(folder, whole));
    let copies = Copies::of(&Connection::open(put(folder, whole)).unwrap(), whole);
    let (mut saved, mut possible, mut missed, mut none) = (0, 0, 0, 0);
    for _ in 0..rounds {
        // Below a twentieth hardly anything is left.
        let length =
            whole.len() / 20 + random.below((whole.len() - whole.len() / 20) as u64) as usize;
        let is_there = |id: &str| copies.are_there(id, |copy| copy.end <= length / PAGE * PAGE);
        let there = copies.units().filter(|id| is_there(id)).count();
        possible += there;
        match recovered(folder, &whole[..length], &known) {
            Some(outcome) => {
                saved += known.len() - outcome.lost.len();
                let left: Vec<&String> = outcome.lost.iter().filter(|id| is_there(id)).collect();
                if let Some(first) = left.first() {
                    println!(
                        "  {length} bytes: {} units, `{first}` the first, were there",
                        left.len()
                    );
                }
                missed += left.len() as u64;
            }
            // The start of a file has texts and no row that links them; that nothing was found is then said.
            None => {
                println!("  {length} bytes: nothing was saved, {there} units were there");
                none += 1;
                missed += there as u64;
            }
        }
    }
    println!(
        "recover after a cut, {rounds} times: {saved} units; of {possible} all texts and links stood in the rest of the file, {missed} of these were lost; {none} times there was nothing"
    );
    missed
}

fn headless(whole: &[u8], folder: &Path, random: &mut Random) -> u64 {
    let known = units(&put(folder, whole));
    let mut bytes = whole.to_vec();
    bytes[..100]
        .iter_mut()
        .for_each(|byte| *byte = random.number() as u8);
    let Some(outcome) = recovered(folder, &bytes, &known) else {
        println!("recover after a lost header: nothing was saved");
        return 1;
    };
    println!(
        "recover after a lost header: {} of {} units whole, {} that were not there",
        known.len() - outcome.lost.len(),
        known.len(),
        outcome.strange
    );
    outcome.lost.len() as u64
}
