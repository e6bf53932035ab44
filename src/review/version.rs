//! One version of a release: its sentences as a sheet shows them, in pieces where a link begins or ends inside one.

use std::collections::BTreeSet;

use crate::memory::{StoredDocument, StoredSegment};
use crate::model::{Block, Document, Segment, Side, Spot, Stretch};

/// One version.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// The document.
    pub document: StoredDocument,
    /// What is shown: its sentences, and of those in which links meet the pieces.
    pub segments: Vec<StoredSegment>,
    /// Where in the document each of them stands.
    pub stretches: Vec<Stretch>,
    /// The sentences as the document has them.
    sentences: Vec<StoredSegment>,
}

impl Version {
    /// Returns a version of which no sentence is in pieces.
    pub(super) fn new(document: StoredDocument, sentences: Vec<StoredSegment>) -> Self {
        let mut version = Self {
            document,
            segments: Vec::new(),
            stretches: Vec::new(),
            sentences,
        };
        version.part(&BTreeSet::new());
        version
    }

    /// Shows the sentences in the pieces that lie between these spots.
    pub(super) fn part(&mut self, spots: &BTreeSet<Spot>) {
        (self.segments, self.stretches) = (Vec::new(), Vec::new());
        for (number, sentence) in (0u32..).zip(&self.sentences) {
            let whole = Stretch::whole(number, number);
            let inside = spots.range(whole.start()..whole.end()).copied();
            let inside = inside.filter(|spot| *spot > whole.start());
            let mut start = whole.start();
            for end in inside.chain([whole.end()]) {
                let Some(stretch) = Stretch::between(start, end) else {
                    continue;
                };
                self.segments.push(StoredSegment {
                    text: stretch.of(&[&sentence.text]),
                    ..sentence.clone()
                });
                self.stretches.push(stretch);
                start = end;
            }
        }
    }

    /// Returns how many sentences the document has.
    pub fn sentences(&self) -> u32 {
        u32::try_from(self.sentences.len()).unwrap_or(u32::MAX)
    }

    /// Returns the sentence of the document in which a stretch begins.
    pub(super) fn sentence(&self, at: Stretch) -> Option<&StoredSegment> {
        self.sentences.get(at.first as usize)
    }

    /// Returns what a stretch of the document says.
    pub fn text(&self, at: Stretch) -> String {
        let sentences = self.sentences.get(at.first as usize..=at.last as usize);
        let texts: Vec<&str> = sentences
            .unwrap_or_default()
            .iter()
            .map(|sentence| sentence.text.as_str())
            .collect();
        at.of(&texts)
    }

    /// Says whether a stretch lies in the document, and its ends between characters of it.
    pub(super) fn holds(&self, at: Stretch) -> bool {
        let is_inside = |sentence: u32, character: u32| {
            let sentence = self.sentences.get(sentence as usize);
            sentence.is_some_and(|it| {
                character == 0 || it.text.chars().nth(character as usize).is_some()
            })
        };
        at.is_some() && is_inside(at.first, at.from) && is_inside(at.last, at.to)
    }

    /// Returns which of the shown segments begins at a spot.
    pub(super) fn beginning_at(&self, spot: Spot) -> Option<u32> {
        let found = self.stretches.binary_search_by_key(&spot, |it| it.start());
        found.ok().and_then(|at| u32::try_from(at).ok())
    }

    /// Returns the first and the last of the shown segments that a stretch holds; `None` where it begins or ends inside one.
    pub fn shown(&self, at: Stretch) -> Option<(u32, u32)> {
        let last = self
            .stretches
            .binary_search_by_key(&at.end(), |it| it.end());
        Some((self.beginning_at(at.start())?, last.ok()?.try_into().ok()?))
    }

    /// Returns where the shown segments from the first to the last stand.
    pub(super) fn stretch(&self, (first, last): (u32, u32)) -> Option<Stretch> {
        let first = self.stretches.get(first as usize)?;
        let last = self.stretches.get(last as usize)?;
        Stretch::between(first.start(), last.end())
    }

    /// Returns where in a sentence it can be split at this spot: where the next word begins. At the beginning of a sentence that is before it; `None`
    /// where nothing is left of the sentence.
    pub(super) fn split_at(&self, spot: Spot) -> Option<Spot> {
        let text = &self.sentences.get(spot.segment as usize)?.text;
        if spot.character == 0 {
            return Some(spot);
        }
        let mut rest = text.chars().skip(spot.character as usize);
        let blank = rest.position(|c| !c.is_whitespace())?;
        let character = spot.character.checked_add(u32::try_from(blank).ok()?)?;
        let before = Stretch::between(Spot::before(spot.segment), (spot.segment, character).into());
        let is_blank = before?.of(&[text]).is_empty();
        (!is_blank).then_some((spot.segment, character).into())
    }

    /// Returns the version as the aligner takes it.
    pub(super) fn side(&self) -> Side {
        let segments = || self.segments.iter();
        Side {
            lang: self.document.lang.clone(),
            texts: segments().map(|segment| segment.text.clone()).collect(),
            kinds: segments().map(|segment| segment.kind).collect(),
            paragraphs: segments().map(|segment| segment.paragraph).collect(),
            turns: segments().map(|segment| segment.turn).collect(),
        }
    }

    /// Returns the version as a document of which each segment is a block.
    pub(super) fn as_document(&self) -> (Document, Vec<Segment>) {
        let (mut text, mut blocks, mut segments) = (String::new(), Vec::new(), Vec::new());
        for (block, segment) in self.segments.iter().enumerate() {
            let from = text.len();
            text.push_str(&segment.text);
            let span = from..text.len();
            text.push('\n');
            blocks.push(Block {
                kind: segment.kind,
                span: span.clone(),
                speaker: segment.speaker.clone(),
                turn: segment.turn,
                paragraph: segment.paragraph,
            });
            segments.push(Segment {
                span,
                kind: segment.kind,
                block,
            });
        }
        let document = Document {
            text,
            lang: self.document.lang.clone(),
            lang_confidence: 1.0,
            origin: self.document.origin.clone(),
            alternates: Vec::new(),
            blocks,
            warnings: Vec::new(),
        };
        (document, segments)
    }
}
