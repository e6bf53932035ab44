//! Releases aligned: the versions of each against its pivot, all of them learning from each other and from the memory.

use diglot::Result;
use diglot::align::{self, Settings, Version};
use diglot::memory::Memory;
use diglot::model::{Alignment, Bitext, Document, Segment, Side, TranslationUnit};

use super::failure::Failure;
use super::teaching;

/// The versions of one release, aligned.
pub(super) struct Aligned {
    /// The versions, by number of document; the first is the pivot, to which the others are aligned.
    pub(super) versions: Vec<usize>,
    /// The sides of the versions, in their order.
    pub(super) sides: Vec<Side>,
    /// The alignment of the pivot with each of the other versions, in their order.
    pub(super) alignments: Vec<Alignment>,
    /// The units that follow from them.
    pub(super) units: Vec<TranslationUnit>,
}

/// Aligns releases, each the numbers of two or three documents.
///
/// # Errors
/// When the memory, which teaches the aligner, cannot be read.
pub(super) fn align(
    documents: &[Document],
    segments: &[Vec<Segment>],
    releases: &[Vec<usize>],
    memory: &Memory,
) -> std::result::Result<Vec<Aligned>, Failure> {
    let side = |&document: &usize| Side::from_document(&documents[document], &segments[document]);
    let mut ordered: Vec<(Vec<usize>, Vec<Side>)> = Vec::new();
    let mut bitexts = Vec::new();
    for release in releases {
        let mut versions = release.clone();
        let sides: Vec<Side> = versions.iter().map(side).collect();
        versions.swap(0, align::pivot(&sides));
        let sides: Vec<Side> = versions.iter().map(side).collect();
        for other in &sides[1..] {
            bitexts.push(Bitext { source: sides[0].clone(), target: other.clone() });
        }
        ordered.push((versions, sides));
    }
    let taught = teaching::lexicons(memory, &bitexts)?;
    // A single release has nothing to learn from but itself, which it does anyway.
    let learn = releases.len() > 1;
    let mut alignments = align::align_all(&bitexts, &teaching::trusted(&taught), &Settings::default(), learn).into_iter();
    let aligned = ordered.into_iter().map(|(versions, sides)| {
        let alignments: Vec<Alignment> = alignments.by_ref().take(versions.len() - 1).collect();
        let texts: Vec<Version<'_>> =
            versions.iter().map(|&document| Version { document: &documents[document], segments: &segments[document] }).collect();
        let units = align::units(&texts, &alignments);
        Aligned { versions, sides, alignments, units }
    });
    Ok(aligned.collect())
}

impl Aligned {
    /// Returns how many segments of a version have no counterpart; of the pivot: in no other version.
    pub(super) fn left_out(&self, version: usize) -> usize {
        let links = |alignment: &Alignment| alignment.links().cloned().collect::<Vec<_>>();
        if version > 0 {
            let linked: usize = links(&self.alignments[version - 1]).iter().map(|bead| bead.target.len()).sum();
            return self.sides[version].segments() - linked;
        }
        let mut linked = vec![false; self.sides[0].segments()];
        for bead in self.alignments.iter().flat_map(links) {
            linked[bead.source].fill(true);
        }
        linked.iter().filter(|linked| !**linked).count()
    }
}
