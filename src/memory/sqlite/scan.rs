//! Reading a memory's file page by page, without SQLite: for what SQLite gives up on, a lost first page, a cut file, a lost inner page.
//!
//! Only leaf pages of tables are taken, and of them only cells that decode to their last byte. Where the list of tables is lost a tree is known by the
//! form of its rows, which strict tables make telling.

use std::io;
use std::path::Path;

use rusqlite::types::Value;
use rustc_hash::{FxHashMap, FxHashSet};

use super::pages::Pages;
use super::trees::Trees;
use crate::model::Lang;

/// How a row was come by; what is surer comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// Its page belongs to a table by the list of tables.
    Listed,
    /// Inner pages lead to its page.
    Referred,
    /// Nothing leads to its page: what leads there is lost, or it is left over from earlier.
    Loose,
}

/// What the form of a column's values is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// The row's number, which is not stored.
    Number,
    Integer,
    Real,
    Text,
    /// A language tag.
    Tag,
    Blob,
}

/// A column: the form of its values, whether it may be empty, and whether rows from before it came may end without it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub(super) form: Form,
    pub(super) nullable: bool,
    pub(super) later: bool,
}

/// A table that rows are looked for of.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
}

/// A row that was found.
pub(super) struct Found {
    /// Its table, as an index into those asked for.
    pub(super) table: usize,
    pub(super) rowid: i64,
    pub(super) values: Vec<Value>,
    pub(super) standing: Standing,
}

/// What was found out about the file as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Survey {
    /// Pages that are there, those of the log included.
    pub(super) pages: u32,
    /// Pages that the header says there are; `None` when the header is lost.
    pub(super) expected: Option<u32>,
    /// Leaf pages of tables that rows were taken from.
    pub(super) leaves: u32,
    /// Whether the list of tables could be read.
    pub(super) is_listed: bool,
}

/// Finds the rows of `tables` in a file and hands them on, surest first.
pub(super) fn scan<E: From<io::Error>>(
    path: &Path,
    tables: &[Table],
    visit: &mut dyn FnMut(Found) -> Result<(), E>,
) -> Result<Survey, E> {
    let mut pages = Pages::open(path)?;
    let mut survey = Survey {
        pages: pages.count,
        expected: pages.expected,
        ..Survey::default()
    };
    let trees = Trees::of(&mut pages)?;
    let listed = trees.listed(&mut pages, "table")?;
    survey.is_listed = !listed.is_empty();
    let mut leaves: Vec<(Standing, u32, u32)> = Vec::new();
    for &page in &trees.leaves {
        let root = trees.root(page);
        let standing = match () {
            () if listed.contains_key(&root) => Standing::Listed,
            () if root != page => Standing::Referred,
            () => Standing::Loose,
        };
        leaves.push((standing, root, page));
    }
    leaves.sort_unstable();
    survey.leaves = leaves.len() as u32;
    let mut known: FxHashMap<u32, Option<usize>> = FxHashMap::default();
    for (&root, name) in &listed {
        let table = tables.iter().position(|table| table.name == *name);
        known.insert(root, table);
    }
    let mut taken: FxHashSet<usize> = known.values().copied().flatten().collect();
    let mut at = 0;
    while at < leaves.len() {
        let (standing, root, _) = leaves[at];
        let end = leaves[at..]
            .iter()
            .position(|&(other, of, _)| (other, of) != (standing, root))
            .map_or(leaves.len(), |length| at + length);
        let own = &leaves[at..end];
        at = end;
        let table = match known.get(&root) {
            Some(table) => *table,
            None => {
                let table = by_form(&mut pages, own, tables, &taken)?;
                // A whole tree is the only one of its table; single pages may be several parts of one.
                if standing == Standing::Referred {
                    taken.extend(table);
                }
                table
            }
        };
        let Some(table) = table else { continue };
        for &(_, _, page) in own {
            for (rowid, values) in pages.rows(page)? {
                if fits(&values, &tables[table].columns) {
                    visit(Found {
                        table,
                        rowid,
                        values,
                        standing,
                    })?;
                }
            }
        }
    }
    Ok(survey)
}

/// Returns the table that most rows of a tree have the form of. Of several it is the first for a single page and the last for more: a language is
/// written like a stem, and there are few languages.
fn by_form(
    pages: &mut Pages,
    leaves: &[(Standing, u32, u32)],
    tables: &[Table],
    taken: &FxHashSet<usize>,
) -> io::Result<Option<usize>> {
    const LOOKED_AT: usize = 8;
    let mut votes = vec![0_usize; tables.len()];
    let mut rows = 0;
    for &(.., page) in leaves.iter().take(LOOKED_AT) {
        for (_, values) in pages.rows(page)? {
            rows += 1;
            for (vote, table) in votes.iter_mut().zip(tables) {
                *vote += usize::from(fits(&values, &table.columns));
            }
        }
    }
    let best = (votes.iter().enumerate())
        .filter(|(table, vote)| **vote * 2 > rows && !taken.contains(table))
        .max_by_key(|&(table, vote)| {
            let order = match leaves {
                [_] => tables.len() - table,
                _ => table,
            };
            (*vote, order)
        });
    Ok(best.map(|(table, _)| table))
}

/// Says whether a row may be one of a table with these columns; columns that came later may be missing at its end.
fn fits(values: &[Value], columns: &[Column]) -> bool {
    values.len() <= columns.len()
        && columns[values.len()..].iter().all(|column| column.later)
        && values.iter().zip(columns).all(|(value, column)| {
            matches!(
                (value, column.form),
                (Value::Null, Form::Number)
                    | (Value::Integer(_), Form::Integer | Form::Real)
                    | (Value::Real(_), Form::Real)
                    | (Value::Text(_), Form::Text)
                    | (Value::Blob(_), Form::Blob)
            ) || (*value == Value::Null && column.nullable)
                || matches!((value, column.form), (Value::Text(tag), Form::Tag) if Lang::new(tag).is_ok())
        })
}
