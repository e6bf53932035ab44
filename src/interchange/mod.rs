//! Translation units to and from bytes: one file per format, all meeting in [`TranslationUnit`].
//!
//! Reading and writing are streams: memory does not grow with the file. A reader hands out units and warnings in the order of the file;
//! nothing is left out or changed without a [`Warning`] that says where and why. What breaks the form of the format itself (XML that is not
//! well-formed, a cut file, a line that is no JSON) is an [`Error::Syntax`] and ends the stream. By then the units before the fault have come:
//! a caller who wants all or nothing collects them in a transaction and takes it back, one who wants what can be saved keeps them.
//! A writer counts in [`Losses`] what its format cannot hold.
//!
//! A new format is a file of its own with a reader and a writer, and one arm in [`Format`], [`open_parts`] and [`Writer`]. Documents are filled
//! with renderings by [`fill_xliff`] and [`fill_po`].

mod ces;
mod columns;
mod compression;
mod csv;
mod encoding;
mod hunalign;
mod jsonl;
mod lines;
mod moses;
mod pair;
mod po;
mod record;
mod rewrite;
mod source;
mod steps;
mod tmx;
mod tsv;
mod xliff;
mod xlsx;
mod xml;

use std::io::{BufRead, Write};

use jiff::Timestamp;

pub use columns::Column;
pub use po::fill as fill_po;
pub use xliff::fill as fill_xliff;

use crate::error::{Error, Result};
use crate::model::{InlineCode, Lang, TranslationUnit};

/// A form in which units are exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// Translation Memory eXchange 1.1 to 1.4b; written as 1.4.
    Tmx,
    /// Lines of source, tab, target and perhaps tab, probability, without quoting.
    Tsv,
    /// Comma-separated values (RFC 4180) with a line of column names.
    Csv,
    /// One JSON object a line, everything that is known of a unit.
    JsonLines,
    /// XLIFF 1.2 and 2.x; written as 1.2.
    Xliff,
    /// GNU gettext's PO.
    Po,
    /// A spreadsheet for people who review.
    Xlsx,
    /// Two texts, line by line renderings of each other, as Moses and its successors train on.
    Moses,
    /// hunalign's ladder of line numbers, with the two texts.
    Ladder,
    /// hunalign's text form: source, tab, target, tab, score; sentences of one side joined by ` ~~~ `.
    Hunalign,
    /// The links of OPUS and XCES (`cesAlign`), with the two documents.
    Ces,
}

/// What is known of a format, one row each: its name, the endings of its files, its media type, the files that it takes.
struct Row {
    name: &'static str,
    extensions: &'static [&'static str],
    media_type: &'static str,
    parts: &'static [&'static str],
}

const ONE: &[&str] = &["units"];

impl Format {
    /// All formats.
    pub const ALL: [Self; 11] = [
        Self::Tmx,
        Self::Tsv,
        Self::Csv,
        Self::JsonLines,
        Self::Xliff,
        Self::Po,
        Self::Xlsx,
        Self::Moses,
        Self::Ladder,
        Self::Hunalign,
        Self::Ces,
    ];

    fn row(self) -> Row {
        let (name, extensions, media_type, parts): (_, &'static [&'static str], _, _) = match self {
            Self::Tmx => ("tmx", &["tmx"], "application/x-tmx+xml", ONE),
            Self::Tsv => ("tsv", &["tsv", "tab"], "text/tab-separated-values", ONE),
            Self::Csv => ("csv", &["csv"], "text/csv", ONE),
            Self::JsonLines => ("jsonl", &["jsonl", "ndjson"], "application/jsonl", ONE),
            Self::Xliff => (
                "xliff",
                &["xlf", "xliff", "sdlxliff", "mqxliff", "mxliff"],
                "application/xliff+xml",
                ONE,
            ),
            Self::Po => ("po", &["po", "pot"], "text/x-gettext-translation", ONE),
            Self::Xlsx => (
                "xlsx",
                &["xlsx"],
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                ONE,
            ),
            Self::Moses => ("moses", &[], "text/plain", &["source", "target"]),
            Self::Ladder => (
                "ladder",
                &["ladder"],
                "text/plain",
                &["ladder", "source", "target"],
            ),
            Self::Hunalign => ("hunalign", &[], "text/plain", ONE),
            Self::Ces => (
                "ces",
                &["ces"],
                "application/xml",
                &["links", "source", "target"],
            ),
        };
        Row {
            name,
            extensions,
            media_type,
            parts,
        }
    }

    /// Returns the name that `--format` takes.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// Returns the format of a name, if it is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Returns the endings of file names, without the dot, the usual one first; none where names do not tell.
    pub fn extensions(self) -> &'static [&'static str] {
        self.row().extensions
    }

    /// Returns the media type.
    pub fn media_type(self) -> &'static str {
        self.row().media_type
    }

    /// Returns what the files hold that units in this format take, in the order in which they are given: one file for most.
    pub fn parts(self) -> &'static [&'static str] {
        self.row().parts
    }

    /// Returns the format that a file's name tells by its ending, in any case; `.gz` and `.zip` after it are passed over.
    ///
    /// ```
    /// # use diglot::interchange::Format;
    /// assert_eq!(Format::from_file_name("brics.TMX.gz"), Some(Format::Tmx));
    /// assert_eq!(Format::from_file_name("brics.html"), None);
    /// ```
    pub fn from_file_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let name = name
            .strip_suffix(".gz")
            .or_else(|| name.strip_suffix(".zip"))
            .unwrap_or(&name);
        let (_, ending) = name.rsplit_once('.')?;
        Self::ALL
            .into_iter()
            .find(|format| format.extensions().contains(&ending))
    }

    /// Returns the format that the first bytes of a file tell (a few hundred are enough), if they do: compressed files do not.
    pub fn sniff(first: &[u8]) -> Option<Self> {
        // In UTF-16 every other byte of what is looked for is zero.
        let text: Vec<u8> = first.iter().copied().filter(|&byte| byte != 0).collect();
        let text = [&b"\xEF\xBB\xBF"[..], b"\xFF\xFE", b"\xFE\xFF"]
            .iter()
            .find_map(|mark| text.strip_prefix(*mark))
            .unwrap_or(&text);
        let text = text.trim_ascii_start();
        let line = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
        let holds = |what: &str| memchr::memmem::find(text, what.as_bytes()).is_some();
        match text.first()? {
            b'<' if holds("<tmx") || holds(":tmx") => Some(Self::Tmx),
            b'<' if holds("<xliff") || holds(":xliff") => Some(Self::Xliff),
            b'<' if holds("cesAlign") => Some(Self::Ces),
            b'<' => None,
            b'{' => Some(Self::JsonLines),
            _ if text.starts_with(b"PK\x03\x04") => {
                (holds("[Content_Types].xml") || holds("xl/")).then_some(Self::Xlsx)
            }
            _ if text.starts_with(b"msgid") || text.starts_with(b"#") && holds("\nmsgid") => {
                Some(Self::Po)
            }
            _ if line.contains(&b'\t') => Some(Self::Tsv),
            _ => columns::are_names(&String::from_utf8_lossy(line)).then_some(Self::Csv),
        }
    }
}

/// Something that a reader has to say about a file without giving up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The line, from 1.
    pub line: u64,
    /// The column in characters, from 1.
    pub column: u64,
    /// The unit it is about: its identifier, else `#` and its number in the file, from 1.
    pub unit: Option<String>,
    /// What is wrong, and what was done about it.
    pub reason: String,
}

/// What a reader finds.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// A unit, and where it begins.
    Unit {
        /// The unit.
        unit: TranslationUnit,
        /// The line, from 1.
        line: u64,
        /// The column in characters, from 1.
        column: u64,
    },
    /// Something to be told.
    Warning(Warning),
}

/// What a reader must be told beforehand.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// The languages of source and target, where the format does not name them: of the columns of TSV without a first line (`ru<TAB>en`), of
    /// Moses, hunalign and XCES texts, of PO files without a `Language`.
    pub languages: Vec<Lang>,
    /// Which column of a table (CSV, TSV, XLSX) holds what, by its name in the first line or its number from 1; empty to go by the names alone.
    pub columns: Vec<(Column, String)>,
    /// The label of the encoding (WHATWG Encoding Standard) of a text file that is not UTF-8 and does not say what it is.
    pub encoding: Option<String>,
    /// Read what can be read of broken TMX, with a warning for every place that was mended, in place of the error.
    pub repair: bool,
}

/// An input and the name that stands for it in messages.
pub struct Input<'r> {
    /// The bytes.
    pub bytes: Box<dyn BufRead + 'r>,
    /// The file or stream, as the user named it.
    pub name: String,
}

/// Returns the entries of an input, read as they are asked for. After an error nothing more comes.
///
/// `name` stands for the input in messages. Compression (gzip, zip of one file) and encoding are recognised.
pub fn open<'r>(
    format: Format,
    input: impl BufRead + 'r,
    name: &str,
    options: &ReadOptions,
) -> Box<dyn Iterator<Item = Result<Entry>> + 'r> {
    let input = Input {
        bytes: Box::new(input),
        name: name.to_owned(),
    };
    open_parts(format, vec![input], options)
}

/// Returns the entries of a format that takes several files, given as [`Format::parts`] has them; with the wrong number of them, an error.
pub fn open_parts<'r>(
    format: Format,
    inputs: Vec<Input<'r>>,
    options: &ReadOptions,
) -> Box<dyn Iterator<Item = Result<Entry>> + 'r> {
    match try_open(format, inputs, options) {
        Ok(entries) => entries,
        Err(error) => Box::new(std::iter::once(Err(error))),
    }
}

fn try_open<'r>(
    format: Format,
    inputs: Vec<Input<'r>>,
    options: &ReadOptions,
) -> Result<Box<dyn Iterator<Item = Result<Entry>> + 'r>> {
    let given = inputs.len();
    let mut inputs = inputs.into_iter();
    let (Some(first), true) = (inputs.next(), given == format.parts().len()) else {
        return Err(Error::Unusable {
            name: format.name().to_owned(),
            reason: format!(
                "takes {} files ({}), {given} given",
                format.parts().len(),
                format.parts().join(", ")
            ),
        });
    };
    Ok(match (format, inputs.next(), inputs.next()) {
        (Format::Tmx, ..) if options.repair => Box::new(tmx::Reader::mending(first)),
        (Format::Tmx, ..) => Box::new(tmx::Reader::new(first.bytes, &first.name)),
        (Format::Tsv, ..) if options.columns.is_empty() => {
            Box::new(tsv::Reader::new(first, options)?)
        }
        (Format::Tsv, ..) => Box::new(csv::Reader::new(first, options, Some(b'\t'))?),
        (Format::Csv, ..) => Box::new(csv::Reader::new(first, options, None)?),
        (Format::JsonLines, ..) => Box::new(jsonl::Reader::new(first.bytes, &first.name)),
        (Format::Xliff, ..) => Box::new(xliff::Reader::new(first)),
        (Format::Po, ..) => Box::new(po::Reader::new(first, options)?),
        (Format::Xlsx, ..) => Box::new(xlsx::Reader::new(first, options)?),
        (Format::Hunalign, ..) => Box::new(hunalign::Reader::new(first, options)?),
        (Format::Moses, Some(second), _) => Box::new(moses::Reader::new([first, second], options)?),
        (Format::Ladder, Some(second), Some(third)) => {
            Box::new(hunalign::ladder([first, second, third], options)?)
        }
        (Format::Ces, Some(second), Some(third)) => {
            Box::new(ces::Reader::new([first, second, third], options)?)
        }
        (Format::Moses | Format::Ladder | Format::Ces, ..) => Box::new(std::iter::empty()),
    })
}

/// How a writer writes.
#[derive(Clone, Debug, Default)]
pub struct WriteOptions {
    /// The moment that the file states as its making (TMX).
    pub creation_date: Option<Timestamp>,
    /// The languages to write, source first: the columns of a table and the sides of a bilingual format (by default those of the first
    /// unit), the `srclang` of a TMX header.
    pub languages: Vec<Lang>,
    /// Leave out inline codes (TMX level 1).
    pub plain: bool,
    /// Leave out the line with the languages (TSV).
    pub headless: bool,
    /// The columns of CSV and XLSX, in this order; empty for all.
    pub columns: Vec<Column>,
    /// The names of the files that a format of several is written to, as they name each other.
    pub names: Vec<String>,
    /// Put an apostrophe before cells that a spreadsheet would take for a formula (CSV).
    pub defuse: bool,
}

/// What a document's segment may be rendered with: an answer of the memory to [`fill_xliff`] and [`fill_po`].
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// The source as the memory has it.
    pub source: String,
    /// The rendering.
    pub target: String,
    /// Inline codes of the rendering as the memory has it.
    pub codes: Vec<InlineCode>,
    /// How well the source fits, in whole per cent; 100 and above only for an equal text.
    pub percent: u8,
    /// Whether a person holds the rendering to be right.
    pub confirmed: bool,
}

/// A segment of a document that waits for a rendering.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Its text without inline codes.
    pub text: String,
    /// Its language.
    pub from: Lang,
    /// The language to render it in.
    pub to: Lang,
    /// The line where it begins, from 1.
    pub line: u64,
}

/// Answers a segment with a rendering from the memory, if there is one.
pub type Propose<'p> = dyn FnMut(&Segment) -> Result<Option<Proposal>> + 'p;

/// What became of a document that was to be filled with renderings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// The document, everything but the new renderings byte for byte as it was.
    pub bytes: Vec<u8>,
    /// Segments that had a rendering and were left alone.
    pub done: u64,
    /// Segments that got one that fits fully and that a person confirmed.
    pub exact: u64,
    /// Segments that got one that is to be looked at.
    pub fuzzy: u64,
    /// Of the filled segments, those whose inline codes the rendering lacks: the translator has to set them.
    pub without_codes: u64,
    /// Segments for which there is nothing.
    pub open: u64,
}

/// What a format could not hold, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Losses {
    /// Units without a text in one of the languages asked for, left out.
    pub units: u64,
    /// Texts beside those of the languages asked for, left out.
    pub variants: u64,
    /// Characters that the format forbids: dropped, or a space in their place.
    pub characters: u64,
    /// Inline codes that were left out, or wrapped because they are not well-formed TMX.
    pub codes: u64,
    /// Attributes, notes, properties, places and other knowledge that the format has no place for.
    pub properties: u64,
}

impl Losses {
    /// Says whether everything was written as it is.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A writer of units in one of the formats.
pub struct Writer<W: Write>(Inner<W>);

enum Inner<W: Write> {
    Tmx(tmx::Writer<W>),
    Tsv(tsv::Writer<W>),
    Csv(Box<csv::Writer<W>>),
    JsonLines(jsonl::Writer<W>),
    Xliff(xliff::Writer<W>),
    Po(po::Writer<W>),
    Xlsx(Box<xlsx::Writer<W>>),
    Moses(moses::Writer<W>),
    Hunalign(hunalign::Writer<W>),
    Ces(ces::Writer<W>),
}

impl<W: Write> Writer<W> {
    /// Begins to write; `output` should be buffered.
    ///
    /// # Errors
    /// [`Error::Write`] when the beginning cannot be written; [`Error::Unusable`] when the format takes several files.
    pub fn new(format: Format, output: W, options: &WriteOptions) -> Result<Self> {
        Self::with_parts(format, vec![output], options)
    }

    /// Begins to write a format that takes several files, given as [`Format::parts`] has them.
    ///
    /// # Errors
    /// As [`Writer::new`]; [`Error::Unusable`] with the wrong number of files.
    pub fn with_parts(format: Format, outputs: Vec<W>, options: &WriteOptions) -> Result<Self> {
        let given = outputs.len();
        let mut outputs = outputs.into_iter();
        Ok(Self(
            match (format, outputs.next(), outputs.next(), outputs.next()) {
                (Format::Tmx, Some(output), None, _) => {
                    Inner::Tmx(tmx::Writer::new(output, options)?)
                }
                (Format::Tsv, Some(output), None, _) => {
                    Inner::Tsv(tsv::Writer::new(output, options))
                }
                (Format::Csv, Some(output), None, _) => {
                    Inner::Csv(Box::new(csv::Writer::new(output, options)))
                }
                (Format::JsonLines, Some(output), None, _) => {
                    Inner::JsonLines(jsonl::Writer::new(output))
                }
                (Format::Xliff, Some(output), None, _) => {
                    Inner::Xliff(xliff::Writer::new(output, options))
                }
                (Format::Po, Some(output), None, _) => Inner::Po(po::Writer::new(output, options)),
                (Format::Xlsx, Some(output), None, _) => {
                    Inner::Xlsx(Box::new(xlsx::Writer::new(output, options)))
                }
                (Format::Hunalign, Some(output), None, _) => {
                    Inner::Hunalign(hunalign::Writer::text(output, options))
                }
                (Format::Moses, Some(source), Some(target), None) => {
                    Inner::Moses(moses::Writer::new([source, target], options))
                }
                (Format::Ladder, Some(ladder), Some(source), Some(target)) => {
                    Inner::Hunalign(hunalign::Writer::ladder([ladder, source, target], options))
                }
                (Format::Ces, Some(links), Some(source), Some(target)) => {
                    Inner::Ces(ces::Writer::new([links, source, target], options)?)
                }
                _ => {
                    return Err(Error::Unusable {
                        name: format.name().to_owned(),
                        reason: format!(
                            "is written to {} files ({}), {given} given",
                            format.parts().len(),
                            format.parts().join(", ")
                        ),
                    });
                }
            },
        ))
    }

    /// Writes a unit.
    ///
    /// # Errors
    /// [`Error::Write`] when it cannot be written.
    pub fn write(&mut self, unit: &TranslationUnit) -> Result<()> {
        match &mut self.0 {
            Inner::Tmx(writer) => writer.write(unit),
            Inner::Tsv(writer) => writer.write(unit),
            Inner::Csv(writer) => writer.write(unit),
            Inner::JsonLines(writer) => writer.write(unit),
            Inner::Xliff(writer) => writer.write(unit),
            Inner::Po(writer) => writer.write(unit),
            Inner::Xlsx(writer) => writer.write(unit),
            Inner::Moses(writer) => writer.write(unit),
            Inner::Hunalign(writer) => writer.write(unit),
            Inner::Ces(writer) => writer.write(unit),
        }
    }

    /// Writes the end and gives the outputs back, flushed, with what could not be written.
    ///
    /// # Errors
    /// [`Error::Write`] when the end cannot be written.
    pub fn finish_parts(self) -> Result<(Vec<W>, Losses)> {
        let one = |(output, losses)| (vec![output], losses);
        let (mut outputs, losses) = match self.0 {
            Inner::Tmx(writer) => one(writer.finish()?),
            Inner::Tsv(writer) => one(writer.finish()),
            Inner::Csv(writer) => one(writer.finish()?),
            Inner::JsonLines(writer) => one((writer.finish(), Losses::default())),
            Inner::Xliff(writer) => one(writer.finish()?),
            Inner::Po(writer) => one(writer.finish()?),
            Inner::Xlsx(writer) => one(writer.finish()?),
            Inner::Moses(writer) => writer.finish(),
            Inner::Hunalign(writer) => writer.finish()?,
            Inner::Ces(writer) => writer.finish()?,
        };
        for output in &mut outputs {
            output.flush().map_err(|source| Error::Write {
                what: "the end of the units",
                source,
            })?;
        }
        Ok((outputs, losses))
    }

    /// Writes the end and gives the output (of several, the first) back, flushed, with what could not be written.
    ///
    /// # Errors
    /// [`Error::Write`] when the end cannot be written.
    pub fn finish(self) -> Result<(W, Losses)> {
        let (outputs, losses) = self.finish_parts()?;
        match outputs.into_iter().next() {
            Some(output) => Ok((output, losses)),
            None => Err(write_error(std::io::ErrorKind::NotFound.into())),
        }
    }
}

/// Returns the error of a failed write of units.
fn write_error(source: std::io::Error) -> Error {
    Error::Write {
        what: "translation units",
        source,
    }
}
