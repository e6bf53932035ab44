//! The links of OPUS and XCES (`cesAlign`) with the two documents they lead into.
//!
//! The rule: a document is read because the user named it, never because the links do. A link names sentences of both documents by their
//! identifiers, `xtargets="s1 s2;s1"`. Documents are XML with `s` elements (as text or as `w` tokens) or plain text, whose lines count
//! from 1. A link's `certainty` is whatever score its maker had, so it is kept as a property. Sources: N. Ide and others, XCES, 2000; J. Tiedemann, OPUS.

use std::collections::HashMap;
use std::io::{BufRead as _, Write};

use super::lines::{Lines, warning};
use super::pair::{self, Pair, push_line};
use super::source::{Kind, Position, Source};
use super::steps::{self, Steps};
use super::xml::escape::{push_attribute, push_text};
use super::xml::grammar::is_space;
use super::xml::{Token, XmlReader};
use super::{Entry, Input, Losses, ReadOptions, WriteOptions, write_error};
use crate::error::Result;
use crate::model::{Lang, Prop, Status, TranslationUnit};

/// The property that keeps a link's certainty.
const CERTAINTY: &str = "x-certainty";

/// The most bytes of sentences that one document may hold.
const MAX_DOCUMENT: usize = 1 << 30;

/// The entries of links into two documents, read as they are asked for; after an error nothing more comes.
pub(super) struct Reader<'r> {
    links: XmlReader<'r>,
    name: String,
    /// The documents, until they are read.
    unread: Option<[Input<'r>; 2]>,
    encoding: Option<String>,
    names: [String; 2],
    told: Vec<Lang>,
    languages: Option<[Lang; 2]>,
    documents: [HashMap<String, String>; 2],
    groups: u64,
    left_out: u64,
    steps: Steps,
}

impl<'r> Reader<'r> {
    pub(super) fn new(inputs: [Input<'r>; 3], options: &ReadOptions) -> Result<Self> {
        let [links, source, target] = inputs;
        Ok(Self {
            links: XmlReader::new(Source::new(links.bytes, Kind::Xml), &links.name),
            name: links.name,
            names: [source.name.clone(), target.name.clone()],
            unread: Some([source, target]),
            encoding: options.encoding.clone(),
            told: options.languages.clone(),
            languages: None,
            documents: [HashMap::new(), HashMap::new()],
            groups: 0,
            left_out: 0,
            steps: Steps::default(),
        })
    }

    fn step(&mut self) -> Result<bool> {
        if let Some(inputs) = self.unread.take() {
            for (side, input) in inputs.into_iter().enumerate() {
                let tokens =
                    read_document(input, self.encoding.as_deref(), &mut self.documents[side])?;
                if tokens {
                    let reason = format!(
                        "`{}` holds tokens: they were joined by spaces, as the original spacing is not known",
                        self.names[side]
                    );
                    self.warn(Position::start(), reason);
                }
            }
        }
        self.links.allow();
        let token = self.links.next()?;
        let at = self.links.position();
        match token {
            Token::Start if self.links.depth() == 1 && self.links.name() != "cesAlign" => {
                let reason = format!(
                    "expected the root element `cesAlign`, found `{}`",
                    self.links.name()
                );
                return Err(self.links.fault(at, reason));
            }
            Token::Start if self.links.name() == "linkGrp" => self.group(at)?,
            Token::Start if self.links.name() == "link" => self.link(at)?,
            Token::Eof => {
                if self.left_out > 0 {
                    let reason = format!(
                        "{} links without a sentence on one side: no units",
                        self.left_out
                    );
                    self.warn(at, reason);
                }
                return Ok(false);
            }
            _ => {}
        }
        Ok(true)
    }

    /// Takes up a group of links, if it is about the documents at hand.
    fn group(&mut self, at: Position) -> Result<()> {
        self.groups += 1;
        let named = ["fromDoc", "toDoc"]
            .map(|name| self.links.attribute(name).unwrap_or_default().to_owned());
        let fits = named
            .iter()
            .zip(&self.names)
            .all(|(named, given)| stem(named) == stem(given));
        if !fits && self.groups > 1 {
            let reason = format!(
                "links between `{}` and `{}`, which are not the documents named: left out",
                named[0], named[1]
            );
            self.warn(at, reason);
            return self.links.skip();
        }
        if !fits {
            let reason = format!(
                "the links are between `{}` and `{}`: taken for the documents named",
                named[0], named[1]
            );
            self.warn(at, reason);
        }
        if self.languages.is_none() {
            // OPUS keeps a folder for each language.
            let folder = |path: &String| {
                let folder = path
                    .split('/')
                    .next()
                    .filter(|folder| folder.len() < path.len());
                folder
                    .and_then(|folder| Lang::new(folder).ok())
                    .filter(|lang| lang.primary().len() <= 3)
            };
            self.languages = match named.each_ref().map(folder) {
                [Some(from), Some(to)] if self.told.is_empty() && from != to => Some([from, to]),
                _ => Some(pair::told(&self.told, &self.name)?.map(Lang::clone)),
            };
        }
        Ok(())
    }

    fn link(&mut self, at: Position) -> Result<()> {
        let targets = self
            .links
            .attribute("xtargets")
            .unwrap_or_default()
            .to_owned();
        let certainty = self.links.attribute("certainty").map(str::to_owned);
        let Some((source, target)) = targets.split_once(';') else {
            return Err(self
                .links
                .fault(at, "expected `xtargets=\"source;target\"`"));
        };
        let mut texts = [String::new(), String::new()];
        for (side, ids) in [source, target].into_iter().enumerate() {
            for id in ids.split_whitespace() {
                let Some(sentence) = self.documents[side].get(id) else {
                    let reason = format!("`{}` has no sentence `{id}`", self.names[side]);
                    return Err(self.links.fault(at, reason));
                };
                if !texts[side].is_empty() {
                    texts[side].push(' ');
                }
                texts[side].push_str(sentence);
            }
        }
        if texts.iter().any(String::is_empty) {
            self.left_out += 1;
            return Ok(());
        }
        let languages = match &self.languages {
            Some(languages) => languages.clone(),
            None => pair::told(&self.told, &self.name)?.map(Lang::clone),
        };
        let [from, to] = &languages;
        let texts = texts.each_ref().map(|text| (text.as_str(), at));
        let mut entries = pair::unit_of([from, to], texts, None, at);
        if let (Some(Entry::Unit { unit, .. }), Some(certainty)) = (entries.last_mut(), certainty) {
            unit.status = Status::Automatic;
            unit.props.push(Prop {
                name: CERTAINTY.to_owned(),
                value: certainty,
                attributes: Vec::new(),
            });
        }
        self.steps.found.extend(entries);
        Ok(())
    }

    fn warn(&mut self, at: Position, reason: String) {
        self.steps
            .found
            .push_back(Entry::Warning(warning(at, reason)));
    }
}

/// Returns a file's name without folders and endings of compression.
fn stem(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.trim_end_matches(".gz")
}

/// Reads a document's sentences by their identifiers; says whether they were made of tokens.
fn read_document(
    mut input: Input<'_>,
    encoding: Option<&str>,
    sentences: &mut HashMap<String, String>,
) -> Result<bool> {
    let first = input.bytes.fill_buf().unwrap_or_default();
    let is_xml = first.trim_ascii_start().starts_with(b"<")
        || first.starts_with(b"\xEF\xBB\xBF<")
        || first.starts_with(b"\x1F\x8B")
        || first.starts_with(b"\xFF\xFE<");
    if !is_xml {
        let mut lines = Lines::new(input, encoding)?;
        let mut number = 0_u64;
        while let Some(line) = lines.next()? {
            number += 1;
            sentences.insert(number.to_string(), line.trim().to_owned());
        }
        return Ok(false);
    }
    let mut xml = XmlReader::new(Source::new(input.bytes, Kind::Xml), &input.name);
    let (mut id, mut text, mut tokens, mut bytes) = (None, String::new(), false, 0);
    loop {
        xml.allow();
        match xml.next()? {
            Token::Start if xml.name() == "s" => {
                id = xml.attribute("id").map(str::to_owned);
                text.clear();
            }
            Token::Start if xml.name() == "w" => {
                tokens = true;
                text.push(' ');
            }
            Token::Text if id.is_some() => text.push_str(xml.text()),
            Token::End if xml.ended() == "s" => {
                if let Some(id) = id.take() {
                    let words = text.split(is_space).filter(|word| !word.is_empty());
                    let sentence = words.collect::<Vec<_>>().join(" ");
                    bytes += sentence.len();
                    if bytes > MAX_DOCUMENT {
                        return Err(xml.fault(xml.position(), "the document is too large"));
                    }
                    sentences.insert(id, sentence);
                }
            }
            Token::Eof => return Ok(tokens),
            _ => {}
        }
    }
}

impl Iterator for Reader<'_> {
    type Item = Result<Entry>;

    fn next(&mut self) -> Option<Result<Entry>> {
        steps::next(self, |reader| &mut reader.steps, Self::step)
    }
}

/// A writer of links and two documents.
pub(super) struct Writer<W> {
    outputs: [W; 3],
    names: Vec<String>,
    pair: Pair,
    losses: Losses,
    links: u64,
}

impl<W: Write> Writer<W> {
    pub(super) fn new(outputs: [W; 3], options: &WriteOptions) -> Result<Self> {
        Ok(Self {
            outputs,
            names: options.names.clone(),
            pair: Pair::new(options),
            losses: Losses::default(),
            links: 0,
        })
    }

    /// Writes the beginnings of the three files, once the languages are known.
    fn begin(&mut self) -> Result<()> {
        const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
        let name = |side: usize, otherwise: &str| match self.names.get(side + 1) {
            Some(name) => name.clone(),
            None => otherwise.to_owned(),
        };
        let mut group = " <linkGrp targType=\"s\"".to_owned();
        push_attribute(&mut group, "fromDoc", &name(0, "source.xml"));
        push_attribute(&mut group, "toDoc", &name(1, "target.xml"));
        let links = format!(
            "{DECLARATION}<!DOCTYPE cesAlign PUBLIC \"-//CES//DTD XML cesAlign//EN\" \"\">\n<cesAlign version=\"1.0\">\n{group}>\n"
        );
        let document = format!("{DECLARATION}<text>\n");
        for (output, text) in self.outputs.iter_mut().zip([&links, &document, &document]) {
            output.write_all(text.as_bytes()).map_err(write_error)?;
        }
        Ok(())
    }

    pub(super) fn write(&mut self, unit: &TranslationUnit) -> Result<()> {
        let Some(sides) = self.pair.sides(unit, &mut self.losses) else {
            return Ok(());
        };
        if self.links == 0 {
            self.begin()?;
        }
        self.links += 1;
        let kept = unit.props.iter().find(|prop| prop.name == CERTAINTY);
        let number = self.links;
        let mut link = format!("  <link id=\"SL{number}\" xtargets=\"{number};{number}\"");
        match (kept, unit.probability) {
            (Some(prop), _) => drop(push_attribute(&mut link, "certainty", &prop.value)),
            (None, Some(p)) => drop(push_attribute(&mut link, "certainty", &p.to_string())),
            (None, None) => {}
        }
        link.push_str("/>\n");
        let mut lines = vec![link];
        for side in sides {
            let mut text = String::new();
            self.losses.characters += push_line(&mut text, side.text());
            let mut line = format!("<s id=\"{number}\">");
            self.losses.characters += push_text(&mut line, &text);
            line.push_str("</s>\n");
            lines.push(line);
        }
        for (output, line) in self.outputs.iter_mut().zip(&lines) {
            output.write_all(line.as_bytes()).map_err(write_error)?;
        }
        self.losses.codes += pair::codes(sides);
        self.losses.properties += pair::details(unit, sides) - u64::from(kept.is_some());
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<(Vec<W>, Losses)> {
        if self.links == 0 {
            self.begin()?;
        }
        let ends = [" </linkGrp>\n</cesAlign>\n", "</text>\n", "</text>\n"];
        for (output, end) in self.outputs.iter_mut().zip(ends) {
            output.write_all(end.as_bytes()).map_err(write_error)?;
        }
        Ok((self.outputs.into(), self.losses))
    }
}
