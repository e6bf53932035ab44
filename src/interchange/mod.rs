//! Translation units to and from bytes: one file per format, all meeting in [`TranslationUnit`].
//!
//! Reading and writing are streams: memory does not grow with the file. A reader hands out units and warnings in the order of the file;
//! nothing is left out or changed without a [`Warning`] that says where and why. What breaks the form of the format itself (XML that is not
//! well-formed, a cut file, a line that is no JSON) is an [`Error::Syntax`] and ends the stream. By then the units before the fault have come:
//! a caller who wants all or nothing collects them in a transaction and takes it back, one who wants what can be saved keeps them.
//! A writer counts in [`Losses`] what its format cannot hold.
//!
//! A new format is a file of its own with a reader and a writer, and one arm in [`Format`], [`open`] and [`Writer`].

mod compression;
mod jsonl;
mod record;
mod source;
mod tmx;
mod tsv;
mod xml;

use std::io::{BufRead, Write};

use jiff::Timestamp;

use crate::error::{Error, Result};
use crate::model::{Lang, TranslationUnit};

/// A form in which units are exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// Translation Memory eXchange 1.1 to 1.4b; written as 1.4.
    Tmx,
    /// Lines of source, tab, target and perhaps tab, probability, without quoting.
    Tsv,
    /// One JSON object a line, everything that is known of a unit.
    JsonLines,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 3] = [Self::Tmx, Self::Tsv, Self::JsonLines];

    /// Returns the name that `--format` takes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tmx => "tmx",
            Self::Tsv => "tsv",
            Self::JsonLines => "jsonl",
        }
    }

    /// Returns the format of a name, if it is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Returns the endings of file names, without the dot, the usual one first.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Tmx => &["tmx"],
            Self::Tsv => &["tsv", "tab"],
            Self::JsonLines => &["jsonl", "ndjson"],
        }
    }

    /// Returns the media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Tmx => "application/x-tmx+xml",
            Self::Tsv => "text/tab-separated-values",
            Self::JsonLines => "application/jsonl",
        }
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
        match text.first()? {
            b'<' => memchr::memmem::find(text, b"tmx").map(|_| Self::Tmx),
            b'{' => Some(Self::JsonLines),
            _ => line.contains(&b'\t').then_some(Self::Tsv),
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
    /// The languages of the columns of TSV; without them its first line must name them (`ru<TAB>en`).
    pub languages: Vec<Lang>,
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
    match format {
        Format::Tmx => Box::new(tmx::Reader::new(input, name)),
        Format::Tsv => Box::new(tsv::Reader::new(input, name, options.languages.clone())),
        Format::JsonLines => Box::new(jsonl::Reader::new(input, name)),
    }
}

/// How a writer writes.
#[derive(Clone, Debug, Default)]
pub struct WriteOptions {
    /// The moment that the file states as its making (TMX).
    pub creation_date: Option<Timestamp>,
    /// The languages to write, source first: the columns of TSV (by default those of the first unit), the `srclang` of a TMX header.
    pub languages: Vec<Lang>,
    /// Leave out inline codes (TMX level 1).
    pub plain: bool,
    /// Leave out the line with the languages (TSV).
    pub headless: bool,
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
pub struct Writer<W>(Inner<W>);

enum Inner<W> {
    Tmx(tmx::Writer<W>),
    Tsv(tsv::Writer<W>),
    JsonLines(jsonl::Writer<W>),
}

impl<W: Write> Writer<W> {
    /// Begins to write; `output` should be buffered.
    ///
    /// # Errors
    /// [`Error::Write`] when the beginning cannot be written.
    pub fn new(format: Format, output: W, options: &WriteOptions) -> Result<Self> {
        Ok(Self(match format {
            Format::Tmx => Inner::Tmx(tmx::Writer::new(output, options)?),
            Format::Tsv => Inner::Tsv(tsv::Writer::new(output, options)),
            Format::JsonLines => Inner::JsonLines(jsonl::Writer::new(output)),
        }))
    }

    /// Writes a unit.
    ///
    /// # Errors
    /// [`Error::Write`] when it cannot be written.
    pub fn write(&mut self, unit: &TranslationUnit) -> Result<()> {
        match &mut self.0 {
            Inner::Tmx(writer) => writer.write(unit),
            Inner::Tsv(writer) => writer.write(unit),
            Inner::JsonLines(writer) => writer.write(unit),
        }
    }

    /// Writes the end and gives the output back, flushed, with what could not be written.
    ///
    /// # Errors
    /// [`Error::Write`] when the end cannot be written.
    pub fn finish(self) -> Result<(W, Losses)> {
        let (mut output, losses) = match self.0 {
            Inner::Tmx(writer) => writer.finish()?,
            Inner::Tsv(writer) => writer.finish(),
            Inner::JsonLines(writer) => (writer.finish(), Losses::default()),
        };
        output.flush().map_err(|source| Error::Write {
            what: "the end of the units",
            source,
        })?;
        Ok((output, losses))
    }
}

/// Returns the error of a failed write of units.
fn write_error(source: std::io::Error) -> Error {
    Error::Write {
        what: "translation units",
        source,
    }
}
