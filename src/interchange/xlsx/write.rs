//! A sheet written row by row: the door that rust_xlsxwriter comes in by.

use std::io::{self, Write};

use rust_xlsxwriter::{
    DataValidation, Format as CellFormat, FormatAlign, Workbook, Worksheet, XlsxError,
};

use super::super::columns::{self, Column};
use super::super::{Losses, WriteOptions, write_error};
use super::{MAX_CELL, MAX_ROWS};
use crate::error::{Error, Result};
use crate::model::{Status, TranslationUnit};

/// How wide columns are, in characters.
const TEXT_WIDTH: f64 = 60.0;
const OTHER_WIDTH: f64 = 14.0;

/// A writer of a sheet.
pub(in super::super) struct Writer<W> {
    output: W,
    options: WriteOptions,
    book: Workbook,
    sheet: Worksheet,
    columns: Vec<Column>,
    row: u32,
    losses: Losses,
}

impl<W: Write> Writer<W> {
    pub(in super::super) fn new(output: W, options: &WriteOptions) -> Self {
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

    pub(in super::super) fn write(&mut self, unit: &TranslationUnit) -> Result<()> {
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

    pub(in super::super) fn finish(mut self) -> Result<(W, Losses)> {
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
