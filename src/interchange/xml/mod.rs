//! XML as a stream of starts, texts and ends, each with its place: the door that quick-xml comes in by.
//!
//! The rule: what is not well-formed by XML 1.0 is an error with line, column and reason, the end of a cut file included. Nothing is
//! fetched and no entity but the five of XML itself is expanded, whatever a document type declares.

pub(super) mod escape;
pub(super) mod grammar;

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::errors::{Error as XmlError, IllFormedError, SyntaxError};
use quick_xml::events::Event;

use super::source::{Position, Source};
use crate::error::{Error, Result};
use grammar::{Unresolved, is_space, resolve, take_name};

/// How deep elements may stand in each other: more than any real file, and a bound for what broken ones cost.
const MAX_DEPTH: usize = 10_000;

/// How many attributes a tag may have, for the same reasons.
const MAX_ATTRIBUTES: usize = 256;

/// Above this size in bytes a buffer is given back after use.
const KEPT_BUFFER: usize = 1 << 20;

/// What comes next in a document. An empty element is a start and an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// An element begins: see [`XmlReader::name`] and [`XmlReader::attributes`].
    Start,
    /// The element that began last ends.
    End,
    /// Text, a part of it or a resolved reference: see [`XmlReader::text`].
    Text,
    /// The document has ended as it should.
    Eof,
}

/// A stream of [`Token`]s.
pub(super) struct XmlReader<'r> {
    reader: Reader<Source<'r>>,
    file: String,
    buffer: Vec<u8>,
    text: Range<usize>,
    name: String,
    attributes: Vec<(String, String)>,
    position: Position,
    /// Names of the open elements, one after the other, and where each begins.
    open_names: String,
    open_starts: Vec<usize>,
    /// The name of the element that ended last.
    ended: String,
    /// The prefix of the root element with its colon: elements that carry it belong to the same vocabulary.
    root_prefix: String,
    seen_root: bool,
    document_type: Option<(Position, String)>,
}

impl<'r> XmlReader<'r> {
    /// Returns the reader of a source; `file` names it in errors.
    pub(super) fn new(source: Source<'r>, file: &str) -> Self {
        let mut reader = Reader::from_reader(source);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_comments = true;
        Self {
            reader,
            file: file.to_owned(),
            buffer: Vec::new(),
            text: 0..0,
            name: String::new(),
            attributes: Vec::new(),
            position: Position::start(),
            open_names: String::new(),
            open_starts: Vec::new(),
            ended: String::new(),
            root_prefix: String::new(),
            seen_root: false,
            document_type: None,
        }
    }

    /// Returns the name of the element that began last, without the prefix that the root has.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the name of the element that ended last, without the prefix that the root has.
    pub(super) fn ended(&self) -> &str {
        &self.ended
    }

    /// Returns the attributes of the element that began last, in their order, values normalised.
    pub(super) fn attributes(&self) -> &[(String, String)] {
        &self.attributes
    }

    /// Returns the value of an attribute of the element that began last.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Returns the text of the last [`Token::Text`].
    pub(super) fn text(&self) -> &str {
        // quick-xml has checked the bytes; were they wrong, an empty text would be the worst.
        simdutf8::basic::from_utf8(&self.buffer[self.text.clone()]).unwrap_or_default()
    }

    /// Returns the document type and where it stands, once it has been passed.
    pub(super) fn document_type(&self) -> Option<(Position, &str)> {
        self.document_type
            .as_ref()
            .map(|(at, text)| (*at, text.as_str()))
    }

    /// Returns where the last token begins.
    pub(super) fn position(&self) -> Position {
        self.position
    }

    /// Returns how many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.open_starts.len()
    }

    /// Starts to count anew what one unit may take.
    pub(super) fn allow(&mut self) {
        self.reader.get_mut().allow();
    }

    /// Returns what has to be said of the bytes since the last call.
    pub(super) fn take_warnings(&mut self) -> Vec<String> {
        self.reader.get_mut().take_warnings()
    }

    /// Returns the error of a fault at a place.
    pub(super) fn fault(&self, at: Position, reason: impl Into<String>) -> Error {
        Error::Syntax {
            name: self.file.clone(),
            line: at.line,
            column: at.column,
            reason: reason.into(),
        }
    }

    /// Skips the rest of the element that began last.
    pub(super) fn skip(&mut self) -> Result<()> {
        let depth = self.depth();
        while self.depth() >= depth {
            self.next()?;
        }
        Ok(())
    }

    /// Returns the next token; comments and processing instructions are passed over.
    ///
    /// # Errors
    /// [`Error::Syntax`] when the document is not well-formed, [`Error::File`] when it cannot be read. Nothing sensible comes after.
    pub(super) fn next(&mut self) -> Result<Token> {
        loop {
            self.position = self.reader.get_ref().position();
            self.buffer.clear();
            if self.buffer.capacity() > KEPT_BUFFER {
                self.buffer.shrink_to(KEPT_BUFFER);
            }
            let at = self.position;
            match self.reader.read_event_into(&mut self.buffer) {
                Ok(Event::Start(_) | Event::Empty(_)) => {
                    return self.start().map(|()| Token::Start);
                }
                Ok(Event::End(_)) => {
                    let start = self.open_starts.pop().unwrap_or(0);
                    let ended = &self.open_names[start..];
                    self.ended.clear();
                    self.ended.push_str(without(&self.root_prefix, ended));
                    self.open_names.truncate(start);
                    return Ok(Token::End);
                }
                Ok(Event::Text(text)) => {
                    let length = text.len();
                    if self.is_text(0..length, true)? {
                        return Ok(Token::Text);
                    }
                }
                Ok(Event::CData(text)) => {
                    let start = "<![CDATA[".len();
                    let text = start..start + text.len();
                    if self.open_starts.is_empty() {
                        return Err(self.fault(at, "text outside of the root element"));
                    }
                    if self.is_text(text, false)? {
                        return Ok(Token::Text);
                    }
                }
                Ok(Event::GeneralRef(reference)) => {
                    let resolved = resolve(&reference);
                    if self.open_starts.is_empty() {
                        return Err(self.fault(at, "text outside of the root element"));
                    }
                    let character = match resolved {
                        Ok(character) => character,
                        Err(reason) => {
                            let shown = reference.as_bytes();
                            let name = String::from_utf8_lossy(&shown[..shown.len().min(40)]);
                            let name = name.into_owned();
                            return Err(self.entity_fault(at, &name, reason));
                        }
                    };
                    self.buffer.clear();
                    self.text = 0..character.len_utf8();
                    self.buffer
                        .extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                    return Ok(Token::Text);
                }
                Ok(Event::DocType(text)) => {
                    let text = text.into_inner().into_owned();
                    if self.seen_root || self.document_type.is_some() {
                        return Err(self.fault(
                            at,
                            "a document type must stand once, before the root element",
                        ));
                    }
                    self.document_type = Some((at, text));
                }
                Ok(Event::Decl(declaration)) => {
                    let version = declaration.version().map(|version| version.into_owned());
                    if at != Position::start() {
                        return Err(self.fault(at, "an XML declaration may only stand at the very beginning: remove what is before it"));
                    }
                    if let Err(error) = version {
                        return Err(self.fault(at, error.to_string()));
                    }
                }
                Ok(Event::Comment(_) | Event::PI(_)) => {}
                Ok(Event::Eof) => return self.end(),
                Err(error) => return Err(self.error(error)),
            }
        }
    }

    /// Takes in text that stands in a part of the buffer; says whether there is any to tell of.
    fn is_text(&mut self, text: Range<usize>, markup: bool) -> Result<bool> {
        self.text = text;
        if markup && let Some(at) = memchr::memmem::find(&self.buffer[self.text.clone()], b"]]>") {
            let at = self.position.after(&self.text()[..at]);
            return Err(self.fault(at, "`]]>` in text: write `]]&gt;`"));
        }
        if self.open_starts.is_empty() {
            let blank = self.text().len() - self.text().trim_start_matches(is_space).len();
            if blank < self.text().len() {
                let at = self.position.after(&self.text()[..blank]);
                return Err(self.fault(at, "text outside of the root element"));
            }
            return Ok(false);
        }
        Ok(!self.text.is_empty())
    }

    fn start(&mut self) -> Result<()> {
        let tag = std::mem::take(&mut self.buffer);
        let result = self.parse_tag(&tag);
        self.buffer = tag;
        result.map_err(|(offset, reason)| {
            let passed = String::from_utf8_lossy(&self.buffer[..offset.min(self.buffer.len())]);
            self.fault(self.position.after(&passed), reason)
        })
    }

    /// Parses a whole start tag `<name a="b">`; an error says how many bytes into the tag.
    fn parse_tag(&mut self, tag: &[u8]) -> std::result::Result<(), (usize, String)> {
        let tag = simdutf8::basic::from_utf8(tag).map_err(|_| (0, "not UTF-8".to_owned()))?;
        let inner = tag
            .strip_prefix('<')
            .and_then(|tag| tag.strip_suffix('>'))
            .unwrap_or(tag);
        let inner = inner.strip_suffix('/').unwrap_or(inner);
        let name = take_name(inner);
        if name.is_empty() {
            return Err((
                0,
                "a name must follow `<`: write `&lt;` for the sign itself".to_owned(),
            ));
        }
        if self.open_starts.is_empty() {
            if self.seen_root {
                return Err((
                    0,
                    format!(
                        "a second root element `{name}`: the file was put together from others"
                    ),
                ));
            }
            self.seen_root = true;
            self.root_prefix = name
                .split_once(':')
                .map_or("", |(prefix, _)| &name[..=prefix.len()])
                .to_owned();
        }
        if self.open_starts.len() >= MAX_DEPTH {
            return Err((
                0,
                format!("more than {MAX_DEPTH} elements stand in each other"),
            ));
        }
        self.open_starts.push(self.open_names.len());
        self.open_names.push_str(name);
        self.name.clear();
        self.name.push_str(without(&self.root_prefix, name));
        self.attributes.clear();
        let mut rest = &inner[name.len()..];
        loop {
            let before = rest.len();
            rest = rest.trim_start_matches(is_space);
            let at = 1 + inner.len() - rest.len();
            if rest.is_empty() {
                return Ok(());
            }
            let key = take_name(rest);
            if key.is_empty() || rest.len() == before {
                return Err((
                    at,
                    format!("expected an attribute or the end of the tag `{name}`"),
                ));
            }
            rest = rest[key.len()..].trim_start_matches(is_space);
            let value = rest
                .strip_prefix('=')
                .map(|rest| rest.trim_start_matches(is_space));
            let quoted = value.and_then(|value| {
                let quote = value
                    .chars()
                    .next()
                    .filter(|quote| matches!(quote, '"' | '\''))?;
                value[1..].split_once(quote)
            });
            let Some((value, after)) = quoted else {
                return Err((at, format!("the attribute `{key}` has no value in quotes")));
            };
            let at_value = 1 + inner.len() - after.len() - value.len() - 1;
            let value = self
                .attribute_value(value)
                .map_err(|(offset, reason)| (at_value + offset, reason))?;
            if self.attributes.iter().any(|(other, _)| other == key) {
                return Err((at, format!("the attribute `{key}` stands twice in one tag")));
            }
            if self.attributes.len() == MAX_ATTRIBUTES {
                return Err((
                    at,
                    format!("more than {MAX_ATTRIBUTES} attributes in one tag"),
                ));
            }
            self.attributes.push((key.to_owned(), value));
            rest = after;
        }
    }

    /// Returns the normalised value of an attribute (XML 1.0, section 3.3.3).
    fn attribute_value(&self, raw: &str) -> std::result::Result<String, (usize, String)> {
        let mut value = String::with_capacity(raw.len());
        let mut rest = raw;
        while let Some(at) = rest.find(['&', '<', '\t', '\n']) {
            value.push_str(&rest[..at]);
            let offset = raw.len() - rest.len() + at;
            match rest.as_bytes()[at] {
                b'<' => {
                    return Err((
                        offset,
                        "`<` in the value of an attribute: write `&lt;`".to_owned(),
                    ));
                }
                b'&' => {
                    let after = &rest[at + 1..];
                    let name = after.split_once(';').map_or(after, |(name, _)| name);
                    let found = if name.len() == after.len() {
                        Err(Unresolved::Bare)
                    } else {
                        resolve(name)
                    };
                    value.push(found.map_err(|reason| (offset, self.entity_reason(name, reason)))?);
                    rest = &after[name.len() + 1..];
                }
                _ => {
                    value.push(' ');
                    rest = &rest[at + 1..];
                }
            }
        }
        value.push_str(rest);
        Ok(value)
    }

    fn entity_fault(&self, at: Position, name: &str, reason: Unresolved) -> Error {
        self.fault(at, self.entity_reason(name, reason))
    }

    fn entity_reason(&self, name: &str, reason: Unresolved) -> String {
        match reason {
            Unresolved::Bare => {
                "`&` without a name and `;`: write `&amp;` for the sign itself".to_owned()
            }
            Unresolved::Forbidden => {
                format!("`&{name};` refers to a character that XML does not allow")
            }
            Unresolved::Unknown => {
                let document_type = self.document_type().map_or("", |(_, text)| text);
                let declared = document_type
                    .split("<!ENTITY")
                    .skip(1)
                    .any(|declaration| take_name(declaration.trim_start_matches(is_space)) == name);
                if declared {
                    format!(
                        "the entity `&{name};` of the document type is not expanded, for safety: put its text in its place"
                    )
                } else {
                    format!(
                        "the entity `&{name};` is not defined: put the character itself in its place"
                    )
                }
            }
        }
    }

    fn end(&self) -> Result<Token> {
        if let Some(&start) = self.open_starts.last() {
            let name = &self.open_names[start..];
            return Err(self.fault(
                self.position,
                format!("the file ends inside the element `{name}`: it was cut off"),
            ));
        }
        if !self.seen_root {
            return Err(self.fault(
                self.position,
                "the file ends before any element: it is empty or was cut off",
            ));
        }
        Ok(Token::Eof)
    }

    fn error(&mut self, error: XmlError) -> Error {
        let reason = match error {
            XmlError::Io(seen) => return self.reader.get_mut().error(&self.file, &seen),
            XmlError::IllFormed(IllFormedError::UnclosedReference) => {
                self.entity_reason("", Unresolved::Bare)
            }
            XmlError::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => {
                format!("expected `</{expected}>`, found `</{found}>`")
            }
            XmlError::Syntax(SyntaxError::InvalidBangMarkup) => {
                "`<!` begins nothing that XML knows".to_owned()
            }
            other => other.to_string(),
        };
        self.fault(self.position, reason)
    }
}

/// Returns a name without a prefix. Most files have none, and looking for it in names that were written a moment before makes the processor wait.
fn without<'n>(prefix: &str, name: &'n str) -> &'n str {
    match prefix.is_empty() {
        true => name,
        false => name.strip_prefix(prefix).unwrap_or(name),
    }
}

#[cfg(test)]
mod tests {
    use super::super::source::Kind;
    use super::*;

    fn read(document: &str) -> Result<String> {
        let mut xml = XmlReader::new(Source::new(document.as_bytes(), Kind::Xml), "in");
        let mut seen = String::new();
        loop {
            match xml.next()? {
                Token::Start => seen.push_str(&format!("<{}{:?}>", xml.name(), xml.attributes())),
                Token::End => seen.push('/'),
                Token::Text => seen.push_str(xml.text()),
                Token::Eof => return Ok(seen),
            }
        }
    }

    #[test]
    fn resolves_references_and_passes_over_comments() {
        let seen = read("<?xml version='1.0'?><a b='1&#9;&lt;\n2'>x&amp;<!-- y --><![CDATA[<z>]]>&#x43C;<c/></a>").unwrap();
        assert_eq!(seen, "<a[(\"b\", \"1\\t< 2\")]>x&<z>м<c[]>//");
    }

    #[test]
    fn takes_the_prefix_of_the_root_for_granted() {
        assert_eq!(
            read("<t:a xmlns:t='u'><t:b/><c:d/></t:a>").unwrap(),
            "<a[(\"xmlns:t\", \"u\")]><b[]>/<c:d[]>//"
        );
    }

    #[test]
    fn names_place_and_reason_of_what_is_not_well_formed() {
        for (document, place, reason) in [
            ("", "line 1, column 1", "ends before any element"),
            ("<a>", "line 1, column 4", "ends inside the element `a`"),
            ("<a>\n<b></a>", "line 2, column 4", "expected `</b>`"),
            ("<a>яя < b</a>", "line 1, column 7", "a name must follow"),
            ("<a>я & b</a>", "line 1, column 6", "write `&amp;`"),
            ("<a>R&D; x</a>", "line 1, column 5", "`&D;` is not defined"),
            ("<a b='1' b='2'/>", "line 1, column 10", "stands twice"),
            ("<a b='я&nbsp;'/>", "line 1, column 8", "is not defined"),
            ("<a b=1/>", "line 1, column 4", "no value in quotes"),
            ("<a b='<'/>", "line 1, column 7", "`<` in the value"),
            ("<a>&#x0B;</a>", "line 1, column 4", "does not allow"),
            ("<a>&#xD83D;</a>", "line 1, column 4", "does not allow"),
            ("<a/><a/>", "line 1, column 5", "second root"),
            ("<a/>x", "line 1, column 5", "outside of the root"),
            (
                "\n<?xml version='1.0'?><a/>",
                "line 2, column 1",
                "very beginning",
            ),
            (
                "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
                "column 34",
                "not expanded",
            ),
            ("<a>]]></a>", "line 1, column 4", "]]&gt;"),
            ("<a><!x></a>", "line 1, column 4", "begins nothing"),
        ] {
            let message = read(document).unwrap_err().to_string();
            assert!(
                message.contains(place) && message.contains(reason),
                "{document}: {message}"
            );
        }
    }

    #[test]
    fn bounds_the_depth() {
        assert!(
            read(&"<a>".repeat(MAX_DEPTH + 1))
                .unwrap_err()
                .to_string()
                .contains("stand in each other")
        );
    }
}
