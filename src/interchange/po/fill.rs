//! Filling a PO file with renderings of the memory; everything else of it stays byte for byte.
//!
//! The rule: what is translated is left alone. A rendering that does not fit fully or that nobody confirmed is `fuzzy`; where its source
//! differs, the source stands before it as `#| msgid`, as msgmerge writes it.

use super::super::rewrite::{Document, Edit};
use super::super::{Filled, Propose, Segment};
use super::FUZZY;
use super::entry::{Entry, Parser, charset, header_field, push};
use super::read::{USUAL_SOURCE, po_tag};
use crate::error::{Error, Result};
use crate::model::Lang;

/// Fills a document: `from` and `to` speak before what it says of its languages.
///
/// # Errors
/// [`Error::Syntax`] when it is no PO, [`Error::Unusable`] when it does not say its language, and what `propose` fails with.
pub fn fill(
    bytes: &[u8],
    name: &str,
    from: Option<&Lang>,
    to: Option<&Lang>,
    propose: &mut Propose<'_>,
) -> Result<Filled> {
    let document = Document::decode(bytes, name, charset(bytes))?;
    let mut filling = Filling {
        document: &document,
        propose,
        langs: [from.cloned(), to.cloned()],
        edits: Vec::new(),
        filled: Filled::default(),
        line: (0, 1),
    };
    let mut parser = Parser::default();
    let mut at = 0;
    for line in document.text.split_inclusive('\n') {
        let place = at..at + line.len();
        at = place.end;
        let entry = parser
            .line(line.trim_end_matches(['\n', '\r']), place.clone())
            .map_err(|reason| document.fault(place.start, reason))?;
        if let Some(entry) = entry {
            filling.take(&entry)?;
        }
    }
    if parser.is_inside() {
        return Err(document.fault(at, "the file ends inside an entry: it was cut off"));
    }
    if let Some(entry) = parser.finish() {
        filling.take(&entry)?;
    }
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
    langs: [Option<Lang>; 2],
    edits: Vec<Edit>,
    filled: Filled,
    /// A place in the text and its line: entries come in order.
    line: (usize, u64),
}

impl Filling<'_, '_> {
    fn take(&mut self, entry: &Entry) -> Result<()> {
        if entry.is_header() {
            let header = entry.strings.first().map_or("", String::as_str);
            let lang =
                |name| header_field(header, name).and_then(|tag| Lang::new(&po_tag(tag)).ok());
            let [from, to] = &mut self.langs;
            *from = from.take().or_else(|| lang("X-Source-Language"));
            *to = to.take().or_else(|| lang("Language"));
            return Ok(());
        }
        if entry.obsolete {
            return Ok(());
        }
        let (mut edits, mut fuzzy, mut previous) = (Vec::new(), false, None);
        let line_end = self.line_end(entry);
        for (form, string) in entry.strings.iter().enumerate() {
            if !string.is_empty() {
                self.filled.done += 1;
                continue;
            }
            let segment = self.segment(entry, form)?;
            let Some(proposal) = (self.propose)(&segment)? else {
                self.filled.open += 1;
                continue;
            };
            if proposal.percent >= 100 && proposal.confirmed {
                self.filled.exact += 1;
            } else {
                self.filled.fuzzy += 1;
                fuzzy = true;
            }
            if proposal.percent < 100 && proposal.source != segment.text {
                previous.get_or_insert(proposal.source.clone());
            }
            let keyword = match entry.plural {
                Some(_) => format!("msgstr[{form}]"),
                None => "msgstr".to_owned(),
            };
            let mut text = String::new();
            push(
                &mut text,
                &keyword,
                &ends_as(&segment.text, &proposal.target),
                line_end,
            );
            let place = entry.places[form].clone();
            if !self.document.text[place.clone()].ends_with('\n') {
                text.truncate(text.trim_end_matches(['\r', '\n']).len());
            }
            edits.push(Edit::replace(place, text));
        }
        if fuzzy && !entry.is_fuzzy() {
            match entry.flags_at {
                Some(at) => {
                    let at = at
                        + self.document.text[at..]
                            .find("#,")
                            .map_or(0, |mark| mark + 2);
                    let comma = if entry.flags.is_empty() { "" } else { "," };
                    self.edits
                        .push(Edit::insert(at, format!(" {FUZZY}{comma}")));
                }
                None => {
                    let at = entry.body_at.unwrap_or(entry.start);
                    self.edits
                        .push(Edit::insert(at, format!("#, {FUZZY}{line_end}")));
                }
            }
        }
        if let (Some(source), Some(at)) = (previous, entry.body_at)
            && !self.document.text[at..].starts_with("#|")
        {
            let mut text = String::new();
            push(&mut text, "msgid", &source, line_end);
            let text: String = text
                .split_inclusive('\n')
                .map(|line| ["#| ", line].concat())
                .collect();
            self.edits.push(Edit::insert(at, text));
        }
        self.edits.extend(edits);
        Ok(())
    }

    fn segment(&mut self, entry: &Entry, form: usize) -> Result<Segment> {
        let [from, to] = &self.langs;
        let from = from.clone().or_else(|| Lang::new(USUAL_SOURCE).ok());
        let (Some(from), Some(to)) = (from, to.clone()) else {
            return Err(Error::Unusable {
                name: self.document.name.clone(),
                reason: "its header does not name the language: name it with `--to`".to_owned(),
            });
        };
        let (at, line) = self.line;
        let passed = &self.document.text.as_bytes()[at..entry.start.max(at)];
        self.line = (
            entry.start.max(at),
            line + memchr::memchr_iter(b'\n', passed).count() as u64,
        );
        Ok(Segment {
            text: entry.source(form).to_owned(),
            from,
            to,
            line: self.line.1,
        })
    }

    fn line_end(&self, entry: &Entry) -> &'static str {
        let text = &self.document.text[entry.start..];
        match text.find('\n') {
            Some(at) if text[..at].ends_with('\r') => "\r\n",
            _ => "\n",
        }
    }
}

/// Returns a rendering that begins and ends with a line end where its source does, as `msgfmt --check` asks for.
fn ends_as(source: &str, target: &str) -> String {
    let mut out = target.trim_matches('\n').to_owned();
    if source.starts_with('\n') {
        out.insert(0, '\n');
    }
    if source.ends_with('\n') {
        out.push('\n');
    }
    out
}
