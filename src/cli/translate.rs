//! `diglot translate`: what the memory knows of a text, put in its place.

use std::path::{Path, PathBuf};

use diglot::Error;
use diglot::interchange::Format;
use diglot::matching::{Analysis, Filler, Kind, Markup, Match};
use diglot::reading::{self, Request};

use super::analyse::{self, LEAST, each_segment};
use super::asking::{self, Direction, Preferring};
use super::exit::Exit;
use super::failure::{self, Failure};
use super::{Context, input, save, translate_bilingual};

/// The least score of a rendering that is filled in when nobody says otherwise: below it most of a sentence is written anew.
const MIN: u8 = 85;

/// Fill a document's segments from the memory
///
/// XLIFF and PO: segments without a rendering get the best one of the memory; everything else of the file stays byte for byte. What does not fit
/// fully, or nobody has confirmed, is marked for review as the format has it. The languages are the document's unless you say others.
///
/// Plain text, HTML and Markdown: segments that the memory knows well enough are replaced by their renderings; all else, markup included, stays as it is. What is not equal is
/// marked: ⟦92 % The rendering.⟧ A segment with markup inside is left. The usual analysis goes to standard error, or, with --json, is all that is written.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  diglot translate --to en memories/samples/2025-06-17-un-statement.ru.txt -o statement.txt
  diglot translate memories/notice.xlf -o notice.en.xlf
  diglot translate --min 60 memories/notice.po > notice.be.po
  diglot translate --to en --exact memories/samples/html/2026-04-15-vitebsk-meeting.be.html")]
pub(super) struct Arguments {
    /// The file to read: plain text, HTML, Markdown, XLIFF or PO; `-` is standard input
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    pub(super) direction: Direction,
    #[command(flatten)]
    pub(super) preferring: Preferring,
    /// The least score to fill in, in per cent [default: 85; 75 in XLIFF and PO]
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(i64::from(LEAST)..=101))]
    pub(super) min: Option<u8>,
    /// Fill in only what is equal
    #[arg(long, conflicts_with = "min")]
    pub(super) exact: bool,
    /// Do not mark what is not equal; XLIFF and PO always mark it
    #[arg(long)]
    unmarked: bool,
    /// Where to write [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<Exit, Failure> {
    let path = input::or_stdin(arguments.file.clone().into_iter().collect())?.remove(0);
    let name = input::name(&path);
    let bytes = input::read(&path)?;
    let format = Format::from_file_name(&name).or_else(|| Format::sniff(&bytes));
    if let Some(format @ (Format::Xliff | Format::Po)) = format {
        return translate_bilingual::run((&name, &bytes, format), arguments, context);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(Error::Unusable {
            name,
            reason: "is a word processor file or another archive, which is not filled; save it as text or HTML, or make an XLIFF file of it".to_owned(),
        }
        .into());
    }
    let (to, from) = arguments.direction.settle(context, "translate")?;
    let encoding = context.reader.encoding.clone();
    let request = Request {
        name: &name,
        lang: from,
        encoding: encoding.as_deref(),
        ..Request::default()
    };
    let document = reading::read_with(&bytes, &request, &context.reader.detector)?;
    // The source itself, markup and all; its warnings are the document's.
    let (source, _) = reading::decode(&bytes, &request)?;
    for warning in &document.warnings {
        failure::warn(&format!("`{name}`: {warning}"));
    }
    let least = match arguments.exact {
        true => 100,
        false => arguments.min.unwrap_or(MIN),
    };
    asking::with_index(context, |memory, context| {
        let mut analysis = Analysis::default();
        let mut filler = Filler::new(&source, markup(&path, &source));
        let (mut filled, mut lost) = (0, 0);
        each_segment(
            &arguments.preferring.matcher(memory),
            &document,
            &to,
            LEAST,
            context,
            &mut |text, matches| {
                analysis.count(text, matches.first());
                let rendering = matches
                    .first()
                    .filter(|best| best.percent() >= least)
                    .map(|best| shown(best, arguments.unmarked));
                let stands = filler.segment(text, rendering.as_deref());
                if rendering.is_some() {
                    filled += u64::from(stands);
                    lost += u64::from(!stands);
                }
            },
        )?;
        if context.output.json {
            analyse::write(&name, &analysis, context)?;
        } else if !context.quiet {
            failure::talk(
                diglot::report::AnalysisLine::new(&name, &analysis)
                    .text()
                    .trim_end(),
            );
        }
        if lost > 0 {
            failure::warn(&format!(
                "`{name}`: {lost} known segments were left as they are: they have markup inside"
            ));
        }
        let text = filler.finish();
        match &arguments.output {
            Some(output) => save::write_whole(output, save::Lasting::Synced, |out| {
                out.write_all(text.as_bytes())
                    .map_err(|source| Error::File {
                        action: "write",
                        path: output.display().to_string(),
                        source,
                    })
            })?,
            None if context.output.json => {}
            None => context.output.bytes(text.as_bytes())?,
        }
        Ok(Exit::found(filled > 0))
    })
}

/// The rendering as it is filled in.
fn shown(best: &Match, unmarked: bool) -> String {
    match best.kind {
        Kind::Context | Kind::Exact => best.target.clone(),
        _ if unmarked => best.target.clone(),
        _ => format!("⟦{} % {}⟧", best.percent(), best.target),
    }
}

/// How a file is written, by its name, else by its beginning.
fn markup(path: &Path, source: &str) -> Markup {
    let ending = path
        .extension()
        .map(|ending| ending.to_string_lossy().to_lowercase());
    match ending.as_deref() {
        Some("html" | "htm" | "xhtml" | "xml") => Markup::Tags,
        Some("md" | "markdown") => Markup::Markdown,
        Some(_) => Markup::None,
        None if source.trim_start().starts_with('<') => Markup::Tags,
        None => Markup::None,
    }
}
