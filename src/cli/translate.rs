//! `diglot translate`: a document filled with what the memory knows of it.

use std::path::{Path, PathBuf};

use diglot::interchange::{self, Filled, Format, Proposal, Segment};
use diglot::matching::{Kind, Match, Matcher, Query};
use diglot::memory::{Access, Memory};
use diglot::model::{Lang, Score, Status};
use diglot::{Error, Result};
use serde::Serialize;

use super::exit::Exit;
use super::failure::Failure;
use super::progress::Progress;
use super::{Context, input, interrupt, save};

/// Fill a document with renderings from the memory
///
/// Takes XLIFF and PO files, whose segments without a rendering get the best one of the memory; everything else of the file stays byte for byte. What does
/// not fit fully, or nobody has confirmed, is marked for review as the format has it: with the state and match rate of XLIFF, as fuzzy in PO.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  diglot translate memories/notice.xlf -o notice.en.xlf
  diglot translate --min 60 memories/notice.po > notice.be.po")]
pub(super) struct Arguments {
    /// The document; `-` is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The language to translate into [default: the document's]
    #[arg(long, value_parser = super::lang, value_name = "LANG")]
    to: Option<Lang>,
    /// The document's language [default: what it says]
    #[arg(long, value_parser = super::lang, value_name = "LANG")]
    from: Option<Lang>,
    /// The least score of a rendering, in per cent
    #[arg(long, default_value_t = 75, value_parser = clap::value_parser!(u8).range(1..=100), value_name = "PERCENT")]
    min: u8,
    /// Only renderings of texts that are equal
    #[arg(long)]
    exact: bool,
    /// The file to write [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Serialize)]
struct Translated<'t> {
    r#type: &'static str,
    file: &'t str,
    segments: u64,
    exact: u64,
    fuzzy: u64,
    open: u64,
    done: u64,
    without_codes: u64,
}

pub(super) fn run(
    arguments: &Arguments,
    context: &mut Context,
) -> std::result::Result<Exit, Failure> {
    let name = input::name(&arguments.file);
    let output = arguments
        .output
        .as_deref()
        .filter(|path| *path != Path::new("-"));
    if context.output.json && output.is_none() {
        return Err(Failure::misuse(
            "document and analysis cannot both go to standard output",
            "name a file for the document with `-o`",
        ));
    }
    let bytes = input::read(&arguments.file)?;
    let format = Format::from_file_name(&name).or_else(|| Format::sniff(&bytes));
    let memory = context.open(Access::Read)?;
    interrupt::listen();
    let progress = Progress::unmeasured(format!("translating {name}"), context.quiet);
    let mut asking = Asking::new(&memory, arguments);
    let mut propose = |segment: &Segment| asking.propose(segment);
    let (from, to) = (arguments.from.as_ref(), arguments.to.as_ref());
    let filled = match format {
        Some(Format::Xliff) => interchange::fill_xliff(&bytes, &name, from, to, &mut propose)?,
        Some(Format::Po) => interchange::fill_po(&bytes, &name, from, to, &mut propose)?,
        _ => {
            return Err(Error::Unusable {
                name,
                reason: "is neither XLIFF nor PO".to_owned(),
            }
            .into());
        }
    };
    drop(progress);
    match output {
        Some(path) => save::write_whole(path, |out| {
            out.write_all(&filled.bytes).map_err(|source| Error::File {
                action: "write",
                path: path.display().to_string(),
                source,
            })
        })?,
        None => context.output.bytes(&filled.bytes)?,
    }
    tell(&name, &filled, context)?;
    Ok(Exit::found(filled.exact + filled.fuzzy > 0))
}

/// Says how much was found.
fn tell(name: &str, filled: &Filled, context: &mut Context) -> Result<()> {
    let Filled {
        done,
        exact,
        fuzzy,
        without_codes,
        open,
        ..
    } = *filled;
    let segments = done + exact + fuzzy + open;
    if context.output.json {
        return context.output.object(&Translated {
            r#type: "translated",
            file: name,
            segments,
            exact,
            fuzzy,
            open,
            done,
            without_codes,
        });
    }
    let mut text = format!(
        "{name}: {segments} segments: {exact} filled, {fuzzy} filled for review, {open} open"
    );
    if done > 0 {
        text.push_str(&format!(", {done} were done"));
    }
    if without_codes > 0 {
        text.push_str(&format!(
            "; {without_codes} renderings lack the inline codes of their source"
        ));
    }
    context.talk(&text);
    Ok(())
}

/// Asks the memory segment by segment, each in the context of the one before.
struct Asking<'m> {
    memory: &'m Memory,
    matcher: Matcher<'m>,
    min: Score,
    exact: bool,
    before: Option<String>,
}

impl<'m> Asking<'m> {
    fn new(memory: &'m Memory, arguments: &Arguments) -> Self {
        Self {
            memory,
            matcher: Matcher::new(memory.lookup()),
            min: Score::from_percent(if arguments.exact { 100 } else { arguments.min }),
            exact: arguments.exact,
            before: None,
        }
    }

    fn propose(&mut self, segment: &Segment) -> Result<Option<Proposal>> {
        if interrupt::asked() {
            return Err(Error::Interrupted {
                state: "no document was written".to_owned(),
            });
        }
        let before = self.before.replace(segment.text.clone());
        let query = Query {
            from: Some(segment.from.clone()),
            min: self.min,
            limit: 1,
            before: before.as_deref(),
            ..Query::new(&segment.text, segment.to.clone())
        };
        let best = self.matcher.suggest(&query)?.into_iter().next();
        let equal = |found: &Match| matches!(found.kind, Kind::Context | Kind::Exact);
        match best.filter(|found| !self.exact || equal(found)) {
            Some(found) => self.proposal(found, &segment.to).map(Some),
            None => Ok(None),
        }
    }

    fn proposal(&self, found: Match, to: &Lang) -> Result<Proposal> {
        let unit = self.memory.lookup().unit(found.unit)?;
        // A repaired text has its codes elsewhere.
        let variant = unit
            .variants
            .iter()
            .find(|variant| to.covers(&variant.lang) && variant.text() == found.target);
        Ok(Proposal {
            percent: found.percent(),
            confirmed: found.status == Status::Confirmed,
            codes: variant
                .map(|variant| variant.codes.clone())
                .unwrap_or_default(),
            source: found.source,
            target: found.target,
        })
    }
}
