//! The content of `source`, `target` and `mrk`: text, and inline codes beside it.
//!
//! The rule: a code is well-formed TMX that holds the element of XLIFF as its text, so that it goes through the memory and through TMX: `g`, `pc` and
//! `mrk` become a pair `bpt`, `ept` around their text, `bpt` and `ept` the same, all others a `ph`.

use rustc_hash::FxHashMap;

use super::super::xml::escape::{push_attribute, push_text};
use super::super::xml::{Token, XmlReader};
use super::{MAX_SEGMENTS, TMX_CODE, too_many_segments};
use crate::error::Result;
use crate::model::InlineCode;

/// The most codes that one text may have.
const MAX_CODES: usize = 100_000;

/// Text and codes, and of which segment (`mid`) they are.
#[derive(Clone, Debug, Default)]
pub(super) struct Content {
    pub(super) segment: Option<String>,
    pub(super) text: String,
    pub(super) codes: Vec<InlineCode>,
}

impl Content {
    fn push(&mut self, markup: String) {
        self.codes.push(InlineCode {
            at: self.text.len(),
            markup,
        });
    }
}

/// Reads the content of the element that has just begun, up to its end: one piece, or one for each `mrk` of type `seg`.
pub(super) fn read(xml: &mut XmlReader<'_>) -> Result<Vec<Content>> {
    enum Open {
        /// A segment.
        Segment,
        /// An element around text: its name, and the number of its pair.
        Pair(String, u32),
    }
    let mut pieces: Vec<Content> = Vec::new();
    let mut content = Content::default();
    let mut open: Vec<Open> = Vec::new();
    let mut numbers: FxHashMap<String, u32> = FxHashMap::default();
    let mut pairs = 0;
    loop {
        match xml.next()? {
            Token::Text => content.text.push_str(xml.text()),
            Token::Start if content.codes.len() >= MAX_CODES => {
                let reason = format!("more than {MAX_CODES} inline codes in one text");
                return Err(xml.fault(xml.position(), reason));
            }
            Token::Start => {
                let name = xml.name().to_owned();
                match name.as_str() {
                    "mrk" if xml.attribute("mtype") == Some("seg") && open.is_empty() => {
                        content = Content {
                            segment: xml.attribute("mid").map(str::to_owned),
                            ..Content::default()
                        };
                        open.push(Open::Segment);
                    }
                    "g" | "pc" | "mrk" => {
                        pairs += 1;
                        content.push(wrap("bpt", Some(pairs), &start_tag(xml)));
                        open.push(Open::Pair(name, pairs));
                    }
                    _ if xml.attribute(TMX_CODE.0) == Some(TMX_CODE.1) => {
                        content.push(text_of(xml)?);
                    }
                    "bpt" | "ept" => {
                        let id = xml
                            .attribute("rid")
                            .or(xml.attribute("id"))
                            .unwrap_or_default();
                        // Pairs of elements count from 1, pairs of codes far above them.
                        let next = numbers.len() as u32 + 1_000;
                        let number = match numbers.get(id) {
                            Some(&known) => known,
                            None => *numbers.entry(id.to_owned()).or_insert(next),
                        };
                        let element = element(xml)?;
                        content.push(wrap(&name, Some(number), &element));
                    }
                    _ => {
                        let element = element(xml)?;
                        content.push(wrap("ph", None, &element));
                    }
                }
            }
            Token::End => match open.pop() {
                None => break,
                Some(Open::Segment) if pieces.len() >= MAX_SEGMENTS => {
                    return Err(xml.fault(xml.position(), too_many_segments()));
                }
                Some(Open::Segment) => pieces.push(std::mem::take(&mut content)),
                Some(Open::Pair(name, number)) => {
                    content.push(wrap("ept", Some(number), &format!("</{name}>")));
                }
            },
            Token::Eof => break,
        }
    }
    if pieces.is_empty() {
        pieces.push(content);
    }
    Ok(pieces)
}

/// Returns a code of TMX that holds an element of XLIFF.
fn wrap(name: &str, number: Option<u32>, element: &str) -> String {
    let mut markup = format!("<{name}");
    if let Some(number) = number {
        push_attribute(&mut markup, "i", &number.to_string());
    }
    markup.push('>');
    push_text(&mut markup, element);
    markup.push_str(&format!("</{name}>"));
    markup
}

/// Returns the start tag that has just been read.
fn start_tag(xml: &XmlReader<'_>) -> String {
    let mut tag = format!("<{}", xml.name());
    for (key, value) in xml.attributes() {
        push_attribute(&mut tag, key, value);
    }
    tag.push('>');
    tag
}

/// Reads the whole element that has just begun.
fn element(xml: &mut XmlReader<'_>) -> Result<String> {
    let depth = xml.depth();
    let mut out = start_tag(xml);
    // An element is written empty when nothing came since its start tag.
    let mut fresh = true;
    while xml.depth() >= depth {
        match xml.next()? {
            Token::Start => {
                out.push_str(&start_tag(xml));
                fresh = true;
            }
            Token::Text => {
                push_text(&mut out, xml.text());
                fresh = false;
            }
            Token::End if fresh => {
                out.insert(out.len() - 1, '/');
                fresh = false;
            }
            Token::End => out.push_str(&format!("</{}>", xml.ended())),
            Token::Eof => break,
        }
    }
    Ok(out)
}

/// Reads the text of the element that has just begun, without the tags in it.
pub(super) fn text_of(xml: &mut XmlReader<'_>) -> Result<String> {
    let depth = xml.depth();
    let mut text = String::new();
    while xml.depth() >= depth {
        if xml.next()? == Token::Text {
            text.push_str(xml.text());
        }
    }
    Ok(text)
}

/// Appends text with its codes as content of a `source` or `target` of XLIFF 1.2; returns how many characters were dropped.
pub(super) fn write(out: &mut String, text: &str, codes: &[InlineCode]) -> u64 {
    let (mut written, mut dropped) = (0, 0);
    for (number, code) in codes.iter().enumerate() {
        let at = code.at.clamp(written, text.len());
        let Some(stretch) = text.get(written..at) else {
            continue;
        };
        dropped += push_text(out, stretch);
        written = at;
        // Pairs are pairs to other tools too; everything else stands for itself.
        let markup = code.markup.as_str();
        let pair = attribute(markup, "i").filter(|number| number.parse::<u32>().is_ok());
        let name = match pair {
            Some(_) if markup.starts_with("<bpt") => "bpt",
            Some(_) if markup.starts_with("<ept") => "ept",
            _ => "ph",
        };
        out.push('<');
        out.push_str(name);
        push_attribute(out, "id", &(number + 1).to_string());
        if let (Some(pair), "bpt" | "ept") = (pair, name) {
            push_attribute(out, "rid", pair);
        }
        push_attribute(out, TMX_CODE.0, TMX_CODE.1);
        out.push('>');
        dropped += push_text(out, markup);
        out.push_str(&format!("</{name}>"));
    }
    dropped + push_text(out, text.get(written..).unwrap_or_default())
}

/// Returns the value of an attribute of the tag that markup begins with, where it holds no references.
fn attribute<'m>(markup: &'m str, name: &str) -> Option<&'m str> {
    let tag = markup.split('>').next()?;
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()
}

/// Returns the elements of XLIFF that codes hold; `None` when one of them holds none.
pub(super) fn unwrap(codes: &[InlineCode]) -> Option<Vec<String>> {
    codes
        .iter()
        .map(|code| {
            let (_, inner) = code.markup.split_once('>')?;
            let (inner, _) = inner.rsplit_once("</")?;
            let element = quick_xml::escape::unescape(inner).ok()?;
            element.starts_with('<').then(|| element.into_owned())
        })
        .collect()
}
