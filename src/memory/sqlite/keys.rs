//! The tables by which texts are found by their keys and units by their identifiers.
//!
//! Triggers keep them in step, row by row. Keys are hashes, so that each row has its place somewhere else; a transaction that fills a memory does
//! without the triggers, finds what it needs by lists of its own, and writes the tables at the end, in order.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

/// Rows inserted by one statement.
const TOGETHER: usize = 64;

/// A table of keys.
#[derive(Clone, Copy)]
pub(super) enum Keys {
    /// `text_key`: the texts under the keys of their contents.
    Text,
    /// `unit_name`: the unit of each identifier.
    Unit,
}

impl Keys {
    const ALL: [Self; 2] = [Self::Text, Self::Unit];

    fn table(self) -> &'static str {
        match self {
            Self::Text => "text_key",
            Self::Unit => "unit_name",
        }
    }

    /// The column of the key, here and there, and the table whose rows the keys lead to, by the column of that name.
    fn columns(self) -> (&'static str, &'static str) {
        match self {
            Self::Text => ("key", "text"),
            Self::Unit => ("tuid", "unit"),
        }
    }

    /// Takes out all rows, and puts in no others until [`Late::fill`]. Before that the transaction must delete none of what the rows are about.
    pub(super) fn defer(self, db: &Connection) -> rusqlite::Result<Late> {
        let table = self.table();
        let trigger = db.query_row(
            "SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name = ?1 || '_new'",
            [table],
            |row| row.get(0),
        )?;
        db.execute_batch(&format!("DROP TRIGGER {table}_new; DELETE FROM {table}"))?;
        Ok(Late {
            keys: self,
            trigger,
        })
    }

    /// Returns the texts or units that the table does not lead to, and those to which it leads wrongly, by number.
    pub(super) fn faults(self, db: &Connection) -> rusqlite::Result<Vec<(&'static str, i64)>> {
        let (key, of) = self.columns();
        let table = self.table();
        let both = format!(
            "SELECT id FROM {of} o WHERE NOT EXISTS (SELECT 1 FROM {table} k WHERE k.{key} = o.{key} AND k.{of} = o.id)
             UNION SELECT {of} FROM {table} k WHERE NOT EXISTS (SELECT 1 FROM {of} o WHERE o.id = k.{of} AND o.{key} = k.{key}) ORDER BY 1"
        );
        db.prepare(&both)?
            .query_map([], |row| Ok((of, row.get(0)?)))?
            .collect()
    }

    /// Makes the table anew.
    fn rebuild(self, db: &Connection) -> rusqlite::Result<()> {
        let (key, of) = self.columns();
        let table = self.table();
        db.execute_batch(&format!(
            "DELETE FROM {table}; INSERT INTO {table} ({key}, {of}) SELECT {key}, id FROM {of} ORDER BY {key}, id"
        ))
    }
}

/// Makes the tables of keys anew.
pub(super) fn rebuild(db: &Connection) -> rusqlite::Result<()> {
    Keys::ALL.into_iter().try_for_each(|keys| keys.rebuild(db))
}

/// A table of keys that is written at the end of the transaction.
pub(super) struct Late {
    keys: Keys,
    /// The definition of the trigger that fills it row by row.
    trigger: String,
}

impl Late {
    /// Writes all rows, in rising order, and keeps the table in step from here on.
    pub(super) fn fill(
        self,
        db: &Connection,
        rows: impl Iterator<Item = [Value; 2]>,
    ) -> rusqlite::Result<()> {
        let (key, of) = self.keys.columns();
        let table = self.keys.table();
        let statement = |rows: usize| {
            let marks = vec!["(?, ?)"; rows].join(", ");
            format!("INSERT OR FAIL INTO {table} ({key}, {of}) VALUES {marks}")
        };
        let mut insert = db.prepare(&statement(TOGETHER))?;
        let mut waiting = Vec::with_capacity(2 * TOGETHER);
        for row in rows {
            waiting.extend(row);
            if waiting.len() == 2 * TOGETHER {
                insert.execute(params_from_iter(waiting.drain(..)))?;
            }
        }
        if !waiting.is_empty() {
            db.prepare(&statement(waiting.len() / 2))?
                .execute(params_from_iter(waiting))?;
        }
        db.execute_batch(&self.trigger)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Storage as _;
    use crate::memory::sqlite::Sqlite;
    use crate::memory::story::{change, unit};

    fn add(memory: &mut Sqlite, from: usize) {
        let mut writer = memory.begin(change("import")).unwrap();
        for number in from..from + 100 {
            let [en, ru] = [format!("Clause {number}"), format!("Статья {number}")];
            writer.add_unit(&unit(&[("en", &en), ("ru", &ru)])).unwrap();
        }
        writer.commit().unwrap();
    }

    fn faults(memory: &Sqlite) -> Vec<(&'static str, i64)> {
        let both = Keys::ALL.map(|keys| keys.faults(&memory.db).unwrap());
        both.concat()
    }

    #[test]
    fn tables_are_the_same_written_late_or_row_by_row() {
        let mut memory = Sqlite::in_memory().unwrap();
        add(&mut memory, 0);
        assert_eq!(faults(&memory), []);
        add(&mut memory, 100);
        assert_eq!(faults(&memory), []);
        memory.undo(None, change("undo").at).unwrap();
        assert_eq!(faults(&memory), []);
        assert_eq!(memory.check(&mut |_| true).unwrap(), []);
    }

    #[test]
    fn what_a_table_does_not_lead_to_is_found_and_mended() {
        let mut memory = Sqlite::in_memory().unwrap();
        add(&mut memory, 0);
        memory
            .db
            .execute_batch(
                "UPDATE text_key SET key = key + 1 WHERE text = 7; DELETE FROM unit_name WHERE unit = 3;
                 INSERT INTO unit_name VALUES ('nobody', 9)",
            )
            .unwrap();
        assert_eq!(faults(&memory), [("text", 7), ("unit", 3), ("unit", 9)]);
        assert_eq!(memory.check(&mut |_| true).unwrap().len(), 3);
        memory.reindex(&mut |_| true).unwrap();
        assert_eq!(memory.check(&mut |_| true).unwrap(), []);
    }
}
