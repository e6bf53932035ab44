//! The learning curve: how much better the aligner does with so many units in the memory.
//!
//! `cargo run --release --example learning -- SHARED/align [--folds 8] [--draws 3] [--set NAME=VALUE]`
//!
//! The documents are dealt into folds. For each fold, units are taken from the gold of the others' `lines` texts, put into a memory, learnt from as the
//! program does, and the fold's `hard` texts are aligned, each document alone, so that every document is scored and none by what it taught itself.
//! Which documents the units come from is drawn anew some times; printed is the mean strict F1. A text of one document is cut into its folds.

#![expect(clippy::print_stdout, reason = "what it measures is printed")]

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use diglot::align::{Settings, Trusted, align_all};
use diglot::memory::{Change, Memory};
use diglot::model::{Alignment, Bitext, Lang, Side, TranslationUnit, Variant};
use diglot::teaching::{self, Rest};

type Failure = Box<dyn std::error::Error>;
type Ids = (Vec<usize>, Vec<usize>);

/// Units in the memory; the last stands for all there are.
const SIZES: [usize; 7] = [0, 25, 50, 100, 250, 500, usize::MAX];

fn main() -> Result<(), Failure> {
    let arguments = Arguments::parse()?;
    println!(
        "diglot {} | data {} | {} folds, {} draws",
        env!("CARGO_PKG_VERSION"),
        arguments.data.display(),
        arguments.folds,
        arguments.draws
    );
    print!("{:<34}", "strict F1 by units in the memory");
    for size in SIZES {
        let name = if size == usize::MAX {
            "all".to_owned()
        } else {
            size.to_string()
        };
        print!(" {name:>7}");
    }
    println!("  units");
    for other in ["ru", "be"] {
        let folder = arguments.data.join("ntrex").join(format!("en-{other}"));
        let lessons = texts(&folder.join("lines"), ("en", other))?;
        let scored = texts(&folder.join("hard"), ("en", other))?;
        let corpus = Corpus { lessons, scored };
        for shipped in [true, false] {
            let mut settings = arguments.settings.clone();
            settings.signals.shipped = shipped;
            let lexicon = if shipped {
                "shipped lexicon"
            } else {
                "no shipped lexicon"
            };
            let name = format!("en-{other} {lexicon}");
            curve(&name, &corpus, &settings, &arguments)?;
        }
    }
    let whole = texts(&arguments.data.join("text-berg-dev"), ("de", "fr"))?;
    let parts: Vec<Text> = whole.iter().flat_map(|text| text.cut(6)).collect();
    let corpus = Corpus {
        lessons: parts.clone(),
        scored: parts,
    };
    curve(
        "de-fr text-berg, in six parts",
        &corpus,
        &arguments.settings,
        &arguments,
    )
}

struct Arguments {
    data: PathBuf,
    folds: usize,
    draws: u64,
    settings: Settings,
}

impl Arguments {
    fn parse() -> Result<Self, Failure> {
        let mut parsed = Self {
            data: PathBuf::new(),
            folds: 8,
            draws: 3,
            settings: Settings::default(),
        };
        let mut rest = std::env::args().skip(1);
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--folds" => parsed.folds = rest.next().unwrap_or_default().parse()?,
                "--draws" => parsed.draws = rest.next().unwrap_or_default().parse()?,
                "--set" => {
                    let change = rest.next().unwrap_or_default();
                    let (name, value) = change.split_once('=').ok_or("--set takes NAME=VALUE")?;
                    let value = value.parse()?;
                    match name {
                        "trust_taught" => parsed.settings.trust_taught = value,
                        "informed_taught" => parsed.settings.informed_taught = value,
                        "informed_common" => parsed.settings.informed_common = value,
                        _ => return Err(format!("no setting `{name}`").into()),
                    }
                }
                path => parsed.data = PathBuf::from(path),
            }
        }
        Ok(parsed)
    }
}

/// A text in two languages with its gold.
#[derive(Clone)]
struct Text {
    bitext: Bitext,
    gold: Vec<Ids>,
}

/// The same documents twice: to learn from, and to be aligned.
struct Corpus {
    lessons: Vec<Text>,
    scored: Vec<Text>,
}

fn texts(folder: &Path, (from, to): (&str, &str)) -> Result<Vec<Text>, Failure> {
    let mut names: Vec<String> = std::fs::read_dir(folder)?
        .filter_map(|entry| {
            let name = entry.ok()?.file_name().into_string().ok()?;
            name.strip_suffix(".gold").map(str::to_owned)
        })
        .collect();
    names.sort();
    let side = |name: &str, tag: &str| -> Result<Side, Failure> {
        let text = std::fs::read_to_string(folder.join(format!("{name}.{tag}")))?;
        Ok(Side::from_lines(Lang::new(tag)?, text.lines()))
    };
    let read = |name: &String| {
        let gold = std::fs::read_to_string(folder.join(format!("{name}.gold")))?;
        Ok(Text {
            bitext: Bitext {
                source: side(name, from)?,
                target: side(name, to)?,
            },
            gold: gold.lines().filter_map(read_bead).collect(),
        })
    };
    names.iter().map(read).collect()
}

fn read_bead(line: &str) -> Option<Ids> {
    let ids = |field: &str| -> Vec<usize> {
        let inner = field.trim().trim_matches(['[', ']']);
        inner
            .split(',')
            .filter_map(|id| id.trim().parse().ok())
            .collect()
    };
    let mut fields = line.split(':');
    Some((ids(fields.next()?), ids(fields.next()?)))
}

impl Text {
    /// Returns the text in parts of about as many beads.
    fn cut(&self, parts: usize) -> Vec<Self> {
        let (mut from, mut to) = (0, 0);
        let end = |ids: &mut dyn Iterator<Item = &usize>, from: usize| {
            ids.max().map_or(from, |last| from.max(last + 1))
        };
        let part = |beads: &[Ids]| {
            let sources = from..end(&mut beads.iter().flat_map(|bead| &bead.0), from);
            let targets = to..end(&mut beads.iter().flat_map(|bead| &bead.1), to);
            let side = |side: &Side, range: &std::ops::Range<usize>| {
                Side::from_lines(side.lang.clone(), side.texts[range.clone()].iter().cloned())
            };
            let shifted =
                |ids: &[usize], by: usize| ids.iter().filter_map(|id| id.checked_sub(by)).collect();
            let text = Self {
                bitext: Bitext {
                    source: side(&self.bitext.source, &sources),
                    target: side(&self.bitext.target, &targets),
                },
                gold: beads
                    .iter()
                    .map(|bead| (shifted(&bead.0, from), shifted(&bead.1, to)))
                    .collect(),
            };
            (from, to) = (sources.end, targets.end);
            text
        };
        self.gold
            .chunks(self.gold.len().div_ceil(parts))
            .map(part)
            .collect()
    }

    /// Returns the units of the gold's links.
    fn units(&self) -> Result<Vec<TranslationUnit>, Failure> {
        let variant = |side: &Side, ids: &[usize]| {
            let texts: Vec<&str> = ids.iter().map(|&id| &*side.texts[id]).collect();
            Variant::new(side.lang.clone(), texts.join(" "))
        };
        let links = self
            .gold
            .iter()
            .filter(|(s, t)| !s.is_empty() && !t.is_empty());
        let unit = |(s, t): &Ids| {
            let variants = vec![
                variant(&self.bitext.source, s)?,
                variant(&self.bitext.target, t)?,
            ];
            Ok(TranslationUnit {
                variants,
                ..TranslationUnit::default()
            })
        };
        links.map(unit).collect()
    }
}

fn curve(
    name: &str,
    corpus: &Corpus,
    settings: &Settings,
    arguments: &Arguments,
) -> Result<(), Failure> {
    print!("{name:<34}");
    let mut most = 0;
    for size in SIZES {
        let mut sum = 0.0;
        for draw in 0..arguments.draws {
            let mut counts = Counts::default();
            for fold in 0..arguments.folds {
                let (mut taught, scored): (Vec<usize>, Vec<usize>) =
                    (0..corpus.scored.len()).partition(|at| at % arguments.folds != fold);
                shuffle(&mut taught, draw);
                let mut units = Vec::new();
                for &at in &taught {
                    units.extend(corpus.lessons[at].units()?);
                }
                units.truncate(size);
                most = most.max(units.len());
                let bitexts: Vec<Bitext> = scored
                    .iter()
                    .map(|&at| corpus.scored[at].bitext.clone())
                    .collect();
                let alignments = align_after(&units, &bitexts, settings)?;
                for (&at, alignment) in scored.iter().zip(&alignments) {
                    counts.add(&corpus.scored[at].gold, alignment);
                }
            }
            sum += counts.strict();
        }
        print!(" {:>7.4}", sum / arguments.draws as f64);
    }
    println!("  {most}");
    Ok(())
}

/// Aligns with what a memory of these units teaches.
fn align_after(
    units: &[TranslationUnit],
    bitexts: &[Bitext],
    settings: &Settings,
) -> Result<Vec<Alignment>, Failure> {
    let mut memory = Memory::in_memory()?;
    let mut writer = memory.begin(Change {
        command: "add".to_owned(),
        detail: String::new(),
        at: "2026-01-01T00:00:00Z".parse()?,
    })?;
    for unit in units {
        writer.add_unit(unit)?;
    }
    writer.commit()?;
    teaching::teach(&mut memory, bitexts, settings)?;
    let lexicons = teaching::lexicons(&memory, bitexts, settings, Rest::Left)?;
    let trusted: Vec<Trusted<'_>> = teaching::trusted(&lexicons);
    Ok(align_all(bitexts, &trusted, settings, false))
}

/// Brings the documents into an order that depends on the draw (SplitMix64 and Fisher-Yates).
fn shuffle(order: &mut [usize], draw: u64) {
    let mut state = draw;
    for last in (1..order.len()).rev() {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let at = (mixed ^ (mixed >> 31)) % (last as u64 + 1);
        order.swap(last, at as usize);
    }
}

/// Beads counted over all texts: strictly right ones, as `SHARED/align/score.py` counts them.
#[derive(Default)]
struct Counts {
    beads: usize,
    right: usize,
    gold_links: usize,
    gold_found: usize,
}

impl Counts {
    fn add(&mut self, gold: &[Ids], alignment: &Alignment) {
        let single = |(source, target): Ids| -> Vec<Ids> {
            match (source.is_empty(), target.is_empty()) {
                (false, true) => source.into_iter().map(|id| (vec![id], vec![])).collect(),
                (true, false) => target.into_iter().map(|id| (vec![], vec![id])).collect(),
                _ => vec![(source, target)],
            }
        };
        let beads = alignment.beads().iter();
        let found: HashSet<Ids> = beads
            .flat_map(|bead| single((bead.source.clone().collect(), bead.target.clone().collect())))
            .collect();
        let gold: HashSet<Ids> = gold.iter().cloned().flat_map(single).collect();
        let links = gold.iter().filter(|(s, t)| !s.is_empty() && !t.is_empty());
        self.beads += found.len();
        self.right += found.intersection(&gold).count();
        self.gold_links += links.clone().count();
        self.gold_found += links.filter(|bead| found.contains(*bead)).count();
    }

    fn strict(&self) -> f64 {
        let precision = self.right as f64 / self.beads.max(1) as f64;
        let recall = self.gold_found as f64 / self.gold_links.max(1) as f64;
        2.0 * precision * recall / (precision + recall).max(f64::MIN_POSITIVE)
    }
}
