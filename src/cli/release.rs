//! Releases aligned: the versions of each against its pivot, all of them learning from each other and from the memory.

use diglot::align::{self, Settings, Version};
use diglot::memory::Memory;
use diglot::model::{Alignment, Bitext, Document, Segment, Side, TranslationUnit};
use diglot::teaching::trusted;

use super::failure::Failure;
use super::progress::Progress;
use super::teaching::taught;

/// The versions of one release, aligned.
pub(super) struct Aligned {
    /// The versions, by number of document.
    pub(super) versions: Vec<usize>,
    /// Which of them the others are aligned to.
    pub(super) pivot: usize,
    /// The sides of the versions, in their order.
    pub(super) sides: Vec<Side>,
    /// The alignment of the pivot, as source, with each of the other versions, in their order.
    alignments: Vec<Alignment>,
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
    memory: &mut Memory,
    quiet: bool,
) -> Result<Vec<Aligned>, Failure> {
    let side = |&document: &usize| Side::from_document(&documents[document], &segments[document]);
    let mut prepared: Vec<(usize, Vec<Side>)> = Vec::new();
    let mut bitexts = Vec::new();
    for release in releases {
        let sides: Vec<Side> = release.iter().map(side).collect();
        let pivot = align::pivot(&sides);
        let others = sides.iter().enumerate().filter(|(at, _)| *at != pivot);
        bitexts.extend(others.map(|(_, other)| Bitext {
            source: sides[pivot].clone(),
            target: other.clone(),
        }));
        prepared.push((pivot, sides));
    }
    let lexicons = taught(memory, &bitexts, quiet)?;
    let _progress = Progress::unmeasured("aligning", quiet);
    // A single release has nothing to learn from but itself, which it does anyway.
    let learn = releases.len() > 1;
    let mut alignments =
        align::align_all(&bitexts, &trusted(&lexicons), &Settings::default(), learn).into_iter();
    let aligned = releases
        .iter()
        .zip(prepared)
        .map(|(release, (pivot, sides))| {
            let alignments: Vec<Alignment> = alignments.by_ref().take(sides.len() - 1).collect();
            let version = |&document: &usize| Version {
                document: &documents[document],
                segments: &segments[document],
            };
            let versions: Vec<Version<'_>> = release.iter().map(version).collect();
            let units = align::units(&versions, pivot, &alignments);
            Aligned {
                versions: release.clone(),
                pivot,
                sides,
                alignments,
                units,
            }
        });
    Ok(aligned.collect())
}

impl Aligned {
    /// Returns each alignment with the side that the pivot is aligned with, in the order of the versions.
    pub(super) fn alignments(&self) -> impl Iterator<Item = (&Side, &Alignment)> {
        let others = self
            .sides
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != self.pivot)
            .map(|(_, side)| side);
        others.zip(&self.alignments)
    }
}
