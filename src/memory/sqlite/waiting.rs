//! Rows that wait to be inserted many at a time: one statement for each row would be a third of an import.
//!
//! The numbers of the rows are handed out here, so that rows can name each other before they are written. Whoever reads a table must
//! [`settle`](Waiting::settle) it first.

use rusqlite::types::Value;
use rusqlite::{Connection, Statement};

/// Rows inserted by one statement.
const TOGETHER: usize = 64;

/// The rows of one table that are still to be inserted; their numbers follow each other without a gap.
pub(super) struct Waiting<const COLUMNS: usize> {
    /// The statement for one row, with its number.
    one: String,
    /// The statement for [`TOGETHER`], which SQLite numbers: to rows that bring their numbers it would keep a copy of every page of a statement
    /// until that ends, for a number might be none.
    many: String,
    /// Asks which number SQLite gives the next row.
    first: &'static str,
    next: Option<i64>,
    /// The number of the first row that waits.
    start: i64,
    values: Vec<Value>,
}

impl<const COLUMNS: usize> Waiting<COLUMNS> {
    /// Returns the waiting rows of a table, none yet; `columns` are all but `id`. `first` is a statement that tells the next free number.
    pub(super) fn new(
        table: &'static str,
        columns: [&'static str; COLUMNS],
        first: &'static str,
    ) -> Self {
        let names = columns.join(", ");
        let marks = ["?"; COLUMNS].join(", ");
        // A failure ends the transaction: `FAIL` spares the copies of pages that taking back one statement would need.
        let many = vec![format!("({marks})"); TOGETHER].join(", ");
        Self {
            one: format!("INSERT OR FAIL INTO {table} (id, {names}) VALUES (?, {marks})"),
            many: format!("INSERT OR FAIL INTO {table} ({names}) VALUES {many}"),
            first,
            next: None,
            start: 0,
            values: Vec::new(),
        }
    }

    /// Returns the number of the next row.
    pub(super) fn number(&mut self, db: &Connection) -> rusqlite::Result<i64> {
        let next = match self.next {
            Some(next) => next,
            None => self.free(db)?,
        };
        self.next = Some(next + 1);
        Ok(next)
    }

    /// Takes a row under its number, and inserts those that wait when they are many.
    pub(super) fn push(
        &mut self,
        db: &Connection,
        id: i64,
        row: [Value; COLUMNS],
    ) -> rusqlite::Result<()> {
        if id != self.start + (self.values.len() / COLUMNS) as i64 {
            self.settle(db)?;
            self.start = id;
        }
        self.values.extend(row);
        if self.values.len() < COLUMNS * TOGETHER {
            return Ok(());
        }
        if self.free(db)? != self.start {
            return self.settle(db);
        }
        insert(&mut *db.prepare_cached(&self.many)?, self.values.drain(..))?;
        self.start += TOGETHER as i64;
        Ok(())
    }

    /// Inserts all that waits.
    pub(super) fn settle(&mut self, db: &Connection) -> rusqlite::Result<()> {
        if self.values.is_empty() {
            return Ok(());
        }
        let mut one = db.prepare_cached(&self.one)?;
        let mut values = self.values.drain(..).peekable();
        while values.peek().is_some() {
            let id = Value::Integer(self.start);
            let row = std::iter::once(id).chain(values.by_ref().take(COLUMNS));
            insert(&mut one, row)?;
            self.start += 1;
        }
        Ok(())
    }

    /// Says whether no row waits.
    pub(super) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    fn free(&self, db: &Connection) -> rusqlite::Result<i64> {
        db.prepare_cached(self.first)?
            .query_row([], |row| row.get(0))
    }
}

/// Runs an insertion. Each value is given up once SQLite has its copy, since a text may be fifty megabytes.
fn insert(
    statement: &mut Statement<'_>,
    values: impl Iterator<Item = Value>,
) -> rusqlite::Result<()> {
    for (parameter, value) in (1..).zip(values) {
        statement.raw_bind_parameter(parameter, value)?;
    }
    statement.raw_execute().map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNT: &str =
        "SELECT count(*), coalesce(max(id), 0), sum(text = 'note ' || id) FROM note";

    fn notes() -> (Connection, Waiting<1>) {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT)")
            .unwrap();
        let first = "SELECT coalesce(max(id), 0) + 1 FROM note";
        (db, Waiting::new("note", ["text"], first))
    }

    fn push(db: &Connection, waiting: &mut Waiting<1>, id: i64) {
        let row = [Value::Text(format!("note {id}"))];
        waiting.push(db, id, row).unwrap();
    }

    /// How many rows there are, the highest number, and how many rows have the number that they were given.
    fn count(db: &Connection) -> (i64, i64, i64) {
        db.query_row(COUNT, [], |row| row.try_into()).unwrap()
    }

    #[test]
    fn rows_come_in_the_order_of_their_numbers_however_many_they_are() {
        let (db, mut waiting) = notes();
        let together = TOGETHER as i64;
        for at in 1..=together + 3 {
            let id = waiting.number(&db).unwrap();
            assert_eq!(id, at);
            push(&db, &mut waiting, id);
        }
        assert_eq!(count(&db), (together, together, together));
        waiting.settle(&db).unwrap();
        waiting.settle(&db).unwrap();
        assert_eq!(count(&db), (together + 3, together + 3, together + 3));
    }

    #[test]
    fn rows_keep_their_numbers_where_others_are_written_or_deleted_meanwhile() {
        let (db, mut waiting) = notes();
        let mut kept = 0;
        for at in 1..=5 * TOGETHER as i64 {
            let id = waiting.number(&db).unwrap();
            match at % 50 {
                // A number that another statement uses, and one that is used by none.
                7 => drop(
                    db.execute(
                        "INSERT INTO note (id, text) VALUES (?1, 'note ' || ?1)",
                        [id],
                    )
                    .unwrap(),
                ),
                31 => continue,
                _ => push(&db, &mut waiting, id),
            }
            kept += 1;
            if at == 45 {
                waiting.settle(&db).unwrap();
                kept -= db.execute("DELETE FROM note WHERE id > 40", []).unwrap() as i64;
            }
        }
        waiting.settle(&db).unwrap();
        let (rows, _, right) = count(&db);
        assert_eq!((rows, right), (kept, kept));
    }
}
