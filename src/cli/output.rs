//! Standard output: text for people, JSON Lines for programs, colour where it is wanted, a closed pipe taken quietly.

use std::io::{self, BufWriter, IsTerminal as _, StdoutLock, Write};

use diglot::report::Paint;
use diglot::{Error, Result};
use serde::Serialize;

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Colour {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Colour {
    /// Says whether standard output takes colour.
    pub(super) fn wanted(self) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        }
    }
}

/// Standard output of one command.
pub(super) struct Output {
    stdout: BufWriter<StdoutLock<'static>>,
    /// Whether results are written as JSON Lines.
    pub(super) json: bool,
    /// Whether text carries colour.
    pub(super) paint: Paint,
}

fn failed(source: io::Error) -> Error {
    Error::Write { what: "standard output", source }
}

impl Output {
    /// Returns standard output for a command.
    pub(super) fn new(json: bool, colour: Colour) -> Self {
        Self { stdout: BufWriter::new(io::stdout().lock()), json, paint: Paint(!json && colour.wanted()) }
    }

    /// Writes one JSON object on a line of its own.
    pub(super) fn object(&mut self, value: &impl Serialize) -> Result<()> {
        serde_json::to_writer(&mut self.stdout, value).map_err(|error| failed(error.into()))?;
        self.stdout.write_all(b"\n").map_err(failed)
    }

    /// Writes a line of text for people; control characters in it were made visible by whoever built it.
    pub(super) fn line(&mut self, text: &str) -> Result<()> {
        writeln!(self.stdout, "{text}").map_err(failed)
    }

    /// Writes bytes as they are.
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> Result<()> {
        self.stdout.write_all(bytes).map_err(failed)
    }

    /// Hands on what is still held back, so that whoever waits for an answer gets it now.
    pub(super) fn flush(&mut self) -> Result<()> {
        self.stdout.flush().map_err(failed)
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stdout.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stdout.flush()
    }
}
