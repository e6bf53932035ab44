//! Every hostile file at full size: does the program end within 2 s and 256 MB, without a panic, without opening another file or a connection?
//!
//!     cargo build --release && cargo run --release --example hostile -- [NAME]
//!
//! Linux, with strace and GNU time. With a name only the cases whose names hold it. `cargo test` runs the same cases in small.
#![allow(clippy::print_stdout, reason = "a program that prints its findings")]
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, dead_code)]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use cases::{Case, End, cases};

mod cases;

/// What a case may take.
const SECONDS: f64 = 2.0;
const KILOBYTES: u64 = 256 << 10;

fn main() {
    let wanted = std::env::args().nth(1).unwrap_or_default();
    let program = std::env::current_exe().unwrap();
    let program = program.parent().unwrap().parent().unwrap().join("diglot");
    let (mut all, mut faults, mut slowest, mut largest) = (0, 0, 0.0_f64, 0);
    for case in cases(true) {
        if !case.name.contains(&wanted) {
            continue;
        }
        all += 1;
        let outcome = look(&program, &case);
        slowest = slowest.max(outcome.seconds);
        largest = largest.max(outcome.kilobytes);
        let name = case.name.escape_debug().to_string();
        println!(
            "{:<32} {name:<28} exit {:<3} {:>6.2} s {:>5} MB  {}",
            case.class,
            outcome.code,
            outcome.seconds,
            outcome.kilobytes >> 10,
            outcome.said
        );
        for fault in &outcome.faults {
            println!("    FAULT: {fault}");
        }
        faults += usize::from(!outcome.faults.is_empty());
    }
    println!(
        "{all} cases, {faults} with faults; the slowest {slowest:.2} s, the largest {} MB",
        largest >> 10
    );
    std::process::exit(i32::from(faults > 0));
}

struct Outcome {
    code: i32,
    seconds: f64,
    kilobytes: u64,
    said: String,
    faults: Vec<String>,
}

fn look(program: &Path, case: &Case) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(&case.name);
    fs::write(&file, &case.bytes).unwrap();
    let prepare = |command: &mut Command, memory: &str| {
        command
            .args(
                case.arguments
                    .iter()
                    .map(|argument| argument.replace("{}", &file.display().to_string())),
            )
            .current_dir(folder.path())
            .env("DIGLOT_MEMORY", folder.path().join(memory))
            .env("HOME", folder.path())
            .stdin(fs::File::open(&file).unwrap())
            .stdout(fs::File::create(folder.path().join("stdout")).unwrap())
            .stderr(Stdio::piped());
    };
    let start = |memory: &str| {
        let made = Command::new(program)
            .args([
                "--quiet",
                "import",
                concat!(env!("CARGO_MANIFEST_DIR"), "/memories/official.tmx"),
            ])
            .env("DIGLOT_MEMORY", folder.path().join(memory))
            .env("HOME", folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(made.unwrap().success());
    };
    start("memory.diglot");
    let measured = folder.path().join("measured");
    let mut command = Command::new("timeout");
    command
        .args(["60", "/usr/bin/time", "-q", "-f", "%U %S %M", "-o"])
        .arg(&measured)
        .arg(program);
    prepare(&mut command, "memory.diglot");
    let output = command.output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let code = output.status.code().unwrap_or(-1);
    let numbers = fs::read_to_string(&measured).unwrap_or_default();
    let numbers: Vec<f64> = numbers
        .lines()
        .last()
        .unwrap_or_default()
        .split(' ')
        .filter_map(|number| number.parse().ok())
        .collect();
    let (seconds, kilobytes) = match numbers[..] {
        [user, system, kilobytes] => (user + system, kilobytes as u64),
        _ => (60.0, 0),
    };
    let mut faults = Vec::new();
    match case.end {
        End::Read if !matches!(code, 0 | 1) => faults.push(format!("exit code {code}: {stderr}")),
        End::Refused(_) if code != 2 => faults.push(format!("exit code {code} in place of 2")),
        End::Refused(words) if !stderr.contains(words) => {
            faults.push(format!("says `{stderr}`, not `{words}`"))
        }
        _ => {}
    }
    if stderr.contains("panicked") {
        faults.push("a panic".to_owned());
    }
    let stdout = fs::read(folder.path().join("stdout")).unwrap();
    for never in case.never {
        if stderr.contains(never) || memchr::memmem::find(&stdout, never.as_bytes()).is_some() {
            faults.push(format!("{} reached the outside", never.escape_debug()));
        }
    }
    if seconds > SECONDS {
        faults.push(format!("{seconds:.2} s of CPU time"));
    }
    if kilobytes > KILOBYTES {
        faults.push(format!("{} MB", kilobytes >> 10));
    }
    // Once more to see what is opened, at full length.
    start("traced.diglot");
    let trace = folder.path().join("trace");
    let mut command = Command::new("timeout");
    command
        .args([
            "120",
            "strace",
            "-f",
            "-qq",
            "-e",
            "trace=open,openat,creat,connect,socket,execve,rename,mkdir,symlink,link",
            "-o",
        ])
        .arg(&trace)
        .arg(program);
    prepare(&mut command, "traced.diglot");
    command.status().unwrap();
    for line in fs::read_to_string(&trace).unwrap().lines() {
        let is_failed = line.contains("= -1 ");
        if line.contains("socket(") || line.contains("connect(") {
            faults.push(line.to_owned());
        }
        let own = [folder.path().to_str().unwrap(), program.to_str().unwrap()];
        let system = [
            "/lib",
            "/usr/lib",
            "/etc/ld.so",
            "/proc/self/",
            "/proc/",
            "/sys/fs/cgroup",
            "/sys/devices/system/cpu",
            "/dev/urandom",
            "/dev/null",
            "/dev/tty",
            "/var/tmp",
            "/etc/localtime",
            "/usr/share/zoneinfo",
        ];
        let opens = [
            "open(", "openat(", "creat(", "rename(", "mkdir(", "symlink(", "link(",
        ];
        // The batch names its two texts itself.
        let asked = case.name == "jobs.tsv" && line.contains("/etc/passwd");
        let is_known = own.iter().chain(&system).any(|known| line.contains(known))
            || asked
            || line.contains("\"/tmp\"")
            || line.contains("\".\"");
        if opens.iter().any(|call| line.contains(call)) && !is_known && !is_failed {
            faults.push(line.to_owned());
        }
        if line.contains("KEEP-OUT") && !case.name.contains("jobs") {
            faults.push(line.to_owned());
        }
    }
    Outcome {
        code,
        seconds,
        kilobytes,
        said: stderr
            .lines()
            .next()
            .unwrap_or_default()
            .chars()
            .take(110)
            .collect(),
        faults,
    }
}
