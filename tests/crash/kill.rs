//! The program killed at random moments of everything that it does: is anything lost, or half there?
//!
//!     cargo build --release && cargo run --release --example kill -- [ROUNDS] [SEED]
//!
//! Every round runs a command twice: to its end on a copy of the memory, which says how the memory looks afterwards and how long that takes, and
//! on the memory itself, killed (SIGKILL) at a random moment of that time. The memory must then be sound and be as before or as after, nothing between;
//! where the command had said that it was done, as after. Files that it writes are as before or complete. The next command works. `cargo test` runs
//! a short form.
#![allow(clippy::print_stdout, reason = "a program that prints its findings")]
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    missing_docs,
    reason = "the tests use it as a module"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use state::{Random, state};

#[path = "state.rs"]
#[allow(
    clippy::duplicate_mod,
    reason = "the tests have it beside the other command's"
)]
pub mod state;

/// Rounds after which the memory is as at the beginning again, so that it does not grow.
const FRESH_AFTER: u64 = DEEDS.len() as u64;
/// Units of a small import and of a large one, which writes the log back into the file at its end.
const UNITS: [u64; 2] = [40, 3000];

/// What happened.
#[derive(Debug, Default)]
pub struct Outcome {
    /// For each command: rounds, kills before it had ended, of these acknowledged ones, and those after which the memory was as before.
    pub commands: BTreeMap<&'static str, [u64; 4]>,
    /// What was wrong.
    pub faults: Vec<String>,
}

#[allow(dead_code, reason = "the test has its own beginning")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let rounds = arguments.next().map_or(Ok(1000), |rounds| rounds.parse())?;
    let seed = arguments.next().map_or(Ok(1), |seed| seed.parse())?;
    let program = std::env::current_exe()?;
    let program = program.parent().unwrap().parent().unwrap().join("diglot");
    let start = Instant::now();
    let outcome = run(
        &program,
        Path::new(env!("CARGO_MANIFEST_DIR")),
        rounds,
        seed,
    );
    println!("{:<12} rounds  killed  acknowledged  as before", "");
    let mut sums = [0; 4];
    for (command, counts) in &outcome.commands {
        let [rounds, killed, acknowledged, before] = counts;
        println!("{command:<12} {rounds:>6} {killed:>7} {acknowledged:>13} {before:>10}");
        sums.iter_mut()
            .zip(counts)
            .for_each(|(sum, count)| *sum += count);
    }
    let [rounds, killed, acknowledged, before] = sums;
    println!(
        "{:<12} {rounds:>6} {killed:>7} {acknowledged:>13} {before:>10}",
        "all"
    );
    println!(
        "{} faults in {:.0} s",
        outcome.faults.len(),
        start.elapsed().as_secs_f64()
    );
    for fault in outcome.faults.iter().take(20) {
        println!("  {fault}");
    }
    std::process::exit(i32::from(!outcome.faults.is_empty()));
}

/// What is done to a memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Import,
    Bulk,
    Add,
    Confirm,
    Undo,
    Index,
    Backup,
    Turn,
    Export,
    Migrate,
    Recover,
}

const DEEDS: [(Deed, &str); 11] = [
    (Deed::Import, "import"),
    (Deed::Bulk, "bulk import"),
    (Deed::Add, "add"),
    (Deed::Confirm, "confirm"),
    (Deed::Undo, "undo"),
    (Deed::Index, "index"),
    (Deed::Backup, "backup"),
    (Deed::Turn, "backup --keep"),
    (Deed::Export, "export"),
    (Deed::Migrate, "migrate"),
    (Deed::Recover, "recover"),
];

/// Runs the rounds with the program at `program` and the texts and memories of the project in `root`.
pub fn run(program: &Path, root: &Path, rounds: u64, seed: u64) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let mut outcome = Outcome::default();
    let mut scene = Scene {
        program,
        root,
        folder: folder.path(),
        random: Random(seed),
        round: 0,
    };
    let base = folder.path().join("base.diglot");
    for arguments in [
        &["add", "memories/samples"][..],
        &["import", "memories/official.tmx"],
    ] {
        scene.whole(&base, &scene.owned(arguments));
    }
    let memory = folder.path().join("memory.diglot");
    for round in 0..rounds {
        scene.round = round;
        if round % FRESH_AFTER == 0 {
            remove(&memory);
            fs::copy(&base, &memory).unwrap();
        }
        let (deed, name) = DEEDS[(round % DEEDS.len() as u64) as usize];
        let counts = outcome.commands.entry(name).or_default();
        if let Err(fault) = scene.round(deed, &memory, counts) {
            outcome
                .faults
                .push(format!("round {round}, {name}: {fault}"));
            // The next rounds begin with a sound memory.
            remove(&memory);
            fs::copy(&base, &memory).unwrap();
        }
    }
    outcome
}

struct Scene<'s> {
    program: &'s Path,
    root: &'s Path,
    folder: &'s Path,
    random: Random,
    round: u64,
}

impl Scene<'_> {
    fn owned(&self, arguments: &[&str]) -> Vec<String> {
        arguments
            .iter()
            .map(|&argument| argument.to_owned())
            .collect()
    }

    fn command(&self, memory: &Path, arguments: &[String]) -> Command {
        let mut command = Command::new(self.program);
        command
            .current_dir(self.root)
            .args(["--json", "--quiet"])
            .args(arguments)
            .env("DIGLOT_MEMORY", memory)
            .env("HOME", self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs a command to its end.
    fn whole(&self, memory: &Path, arguments: &[String]) {
        let output = self.command(memory, arguments).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(
            matches!(output.status.code(), Some(0 | 1)),
            "{arguments:?}: {text}"
        );
    }

    /// Runs a command, kills it after a while and returns whether that was before it had ended, and whether it had said that it was done.
    fn killed(&self, memory: &Path, arguments: &[String], after: Duration) -> (bool, bool) {
        let mut child = self.command(memory, arguments).spawn().unwrap();
        std::thread::sleep(after);
        let was_running = child.try_wait().unwrap().is_none();
        // SIGKILL; where it has ended already there is nothing to kill.
        let _ = child.kill();
        let output = child.wait_with_output().unwrap();
        let is_done = String::from_utf8_lossy(&output.stdout)
            .lines()
            .any(|line| line.ends_with('}'));
        (was_running && !output.status.success(), is_done)
    }

    fn round(&mut self, deed: Deed, memory: &Path, counts: &mut [u64; 4]) -> Result<(), String> {
        let copy = self.folder.join("copy.diglot");
        let mut memory = memory.to_owned();
        if deed == Deed::Migrate {
            // A memory of an earlier version stands in for the memory.
            memory = self.folder.join("old.diglot");
            remove(&memory);
            // The newest is as the program makes them.
            let version = self.random.below(versions(self.root) - 1) + 1;
            let old = format!("tests/cases/memory/version-{version}.db");
            fs::copy(self.root.join(old), &memory).unwrap();
        }
        if deed == Deed::Index {
            let db = rusqlite::Connection::open(&memory).unwrap();
            db.execute("DELETE FROM shelf_state", []).unwrap();
        }
        remove(&copy);
        fs::copy(&memory, &copy).unwrap();
        let before = match deed {
            Deed::Migrate => None,
            _ => Some(state(&memory)?),
        };
        let (arguments, written) = self.arguments(deed, &memory);
        let (trial, other) = self.arguments(deed, &copy);
        let start = Instant::now();
        self.whole(&copy, &trial);
        let took = start.elapsed();
        let after = state(&copy)?;
        let before = before.unwrap_or_else(|| after.clone());
        // Half of the kills anywhere, half near the end, where the commit is.
        let share = match self.random.below(2) {
            0 => self.random.below(1100),
            _ => 700 + self.random.below(350),
        };
        let wait = took.mul_f64(share as f64 / 1000.0);
        let (killed, done) = self.killed(&memory, &arguments, wait);
        counts[0] += 1;
        counts[1] += u64::from(killed);
        counts[2] += u64::from(killed && done);
        let now = state(&memory)?;
        counts[3] += u64::from(killed && now == before);
        if now != before && now != after {
            return Err("the memory is neither as before nor as after".to_owned());
        }
        if done && now != after {
            return Err("it said that it was done, and the memory is as before".to_owned());
        }
        for (file, whole) in written.iter().zip(&other) {
            self.look_at(deed, file, whole, done, &after)?;
        }
        if deed == Deed::Migrate {
            // The copy made first has its name only when it is complete.
            for number in 1..=versions(self.root) {
                let kept = with(&memory, &format!(".version-{number}.backup"));
                if kept.exists() && state(&kept)? != after {
                    return Err("the copy of the old memory is not as it was".to_owned());
                }
            }
        }
        // What was interrupted is simply done again.
        if deed == Deed::Index || deed == Deed::Migrate {
            let ask = self.owned(&["suggest", "--to", "en", "--min", "1", "Спасибо."]);
            self.command(&memory, &ask)
                .output()
                .map_err(|error| error.to_string())
                .and_then(|output| match output.status.code() {
                    Some(0 | 1) => Ok(()),
                    _ => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
                })?;
        }
        for file in written.iter().chain(&other) {
            remove(file);
            for ending in [".1", ".2", ".next", ".unfinished", ".next.unfinished"] {
                remove(&with(file, ending));
            }
        }
        Ok(())
    }

    /// Looks at a file that the killed command was to write, beside the one that the same command wrote to its end.
    fn look_at(
        &self,
        deed: Deed,
        file: &Path,
        whole: &Path,
        done: bool,
        state_of: &str,
    ) -> Result<(), String> {
        if !file.exists() {
            return match done {
                true => Err(format!("`{}` was said to be there", file.display())),
                false => Ok(()),
            };
        }
        match deed {
            Deed::Export => {
                let text = |path: &Path| fs::read_to_string(path).unwrap_or_default();
                let (found, wanted) = (text(file), text(whole));
                let is_old = found == OLD;
                if found.lines().count() != wanted.lines().count() && !is_old {
                    return Err("the export is neither the old file nor complete".to_owned());
                }
                if done && is_old {
                    return Err("the export said that it was done".to_owned());
                }
            }
            _ => {
                for copy in [file.to_owned(), with(file, ".1"), with(file, ".2")] {
                    if copy.exists()
                        && state(&copy)?.lines().count() != state_of.lines().count()
                        && deed != Deed::Recover
                    {
                        return Err(format!("`{}` is not the memory", copy.display()));
                    }
                }
            }
        }
        Ok(())
    }

    /// Returns the command line of a deed on a memory, and the files that it writes.
    fn arguments(&self, deed: Deed, memory: &Path) -> (Vec<String>, Vec<PathBuf>) {
        let round = self.round;
        let text = |path: &Path| path.display().to_string();
        let own = |ending: &str| with(memory, ending);
        match deed {
            Deed::Import | Deed::Bulk => {
                let file = self.folder.join("units.tsv");
                let mut units = String::from("ru\ten\n");
                for number in 0..UNITS[usize::from(deed == Deed::Bulk)] {
                    writeln!(
                        units,
                        "Заседание {round} рассмотрело вопрос {number}.\tMeeting {round} considered question {number}."
                    )
                    .unwrap();
                }
                fs::write(&file, units).unwrap();
                (vec!["import".to_owned(), text(&file)], Vec::new())
            }
            Deed::Add => {
                let names = ["ru", "en"].map(|lang| {
                    let sample = self.root.join(format!(
                        "memories/samples/2026-02-12-railway-interview.{lang}.txt"
                    ));
                    let changed = fs::read_to_string(sample).unwrap();
                    let changed = changed.replace('.', &format!(" {round}."));
                    let name = self.folder.join(format!("release-{round}.{lang}.txt"));
                    fs::write(&name, changed).unwrap();
                    text(&name)
                });
                (
                    ["add".to_owned()].into_iter().chain(names).collect(),
                    Vec::new(),
                )
            }
            Deed::Confirm => {
                let units = (1..30).map(|number| format!("official-{:04}", number + round % 700));
                let status = ["rejected", "automatic", "confirmed"][(round % 3) as usize];
                let begin = ["mark", status].map(str::to_owned);
                (begin.into_iter().chain(units).collect(), Vec::new())
            }
            Deed::Undo => (vec!["undo".to_owned()], Vec::new()),
            Deed::Index | Deed::Migrate => (
                self.owned(&["search", "--limit", "1", "спасибо"]),
                Vec::new(),
            ),
            Deed::Backup => {
                let file = own(".copy");
                (vec!["backup".to_owned(), text(&file)], vec![file])
            }
            Deed::Turn => {
                let file = own(".turned");
                for copy in [file.clone(), with(&file, ".1")] {
                    remove(&copy);
                    self.whole(memory, &["backup".to_owned(), text(&copy)]);
                }
                (
                    ["backup", "--keep", "3"]
                        .map(str::to_owned)
                        .into_iter()
                        .chain([text(&file)])
                        .collect(),
                    vec![file],
                )
            }
            Deed::Export => {
                let file = own(".tmx");
                fs::write(&file, OLD).unwrap();
                (
                    vec!["export".to_owned(), "-o".to_owned(), text(&file)],
                    vec![file],
                )
            }
            Deed::Recover => {
                let file = own(".recovered");
                (
                    vec!["recover".to_owned(), text(memory), text(&file)],
                    vec![file],
                )
            }
        }
    }
}

/// What stands where an export is written to.
const OLD: &str = "what stood here before\n";

fn with(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Removes a memory with the files beside it.
fn remove(path: &Path) {
    for ending in ["", "-wal", "-shm", "-journal"] {
        let _ = fs::remove_file(with(path, ending));
    }
    for number in 1..9 {
        let _ = fs::remove_file(with(path, &format!(".version-{number}.backup")));
    }
}

/// How many versions of memories were published.
fn versions(root: &Path) -> u64 {
    (1..)
        .take_while(|version| {
            root.join(format!("tests/cases/memory/version-{version}.db"))
                .exists()
        })
        .count() as u64
}
