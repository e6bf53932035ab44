//! The rows of the first sheet: the door that calamine comes in by.

use std::io::{Cursor, Read as _};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use calamine::{Data, DataRef, Reader as _, Xlsx};

use super::super::columns::{MAX_COLUMNS, Table};
use super::super::lines::warning;
use super::super::source::Position;
use super::super::steps::{self, Steps};
use super::super::{Entry, Input, ReadOptions};
use super::bounds;
use crate::error::{Error, Result};

/// The largest file that is read, in bytes.
const MAX_FILE: u64 = 256 << 20;

/// The cells of a table that is read: Excel's own limits would fill any disk.
const MAX_CELLS: usize = 20_000_000;

/// The most bytes of text in a row, as in a line of the other tables.
const MAX_ROW: usize = 16 << 20;

/// Rows that are handed over together, or fewer of so many bytes, and how often before somebody takes them.
const TOGETHER: usize = 256;
const TOGETHER_BYTES: usize = 1 << 20;
const WAITING: usize = 4;

/// Why there is no answer when the thread that reads has ended without one.
const UNREAD: &str = "the file could not be read to its end";

/// A row's number from 0 and its cells.
type Row = (u32, Vec<String>);

/// The entries of the first sheet.
pub(in super::super) struct Reader {
    rows: Rows,
    table: Table,
    steps: Steps,
    name: String,
}

impl Reader {
    pub(in super::super) fn new(input: Input<'_>, options: &ReadOptions) -> Result<Self> {
        let unusable = |reason: String| unusable(&input.name, reason);
        let mut bytes = Vec::new();
        input
            .bytes
            .take(MAX_FILE + 1)
            .read_to_end(&mut bytes)
            .map_err(|source| Error::File {
                action: "read",
                path: input.name.clone(),
                source,
            })?;
        if bytes.len() as u64 > MAX_FILE {
            return Err(unusable(format!("larger than {} MiB", MAX_FILE >> 20)));
        }
        bounds::check(&bytes).map_err(unusable)?;
        let (rows, sheets) = Rows::of(bytes).map_err(unusable)?;
        let mut steps = Steps::default();
        if sheets > 1 {
            let reason = format!("{sheets} sheets: only the first is read");
            let start = Position::start();
            steps
                .found
                .push_back(Entry::Warning(warning(start, reason)));
        }
        Ok(Self {
            rows,
            table: Table::new(input.name.clone(), options),
            steps,
            name: input.name,
        })
    }

    fn step(&mut self) -> Result<bool> {
        let next = self.rows.next().transpose();
        let Some((row, cells)) = next.map_err(|reason| unusable(&self.name, reason))? else {
            return Ok(false);
        };
        let at = Position {
            line: u64::from(row) + 1,
            column: 1,
        };
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        self.steps.found.extend(self.table.row(&cells, at)?);
        Ok(true)
    }
}

fn unusable(name: &str, reason: String) -> Error {
    Error::Unusable {
        name: name.to_owned(),
        reason,
    }
}

impl Iterator for Reader {
    type Item = Result<Entry>;

    fn next(&mut self) -> Option<Result<Entry>> {
        steps::next(self, |reader| &mut reader.steps, Self::step)
    }
}

/// What the thread that reads hands over.
enum Handed {
    /// How many sheets there are: before the first row.
    Opened(usize),
    Rows(Vec<Row>),
    Failed(String),
}

/// The rows as a thread of their own reads them, for calamine's reader of cells borrows from the book that it comes from. The thread ends with its
/// last row, or when nobody wants another.
struct Rows {
    from: Receiver<Handed>,
    rows: std::vec::IntoIter<Row>,
}

impl Rows {
    /// Begins to read the first sheet of a file; with how many sheets there are.
    fn of(bytes: Vec<u8>) -> std::result::Result<(Self, usize), String> {
        let (to, from) = sync_channel(WAITING);
        thread::spawn(move || {
            if let Err(reason) = read(bytes, &to) {
                // Nobody may be there any more to hear it.
                to.send(Handed::Failed(reason)).ok();
            }
        });
        let sheets = match from.recv() {
            Ok(Handed::Opened(sheets)) => sheets,
            Ok(Handed::Failed(reason)) => return Err(reason),
            Ok(Handed::Rows(_)) | Err(_) => return Err(UNREAD.to_owned()),
        };
        let rows = Vec::new().into_iter();
        Ok((Self { from, rows }, sheets))
    }
}

impl Iterator for Rows {
    type Item = std::result::Result<Row, String>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.rows.next() {
                return Some(Ok(row));
            }
            match self.from.recv() {
                // An empty hand is the last.
                Ok(Handed::Rows(rows)) if rows.is_empty() => return None,
                Ok(Handed::Rows(rows)) => self.rows = rows.into_iter(),
                Ok(Handed::Failed(reason)) => return Some(Err(reason)),
                Ok(Handed::Opened(_)) | Err(_) => return Some(Err(UNREAD.to_owned())),
            }
        }
    }
}

/// Reads the first sheet and hands its rows over, the last ones followed by none.
fn read(bytes: Vec<u8>, to: &SyncSender<Handed>) -> std::result::Result<(), String> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(bounds::broken)?;
    let names = book.sheet_names();
    let first = names.first().ok_or("a spreadsheet without sheets")?;
    let sheets = names.len();
    let mut cells = book
        .worksheet_cells_reader(first)
        .map_err(|error| error.to_string())?;
    let mut is_wanted = to.send(Handed::Opened(sheets)).is_ok();
    let mut rows: Vec<Row> = Vec::new();
    let (mut places, mut of_rows, mut of_row) = (0, 0, 0);
    while let Some(cell) = cells.next_cell().map_err(|error| error.to_string())? {
        if !is_wanted {
            return Ok(());
        }
        let (row, column) = cell.get_position();
        let text = match cell.get_value() {
            DataRef::Empty => continue,
            DataRef::String(text) => text.clone(),
            DataRef::SharedString(text) => (*text).to_owned(),
            DataRef::Float(number) => number.to_string(),
            DataRef::Int(number) => number.to_string(),
            other => Data::from(other.clone()).to_string(),
        };
        let column = column as usize;
        if column >= MAX_COLUMNS {
            return Err(format!(
                "more than {MAX_COLUMNS} columns: this is no table of units"
            ));
        }
        if rows.last().is_none_or(|(last, _)| *last != row) {
            if rows.len() == TOGETHER || of_rows >= TOGETHER_BYTES {
                is_wanted = to.send(Handed::Rows(std::mem::take(&mut rows))).is_ok();
                of_rows = 0;
            }
            rows.push((row, Vec::new()));
            of_row = 0;
        }
        of_rows += text.len();
        of_row += text.len();
        if of_row > MAX_ROW {
            return Err(format!("more than {} MiB in a row", MAX_ROW >> 20));
        }
        let Some((_, cells)) = rows.last_mut() else {
            continue;
        };
        if cells.len() <= column {
            places += column + 1 - cells.len();
            cells.resize(column + 1, String::new());
        }
        if places > MAX_CELLS {
            return Err(format!("more than {MAX_CELLS} cells"));
        }
        cells[column] = text;
    }
    for last in [rows, Vec::new()] {
        to.send(Handed::Rows(last)).ok();
    }
    Ok(())
}
