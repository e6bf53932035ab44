//! Alignments of the language versions of one release become translation units.
//!
//! Two versions make a unit of every link. Three are aligned through one of them, the pivot: what hangs together through the pivot's segments is one
//! unit with up to three variants. Text that was left out on the other side makes no unit.

use std::ops::Range;

use crate::model::{
    Alignment, Bead, Document, Place, Segment, Side, Stretch, TranslationUnit, Variant,
};

/// One language version of a release: a document and its segments.
#[derive(Clone, Copy, Debug)]
pub struct Version<'a> {
    /// The document.
    pub document: &'a Document,
    /// Its segments.
    pub segments: &'a [Segment],
}

/// Languages so close that an alignment between them is all but sure.
const CLOSE: [&str; 3] = ["be", "ru", "uk"];

/// Returns which version the others are best aligned with: of three, one of the two closest languages, so that both its alignments are as good as
/// can be; else the longest text, the earlier one of equals. 0 for no versions.
pub fn pivot(sides: &[Side]) -> usize {
    let close = |side: &Side| CLOSE.contains(&side.lang.primary());
    let close_pair = sides.iter().filter(|side| close(side)).count() >= 2;
    let rank = |at: usize| {
        let side = &sides[at];
        (
            close_pair && close(side),
            side.segments(),
            std::cmp::Reverse(at),
        )
    };
    (0..sides.len()).max_by_key(|&at| rank(at)).unwrap_or(0)
}

/// A link of the pivot to another version, by ranges of segments.
struct Link {
    pivot: Range<usize>,
    other: Range<usize>,
    probability: f64,
}

/// Returns the units of one release, in the order of the pivot's text. `alignments` are those of the pivot, as source, with each other version, in
/// their order. The first version is what the others render. A unit is as probable as the least probable of its links.
///
/// # Panics
/// When there are not as many alignments as versions beside the pivot, or an alignment is not of these versions.
pub fn units(
    versions: &[Version<'_>],
    pivot: usize,
    alignments: &[Alignment],
) -> Vec<TranslationUnit> {
    assert_eq!(
        alignments.len() + 1,
        versions.len(),
        "an alignment for each version beside the pivot"
    );
    let mut links: Vec<Vec<Link>> = alignments.iter().map(links).collect();
    links.insert(pivot, Vec::new());
    let pieces = pieces(&links, versions[pivot].segments.len());
    pieces
        .iter()
        .filter_map(|piece| unit(versions, pivot, piece, &links))
        .collect()
}

fn links(alignment: &Alignment) -> Vec<Link> {
    let link = |bead: &Bead| Link {
        pivot: bead.source.clone(),
        other: bead.target.clone(),
        probability: bead.probability,
    };
    alignment.links().map(link).collect()
}

/// Returns the stretches of pivot segments that links of any version tie together, in order; stretches without a link are not among them.
fn pieces(links: &[Vec<Link>], segments: usize) -> Vec<Range<usize>> {
    let mut tied = vec![false; segments];
    let mut linked = vec![false; segments];
    for link in links.iter().flatten() {
        linked[link.pivot.clone()].fill(true);
        // Each segment but the last is tied to the next one.
        tied[link.pivot.start..link.pivot.end - 1].fill(true);
    }
    let mut pieces = Vec::new();
    let mut start = 0;
    for at in 0..segments {
        if !tied[at] {
            if linked[at] {
                pieces.push(start..at + 1);
            }
            start = at + 1;
        }
    }
    pieces
}

fn unit(
    versions: &[Version<'_>],
    pivot: usize,
    piece: &Range<usize>,
    links: &[Vec<Link>],
) -> Option<TranslationUnit> {
    let mut variants = Vec::new();
    let mut probability = 1.0f64;
    for (at, version) in versions.iter().enumerate() {
        let segments = if at == pivot {
            piece.clone()
        } else {
            let begin = links[at].partition_point(|link| link.pivot.end <= piece.start);
            let inside = links[at][begin..]
                .iter()
                .take_while(|link| link.pivot.start < piece.end);
            let mut segments: Option<Range<usize>> = None;
            for link in inside {
                probability = probability.min(link.probability);
                let start = segments.map_or(link.other.start, |range| range.start);
                segments = Some(start..link.other.end);
            }
            match segments {
                Some(segments) => segments,
                None => continue,
            }
        };
        variants.push(variant(version, segments)?);
    }
    Some(TranslationUnit {
        source_lang: versions
            .first()
            .map(|version| version.document.lang.clone()),
        variants,
        probability: Some(probability),
        ..TranslationUnit::default()
    })
}

/// Returns the variant that these segments of a version are, or `None` where they are blank.
fn variant(version: &Version<'_>, range: Range<usize>) -> Option<Variant> {
    let segments = version.segments.get(range.clone())?;
    let texts: Vec<&str> = segments
        .iter()
        .map(|segment| segment.of(&version.document.text))
        .collect();
    let mut variant = Variant::new(version.document.lang.clone(), texts.join(" ")).ok()?;
    let first = segments.first()?;
    variant.places.push(Place {
        origin: version.document.origin.clone(),
        at: Stretch::whole(
            u32::try_from(range.start).ok()?,
            u32::try_from(range.end - 1).ok()?,
        ),
        kind: first.kind,
        speaker: version.document.blocks.get(first.block)?.speaker.clone(),
    });
    Some(variant)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::{Settings, align};
    use crate::model::{Bitext, Block, BlockKind, Lang, Origin};

    /// Returns a document of one paragraph a line, each a segment, with its segments.
    fn version(tag: &str, lines: &[&str]) -> (Document, Vec<Segment>) {
        let text = lines.join("\n");
        let mut start = 0;
        let mut blocks = Vec::new();
        let mut segments = Vec::new();
        for (block, line) in lines.iter().enumerate() {
            let span = start..start + line.len();
            start = span.end + 1;
            blocks.push(Block {
                kind: BlockKind::Paragraph,
                span: span.clone(),
                speaker: Some("Minister".to_owned()),
                turn: 1,
                paragraph: 0,
            });
            segments.push(Segment {
                span,
                kind: BlockKind::Paragraph,
                block,
            });
        }
        let document = Document {
            text,
            lang: Lang::new(tag).unwrap(),
            lang_confidence: 1.0,
            origin: Origin::default(),
            alternates: Vec::new(),
            blocks,
            warnings: Vec::new(),
        };
        (document, segments)
    }

    fn texts(unit: &TranslationUnit) -> Vec<&str> {
        unit.variants.iter().map(Variant::text).collect()
    }

    const ENGLISH: [&str; 3] = [
        "Minister Ivan Orlov visited Brest on 5 May 2024.",
        "Ambassador Pierre Dupont was there; the Brest museum opened at 10:30.",
        "The Paris delegation brought 250 books.",
    ];
    const RUSSIAN: [&str; 4] = [
        "Министр Иван Орлов посетил Брест 5 мая 2024 года.",
        "Там был посол Пьер Дюпон.",
        "Музей в Бресте открылся в 10:30.",
        "Делегация Парижа привезла 250 книг.",
    ];
    const BELARUSIAN: [&str; 3] = [
        "Міністр Іван Арлоў наведаў Брэст 5 мая 2024 года.",
        "Там быў пасол П'ер Дзюпон.",
        "Музей у Брэсце адкрыўся ў 10:30.",
    ];

    fn units_of(versions: &[(Document, Vec<Segment>)]) -> Vec<TranslationUnit> {
        let versions: Vec<Version> = versions
            .iter()
            .map(|(document, segments)| Version { document, segments })
            .collect();
        let sides: Vec<Side> = versions
            .iter()
            .map(|version| Side::from_document(version.document, version.segments))
            .collect();
        let pivot = pivot(&sides);
        let others = sides.iter().enumerate().filter(|(at, _)| *at != pivot);
        let alignments: Vec<Alignment> = others
            .map(|(_, other)| {
                let bitext = Bitext {
                    source: sides[pivot].clone(),
                    target: other.clone(),
                };
                align(&bitext, &[], &Settings::default())
            })
            .collect();
        units(&versions, pivot, &alignments)
    }

    #[test]
    fn three_versions_meet_in_one_unit() {
        let versions = [
            version("en", &ENGLISH),
            version("ru", &RUSSIAN),
            version("be", &BELARUSIAN),
        ];
        let units = units_of(&versions);
        assert_eq!(texts(&units[0]), [ENGLISH[0], RUSSIAN[0], BELARUSIAN[0]]);
        let joined = |lines: &[&str]| lines[1..3].join(" ");
        assert_eq!(
            texts(&units[1]),
            [ENGLISH[1], &joined(&RUSSIAN), &joined(&BELARUSIAN)]
        );
        let place = &units[1].variants[1].places[0];
        assert_eq!(place.at, Stretch::whole(1, 2));
        assert_eq!(place.speaker.as_deref(), Some("Minister"));
        assert!(
            units
                .iter()
                .all(|unit| unit.probability.is_some_and(|p| (0.0..=1.0).contains(&p)))
        );
    }

    #[test]
    fn what_one_version_leaves_out_has_no_variant_of_it() {
        let versions = [
            version("en", &ENGLISH),
            version("ru", &RUSSIAN),
            version("be", &BELARUSIAN),
        ];
        let units = units_of(&versions);
        assert_eq!(texts(&units[2]), [ENGLISH[2], RUSSIAN[3]]);
        assert_eq!(units.len(), 3);
    }

    #[test]
    fn one_version_makes_no_units() {
        assert!(units_of(&[version("ru", &RUSSIAN)]).is_empty());
    }
}
