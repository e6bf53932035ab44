//! Reading TMX as it is found, unit by unit.
//!
//! The rule: what is not well-formed ends the reading; what breaks TMX but can be understood is understood, with a warning; a unit is left
//! out only when no text of it is usable, with a warning too. What a tool does throughout a file is told once.

use std::collections::{BTreeSet, VecDeque};
use std::io::{BufRead, BufReader};

use super::super::source::{Kind, Position, Source};
use super::super::xml::grammar::is_space;
use super::super::xml::{Token, XmlReader};
use super::super::{Entry, Input, Warning};
use super::attributes;
use super::mend::{Mended, Mender};
use crate::error::{Error, Result};

/// The versions that are known; what Okapi and others write as `1.4b` is 1.4.
const VERSIONS: [&str; 5] = ["1.1", "1.2", "1.3", "1.4", "1.4b"];

/// How many different peculiarities of a file are remembered so that each is told once; further ones are told each time.
const REMEMBERED: usize = 1_000;

/// How many warnings on one unit are given; a last one says that there are more.
const MAX_WARNINGS: usize = 1_000;

/// The entries of a TMX document, read as they are asked for; after an error nothing more comes.
pub(in crate::interchange) struct Reader<'r> {
    pub(super) xml: XmlReader<'r>,
    stage: Stage,
    pub(super) found: VecDeque<Entry>,
    failure: Option<Error>,
    told: BTreeSet<String>,
    /// `srclang` of the header.
    pub(super) source_lang: Option<String>,
    /// Whether languages were seen in `xml:lang`, and in `lang` as up to TMX 1.1.
    pub(super) lang_names: [bool; 2],
    /// How many units began.
    pub(super) units: u64,
    /// How many elements the unit that is being read has so far.
    pub(super) parts: usize,
    /// What the unit that is being read is called in warnings, its identifier.
    pub(super) unit_id: Option<String>,
    /// What was mended in the bytes, when they are.
    mended: Option<Mended>,
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
            let step = self.step();
            if let Some(mended) = &self.mended {
                // A place is told before the unit that it belongs to.
                for (at, reason) in mended.take().into_iter().rev() {
                    self.found.push_front(Entry::Warning(Warning {
                        line: at.line,
                        column: at.column,
                        unit: None,
                        reason,
                    }));
                }
            }
            match step {
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
    pub(in crate::interchange) fn new(input: impl BufRead + 'r, name: &str) -> Self {
        Self::of(Source::new(input, Kind::Xml), name)
    }

    /// Returns the entries that can be had of a broken input, with a warning for every place that was mended.
    pub(in crate::interchange) fn mending(input: Input<'r>) -> Self {
        let mender = Mender::new(input.bytes);
        let mended = mender.mended();
        let mut reader = Self::of(Source::new(BufReader::new(mender), Kind::Xml), &input.name);
        reader.mended = Some(mended);
        reader
    }

    fn of(source: Source<'r>, name: &str) -> Self {
        Self {
            xml: XmlReader::new(source, name),
            stage: Stage::Start,
            found: VecDeque::new(),
            failure: None,
            told: BTreeSet::new(),
            source_lang: None,
            lang_names: [false; 2],
            units: 0,
            parts: 0,
            unit_id: None,
            mended: None,
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

    pub(super) fn skip_stranger(&mut self, parent: &str) -> Result<()> {
        let reason = format!(
            "`{}` does not belong into `{parent}`: left out",
            self.xml.name()
        );
        self.warn(self.xml.position(), reason);
        self.xml.skip()
    }

    pub(super) fn stray_text(&mut self) {
        if !self.xml.text().chars().all(is_space) {
            self.warn(
                self.xml.position(),
                "text outside of `seg`, `note` and `prop`: left out",
            );
        }
    }

    pub(super) fn warn(&mut self, at: Position, reason: impl Into<String>) {
        let reason = match self.found.len() {
            0..MAX_WARNINGS => reason.into(),
            MAX_WARNINGS => "there is more of this kind here".to_owned(),
            _ => return,
        };
        let unit = self
            .unit_id
            .clone()
            .or_else(|| (self.stage == Stage::Body).then(|| format!("#{}", self.units)));
        self.found.push_back(Entry::Warning(Warning {
            line: at.line,
            column: at.column,
            unit,
            reason,
        }));
    }

    /// Warns of something that is likely to go through the whole file: once.
    pub(super) fn tell(&mut self, at: Position, reason: String) {
        if self.told.contains(&reason) {
            return;
        }
        if self.told.len() < REMEMBERED {
            self.told.insert(reason.clone());
        }
        self.warn(at, reason);
    }
}
