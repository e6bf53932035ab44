//! Lines of source, tab, target and perhaps tab, probability, as `align --format tsv` writes them: no quoting, no escapes.
//!
//! The languages are told beforehand or by a first line of their tags (`ru<TAB>en`). A unit with a probability was made by a program and
//! counts as automatic, one without as confirmed.

use std::io::{BufRead, Write};

use super::pair::{self, Pair, push_line};
use super::record::probability;
use super::source::{Position, Source};
use super::steps::{self, Steps};
use super::{Entry, Input, Losses, ReadOptions, Warning, WriteOptions, write_error};
use crate::error::{Error, Result};
use crate::model::{Lang, Status, TranslationUnit, Variant};

/// The entries of lines with tabs, read as they are asked for; after an error nothing more comes.
pub(super) struct Reader<'r> {
    source: Source<'r>,
    name: String,
    /// The languages of source and target; empty until they are known.
    languages: Vec<Lang>,
    line: Vec<u8>,
    lines: u64,
    steps: Steps,
}

impl<'r> Reader<'r> {
    pub(super) fn new(input: Input<'r>, options: &ReadOptions) -> Result<Self> {
        Ok(Self {
            source: Source::of_lines(input.bytes, options.encoding.as_deref())?,
            name: input.name,
            languages: options.languages.clone(),
            line: Vec::new(),
            lines: 0,
            steps: Steps::default(),
        })
    }

    /// Reads a line; says whether there was one.
    fn step(&mut self) -> Result<bool> {
        let at = self.source.position();
        self.source.allow();
        self.line.clear();
        let read = self.source.read_until(b'\n', &mut self.line);
        if let Err(seen) = read {
            return Err(self.source.error(&self.name, &seen));
        }
        if self.line.is_empty() {
            return Ok(false);
        }
        self.lines += 1;
        let line = std::mem::take(&mut self.line);
        let text = String::from_utf8_lossy(&line);
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let outcome = self.take(at, text.strip_suffix('\r').unwrap_or(text));
        self.line = line;
        outcome.map(|()| true)
    }

    fn take(&mut self, at: Position, line: &str) -> Result<()> {
        let columns = memchr::memchr_iter(b'\t', line.as_bytes()).count() + 1;
        let cells: Vec<&str> = line.split('\t').take(4).collect();
        if self.lines == 1 && self.is_head(at, &cells)? {
            return Ok(());
        }
        let (source, target, sure) = match *cells.as_slice() {
            [source, target] => (source, target, None),
            [source, target, sure] => (source, target, Some(sure)),
            _ => {
                self.warn(
                    at,
                    format!("expected 2 or 3 columns, found {columns}: left out"),
                );
                return Ok(());
            }
        };
        let sure = sure.map(|cell| cell.trim().parse().ok().and_then(probability));
        if sure == Some(None) {
            self.warn(
                at.after(&line[..source.len() + target.len() + 2]),
                "expected a probability from 0 to 1: left out",
            );
            return Ok(());
        }
        let sides = [(source, at), (target, at.after(&line[..=source.len()]))];
        let mut variants = Vec::with_capacity(sides.len());
        for ((cell, at), lang) in sides.into_iter().zip(self.languages.clone()) {
            match Variant::new(lang.clone(), self.clean(at, cell)) {
                Ok(variant) => variants.push(variant),
                Err(_) => self.warn(at, format!("no text in `{lang}`: no unit")),
            }
        }
        if variants.len() == 2 {
            let probability = sure.flatten();
            let status = if probability.is_some() {
                Status::Automatic
            } else {
                Status::Confirmed
            };
            let source_lang = self.languages.first().cloned();
            let unit = TranslationUnit {
                source_lang,
                variants,
                status,
                probability,
                ..TranslationUnit::default()
            };
            self.steps.found.push_back(Entry::Unit {
                unit,
                line: at.line,
                column: at.column,
            });
        }
        Ok(())
    }

    /// Says whether the first line names the languages, and takes them from it.
    fn is_head(&mut self, at: Position, cells: &[&str]) -> Result<bool> {
        let tags: Option<Vec<Lang>> = cells.iter().map(|cell| Lang::new(cell).ok()).collect();
        match (tags.filter(|tags| tags.len() == 2), self.languages.as_slice()) {
            (Some(tags), []) => {
                self.languages = tags;
                Ok(true)
            }
            (Some(tags), known) if tags.iter().all(|tag| known.contains(tag)) && tags[0] != tags[1] => {
                self.languages = tags;
                Ok(true)
            }
            (_, [_, _]) => Ok(false),
            (_, _) => Err(Error::Syntax {
                name: self.name.clone(),
                line: at.line,
                column: at.column,
                reason: "expected the two languages of the columns, such as `ru<TAB>en`: add this line or name them".to_owned(),
            }),
        }
    }

    /// Returns a cell's text without control characters.
    fn clean(&mut self, at: Position, cell: &str) -> String {
        let controls = cell
            .chars()
            .filter(|character| character.is_control())
            .count();
        if controls == 0 {
            return cell.to_owned();
        }
        self.warn(at, format!("{controls} control characters: dropped"));
        cell.chars()
            .filter(|character| !character.is_control())
            .collect()
    }

    fn warn(&mut self, at: Position, reason: impl Into<String>) {
        let warning = Warning {
            line: at.line,
            column: at.column,
            unit: None,
            reason: reason.into(),
        };
        self.steps.found.push_back(Entry::Warning(warning));
    }
}

impl Iterator for Reader<'_> {
    type Item = Result<Entry>;

    fn next(&mut self) -> Option<Result<Entry>> {
        steps::next(self, |reader| &mut reader.steps, Self::step)
    }
}

/// A writer of lines with tabs.
pub(super) struct Writer<W> {
    output: W,
    pair: Pair,
    headed: bool,
    losses: Losses,
    line: String,
}

impl<W: Write> Writer<W> {
    pub(super) fn new(output: W, options: &WriteOptions) -> Self {
        Self {
            output,
            pair: Pair::new(options),
            headed: options.headless,
            losses: Losses::default(),
            line: String::new(),
        }
    }

    pub(super) fn write(&mut self, unit: &TranslationUnit) -> Result<()> {
        let Some([source, target]) = self.pair.sides(unit, &mut self.losses) else {
            return Ok(());
        };
        self.line.clear();
        if let (false, Some([from, to])) = (self.headed, self.pair.languages()) {
            self.headed = true;
            self.line = format!("{from}\t{to}\n");
        }
        self.losses.characters += push_line(&mut self.line, source.text());
        self.line.push('\t');
        self.losses.characters += push_line(&mut self.line, target.text());
        if let Some(probability) = unit.probability {
            self.line.push_str(&format!("\t{probability}"));
        }
        self.line.push('\n');
        self.losses.codes += pair::codes([source, target]);
        self.losses.properties += pair::details(unit, [source, target]);
        self.output
            .write_all(self.line.as_bytes())
            .map_err(write_error)
    }

    pub(super) fn finish(self) -> (W, Losses) {
        (self.output, self.losses)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lang(tag: &str) -> Lang {
        Lang::new(tag).unwrap()
    }

    fn read(text: &str, languages: &[Lang]) -> (Vec<TranslationUnit>, Vec<Warning>, Option<Error>) {
        let options = ReadOptions {
            languages: languages.to_vec(),
            ..ReadOptions::default()
        };
        read_bytes(text.as_bytes(), &options)
    }

    fn read_bytes(
        bytes: &[u8],
        options: &ReadOptions,
    ) -> (Vec<TranslationUnit>, Vec<Warning>, Option<Error>) {
        let (mut units, mut warnings, mut failure) = (Vec::new(), Vec::new(), None);
        let input = Input {
            bytes: Box::new(bytes),
            name: "in.tsv".to_owned(),
        };
        for entry in Reader::new(input, options).unwrap() {
            match entry {
                Ok(Entry::Unit { unit, .. }) => units.push(unit),
                Ok(Entry::Warning(warning)) => warnings.push(warning),
                Err(error) => failure = Some(error),
            }
        }
        (units, warnings, failure)
    }

    #[test]
    fn reads_the_encoding_that_is_named() {
        let options = ReadOptions {
            encoding: Some("windows-1251".to_owned()),
            ..ReadOptions::default()
        };
        let (units, _, failure) = read_bytes(b"ru\ten\n\xC4\xE0.\tYes.\n", &options);
        assert!(failure.is_none());
        assert_eq!(units[0].variant(&lang("ru")).unwrap().text(), "Да.");
    }

    #[test]
    fn takes_the_languages_from_the_first_line() {
        let (units, warnings, failure) = read("ru\ten\r\nДа.\tYes.\t0.5\r\nНет.\tNo.\n", &[]);
        assert!(warnings.is_empty() && failure.is_none());
        assert_eq!(units[0].variant(&lang("en")).unwrap().text(), "Yes.");
        assert_eq!(
            (units[0].probability, units[0].status),
            (Some(0.5), Status::Automatic)
        );
        assert_eq!(
            (units[1].probability, units[1].status),
            (None, Status::Confirmed)
        );
        assert_eq!(units[1].source_lang, Some(lang("ru")));
        assert!(
            read("Да.\tYes.\n", &[])
                .2
                .unwrap()
                .to_string()
                .contains("line 1, column 1")
        );
    }

    #[test]
    fn tells_the_place_of_what_is_no_unit() {
        let (units, warnings, _) = read(
            "Да\n\tYes\nДа\tYes\tsure\na\tb\t1\td\n\u{7}Да\tYes",
            &[lang("ru"), lang("en")],
        );
        let places: Vec<_> = warnings
            .iter()
            .map(|warning| (warning.line, warning.column))
            .collect();
        assert_eq!(places, [(1, 1), (2, 1), (3, 8), (4, 1), (5, 1)]);
        assert_eq!(units.len(), 1);
    }

    #[test]
    fn writes_a_space_for_what_would_break_the_line_and_counts_it() {
        let mut unit = TranslationUnit {
            source_lang: Some(lang("ru")),
            probability: Some(0.25),
            ..TranslationUnit::default()
        };
        unit.variants
            .push(Variant::new(lang("en"), "Yes.\tNo.").unwrap());
        unit.variants
            .push(Variant::new(lang("ru"), "Да.\nНет.").unwrap());
        let mut writer = Writer::new(Vec::new(), &WriteOptions::default());
        writer.write(&unit).unwrap();
        let (output, losses) = writer.finish();
        assert_eq!(
            String::from_utf8(output).unwrap(),
            "ru\ten\nДа. Нет.\tYes. No.\t0.25\n"
        );
        assert_eq!(
            losses,
            Losses {
                characters: 2,
                ..Losses::default()
            }
        );
    }
}
