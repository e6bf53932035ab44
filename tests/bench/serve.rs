//! How long does a translator wait for `diglot serve` while others ask too?
//!
//!     cargo run --release --example serve -- 127.0.0.1:8470 QUERIES FROM TO [--rate 500] [--connections 32] [--seconds 60] [--slow 0] [--pid PID]
//!     cargo run --release --example serve -- 127.0.0.1:8470 QUERIES FROM TO --count 100000 --pid PID
//!
//! QUERIES is what `grow` wrote: a query a line, or its source behind a tab. Every connection asks at fixed times whether the answer before has come or
//! not, and time counts from the moment when a question was due, so that a stall is seen by all that it kept waiting. With `--slow` so many further
//! connections send one byte a second of a head that never ends. With `--count` the questions follow each other as fast as answers come, and the
//! resident memory of the process is read ten times meanwhile.

#![allow(clippy::print_stdout, clippy::unwrap_used)] // a measuring command

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

struct Options {
    address: String,
    requests: Vec<String>,
    rate: f64,
    connections: usize,
    seconds: f64,
    slow: usize,
    count: Option<usize>,
    pid: Option<String>,
}

/// What became of the questions, in the order of their answers.
#[derive(Default)]
struct Outcome {
    millis: Vec<f64>,
    refused: usize,
    matched: usize,
}

fn main() {
    let options = options();
    let ended = Arc::new(AtomicBool::new(false));
    let slow: Vec<_> = (0..options.slow)
        .map(|_| {
            let (address, ended) = (options.address.clone(), Arc::clone(&ended));
            std::thread::spawn(move || dawdle(&address, &ended))
        })
        .collect();
    let begun = Instant::now();
    let outcome = Mutex::new(Outcome::default());
    let asked = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for number in 0..options.connections {
            let (options, outcome, asked) = (&options, &outcome, &asked);
            scope.spawn(move || ask(options, number, begun, asked, outcome));
        }
        if let (Some(count), Some(pid)) = (options.count, &options.pid) {
            let asked = &asked;
            scope.spawn(move || watch(count, pid, asked));
        }
    });
    let took = begun.elapsed().as_secs_f64();
    ended.store(true, Ordering::Relaxed);
    let cut: usize = slow.into_iter().map(|slow| slow.join().unwrap()).sum();
    let mut outcome = outcome.into_inner().unwrap();
    outcome.millis.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let last = outcome.millis.len().saturating_sub(1);
        outcome
            .millis
            .get((last as f64 * share) as usize)
            .copied()
            .unwrap_or(f64::NAN)
    };
    println!(
        "{} answers in {took:.1} s ({:.0} a second), {} with matches, {} refused",
        outcome.millis.len(),
        outcome.millis.len() as f64 / took,
        outcome.matched,
        outcome.refused
    );
    println!(
        "p50 {:.2} ms, p90 {:.2} ms, p99 {:.2} ms, p99.9 {:.2} ms, longest {:.2} ms",
        at(0.5),
        at(0.9),
        at(0.99),
        at(0.999),
        at(1.0)
    );
    if options.slow > 0 {
        println!("{} slow connections, cut off {cut} times", options.slow);
    }
    if let Some(pid) = &options.pid {
        println!("resident memory at the end: {} MB", resident(pid));
    }
}

/// One connection's questions.
fn ask(
    options: &Options,
    number: usize,
    begun: Instant,
    asked: &AtomicUsize,
    outcome: &Mutex<Outcome>,
) {
    let mut stream = connect(&options.address);
    let (mut own, mut bytes) = (Outcome::default(), Vec::new());
    let step = options.connections as f64 / options.rate;
    for round in 0.. {
        let due = match options.count {
            Some(count) => {
                if asked.fetch_add(1, Ordering::Relaxed) >= count {
                    break;
                }
                Instant::now()
            }
            None => {
                // The connections take turns.
                let due = (f64::from(round) + number as f64 / options.connections as f64) * step;
                if due > options.seconds {
                    break;
                }
                let due = begun + Duration::from_secs_f64(due);
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
                due
            }
        };
        let at = round as usize * options.connections + number;
        let request = &options.requests[at % options.requests.len()];
        stream.write_all(request.as_bytes()).unwrap();
        let (status, matched) = answer(&mut stream, &mut bytes);
        own.millis.push(due.elapsed().as_secs_f64() * 1000.0);
        own.refused += usize::from(status != 200);
        own.matched += usize::from(matched);
    }
    let mut all = outcome.lock().unwrap();
    all.millis.append(&mut own.millis);
    all.refused += own.refused;
    all.matched += own.matched;
}

/// Reads one answer and says its status and whether it holds a match.
fn answer(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> (u16, bool) {
    bytes.clear();
    let mut piece = [0; 65536];
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
            let length: usize = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |length| length.parse().unwrap());
            if bytes.len() >= end + 4 + length {
                let status = head.split(' ').nth(1).unwrap().parse().unwrap();
                let body = String::from_utf8_lossy(&bytes[end + 4..]);
                return (status, body.contains("\"matches\":[{"));
            }
        }
        let read = stream.read(&mut piece).unwrap();
        assert!(read > 0, "the server closed a connection");
        bytes.extend_from_slice(&piece[..read]);
    }
}

/// Sends a head that never ends, again when it is cut off, and returns how often that was.
fn dawdle(address: &str, ended: &AtomicBool) -> usize {
    let mut cut = 0;
    while !ended.load(Ordering::Relaxed) {
        let mut stream = connect(address);
        let _ = stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ");
        while !ended.load(Ordering::Relaxed) && stream.write_all(b"a").is_ok() {
            std::thread::sleep(Duration::from_secs(1));
        }
        cut += 1;
    }
    cut
}

/// Prints the resident memory of the server ten times while questions are asked.
fn watch(count: usize, pid: &str, asked: &AtomicUsize) {
    for tenth in 1..=10 {
        while asked.load(Ordering::Relaxed) < count * tenth / 10 {
            std::thread::sleep(Duration::from_millis(20));
        }
        println!(
            "after {:>7} questions: {} MB",
            count * tenth / 10,
            resident(pid)
        );
    }
}

/// The resident memory of a process in megabytes (Linux).
fn resident(pid: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kib.unwrap_or(0) * 1024 / 1_000_000
}

fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

fn options() -> Options {
    let mut named = Vec::new();
    let mut options = Options {
        address: String::new(),
        requests: Vec::new(),
        rate: 500.0,
        connections: 32,
        seconds: 60.0,
        slow: 0,
        count: None,
        pid: None,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().unwrap();
        match argument.as_str() {
            "--rate" => options.rate = value().parse().unwrap(),
            "--connections" => options.connections = value().parse().unwrap(),
            "--seconds" => options.seconds = value().parse().unwrap(),
            "--slow" => options.slow = value().parse().unwrap(),
            "--count" => options.count = Some(value().parse().unwrap()),
            "--pid" => options.pid = Some(value()),
            _ => named.push(argument),
        }
    }
    let [address, queries, from, to] = &named[..] else {
        panic!("ADDRESS QUERIES FROM TO");
    };
    options.address.clone_from(address);
    let encoded = |text: &str| {
        text.bytes()
            .map(|byte| match byte.is_ascii_alphanumeric() {
                true => char::from(byte).to_string(),
                false => format!("%{byte:02X}"),
            })
            .collect::<String>()
    };
    options.requests = std::fs::read_to_string(queries)
        .unwrap()
        .lines()
        .map(|line| line.rsplit('\t').next().unwrap())
        .map(|text| {
            let text = encoded(text);
            format!("GET /api/suggest?from={from}&to={to}&text={text} HTTP/1.1\r\nHost: {address}\r\n\r\n")
        })
        .collect();
    options
}
