//! `diglot suggest`: how did we say this last time?

use std::io::{self, BufRead as _, IsTerminal as _};

use diglot::matching::{Matcher, Measure, Query};
use diglot::model::{Lang, Score};
use diglot::report::{SuggestionsLine, suggestions_text};
use diglot::{Error, Result};

use super::Context;
use super::asking::{self, Direction, Preferring};
use super::exit::Exit;
use super::failure::Failure;
use super::progress::Progress;

/// Matches below this per cent say nothing to a translator.
const LEAST_MIN: u8 = 1;

/// Show earlier renderings of a text
///
/// 101 % is the same text between the same neighbours, as far as they are known (on standard input: after the same line), 100 % the same text, 99 % the same but for numbers, dates, names, acronyms or punctuation, which are then
/// repaired in the rendering and marked ⟦so⟧. Below that the score falls with every word that differs; {+so+} is marked what only the query has,
/// [-so-] what only the memory has. Where nothing is near enough, the stretches of the text that the memory knows are shown.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  diglot suggest --to en 'Встреча прошла в дружественной атмосфере.'
  echo 'Министр иностранных дел' | diglot suggest --to be --min 60 --json -")]
pub(super) struct Arguments {
    /// The text to translate; `-` reads one text a line and answers in order
    #[arg(value_name = "TEXT")]
    text: Option<String>,
    #[command(flatten)]
    direction: Direction,
    #[command(flatten)]
    preferring: Preferring,
    /// The least score to show, in per cent [default: 70]
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(i64::from(LEAST_MIN)..=100))]
    min: Option<u8>,
    /// The most suggestions to show [default: 5]
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// The measure to rank and cut by: the program's own, or plain similarity by words or characters
    #[arg(long, value_parser = measure, default_value = "best", value_name = "best|words|chars")]
    score: Measure,
    /// The text that stands before, for matches in context; on standard input the line before
    #[arg(long, value_name = "TEXT")]
    before: Option<String>,
    /// The text that stands after, for matches in context
    #[arg(long, value_name = "TEXT")]
    after: Option<String>,
}

fn measure(name: &str) -> std::result::Result<Measure, String> {
    Measure::from_name(name)
        .ok_or_else(|| format!("`{name}` is not a measure: best, words or chars"))
}

/// What all queries of a run share.
struct Asking<'m> {
    matcher: Matcher<'m>,
    to: Lang,
    from: Option<Lang>,
    /// The memory's languages but the target.
    sources: Vec<Lang>,
    min: Score,
    limit: usize,
    measure: Measure,
}

/// The texts to ask for, each with the texts around it as far as they are known.
struct Queries<'q> {
    /// The text named on the command line, until it was answered.
    named: Option<(&'q str, Option<&'q str>, Option<&'q str>)>,
    lines: Option<std::io::Lines<io::StdinLock<'static>>>,
    number: u64,
    /// A line that was read and not answered yet.
    pending: Option<String>,
    before: Option<String>,
}

pub(super) fn run(
    arguments: &Arguments,
    context: &mut Context,
) -> std::result::Result<Exit, Failure> {
    let (to, from) = arguments.direction.settle(context, "suggest")?;
    let mut queries = Queries {
        named: None,
        lines: None,
        number: 0,
        pending: None,
        before: None,
    };
    match arguments.text.as_deref() {
        Some(text) if text != "-" => {
            queries.named = Some((
                text,
                arguments.before.as_deref(),
                arguments.after.as_deref(),
            ));
        }
        None if io::stdin().is_terminal() => {
            return Err(Failure::misuse(
                "which text?",
                "name it, pipe texts in, or type `-` to write into the terminal",
            ));
        }
        _ => queries.lines = Some(io::stdin().lock().lines()),
    }
    let mut found = false;
    asking::with_index(context, |memory, context| {
        let sources = memory
            .languages()?
            .into_iter()
            .map(|(lang, _)| lang)
            .filter(|lang| !lang.covers(&to))
            .collect();
        let asking = Asking {
            matcher: arguments.preferring.matcher(memory),
            to: to.clone(),
            from: from.clone(),
            sources,
            min: Score::from_percent(arguments.min.or(context.settings.min).unwrap_or(70)),
            limit: arguments.limit.or(context.settings.limit).unwrap_or(5),
            measure: arguments.score,
        };
        if let Some((text, before, after)) = queries.named {
            let _progress = Progress::unmeasured("looking", context.quiet);
            found |= asking.answer(text, before, after, context)?;
        }
        while let Some(line) = queries.next()? {
            found |= asking.answer(&line, queries.before.as_deref(), None, context)?;
            // A line at a time, so that another program can wait for each answer; the line before is the context.
            context.output.flush()?;
            queries.answered(line);
        }
        Ok(Exit::found(found))
    })
}

impl Queries<'_> {
    /// Returns the next line; the same one again until it was answered.
    fn next(&mut self) -> Result<Option<String>> {
        if let Some(line) = &self.pending {
            return Ok(Some(line.clone()));
        }
        let Some(line) = self.lines.as_mut().and_then(Iterator::next) else {
            return Ok(None);
        };
        self.number += 1;
        let line = line.map_err(|source| match source.kind() {
            io::ErrorKind::InvalidData => Error::Syntax {
                name: "standard input".to_owned(),
                line: self.number,
                column: 1,
                reason: "not UTF-8".to_owned(),
            },
            _ => Error::File {
                action: "read",
                path: "standard input".to_owned(),
                source,
            },
        })?;
        let line = line.trim_end_matches('\r').to_owned();
        self.pending = Some(line.clone());
        Ok(Some(line))
    }

    fn answered(&mut self, line: String) {
        self.pending = None;
        self.before = Some(line);
    }
}

impl Asking<'_> {
    fn answer(
        &self,
        text: &str,
        before: Option<&str>,
        after: Option<&str>,
        context: &mut Context,
    ) -> Result<bool> {
        let query = Query {
            text,
            from: self.source(text, context),
            to: self.to.clone(),
            min: self.min,
            limit: self.limit,
            measure: self.measure,
            before,
            after,
        };
        let matches = self.matcher.suggest(&query)?;
        let fragments = if matches.is_empty() {
            self.matcher.fragments(&query)?
        } else {
            Vec::new()
        };
        if context.output.json {
            context.output.object(&SuggestionsLine::new(
                &query,
                query.from.as_ref(),
                &matches,
                &fragments,
            ))?;
        } else {
            let paint = context.output.paint;
            context
                .output
                .bytes(suggestions_text(&matches, &fragments, paint).as_bytes())?;
        }
        Ok(!matches.is_empty())
    }

    /// The language of a text: the one named, the only one there is, or the one it shows among the memory's; else all are looked through.
    fn source(&self, text: &str, context: &Context) -> Option<Lang> {
        if self.from.is_some() || self.sources.len() < 2 {
            return self.from.clone().or_else(|| self.sources.first().cloned());
        }
        let detected = context.reader.detector.detect(text)?.lang;
        self.sources
            .iter()
            .find(|lang| lang.covers(&detected))
            .cloned()
    }
}
