//! `diglot recover`: save what can be read of a damaged memory.

use std::path::PathBuf;

use diglot::memory::Memory;

use super::Context;
use super::exit::Exit;
use super::failure::Failure;
use super::progress::Progress;

/// Save what can be read of a damaged memory into a new one
///
/// The damaged file is only read. What could not be saved is said.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  diglot recover memory.diglot saved.diglot
  diglot recover --json memory.diglot saved-again.diglot")]
pub(super) struct Arguments {
    /// The damaged memory
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The memory to make
    #[arg(value_name = "NEW")]
    new: PathBuf,
}
