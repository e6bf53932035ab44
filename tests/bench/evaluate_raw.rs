//! Running text: characters and beads found right, white space ignored.
//!
//! Pieces of the output inside one gold bead on both sides are first put together, so that cutting finer is neither rewarded nor punished. `char`: for
//! each character, how much of what it is linked to is right (precision) and how much of what gold links it to is found (recall), as F1. `exact`: F1 of
//! beads with just the same characters.

use std::collections::HashMap;
use std::path::Path;

use diglot::align::align;
use diglot::model::{Bitext, Block, BlockKind, Document, Lang, Origin, Segment, Side};
use diglot::segment::segment;

use super::{Arguments, Failure};

pub(super) fn report(arguments: &Arguments) -> Result<(), Failure> {
    println!("{:<22}   char  exact", "track");
    for other in ["ru", "be"] {
        for folder in ["raw", "long-raw"] {
            let name = format!("{folder} en-{other}");
            if arguments
                .only
                .as_ref()
                .is_some_and(|only| !name.contains(only.as_str()))
            {
                continue;
            }
            let path = arguments
                .data
                .join("ntrex")
                .join(format!("en-{other}"))
                .join(folder);
            let mut counts = Counts::default();
            let mut names: Vec<String> = std::fs::read_dir(&path)?
                .filter_map(|entry| {
                    entry
                        .ok()?
                        .file_name()
                        .into_string()
                        .ok()?
                        .strip_suffix(".gold.jsonl")
                        .map(str::to_owned)
                })
                .collect();
            names.sort();
            for (at, file) in names.into_iter().enumerate() {
                if arguments.half.is_some_and(|half| at % 2 != half) {
                    continue;
                }
                counts.add(&path, &file, other, arguments)?;
            }
            println!("{name:<22} {:.4} {:.4}", counts.chars(), counts.exact());
        }
    }
    Ok(())
}

#[derive(Default)]
struct Counts {
    precision: (f64, f64),
    recall: (f64, f64),
    right: f64,
    found: f64,
    gold: f64,
}

impl Counts {
    fn add(
        &mut self,
        folder: &Path,
        name: &str,
        other: &str,
        arguments: &Arguments,
    ) -> Result<(), Failure> {
        let read = |tag: &str| -> Result<Document, Failure> {
            let text = std::fs::read_to_string(folder.join(format!("{name}.{tag}")))?;
            document(text, Lang::new(tag)?)
        };
        let (source, target) = (read("en")?, read(other)?);
        let segments = (segment(&source), segment(&target));
        let bitext = Bitext {
            source: Side::from_document(&source, &segments.0),
            target: Side::from_document(&target, &segments.1),
        };
        let alignment = align(&bitext, &[], &arguments.settings);
        let (dense_source, dense_target) = (Dense::new(&source.text), Dense::new(&target.text));
        let mut gold = Owners::new(&dense_source, &dense_target);
        let lines = std::fs::read_to_string(folder.join(format!("{name}.gold.jsonl")))?;
        for (number, line) in (0..).zip(lines.lines()) {
            let bead: serde_json::Value = serde_json::from_str(line)?;
            let span = |key: &str, dense: &Dense| -> Option<(usize, usize)> {
                let at = |end: usize| usize::try_from(bead[key][end].as_u64()?).ok();
                Some((dense.of_char(at(0)?), dense.of_char(at(1)?)))
            };
            if let (Some(source), Some(target)) =
                (span("src", &dense_source), span("tgt", &dense_target))
            {
                gold.own(number, source, target);
            }
        }
        let mut found = Owners::new(&dense_source, &dense_target);
        for (number, link) in (0..).zip(alignment.links()) {
            let span = |segments: &[Segment], range: &std::ops::Range<usize>, dense: &Dense| {
                (
                    dense.of_byte(segments[range.start].span.start),
                    dense.of_byte(segments[range.end - 1].span.end),
                )
            };
            found.own(
                number,
                span(&segments.0, &link.source, &dense_source),
                span(&segments.1, &link.target, &dense_target),
            );
        }
        if let Some(out) = &arguments.beads {
            let out = out.join(format!(
                "{}-en-{other}",
                folder
                    .file_name()
                    .map_or_else(Default::default, |name| name.to_string_lossy())
            ));
            std::fs::create_dir_all(&out)?;
            let rows = alignment.links().map(|link| {
                let text = |side: &Side, range: &std::ops::Range<usize>| {
                    side.texts[range.clone()]
                        .join(" ")
                        .replace(['\n', '\t'], " ")
                };
                let (source, target) = (
                    text(&bitext.source, &link.source),
                    text(&bitext.target, &link.target),
                );
                format!("{source}\t{target}\n")
            });
            std::fs::write(
                out.join(format!("{name}.out.tsv")),
                rows.collect::<String>(),
            )?;
        }
        found.join_inside(&gold);
        self.compare(&gold, &found);
        Ok(())
    }

    fn compare(&mut self, gold: &Owners, found: &Owners) {
        let sizes = |owners: &Owners| {
            owners
                .sides
                .each_ref()
                .map(|side| count(side.iter().flatten().copied()))
        };
        let (gold_sizes, found_sizes) = (sizes(gold), sizes(found));
        let both = [0, 1].map(|side| {
            let pairs = gold.sides[side].iter().zip(&found.sides[side]);
            count(pairs.filter_map(|(gold, found)| Some(((*gold)?, (*found)?))))
        });
        for side in [0, 1] {
            let other = 1 - side;
            for (gold, found) in gold.sides[side].iter().zip(&found.sides[side]) {
                let shared = gold
                    .zip(*found)
                    .and_then(|pair| both[other].get(&pair))
                    .copied()
                    .unwrap_or(0.0);
                if let Some(found) = found {
                    self.precision.0 += shared / found_sizes[other][found];
                    self.precision.1 += 1.0;
                }
                if let Some(gold) = gold {
                    self.recall.0 += shared / gold_sizes[other][gold];
                    self.recall.1 += 1.0;
                }
            }
        }
        self.gold += gold_sizes[0].len() as f64;
        self.found += found_sizes[0].len() as f64;
        let right = both[0].iter().filter(|&(pair @ &(gold, found), &shared)| {
            let same = |side: usize, shared: f64| {
                gold_sizes[side][&gold] == shared && found_sizes[side][&found] == shared
            };
            same(0, shared) && both[1].get(pair).is_some_and(|&shared| same(1, shared))
        });
        self.right += right.count() as f64;
    }

    fn chars(&self) -> f64 {
        harmonic(
            self.precision.0 / self.precision.1.max(1.0),
            self.recall.0 / self.recall.1.max(1.0),
        )
    }

    fn exact(&self) -> f64 {
        harmonic(
            self.right / self.found.max(1.0),
            self.right / self.gold.max(1.0),
        )
    }
}

fn harmonic(a: f64, b: f64) -> f64 {
    if a + b > 0.0 {
        2.0 * a * b / (a + b)
    } else {
        0.0
    }
}

fn count<K: std::hash::Hash + Eq>(keys: impl Iterator<Item = K>) -> HashMap<K, f64> {
    let mut counts = HashMap::new();
    for key in keys {
        *counts.entry(key).or_insert(0.0) += 1.0;
    }
    counts
}

/// Which bead owns each character of both sides.
struct Owners {
    sides: [Vec<Option<usize>>; 2],
}

impl Owners {
    fn new(source: &Dense, target: &Dense) -> Self {
        Self {
            sides: [vec![None; source.len()], vec![None; target.len()]],
        }
    }

    fn own(&mut self, bead: usize, source: (usize, usize), target: (usize, usize)) {
        self.sides[0][source.0..source.1].fill(Some(bead));
        self.sides[1][target.0..target.1].fill(Some(bead));
    }

    /// Puts together the beads that lie within one gold bead on both sides.
    fn join_inside(&mut self, gold: &Self) {
        let mut owners: HashMap<usize, Option<Option<usize>>> = HashMap::new();
        for side in [0, 1] {
            for (found, gold) in self.sides[side].iter().zip(&gold.sides[side]) {
                if let Some(found) = found {
                    let owner = owners.entry(*found).or_insert(Some(*gold));
                    if *owner != Some(*gold) {
                        *owner = None;
                    }
                }
            }
        }
        // Numbers from here on are free.
        let free = owners.keys().max().map_or(0, |last| last + 1);
        for owner in self.sides.iter_mut().flatten().flatten() {
            if let Some(Some(Some(gold))) = owners.get(owner) {
                *owner = free + gold;
            }
        }
    }
}

/// A text without its white space.
struct Dense {
    by_byte: Vec<usize>,
    by_char: Vec<usize>,
}

impl Dense {
    fn new(text: &str) -> Self {
        let (mut by_byte, mut by_char, mut dense) = (vec![0; text.len() + 1], Vec::new(), 0);
        for (at, c) in text.char_indices() {
            by_byte[at] = dense;
            by_char.push(dense);
            dense += usize::from(!c.is_whitespace());
        }
        by_byte[text.len()] = dense;
        by_char.push(dense);
        Self { by_byte, by_char }
    }

    fn len(&self) -> usize {
        self.by_char.last().copied().unwrap_or(0)
    }

    fn of_byte(&self, at: usize) -> usize {
        self.by_byte[at]
    }

    fn of_char(&self, at: usize) -> usize {
        self.by_char[at]
    }
}

/// Returns a document of paragraphs divided by blank lines, the first of them a headline.
fn document(text: String, lang: Lang) -> Result<Document, Failure> {
    let mut blocks = Vec::new();
    let mut start = 0;
    for paragraph in text.split("\n\n") {
        let trimmed = paragraph.trim();
        if !trimmed.is_empty() {
            let from = start + paragraph.find(trimmed).unwrap_or(0);
            blocks.push(Block {
                kind: if blocks.is_empty() {
                    BlockKind::Headline
                } else {
                    BlockKind::Paragraph
                },
                span: from..from + trimmed.len(),
                speaker: None,
                turn: 0,
                paragraph: u32::try_from(blocks.len())?,
            });
        }
        start += paragraph.len() + 2;
    }
    Ok(Document {
        text,
        lang,
        lang_confidence: 1.0,
        origin: Origin::default(),
        alternates: Vec::new(),
        blocks,
        warnings: Vec::new(),
    })
}
