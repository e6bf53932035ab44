//! The memory against kills, power cuts, full disks and hostile files: the short forms of what `tests/crash/` and `tests/hostile/` measure at length,
//! and the faults that a system has.

#![allow(clippy::print_stdout, reason = "what is skipped is said")]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::support::{Place, Run, root};

#[path = "crash/kill.rs"]
mod kill;

#[path = "crash/powercut.rs"]
mod powercut;

#[path = "hostile/cases.rs"]
mod cases;

#[path = "fuzz/targets.rs"]
mod targets;

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_diglot"))
}

#[cfg(unix)]
#[test]
fn a_killed_command_leaves_the_memory_as_before_or_after() {
    let outcome = kill::run(program(), root(), 22, 7);
    assert_eq!(outcome.faults, [] as [String; 0]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_power_cut_takes_nothing_that_was_acknowledged() {
    let Some(outcome) = powercut::run(program(), root(), 20, 7, None) else {
        println!("skipped: strace is not installed");
        return;
    };
    assert_eq!(outcome.faults, [] as [String; 0]);
    assert!(outcome.lossy > 0 && outcome.calls > 100);
}

#[test]
fn hostile_files_are_read_or_refused_and_nothing_else() {
    let place = Place::new();
    place.expect(0, &["--quiet", "import", "memories/official.tmx"]);
    let memory = fs::read(place.path("memory.diglot")).unwrap();
    for case in cases::cases(false) {
        place.write("memory.diglot", &memory);
        let hostile = place.path(&case.name);
        if fs::write(&hostile, &case.bytes).is_err() {
            // Not every system takes every name.
            continue;
        }
        let arguments: Vec<String> = case
            .arguments
            .iter()
            .map(|argument| argument.replace("{}", &hostile.display().to_string()))
            .collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let stdin = String::from_utf8_lossy(&case.bytes).into_owned();
        let run = match arguments.contains(&"-") {
            true => place.run_with(&arguments, &stdin),
            false => place.run(&arguments),
        };
        let about = format!("{}, {}: {run:?}", case.class, case.name.escape_debug());
        match case.end {
            cases::End::Read => assert!(matches!(run.status, 0 | 1), "{about}"),
            cases::End::Refused(words) => {
                assert_eq!(run.status, 2, "{about}");
                assert!(run.stderr.contains(words), "{about}");
            }
        }
        assert!(!run.stderr.contains("panicked"), "{about}");
        for never in case.never {
            assert!(
                !run.stdout.contains(never) && !run.stderr.contains(never),
                "{about}"
            );
        }
        assert!(!place.path("../KEEP-OUT").exists() && !Path::new("/etc/KEEP-OUT").exists());
    }
}

#[test]
fn what_fuzzing_found_and_began_with_is_replayed() {
    for (name, target) in targets::TARGETS {
        let folder = root().join("tests/fuzz/corpus").join(name);
        let mut files: Vec<_> = fs::read_dir(&folder)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
            .map(|file| file.unwrap().path())
            .collect();
        files.sort();
        assert!(!files.is_empty(), "{name} has a corpus");
        for file in files {
            target(&fs::read(&file).unwrap());
        }
    }
}

#[test]
fn copies_are_turned_and_never_the_memory_itself() {
    let place = Place::new();
    place.expect(0, &["import", "memories/official.tmx"]);
    for round in 1..=4 {
        place.expect(0, &["mark", "rejected", &format!("official-000{round}")]);
        let run = place.expect(0, &["--json", "backup", "--keep", "3", "day.diglot"]);
        assert!(
            run.stdout.contains(&format!("\"copies\":{}", round.min(3))),
            "{run:?}"
        );
    }
    let rejected = |name: &str| {
        let run = place.expect(0, &["--memory", name, "--json", "stats"]);
        let line: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        line["units"]["rejected"].as_u64().unwrap()
    };
    let copies = ["day.diglot", "day.diglot.1", "day.diglot.2"];
    assert_eq!(copies.map(rejected), [4, 3, 2]);
    assert!(!place.path("day.diglot.3").exists() && !place.path("day.diglot.next").exists());
    // Fewer than before: what is beyond goes.
    place.expect(0, &["backup", "--keep", "2", "day.diglot"]);
    assert!(place.path("day.diglot.1").exists() && !place.path("day.diglot.2").exists());

    let refused = place.expect(2, &["backup", "--keep", "2", "memory.diglot"]);
    assert!(
        refused.stderr.contains("is the memory itself"),
        "{refused:?}"
    );
    place.write("notes.txt", "minutes");
    let refused = place.expect(2, &["backup", "--keep", "2", "notes.txt"]);
    assert!(
        refused.stderr.contains("not a copy of a memory"),
        "{refused:?}"
    );
    assert_eq!(place.read("notes.txt"), "minutes");
    place.expect(0, &["check"]);
}

#[test]
fn a_damaged_memory_is_a_finding_and_is_recovered_page_by_page() {
    let place = Place::with_samples();
    let whole = fs::read(place.path("memory.diglot")).unwrap();
    let units = |name: &str| {
        let run = place.expect(0, &["--memory", name, "--json", "stats"]);
        let line: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let counts = ["automatic", "confirmed", "rejected"];
        counts
            .map(|status| line["units"][status].as_u64().unwrap())
            .iter()
            .sum::<u64>()
    };
    let all = units("memory.diglot");

    // Cut in the middle: SQLite opens it no more.
    place.write("cut.diglot", &whole[..whole.len() / 2]);
    let run = place.expect(1, &["--memory", "cut.diglot", "check"]);
    assert!(run.stdout.contains("the file:"), "{run:?}");
    let run = place.expect(0, &["recover", "cut.diglot", "rest.diglot"]);
    assert!(run.stdout.contains("the file is cut"), "{run:?}");
    place.expect(0, &["--memory", "rest.diglot", "check"]);
    assert!(units("rest.diglot") > 0 && units("rest.diglot") < all);
    assert_eq!(
        fs::read(place.path("cut.diglot")).unwrap(),
        &whole[..whole.len() / 2]
    );

    // Without its first page.
    let mut headless = whole.clone();
    headless[..4096].fill(0);
    place.write("headless.diglot", &headless);
    let run = place.expect(2, &["--memory", "headless.diglot", "check"]);
    assert!(run.stderr.contains("diglot recover"), "{run:?}");
    let run = place.expect(0, &["recover", "headless.diglot", "all.diglot"]);
    assert!(run.stdout.contains("the file's header is lost"), "{run:?}");
    place.expect(0, &["--memory", "all.diglot", "check"]);
    assert_eq!(units("all.diglot"), all);

    place.write("notes.txt", "minutes of the meeting\n".repeat(1000));
    let run = place.expect(2, &["recover", "notes.txt", "none.diglot"]);
    assert!(run.stderr.contains("nothing of a memory"), "{run:?}");
    assert!(!place.path("none.diglot").exists());
}

#[test]
fn a_clock_set_back_loses_and_reorders_nothing() {
    use diglot::memory::{Access, Change, Memory};
    use diglot::model::{Lang, TranslationUnit, Variant};

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.diglot");
    let mut memory = Memory::open(&path, Access::Create).unwrap();
    for (round, at) in [
        "2030-01-01T00:00:00Z",
        "1999-01-01T00:00:00Z",
        "2010-01-01T00:00:00Z",
    ]
    .iter()
    .enumerate()
    {
        let mut writer = memory
            .begin(Change {
                command: "import".to_owned(),
                detail: round.to_string(),
                at: at.parse().unwrap(),
            })
            .unwrap();
        let variant = |tag, text: &str| Variant::new(Lang::new(tag).unwrap(), text).unwrap();
        let unit = TranslationUnit {
            variants: vec![
                variant("ru", &format!("Да {round}.")),
                variant("en", &format!("Yes {round}.")),
            ],
            ..TranslationUnit::default()
        };
        writer.add_unit(&unit).unwrap();
        writer.commit().unwrap();
    }
    let details: Vec<String> = memory
        .log(10)
        .unwrap()
        .into_iter()
        .map(|entry| entry.change.detail)
        .collect();
    assert_eq!(details, ["2", "1", "0"]);
    let undone = memory
        .undo(None, "1970-01-01T00:00:00Z".parse().unwrap())
        .unwrap();
    assert_eq!(undone.unwrap().change.detail, "2");
    assert_eq!(memory.check(&mut |_| true).unwrap(), []);
}

/// A table of so many units.
fn table(units: usize) -> String {
    let lines = (0..units).map(|n| {
        format!("Комитет рассмотрел пункт {n} повестки дня.\tThe committee considered item {n}.\n")
    });
    format!("ru\ten\n{}", lines.collect::<String>())
}

#[cfg(target_os = "linux")]
mod system {
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::{Child, Command, Stdio};

    use super::*;

    fn intact(place: &Place, before: &str) {
        place.expect(0, &["check"]);
        assert_eq!(place.expect(0, &["--json", "stats"]).stdout, before);
    }

    #[test]
    fn a_limit_on_the_size_of_files_is_an_error_and_the_memory_stays() {
        let place = Place::new();
        place.expect(0, &["import", "memories/official.tmx"]);
        place.write("big.tsv", table(20_000));
        let before = place.expect(0, &["--json", "stats"]).stdout;
        // In blocks of 512 bytes: 2 MiB.
        let run = place.shell("ulimit -f 4096; diglot import big.tsv");
        assert_eq!(run.status, 2, "{run:?}");
        assert!(run.stderr.contains("ulimit -f"), "{run:?}");
        intact(&place, &before);
        place.write("export.tmx", "old");
        let run = place.shell("ulimit -f 100; diglot export -o export.tmx");
        assert_eq!(run.status, 2, "{run:?}");
        assert!(run.stderr.contains("hint:"), "{run:?}");
        assert_eq!(place.read("export.tmx"), "old");
        let run = place.shell("ulimit -f 100; diglot backup copy.diglot");
        assert_eq!(run.status, 2, "{run:?}");
        assert!(!place.path("copy.diglot").exists());
        intact(&place, &before);
        place.expect(0, &["import", "big.tsv"]);
    }

    #[test]
    fn a_full_disk_is_said_and_the_memory_stays() {
        let place = Place::new();
        place.write("big.tsv", table(20_000));
        let small = place.path("small");
        fs::create_dir(&small).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=3m", "tmpfs"])
            .arg(&small)
            .stderr(Stdio::null())
            .status();
        if !mounted.is_ok_and(|status| status.success()) {
            println!("skipped: a small file system cannot be mounted here");
            return;
        }
        let outcome = std::panic::catch_unwind(|| {
            let memory = ["--memory", "small/memory.diglot"];
            let run =
                |status, arguments: &[&str]| place.expect(status, &[&memory, arguments].concat());
            run(0, &["import", "memories/official.tmx"]);
            let before = run(0, &["--json", "stats"]).stdout;
            let full = run(2, &["import", "big.tsv"]);
            assert!(full.stderr.contains("the disk is full"), "{full:?}");
            run(0, &["check"]);
            assert_eq!(run(0, &["--json", "stats"]).stdout, before);
            // Whatever still fits.
            let _ = fs::write(small.join("fill"), vec![0; 4 << 20]);
            place.expect(0, &["import", "memories/official.tmx"]);
            let full = place.expect(2, &["export", "-o", "small/much.jsonl"]);
            assert!(full.stderr.contains("free some space"), "{full:?}");
            assert!(!small.join("much.jsonl").exists());
            let full = place.expect(2, &["backup", "small/copy.diglot"]);
            assert!(full.stderr.contains("full"), "{full:?}");
            place.expect(0, &["check"]);
        });
        let unmounted = Command::new("umount").arg(&small).status();
        assert!(unmounted.is_ok_and(|status| status.success()));
        if let Err(panic) = outcome {
            std::panic::resume_unwind(panic);
        }
    }

    /// Runs the program as a user who owns nothing, where this process may do that; root may write anywhere.
    fn as_nobody(place: &Place, arguments: &[&str]) -> Option<Run> {
        // The program must be reachable for that user.
        let program = place.path("diglot");
        fs::copy(super::program(), &program).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let output = Command::new("setpriv")
            .args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"])
            .arg(&program)
            .args(arguments)
            .current_dir(place.path(""))
            .env("DIGLOT_MEMORY", place.path("memory.diglot"))
            .env("HOME", "/nonexistent")
            .output()
            .ok()?;
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        if stderr.contains("setpriv:") {
            return None;
        }
        Some(Run {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr,
        })
    }

    #[test]
    fn who_may_not_write_is_told_so_and_may_still_ask() {
        let place = Place::with_samples();
        let before = place.expect(0, &["--json", "stats"]).stdout;
        fs::set_permissions(place.path(""), fs::Permissions::from_mode(0o755)).unwrap();
        fs::set_permissions(
            place.path("memory.diglot"),
            fs::Permissions::from_mode(0o644),
        )
        .unwrap();
        let Some(run) = as_nobody(&place, &["import", "memories/official.tmx"]) else {
            println!("skipped: this user cannot become another");
            return;
        };
        assert_eq!(run.status, 2, "{run:?}");
        assert!(
            run.stderr.contains("write protected") || run.stderr.contains("cannot be written"),
            "{run:?}"
        );
        let run = as_nobody(
            &place,
            &["suggest", "--to", "en", "Мы предлагаем три шага:"],
        )
        .unwrap();
        assert_eq!(run.status, 0, "{run:?}");
        let run = as_nobody(&place, &["export", "-o", "export.tmx"]).unwrap();
        assert_eq!(run.status, 2, "{run:?}");
        assert!(run.stderr.contains("hint:"), "{run:?}");
        // No permission to read.
        fs::set_permissions(
            place.path("memory.diglot"),
            fs::Permissions::from_mode(0o600),
        )
        .unwrap();
        let run = as_nobody(&place, &["stats"]).unwrap();
        assert_eq!(run.status, 2, "{run:?}");
        assert!(run.stderr.contains("hint:"), "{run:?}");
        fs::set_permissions(
            place.path("memory.diglot"),
            fs::Permissions::from_mode(0o644),
        )
        .unwrap();
        intact(&place, &before);
    }

    fn start(place: &Place, arguments: &[&str]) -> Child {
        Command::new(super::program())
            .args(arguments)
            .current_dir(place.path(""))
            .env("DIGLOT_MEMORY", place.path("memory.diglot"))
            .env("HOME", place.path(""))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    fn signal(child: &Child, name: &str) {
        let sent = Command::new("kill")
            .args([name, &child.id().to_string()])
            .status();
        assert!(sent.is_ok_and(|status| status.success()));
    }

    #[test]
    fn long_commands_stop_when_asked_and_say_how_to_go_on() {
        let place = Place::with_samples();
        place.write("big.tsv", table(120_000));
        place.write(
            "big.ru.txt",
            (0..9000)
                .map(|n| format!("Комитет {n} рассмотрел пункт.\n\n"))
                .collect::<String>(),
        );
        place.write(
            "big.en.txt",
            (0..9000)
                .map(|n| format!("The committee {n} considered an item.\n\n"))
                .collect::<String>(),
        );
        // The file may grow by what was counted of the units it has.
        let stats = |place: &Place| {
            let said = place.expect(0, &["--json", "stats"]).stdout;
            let (head, rest) = said.split_once("\"bytes\":").unwrap();
            let (_, tail) = rest.split_once(',').unwrap();
            format!("{head}{tail}")
        };
        let before = stats(&place);
        let commands: [&[&str]; 4] = [
            &["import", "big.tsv"],
            &["add", "big.ru.txt", "big.en.txt"],
            &[
                "align",
                "big.ru.txt",
                "big.en.txt",
                "-o",
                "out.tsv",
                "--format",
                "tsv",
            ],
            &["segment", "big.tsv"],
        ];
        for (number, command) in commands.iter().enumerate() {
            let name = ["-INT", "-TERM"][number % 2];
            let child = start(&place, command);
            std::thread::sleep(Duration::from_millis(200));
            signal(&child, name);
            let output = child.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            // A fast machine may have finished.
            if output.status.code() == Some(0) {
                continue;
            }
            assert_eq!(
                output.status.code(),
                Some(130),
                "{command:?}: {said} {:?}",
                output.status.signal()
            );
            assert!(
                said.contains("interrupted") && said.contains("again"),
                "{command:?}: {said}"
            );
            assert_eq!(stats(&place), before, "{command:?}");
        }
        // What only reads a memory leaves nothing behind.
        place.expect(0, &["--memory", "big.diglot", "import", "big.tsv"]);
        let commands: [&[&str]; 4] = [
            &["--memory", "big.diglot", "check"],
            &["--memory", "big.diglot", "backup", "copy.diglot"],
            &["--memory", "big.diglot", "export", "-o", "out.tmx"],
            &["recover", "big.diglot", "new.diglot"],
        ];
        for (number, command) in commands.iter().enumerate() {
            let child = start(&place, command);
            std::thread::sleep(Duration::from_millis(100));
            signal(&child, ["-INT", "-TERM"][number % 2]);
            let output = child.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            if output.status.code() == Some(0) {
                continue;
            }
            assert_eq!(output.status.code(), Some(130), "{command:?}: {said}");
            assert!(said.contains("interrupted"), "{command:?}: {said}");
            let made = place.path(command.last().unwrap());
            assert!(!made.exists(), "{command:?} left a file");
        }
        place.expect(0, &["--memory", "big.diglot", "check"]);
        place.expect(0, &["check"]);
        let left: Vec<_> = fs::read_dir(place.path(""))
            .unwrap()
            .map(|file| file.unwrap().file_name())
            .collect();
        assert!(
            !left
                .iter()
                .any(|name| name.to_string_lossy().starts_with(".tmp")),
            "{left:?}"
        );
    }

    #[test]
    fn who_waits_for_another_writer_is_told_for_whom() {
        let place = Place::with_samples();
        let db = rusqlite::Connection::open(place.path("memory.diglot")).unwrap();
        db.execute_batch("BEGIN IMMEDIATE").unwrap();
        let begun = Instant::now();
        let run = place.expect(2, &["import", "memories/official.tmx"]);
        assert!(begun.elapsed() >= Duration::from_secs(5), "it waited");
        assert!(
            run.stderr.contains("waiting for another process"),
            "{run:?}"
        );
        assert!(
            run.stderr
                .contains(&format!("process {}", std::process::id())),
            "{run:?}"
        );
        db.execute_batch("ROLLBACK").unwrap();
        place.expect(0, &["import", "memories/official.tmx"]);
    }

    #[test]
    fn a_closed_pipe_is_no_failure() {
        let place = Place::with_samples();
        for command in [
            "export",
            "search --lang ru в",
            "segment memories/samples/*.txt",
            "log",
            "documents",
        ] {
            let run = place.shell(&format!(
                "(diglot {command}; echo \"status $?\" >&2) | head -c 1 >/dev/null"
            ));
            assert!(
                !run.stderr.contains("error") && !run.stderr.contains("panicked"),
                "{run:?}"
            );
            assert!(run.stderr.contains("status 0"), "{run:?}");
        }
    }

    #[test]
    fn a_memory_in_a_synchronised_folder_is_warned_of() {
        let place = Place::new();
        let memory = "Dropbox/memory.diglot";
        let run = place.expect(0, &["--memory", memory, "import", "memories/official.tmx"]);
        assert!(run.stderr.contains("synchronised"), "{run:?}");
        let run = place.run(&["--memory", memory, "suggest", "--to", "en", "Министерство"]);
        assert!(matches!(run.status, 0 | 1), "{run:?}");
        assert!(!run.stderr.contains("synchronised"), "{run:?}");
    }
}
