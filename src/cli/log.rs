//! `diglot log`: what was done to the memory.

use diglot::memory::Access;
use diglot::report::LogLine;

use super::Context;
use super::exit::Exit;
use super::failure::Failure;

/// Show what was done to the memory, newest first
#[derive(clap::Args)]
#[command(after_help = "Examples:
  diglot log
  diglot log --limit 1 --json")]
pub(super) struct Arguments {
    /// How many changes to show
    #[arg(long, default_value_t = 20, value_name = "N")]
    limit: usize,
}

pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<Exit, Failure> {
    let entries = context.open(Access::Read)?.log(arguments.limit)?;
    for entry in &entries {
        let line = LogLine::new("change", entry);
        match context.output.json {
            true => context.output.object(&line)?,
            false => context.output.line(&line.text(context.output.paint))?,
        }
    }
    if entries.is_empty() {
        context.talk("nothing found");
    }
    Ok(Exit::found(!entries.is_empty()))
}
