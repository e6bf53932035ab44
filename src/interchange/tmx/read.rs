//! Reading TMX as it is found, unit by unit.
//!
//! The rule: what is not well-formed ends the reading; what breaks TMX but can be understood is understood, with a warning; a unit is left
//! out only when no text of it is usable, with a warning too. What a tool does throughout a file is told once.

use std::collections::{BTreeSet, VecDeque};
use std::io::BufRead;

use super::super::source::{Kind, Position, Source};
use super::super::xml::{Token, XmlReader, is_space};
use super::super::{Entry, Warning};
use super::{ANY_LANGUAGE, attributes, markup, own};
use crate::error::{Error, Result};
use crate::model::{History, Lang, Note, Prop, Status, TranslationUnit, Variant};

/// The versions that are known; what Okapi and others write as `1.4b` is 1.4.
const VERSIONS: [&str; 5] = ["1.1", "1.2", "1.3", "1.4", "1.4b"];

/// How many different peculiarities of a file are remembered so that each is told once; further ones are told each time.
const REMEMBERED: usize = 1_000;

/// The name of a property without one.
const UNNAMED: &str = "x-unnamed";

/// The entries of a TMX document, read as they are asked for; after an error nothing more comes.
pub struct Reader<'r> {
    xml: XmlReader<'r>,
    stage: Stage,
    found: VecDeque<Entry>,
    failure: Option<Error>,
    told: BTreeSet<String>,
    /// `srclang` of the header.
    source_lang: Option<String>,
    /// Whether languages were seen in `xml:lang`, and in `lang` as up to TMX 1.1.
    lang_names: [bool; 2],
    /// How many units began.
    units: u64,
    /// What the unit that is being read is called in warnings, its identifier.
    unit_id: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Before the root.
    Start,
    /// Inside the root: whether header and body came.
    Root { header: bool, body: bool },
    /// Inside the body.
    Body,
    /// Behind the root.
    End,
    /// Nothing more comes.
    Over,
}

impl Iterator for Reader<'_> {
    type Item = Result<Entry>;

    fn next(&mut self) -> Option<Result<Entry>> {
        loop {
            if let Some(entry) = self.found.pop_front() {
                return Some(Ok(entry));
            }
            if let Some(error) = self.failure.take() {
                return Some(Err(error));
            }
            if self.stage == Stage::Over {
                return None;
            }
            self.xml.allow();
            for reason in self.xml.take_warnings() {
                self.warn(Position::start(), reason);
            }
            match self.step() {
                Ok(stage) => self.stage = stage,
                Err(error) => {
                    self.stage = Stage::Over;
                    self.failure = Some(error);
                }
            }
        }
    }
}

impl<'r> Reader<'r> {
    /// Returns the entries of `input`; `name` stands for it in messages.
    pub fn new(input: impl BufRead + 'r, name: &str) -> Self {
        Self {
            xml: XmlReader::new(Source::new(input, Kind::Xml), name),
            stage: Stage::Start,
            found: VecDeque::new(),
            failure: None,
            told: BTreeSet::new(),
            source_lang: None,
            lang_names: [false; 2],
            units: 0,
            unit_id: None,
        }
    }

    /// Reads one thing at the level where the reader is, and returns where it is then.
    fn step(&mut self) -> Result<Stage> {
        let token = self.xml.next()?;
        let at = self.xml.position();
        Ok(match (self.stage, token) {
            (Stage::Start, Token::Start) => {
                self.root(at)?;
                Stage::Root {
                    header: false,
                    body: false,
                }
            }
            (Stage::Root { header, body }, Token::Start) => match self.xml.name() {
                "header" if !header && !body => {
                    self.header(at)?;
                    Stage::Root { header: true, body }
                }
                "body" if !body => {
                    if !header {
                        self.warn(at, "no `header` before the `body`");
                    }
                    Stage::Body
                }
                _ => {
                    self.skip_stranger("tmx")?;
                    self.stage
                }
            },
            (Stage::Body, Token::Start) if self.xml.name() == "tu" => {
                self.unit(at)?;
                self.stage
            }
            (Stage::Body, Token::Start) => {
                self.skip_stranger("body")?;
                self.stage
            }
            (_, Token::Text) => {
                self.stray_text();
                self.stage
            }
            (Stage::Body, Token::End) => Stage::Root {
                header: true,
                body: true,
            },
            (Stage::Root { body, .. }, Token::End) => {
                if !body {
                    self.warn(at, "no `body`: the file holds no units");
                }
                Stage::End
            }
            (_, Token::End) => Stage::End,
            (_, Token::Start) => self.stage,
            (_, Token::Eof) => Stage::Over,
        })
    }

    fn root(&mut self, at: Position) -> Result<()> {
        self.document_type();
        if self.xml.name() != "tmx" {
            let reason = format!(
                "expected the root element `tmx`, found `{}`: this is no TMX",
                self.xml.name()
            );
            return Err(self.xml.fault(at, reason));
        }
        match self.xml.attribute("version") {
            None => self.warn(at, "`tmx` without a version: read as 1.4"),
            Some(version) if VERSIONS.contains(&version) => {}
            Some(version) => {
                let reason = format!("unknown version `{version}`: read as 1.4");
                self.warn(at, reason);
            }
        }
        Ok(())
    }

    /// Tells of a document type that wants more than to name TMX's own.
    fn document_type(&mut self) {
        let Some((at, text)) = self.xml.document_type() else {
            return;
        };
        if text.contains("<!ENTITY") {
            self.warn(at, "the document type declares entities: none is expanded");
        } else if text.contains("://") {
            self.warn(
                at,
                "the document type points to the network: nothing is fetched",
            );
        }
    }

    fn header(&mut self, at: Position) -> Result<()> {
        let missing: Vec<String> = attributes::HEADER
            .iter()
            .filter(|name| self.xml.attribute(name).is_none())
            .map(|name| format!("`{name}`"))
            .collect();
        if !missing.is_empty() {
            self.warn(at, format!("the header lacks {}", missing.join(", ")));
        }
        if let Some(reason) = self
            .xml
            .attribute("segtype")
            .and_then(|value| attributes::fit("segtype", value).err())
        {
            self.warn(at, format!("`segtype` of the header is {reason}"));
        }
        self.source_lang = self.xml.attribute("srclang").map(str::to_owned);
        let depth = self.xml.depth();
        while self.xml.depth() >= depth {
            if self.xml.next()? == Token::Start {
                let reason = format!(
                    "`{}` of the header belongs to no unit: left out",
                    self.xml.name()
                );
                self.tell(self.xml.position(), reason);
            }
        }
        Ok(())
    }

    fn unit(&mut self, at: Position) -> Result<()> {
        self.units += 1;
        let mut unit = TranslationUnit {
            status: Status::Confirmed,
            ..TranslationUnit::default()
        };
        unit.id = self.xml.attribute("tuid").map(str::to_owned);
        self.unit_id.clone_from(&unit.id);
        let source_lang = self.xml.attribute("srclang").map(str::to_owned);
        (unit.history, unit.props) = self.history("tu", attributes::TU, &["tuid", "srclang"]);
        let mut variants_began = false;
        loop {
            match self.xml.next()? {
                Token::Start => {
                    let at = self.xml.position();
                    match self.xml.name() {
                        "tuv" => {
                            variants_began = true;
                            unit.variants.extend(self.variant(at)?);
                        }
                        "note" | "prop" if variants_began => {
                            self.tell(
                                at,
                                format!(
                                    "`{}` after `tuv`: it should stand before",
                                    self.xml.name()
                                ),
                            );
                            self.remark(&mut unit)?;
                        }
                        "note" | "prop" => self.remark(&mut unit)?,
                        _ => self.skip_stranger("tu")?,
                    }
                }
                Token::Text => self.stray_text(),
                Token::End | Token::Eof => break,
            }
        }
        if unit.variants.is_empty() {
            self.warn(at, "a unit without any text: left out");
        } else {
            unit.source_lang = self.resolve_source(at, source_lang, &unit.variants);
            self.found.push_back(Entry::Unit {
                unit,
                line: at.line,
                column: at.column,
            });
        }
        self.unit_id = None;
        Ok(())
    }

    /// Reads a note or property of a unit.
    fn remark(&mut self, unit: &mut TranslationUnit) -> Result<()> {
        let at = self.xml.position();
        if self.xml.name() == "note" {
            unit.notes.push(self.note()?);
            return Ok(());
        }
        let prop = self.prop()?;
        match own::take_unit(unit, &prop) {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(reason) => self.warn(
                at,
                format!("the property `{}` is kept as it is: {reason}", prop.name),
            ),
        }
        unit.props.push(prop);
        Ok(())
    }

    /// Reads a variant; `None` when it has no usable text.
    fn variant(&mut self, at: Position) -> Result<Option<Variant>> {
        let tag = self
            .xml
            .attribute("xml:lang")
            .or_else(|| self.xml.attribute("lang"))
            .map(str::to_owned);
        let by_name = usize::from(self.xml.attribute("xml:lang").is_none());
        self.lang_names[by_name] |= tag.is_some();
        if self.lang_names == [true, true] {
            self.tell(
                at,
                "some languages are in `xml:lang`, some in `lang`: both are read".to_owned(),
            );
        }
        let (history, mut props) = self.history("tuv", attributes::TUV, &["xml:lang", "lang"]);
        let (mut notes, mut places, mut content) = (Vec::new(), Vec::new(), None);
        loop {
            match self.xml.next()? {
                Token::Start => {
                    let at = self.xml.position();
                    let name = self.xml.name();
                    if matches!(name, "note" | "prop") && content.is_some() {
                        let reason = format!("`{name}` after `seg`: it should stand before");
                        self.tell(at, reason);
                    }
                    match self.xml.name() {
                        "note" => notes.push(self.note()?),
                        "prop" => {
                            let prop = self.prop()?;
                            match own::take_place(&prop) {
                                Ok(Some(place)) => places.push(place),
                                Ok(None) => props.push(prop),
                                Err(reason) => {
                                    self.warn(
                                        at,
                                        format!(
                                            "the property `{}` is kept as it is: {reason}",
                                            prop.name
                                        ),
                                    );
                                    props.push(prop);
                                }
                            }
                        }
                        "seg" if content.is_none() => content = Some(markup::read(&mut self.xml)?),
                        "seg" => {
                            self.warn(at, "a second `seg` in one `tuv`: left out");
                            self.xml.skip()?;
                        }
                        _ => self.skip_stranger("tuv")?,
                    }
                }
                Token::Text => self.stray_text(),
                Token::End | Token::Eof => break,
            }
        }
        let Some(content) = content else {
            self.warn(at, "`tuv` without `seg`: left out");
            return Ok(None);
        };
        for remark in content.remarks {
            self.tell(remark.at, remark.reason);
        }
        let Some(lang) = self.lang(at, tag) else {
            return Ok(None);
        };
        let Ok(mut variant) = Variant::new(lang, content.text) else {
            self.warn(at, "a `seg` without text: left out");
            return Ok(None);
        };
        variant.codes = content.codes;
        variant.places = places;
        variant.history = history;
        variant.notes = notes;
        variant.props = props;
        Ok(Some(variant))
    }

    fn lang(&mut self, at: Position, tag: Option<String>) -> Option<Lang> {
        let Some(tag) = tag else {
            self.warn(at, "`tuv` without a language: left out");
            return None;
        };
        let Ok(lang) = Lang::new(&tag) else {
            self.warn(
                at,
                format!(
                    "`tuv` in `{tag}`, which is no language tag such as `ru` or `en-GB`: left out"
                ),
            );
            return None;
        };
        if lang.primary().len() > 3 {
            self.tell(
                at,
                format!("the language `{tag}` is a name rather than a tag such as `ru` or `en-GB`"),
            );
        } else if tag.contains('_') {
            self.tell(at, format!("the language `{tag}` was read as `{lang}`"));
        }
        Some(lang)
    }

    /// Returns the source language as one of the variants has it: the tag itself, else one that it covers.
    fn resolve_source(
        &mut self,
        at: Position,
        of_unit: Option<String>,
        variants: &[Variant],
    ) -> Option<Lang> {
        let declared = of_unit.or_else(|| self.source_lang.clone())?;
        if declared == ANY_LANGUAGE {
            return None;
        }
        let lang = Lang::new(&declared).ok();
        let found = lang.and_then(|lang| {
            let exact = variants.iter().find(|variant| variant.lang == lang);
            exact.or_else(|| variants.iter().find(|variant| lang.covers(&variant.lang)))
        });
        if found.is_none() {
            self.tell(
                at,
                format!(
                    "no text in the source language `{declared}`: any language counts as the source"
                ),
            );
        }
        found.map(|variant| variant.lang.clone())
    }

    /// Returns the attributes of the element that has just begun as its history, in TMX's order, and those that TMX does not
    /// know as properties; `others` have fields of their own.
    fn history(&mut self, owner: &str, known: &[&str], others: &[&str]) -> (History, Vec<Prop>) {
        let at = self.xml.position();
        let (mut history, mut props) = (History::default(), Vec::new());
        if self.xml.attributes().is_empty() {
            return (history, props);
        }
        let given = self.xml.attributes().to_vec();
        for (name, value) in given
            .iter()
            .filter(|(name, _)| !others.contains(&name.as_str()) && !is_namespace(name))
        {
            if !known.contains(&name.as_str()) {
                let prop = format!("x-{}", name.replace(':', "-"));
                self.tell(at, format!("the attribute `{name}` of `{owner}` is not TMX: kept as the property `{prop}`"));
                props.push(Prop {
                    name: prop,
                    value: value.clone(),
                    attributes: Vec::new(),
                });
            }
        }
        for &name in known {
            let Some((_, value)) = given.iter().find(|(given, _)| given == name) else {
                continue;
            };
            match attributes::fit(name, value) {
                Ok(fitting) => {
                    if fitting != value.as_str() {
                        self.tell(at, format!("`{name}` was brought to the form of TMX, in UTC: `{value}` is `{fitting}`"));
                    }
                    history
                        .attributes
                        .push((name.to_owned(), fitting.into_owned()));
                }
                Err(reason) => self.warn(at, format!("`{name}` is `{value}`, {reason}: left out")),
            }
        }
        (history, props)
    }

    fn note(&mut self) -> Result<Note> {
        let attributes = self.note_attributes("note");
        Ok(Note {
            text: self.content()?,
            attributes,
        })
    }

    fn prop(&mut self) -> Result<Prop> {
        let name = self.xml.attribute("type").map(str::to_owned);
        if name.is_none() {
            self.tell(
                self.xml.position(),
                format!("`prop` without a type: kept as `{UNNAMED}`"),
            );
        }
        let attributes = self.note_attributes("prop");
        Ok(Prop {
            name: name.unwrap_or_else(|| UNNAMED.to_owned()),
            value: self.content()?,
            attributes,
        })
    }

    fn note_attributes(&mut self, owner: &str) -> Vec<(String, String)> {
        let at = self.xml.position();
        let mut kept = Vec::new();
        if self.xml.attributes().is_empty() {
            return kept;
        }
        let given = self.xml.attributes().to_vec();
        for (name, value) in given
            .iter()
            .filter(|(name, _)| name != "type" && !is_namespace(name))
        {
            let tmx_name = if name == "lang" { "xml:lang" } else { name };
            let known = attributes::NOTE.contains(&tmx_name)
                && !kept.iter().any(|(kept, _)| kept == tmx_name);
            match attributes::fit(tmx_name, value) {
                Ok(value) if known => kept.push((tmx_name.to_owned(), value.into_owned())),
                _ => self.tell(
                    at,
                    format!("the attribute `{name}` of `{owner}`, `{value}`, is not TMX: left out"),
                ),
            }
        }
        kept.sort_by_key(|(name, _)| attributes::NOTE.iter().position(|known| known == name));
        kept
    }

    /// Reads the text of a note or property up to its end.
    fn content(&mut self) -> Result<String> {
        let depth = self.xml.depth();
        let mut text = String::new();
        while self.xml.depth() >= depth {
            match self.xml.next()? {
                Token::Text => text.push_str(self.xml.text()),
                Token::Start => {
                    let reason = format!(
                        "`{}` inside a note or property: only its text is kept",
                        self.xml.name()
                    );
                    self.tell(self.xml.position(), reason);
                }
                Token::End | Token::Eof => {}
            }
        }
        Ok(text)
    }

    fn skip_stranger(&mut self, parent: &str) -> Result<()> {
        let reason = format!(
            "`{}` does not belong into `{parent}`: left out",
            self.xml.name()
        );
        self.warn(self.xml.position(), reason);
        self.xml.skip()
    }

    fn stray_text(&mut self) {
        if !self.xml.text().chars().all(is_space) {
            self.warn(
                self.xml.position(),
                "text outside of `seg`, `note` and `prop`: left out",
            );
        }
    }

    fn warn(&mut self, at: Position, reason: impl Into<String>) {
        let unit = self
            .unit_id
            .clone()
            .or_else(|| (self.stage == Stage::Body).then(|| format!("#{}", self.units)));
        self.found.push_back(Entry::Warning(Warning {
            line: at.line,
            column: at.column,
            unit,
            reason: reason.into(),
        }));
    }

    /// Warns of something that is likely to go through the whole file: once.
    fn tell(&mut self, at: Position, reason: String) {
        if self.told.contains(&reason) {
            return;
        }
        if self.told.len() < REMEMBERED {
            self.told.insert(reason.clone());
        }
        self.warn(at, reason);
    }
}

fn is_namespace(attribute: &str) -> bool {
    attribute == "xmlns" || attribute.starts_with("xmlns:")
}
