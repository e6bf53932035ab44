//! Text by lines, each with its place.

use std::io::BufRead as _;

use super::source::{Position, Source};
use super::{Input, Warning};
use crate::error::{Error, Result};

/// The lines of an input.
pub(super) struct Lines<'r> {
    source: Source<'r>,
    name: String,
    bytes: Vec<u8>,
    at: Position,
}

impl<'r> Lines<'r> {
    /// Returns the lines of an input in the encoding of this label, else in UTF-8 or UTF-16.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there is no such encoding.
    pub(super) fn new(input: Input<'r>, encoding: Option<&str>) -> Result<Self> {
        Ok(Self {
            source: Source::of_lines(input.bytes, encoding)?,
            name: input.name,
            bytes: Vec::new(),
            at: Position::start(),
        })
    }

    /// Returns the next line without its end.
    ///
    /// # Errors
    /// [`Error::Syntax`] where the bytes are not in their encoding, [`Error::File`] when they cannot be read.
    pub(super) fn next(&mut self) -> Result<Option<&str>> {
        self.at = self.source.position();
        self.source.allow();
        self.bytes.clear();
        if let Err(seen) = self.source.read_until(b'\n', &mut self.bytes) {
            return Err(self.source.error(&self.name, &seen));
        }
        if self.bytes.is_empty() {
            return Ok(None);
        }
        let line = self.bytes.strip_suffix(b"\n").unwrap_or(&self.bytes);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        // The source hands out UTF-8, and a line end cuts no letter.
        Ok(Some(std::str::from_utf8(line).unwrap_or_default()))
    }

    /// Returns where the last line begins.
    pub(super) fn position(&self) -> Position {
        self.at
    }

    /// Returns the error of a fault at a place.
    pub(super) fn fault(&self, at: Position, reason: impl Into<String>) -> Error {
        Error::Syntax {
            name: self.name.clone(),
            line: at.line,
            column: at.column,
            reason: reason.into(),
        }
    }
}

/// Returns a warning about no unit in particular.
pub(super) fn warning(at: Position, reason: impl Into<String>) -> Warning {
    Warning {
        line: at.line,
        column: at.column,
        unit: None,
        reason: reason.into(),
    }
}
