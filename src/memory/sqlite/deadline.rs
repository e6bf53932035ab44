//! Until when a memory may be read for one question: every step of a statement and every statement looks at the clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::failure::interrupted;

/// Steps of SQLite's machine between two looks at the clock, some tenths of a millisecond.
const STEPS: i32 = 10_000;

/// The moment after which a connection's reading stops; never, until it is set.
#[derive(Clone)]
pub(super) struct Deadline {
    start: Instant,
    /// Nanoseconds after `start`; [`NEVER`] for none.
    at: Arc<AtomicU64>,
}

const NEVER: u64 = u64::MAX;

impl Deadline {
    /// Lets the connection's statements look at the clock, and returns where their deadline is set.
    pub(super) fn watch(db: &mut Connection) -> rusqlite::Result<Self> {
        let deadline = Self {
            start: Instant::now(),
            at: Arc::new(AtomicU64::new(NEVER)),
        };
        let watched = deadline.clone();
        db.progress_handler(STEPS, Some(move || watched.is_over()))?;
        Ok(deadline)
    }

    /// Sets the deadline; `None` takes it away.
    pub(super) fn set(&self, at: Option<Instant>) {
        let nanos = |span: Duration| u64::try_from(span.as_nanos()).unwrap_or(NEVER);
        let at = at.map_or(NEVER, |at| nanos(at.saturating_duration_since(self.start)));
        self.at.store(at, Ordering::Relaxed);
    }

    /// Returns the error of a statement that was stopped, if the deadline is over.
    pub(super) fn check(&self) -> rusqlite::Result<()> {
        match self.is_over() {
            true => Err(interrupted()),
            false => Ok(()),
        }
    }

    fn is_over(&self) -> bool {
        let at = self.at.load(Ordering::Relaxed);
        at != NEVER && self.start.elapsed() >= Duration::from_nanos(at)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use crate::error::Error;
    use crate::memory::Memory;

    #[test]
    fn a_long_statement_ends_at_the_deadline_and_the_next_question_is_answered() {
        let memory = Memory::in_memory().unwrap();
        memory.limit_reading(Some(Instant::now()));
        assert!(matches!(memory.stats(), Err(Error::Interrupted { .. })));
        memory.limit_reading(Some(Instant::now() + Duration::from_secs(3600)));
        assert!(memory.stats().is_ok());
        memory.limit_reading(None);
        assert!(memory.stats().is_ok());
    }

    #[test]
    fn a_statement_under_way_is_stopped() {
        let mut db = rusqlite::Connection::open_in_memory().unwrap();
        let deadline = super::Deadline::watch(&mut db).unwrap();
        deadline.set(Some(Instant::now() + Duration::from_millis(20)));
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
        let begun = Instant::now();
        assert!(db.query_row(endless, [], |_| Ok(())).is_err());
        assert!(begun.elapsed() < Duration::from_secs(10));
    }
}
