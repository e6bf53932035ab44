//! Rows that wait to be inserted many at a time: one statement for each row would be a third of an import.
//!
//! The numbers of the rows are handed out here, so that rows can name each other before they are written. Whoever reads a table must
//! [`settle`](Waiting::settle) it first.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

/// Rows inserted by one statement.
const TOGETHER: usize = 32;

/// The rows of one table that are still to be inserted.
pub(super) struct Waiting<const COLUMNS: usize> {
    /// The statement for one row, and for [`TOGETHER`].
    one: String,
    many: String,
    /// Asks for the number of the first row.
    first: &'static str,
    next: Option<i64>,
    values: Vec<Value>,
}

impl<const COLUMNS: usize> Waiting<COLUMNS> {
    /// Returns the waiting rows of a table, none yet. `first` is a statement that tells the next free number.
    pub(super) fn new(
        table: &'static str,
        columns: [&'static str; COLUMNS],
        first: &'static str,
    ) -> Self {
        let marks = format!("({})", ["?"; COLUMNS].join(", "));
        // A failure ends the transaction: `FAIL` spares the copies of pages that taking back one statement would need.
        let statement = |rows: usize| {
            let rows = vec![marks.as_str(); rows].join(", ");
            format!(
                "INSERT OR FAIL INTO {table} ({}) VALUES {rows}",
                columns.join(", ")
            )
        };
        Self {
            one: statement(1),
            many: statement(TOGETHER),
            first,
            next: None,
            values: Vec::new(),
        }
    }

    /// Returns the number of the next row.
    pub(super) fn number(&mut self, db: &Connection) -> rusqlite::Result<i64> {
        let next = match self.next {
            Some(next) => next,
            None => db.query_row(self.first, [], |row| row.get(0))?,
        };
        self.next = Some(next + 1);
        Ok(next)
    }

    /// Takes a row, and inserts those that wait when they are many.
    pub(super) fn push(&mut self, db: &Connection, row: [Value; COLUMNS]) -> rusqlite::Result<()> {
        self.values.extend(row);
        if self.values.len() == COLUMNS * TOGETHER {
            db.prepare_cached(&self.many)?
                .execute(params_from_iter(&self.values))?;
            self.values.clear();
        }
        Ok(())
    }

    /// Inserts all that waits.
    pub(super) fn settle(&mut self, db: &Connection) -> rusqlite::Result<()> {
        if self.values.is_empty() {
            return Ok(());
        }
        let mut insert = db.prepare_cached(&self.one)?;
        for row in self.values.chunks(COLUMNS) {
            insert.execute(params_from_iter(row))?;
        }
        self.values.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_in_the_order_of_their_numbers_however_many_they_are() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT)")
            .unwrap();
        let first = "SELECT coalesce(max(id), 0) + 1 FROM note";
        let mut waiting = Waiting::new("note", ["id", "text"], first);
        let count = |db: &Connection| {
            db.query_row(
                "SELECT count(*), coalesce(max(id), 0) FROM note",
                [],
                |row| <(usize, i64)>::try_from(row),
            )
            .unwrap()
        };
        for at in 1..=TOGETHER as i64 + 3 {
            let id = waiting.number(&db).unwrap();
            assert_eq!(id, at);
            let row = [Value::Integer(id), Value::Text(format!("note {at}"))];
            waiting.push(&db, row).unwrap();
        }
        assert_eq!(count(&db), (TOGETHER, TOGETHER as i64));
        waiting.settle(&db).unwrap();
        waiting.settle(&db).unwrap();
        assert_eq!(count(&db), (TOGETHER + 3, TOGETHER as i64 + 3));
    }
}
