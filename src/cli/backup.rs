//! `diglot backup`: a copy of the memory as of this moment.

use std::path::PathBuf;

use diglot::memory::Access;
use serde::Serialize;

use super::Context;
use super::exit::Exit;
use super::failure::Failure;
use super::interrupt;
use super::progress::Progress;

/// Copy the memory to a new file while others may go on writing
///
/// The copy is checked before it gets its name; a file that exists is not overwritten.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  diglot backup today.diglot
  diglot --memory memory.diglot backup tomorrow.diglot")]
pub(super) struct Arguments {
    /// The file to make
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Serialize)]
struct Copied<'t> {
    r#type: &'static str,
    file: &'t str,
}

pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<Exit, Failure> {
    interrupt::listen();
    let memory = context.open(Access::Read)?;
    let progress = Progress::new("copying", 1, context.quiet);
    memory.backup(&arguments.file, &mut |step| progress.watch(step))?;
    drop(progress);
    let file = arguments.file.display().to_string();
    match context.output.json {
        true => context.output.object(&Copied {
            r#type: "copied",
            file: &file,
        })?,
        false => context.talk(&format!("copied to `{file}` and checked")),
    }
    Ok(Exit::Found)
}
