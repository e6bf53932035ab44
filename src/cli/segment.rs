//! `diglot segment`: where does a sentence end?

use std::path::PathBuf;

use diglot::model::{Document, Lang};
use diglot::report::{CodePoints, visible};
use serde::Serialize;

use super::exit::Exit;
use super::failure::{self, Failure};
use super::{Context, input};

/// Split texts into sentences, one a line
#[derive(clap::Args)]
#[command(after_help = "Examples:
  diglot segment memories/samples/html/2025-11-20-minsk-conference.be.html
  diglot segment --json --lang ru memories/samples/2025-11-20-minsk-conference.ru.txt")]
pub(super) struct Arguments {
    /// Files to read: plain text, HTML, Markdown or XML; `-` is standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The texts' language [default: what the page says or the text shows]
    #[arg(long, value_parser = super::lang)]
    lang: Option<Lang>,
}

#[derive(Serialize)]
struct SegmentLine<'t> {
    r#type: &'static str,
    span: [usize; 2],
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    speaker: Option<&'t str>,
    text: &'t str,
}

pub(super) fn run(arguments: Arguments, context: &mut Context) -> Result<Exit, Failure> {
    let (mut found, mut failed) = (false, false);
    for path in input::or_stdin(arguments.files)? {
        match context.reader.document(&path, arguments.lang.clone()) {
            Ok(document) => found |= write(&document, context)?,
            Err(error) => {
                failure::complain(&error);
                failed = true;
            }
        }
    }
    Ok(if failed {
        Exit::Failed
    } else {
        Exit::found(found)
    })
}

fn write(document: &Document, context: &mut Context) -> diglot::Result<bool> {
    let segments = diglot::segment::segment(document);
    let mut points = CodePoints::new(&document.text);
    for segment in &segments {
        let text = segment.of(&document.text);
        if context.output.json {
            let speaker = document.blocks[segment.block].speaker.as_deref();
            let line = SegmentLine {
                r#type: "segment",
                span: points.span(&segment.span),
                kind: segment.kind.as_str(),
                speaker,
                text,
            };
            context.output.object(&line)?;
        } else {
            context.output.line(&visible(text))?;
        }
    }
    Ok(!segments.is_empty())
}
