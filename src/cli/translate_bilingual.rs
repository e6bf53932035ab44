//! `diglot translate` for XLIFF and PO: renderings put where the format has a place for them.

use std::path::Path;

use diglot::interchange::{self, Filled, Format, Proposal, Segment};
use diglot::matching::{Kind, Match, Matcher, Query};
use diglot::memory::Memory;
use diglot::model::{Lang, Score, Status};
use diglot::{Error, Result};
use serde::Serialize;

use super::exit::Exit;
use super::failure::Failure;
use super::progress::Progress;
use super::translate::Arguments;
use super::{Context, asking, interrupt, save};

/// The least score of a rendering that is filled in when nobody says otherwise: a reviewer sees it beside its source.
const MIN: u8 = 75;

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
    (name, bytes, format): (&str, &[u8], Format),
    arguments: &Arguments,
    context: &mut Context,
) -> std::result::Result<Exit, Failure> {
    interrupt::listen();
    let (from, to) = (
        arguments.direction.from.as_ref(),
        arguments.direction.to.as_ref(),
    );
    let filled = asking::with_index(context, |memory, context| {
        let _progress = Progress::unmeasured(format!("translating {name}"), context.quiet);
        let mut asking = Asking::new(memory, arguments);
        let mut propose = |segment: &Segment| asking.propose(segment);
        let filled = match format {
            Format::Po => interchange::fill_po(bytes, name, from, to, &mut propose)?,
            _ => interchange::fill_xliff(bytes, name, from, to, &mut propose)?,
        };
        Ok(filled)
    })?;
    let output = arguments
        .output
        .as_deref()
        .filter(|path| *path != Path::new("-"));
    match output {
        Some(path) => save::write_whole(path, save::Lasting::Synced, |out| {
            out.write_all(&filled.bytes).map_err(|source| Error::File {
                action: "write",
                path: path.display().to_string(),
                source,
            })
        })?,
        None if context.output.json => {}
        None => context.output.bytes(&filled.bytes)?,
    }
    tell(name, &filled, context)?;
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
    /// The least score, in per cent; 101 is an equal text in the same context.
    min: u8,
    exact: bool,
    before: Option<String>,
}

impl<'m> Asking<'m> {
    fn new(memory: &'m Memory, arguments: &Arguments) -> Self {
        Self {
            memory,
            matcher: arguments.preferring.matcher(memory),
            min: match arguments.exact {
                true => 100,
                false => arguments.min.unwrap_or(MIN),
            },
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
            min: Score::from_percent(self.min.min(100)),
            limit: 1,
            before: before.as_deref(),
            ..Query::new(&segment.text, segment.to.clone())
        };
        let best = self.matcher.suggest(&query)?.into_iter().next();
        let equal = |found: &Match| matches!(found.kind, Kind::Context | Kind::Exact);
        let fits = |found: &Match| found.percent() >= self.min && (!self.exact || equal(found));
        match best.filter(fits) {
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
