//! A spreadsheet for people who review (Office Open XML): the door that calamine and rust_xlsxwriter come in by.
//!
//! The columns are those of [`super::columns`]; the status is chosen from a list. A spreadsheet is read and written whole, so its size is limited,
//! and an archive is unpacked once to nothing before it is believed.

use std::io::{self, BufReader, Cursor, Read, Write};

use calamine::{Data, DataRef, Reader as _, Xlsx};
use rust_xlsxwriter::{
    DataValidation, Format as CellFormat, FormatAlign, Workbook, Worksheet, XlsxError,
};
use zip::ZipArchive;

use super::columns::{self, Column, MAX_COLUMNS, Table};
use super::lines::warning;
use super::source::Position;
use super::steps::{self, Steps};
use super::{Entry, Input, Losses, ReadOptions, WriteOptions, write_error};
use crate::error::{Error, Result};
use crate::model::{Status, TranslationUnit};

/// The largest file that is read, in bytes.
const MAX_FILE: u64 = 256 << 20;

/// The most that it may hold when unpacked, in bytes: Excel's own limit of a million rows stays below it.
const MAX_UNPACKED: u64 = 1 << 30;

/// The rows and the characters of a cell that Excel takes.
const MAX_ROWS: u32 = 1_048_576;
const MAX_CELL: usize = 32_767;

/// The cells of a table that is read: Excel's own limits would fill any memory.
const MAX_CELLS: usize = 20_000_000;

/// How wide columns are, in characters.
const TEXT_WIDTH: f64 = 60.0;
const OTHER_WIDTH: f64 = 14.0;

/// The entries of the first sheet.
pub(super) struct Reader {
    rows: std::vec::IntoIter<(u32, Vec<String>)>,
    table: Table,
    steps: Steps,
}

impl Reader {
    pub(super) fn new(input: Input<'_>, options: &ReadOptions) -> Result<Self> {
        let unusable = |reason: String| Error::Unusable {
            name: input.name.clone(),
            reason,
        };
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
        check_size(&bytes).map_err(unusable)?;
        let (rows, sheets) = read_rows(&bytes).map_err(unusable)?;
        let mut steps = Steps::default();
        if sheets > 1 {
            let reason = format!("{sheets} sheets: only the first is read");
            let start = Position::start();
            steps
                .found
                .push_back(Entry::Warning(warning(start, reason)));
        }
        Ok(Self {
            rows: rows.into_iter(),
            table: Table::new(input.name, options),
            steps,
        })
    }

    fn step(&mut self) -> Result<bool> {
        let Some((row, cells)) = self.rows.next() else {
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

/// Unpacks an archive to nothing; the reason when it holds more than is allowed, or is none.
fn check_size(bytes: &[u8]) -> std::result::Result<(), String> {
    let broken = |error: String| format!("no spreadsheet in Excel's form (.xlsx): {error}");
    let mut archive =
        ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(error.to_string()))?;
    let mut left = MAX_UNPACKED;
    for index in 0..archive.len() {
        let file = archive
            .by_index(index)
            .map_err(|error| broken(error.to_string()))?;
        let copied = io::copy(&mut file.take(left + 1), &mut io::sink())
            .map_err(|error| broken(error.to_string()))?;
        left = left
            .checked_sub(copied)
            .ok_or_else(|| format!("holds more than {} MiB unpacked", MAX_UNPACKED >> 20))?;
    }
    Ok(())
}

type Rows = Vec<(u32, Vec<String>)>;

/// Returns the rows of the first sheet, with their numbers from 0, and how many sheets there are.
fn read_rows(bytes: &[u8]) -> std::result::Result<(Rows, usize), String> {
    let mut book: Xlsx<_> = Xlsx::new(BufReader::new(Cursor::new(bytes)))
        .map_err(|error| format!("no spreadsheet in Excel's form (.xlsx): {error}"))?;
    let names = book.sheet_names();
    let first = names.first().ok_or("a spreadsheet without sheets")?;
    let mut cells = book
        .worksheet_cells_reader(first)
        .map_err(|error| error.to_string())?;
    let mut rows: Rows = Vec::new();
    let mut places = 0;
    while let Some(cell) = cells.next_cell().map_err(|error| error.to_string())? {
        let (row, column) = cell.get_position();
        let text = match cell.get_value() {
            DataRef::Empty => continue,
            DataRef::String(text) => text.clone(),
            DataRef::SharedString(text) => (*text).to_owned(),
            DataRef::Float(number) => number.to_string(),
            DataRef::Int(number) => number.to_string(),
            other => Data::from(other.clone()).to_string(),
        };
        if rows.last().is_none_or(|(last, _)| *last != row) {
            rows.push((row, Vec::new()));
        }
        let Some((_, cells)) = rows.last_mut() else {
            continue;
        };
        let column = column as usize;
        if column >= MAX_COLUMNS {
            return Err(format!(
                "more than {MAX_COLUMNS} columns: this is no table of units"
            ));
        }
        if cells.len() <= column {
            places += column + 1 - cells.len();
            cells.resize(column + 1, String::new());
        }
        if places > MAX_CELLS {
            return Err(format!("more than {MAX_CELLS} cells"));
        }
        cells[column] = text;
    }
    Ok((rows, names.len()))
}

impl Iterator for Reader {
    type Item = Result<Entry>;

    fn next(&mut self) -> Option<Result<Entry>> {
        steps::next(self, |reader| &mut reader.steps, Self::step)
    }
}

/// A writer of a sheet.
pub(super) struct Writer<W> {
    output: W,
    options: WriteOptions,
    book: Workbook,
    sheet: Worksheet,
    columns: Vec<Column>,
    row: u32,
    losses: Losses,
}

impl<W: Write> Writer<W> {
    pub(super) fn new(output: W, options: &WriteOptions) -> Self {
        Self {
            output,
            options: options.clone(),
            book: Workbook::new(),
            sheet: Worksheet::new(),
            columns: Vec::new(),
            row: 0,
            losses: Losses::default(),
        }
    }

    pub(super) fn write(&mut self, unit: &TranslationUnit) -> Result<()> {
        if self.row == 0 {
            self.columns = columns::to_write(&self.options, unit);
            self.head().map_err(failed)?;
            self.row = 1;
        }
        if self.row == MAX_ROWS {
            self.losses.units += 1;
            return Ok(());
        }
        let Some(mut cells) = columns::cells(&self.columns, unit, &mut self.losses) else {
            return Ok(());
        };
        if cells.iter().any(|cell| cell.chars().count() > MAX_CELL) {
            self.losses.units += 1;
            return Ok(());
        }
        for cell in &mut cells {
            // A carriage return would come back as a line end.
            let returns = cell.matches('\r').count();
            self.losses.characters += returns as u64;
            if returns > 0 {
                *cell = cell.replace('\r', " ");
            }
        }
        self.cells(&cells).map_err(failed)?;
        self.row += 1;
        Ok(())
    }

    fn head(&mut self) -> std::result::Result<(), XlsxError> {
        let bold = CellFormat::new().set_bold();
        let wrapped = CellFormat::new()
            .set_text_wrap()
            .set_align(FormatAlign::Top);
        self.sheet.set_freeze_panes(1, 0)?;
        for (number, column) in (0_u16..).zip(&self.columns) {
            self.sheet
                .write_string_with_format(0, number, column.name(), &bold)?;
            let width = match column {
                Column::Text(_) => TEXT_WIDTH,
                _ => OTHER_WIDTH,
            };
            self.sheet.set_column_width(number, width)?;
            self.sheet.set_column_format(number, &wrapped)?;
            if *column == Column::Status {
                let list = Status::ALL.map(Status::as_str);
                let choice = DataValidation::new().allow_list_strings(&list)?;
                self.sheet
                    .add_data_validation(1, number, MAX_ROWS - 1, number, &choice)?;
            }
        }
        Ok(())
    }

    fn cells(&mut self, cells: &[String]) -> std::result::Result<(), XlsxError> {
        for ((number, column), cell) in (0_u16..).zip(&self.columns).zip(cells) {
            match (column, cell.parse::<f64>()) {
                (_, _) if cell.is_empty() => {}
                (Column::Probability, Ok(value)) => {
                    self.sheet.write_number(self.row, number, value)?;
                }
                _ => {
                    self.sheet.write_string(self.row, number, cell)?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<(W, Losses)> {
        if self.row > 1 {
            let last = u16::try_from(self.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
            self.sheet
                .autofilter(0, 0, self.row - 1, last)
                .map_err(failed)?;
        }
        self.book.push_worksheet(self.sheet);
        let bytes = self.book.save_to_buffer().map_err(failed)?;
        self.output.write_all(&bytes).map_err(write_error)?;
        Ok((self.output, self.losses))
    }
}

fn failed(error: XlsxError) -> Error {
    write_error(io::Error::other(error))
}
