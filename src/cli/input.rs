//! Files and standard input as bytes.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};

use diglot::language::Detector;
use diglot::model::{Document, Lang};
use diglot::reading::{self, Request};
use diglot::{Error, Result};

use super::failure::{self, Failure};

/// What `-` stands for in messages.
const STDIN: &str = "standard input";

/// Returns the name under which messages speak of an input.
pub(super) fn name(path: &Path) -> String {
    if path == Path::new("-") {
        STDIN.to_owned()
    } else {
        path.display().to_string()
    }
}

/// Returns the inputs to work on: those named, or standard input if something is piped into it.
///
/// # Errors
/// A misuse when nothing is named and standard input is a terminal, where the program would wait without a word.
pub(super) fn or_stdin(paths: Vec<PathBuf>) -> std::result::Result<Vec<PathBuf>, Failure> {
    if !paths.is_empty() {
        return Ok(paths);
    }
    if io::stdin().is_terminal() {
        return Err(Failure::misuse(
            "nothing to read",
            "name a file, pipe text in, or type `-` to write into the terminal",
        ));
    }
    Ok(vec![PathBuf::from("-")])
}

/// Returns all bytes of a file, or of standard input for `-`.
pub(super) fn read(path: &Path) -> Result<Vec<u8>> {
    let failed = |source| Error::File {
        action: "read",
        path: name(path),
        source,
    };
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        io::stdin().lock().read_to_end(&mut bytes).map_err(failed)?;
    } else {
        File::open(path)
            .and_then(|mut file| file.read_to_end(&mut bytes))
            .map_err(failed)?;
    }
    Ok(bytes)
}

/// Opens a file, or standard input for `-`, to be read bit by bit; with its size in bytes where that is known.
pub(super) fn open(path: &Path) -> Result<(Box<dyn BufRead>, Option<u64>)> {
    if path == Path::new("-") {
        return Ok((Box::new(io::stdin().lock()), None));
    }
    let failed = |source| Error::File {
        action: "open",
        path: name(path),
        source,
    };
    let file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if metadata.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    Ok((
        Box::new(BufReader::with_capacity(1 << 16, file)),
        metadata.is_file().then_some(metadata.len()),
    ))
}

/// Reads texts, with what the user says about all of them, and passes on what is to be told about them.
#[derive(Default)]
pub(super) struct TextReader {
    /// Tells languages; its models are loaded when the first text needs them.
    pub(super) detector: Detector,
    /// The encoding, where the user knows better.
    pub(super) encoding: Option<String>,
}

impl TextReader {
    /// Reads a document.
    pub(super) fn document(&self, path: &Path, lang: Option<Lang>) -> Result<Document> {
        let (name, bytes) = (name(path), read(path)?);
        let document = reading::read_with(&bytes, &self.request(&name, lang), &self.detector)?;
        tell(&name, &document.warnings);
        Ok(document)
    }

    /// Reads the lines of a plain text.
    pub(super) fn lines(&self, path: &Path) -> Result<Vec<String>> {
        let (name, bytes) = (name(path), read(path)?);
        let (text, warnings) = reading::decode(&bytes, &self.request(&name, None))?;
        tell(&name, &warnings);
        Ok(text.lines().map(str::to_owned).collect())
    }

    fn request<'r>(&'r self, name: &'r str, lang: Option<Lang>) -> Request<'r> {
        Request {
            name,
            lang,
            encoding: self.encoding.as_deref(),
            ..Request::default()
        }
    }
}

fn tell(name: &str, warnings: &[String]) {
    for warning in warnings {
        failure::warn(&format!("`{name}`: {warning}"));
    }
}

/// Returns the lines of a list of files, which must be UTF-8, without their ends and without a byte-order mark.
pub(super) fn lines(path: &Path) -> Result<Vec<String>> {
    let bytes = read(path)?;
    let text = std::str::from_utf8(&bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line_start = before
            .iter()
            .rposition(|&b| b == b'\n')
            .map_or(0, |at| at + 1);
        Error::Syntax {
            name: name(path),
            line: before.iter().filter(|&&b| b == b'\n').count() as u64 + 1,
            column: String::from_utf8_lossy(&before[line_start..])
                .chars()
                .count() as u64
                + 1,
            reason: "not UTF-8; convert the file, with `iconv -t UTF-8` for instance".to_owned(),
        }
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    Ok(text.lines().map(str::to_owned).collect())
}
