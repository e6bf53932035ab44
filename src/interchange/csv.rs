//! Comma-separated values (RFC 4180), and TSV with chosen columns: the door that the csv crate comes in by.
//!
//! The first line names the columns (see [`Column`]); commas, semicolons (spreadsheets of countries with a decimal comma) and tabs are recognised as
//! separators when reading. Formulas are a spreadsheet's way to run what a text says: on request a cell that would be one gets an apostrophe before it.

use std::io::{BufRead as _, Write};

use csv::{ReaderBuilder, StringRecord, WriterBuilder};

use super::columns::{self, Column, Table};
use super::source::{Position, Source};
use super::steps::{self, Steps};
use super::{Entry, Input, Losses, ReadOptions, WriteOptions, write_error};
use crate::error::{Error, Result};
use crate::model::TranslationUnit;

/// The entries of a table, read as they are asked for; after an error nothing more comes.
pub(super) struct Reader<'r> {
    reader: csv::Reader<Source<'r>>,
    table: Table,
    record: StringRecord,
    steps: Steps,
}

impl<'r> Reader<'r> {
    /// Returns the entries of an input with this separator and no quoting, else with the separator that its first line has.
    pub(super) fn new(
        input: Input<'r>,
        options: &ReadOptions,
        separator: Option<u8>,
    ) -> Result<Self> {
        let mut source = Source::of_lines(input.bytes, options.encoding.as_deref())?;
        let found = match source.fill_buf() {
            Ok(first) => separator_of(first),
            // The fault shows again when the first line is read.
            Err(_) => b',',
        };
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator.unwrap_or(found))
            .quoting(separator.is_none())
            .from_reader(source);
        Ok(Self {
            reader,
            table: Table::new(input.name, options),
            record: StringRecord::new(),
            steps: Steps::default(),
        })
    }

    /// Reads a row; says whether there was one.
    fn step(&mut self) -> Result<bool> {
        self.reader.get_mut().allow();
        match self.reader.read_record(&mut self.record) {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(error) => return Err(self.error(error)),
        }
        let at = Position {
            line: self.record.position().map_or(1, csv::Position::line),
            column: 1,
        };
        let cells: Vec<&str> = self.record.iter().collect();
        self.steps.found.extend(self.table.row(&cells, at)?);
        Ok(true)
    }

    fn error(&mut self, error: csv::Error) -> Error {
        let at = error.position().map_or(1, csv::Position::line);
        match error.into_kind() {
            csv::ErrorKind::Io(seen) => self.reader.get_mut().error(self.table.name(), &seen),
            kind => Error::Syntax {
                name: self.table.name().to_owned(),
                line: at,
                column: 1,
                reason: format!("no table: {kind:?}"),
            },
        }
    }
}

/// Returns the separator that occurs most in a first line.
fn separator_of(first: &[u8]) -> u8 {
    let line = first
        .split(|&byte| byte == b'\n')
        .next()
        .unwrap_or_default();
    let count = |separator: u8| memchr::memchr_iter(separator, line).count();
    // Of equal counts the last is taken.
    [b'\t', b';', b',']
        .into_iter()
        .max_by_key(|&separator| count(separator))
        .unwrap_or(b',')
}

impl Iterator for Reader<'_> {
    type Item = Result<Entry>;

    fn next(&mut self) -> Option<Result<Entry>> {
        steps::next(self, |reader| &mut reader.steps, Self::step)
    }
}

/// A writer of a table.
pub(super) struct Writer<W: Write> {
    writer: csv::Writer<W>,
    options: WriteOptions,
    columns: Vec<Column>,
    losses: Losses,
}

impl<W: Write> Writer<W> {
    pub(super) fn new(output: W, options: &WriteOptions) -> Self {
        Self {
            writer: WriterBuilder::new().from_writer(output),
            options: options.clone(),
            columns: Vec::new(),
            losses: Losses::default(),
        }
    }

    pub(super) fn write(&mut self, unit: &TranslationUnit) -> Result<()> {
        if self.columns.is_empty() {
            self.columns = columns::to_write(&self.options, unit);
            if !self.options.headless {
                self.row(
                    self.columns
                        .iter()
                        .map(|column| column.name().to_owned())
                        .collect(),
                )?;
            }
        }
        match columns::cells(&self.columns, unit, &mut self.losses) {
            Some(cells) => self.row(cells),
            None => Ok(()),
        }
    }

    fn row(&mut self, mut cells: Vec<String>) -> Result<()> {
        if self.options.defuse {
            for cell in cells.iter_mut().filter(|cell| is_formula(cell)) {
                cell.insert(0, '\'');
            }
        }
        self.writer
            .write_record(&cells)
            .map_err(|error| write_error(error.into()))
    }

    pub(super) fn finish(self) -> Result<(W, Losses)> {
        let output = self
            .writer
            .into_inner()
            .map_err(|error| write_error(error.into_error()))?;
        Ok((output, self.losses))
    }
}

/// Says whether a spreadsheet takes a cell for a formula.
fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Lang;

    fn read(text: &str, options: &ReadOptions) -> (Vec<TranslationUnit>, Vec<String>) {
        let input = Input {
            bytes: Box::new(text.as_bytes()),
            name: "in.csv".to_owned(),
        };
        let (mut units, mut said) = (Vec::new(), Vec::new());
        for entry in Reader::new(input, options, None).unwrap() {
            match entry {
                Ok(Entry::Unit { unit, .. }) => units.push(unit),
                Ok(Entry::Warning(warning)) => said.push(warning.reason),
                Err(error) => said.push(error.to_string()),
            }
        }
        (units, said)
    }

    #[test]
    fn columns_go_by_name_in_any_order_and_with_any_separator() {
        for text in [
            "status,EN,ru,project\nrejected,\"Yes, \"\"so\"\"\",Да,x\n",
            "status;EN;ru;project\r\nrejected;\"Yes, \"\"so\"\"\";Да;x\r\n",
        ] {
            let (units, said) = read(text, &ReadOptions::default());
            assert_eq!(units[0].variants[0].text(), "Yes, \"so\"");
            assert_eq!(units[0].variants[1].lang.as_str(), "ru");
            assert_eq!(units[0].status.as_str(), "rejected");
            assert!(said.len() == 1 && said[0].contains("`project`"), "{said:?}");
        }
    }

    #[test]
    fn columns_are_chosen_by_name_or_number() {
        let lang = |tag| Column::Text(Lang::new(tag).unwrap());
        for (text, places) in [
            ("Оригинал,x,Перевод\nДа,1,Yes\n", ["Оригинал", "перевод"]),
            ("Да,1,Yes\n", ["1", "3"]),
        ] {
            let options = ReadOptions {
                columns: vec![
                    (lang("ru"), places[0].to_owned()),
                    (lang("en"), places[1].to_owned()),
                ],
                ..ReadOptions::default()
            };
            let (units, said) = read(text, &options);
            assert!(said.is_empty(), "{said:?}");
            assert_eq!(units.len(), 1);
            assert_eq!(units[0].variants[1].text(), "Yes");
        }
        let (_, said) = read("a,b\nc,d\n", &ReadOptions::default());
        assert!(
            said[0].contains("line 1, column 1: expected a first line"),
            "{said:?}"
        );
    }

    #[test]
    fn formulas_are_defused_on_request() {
        let options = WriteOptions {
            columns: vec![
                Column::Text(Lang::new("ru").unwrap()),
                Column::Text(Lang::new("en").unwrap()),
            ],
            defuse: true,
            ..WriteOptions::default()
        };
        let mut writer = Writer::new(Vec::new(), &options);
        let unit = TranslationUnit {
            variants: [("ru", "=cmd()"), ("en", "a,b")]
                .map(|(tag, text)| {
                    crate::model::Variant::new(Lang::new(tag).unwrap(), text).unwrap()
                })
                .into(),
            ..TranslationUnit::default()
        };
        writer.write(&unit).unwrap();
        let (bytes, _) = writer.finish().unwrap();
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            "ru,en\n'=cmd(),\"a,b\"\n"
        );
    }
}
