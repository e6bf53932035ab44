//! `diglot align`: which sentences render which?

use std::ops::Range;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use diglot::align::{self, Settings};
use diglot::interchange::{Format as UnitFormat, WriteOptions, Writer};
use diglot::memory::{Access, Memory};
use diglot::model::{
    Alignment, Bead, Bitext, Document, Explanation, Lang, Segment, Side, TranslationUnit, Variant,
};
use diglot::report::{BeadFormat, CodePoints, DOUBTFUL, Paint, Texts, doubt, write_beads};
use diglot::{Error, Result};
use rayon::prelude::*;
use serde::Serialize;

use super::exit::Exit;
use super::failure::{self, Failure};
use super::input::TextReader;
use super::jobs::{self, Job};
use super::progress::Progress;
use super::{Context, clock, input, save, teaching};

/// Say which sentences of two texts render which
///
/// Names, numbers, lengths, punctuation and the words of the texts themselves are the evidence; with --memory (or DIGLOT_MEMORY) what the
/// memory already knows teaches the aligner too. --explain shows for every link what each of them said: natural logarithms of how much likelier
/// what is seen is if the two sides render each other than by chance.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  diglot align memories/samples/2026-04-15-vitebsk-meeting.en.txt \\
    memories/samples/2026-04-15-vitebsk-meeting.ru.txt
  diglot align --explain memories/samples/2026-04-15-vitebsk-meeting.en.txt \\
    memories/samples/2026-04-15-vitebsk-meeting.ru.txt
  diglot align --format tmx \\
    memories/samples/html/2025-11-20-minsk-conference.en.html \\
    memories/samples/html/2025-11-20-minsk-conference.be.html

A batch file names a job a line: SRC<TAB>TGT<TAB>OUT.")]
pub(super) struct Arguments {
    /// The source text; `-` is standard input
    #[arg(value_name = "SRC", required_unless_present = "batch")]
    source: Option<PathBuf>,
    /// The target text
    #[arg(value_name = "TGT", required_unless_present = "batch")]
    target: Option<PathBuf>,
    /// The source's language [default: what the page says or the text shows]
    #[arg(long, value_parser = super::lang)]
    from: Option<Lang>,
    /// The target's language [default: what the page says or the text shows]
    #[arg(long, value_parser = super::lang)]
    to: Option<Lang>,
    /// Take each input line as a segment
    #[arg(long)]
    lines: bool,
    /// The form of the result
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write the result to a file
    #[arg(long, short, value_name = "FILE", conflicts_with = "batch")]
    output: Option<PathBuf>,
    /// Do all jobs of a file, in one process
    #[arg(long, value_name = "JOBS.tsv", conflicts_with_all = ["source", "target"])]
    batch: Option<PathBuf>,
    /// Let what is sure in the batch's texts teach the alignment of all of them
    #[arg(long, requires = "batch")]
    learn: bool,
    /// Show what each signal said for and against each link
    #[arg(long, conflicts_with = "batch")]
    explain: bool,
    /// How many documents to align at a time [default: as many as there are cores]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
}

/// The forms of a result.
#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// Both sides one under the other, with the probability
    Text,
    /// Source, target, probability, divided by tabs
    Tsv,
    /// One JSON object a bead
    Jsonl,
    /// A translation memory
    Tmx,
    /// Line numbers from 0 and the probability: [0, 1]:[2]:0.97
    Beads,
    /// hunalign's ladder
    Ladder,
}

/// One text of a job, cut into segments.
struct Version {
    side: Side,
    spans: Vec<[usize; 2]>,
    document: Option<(Document, Vec<Segment>)>,
}

impl Version {
    /// Takes the side out, to be aligned.
    fn take_side(&mut self) -> Side {
        let lang = self.side.lang.clone();
        std::mem::replace(&mut self.side, Side::from_lines(lang, Vec::<String>::new()))
    }

    /// Puts a side that was taken out back.
    fn with_side(self, side: Side) -> Self {
        Self { side, ..self }
    }
}

/// A pair of texts, aligned.
struct Pair<'j> {
    job: &'j Job,
    source: Version,
    target: Version,
    alignment: Alignment,
    explanations: Option<Vec<Explanation>>,
}

/// What a batch says of each job.
#[derive(Serialize)]
struct Aligned<'t> {
    r#type: &'static str,
    source: &'t str,
    target: &'t str,
    output: &'t str,
    links: usize,
    left_out: usize,
    doubtful: usize,
}

pub(super) fn run(
    arguments: Arguments,
    context: &mut Context,
) -> std::result::Result<Exit, Failure> {
    let format = match arguments.format {
        Some(format) => format,
        None if context.output.json && arguments.batch.is_none() => Format::Jsonl,
        None => Format::Text,
    };
    let (jobs, mut failed) = match (&arguments.batch, &arguments.source, &arguments.target) {
        (None, Some(source), Some(target)) => (
            vec![Job::new(source, target, arguments.output.as_deref())?],
            false,
        ),
        (Some(list), ..) => jobs::read(list)?,
        _ => {
            return Err(Failure::misuse(
                "two texts are needed",
                "diglot align SRC TGT",
            ));
        }
    };
    let memory = match &context.memory {
        Some(path) if path.exists() => Some(context.open(Access::Read)?),
        Some(path) => {
            context.talk(&format!(
                "there is no memory `{}` yet to learn from",
                path.display()
            ));
            None
        }
        None => None,
    };
    context.set_jobs(arguments.jobs)?;
    if arguments.explain && !matches!(format, Format::Text | Format::Jsonl) {
        return Err(Failure::misuse(
            "`--explain` has no room in this form",
            "diglot align --explain --format jsonl SRC TGT",
        ));
    }
    let (pairs, some_failed) = align_jobs(
        &jobs,
        &arguments,
        memory.as_ref(),
        &context.reader,
        context.quiet,
    )?;

    failed |= some_failed;
    let (mut links, paint) = (0, context.output.paint);
    for pair in &pairs {
        links += pair.alignment.links().count();
        let outcome = match &pair.job.output {
            None => write(&mut context.output, format, pair, paint),
            Some(path) => save::write_whole(path, save::Lasting::Remade, |mut out| {
                write(&mut out, format, pair, Paint(false))
            }),
        };
        match (outcome, &pair.job.output) {
            (Err(error @ Error::File { .. }), Some(_)) => {
                failure::complain(&error);
                failed = true;
                continue;
            }
            (outcome, _) => outcome?,
        }
        if let Some(doubt) = doubt(&pair.source.side, &pair.target.side, &pair.alignment) {
            failure::warn(&format!(
                "`{}` and `{}`: {doubt}",
                input::name(&pair.job.source),
                input::name(&pair.job.target)
            ));
        }
        say(context, arguments.batch.is_some(), pair)?;
    }
    if failed {
        return Ok(Exit::Failed);
    }
    Ok(Exit::found(links > 0))
}

/// Reads and aligns all jobs; says whether some could not be read.
fn align_jobs<'j>(
    jobs: &'j [Job],
    arguments: &Arguments,
    memory: Option<&Memory>,
    reader: &TextReader,
    quiet: bool,
) -> std::result::Result<(Vec<Pair<'j>>, bool), Failure> {
    let progress = Progress::new("reading", jobs.len() as u64, quiet);
    let read: Vec<Result<(Version, Version)>> = jobs
        .par_iter()
        .map(|job| {
            let version = |path: &Path, lang: &Option<Lang>| {
                read_version(path, lang.clone(), arguments.lines, reader)
            };
            let pair = (
                version(&job.source, &arguments.from)?,
                version(&job.target, &arguments.to)?,
            );
            progress.advance(1);
            Ok(pair)
        })
        .collect();
    drop(progress);
    let (mut bitexts, mut rest, mut failed) = (Vec::new(), Vec::new(), false);
    for (job, outcome) in jobs.iter().zip(read) {
        match outcome {
            Ok((mut source, mut target)) => {
                bitexts.push(Bitext {
                    source: source.take_side(),
                    target: target.take_side(),
                });
                rest.push((job, source, target));
            }
            Err(error) => {
                failure::complain(&error);
                failed = true;
            }
        }
    }
    let taught = match memory {
        Some(memory) => teaching::read(memory, &bitexts, quiet)?,
        None => Vec::new(),
    };
    let progress = Progress::unmeasured("aligning", quiet);
    let (taught, settings) = (diglot::teaching::trusted(&taught), Settings::default());
    let mut explained = Vec::new();
    let alignments = if arguments.explain {
        let all = bitexts
            .iter()
            .map(|bitext| align::align_explained(bitext, &taught, &settings));
        let (alignments, explanations): (Vec<_>, Vec<_>) = all.unzip();
        explained = explanations;
        alignments
    } else {
        align::align_all(&bitexts, &taught, &settings, arguments.learn)
    };
    drop(progress);
    let mut explained = explained.into_iter();
    let pairs = rest
        .into_iter()
        .zip(bitexts)
        .zip(alignments)
        .map(|(((job, source, target), bitext), alignment)| Pair {
            job,
            source: source.with_side(bitext.source),
            target: target.with_side(bitext.target),
            alignment,
            explanations: explained.next(),
        })
        .collect();
    Ok((pairs, failed))
}

fn read_version(
    path: &Path,
    lang: Option<Lang>,
    lines: bool,
    reader: &TextReader,
) -> Result<Version> {
    if lines {
        return read_lines(path, lang, reader);
    }
    let document = reader.document(path, lang)?;
    let segments = diglot::segment::segment(&document);
    let mut points = CodePoints::new(&document.text);
    let spans = segments
        .iter()
        .map(|segment| points.span(&segment.span))
        .collect();
    Ok(Version {
        side: Side::from_document(&document, &segments),
        spans,
        document: Some((document, segments)),
    })
}

fn read_lines(path: &Path, lang: Option<Lang>, reader: &TextReader) -> Result<Version> {
    let lines = reader.lines(path)?;
    let lang = match lang {
        Some(lang) => lang,
        None => reader
            .detector
            .detect_document(&lines.join("\n"))
            .map(|detection| detection.lang)
            .ok_or_else(|| Error::Unusable {
                name: input::name(path),
                reason: "no language can be told from it; name it with --from and --to".to_owned(),
            })?,
    };
    let mut at = 0;
    let spans = lines
        .iter()
        .map(|line| {
            let from = at;
            at += line.chars().count() + 1;
            [from, at - 1]
        })
        .collect();
    Ok(Version {
        side: Side::from_lines(lang, lines),
        spans,
        document: None,
    })
}

fn write(
    out: &mut impl std::io::Write,
    format: Format,
    pair: &Pair<'_>,
    paint: Paint,
) -> Result<()> {
    let (source, target, alignment) = (&pair.source, &pair.target, &pair.alignment);
    let format = match format {
        Format::Text => BeadFormat::Text,
        Format::Tsv => BeadFormat::Tsv,
        Format::Jsonl => BeadFormat::JsonLines,
        Format::Beads => BeadFormat::Beads,
        Format::Ladder => BeadFormat::Ladder,
        Format::Tmx => return write_tmx(out, source, target, alignment),
    };
    let texts = Texts {
        source: &source.side.texts,
        target: &target.side.texts,
        source_spans: &source.spans,
        target_spans: &target.spans,
        explanations: pair.explanations.as_deref(),
    };
    write_beads(out, format, alignment, texts, paint).map_err(|error| Error::Write {
        what: "the alignment",
        source: error,
    })
}

/// Writes the links as units of a translation memory.
fn write_tmx(
    mut out: &mut impl std::io::Write,
    source: &Version,
    target: &Version,
    alignment: &Alignment,
) -> Result<()> {
    let langs = vec![source.side.lang.clone(), target.side.lang.clone()];
    let options = WriteOptions {
        creation_date: Some(clock::now()),
        languages: langs,
        ..WriteOptions::default()
    };
    let mut writer = Writer::new(UnitFormat::Tmx, &mut out, &options)?;
    let units = match (&source.document, &target.document) {
        (Some((source, source_segments)), Some((target, target_segments))) => align::units(
            &[
                align::Version {
                    document: source,
                    segments: source_segments,
                },
                align::Version {
                    document: target,
                    segments: target_segments,
                },
            ],
            0,
            std::slice::from_ref(alignment),
        ),
        _ => alignment
            .links()
            .filter_map(|bead| bare_unit(&source.side, &target.side, bead))
            .collect(),
    };
    for unit in &units {
        writer.write(unit)?;
    }
    writer.finish()?;
    Ok(())
}

/// The unit of a link between lines of which nothing else is known.
fn bare_unit(source: &Side, target: &Side, bead: &Bead) -> Option<TranslationUnit> {
    let variant = |side: &Side, range: &Range<usize>| {
        Variant::new(side.lang.clone(), side.texts[range.clone()].join(" ")).ok()
    };
    Some(TranslationUnit {
        source_lang: Some(source.lang.clone()),
        variants: vec![
            variant(source, &bead.source)?,
            variant(target, &bead.target)?,
        ],
        probability: Some(bead.probability),
        ..TranslationUnit::default()
    })
}

/// Says how a job went: of a batch as a result, else beside it.
fn say(context: &mut Context, batch: bool, pair: &Pair<'_>) -> Result<()> {
    let (links, beads) = (pair.alignment.links().count(), pair.alignment.beads());
    let in_doubt = |bead: &&Bead| bead.probability < DOUBTFUL;
    let doubtful = pair.alignment.links().filter(in_doubt).count();
    let left_out = beads.len() - links;
    let summary = format!("{links} links, {left_out} left out, {doubtful} links in doubt");
    if !batch {
        context.talk(&summary);
        return Ok(());
    }
    let [source, target] =
        [&pair.job.source, &pair.job.target].map(|path| path.display().to_string());
    let output = pair.job.output.as_ref();
    let output = output
        .map(|path| path.display().to_string())
        .unwrap_or_default();
    if context.output.json {
        return context.output.object(&Aligned {
            r#type: "aligned",
            source: &source,
            target: &target,
            output: &output,
            links,
            left_out,
            doubtful,
        });
    }
    context.talk(&format!("{output}: {summary}"));
    Ok(())
}
