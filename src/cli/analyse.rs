//! `diglot analyse`: how much of these texts does the memory know?

use std::path::PathBuf;

use diglot::matching::{Analysis, Match, Matcher, Query};
use diglot::model::{Document, Lang, Score};
use diglot::report::AnalysisLine;

use super::asking::{self, Direction, Preferring};
use super::exit::Exit;
use super::failure::Failure;
use super::progress::Progress;
use super::{Context, input};

/// What is below this per cent counts as new.
pub(super) const LEAST: u8 = 50;

/// Count how much of texts the memory knows, in segments and words
///
/// By the best match of each segment: 101 % in the same context, 100 %, 95-99 %, 85-94 %, 75-84 %, 50-74 %, new. A segment that is not known and occurs
/// again is a repetition from its second time on.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  diglot analyse --to en memories/samples/2025-06-17-un-statement.ru.txt
  diglot analyse --to en --json memories/samples/html/2026-04-15-vitebsk-meeting.be.html")]
pub(super) struct Arguments {
    /// Files to read: plain text, HTML, Markdown or XML; `-` is standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    direction: Direction,
    #[command(flatten)]
    preferring: Preferring,
}

pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<Exit, Failure> {
    let (to, from) = arguments.direction.settle(context, "analyse")?;
    let files = input::or_stdin(arguments.files.clone())?;
    let documents: Vec<(String, Document)> = files
        .iter()
        .map(|path| {
            Ok((
                input::name(path),
                context.reader.document(path, from.clone())?,
            ))
        })
        .collect::<diglot::Result<_>>()?;
    let mut found = false;
    asking::with_index(context, |memory, context| {
        let mut all = Analysis::default();
        let mut lines = Vec::new();
        for (name, document) in &documents {
            let mut own = Analysis::default();
            each_segment(
                &arguments.preferring.matcher(memory),
                document,
                &to,
                LEAST,
                context,
                &mut |text, matches| {
                    own.count(text, matches.first());
                    all.count(text, matches.first());
                },
            )?;
            lines.push((name.as_str(), own));
        }
        if lines.len() > 1 {
            lines.push(("all files", all));
        }
        for (name, analysis) in &lines {
            found |= analysis.total().segments > 0;
            write(name, analysis, context)?;
        }
        Ok(Exit::found(found))
    })
}

/// Shows an analysis.
pub(super) fn write(name: &str, analysis: &Analysis, context: &mut Context) -> diglot::Result<()> {
    let line = AnalysisLine::new(name, analysis);
    match context.output.json {
        true => context.output.object(&line),
        false => context.output.bytes(line.text().as_bytes()),
    }
}

/// Asks for every segment of a document, between its neighbours, and hands out its matches.
pub(super) fn each_segment(
    matcher: &Matcher<'_>,
    document: &Document,
    to: &Lang,
    min: u8,
    context: &Context,
    visit: &mut dyn FnMut(&str, &[Match]),
) -> diglot::Result<()> {
    let segments: Vec<&str> = diglot::segment::segment(document)
        .iter()
        .map(|segment| &document.text[segment.span.clone()])
        .collect();
    let progress = Progress::new("asking the memory", segments.len() as u64, context.quiet);
    for (at, text) in segments.iter().enumerate() {
        let mut query = Query::new(text, to.clone());
        query.from = Some(document.lang.clone());
        (query.min, query.limit) = (Score::from_percent(min), 1);
        query.before = at.checked_sub(1).map(|before| segments[before]);
        query.after = segments.get(at + 1).copied();
        visit(text, &matcher.suggest(&query)?);
        progress.advance(1);
    }
    Ok(())
}
