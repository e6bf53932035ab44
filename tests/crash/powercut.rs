//! The power cut at random moments of everything that the program does: is anything lost, or half there?
//!
//!     cargo build --release && cargo run --release --example powercut -- [ROUNDS] [SEED] [UNITS]
//!
//! A run of commands is recorded (strace): every write, truncation, sync, rename and removal, and when the commands said that they were done. A
//! round replays the record up to a random place. What was synced is on the disk; of what was written since, each sector of 512 bytes is or is not, at
//! random, and of new names, renames and removals since the folder was synced the first so many are. The memory that is then on the disk must open
//! and be sound, and be as it was after the last command that had said that it was done, or after the one that was at work. Copies and exports that were
//! acknowledged must be there and complete. With UNITS the run is one import of so many units that makes the memory: some 300,000 do not fit into the cache of
//! who writes, so that pages reach the disk before the commit, without a write-ahead log. `cargo test` runs a short form where strace is installed.
#![allow(clippy::print_stdout, reason = "a program that prints its findings")]
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    missing_docs,
    dead_code,
    reason = "the tests use it as a module"
)]

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

#[path = "state.rs"]
#[allow(
    clippy::duplicate_mod,
    reason = "the tests have it beside the other command's"
)]
pub mod state;

#[path = "trace.rs"]
pub mod trace;

use state::{Random, state};
use trace::{Call, read};

/// What a disk writes whole or not at all.
const SECTOR: usize = 512;

/// What happened.
#[derive(Debug, Default)]
pub struct Outcome {
    pub rounds: u64,
    /// Calls recorded, and bytes that they wrote.
    pub calls: usize,
    pub bytes: usize,
    /// Rounds in which something that was written got lost.
    pub lossy: u64,
    /// What was wrong.
    pub faults: Vec<String>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let rounds = arguments.next().map_or(Ok(1000), |rounds| rounds.parse())?;
    let seed = arguments.next().map_or(Ok(1), |seed| seed.parse())?;
    let units = arguments.next().map(|units| units.parse()).transpose()?;
    let program = std::env::current_exe()?;
    let program = program.parent().unwrap().parent().unwrap().join("diglot");
    let start = Instant::now();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let Some(outcome) = run(&program, root, rounds, seed, units) else {
        println!("strace is needed, and is not installed");
        std::process::exit(2);
    };
    println!(
        "{} calls that wrote {} bytes; {} power cuts, in {} of them something written was lost; {} faults in {:.0} s",
        outcome.calls,
        outcome.bytes,
        outcome.rounds,
        outcome.lossy,
        outcome.faults.len(),
        start.elapsed().as_secs_f64()
    );
    for fault in outcome.faults.iter().take(20) {
        println!("  {fault}");
    }
    std::process::exit(i32::from(!outcome.faults.is_empty()));
}

/// Records a run of the program, that of one first import where `units` are given, and replays it `rounds` times; `None` without strace.
pub fn run(
    program: &Path,
    root: &Path,
    rounds: u64,
    seed: u64,
    units: Option<usize>,
) -> Option<Outcome> {
    Command::new("strace")
        .arg("-V")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .ok()?;
    let folder = tempfile::tempdir().unwrap();
    let record = match units {
        None => Record::of_many_commands(program, root, folder.path()),
        Some(units) => {
            let table = table(folder.path(), "first.tsv", 0..units);
            Record::make(program, folder.path(), &[vec!["import", &table]])
        }
    };
    let mut random = Random(seed);
    let mut outcome = Outcome {
        rounds,
        calls: record.calls.len(),
        bytes: record.calls.iter().map(|(_, call)| call.bytes()).sum(),
        ..Outcome::default()
    };
    for round in 0..rounds {
        let at = random.below(record.calls.len() as u64 + 1) as usize;
        let place = folder.path().join("replayed");
        fs::create_dir(&place).unwrap();
        let (is_lossy, said) = record.replay(at, &place, &mut random);
        outcome.lossy += u64::from(is_lossy);
        if let Err(fault) = record.look_at(&place, said) {
            outcome.faults.push(format!(
                "round {round}, call {at}, after {said} commands: {fault}"
            ));
        }
        fs::remove_dir_all(&place).unwrap();
    }
    Some(outcome)
}

struct Record {
    /// Where the run worked; paths are relative to it.
    calls: Vec<(usize, Call)>,
    /// The state of the memory after so many commands.
    states: Vec<String>,
    /// Files that a command makes: the number of the command, and the file's content at the end.
    files: Vec<(usize, String, Vec<u8>)>,
}

const MEMORY: &str = "memory.diglot";

/// Writes a table of units and returns its path.
fn table(folder: &Path, name: &str, numbers: Range<usize>) -> String {
    let path = folder.join(name);
    let lines = numbers.map(|n| format!("Пункт {n} обсуждён.\tItem {n} was discussed.\n"));
    fs::write(&path, format!("ru\ten\n{}", lines.collect::<String>())).unwrap();
    path.display().to_string()
}

impl Record {
    fn of_many_commands(program: &Path, root: &Path, folder: &Path) -> Self {
        let sample = |name: &str| root.join("memories").join(name).display().to_string();
        let small = table(folder, "small.tsv", 0..30);
        let bulk = table(folder, "bulk.tsv", 1000..2500);
        let interview = "samples/2026-02-12-railway-interview";
        let (ru, en) = (
            sample(&format!("{interview}.ru.txt")),
            sample(&format!("{interview}.en.txt")),
        );
        let tmx = sample("official.tmx");
        let commands: Vec<Vec<&str>> = vec![
            vec!["import", &small],
            vec!["add", &ru, &en],
            vec!["import", &tmx],
            vec![
                "mark",
                "rejected",
                "official-0001",
                "official-0002",
                "official-0003",
            ],
            vec!["export", "-o", "export.tmx"],
            vec!["undo"],
            vec!["import", &bulk],
            vec!["backup", "copy.diglot"],
            vec!["mark", "automatic", "official-0007", "official-0008"],
            vec!["backup", "--keep", "2", "copy.diglot"],
            vec!["undo"],
            vec!["undo"],
            vec!["import", &bulk],
            vec!["export", "-o", "export.tmx"],
        ];
        Self::make(program, folder, &commands)
    }

    fn make(program: &Path, folder: &Path, commands: &[Vec<&str>]) -> Self {
        let place = folder.join("recorded");
        fs::create_dir(&place).unwrap();
        let place = place.canonicalize().unwrap();
        let mut record = Self {
            calls: Vec::new(),
            states: vec![String::new()],
            files: Vec::new(),
        };
        for (number, command) in commands.iter().enumerate() {
            let trace = folder.join("trace");
            let status = Command::new("strace")
                .args(["-f", "-qq", "-y", "-xx", "-s", "100000000", "-e", "signal=none", "-e"])
                .arg("trace=openat,open,creat,write,pwrite64,writev,pwritev,lseek,fsync,fdatasync,ftruncate,fallocate,unlink,unlinkat,rename,renameat,renameat2")
                .arg("-o")
                .arg(&trace)
                .arg(program)
                .args(["--json", "--quiet"])
                .args(command)
                .current_dir(&place)
                .env("DIGLOT_MEMORY", place.join(MEMORY))
                .env("HOME", folder)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .status()
                .unwrap();
            assert!(status.success(), "{command:?}");
            read(&fs::read_to_string(&trace).unwrap(), &place, &mut |call| {
                record.calls.push((number, call));
            });
            // Looked at elsewhere, so that looking changes nothing.
            let looked_at = folder.join("looked-at");
            fs::create_dir(&looked_at).unwrap();
            for file in fs::read_dir(&place).unwrap() {
                let file = file.unwrap();
                fs::copy(file.path(), looked_at.join(file.file_name())).unwrap();
            }
            record.states.push(state(&looked_at.join(MEMORY)).unwrap());
            fs::remove_dir_all(&looked_at).unwrap();
            if ["export", "backup"].contains(&command[0])
                && let Some(name) = command.last()
            {
                let content = fs::read(place.join(name)).unwrap();
                record.files.push((number, (*name).to_owned(), content));
            }
        }
        record
    }

    /// Writes what is on the disk when the power is cut before call `at`; returns whether anything written was lost, and how many commands had said that they
    /// were done.
    fn replay(&self, at: usize, place: &Path, random: &mut Random) -> (bool, usize) {
        let mut disk = Disk::default();
        let mut said = 0;
        for (_, call) in &self.calls[..at] {
            match call {
                Call::Done => said += 1,
                call => disk.take(call),
            }
        }
        // Sometimes nearly everything arrives, sometimes nearly nothing.
        let arriving = [0, 5, 30, 50, 70, 95, 100][random.below(7) as usize];
        let is_lossy = disk.write(place, arriving, random);
        if random.below(2) == 0 && place.join(format!("{MEMORY}-wal")).exists() {
            // Shared memory is never synced: anything may stand there.
            let noise: Vec<u8> = (0..32768).map(|_| random.number() as u8).collect();
            fs::write(place.join(format!("{MEMORY}-shm")), noise).unwrap();
        }
        (is_lossy, said)
    }

    fn look_at(&self, place: &Path, said: usize) -> Result<(), String> {
        let memory = place.join(MEMORY);
        let allowed = &self.states[said..self.states.len().min(said + 2)];
        let is_there = fs::metadata(&memory).is_ok_and(|file| file.len() > 0);
        if is_there || !allowed.contains(&String::new()) {
            let now = state(&memory)?;
            if !allowed.contains(&now) {
                let known = self.states.iter().position(|state| *state == now);
                return Err(format!("the memory is as after {known:?} commands"));
            }
        }
        // Of the files that were acknowledged the last of each name must be there whole; one that is being replaced may be the old or the new.
        for (number, name, content) in self.files.iter().filter(|(number, ..)| *number < said) {
            let later = |(other, its, _): &&(usize, String, Vec<u8>)| other > number && its == name;
            let next = self.files.iter().find(later);
            if next.is_some_and(|(other, ..)| *other < said) {
                continue;
            }
            let turned = place.join(format!("{name}.1"));
            let being_replaced = next.is_some_and(|(other, ..)| *other == said);
            let now = fs::read(place.join(name));
            let is_whole = match &now {
                Ok(now) => {
                    now == content || being_replaced && next.is_some_and(|(.., new)| new == now)
                }
                // A copy that makes room has the other name for a moment.
                Err(_) => being_replaced && fs::read(turned).is_ok_and(|it| it == *content),
            };
            if !is_whole {
                return Err(format!("`{name}` is not what was written"));
            }
        }
        Ok(())
    }
}

/// A file: what is on the disk for certain, and what was done to it since.
#[derive(Clone, Debug, Default)]
struct File {
    synced: Vec<u8>,
    pending: Vec<Change>,
}

#[derive(Clone, Debug)]
enum Change {
    Write(u64, Vec<u8>),
    Cut(u64),
}

#[derive(Clone, Debug)]
enum Name {
    Make(String, usize),
    Remove(String),
    Rename(String, String),
}

/// Files by number, and names: those for certain, and what was done to them since the folder was synced.
#[derive(Default)]
struct Disk {
    files: Vec<File>,
    synced: BTreeMap<String, usize>,
    names: BTreeMap<String, usize>,
    pending: Vec<Name>,
}

fn rename(names: &mut BTreeMap<String, usize>, change: &Name) {
    match change {
        Name::Make(path, file) => {
            names.insert(path.clone(), *file);
        }
        Name::Remove(path) => {
            names.remove(path);
        }
        Name::Rename(from, to) => {
            if let Some(file) = names.remove(from) {
                names.insert(to.clone(), file);
            }
        }
    }
}

fn apply(content: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Write(at, bytes) => {
            let end = *at as usize + bytes.len();
            if content.len() < end {
                content.resize(end, 0);
            }
            content[*at as usize..end].copy_from_slice(bytes);
        }
        Change::Cut(length) => content.resize(*length as usize, 0),
    }
}

impl Disk {
    fn name(&mut self, change: Name) {
        rename(&mut self.names, &change);
        self.pending.push(change);
    }

    fn file(&mut self, path: &str) -> Option<&mut File> {
        let number = *self.names.get(path)?;
        self.files.get_mut(number)
    }

    fn take(&mut self, call: &Call) {
        match call {
            Call::Make { path, empty } => match self.file(path) {
                Some(file) if *empty => file.pending.push(Change::Cut(0)),
                Some(_) => {}
                None => {
                    self.files.push(File::default());
                    let number = self.files.len() - 1;
                    self.name(Name::Make(path.clone(), number));
                }
            },
            Call::Write { path, at, bytes } => {
                if let Some(file) = self.file(path) {
                    file.pending.push(Change::Write(*at, bytes.clone()));
                }
            }
            Call::Cut { path, length } => {
                if let Some(file) = self.file(path) {
                    file.pending.push(Change::Cut(*length));
                }
            }
            Call::Sync { path } if path.is_empty() => {
                for change in std::mem::take(&mut self.pending) {
                    rename(&mut self.synced, &change);
                }
            }
            Call::Sync { path } => {
                if let Some(file) = self.file(path) {
                    for change in std::mem::take(&mut file.pending) {
                        apply(&mut file.synced, &change);
                    }
                }
            }
            Call::Remove { path } => self.name(Name::Remove(path.clone())),
            Call::Rename { from, to } => self.name(Name::Rename(from.clone(), to.clone())),
            Call::Done => {}
        }
    }

    /// Writes what is left when of what is not synced so many per cent arrive; says whether anything was lost.
    fn write(&self, place: &Path, arriving: u64, random: &mut Random) -> bool {
        let mut names = self.synced.clone();
        let arrived = match arriving {
            100 => self.pending.len(),
            _ => random.below(self.pending.len() as u64 + 1) as usize,
        };
        let mut is_lossy = arrived < self.pending.len();
        for change in &self.pending[..arrived] {
            rename(&mut names, change);
        }
        for (name, &number) in &names {
            let file = &self.files[number];
            let mut content = file.synced.clone();
            for change in &file.pending {
                match change {
                    Change::Cut(_) => match random.below(100) < arriving {
                        true => apply(&mut content, change),
                        false => is_lossy = true,
                    },
                    Change::Write(at, bytes) => {
                        let mut from = 0;
                        while from < bytes.len() {
                            let place = *at as usize + from;
                            let to = bytes.len().min(from + SECTOR - place % SECTOR);
                            match random.below(100) < arriving {
                                true => {
                                    let sector = bytes[from..to].to_vec();
                                    apply(&mut content, &Change::Write(place as u64, sector));
                                }
                                false => is_lossy = true,
                            }
                            from = to;
                        }
                    }
                }
            }
            fs::write(place.join(name), content).unwrap();
        }
        is_lossy
    }
}
