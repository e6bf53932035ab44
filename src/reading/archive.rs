//! Parts of word processor files, which are zip archives of XML: the door that zip comes in by, for documents.
//!
//! The rule: only the parts asked for are unpacked, each up to a limit that is counted while unpacking, whatever the archive says of its size.

use std::io::{Cursor, Read as _};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;
use zip::result::ZipError;

use super::encoding::place;
use crate::error::{Error, Result};

/// The most bytes that a part may have unpacked: some ten thousand pages.
const MAX_PART: u64 = 128 << 20;

/// Elements inside elements beyond this depth are an attack or a mistake.
const DEPTH: usize = 512;

/// Returns the text of a part; `None` when the archive has none of this name.
///
/// # Errors
/// [`Error::Unusable`] when the archive or the part is damaged, too large or not UTF-8.
pub(super) fn part(bytes: &[u8], part: &str, name: &str) -> Result<Option<String>> {
    let unusable = |reason: String| Error::Unusable {
        name: name.to_owned(),
        reason,
    };
    let damaged = |error: &dyn std::fmt::Display| unusable(format!("the file is damaged: {error}"));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let mut file = match archive.by_name(part) {
        Ok(file) => file.take(MAX_PART + 1),
        Err(ZipError::FileNotFound) => return Ok(None),
        Err(error) => return Err(damaged(&error)),
    };
    let mut content = Vec::new();
    file.read_to_end(&mut content)
        .map_err(|error| damaged(&error))?;
    if content.len() as u64 > MAX_PART {
        return Err(unusable(format!(
            "`{part}` in it is larger than {} MiB",
            MAX_PART >> 20
        )));
    }
    let text =
        String::from_utf8(content).map_err(|_| unusable(format!("`{part}` in it is not UTF-8")))?;
    Ok(Some(
        text.strip_prefix('\u{feff}')
            .map(str::to_owned)
            .unwrap_or(text),
    ))
}

/// What comes next in a part.
pub(super) enum Token<'t> {
    /// An element begins, by its name without prefix.
    Start(&'t BytesStart<'t>, &'t str),
    /// An element ends.
    End(&'t str),
    /// Text, references resolved.
    Text(&'t str),
}

/// Walks through the XML of a part; an empty element is a start and an end.
///
/// # Errors
/// [`Error::Syntax`] with the place in the part where it is not well-formed, and what `visit` fails with.
pub(super) fn walk(
    source: &str,
    name: &str,
    visit: &mut dyn FnMut(Token<'_>) -> std::result::Result<(), String>,
) -> Result<()> {
    let wrong = |at: u64, reason: String| {
        let (line, column) = place(source, usize::try_from(at).unwrap_or(source.len()));
        Error::Syntax {
            name: name.to_owned(),
            line,
            column,
            reason,
        }
    };
    let mut reader = Reader::from_str(source);
    reader.config_mut().expand_empty_elements = true;
    let mut depth = 0;
    loop {
        let at = reader.buffer_position();
        let event = reader
            .read_event()
            .map_err(|error| wrong(reader.error_position(), error.to_string()))?;
        let taken = match &event {
            Event::Start(start) => {
                depth += 1;
                if depth > DEPTH {
                    return Err(wrong(
                        at,
                        format!("more than {DEPTH} elements inside each other"),
                    ));
                }
                let local = start.local_name();
                visit(Token::Start(start, local.as_ref()))
            }
            Event::End(end) => {
                depth -= 1;
                let local = end.local_name();
                visit(Token::End(local.as_ref()))
            }
            Event::Text(text) => visit(Token::Text(&text.xml10_content())),
            Event::CData(text) => visit(Token::Text(&text.xml10_content())),
            Event::GeneralRef(entity) => {
                let content = entity.xml10_content();
                let resolved = entity
                    .resolve_char_ref()
                    .map_err(|error| wrong(at, error.to_string()))?;
                match (
                    resolved,
                    quick_xml::escape::resolve_predefined_entity(&content),
                ) {
                    (Some(c), _) => visit(Token::Text(c.encode_utf8(&mut [0; 4]))),
                    (None, Some(text)) => visit(Token::Text(text)),
                    (None, None) => Err(format!(
                        "unknown entity `&{content};` (entities of a DTD are not expanded)"
                    )),
                }
            }
            Event::Eof if depth > 0 => {
                return Err(wrong(
                    at,
                    "the file ends inside an element; is it cut off?".to_owned(),
                ));
            }
            Event::Eof => return Ok(()),
            _ => Ok(()),
        };
        taken.map_err(|reason| wrong(at, reason))?;
    }
}

/// Returns the value of an attribute by its name without prefix.
pub(super) fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = start
        .attributes()
        .flatten()
        .find(|attribute| attribute.key.local_name().as_ref() == name)?;
    quick_xml::escape::unescape(found.value.as_ref())
        .ok()
        .map(std::borrow::Cow::into_owned)
}
