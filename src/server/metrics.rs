//! What the server counts of itself, in the text form that Prometheus reads (version 0.0.4).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Upper bounds of the classes of times, in seconds.
const BOUNDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5, 10.0];

/// Counters since the start.
pub(super) struct Metrics {
    start: Instant,
    running: AtomicI64,
    pub(super) connections: AtomicI64,
    pub(super) refused_connections: AtomicU64,
    // By route and status, of which there are few: an address that is no route counts as `-`.
    answers: Mutex<BTreeMap<(String, u16), Answers>>,
}

#[derive(Default)]
struct Answers {
    count: u64,
    seconds: f64,
    classes: [u64; BOUNDS.len()],
}

/// A request under way.
pub(super) struct Running<'m>(&'m Metrics);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            start: Instant::now(),
            running: AtomicI64::new(0),
            connections: AtomicI64::new(0),
            refused_connections: AtomicU64::new(0),
            answers: Mutex::default(),
        }
    }
}

impl Metrics {
    /// Counts a request as under way until the guard is dropped.
    pub(super) fn begin(&self) -> Running<'_> {
        self.running.fetch_add(1, Ordering::Relaxed);
        Running(self)
    }

    /// Counts an answer.
    pub(super) fn count(&self, route: &str, status: u16, took: Duration) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let of = answers.entry((route.to_owned(), status)).or_default();
        let seconds = took.as_secs_f64();
        of.count += 1;
        of.seconds += seconds;
        for (class, bound) in of.classes.iter_mut().zip(BOUNDS) {
            *class += u64::from(seconds <= bound);
        }
    }

    /// Returns everything as text; `waiting` questions have no reader yet.
    pub(super) fn text(&self, waiting: usize) -> String {
        let mut out = String::new();
        let mut gauge = |name: &str, kind: &str, help: &str, value: String| {
            // Writing into a String does not fail.
            let _ = writeln!(
                out,
                "# HELP diglot_{name} {help}\n# TYPE diglot_{name} {kind}\ndiglot_{name} {value}"
            );
        };
        gauge(
            "uptime_seconds",
            "gauge",
            "Time since the start.",
            format!("{:.3}", self.start.elapsed().as_secs_f64()),
        );
        gauge(
            "requests_running",
            "gauge",
            "Requests under way.",
            self.running.load(Ordering::Relaxed).to_string(),
        );
        gauge(
            "questions_waiting",
            "gauge",
            "Questions that wait for a reader.",
            waiting.to_string(),
        );
        gauge(
            "connections",
            "gauge",
            "Open connections.",
            self.connections.load(Ordering::Relaxed).to_string(),
        );
        gauge(
            "connections_refused_total",
            "counter",
            "Connections closed at once because there were too many.",
            self.refused_connections.load(Ordering::Relaxed).to_string(),
        );
        let _ = writeln!(
            out,
            "# HELP diglot_request_seconds Time from the head of a request to its answer.\n# TYPE diglot_request_seconds histogram"
        );
        for ((route, status), of) in self
            .answers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
        {
            let labels = format!("route=\"{route}\",status=\"{status}\"");
            for (bound, count) in BOUNDS.iter().zip(of.classes) {
                let _ = writeln!(
                    out,
                    "diglot_request_seconds_bucket{{{labels},le=\"{bound}\"}} {count}"
                );
            }
            let _ = writeln!(
                out,
                "diglot_request_seconds_bucket{{{labels},le=\"+Inf\"}} {}",
                of.count
            );
            let _ = writeln!(
                out,
                "diglot_request_seconds_sum{{{labels}}} {:.6}",
                of.seconds
            );
            let _ = writeln!(out, "diglot_request_seconds_count{{{labels}}} {}", of.count);
        }
        out
    }
}
