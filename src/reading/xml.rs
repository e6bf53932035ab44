//! Any XML document: its leaf elements with text are the blocks, their names tell the kind.
//!
//! The rule: well-formed or refused with line and column, truncated files above all (quick-xml ends quietly there). Entities of a DTD are not
//! expanded, nothing outside the bytes is touched, nesting has a limit.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::dates;
use super::draft::Draft;
use super::encoding::place;
use crate::error::{Error, Result};
use crate::model::{BlockKind, Lang};

/// Elements inside elements beyond this depth are an attack or a mistake; documents seldom pass 20.
const DEPTH: usize = 256;

/// Elements of a document beyond this number are an attack or a mistake: each takes some 100 bytes and the text it holds.
const MOST: usize = 500_000;

struct Element {
    /// Its name without prefix, in lower case.
    name: Box<str>,
    children: Vec<Child>,
}

enum Child {
    Text(String),
    Element(Element),
}

/// Reads an XML document.
///
/// # Errors
/// [`Error::Syntax`] with the place where the document is not well formed.
pub(super) fn read(source: &str, name: &str) -> Result<Draft> {
    let (root, lang) = parse(source, name)?;
    let mut draft = Draft::default();
    draft.facts.lang = lang;
    draft.facts.date = date(&root);
    let mut writer = Writer {
        draft,
        paragraph: 0,
        line: String::new(),
    };
    writer.element(&root, BlockKind::Paragraph);
    writer.end_block(BlockKind::Paragraph);
    Ok(writer.draft)
}

/// Returns the root and its language.
fn parse(source: &str, name: &str) -> Result<(Element, Option<Lang>)> {
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
    let mut open: Vec<Element> = Vec::new();
    let (mut root, mut lang) = (None, None);
    let mut elements = 0;
    loop {
        let at = reader.buffer_position();
        let event = reader
            .read_event()
            .map_err(|error| wrong(reader.error_position(), error.to_string()))?;
        if let Event::Start(start) | Event::Empty(start) = &event {
            if elements == 0 {
                lang = lang_of(start);
            }
            elements += 1;
            if elements > MOST {
                let reason = format!("more than {MOST} elements: cut the document first");
                return Err(wrong(at, reason));
            }
        }
        match event {
            Event::Start(start) => {
                if open.len() == DEPTH {
                    return Err(wrong(
                        at,
                        format!("more than {DEPTH} elements inside each other"),
                    ));
                }
                open.push(element(&start));
            }
            Event::Empty(start) => close(element(&start), &mut open, &mut root),
            Event::End(_) => {
                if let Some(element) = open.pop() {
                    close(element, &mut open, &mut root);
                }
            }
            Event::Text(text) => add(&mut open, &text.xml10_content()),
            Event::CData(text) => add(&mut open, &text.xml10_content()),
            Event::GeneralRef(entity) => {
                let resolved = entity
                    .resolve_char_ref()
                    .map_err(|error| wrong(at, error.to_string()))?;
                let content = entity.xml10_content();
                let predefined = quick_xml::escape::resolve_predefined_entity(&content);
                match (resolved, predefined) {
                    (Some(c), _) if c.is_control() && !c.is_whitespace() => {}
                    (Some(c), _) => add(&mut open, c.encode_utf8(&mut [0; 4])),
                    (None, Some(text)) => add(&mut open, text),
                    (None, None) => {
                        return Err(wrong(
                            at,
                            format!(
                                "unknown entity `&{content};` (entities of a DTD are not expanded)"
                            ),
                        ));
                    }
                }
            }
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    let end = source.len() as u64;
    match (open.last(), root) {
        (Some(element), _) => Err(wrong(
            end,
            format!(
                "the file ends inside the element `{}`; is it cut off?",
                element.name
            ),
        )),
        (None, Some(root)) => Ok((root, lang)),
        (None, None) => Err(wrong(end, "no element in the file".to_owned())),
    }
}

fn lang_of(start: &BytesStart<'_>) -> Option<Lang> {
    start
        .attributes()
        .flatten()
        .find(|attribute| matches!(attribute.key.as_ref(), "xml:lang" | "lang"))
        .and_then(|attribute| Lang::new(attribute.value.as_ref()).ok())
}

fn element(start: &BytesStart<'_>) -> Element {
    let name = start.local_name();
    Element {
        name: AsRef::<str>::as_ref(&name).to_ascii_lowercase().into(),
        children: Vec::new(),
    }
}

/// Puts a finished element into the one around it; the first without one is the root.
fn close(mut element: Element, open: &mut [Element], root: &mut Option<Element>) {
    // Most have one child, and room for four is made with the first.
    element.children.shrink_to_fit();
    match open.last_mut() {
        Some(parent) => parent.children.push(Child::Element(element)),
        None => {
            root.get_or_insert(element);
        }
    }
}

fn add(open: &mut [Element], text: &str) {
    let Some(element) = open.last_mut() else {
        return;
    };
    match element.children.last_mut() {
        Some(Child::Text(before)) => before.push_str(text),
        _ => element.children.push(Child::Text(text.to_owned())),
    }
}

/// The kind that an element's name gives to its text, and that it is never a part of a line.
fn known(name: &str) -> Option<BlockKind> {
    match name {
        "title" | "heading" | "headline" | "head" | "header" | "subtitle" | "h1" | "h2" | "h3"
        | "h4" | "h5" | "h6" => Some(BlockKind::Headline),
        "note" | "footnote" | "remark" | "caption" | "date" | "comment" => Some(BlockKind::Note),
        "item" | "listitem" | "li" | "orderedlist" | "itemizedlist" => Some(BlockKind::ListItem),
        "speaker" => Some(BlockKind::Speaker),
        "para" | "p" | "paragraph" | "section" | "article" | "preamble" | "body" | "text"
        | "div" | "list" => Some(BlockKind::Paragraph),
        _ => None,
    }
}

/// Says whether an element belongs to the line around it: neither it nor anything in it is known as a block.
fn is_inline(element: &Element) -> bool {
    known(&element.name).is_none()
        && element.children.iter().all(|child| match child {
            Child::Text(_) => true,
            Child::Element(inner) => is_inline(inner),
        })
}

fn date(element: &Element) -> Option<jiff::civil::Date> {
    let is_date = matches!(&*element.name, "date" | "pubdate" | "published" | "created");
    element.children.iter().find_map(|child| match child {
        Child::Text(text) if is_date => dates::find(text),
        Child::Text(_) => None,
        Child::Element(inner) => date(inner),
    })
}

struct Writer {
    draft: Draft,
    paragraph: u32,
    line: String,
}

impl Writer {
    fn element(&mut self, element: &Element, around: BlockKind) {
        let kind = match (around, known(&element.name)) {
            // What is in a note or a list stays there, whatever its paragraphs are called.
            (BlockKind::Note | BlockKind::ListItem, Some(BlockKind::Paragraph)) | (_, None) => {
                around
            }
            (_, Some(kind)) => kind,
        };
        let has_text = element
            .children
            .iter()
            .any(|child| matches!(child, Child::Text(text) if !text.trim().is_empty()));
        for child in &element.children {
            match child {
                Child::Text(text) => self.line.push_str(text),
                Child::Element(inner) if has_text && is_inline(inner) => self.element_inline(inner),
                Child::Element(inner) => {
                    self.end_block(kind);
                    self.element(inner, kind);
                    self.end_block(kind);
                }
            }
        }
        self.end_block(kind);
    }

    fn element_inline(&mut self, element: &Element) {
        for child in &element.children {
            match child {
                Child::Text(text) => self.line.push_str(text),
                Child::Element(inner) => self.element_inline(inner),
            }
        }
    }

    fn end_block(&mut self, kind: BlockKind) {
        let before = self.draft.blocks.len();
        self.draft.push(kind, &self.line, self.paragraph);
        self.paragraph += u32::from(self.draft.blocks.len() > before);
        self.line.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(source: &str) -> Vec<(&'static str, String)> {
        read(source, "a.xml").unwrap().contents()
    }

    #[test]
    fn leaves_with_text_are_blocks_of_the_kind_their_names_say() {
        let found = blocks(
            "<?xml version='1.0'?><act xml:lang='be'><note><para>Зацверджана.</para></note><title>Акт</title><article number='1'><title>Артыкул 1.</title>\
             <para>Усе <em>людзі</em>\n   роўныя &amp; вольныя&#33;</para></article></act>",
        );
        let expected = [
            ("note", "Зацверджана."),
            ("headline", "Акт"),
            ("headline", "Артыкул 1."),
            ("paragraph", "Усе людзі роўныя & вольныя!"),
        ];
        assert_eq!(found, expected.map(|(kind, text)| (kind, text.to_owned())));
    }

    #[test]
    fn every_block_is_a_paragraph_of_its_own() {
        let draft = read("<d lang='ru'><p>а</p><p>б</p><p/></d>", "a.xml").unwrap();
        assert_eq!(
            draft
                .blocks
                .iter()
                .map(|block| block.paragraph)
                .collect::<Vec<_>>(),
            [0, 1]
        );
        assert_eq!(
            draft
                .facts
                .lang
                .map(|lang| lang.as_str().to_owned())
                .as_deref(),
            Some("ru")
        );
    }

    #[test]
    fn what_is_not_well_formed_is_refused_with_its_place() {
        for (source, at) in [
            ("<d>\n<p>cut", "line 2"),
            ("<d>\n <p>a</d>", "line 2"),
            ("<d>&bomb;</d>", "line 1, column 4"),
            ("plain", "line 1"),
            ("<d>\n<p", "line 2"),
        ] {
            let error = read(source, "a.xml")
                .err()
                .map(|error| error.to_string())
                .unwrap_or_default();
            assert!(error.contains(at), "{source:?}: {error}");
        }
    }

    #[test]
    fn entities_of_a_dtd_are_not_expanded() {
        let bomb = "<!DOCTYPE d [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><d>&b;</d>";
        assert!(read(bomb, "a.xml").is_err());
    }

    #[test]
    fn the_number_of_elements_has_a_limit() {
        let of = |elements: usize| format!("<d>{}а</d>", "<b/>".repeat(elements));
        assert!(read(&of(MOST - 1), "a.xml").is_ok());
        let error = read(&of(MOST), "a.xml").err().unwrap().to_string();
        assert!(error.contains("more than 500000 elements"), "{error}");
    }

    #[test]
    fn depth_has_a_limit() {
        assert!(read(&"<d>".repeat(100_000), "a.xml").is_err());
    }
}
