//! `diglot search`: words in use.

use diglot::matching::{self, ConcordanceQuery, Order};
use diglot::model::Lang;
use diglot::report::{HitLine, KwicLine, RenderingCountLine, hit_text, kwic_text};

use super::exit::Exit;
use super::failure::Failure;
use super::filter::FilterArguments;
use super::{Context, asking};

/// Columns of a keyword-in-context line where the terminal does not say how wide it is.
const COLUMNS: usize = 100;

/// Show words in use, with their renderings
///
/// All words must occur in one text, in any of their forms; `word*` stands for every word that begins so, "words in quotation marks" must follow
/// each other.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  diglot search --lang ru безопасность
  diglot search --renderings --limit 5 безопасность
  diglot search --kwic --sort right 'канферэнцыя'")]
pub(super) struct Arguments {
    /// What to look for
    #[arg(value_name = "WORDS", required = true)]
    words: Vec<String>,
    /// Only texts in this language
    #[arg(long, value_parser = super::lang)]
    lang: Option<Lang>,
    /// Find words as they stand only, not in their other forms
    #[arg(long)]
    exact: bool,
    /// The most words that may stand between the first and the last of the words [default: anywhere in one text]
    #[arg(long, value_name = "N")]
    near: Option<usize>,
    /// Count the renderings of the words, the most frequent first, and show no hits
    #[arg(long, conflicts_with = "kwic")]
    renderings: bool,
    /// Show the words in the middle of a line
    #[arg(long)]
    kwic: bool,
    /// Sort the lines by what stands left or right, or by date, newest first
    #[arg(
        long,
        requires = "kwic",
        value_enum,
        value_name = "left|right|date",
        hide_possible_values = true
    )]
    sort: Option<Sort>,
    /// The most hits to show
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    #[command(flatten)]
    filter: FilterArguments,
}

/// The orders of keyword-in-context lines.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Sort {
    Left,
    Right,
    Date,
}

impl From<Sort> for Order {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::Left => Self::Left,
            Sort::Right => Self::Right,
            Sort::Date => Self::Date,
        }
    }
}

pub(super) fn run(arguments: Arguments, context: &mut Context) -> Result<Exit, Failure> {
    let text = arguments.words.join(" ");
    let query = ConcordanceQuery {
        text: &text,
        exact: arguments.exact,
        lang: arguments.lang,
        near: arguments.near,
        filter: arguments.filter.filter(Vec::new()),
        // Of sorted or counted hits the first are known only when all are.
        limit: arguments
            .limit
            .filter(|_| arguments.sort.is_none() && !arguments.renderings),
    };
    let words = text.split_whitespace().count();
    let (hits, renderings) = asking::with_index(context, |memory, _| {
        let mut hits = matching::search(memory.lookup(), &query)?;
        let renderings = match arguments.kwic {
            true => Vec::new(),
            false => matching::spot(memory.lookup(), &mut hits, words)?,
        };
        Ok((hits, renderings))
    })?;
    let paint = context.output.paint;
    if arguments.kwic {
        let mut lines: Vec<_> = hits.iter().flat_map(matching::kwic).collect();
        if let Some(sort) = arguments.sort {
            matching::sort(&mut lines, sort.into());
        }
        lines.truncate(arguments.limit.unwrap_or(usize::MAX));
        let columns = terminal_columns();
        for line in &lines {
            match context.output.json {
                true => context.output.object(&KwicLine::from(line))?,
                false => context.output.line(&kwic_text(line, columns, paint))?,
            }
        }
    } else if arguments.renderings {
        for count in renderings
            .iter()
            .take(arguments.limit.unwrap_or(usize::MAX))
        {
            let line = RenderingCountLine::from(count);
            match context.output.json {
                true => context.output.object(&line)?,
                false => context.output.line(&line.text(paint))?,
            }
        }
    } else {
        for hit in &hits {
            match context.output.json {
                true => context.output.object(&HitLine::from(hit))?,
                false => context.output.line(&hit_text(hit, paint))?,
            }
        }
    }
    if hits.is_empty() {
        context.talk("nothing found");
    }
    Ok(Exit::found(!hits.is_empty()))
}

/// The width of the terminal, as the shell says it.
fn terminal_columns() -> usize {
    std::env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok())
        .unwrap_or(COLUMNS)
}
