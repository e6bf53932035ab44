//! Documents of which only some places are changed: decoded whole, edited by place, encoded as they were.

use std::ops::Range;

use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE};

use super::source::Position;
use crate::error::{Error, Result};

/// The largest document that is rewritten, in bytes: it is held several times, and the documents of CAT tools stay far below.
const MAX_DOCUMENT: usize = 48 << 20;

/// A document's characters, line ends as they are, and how they were encoded.
pub(super) struct Document {
    pub(super) text: String,
    pub(super) name: String,
    encoding: &'static Encoding,
    mark: Vec<u8>,
}

impl Document {
    /// Decodes a document by its byte-order mark, else in the encoding of this label, else as UTF-8.
    ///
    /// # Errors
    /// [`Error::Unusable`] when it is too large or its encoding is not known; [`Error::Syntax`] where its bytes are not in the encoding.
    pub(super) fn decode(bytes: &[u8], name: &str, label: Option<&[u8]>) -> Result<Self> {
        let unusable = |reason: String| Error::Unusable {
            name: name.to_owned(),
            reason,
        };
        if bytes.len() > MAX_DOCUMENT {
            return Err(unusable(format!("larger than {} MiB", MAX_DOCUMENT >> 20)));
        }
        let (encoding, mark) = match (Encoding::for_bom(bytes), label) {
            (Some((encoding, mark)), _) => (encoding, mark),
            (None, None) => (UTF_8, 0),
            (None, Some(label)) => match Encoding::for_label(label) {
                Some(encoding) if encoding != REPLACEMENT => (encoding, 0),
                _ => {
                    let shown = String::from_utf8_lossy(label);
                    return Err(unusable(format!("unknown encoding `{shown}`")));
                }
            },
        };
        let (mark, content) = bytes.split_at(mark);
        let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(content)
        else {
            let (lossy, _) = encoding.decode_without_bom_handling(content);
            let before = lossy.split('\u{FFFD}').next().unwrap_or_default();
            let at = Position::start().after(before);
            return Err(Error::Syntax {
                name: name.to_owned(),
                line: at.line,
                column: at.column,
                reason: format!("the bytes here are not {}", encoding.name()),
            });
        };
        Ok(Self {
            text: text.into_owned(),
            name: name.to_owned(),
            encoding,
            mark: mark.to_vec(),
        })
    }

    /// Returns the bytes of the document with these edits, which must be in order and apart from each other.
    ///
    /// # Errors
    /// [`Error::Unusable`] when the document's encoding cannot hold a new character.
    pub(super) fn encode(&self, edits: &[Edit]) -> Result<Vec<u8>> {
        let mut text = String::with_capacity(self.text.len() + 256 * edits.len());
        let mut passed = 0;
        for edit in edits {
            text.push_str(&self.text[passed..edit.place.start]);
            text.push_str(&edit.text);
            passed = edit.place.end;
        }
        text.push_str(&self.text[passed..]);
        let mut bytes = self.mark.clone();
        if self.encoding == UTF_16LE {
            bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        } else if self.encoding == UTF_16BE {
            bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
        } else {
            let (encoded, _, unmappable) = self.encoding.encode(&text);
            if unmappable {
                return Err(Error::Unusable {
                    name: self.name.clone(),
                    reason: format!(
                        "its encoding, {}, cannot hold the renderings: convert it to UTF-8",
                        self.encoding.name()
                    ),
                });
            }
            bytes.extend_from_slice(&encoded);
        }
        Ok(bytes)
    }

    /// Returns the error of a fault at a place, in bytes of the text.
    pub(super) fn fault(&self, at: usize, reason: impl Into<String>) -> Error {
        let at = Position::start().after_bytes(&self.text.as_bytes()[..at.min(self.text.len())]);
        Error::Syntax {
            name: self.name.clone(),
            line: at.line,
            column: at.column,
            reason: reason.into(),
        }
    }
}

/// A change: what stands in a place becomes another text.
#[derive(Debug)]
pub(super) struct Edit {
    pub(super) place: Range<usize>,
    pub(super) text: String,
}

impl Edit {
    /// Returns the edit that puts a text in.
    pub(super) fn insert(at: usize, text: impl Into<String>) -> Self {
        Self {
            place: at..at,
            text: text.into(),
        }
    }

    /// Returns the edit that puts a text in the place of another.
    pub(super) fn replace(place: Range<usize>, text: impl Into<String>) -> Self {
        Self {
            place,
            text: text.into(),
        }
    }
}
