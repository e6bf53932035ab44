//! The units of an XLIFF document, by where they stand in its text.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::super::rewrite::Document;
use super::{MAX_SEGMENTS, too_many_segments};
use crate::error::Result;

/// How deep elements may stand in each other.
const MAX_DEPTH: usize = 10_000;

/// An element: its start tag and its content, by place.
#[derive(Clone, Debug, Default)]
pub(super) struct Element {
    pub(super) tag: Range<usize>,
    pub(super) inner: Range<usize>,
    /// All of it, end tag included.
    pub(super) whole: Range<usize>,
    /// `id` or `mid`, `state`.
    pub(super) id: Option<String>,
    pub(super) state: Option<String>,
}

/// A `trans-unit`, or a `segment` with the `unit` around it.
#[derive(Default)]
pub(super) struct Unit {
    /// Whether it is of 2.x.
    pub(super) modern: bool,
    /// The tag that begins it.
    pub(super) unit: Range<usize>,
    pub(super) segment: Element,
    pub(super) source: Option<Element>,
    pub(super) seg_source: Option<Element>,
    pub(super) seg_source_pieces: Vec<Element>,
    pub(super) target: Option<Element>,
    pub(super) target_pieces: Vec<Element>,
    /// The matches that a unit of 2.x has already: where they end.
    pub(super) matches_end: Option<usize>,
}

/// What the document says of its languages before a unit.
#[derive(Clone, Debug, Default)]
pub(super) struct Languages {
    /// The tags of source and target.
    pub(super) tags: [Option<String>; 2],
    /// Where an attribute for the target could be put in, and its name, if there is one for the source alone.
    pub(super) missing: Option<(usize, &'static str)>,
}

/// Calls `visit` with every unit that may be translated, in order.
///
/// # Errors
/// [`Error::Syntax`](crate::Error::Syntax) when the document is not well-formed or no XLIFF, and what `visit` fails with.
pub(super) fn walk(
    document: &Document,
    visit: &mut dyn FnMut(Unit, &Languages) -> Result<()>,
) -> Result<()> {
    Walk {
        document,
        visit,
        languages: Languages::default(),
        open: Vec::new(),
        unit: Unit::default(),
        is_shut: false,
        matches_end: None,
        segments: 0,
    }
    .walk()
}

struct Walk<'w> {
    document: &'w Document,
    visit: &'w mut dyn FnMut(Unit, &Languages) -> Result<()>,
    languages: Languages,
    /// The elements that have begun and not ended, by their names.
    open: Vec<(String, Element)>,
    unit: Unit,
    /// Whether the unit is not to be translated.
    is_shut: bool,
    /// The matches that a unit of 2.x has already: where they end.
    matches_end: Option<usize>,
    /// The segments of a unit of 2.x so far.
    segments: usize,
}

impl Walk<'_> {
    fn walk(mut self) -> Result<()> {
        let document = self.document;
        let mut reader = Reader::from_str(&document.text);
        reader.config_mut().check_comments = true;
        loop {
            let start = position(&reader);
            let event = reader
                .read_event()
                .map_err(|error| document.fault(position(&reader), error.to_string()))?;
            let end = position(&reader);
            match event {
                Event::Start(tag) => self.begun(&tag, start..end)?,
                Event::Empty(tag) => {
                    self.begun(&tag, start..end)?;
                    self.ended(end..end)?;
                }
                Event::End(_) => self.ended(start..end)?,
                Event::Eof => {
                    let Some((name, _)) = self.open.last() else {
                        return Ok(());
                    };
                    let reason =
                        format!("the file ends inside the element `{name}`: it was cut off");
                    return Err(document.fault(end, reason));
                }
                _ => {}
            }
        }
    }

    /// Takes in a start tag.
    fn begun(&mut self, tag: &BytesStart<'_>, place: Range<usize>) -> Result<()> {
        let name = tag.local_name().as_ref().to_owned();
        let element = Element {
            tag: place.clone(),
            inner: place.end..place.end,
            whole: place.clone(),
            id: self.attribute(tag, "id")?.or(self.attribute(tag, "mid")?),
            state: self.attribute(tag, "state")?,
        };
        if self.open.is_empty() {
            if name != "xliff" {
                let reason =
                    format!("expected the root element `xliff`, found `{name}`: this is no XLIFF");
                return Err(self.document.fault(place.start, reason));
            }
            self.speak(tag, &element, ["srcLang", "trgLang"])?;
        }
        match name.as_str() {
            "file" => self.speak(tag, &element, ["source-language", "target-language"])?,
            "trans-unit" | "unit" => {
                self.is_shut = self.attribute(tag, "translate")?.as_deref() == Some("no");
                self.unit = Unit {
                    modern: name == "unit",
                    unit: place.clone(),
                    ..Unit::default()
                };
                self.matches_end = None;
                self.segments = 0;
            }
            "segment" => {
                self.unit = Unit {
                    modern: true,
                    unit: self.unit.unit.clone(),
                    segment: element.clone(),
                    matches_end: self.matches_end,
                    ..Unit::default()
                };
            }
            _ => {}
        }
        if self.open.len() >= MAX_DEPTH {
            let reason = "elements stand too deep in each other";
            return Err(self.document.fault(place.start, reason));
        }
        self.open.push((name, element));
        Ok(())
    }

    /// Takes in what a tag says of the languages, if it names the source.
    fn speak(
        &mut self,
        tag: &BytesStart<'_>,
        element: &Element,
        [source, target]: [&'static str; 2],
    ) -> Result<()> {
        let Some(source) = self.attribute(tag, source)? else {
            return Ok(());
        };
        let named = self.attribute(tag, target)?;
        let is_empty = self.document.text[element.tag.clone()].ends_with("/>");
        let end = element.tag.end - if is_empty { 2 } else { 1 };
        self.languages = Languages {
            missing: named.is_none().then_some((end, target)),
            tags: [Some(source), named],
        };
        Ok(())
    }

    /// Takes in the end of the element that is open last.
    fn ended(&mut self, end: Range<usize>) -> Result<()> {
        let Some((name, mut element)) = self.open.pop() else {
            return Ok(());
        };
        element.inner.end = end.start;
        element.whole.end = end.end;
        let parent = self.open.last().map_or("", |(name, _)| name.as_str());
        let inside = |what: &str| self.open.iter().any(|(name, _)| name == what);
        let holds = matches!(parent, "trans-unit" | "segment");
        let unit = &mut self.unit;
        self.segments += usize::from(name == "segment");
        let pieces = unit.seg_source_pieces.len().max(unit.target_pieces.len());
        if pieces.max(self.segments) > MAX_SEGMENTS {
            return Err(self.document.fault(end.start, too_many_segments()));
        }
        match name.as_str() {
            "source" if holds => unit.source = Some(element),
            "seg-source" if holds => unit.seg_source = Some(element),
            "target" if holds => unit.target = Some(element),
            // A piece has an identifier only if it is a segment; marked terms inside of one have another parent.
            "mrk" if parent == "seg-source" => unit.seg_source_pieces.push(element),
            "mrk" if parent == "target" && !inside("alt-trans") => unit.target_pieces.push(element),
            "matches" if parent == "unit" => self.matches_end = Some(element.inner.end),
            "trans-unit" | "segment" if !self.is_shut => {
                let place = unit.unit.clone();
                (self.visit)(std::mem::take(unit), &self.languages)?;
                self.unit.unit = place;
            }
            _ => {}
        }
        Ok(())
    }

    fn attribute(&self, tag: &BytesStart<'_>, name: &str) -> Result<Option<String>> {
        for attribute in tag.attributes() {
            let attribute =
                attribute.map_err(|error| self.document.fault(0, format!("in a tag: {error}")))?;
            if attribute.key.as_ref() == name {
                let raw = attribute.value.as_ref().to_owned();
                let value = quick_xml::escape::unescape(&raw)
                    .map_or_else(|_| raw.clone(), std::borrow::Cow::into_owned);
                return Ok(Some(value));
            }
        }
        Ok(None)
    }
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}
