//! `diglot import`: units from other tools.

use std::io::BufRead;
use std::path::{Path, PathBuf};

use diglot::interchange::{self, Entry, Format, ReadOptions};
use diglot::memory::{Access, Change, Memory, UnitOutcome};
use diglot::model::Lang;
use diglot::report::{ImportedLine, WarningLine};
use diglot::{Error, Result};

use super::exit::Exit;
use super::failure::{self, Failure};
use super::progress::Progress;
use super::{Context, clock, input, interrupt};

/// Most warnings about one file that are shown; all are counted, and `--json` has them all.
const SHOWN_WARNINGS: usize = 20;

/// Take units from other tools into the memory
///
/// Reads TMX 1.1 to 1.4, TSV and JSON Lines, also compressed. A file comes in whole or not at all: where it is broken, nothing of it is kept unless
/// --keep-going asks for what stands before the fault. The same file twice adds nothing.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  diglot import memories/official.tmx
  printf 'ru\\ten\\nДа.\\tYes.\\n' | diglot import --format tsv -")]
pub(super) struct Arguments {
    /// Files to read; `-` is standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The files' format [default: by name or content]
    #[arg(long, value_parser = format, value_name = "tmx|tsv|jsonl")]
    format: Option<Format>,
    /// The languages of the columns of TSV files whose first line does not name them
    #[arg(long, value_parser = super::lang, value_delimiter = ',', value_name = "LANG,LANG")]
    langs: Vec<Lang>,
    /// Keep what stands before a fault
    #[arg(long)]
    keep_going: bool,
    /// Read and report, and keep nothing
    #[arg(long)]
    dry_run: bool,
}

/// Reads the name of a format as an argument.
pub(super) fn format(name: &str) -> std::result::Result<Format, String> {
    Format::from_name(name).ok_or_else(|| format!("`{name}` is not a format: tmx, tsv or jsonl"))
}

pub(super) fn run(
    arguments: Arguments,
    context: &mut Context,
) -> std::result::Result<Exit, Failure> {
    let files = input::or_stdin(arguments.files.clone())?;
    // Waiting for standard input cannot be interrupted from within; ending the process takes an open transaction back as well.
    if !files.iter().any(|path| path == Path::new("-")) {
        interrupt::listen();
    }
    let mut memory = None;
    let (mut found, mut failed) = (false, false);
    for path in files {
        let mut line = ImportedLine::new(input::name(&path));
        let fault = match import(&path, &arguments, &mut memory, &mut line, context) {
            Ok(fault) => {
                if fault.is_none() || arguments.keep_going {
                    found |= line.units > 0;
                    show(&line, context)?;
                }
                fault
            }
            Err(Failure::Library(error)) if !matches!(error, Error::Interrupted { .. }) => {
                Some(error)
            }
            Err(failure) => return Err(failure),
        };
        if let Some(fault) = fault {
            failure::complain(&fault);
            failed = true;
        }
    }
    Ok(if failed {
        Exit::Failed
    } else {
        Exit::found(found)
    })
}

/// Opens the memory to import into; trying an import out makes no file.
fn open_memory(dry_run: bool, context: &Context) -> std::result::Result<Memory, Failure> {
    if dry_run && !context.memory_path().exists() {
        return Ok(Memory::in_memory()?);
    }
    context.open(Access::Create)
}

/// Imports a file and returns the fault in it, if there is one: what stands before it was kept if that was asked for. After an error nothing was.
fn import(
    path: &Path,
    arguments: &Arguments,
    memory: &mut Option<Memory>,
    line: &mut ImportedLine,
    context: &Context,
) -> std::result::Result<Option<Error>, Failure> {
    let (mut source, bytes) = input::open(path)?;
    let format = match arguments
        .format
        .or_else(|| Format::from_file_name(&line.file))
    {
        Some(format) => format,
        None => sniff(&mut source, &line.file)?,
    };
    let progress = Progress::new(
        format!("importing {}", line.file),
        bytes.unwrap_or(0),
        context.quiet,
    );
    let options = ReadOptions {
        languages: arguments.langs.clone(),
    };
    // Only now, so that a mistyped file name leaves no empty memory behind.
    let memory = match memory {
        Some(memory) => memory,
        None => memory.insert(open_memory(arguments.dry_run, context)?),
    };
    let mut writer = memory.begin(Change {
        command: "import".to_owned(),
        detail: line.file.clone(),
        at: clock::now(),
    })?;
    let mut fault = None;
    for entry in interchange::open(format, progress.reading(source), &line.file, &options) {
        if interrupt::asked() {
            return Err(Error::Interrupted {
                state: format!(
                    "nothing of `{}` was kept; run the same command again",
                    line.file
                ),
            }
            .into());
        }
        progress.advance(0);
        match entry {
            Ok(Entry::Unit {
                unit,
                line: at,
                column,
            }) => {
                line.read(&unit);
                match writer.add_unit(&unit)? {
                    UnitOutcome::New(_) => line.added += 1,
                    UnitOutcome::Renamed(_, name) => {
                        line.added += 1;
                        let reason = format!(
                            "its name belongs to another unit of the memory; it is kept as `{name}`"
                        );
                        line.warnings.push(WarningLine {
                            line: at,
                            column,
                            unit: unit.id.clone(),
                            reason,
                        });
                    }
                    UnitOutcome::Known(_) => line.duplicates += 1,
                    UnitOutcome::Extended(_) => line.extended += 1,
                }
            }
            Ok(Entry::Warning(warning)) => line.warnings.push(warning.into()),
            Err(error) => fault = Some(error),
        }
    }
    if !arguments.dry_run && (fault.is_none() || arguments.keep_going) {
        writer.commit()?;
    }
    Ok(fault)
}

fn sniff(source: &mut impl BufRead, name: &str) -> Result<Format> {
    let first = source.fill_buf().map_err(|source| Error::File {
        action: "read",
        path: name.to_owned(),
        source,
    })?;
    let unknown = || Error::Unusable {
        name: name.to_owned(),
        reason: "the format cannot be told; name it with `--format`".to_owned(),
    };
    Format::sniff(first).ok_or_else(unknown)
}

fn show(line: &ImportedLine, context: &mut Context) -> std::result::Result<(), Failure> {
    if context.output.json {
        return Ok(context.output.object(line)?);
    }
    for warning in line.warnings.iter().take(SHOWN_WARNINGS) {
        failure::warn(&warning.text(&line.file));
    }
    if line.warnings.len() > SHOWN_WARNINGS {
        failure::warn(&format!(
            "{} more about `{}`; --json shows all",
            line.warnings.len() - SHOWN_WARNINGS,
            line.file
        ));
    }
    Ok(context.output.line(&line.text())?)
}
