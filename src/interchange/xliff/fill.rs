//! Filling an XLIFF document with renderings of the memory; everything else of it stays byte for byte.
//!
//! The rule: a target that has a text is left alone. A rendering goes into `target`; what stands behind it, with its match rate, into `alt-trans` of
//! 1.2 (section 2.3.1.5) or into the matches module of 2.x (XLIFF 2.1, section 5.1). A rendering that fits fully and was confirmed is `translated`,
//! every other waits for a person.

use rustc_hash::FxHashMap;

use super::super::encoding::declared_encoding;
use super::super::rewrite::{Document, Edit};
use super::super::source::{Kind, Source};
use super::super::xml::escape::{push_attribute, push_text};
use super::super::xml::{Token, XmlReader};
use super::super::{Filled, Proposal, Propose, Segment};
use super::codes::{self, Content};
use super::markup::{
    indent_before, is_blank, is_nested, match_of, place_codes, prefix_of, state_of,
};
use super::units::{Element, Languages, Unit, walk};
use crate::error::{Error, Result};
use crate::model::Lang;

/// The namespace of the matches module of 2.x.
const MATCHES: &str = "urn:oasis:names:tc:xliff:matches:2.0";

/// Fills a document: `from` and `to` speak before what it says of its languages.
///
/// # Errors
/// [`Error::Syntax`] when it is not well-formed or no XLIFF, [`Error::Unusable`] when it does not say its languages, and what `propose` fails with.
pub fn fill(
    bytes: &[u8],
    name: &str,
    from: Option<&Lang>,
    to: Option<&Lang>,
    propose: &mut Propose<'_>,
) -> Result<Filled> {
    let document = Document::decode(bytes, name, declared_encoding(bytes))?;
    let mut filling = Filling {
        document: &document,
        propose,
        told: [from.cloned(), to.cloned()],
        languages: Languages::default(),
        named: None,
        edits: Vec::new(),
        filled: Filled::default(),
        line: (0, 1),
    };
    walk(&document, &mut |unit, languages| {
        filling.languages = languages.clone();
        filling.fill(&unit)
    })?;
    let Filling {
        mut edits,
        mut filled,
        ..
    } = filling;
    // Stable: what was put in first at a place stays first.
    edits.sort_by_key(|edit| edit.place.start);
    filled.bytes = document.encode(&edits)?;
    Ok(filled)
}

struct Filling<'f, 'p> {
    document: &'f Document,
    propose: &'f mut Propose<'p>,
    told: [Option<Lang>; 2],
    languages: Languages,
    /// Where the target language was put in last.
    named: Option<usize>,
    edits: Vec<Edit>,
    filled: Filled,
    /// A place in the text and its line: segments come in order.
    line: (usize, u64),
}

impl Filling<'_, '_> {
    fn languages(&self) -> Result<[Lang; 2]> {
        let lang = |side: usize| {
            self.told[side].clone().or_else(|| {
                let tag = self.languages.tags[side].as_deref()?;
                Lang::new(tag).ok()
            })
        };
        match (lang(0), lang(1)) {
            (Some(from), Some(to)) => Ok([from, to]),
            _ => Err(Error::Unusable {
                name: self.document.name.clone(),
                reason: "does not say its languages: name them with `--from` and `--to`".to_owned(),
            }),
        }
    }

    /// Fills a unit, and names the language of what was filled in where that is missing.
    fn fill(&mut self, unit: &Unit) -> Result<()> {
        let before = self.edits.len();
        self.unit(unit)?;
        if self.edits.len() > before
            && let Some((place, name)) = self.languages.missing
            && let Some(to) = &self.told[1]
            && self.named != Some(place)
        {
            let mut attribute = String::new();
            push_attribute(&mut attribute, name, to.as_str());
            self.edits.push(Edit::insert(place, attribute));
            self.named = Some(place);
        }
        Ok(())
    }

    /// Fills a unit whose target has no text.
    fn unit(&mut self, unit: &Unit) -> Result<()> {
        let text = &self.document.text;
        let Some(source) = unit.source.clone() else {
            return Ok(());
        };
        let is_segmented = unit.seg_source.is_some()
            && unit
                .seg_source_pieces
                .iter()
                .any(|piece| piece.id.is_some());
        if is_segmented {
            return self.pieces(unit);
        }
        if let Some(target) = &unit.target {
            let copied = matches!(target.state.as_deref(), Some("new" | "needs-translation"))
                || unit.modern && unit.segment.state.as_deref() == Some("initial");
            let same = text[target.inner.clone()] == text[source.inner.clone()];
            let is_open = is_blank(&text[target.inner.clone()]) || copied && same;
            if !is_open {
                self.filled.done += 1;
                return Ok(());
            }
        }
        let Some((proposal, content)) = self.ask(&source)? else {
            return Ok(());
        };
        let rendering = self.render(&proposal, &content);
        let prefix = prefix_of(&text[source.tag.clone()]);
        let indent = indent_before(text, source.tag.start);
        let state = state_of(&proposal, rendering.complete);
        let mut tag = format!("<{prefix}target");
        if !unit.modern {
            push_attribute(&mut tag, "state", state.0);
            push_attribute(&mut tag, "state-qualifier", state.1);
        }
        tag.push('>');
        let target = format!("{tag}{}</{prefix}target>", rendering.markup);
        let after = unit.seg_source.as_ref().unwrap_or(&source).whole.end;
        match &unit.target {
            Some(old) if unit.modern => {
                let kept = text[old.tag.clone()]
                    .trim_end_matches('>')
                    .trim_end_matches('/');
                let target = format!("{}>{}</{prefix}target>", kept.trim_end(), rendering.markup);
                self.edits.push(Edit::replace(old.whole.clone(), target));
            }
            Some(old) => self.edits.push(Edit::replace(old.whole.clone(), target)),
            None => self
                .edits
                .push(Edit::insert(after, format!("{indent}{target}"))),
        }
        if unit.modern {
            self.modern_match(unit, &proposal, &prefix);
        } else {
            let place = unit.target.as_ref().map_or(after, |old| old.whole.end);
            let rate = match_of(&proposal, &prefix, None);
            self.edits
                .push(Edit::insert(place, format!("{indent}{rate}")));
        }
        self.count(&proposal, rendering.complete);
        Ok(())
    }

    /// Fills a unit of 1.2 that is divided into segments.
    fn pieces(&mut self, unit: &Unit) -> Result<()> {
        let document = self.document;
        let text = &document.text;
        let Some(seg_source) = &unit.seg_source else {
            return Ok(());
        };
        let mut rates = String::new();
        let indent = indent_before(text, seg_source.tag.start);
        let prefix = prefix_of(&text[seg_source.tag.clone()]);
        // Where there is no target, it is the segmented source with other texts.
        let mut target = String::new();
        let mut passed = seg_source.inner.start;
        let mut any = false;
        let mut fits = Vec::new();
        let mut targets: FxHashMap<&str, &Element> = FxHashMap::default();
        for piece in &unit.target_pieces {
            if let Some(id) = &piece.id {
                targets.entry(id).or_insert(piece);
            }
        }
        for piece in &unit.seg_source_pieces {
            let Some(id) = &piece.id else {
                continue;
            };
            let old = targets.get(id.as_str());
            if old.is_some_and(|old| !is_blank(&text[old.inner.clone()])) {
                self.filled.done += 1;
                continue;
            }
            target.push_str(&text[passed..piece.inner.start]);
            passed = piece.inner.end;
            let Some((proposal, content)) = self.ask(piece)? else {
                continue;
            };
            let rendering = self.render(&proposal, &content);
            rates.push_str(&indent);
            rates.push_str(&match_of(&proposal, &prefix, Some(id)));
            target.push_str(&rendering.markup);
            any = true;
            if let Some(old) = old {
                let tag = text[old.tag.clone()]
                    .trim_end_matches('>')
                    .trim_end_matches('/');
                let whole = format!("{}>{}</{prefix}mrk>", tag.trim_end(), rendering.markup);
                self.edits.push(Edit::replace(old.whole.clone(), whole));
            } else if unit
                .target
                .as_ref()
                .is_some_and(|t| !is_blank(&text[t.inner.clone()]))
            {
                // A target with other segments and without this one: it is not ours to say where it belongs.
                self.filled.open += 1;
                continue;
            }
            fits.push((proposal, rendering.complete));
        }
        target.push_str(&text[passed..seg_source.inner.end]);
        if !any {
            return Ok(());
        }
        let place = match &unit.target {
            Some(old) if unit.target_pieces.is_empty() && is_blank(&text[old.inner.clone()]) => {
                let whole = format!(
                    "<{prefix}target state=\"needs-review-translation\">{target}</{prefix}target>"
                );
                self.edits.push(Edit::replace(old.whole.clone(), whole));
                old.whole.end
            }
            Some(old) => old.whole.end,
            None => {
                let end = seg_source.whole.end;
                let whole = format!(
                    "{indent}<{prefix}target state=\"needs-review-translation\">{target}</{prefix}target>"
                );
                self.edits.push(Edit::insert(end, whole));
                end
            }
        };
        self.edits.push(Edit::insert(place, rates));
        for (proposal, complete) in fits {
            self.count(&proposal, complete);
        }
        Ok(())
    }

    /// Puts a match of the matches module before the segments of a unit, and says how far the segment is.
    fn modern_match(&mut self, unit: &Unit, proposal: &Proposal, prefix: &str) {
        let text = &self.document.text;
        let tag = &text[unit.segment.tag.clone()];
        let exact = proposal.percent >= 100 && proposal.confirmed;
        let mut added = String::new();
        let id = match &unit.segment.id {
            Some(id) => id.clone(),
            None => {
                let id = format!("diglot{}", self.filled.exact + self.filled.fuzzy + 1);
                push_attribute(&mut added, "id", &id);
                id
            }
        };
        if exact && unit.segment.state.is_none() {
            push_attribute(&mut added, "state", "translated");
        } else if let (true, Some(at)) = (exact, tag.find("state=\"initial\"")) {
            let at = unit.segment.tag.start + at;
            self.edits.push(Edit::replace(
                at..at + "state=\"initial\"".len(),
                "state=\"translated\"",
            ));
        }
        if !added.is_empty() {
            let name = tag
                .find([' ', '>', '\t', '\n', '\r', '/'])
                .unwrap_or(tag.len());
            self.edits
                .push(Edit::insert(unit.segment.tag.start + name, added));
        }
        let mut one = "<mtc:match".to_owned();
        push_attribute(&mut one, "xmlns:mtc", MATCHES);
        push_attribute(&mut one, "ref", &format!("#{id}"));
        let rate = f64::from(proposal.percent.min(100));
        push_attribute(&mut one, "similarity", &format!("{rate:.1}"));
        push_attribute(&mut one, "origin", "diglot");
        one.push_str(&format!("><{prefix}source>"));
        push_text(&mut one, &proposal.source);
        one.push_str(&format!("</{prefix}source><{prefix}target>"));
        push_text(&mut one, &proposal.target);
        one.push_str(&format!("</{prefix}target></mtc:match>"));
        match unit.matches_end {
            Some(end) => self.edits.push(Edit::insert(end, one)),
            None => {
                let begin = unit.unit.end;
                let known = self.edits.iter_mut().rev().find(|edit| {
                    edit.place == (begin..begin) && edit.text.ends_with("</mtc:matches>")
                });
                match known {
                    // The unit's other segments have theirs there.
                    Some(edit) => {
                        let at = edit.text.len() - "</mtc:matches>".len();
                        edit.text.insert_str(at, &one);
                    }
                    None => {
                        let mut all = "<mtc:matches".to_owned();
                        push_attribute(&mut all, "xmlns:mtc", MATCHES);
                        self.edits
                            .push(Edit::insert(begin, format!("{all}>{one}</mtc:matches>")));
                    }
                }
            }
        }
    }

    /// Asks for a rendering of an element's text; with what the element holds.
    fn ask(&mut self, element: &Element) -> Result<Option<(Proposal, Content)>> {
        let [from, to] = self.languages()?;
        let content = self.content(element)?;
        if content.text.trim().is_empty() {
            return Ok(None);
        }
        let (at, line) = self.line;
        let passed = self
            .document
            .text
            .as_bytes()
            .get(at..element.tag.start)
            .unwrap_or_default();
        let line = line + memchr::memchr_iter(b'\n', passed).count() as u64;
        self.line = (at.max(element.tag.start), line);
        let segment = Segment {
            text: content.text.clone(),
            from,
            to,
            line,
        };
        match (self.propose)(&segment)? {
            Some(proposal) => Ok(Some((proposal, content))),
            None => {
                self.filled.open += 1;
                Ok(None)
            }
        }
    }

    /// Returns text and codes of an element.
    fn content(&self, element: &Element) -> Result<Content> {
        let text = &self.document.text;
        let prefix = prefix_of(&text[element.tag.clone()]);
        let whole = format!(
            "<{prefix}source>{}</{prefix}source>",
            &text[element.inner.clone()]
        );
        let mut xml = XmlReader::new(
            Source::of_fragment(whole.as_bytes(), Kind::Xml),
            &self.document.name,
        );
        let read = xml.next().and_then(|token| match token {
            Token::Start => codes::read(&mut xml),
            _ => Ok(Vec::new()),
        });
        let pieces = read.map_err(|error| match error {
            Error::Syntax { reason, .. } => self.document.fault(element.inner.start, reason),
            other => other,
        })?;
        Ok(pieces.into_iter().next().unwrap_or_default())
    }

    /// Returns a rendering as markup, with the codes of the source where the memory has them in the rendering.
    fn render(&self, proposal: &Proposal, source: &Content) -> Rendering {
        let mut markup = String::new();
        let wanted = codes::unwrap(&source.codes).unwrap_or_default();
        let known = codes::unwrap(&proposal.codes).unwrap_or_default();
        let sorted = |codes: &[String]| {
            let mut codes = codes.to_vec();
            codes.sort_unstable();
            codes
        };
        let fits = known.len() == proposal.codes.len() && sorted(&wanted) == sorted(&known);
        if fits && is_nested(&known) {
            place_codes(&mut markup, &proposal.target, &proposal.codes, &known);
        } else {
            push_text(&mut markup, &proposal.target);
        }
        Rendering {
            markup,
            complete: source.codes.is_empty() || fits && is_nested(&known),
        }
    }

    fn count(&mut self, proposal: &Proposal, complete: bool) {
        self.filled.without_codes += u64::from(!complete);
        if complete && proposal.confirmed && proposal.percent >= 100 {
            self.filled.exact += 1;
        } else {
            self.filled.fuzzy += 1;
        }
    }
}

/// A rendering as content of an element, and whether it has all the codes of its source.
struct Rendering {
    markup: String,
    complete: bool,
}
