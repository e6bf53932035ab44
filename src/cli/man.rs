//! `diglot man`: the manual page.

use clap::CommandFactory as _;
use diglot::Error;

use super::exit::Exit;
use super::failure::Failure;
use super::{Cli, Context};

/// Write the manual page of diglot or of one command
#[derive(clap::Args)]
#[command(after_help = "Examples:
  diglot man
  diglot man suggest")]
pub(super) struct Arguments {
    /// The command; without one the page of diglot itself
    command: Option<String>,
}

pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<Exit, Failure> {
    let mut program = Cli::command();
    // Built, a command knows its whole name (`diglot suggest`) and the arguments that all commands take.
    program.build();
    let page = match &arguments.command {
        None => program,
        Some(name) => match program.find_subcommand(name) {
            Some(command) => command.clone(),
            None => return Err(Failure::misuse(format!("`{name}` is not a command"), "`diglot --help` lists the commands")),
        },
    };
    let written = clap_mangen::Man::new(page).render(&mut context.output);
    written.map_err(|source| Error::Write { what: "standard output", source })?;
    Ok(Exit::Found)
}
