//! Reading XLIFF, unit by unit: segments with a source and a target become translation units.

use std::collections::{BTreeSet, VecDeque};

use rustc_hash::FxHashMap;

use super::super::jsonl::take_rest;
use super::super::source::{Kind, Position, Source};
use super::super::xml::{Token, XmlReader};
use super::super::{Entry, Input, Warning};
use super::codes::{self, Content};
use super::{EXTENSION, MAX_SEGMENTS, too_many_segments};
use crate::error::Result;
use crate::model::{Lang, Note, Prop, Status, TranslationUnit, Variant};

/// How many different peculiarities of a file are remembered so that each is told once.
const REMEMBERED: usize = 1_000;

/// How many segments, notes and contexts one unit may have.
const MAX_PARTS: usize = 100_000;

/// The most notes and contexts of a unit, times its segments.
const MAX_SAID: usize = 1_000_000;

/// The entries of an XLIFF document, read as they are asked for; after an error nothing more comes.
pub(in crate::interchange) struct Reader<'r> {
    xml: XmlReader<'r>,
    found: VecDeque<Entry>,
    told: BTreeSet<String>,
    source_lang: Option<String>,
    target_lang: Option<String>,
    original: Option<String>,
    unit: Option<String>,
    /// Segments that have no target yet.
    untranslated: u64,
    over: bool,
}

/// What a `trans-unit` or `unit` says about all of its segments.
#[derive(Default)]
struct Whole {
    notes: Vec<Note>,
    props: Vec<Prop>,
    extension: Option<String>,
    approved: bool,
}

/// A segment: its two sides, each in pieces, and its state.
#[derive(Default)]
struct Part {
    source: Vec<Content>,
    /// `seg-source` of 1.2.
    segmented: Vec<Content>,
    target: Vec<Content>,
    state: Option<String>,
    langs: [Option<String>; 2],
}

impl<'r> Reader<'r> {
    pub(in crate::interchange) fn new(input: Input<'r>) -> Self {
        Self {
            xml: XmlReader::new(Source::new(input.bytes, Kind::Xml), &input.name),
            found: VecDeque::new(),
            told: BTreeSet::new(),
            source_lang: None,
            target_lang: None,
            original: None,
            unit: None,
            untranslated: 0,
            over: false,
        }
    }

    fn step(&mut self) -> Result<bool> {
        self.xml.allow();
        for reason in self.xml.take_warnings() {
            self.warn(Position::start(), reason);
        }
        let token = self.xml.next()?;
        let at = self.xml.position();
        let attribute = |name: &str| self.xml.attribute(name).map(str::to_owned);
        match token {
            Token::Start if self.xml.depth() == 1 => {
                if self.xml.name() != "xliff" {
                    let reason = format!(
                        "expected the root element `xliff`, found `{}`: this is no XLIFF",
                        self.xml.name()
                    );
                    return Err(self.xml.fault(at, reason));
                }
                // 2.x names the languages here.
                (self.source_lang, self.target_lang) = (attribute("srcLang"), attribute("trgLang"));
            }
            Token::Start => match self.xml.name() {
                "file" => {
                    self.original = attribute("original");
                    if let Some(lang) = attribute("source-language") {
                        self.source_lang = Some(lang);
                        self.target_lang = attribute("target-language");
                    }
                }
                "trans-unit" | "unit" => self.read_unit(at)?,
                "bin-unit" | "skeleton" | "internal-file" => self.xml.skip()?,
                _ => {}
            },
            Token::Eof => {
                if self.untranslated > 0 {
                    let reason =
                        format!("{} segments without a target: no units", self.untranslated);
                    self.warn(at, reason);
                }
                return Ok(false);
            }
            Token::Text | Token::End => {}
        }
        Ok(true)
    }

    fn read_unit(&mut self, at: Position) -> Result<()> {
        let attribute = |name: &str| self.xml.attribute(name).map(str::to_owned);
        let is_old = self.xml.name() == "trans-unit";
        let id = attribute("id");
        self.unit.clone_from(&id);
        let mut whole = Whole {
            approved: attribute("approved").as_deref() == Some("yes"),
            ..Whole::default()
        };
        let names = [
            ("x-xliff-original", self.original.clone()),
            ("x-xliff-id", id),
            ("x-xliff-resname", attribute("resname")),
            ("x-xliff-name", attribute("name")),
        ];
        for (name, value) in names {
            whole.props.extend(value.map(|value| prop(name, value)));
        }
        let depth = self.xml.depth();
        let mut parts = Vec::new();
        let mut part = Part::default();
        let mut count = 0;
        while self.xml.depth() >= depth {
            match self.xml.next()? {
                Token::Start => {
                    count += 1;
                    if count > MAX_PARTS {
                        let reason = format!("more than {MAX_PARTS} elements in one unit");
                        return Err(self.xml.fault(self.xml.position(), reason));
                    }
                    self.element(&mut whole, &mut part)?;
                }
                Token::End if self.xml.ended() == "segment" => {
                    parts.push(std::mem::take(&mut part));
                }
                Token::Text | Token::End | Token::Eof => {}
            }
        }
        if is_old {
            parts.push(part);
        }
        let segments: usize = parts.iter().map(|part| part.segmented.len().max(1)).sum();
        let said = whole.notes.len() + whole.props.len();
        if parts.len() > MAX_SEGMENTS {
            return Err(self.xml.fault(at, too_many_segments()));
        }
        // Each segment becomes a unit that says all of it.
        if segments.saturating_mul(said) > MAX_SAID {
            let reason =
                format!("more than {MAX_SAID} notes and contexts over all segments of one unit");
            return Err(self.xml.fault(at, reason));
        }
        for part in parts {
            self.take(&whole, part, at);
        }
        self.unit = None;
        Ok(())
    }

    /// Reads the element that has just begun inside a unit.
    fn element(&mut self, whole: &mut Whole, part: &mut Part) -> Result<()> {
        let lang = self.xml.attribute("xml:lang").map(str::to_owned);
        match self.xml.name() {
            "source" => {
                part.langs[0] = lang;
                part.source = codes::read(&mut self.xml)?;
            }
            "seg-source" => part.segmented = codes::read(&mut self.xml)?,
            "target" => {
                part.langs[1] = lang;
                let state = self.xml.attribute("state").map(str::to_owned);
                part.state = state.or(part.state.take());
                part.target = codes::read(&mut self.xml)?;
            }
            "segment" => part.state = self.xml.attribute("state").map(str::to_owned),
            "note" => {
                let text = codes::text_of(&mut self.xml)?;
                whole.notes.push(Note {
                    text,
                    attributes: Vec::new(),
                });
            }
            "context" => {
                let kind = self.xml.attribute("context-type").unwrap_or("x-unknown");
                let name = format!("x-xliff-context-{kind}");
                let value = codes::text_of(&mut self.xml)?;
                whole.props.push(prop(&name, value));
            }
            "alt-trans" | "matches" | "mtc:matches" => {
                self.tell(
                    "proposals of other memories (`alt-trans`, `matches`) are no units: left out",
                );
                self.xml.skip()?;
            }
            "ignorable" => self.xml.skip()?,
            EXTENSION => whole.extension = Some(codes::text_of(&mut self.xml)?),
            _ => {}
        }
        Ok(())
    }

    /// Makes the units of a segment.
    fn take(&mut self, whole: &Whole, part: Part, at: Position) {
        let mut targets: FxHashMap<&str, &Content> = FxHashMap::default();
        for target in &part.target {
            if let Some(id) = &target.segment {
                targets.entry(id).or_insert(target);
            }
        }
        let pair = |source: &Content| {
            let target = targets.get(source.segment.as_deref()?)?;
            Some((source.clone(), (*target).clone()))
        };
        let mut pairs: Vec<(Content, Content)> = part.segmented.iter().filter_map(pair).collect();
        let segments = pairs.len();
        if pairs.is_empty() {
            let whole_of = |pieces: Vec<Content>| {
                let mut pieces = pieces.into_iter();
                let first = pieces.next().unwrap_or_default();
                // Segments that have no counterpart are one text.
                pieces.fold(first, |mut joined, piece| {
                    let shift = joined.text.len();
                    joined.text.push_str(&piece.text);
                    let codes = piece.codes.into_iter();
                    joined.codes.extend(codes.map(|mut code| {
                        code.at += shift;
                        code
                    }));
                    joined
                })
            };
            pairs.push((whole_of(part.source), whole_of(part.target)));
        }
        for (source, target) in pairs {
            if target.text.trim().is_empty() {
                self.untranslated += 1;
                continue;
            }
            let segment = source.segment.clone();
            let Some(mut unit) = self.unit_of(at, [source, target], &part.langs) else {
                continue;
            };
            unit.notes.clone_from(&whole.notes);
            unit.props.clone_from(&whole.props);
            if let (Some(segment), true) = (segment, segments > 1) {
                unit.props.push(prop("x-xliff-segment", segment));
            }
            let is_open = matches!(
                part.state.as_deref(),
                Some(
                    "new"
                        | "initial"
                        | "needs-translation"
                        | "needs-adaptation"
                        | "needs-l10n"
                        | "needs-review-adaptation"
                        | "needs-review-l10n"
                        | "needs-review-translation"
                )
            );
            unit.status = if whole.approved || !is_open {
                Status::Confirmed
            } else {
                Status::Automatic
            };
            if let Some(rest) = &whole.extension {
                self.take_extension(rest, &mut unit, whole, at);
            }
            self.found.push_back(Entry::Unit {
                unit,
                line: at.line,
                column: at.column,
            });
        }
    }

    /// Gives a unit back what diglot wrote beside it; what another tool said since then counts.
    fn take_extension(
        &mut self,
        rest: &str,
        unit: &mut TranslationUnit,
        whole: &Whole,
        at: Position,
    ) {
        let said = unit.status;
        match take_rest(rest, unit) {
            Err(reason) => self.warn(at, format!("`{EXTENSION}` is left out: {reason}")),
            Ok(()) => {
                let new = whole
                    .notes
                    .iter()
                    .filter(|note| !unit.notes.iter().any(|known| known.text == note.text));
                let new: Vec<Note> = new.cloned().collect();
                unit.notes.extend(new);
                match (said, unit.status) {
                    (Status::Confirmed, _) if whole.approved => unit.status = said,
                    (_, Status::Confirmed) if !whole.approved => unit.status = Status::Automatic,
                    _ => {}
                }
            }
        }
    }

    fn unit_of(
        &mut self,
        at: Position,
        sides: [Content; 2],
        langs: &[Option<String>; 2],
    ) -> Option<TranslationUnit> {
        let told = [self.source_lang.clone(), self.target_lang.clone()];
        let mut unit = TranslationUnit::default();
        for (side, content) in sides.into_iter().enumerate() {
            let tag = langs[side]
                .clone()
                .or(told[side].clone())
                .unwrap_or_default();
            let Ok(lang) = Lang::new(&tag) else {
                self.warn(
                    at,
                    format!(
                        "no language of the {}: left out",
                        ["source", "target"][side]
                    ),
                );
                return None;
            };
            let Ok(mut variant) = Variant::new(lang, content.text) else {
                self.warn(at, "a segment without text: left out");
                return None;
            };
            variant.codes = content.codes;
            unit.variants.push(variant);
        }
        unit.source_lang = Some(unit.variants[0].lang.clone());
        Some(unit)
    }

    fn warn(&mut self, at: Position, reason: impl Into<String>) {
        self.found.push_back(Entry::Warning(Warning {
            line: at.line,
            column: at.column,
            unit: self.unit.clone(),
            reason: reason.into(),
        }));
    }

    /// Warns of something that is likely to go through the whole file: once.
    fn tell(&mut self, reason: &str) {
        if self.told.len() < REMEMBERED && self.told.insert(reason.to_owned()) {
            self.warn(self.xml.position(), reason);
        }
    }
}

fn prop(name: &str, value: String) -> Prop {
    Prop {
        name: name.to_owned(),
        value,
        attributes: Vec::new(),
    }
}

impl Iterator for Reader<'_> {
    type Item = Result<Entry>;

    fn next(&mut self) -> Option<Result<Entry>> {
        loop {
            if let Some(entry) = self.found.pop_front() {
                return Some(Ok(entry));
            }
            if self.over {
                return None;
            }
            match self.step() {
                Ok(more) => self.over = !more,
                Err(error) => {
                    self.over = true;
                    return Some(Err(error));
                }
            }
        }
    }
}
