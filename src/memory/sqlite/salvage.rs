//! Rows for a recovered memory from the pages of a damaged one, where SQLite did not reach them.
//!
//! What is found page by page may be left over from earlier states: a row that is known already stays as it is, and what a change made that was
//! taken back is not let in again. The digests of units say afterwards which of them are as they were.

use std::io;
use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, Statement, params_from_iter};

use super::failure::malformed;
use super::recover::{Recovered, TABLES};
use super::repeats;
use super::scan::{self, Column, Form, Found, Standing, Survey, Table};

/// Takes the rows that stand in pages which the walk did not reach: those in its gaps, or all of them where there was no walk.
pub(super) fn from_pages(
    path: &Path,
    new: &Connection,
    is_walked: bool,
    saved: &mut Recovered,
    step: &mut dyn FnMut() -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let tables = tables_of(new)?;
    let mut inserts: Vec<Option<(Statement<'_>, Statement<'_>)>> = Vec::new();
    for table in &tables {
        let name = &table.name;
        inserts.push(if TABLES.contains(&name.as_str()) || name == SEQUENCE {
            let marks = vec!["?"; table.columns.len() + 1].join(", ");
            let columns: Vec<String> = new
                .prepare("SELECT name FROM pragma_table_info(?1)")?
                .query_map([name], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            let columns = columns.join(", ");
            Some((
                new.prepare(&format!(
                    "INSERT OR IGNORE INTO {name} (rowid, {columns}) VALUES ({marks})"
                ))?,
                new.prepare(&format!("SELECT 1 FROM {name} WHERE rowid = ?1"))?,
            ))
        } else {
            None
        });
    }
    let gaps = saved.gaps.clone();
    let mut dropped = 0;
    let survey = scan::scan(
        path,
        &tables,
        &mut |found: Found| -> std::result::Result<(), Stopped> {
            let Some((insert, is_there)) = &mut inserts[found.table] else {
                return Ok(());
            };
            let (name, columns) = (&tables[found.table].name, &tables[found.table].columns);
            let is_wanted = !is_walked
                || gaps.iter().any(|(table, first, last)| {
                    table == name
                        && *first <= found.rowid
                        && last.is_none_or(|last| found.rowid <= last)
                });
            if !is_wanted {
                return Ok(());
            }
            step()?;
            let mut values = vec![Value::Integer(found.rowid)];
            for (at, column) in columns.iter().enumerate() {
                values.push(match (found.values.get(at), column.form) {
                    (_, Form::Number) => Value::Integer(found.rowid),
                    (Some(value), _) => value.clone(),
                    (None, _) if column.nullable => Value::Null,
                    // The columns that came later count something.
                    (None, _) => Value::Integer(0),
                });
            }
            let kept = insert.execute(params_from_iter(values));
            let is_lost = !matches!(kept, Ok(1)) && !is_there.exists([found.rowid])?;
            dropped += u64::from(is_lost && found.standing != Standing::Loose);
            Ok(())
        },
    );
    let survey = survey.map_err(|Stopped(error)| error)?;
    saved.dropped += dropped;
    drop(inserts);
    let unknown = repeats::fill(path, new, |table| {
        !is_walked || gaps.iter().any(|(of, ..)| of == table)
    });
    let unknown = unknown.map_err(|Stopped(error)| error)?;
    if unknown > 0 {
        let note = format!("of {unknown} places the kind and the speaker are not known");
        saved.notes.push(note);
    }
    // What was taken back is gone, whatever is left of it in pages that nothing leads to.
    for table in ["place", "variant", "unit", "segment", "document"] {
        new.execute_batch(&format!(
            "DELETE FROM {table} WHERE change IN (SELECT undoes FROM change WHERE undoes IS NOT NULL)"
        ))?;
    }
    saved.gaps = still_missing(new, &gaps)?;
    saved.notes.extend(notes(&survey, is_walked));
    Ok(())
}

/// Why the search of the pages was given up.
pub(super) struct Stopped(pub(super) rusqlite::Error);

impl From<rusqlite::Error> for Stopped {
    fn from(error: rusqlite::Error) -> Self {
        Self(error)
    }
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self(malformed(error))
    }
}

/// Where SQLite keeps the highest numbers that were given out.
const SEQUENCE: &str = "sqlite_sequence";

/// Returns the tables of a memory with the forms of their columns.
fn tables_of(new: &Connection) -> rusqlite::Result<Vec<Table>> {
    let names: Vec<String> = new
        .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut tables = Vec::with_capacity(names.len());
    for name in names {
        let columns: Vec<(String, bool, i64, bool)> = new
            .prepare(
                "SELECT type, \"notnull\", pk, dflt_value IS NOT NULL FROM pragma_table_info(?1)",
            )?
            .query_map([&name], |row| row.try_into())?
            .collect::<rusqlite::Result<_>>()?;
        let keys = columns.iter().filter(|(_, _, key, _)| *key > 0).count();
        let forms = columns
            .iter()
            .enumerate()
            .map(|(at, (kind, filled, key, has_default))| {
                let form = match kind.as_str() {
                    "INTEGER" if *key > 0 && keys == 1 => Form::Number,
                    "INTEGER" => Form::Integer,
                    "REAL" => Form::Real,
                    "BLOB" => Form::Blob,
                    _ if name == "lang" => Form::Tag,
                    // The two columns of SQLite's own table have no types: a name and a number.
                    "" if at > 0 => Form::Integer,
                    _ => Form::Text,
                };
                let nullable = !filled && name != SEQUENCE;
                Column {
                    form,
                    nullable,
                    later: nullable || *has_default,
                }
            });
        tables.push(Table {
            columns: forms.collect(),
            name,
        });
    }
    Ok(tables)
}

/// Returns what of the gaps is missing still.
fn still_missing(
    new: &Connection,
    gaps: &[(String, i64, Option<i64>)],
) -> rusqlite::Result<Vec<(String, i64, Option<i64>)>> {
    let mut missing = Vec::new();
    for (table, first, last) in gaps {
        let mut next = *first;
        let mut there = new.prepare(&format!(
            "SELECT rowid FROM {table} WHERE rowid BETWEEN ?1 AND ?2 ORDER BY rowid"
        ))?;
        let mut rows = there.query((first, last.unwrap_or(i64::MAX)))?;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            if id > next {
                missing.push((table.clone(), next, Some(id - 1)));
            }
            next = id + 1;
        }
        if last.is_none_or(|last| next <= last) {
            missing.push((table.clone(), next, *last));
        }
    }
    Ok(missing)
}

/// Says what is wrong with the file as a whole.
fn notes(survey: &Survey, is_walked: bool) -> Vec<String> {
    let mut notes = Vec::new();
    let there = survey.pages;
    match survey.expected {
        Some(expected) if expected > there => notes.push(format!(
            "the file is cut: {there} of {expected} pages are there"
        )),
        None => notes.push("the file's header is lost".to_owned()),
        Some(_) => {}
    }
    if !survey.is_listed {
        notes.push(
            "the list of tables is lost: rows were told apart by their form, and some may be left over from earlier states"
                .to_owned(),
        );
    } else if !is_walked {
        notes.push("SQLite cannot open the file: its pages were read one by one".to_owned());
    }
    notes
}
