//! `diglot stats`: the memory in numbers.

use diglot::memory::Access;
use diglot::report::StatsLine;

use super::Context;
use super::exit::Exit;
use super::failure::Failure;

/// Show the memory in numbers
#[derive(clap::Args)]
#[command(after_help = "Examples:
  diglot stats
  diglot stats --json")]
pub(super) struct Arguments {}

pub(super) fn run(_: &Arguments, context: &mut Context) -> Result<Exit, Failure> {
    let path = context.memory_path();
    let stats = context.open(Access::Read)?.stats()?;
    let file = path.display().to_string();
    let line = StatsLine::new(&file, &stats);
    match context.output.json {
        true => context.output.object(&line)?,
        false => context.output.line(&line.text())?,
    }
    Ok(Exit::found(stats.units.iter().sum::<u64>() > 0))
}
