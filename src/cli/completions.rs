//! `diglot completions`: what the shell may complete.

use clap::CommandFactory as _;

use super::exit::Exit;
use super::failure::Failure;
use super::{Cli, Context};

/// Write completions for a shell
#[derive(clap::Args)]
#[command(after_help = "Examples:
  diglot completions bash
  diglot completions fish")]
pub(super) struct Arguments {
    /// The shell
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "diglot", &mut script);
    context.output.bytes(&script)?;
    Ok(Exit::Found)
}
