//! The content of `seg`: plain text, and inline codes beside it (TMX 1.4b, "Content markup").
//!
//! The rule: every code kept is well-formed TMX 1.4 by itself, but for `hi`, whose start and end are codes of their own because its
//! text is plain text. Elements that TMX does not know become the pair `bpt`, `ept` around their text, or `ph` when they are empty:
//! that is what these are for. The text of `sub` is no part of the sentence and stays inside its code.

use super::super::Losses;
use super::super::source::{Kind, Position, Source};
use super::super::xml::escape::{push_attribute, push_text};
use super::super::xml::{Token, XmlReader};
use crate::error::Result;
use crate::model::InlineCode;

/// The end of a stretch of highlighted text.
const HIGHLIGHT_END: &str = "</hi>";

/// The most codes that one text may have: more than any real one, and a bound for what hostile ones cost.
const MAX_CODES: usize = 100_000;

/// How many remarks on one text, and pairs in it that are still open, are kept account of.
const MAX_REMARKS: usize = 100;

/// Something to be told of the codes once a file, and where it was seen first.
pub(super) struct Remark {
    pub(super) at: Position,
    pub(super) reason: String,
}

/// What a `seg` holds.
#[derive(Default)]
pub(super) struct Content {
    pub(super) text: String,
    pub(super) codes: Vec<InlineCode>,
    pub(super) remarks: Vec<Remark>,
}

/// Returns the attributes that an inline element may have, the required one first; `None` when TMX has no such element.
fn attributes_of(element: &str) -> Option<&'static [&'static str]> {
    Some(match element {
        "bpt" => &["i", "x", "type"],
        "ept" => &["i"],
        "it" => &["pos", "x", "type"],
        "ph" => &["x", "assoc", "type"],
        "hi" => &["x", "type"],
        "ut" => &["x"],
        "sub" => &["datatype", "type"],
        _ => return None,
    })
}

/// Returns the attribute that an inline element must have, with a value for when it has none.
fn required_of(element: &str) -> Option<(&'static str, &'static str)> {
    match element {
        "bpt" | "ept" => Some(("i", "0")),
        "it" => Some(("pos", "begin")),
        _ => None,
    }
}

fn is_position(value: &str) -> bool {
    matches!(value, "begin" | "end")
}

/// Says whether an element may stand inside another one of inline markup.
fn fits_inside(element: &str, parent: &str) -> bool {
    match parent {
        "sub" | "hi" => element != "sub" && attributes_of(element).is_some(),
        _ => element == "sub",
    }
}

/// Reads the content of the `seg` that has just begun, up to its end.
pub(super) fn read(xml: &mut XmlReader<'_>) -> Result<Content> {
    enum Open {
        Highlight,
        Foreign { code: usize, name: String },
    }
    let mut content = Content::default();
    let mut open = Vec::new();
    let mut pairs = Vec::new();
    let mut last_number = 0_u32;
    let at = xml.position();
    let mut paired = Vec::new();
    loop {
        match xml.next()? {
            Token::Text => content.text.push_str(xml.text()),
            Token::Start if content.codes.len() >= MAX_CODES => {
                let reason = format!("more than {MAX_CODES} inline codes in one text");
                return Err(xml.fault(xml.position(), reason));
            }
            Token::Start => match xml.name() {
                "hi" => {
                    let markup = start_tag(xml, &mut content.remarks);
                    content.push(markup);
                    open.push(Open::Highlight);
                }
                "bpt" | "ept" | "it" | "ph" | "ut" => {
                    let number = xml.attribute("i").and_then(|number| number.parse().ok());
                    last_number = last_number.max(number.unwrap_or(0));
                    content.pair(xml, &mut paired);
                    let mut markup = String::new();
                    capture(xml, true, &mut markup, &mut content.remarks)?;
                    content.push(markup);
                }
                "sub" => {
                    content.remark(xml.position(), "`sub` outside of a code was put into `ph`");
                    let mut markup = "<ph>".to_owned();
                    capture(xml, false, &mut markup, &mut content.remarks)?;
                    markup.push_str("</ph>");
                    content.push(markup);
                }
                name => {
                    let reason =
                        format!("`{name}` inside `seg` is not TMX: kept as an inline code");
                    let (name, code) = (name.to_owned(), content.codes.len());
                    content.remark(xml.position(), &reason);
                    content.push(raw_tag(xml));
                    open.push(Open::Foreign { code, name });
                }
            },
            Token::End => match open.pop() {
                None => break,
                Some(Open::Highlight) => content.push(HIGHLIGHT_END.to_owned()),
                Some(Open::Foreign { code, name }) => {
                    let is_last = code + 1 == content.codes.len();
                    let begun = &mut content.codes[code];
                    if is_last && begun.at == content.text.len() {
                        begun.markup.insert(begun.markup.len() - 1, '/');
                        pairs.push((code, None));
                    } else {
                        pairs.push((code, Some(content.codes.len())));
                        content.push(format!("</{name}>"));
                    }
                }
            },
            Token::Eof => break,
        }
    }
    if !paired.is_empty() {
        content.remark(at, "`bpt` without its `ept`");
    }
    pairs.sort_unstable_by_key(|&(begin, _)| begin);
    for (begin, end) in pairs {
        match end {
            None => content.wrap(begin, "ph", None),
            Some(end) => {
                last_number = last_number.saturating_add(1);
                content.wrap(begin, "bpt", Some(last_number));
                content.wrap(end, "ept", Some(last_number));
            }
        }
    }
    Ok(content)
}

impl Content {
    fn push(&mut self, markup: String) {
        self.codes.push(InlineCode {
            at: self.text.len(),
            markup,
        });
    }

    fn remark(&mut self, at: Position, reason: &str) {
        remark(&mut self.remarks, at, reason);
    }

    /// Keeps account of which `bpt` still waits for its `ept`.
    fn pair(&mut self, xml: &XmlReader<'_>, waiting: &mut Vec<String>) {
        let number = xml.attribute("i").unwrap_or_default();
        match xml.name() {
            "bpt" if waiting.len() == MAX_REMARKS => waiting.clear(),
            "bpt" => waiting.push(number.to_owned()),
            "ept" => match waiting.iter().rposition(|waiting| waiting == number) {
                Some(begin) => drop(waiting.remove(begin)),
                None => self.remark(xml.position(), "`ept` without its `bpt` before it"),
            },
            _ => {}
        }
    }

    /// Makes foreign markup the content of a code.
    fn wrap(&mut self, code: usize, element: &str, number: Option<u32>) {
        let markup = &mut self.codes[code].markup;
        let foreign = std::mem::replace(markup, format!("<{element}"));
        if let Some(number) = number {
            push_attribute(markup, "i", &number.to_string());
        }
        markup.push('>');
        push_text(markup, &foreign);
        markup.push_str(&format!("</{element}>"));
    }
}

/// Adds a remark that was not made of this text before: one is enough to know of a tool's habit.
fn remark(remarks: &mut Vec<Remark>, at: Position, reason: &str) {
    if remarks.len() < MAX_REMARKS && !remarks.iter().any(|known| known.reason == reason) {
        remarks.push(Remark {
            at,
            reason: reason.to_owned(),
        });
    }
}

/// Returns the start tag that has just been read, with the attributes that TMX has for it.
fn start_tag(xml: &XmlReader<'_>, remarks: &mut Vec<Remark>) -> String {
    let name = xml.name();
    let allowed = attributes_of(name).unwrap_or_default();
    let required = required_of(name);
    let mut tag = format!("<{name}");
    for (key, value) in xml.attributes() {
        if !allowed.contains(&key.as_str()) {
            remark(
                remarks,
                xml.position(),
                &format!("the attribute `{key}` of `{name}` is not TMX: left out"),
            );
        } else if key != "pos" || is_position(value) {
            push_attribute(&mut tag, key, value);
        }
    }
    if let Some((key, value)) = required {
        let given = xml.attribute(key);
        if given.is_none_or(|given| key == "pos" && !is_position(given)) {
            remark(
                remarks,
                xml.position(),
                &format!("`{name}` without `{key}`: `{value}` was put in its place"),
            );
            push_attribute(&mut tag, key, value);
        }
    }
    tag.push('>');
    tag
}

/// Returns the start tag that has just been read as it is.
fn raw_tag(xml: &XmlReader<'_>) -> String {
    let mut tag = format!("<{}", xml.name());
    for (key, value) in xml.attributes() {
        push_attribute(&mut tag, key, value);
    }
    tag.push('>');
    tag
}

/// Appends the whole element that has just begun: as markup, or (`known` false) its tags as the text that a code holds.
fn capture(
    xml: &mut XmlReader<'_>,
    known: bool,
    out: &mut String,
    remarks: &mut Vec<Remark>,
) -> Result<()> {
    struct Frame {
        name: String,
        known: bool,
        /// The nearest element around the content that is markup.
        parent: &'static str,
        /// Where its content begins.
        content: usize,
    }
    let mut open: Vec<Frame> = Vec::new();
    let mut known = known;
    loop {
        let name = xml.name();
        let parent = match (known, name) {
            (true, "sub" | "hi") => "sub",
            (true, _) => "ph",
            (false, _) => open.last().map_or("ph", |frame| frame.parent),
        };
        let name = name.to_owned();
        if known {
            out.push_str(&start_tag(xml, remarks));
        } else {
            remark(
                remarks,
                xml.position(),
                &format!("`{name}` inside an inline code is not TMX: kept as its text"),
            );
            push_text(out, &raw_tag(xml));
        }
        open.push(Frame {
            name,
            known,
            parent,
            content: out.len(),
        });
        loop {
            match xml.next()? {
                Token::Text => {
                    push_text(out, xml.text());
                }
                Token::Start => {
                    known = open
                        .last()
                        .is_some_and(|frame| fits_inside(xml.name(), frame.parent));
                    break;
                }
                Token::End => {
                    let Some(frame) = open.pop() else {
                        return Ok(());
                    };
                    let close = if frame.known { ">" } else { "&gt;" };
                    if out.len() == frame.content {
                        out.truncate(out.len() - close.len());
                        out.push('/');
                    } else {
                        out.push_str(if frame.known { "</" } else { "&lt;/" });
                        out.push_str(&frame.name);
                    }
                    out.push_str(close);
                    if open.is_empty() {
                        return Ok(());
                    }
                }
                Token::Eof => return Ok(()),
            }
        }
    }
}

/// Appends a text with its codes as the content of `seg`. A code that is not well-formed TMX becomes the text of a `ph`.
pub(super) fn write(out: &mut String, text: &str, codes: &[InlineCode], losses: &mut Losses) {
    let mut written = 0;
    let mut highlights = 0;
    for code in codes {
        let mut at = code.at.clamp(written, text.len());
        while !text.is_char_boundary(at) {
            at += 1;
        }
        losses.codes += u64::from(at != code.at);
        losses.characters += push_text(out, &text[written..at]);
        written = at;
        match shape(&code.markup) {
            Shape::Element => out.push_str(&code.markup),
            Shape::HighlightStart => {
                highlights += 1;
                out.push_str(&code.markup);
            }
            Shape::HighlightEnd if highlights > 0 => {
                highlights -= 1;
                out.push_str(HIGHLIGHT_END);
            }
            Shape::HighlightEnd | Shape::Foreign => {
                losses.codes += 1;
                out.push_str("<ph>");
                losses.characters += push_text(out, &code.markup);
                out.push_str("</ph>");
            }
        }
    }
    losses.characters += push_text(out, &text[written..]);
    losses.codes += highlights;
    (0..highlights).for_each(|_| out.push_str(HIGHLIGHT_END));
}

/// What a code's markup is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Element,
    HighlightStart,
    HighlightEnd,
    Foreign,
}

fn shape(markup: &str) -> Shape {
    if markup == HIGHLIGHT_END {
        return Shape::HighlightEnd;
    }
    if !markup.ends_with('>') || !markup.starts_with('<') {
        return Shape::Foreign;
    }
    let whole = [markup, HIGHLIGHT_END].concat();
    let highlight = markup.starts_with("<hi");
    match elements(if highlight { &whole } else { markup }) {
        Ok(Some(1)) if highlight && whole.matches('<').count() == 2 => Shape::HighlightStart,
        Ok(Some(_)) if !highlight => Shape::Element,
        _ => Shape::Foreign,
    }
}

/// Returns how many elements markup has, when it is one element and all of them are TMX.
fn elements(markup: &str) -> Result<Option<usize>> {
    let mut xml = XmlReader::new(
        Source::of_fragment(markup.as_bytes(), Kind::Xml),
        "an inline code",
    );
    let mut open: Vec<String> = Vec::new();
    let mut count = 0;
    loop {
        match xml.next()? {
            Token::Start => {
                count += 1;
                let name = xml.name();
                let fits = match open.last() {
                    Some(parent) => fits_inside(name, parent),
                    None => name != "sub",
                };
                let allowed = attributes_of(name).filter(|_| fits);
                let known = xml.attributes().iter().all(|(key, value)| {
                    allowed.is_some_and(|allowed| allowed.contains(&key.as_str()))
                        && (key != "pos" || is_position(value))
                });
                let required =
                    required_of(name).is_none_or(|(key, _)| xml.attribute(key).is_some());
                if allowed.is_none() || !known || !required {
                    return Ok(None);
                }
                open.push(name.to_owned());
            }
            Token::End => {
                open.pop();
            }
            Token::Text => {}
            Token::Eof => return Ok(Some(count)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_seg(content: &str) -> Content {
        let document = format!("<seg>{content}</seg>");
        let mut xml = XmlReader::new(Source::new(document.as_bytes(), Kind::Xml), "in");
        assert_eq!(xml.next().unwrap(), Token::Start);
        read(&mut xml).unwrap()
    }

    #[test]
    fn keeps_codes_beside_the_text_and_writes_them_back() {
        for (content, text) in [
            (r#"a<bpt i="1" x="2">&lt;b&gt;</bpt>б<ept i="1"/>"#, "aб"),
            (r#"<hi type="term">a<hi>б</hi></hi><it pos="end"/>"#, "aб"),
            (
                r#"a<ph x="1">img <sub type="alt">Сцяг <ph/><hi>x</hi></sub></ph>"#,
                "a",
            ),
        ] {
            let read = read_seg(content);
            let mut written = String::new();
            let mut losses = Losses::default();
            write(&mut written, &read.text, &read.codes, &mut losses);
            assert_eq!((read.text.as_str(), written.as_str()), (text, content));
            assert!(losses.is_empty() && read.remarks.is_empty());
        }
    }

    #[test]
    fn makes_foreign_elements_codes_of_tmx() {
        let read = read_seg(r#"<bpt i="4"/><ept i="4"/><g id="1">The <b>sides</b></g><x id="2"/>"#);
        let codes: Vec<_> = read
            .codes
            .iter()
            .map(|code| (code.at, code.markup.as_str()))
            .collect();
        assert_eq!(
            codes,
            [
                (0, r#"<bpt i="4"/>"#),
                (0, r#"<ept i="4"/>"#),
                (0, r#"<bpt i="5">&lt;g id="1"&gt;</bpt>"#),
                (4, r#"<bpt i="6">&lt;b&gt;</bpt>"#),
                (9, r#"<ept i="6">&lt;/b&gt;</ept>"#),
                (9, r#"<ept i="5">&lt;/g&gt;</ept>"#),
                (9, r#"<ph>&lt;x id="2"/&gt;</ph>"#),
            ]
        );
        assert_eq!((read.text.as_str(), read.remarks.len()), ("The sides", 3));
        let inside = read_seg("a<ph><b>x<br/></b></ph>");
        assert_eq!(
            inside.codes[0].markup,
            "<ph>&lt;b&gt;x&lt;br/&gt;&lt;/b&gt;</ph>"
        );
    }

    #[test]
    fn wraps_what_is_no_code() {
        for markup in [
            "<b>",
            "</seg>",
            "<ph/> ",
            "<ph id='1'/>",
            "<ph>",
            "x",
            "<hi/>",
            "<hi></hi>",
            "<bpt/>",
            "&",
            "</hi>",
            "<sub/>",
        ] {
            let mut written = String::new();
            let mut losses = Losses::default();
            write(
                &mut written,
                "a",
                &[InlineCode {
                    at: 7,
                    markup: markup.to_owned(),
                }],
                &mut losses,
            );
            let read = read_seg(&written);
            assert_eq!(read.text, "a");
            assert!(
                read.codes.len() == 1
                    && read.codes[0].markup.starts_with("<ph>")
                    && losses.codes > 0,
                "{markup}: {written}"
            );
        }
    }
}
