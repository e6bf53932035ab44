//! `diglot detect`: which language is this?

use std::path::{Path, PathBuf};

use diglot::language::Detection;
use serde::Serialize;

use super::exit::Exit;
use super::failure::{self, Failure};
use super::{Context, input};

/// Name the language of each line, or of each file with --whole
///
/// One line of output for each line of input: tag, confidence, text. `und` stands where there is nothing to tell by, such as a number.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  diglot detect --whole memories/samples/2025-11-20-minsk-conference.ru.txt
  echo 'Добры дзень, паважаныя калегі!' | diglot detect -")]
pub(super) struct Arguments {
    /// Files to read; `-` is standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// One answer for each file: the language of the document, encodings and pages understood
    #[arg(long)]
    whole: bool,
}

/// What `detect` says of one text.
#[derive(Serialize)]
struct Answer<'t> {
    r#type: &'static str,
    file: &'t str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    lang: &'t str,
    confidence: f64,
}

pub(super) fn run(arguments: Arguments, context: &mut Context) -> Result<Exit, Failure> {
    let (mut found, mut failed) = (false, false);
    for path in input::or_stdin(arguments.files)? {
        let outcome = match arguments.whole {
            true => whole(&path, context),
            false => lines(&path, context),
        };
        match outcome {
            Ok(something) => found |= something,
            Err(error @ diglot::Error::Write { .. }) => return Err(error.into()),
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

fn lines(path: &Path, context: &mut Context) -> diglot::Result<bool> {
    let (name, lines) = (input::name(path), context.reader.lines(path)?);
    let texts: Vec<&str> = lines.iter().map(String::as_str).collect();
    let detections = context.reader.detector.detect_all(&texts);
    for (index, (text, detection)) in texts.iter().zip(&detections).enumerate() {
        say(context, &name, Some(index + 1), text, detection.as_ref())?;
    }
    Ok(detections.iter().any(Option::is_some))
}

fn whole(path: &Path, context: &mut Context) -> diglot::Result<bool> {
    let name = input::name(path);
    let document = context.reader.document(path, None)?;
    let detection = Detection {
        lang: document.lang,
        confidence: document.lang_confidence,
    };
    say(context, &name, None, &name, Some(&detection))?;
    Ok(true)
}

fn say(
    context: &mut Context,
    file: &str,
    line: Option<usize>,
    text: &str,
    detection: Option<&Detection>,
) -> diglot::Result<()> {
    let lang = detection.map_or("und", |detection| detection.lang.as_str());
    let confidence = detection.map_or(0.0, |detection| {
        (detection.confidence * 10_000.0).round() / 10_000.0
    });
    if context.output.json {
        context.output.object(&Answer {
            r#type: "language",
            file,
            line,
            lang,
            confidence,
        })
    } else {
        context.output.line(&format!(
            "{lang}\t{confidence:.2}\t{}",
            diglot::report::visible(text)
        ))
    }
}
