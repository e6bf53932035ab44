//! `diglot documents`: what was added, and what became of it.

use diglot::memory::Access;
use diglot::model::Lang;
use diglot::report::DocumentLine;

use super::Context;
use super::exit::Exit;
use super::failure::Failure;
use super::filter::FilterArguments;

/// List the documents in the memory
#[derive(clap::Args)]
#[command(after_help = "Examples:
  diglot documents --lang be
  diglot documents --since 2026-01-01 --json")]
pub(super) struct Arguments {
    /// Only documents in this language
    #[arg(long, value_parser = super::lang)]
    lang: Option<Lang>,
    #[command(flatten)]
    filter: FilterArguments,
}

pub(super) fn run(arguments: Arguments, context: &mut Context) -> Result<Exit, Failure> {
    let filter = arguments
        .filter
        .filter(arguments.lang.into_iter().collect());
    let documents = context.open(Access::Read)?.documents(&filter)?;
    for document in &documents {
        let line = DocumentLine::new(document);
        match context.output.json {
            true => context.output.object(&line)?,
            false => context.output.line(&line.text(context.output.paint))?,
        }
    }
    if documents.is_empty() {
        context.talk("nothing found");
    }
    Ok(Exit::found(!documents.is_empty()))
}
