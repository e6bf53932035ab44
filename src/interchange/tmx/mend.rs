//! Broken TMX becomes well-formed TMX, as far as it can be told what was meant.
//!
//! The rule: every place that is changed is told, with its line and column. A unit counts as saved when its end was found: what a cut leaves of the
//! last one is dropped, since half a sentence is no rendering. Signs that are no markup become text, tags that cross are closed in order, what
//! stands around the units (several roots, headers) is brought to one. Bytes are mended by [`Source::lenient`].

use std::cell::RefCell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use super::super::source::{Position, Source};
use super::super::xml::grammar::is_space;
use super::tag::{Tag, mend_references};

/// The most bytes that one unit may take.
const MAX_UNIT: usize = 64 << 20;

/// How deep elements may stand in each other; what goes deeper is text.
const MAX_DEPTH: usize = 1_000;

/// The elements around units, outermost first.
const FRAME: [&str; 3] = ["tmx", "header", "body"];

/// The places that were mended, shared between who mends and who tells.
#[derive(Clone, Default)]
pub(super) struct Mended(Rc<RefCell<Vec<(Position, String)>>>);

impl Mended {
    /// Returns the places since the last call.
    pub(super) fn take(&self) -> Vec<(Position, String)> {
        std::mem::take(&mut *self.0.borrow_mut())
    }

    fn tell(&self, at: Position, reason: impl Into<String>) {
        self.0.borrow_mut().push((at, reason.into()));
    }
}

/// A reader of well-formed XML made of broken one.
pub(super) struct Mender<'r> {
    source: Source<'r>,
    mended: Mended,
    /// What is ready to be read.
    out: Vec<u8>,
    read: usize,
    /// The unit that is being put together.
    unit: String,
    /// Open elements, from `tu` or `header` inwards.
    open: Vec<String>,
    /// Which of the elements around units have begun.
    begun: [bool; 3],
    begun_units: bool,
    /// The first element is none of TMX: everything passes as it is.
    foreign: bool,
    over: bool,
}

impl<'r> Mender<'r> {
    pub(super) fn new(input: impl BufRead + 'r) -> Self {
        Self {
            source: Source::lenient(input),
            mended: Mended::default(),
            out: Vec::new(),
            read: 0,
            unit: String::new(),
            open: Vec::new(),
            begun: [false; 3],
            begun_units: false,
            foreign: false,
            over: false,
        }
    }

    /// Returns the places that are mended, as they come.
    pub(super) fn mended(&self) -> Mended {
        self.mended.clone()
    }

    /// Reads up to the next `>`; `None` at the end.
    fn chunk(&mut self) -> io::Result<Option<(Position, String)>> {
        let at = self.source.position();
        self.source.allow();
        let mut bytes = Vec::new();
        let outcome = self.source.read_until(b'>', &mut bytes);
        for (at, reason) in self.source.take_mended() {
            self.mended.tell(at, reason);
        }
        if let Err(seen) = outcome {
            let error = self.source.error("", &seen);
            return Err(io::Error::other(error.to_string()));
        }
        // The source hands out UTF-8, and no letter holds the byte of `>`.
        Ok((!bytes.is_empty()).then(|| (at, String::from_utf8_lossy(&bytes).into_owned())))
    }

    /// Reads until `ends` is satisfied, so that a comment or section is whole.
    fn whole(&mut self, text: &mut String, ends: impl Fn(&str) -> bool) -> io::Result<()> {
        while !ends(text) && text.len() < MAX_UNIT {
            match self.chunk()? {
                Some((_, more)) => text.push_str(&more),
                None => break,
            }
        }
        Ok(())
    }

    fn step(&mut self) -> io::Result<()> {
        let Some((mut at, mut text)) = self.chunk()? else {
            self.end();
            return Ok(());
        };
        if self.foreign {
            self.out.extend_from_slice(text.as_bytes());
            return Ok(());
        }
        // What stands before a comment or section is text.
        for mark in ["<!--", "<![CDATA[", "<?", "<!DOCTYPE"] {
            if let Some(start) = text.find(mark) {
                let rest = text.split_off(start);
                self.text(at, &text);
                at = at.after(&text);
                text = rest;
                break;
            }
        }
        if text.starts_with("<!--") {
            return self.whole(&mut text, |text| text.ends_with("-->"));
        }
        if text.starts_with("<?") {
            return self.whole(&mut text, |text| text.ends_with("?>"));
        }
        if text.starts_with("<!DOCTYPE") {
            return self.whole(&mut text, |text| {
                !text.contains('[') || text.trim_end_matches('>').trim_end().ends_with(']')
            });
        }
        if let Some(inner) = text.strip_prefix("<![CDATA[") {
            let mut inner = inner.to_owned();
            self.whole(&mut inner, |text| text.ends_with("]]>"))?;
            let inner = inner.trim_end_matches("]]>").replace('&', "&amp;");
            self.plain(&inner.replace('<', "&lt;"));
            return Ok(());
        }
        // The last `<` that begins a tag; every other is a sign of the text.
        let starts: Vec<usize> = text.match_indices('<').map(|(start, _)| start).collect();
        let tag = starts
            .into_iter()
            .rev()
            .find_map(|start| Some((start, Tag::parse(&text[start..])?)));
        let Some((start, tag)) = tag else {
            self.text(at, &text);
            return Ok(());
        };
        self.text(at, &text[..start]);
        let at = at.after(&text[..start]);
        for fault in &tag.faults {
            self.mended.tell(at, fault.clone());
        }
        if tag.is_end {
            self.close(at, &tag.name);
        } else {
            self.start(at, tag);
        }
        if self.unit.len() > MAX_UNIT {
            return Err(io::Error::other(format!(
                "more than {} MiB without an end: this is no translation unit",
                MAX_UNIT >> 20
            )));
        }
        Ok(())
    }

    /// Takes in text, in which a reference may be none.
    fn text(&mut self, at: Position, text: &str) {
        if self.open.is_empty() {
            if !text.chars().all(|c| is_space(c) || c == '\u{FEFF}') {
                self.mended.tell(at, "text outside of units: left out");
            } else if text.contains('\u{FEFF}') {
                self.mended.tell(at, "a second byte-order mark: left out");
            }
            let lines = text.matches('\n').count();
            self.out.extend(std::iter::repeat_n(b'\n', lines));
            return;
        }
        let (text, faults) = mend_references(text);
        for (offset, fault) in faults {
            self.mended.tell(
                at.after_bytes(&text.as_bytes()[..offset.min(text.len())]),
                fault,
            );
        }
        if text.contains('<') {
            self.mended
                .tell(at, "`<` that begins no tag: taken for the sign itself");
        }
        let text = text.replace('<', "&lt;").replace("]]>", "]]&gt;");
        self.plain(&text);
    }

    fn plain(&mut self, text: &str) {
        if !self.open.is_empty() {
            self.unit.push_str(text);
        }
    }

    fn start(&mut self, at: Position, tag: Tag) {
        let name = tag.name.rsplit(':').next().unwrap_or_default().to_owned();
        if self.open.is_empty() {
            self.start_outside(at, tag, &name);
            return;
        }
        // An element that can only stand further out closes what was left open.
        let level = |name: &str| match name {
            "tu" | "header" => Some(0),
            "tuv" => Some(1),
            "seg" => Some(2),
            _ => None,
        };
        if let Some(wanted) = level(&name).filter(|_| !tag.is_empty || name != "seg") {
            let inner = self
                .open
                .iter()
                .position(|open| level(open).is_some_and(|open| open >= wanted));
            if let Some(depth) = inner {
                let unclosed = self.open[depth].clone();
                self.mended.tell(
                    at,
                    format!("`{name}` inside `{unclosed}`: `{unclosed}` is closed before it"),
                );
                self.close_to(depth);
                if self.open.is_empty() {
                    self.start_outside(at, tag, &name);
                    return;
                }
            }
        }
        if self.open.len() >= MAX_DEPTH {
            self.mended
                .tell(at, "elements too deep in each other: left out");
            return;
        }
        tag.write(&mut self.unit);
        if !tag.is_empty {
            self.open.push(tag.name);
        }
    }

    /// Takes in an element that stands in no unit.
    fn start_outside(&mut self, at: Position, tag: Tag, name: &str) {
        match FRAME.iter().position(|frame| *frame == name) {
            Some(frame) => {
                let twice = std::mem::replace(&mut self.begun[frame], true);
                if twice {
                    self.mended.tell(
                        at,
                        format!("a second `{name}`: the units behind it belong to the first"),
                    );
                }
                let late = self.begun_units;
                if name == "header" {
                    self.open.push("header".to_owned());
                    self.unit.clear();
                    tag.write(&mut self.unit);
                    if tag.is_empty {
                        self.finish(twice || late);
                    }
                    return;
                }
                if !twice && !late {
                    let mut out = String::new();
                    if name == "body" {
                        self.frame("tmx");
                    }
                    tag.write_open(&mut out);
                    self.out.extend_from_slice(out.as_bytes());
                    self.begun_units = name == "body";
                }
            }
            None if name == "tu" => {
                if !self.begun_units {
                    self.frame("tmx");
                    self.frame("body");
                    self.begun_units = true;
                }
                self.unit.clear();
                tag.write(&mut self.unit);
                self.open.push(tag.name);
                if tag.is_empty {
                    self.finish(false);
                }
            }
            None if self.begun == [false; 3] && !self.begun_units => {
                // Another format: its own reader's error says so best.
                self.foreign = true;
                let mut out = String::new();
                tag.write(&mut out);
                self.out.extend_from_slice(out.as_bytes());
            }
            None => self
                .mended
                .tell(at, format!("`{name}` outside of units: left out")),
        }
    }

    /// Begins an element around the units that is missing.
    fn frame(&mut self, name: &'static str) {
        let frame = FRAME.iter().position(|frame| *frame == name).unwrap_or(0);
        if !std::mem::replace(&mut self.begun[frame], true) {
            let at = self.source.position();
            self.mended
                .tell(at, format!("no `{name}` before this: added"));
            let tag = if name == "tmx" {
                "<tmx version=\"1.4\">"
            } else {
                "<body>"
            };
            self.out.extend_from_slice(tag.as_bytes());
        }
    }

    fn close(&mut self, at: Position, name: &str) {
        if self.open.is_empty() {
            // The ends of root and body are written at the end of all.
            return;
        }
        match self.open.iter().rposition(|open| open == name) {
            None => self.mended.tell(
                at,
                format!("`</{name}>` ends nothing that is open: left out"),
            ),
            Some(depth) => {
                if depth + 1 < self.open.len() {
                    let unclosed = self.open[depth + 1..].join("`, `");
                    self.mended
                        .tell(at, format!("`{unclosed}` closed before `</{name}>`"));
                }
                self.close_to(depth);
            }
        }
    }

    /// Closes all elements from a depth on; a unit or header that is complete is handed out.
    fn close_to(&mut self, depth: usize) {
        while self.open.len() > depth {
            if let Some(name) = self.open.pop() {
                self.unit.push_str("</");
                self.unit.push_str(&name);
                self.unit.push('>');
            }
        }
        if self.open.is_empty() {
            self.finish(false);
        }
    }

    fn finish(&mut self, dropped: bool) {
        self.open.clear();
        if !dropped {
            self.out.extend_from_slice(self.unit.as_bytes());
        }
        self.unit.clear();
    }

    fn end(&mut self) {
        self.over = true;
        if self.foreign {
            return;
        }
        let at = self.source.position();
        if !self.open.is_empty() {
            let element = self.open[0].clone();
            self.mended.tell(
                at,
                format!("the file was cut off inside this `{element}`: it is left out"),
            );
            self.finish(true);
        }
        if self.begun_units || self.begun[0] {
            if self.begun_units {
                self.out.extend_from_slice(b"</body>");
            }
            self.out.extend_from_slice(b"</tmx>");
        }
    }
}

impl Read for Mender<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.read == self.out.len() {
            self.out.clear();
            self.read = 0;
            if self.over {
                return Ok(0);
            }
            self.step()?;
        }
        let count = buffer.len().min(self.out.len() - self.read);
        buffer[..count].copy_from_slice(&self.out[self.read..self.read + count]);
        self.read += count;
        Ok(count)
    }
}
