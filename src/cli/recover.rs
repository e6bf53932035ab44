//! `diglot recover`: save what can be read of a damaged memory.

use std::path::PathBuf;

use diglot::memory::Memory;
use diglot::report::visible;
use serde::Serialize;

use super::Context;
use super::exit::Exit;
use super::failure::Failure;
use super::interrupt;
use super::progress::Progress;

/// Save what can be read of a damaged memory into a new one
///
/// The damaged file is only read. Where SQLite cannot open it any more, because it is cut or its beginning is lost, its pages are read one by one.
/// What could not be saved is said.
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

#[derive(Serialize)]
struct RecoveredLine<'t> {
    r#type: &'static str,
    documents: u64,
    segments: u64,
    units: u64,
    variants: u64,
    places: u64,
    damaged: &'t [String],
    gaps: &'t [(String, i64, Option<i64>)],
    dropped: u64,
    notes: &'t [String],
}

pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<Exit, Failure> {
    interrupt::listen();
    let progress = Progress::new("recovering", 1, context.quiet);
    let saved = Memory::recover(&arguments.old, &arguments.new, &mut |step| {
        progress.watch(step)
    })?;
    drop(progress);
    if context.output.json {
        context.output.object(&RecoveredLine {
            r#type: "recovered",
            documents: saved.documents,
            segments: saved.segments,
            units: saved.units,
            variants: saved.variants,
            places: saved.places,
            damaged: &saved.damaged,
            gaps: &saved.gaps,
            dropped: saved.dropped,
            notes: &saved.notes,
        })?;
        return Ok(Exit::found(saved.units > 0));
    }
    let (units, variants, documents, segments) =
        (saved.units, saved.variants, saved.documents, saved.segments);
    context.output.line(&format!(
        "saved {units} units with {variants} texts, {documents} documents with {segments} segments"
    ))?;
    for note in &saved.notes {
        context.output.line(note)?;
    }
    for unit in &saved.damaged {
        context
            .output
            .line(&visible(&format!("damaged: unit {unit}")))?;
    }
    for (table, first, last) in &saved.gaps {
        let last = last.map_or("the end".to_owned(), |last| last.to_string());
        context
            .output
            .line(&format!("lost: rows {first} to {last} of table `{table}`"))?;
    }
    if saved.dropped > 0 {
        context.output.line(&format!(
            "lost: {} rows that were damaged or referred to lost ones",
            saved.dropped
        ))?;
    }
    Ok(Exit::found(saved.units > 0))
}
