//! `diglot undo`: take a change back.

use diglot::memory::{Access, ChangeId};
use diglot::report::LogLine;

use super::exit::Exit;
use super::failure::Failure;
use super::waiting::Waiting;
use super::{Context, clock};

/// Take back the last change to the memory, or a given one
///
/// A second undo goes one change further back. `diglot log` shows the changes with their numbers.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  diglot undo
  diglot undo 1")]
pub(super) struct Arguments {
    /// The number of the change, as `diglot log` shows it [default: the last one that still stands]
    #[arg(value_name = "CHANGE")]
    change: Option<i64>,
}

pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<Exit, Failure> {
    let mut memory = context.open(Access::Write)?;
    let undone = {
        let _waiting = Waiting::begin(context.quiet);
        memory.undo(arguments.change.map(ChangeId), clock::now())?
    };
    let Some(entry) = undone else {
        context.talk("nothing to take back");
        return Ok(Exit::Nothing);
    };
    let line = LogLine::new("undone", &entry);
    match context.output.json {
        true => context.output.object(&line)?,
        false => context
            .output
            .line(&format!("took back {}", line.text(context.output.paint)))?,
    }
    Ok(Exit::Found)
}
