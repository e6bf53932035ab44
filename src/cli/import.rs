//! `diglot import`: units from other tools.

use std::io::BufRead;
use std::path::{Path, PathBuf};

use diglot::interchange::{
    self, Column, Entry, Format, Input, ReadOptions, Warning, WriteOptions, Writer,
};
use diglot::language::Examiner;
use diglot::memory::{self, Access, Change, Memory, UnitOutcome};
use diglot::model::{Lang, TranslationUnit};
use diglot::report::ImportedLine;
use diglot::{Error, Result};

use super::exit::Exit;
use super::failure::{self, Failure};
use super::progress::Progress;
use super::reviewed;
use super::{Context, clock, input, interrupt, save};

/// Most warnings about one file that are shown; all are counted, and `--json` has ten thousand.
const SHOWN_WARNINGS: usize = 20;

/// What `--format` takes.
pub(super) const FORMATS: &str = "The format: tmx, tsv, csv, jsonl, xliff, po, xlsx, moses (two texts line by line), ladder and hunalign \
                                  (hunalign's two forms), ces (OPUS and XCES links)";

/// Take units from other tools into the memory
///
/// Reads TMX 1.1 to 1.4, XLIFF 1.2 and 2.x, PO, TSV, CSV, XLSX, JSON Lines, also compressed, and, of several files each, Moses texts (SOURCE TARGET),
/// hunalign's ladder (LADDER SOURCE TARGET) and OPUS links (LINKS SOURCE TARGET). A file comes in whole or not at all: where it is broken, nothing
/// of it is kept unless --keep-going asks for what stands before the fault, or --repair for all that can be saved. The same file twice adds nothing.
/// A spreadsheet that `export` wrote comes back as a review: the status in it is set, and a changed text takes the place of the old one.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  diglot import memories/official.tmx
  diglot import --dry-run memories/official.tmx
  printf 'ru\\ten\\nДа.\\tYes.\\n' | diglot import --format tsv -
  printf 'Да.,1,Yes.\\n' | diglot import --format csv --columns ru=1,en=3 -")]
pub(super) struct Arguments {
    /// Files to read; `-` is standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The files' format [default: by name or content]
    #[arg(long, value_parser = format, value_name = "FORMAT", long_help = FORMATS)]
    format: Option<Format>,
    /// Source and target language of files that do not name them
    #[arg(long, value_parser = super::lang, value_delimiter = ',', value_name = "LANG,LANG")]
    langs: Vec<Lang>,
    /// Which column of a table holds what, by its name or number: a language, unit, status, probability, source_lang, note
    #[arg(long, value_parser = place, value_delimiter = ',', value_name = "WHAT=COLUMN,…")]
    columns: Vec<(Column, String)>,
    /// Keep what stands before a fault
    #[arg(long)]
    keep_going: bool,
    /// Read all that can be read of broken TMX, and write a clean copy [default: beside the file, `.repaired.tmx`]
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    repair: Option<Option<PathBuf>>,
    /// Read and report, and keep nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not look for wrong languages, garbled and untranslated texts
    #[arg(long)]
    no_check: bool,
}

/// Reads the name of a format as an argument.
pub(super) fn format(name: &str) -> std::result::Result<Format, String> {
    Format::from_name(name).ok_or_else(|| {
        let names = Format::ALL.map(Format::name);
        format!("`{name}` is not a format: {}", names.join(", "))
    })
}

/// Reads `WHAT=COLUMN` as an argument.
fn place(text: &str) -> std::result::Result<(Column, String), String> {
    let (what, column) = text
        .split_once('=')
        .ok_or_else(|| format!("`{text}` is not of the form `ru=Original` or `ru=1`"))?;
    let known = Column::from_name(what).ok_or_else(|| {
        format!("`{what}` is none of: a language, unit, status, probability, source_lang, note")
    })?;
    Ok((known, column.to_owned()))
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
    let mut importing = Importing {
        arguments,
        examiner: Examiner::new(),
        memory: None,
    };
    let (mut found, mut failed) = (false, false);
    let mut rest = files.as_slice();
    while let Some(first) = rest.first() {
        let name = input::name(first);
        let format = importing
            .arguments
            .format
            .or_else(|| Format::from_file_name(&name));
        let parts = format.map_or(1, |format| format.parts().len());
        if rest.len() < parts {
            let what = format.map_or("", Format::name);
            let order = format.map_or(String::new(), |format| format.parts().join(", "));
            return Err(Failure::misuse(
                format!("{what} takes {parts} files, {} given", rest.len()),
                format!("name them in this order: {order}"),
            ));
        }
        let (group, others) = rest.split_at(parts);
        rest = others;
        let mut line = ImportedLine::new(name);
        line.dry_run = importing.arguments.dry_run;
        let fault = match importing.import(group, format, &mut line, context) {
            Ok(fault) => {
                if fault.is_none() || importing.arguments.keep_going {
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

/// A run of imports into one memory.
struct Importing {
    arguments: Arguments,
    examiner: Examiner,
    memory: Option<Memory>,
}

impl Importing {
    /// Imports a file, or the files that belong together, and returns the fault in it, if there is one: what stands before it was kept if that was
    /// asked for. After an error nothing was.
    fn import(
        &mut self,
        paths: &[PathBuf],
        format: Option<Format>,
        line: &mut ImportedLine,
        context: &Context,
    ) -> std::result::Result<Option<Error>, Failure> {
        let options = ReadOptions {
            languages: self.arguments.langs.clone(),
            columns: self.arguments.columns.clone(),
            encoding: context.reader.encoding.clone(),
            repair: self.arguments.repair.is_some(),
        };
        let mut inputs = Vec::with_capacity(paths.len());
        let (mut total, mut format) = (0, format);
        for path in paths {
            let (mut source, bytes) = input::open(path)?;
            total += bytes.unwrap_or(0);
            let name = input::name(path);
            if format.is_none() {
                format = Some(sniff(&mut source, &name)?);
            }
            inputs.push((source, name));
        }
        let format = format.unwrap_or(Format::Tmx);
        if let (Some(clean), [path]) = (&self.arguments.repair, paths) {
            let clean = clean_copy(path, format, clean.as_deref())?;
            write_clean(path, &clean, &options, context)?;
            line.repaired = Some(clean.display().to_string());
        }
        let progress = Progress::new(format!("importing {}", line.file), total, context.quiet);
        let inputs = inputs
            .into_iter()
            .map(|(source, name)| Input {
                bytes: Box::new(progress.reading(source)),
                name,
            })
            .collect();
        let entries = interchange::open_parts(format, inputs, &options);
        let Self {
            arguments,
            examiner,
            memory,
        } = self;
        // Only now, so that a mistyped file name leaves no empty memory behind.
        let memory = match memory {
            Some(memory) => memory,
            None => memory.insert(open_memory(arguments.dry_run, context)?),
        };
        let change = Change {
            command: "import".to_owned(),
            detail: line.file.clone(),
            at: clock::now(),
        };
        let mut taking = Taking {
            line,
            examiner: (!arguments.no_check).then_some(examiner),
            progress: &progress,
        };
        let keep_going = arguments.keep_going;
        let keeps = |fault: &Option<Error>| !arguments.dry_run && (fault.is_none() || keep_going);
        let mut writer = context.begin(memory, change)?;
        let take = match format {
            Format::Xlsx => reviewed::take,
            _ => add,
        };
        let fault = taking.each(entries, &mut |unit, at, line| {
            take(&mut *writer, unit, at, line)
        })?;
        drop(progress);
        if keeps(&fault) {
            commit(writer, line, context)?;
        }
        Ok(fault)
    }
}

/// Keeps what was taken, with progress of its own: the index of many texts takes its time.
fn commit(
    writer: Box<dyn memory::Writer + '_>,
    line: &ImportedLine,
    context: &Context,
) -> Result<()> {
    let progress = Progress::new(format!("indexing {}", line.file), 1, context.quiet);
    match writer.commit_watched(&mut |step| progress.watch(step)) {
        Err(Error::Interrupted { .. }) => Err(interrupted(line)),
        outcome => outcome.map(drop),
    }
}

fn interrupted(line: &ImportedLine) -> Error {
    Error::Interrupted {
        state: format!(
            "nothing of `{}` was kept; run the same command again",
            line.file
        ),
    }
}

/// Opens the memory to import into; trying an import out makes no file.
fn open_memory(dry_run: bool, context: &Context) -> std::result::Result<Memory, Failure> {
    if dry_run && !context.memory_path().exists() {
        return Ok(Memory::in_memory()?);
    }
    context.open(Access::Create)
}

/// Where in a file something stands: line and column.
pub(super) type At = (u64, u64);

/// Keeps a unit and counts what became of it.
pub(super) fn add(
    writer: &mut dyn memory::Writer,
    unit: &TranslationUnit,
    (at, column): At,
    line: &mut ImportedLine,
) -> Result<()> {
    match writer.add_unit(unit)? {
        UnitOutcome::New(_) => line.added += 1,
        UnitOutcome::Renamed(_, name) => {
            line.added += 1;
            line.warn(Warning {
                line: at,
                column,
                unit: unit.id.clone(),
                reason: format!(
                    "its name belongs to another unit of the memory; it is kept as `{name}`"
                ),
            });
        }
        UnitOutcome::Known(_) => line.duplicates += 1,
        UnitOutcome::Extended(_) => line.extended += 1,
    }
    Ok(())
}

/// Taking in the entries of a file.
struct Taking<'t> {
    line: &'t mut ImportedLine,
    /// Looks at the texts, unless that is not wanted.
    examiner: Option<&'t mut Examiner>,
    progress: &'t Progress,
}

type Entries<'e> = Box<dyn Iterator<Item = Result<Entry>> + 'e>;

impl Taking<'_> {
    /// Hands on each unit; returns the fault that ends the file, if there is one.
    fn each(
        &mut self,
        entries: Entries<'_>,
        take: &mut dyn FnMut(&TranslationUnit, At, &mut ImportedLine) -> Result<()>,
    ) -> Result<Option<Error>> {
        for entry in entries {
            if interrupt::asked() {
                return Err(interrupted(self.line));
            }
            self.progress.advance(0);
            match entry {
                Ok(Entry::Unit { unit, line, column }) => {
                    self.line.read(&unit);
                    for doubt in self.examiner.iter().flat_map(|it| it.examine(&unit)) {
                        let number = || format!("#{}", self.line.units);
                        self.line.warn(Warning {
                            line,
                            column,
                            unit: Some(unit.id.clone().unwrap_or_else(number)),
                            reason: doubt.to_string(),
                        });
                    }
                    take(&unit, (line, column), self.line)?;
                }
                Ok(Entry::Warning(warning)) => self.line.warn(warning),
                Err(error) => return Ok(Some(error)),
            }
        }
        Ok(None)
    }
}

/// Returns where the clean copy of a broken file goes.
fn clean_copy(
    path: &Path,
    format: Format,
    named: Option<&Path>,
) -> std::result::Result<PathBuf, Failure> {
    if format != Format::Tmx {
        return Err(Failure::misuse(
            format!(
                "`--repair` mends TMX, `{}` is {}",
                path.display(),
                format.name()
            ),
            "leave it out",
        ));
    }
    match named {
        Some(named) if named == path => Err(Failure::misuse(
            "the clean copy would take the place of the broken file",
            "name another file with `--repair=FILE`",
        )),
        Some(named) => Ok(named.to_owned()),
        None if path == Path::new("-") => Err(Failure::misuse(
            "standard input is read twice to mend it",
            "save it in a file first",
        )),
        None => {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let name = name.trim_end_matches(".gz").trim_end_matches(".zip");
            let name = name.strip_suffix(".tmx").unwrap_or(name);
            Ok(path.with_file_name(format!("{name}.repaired.tmx")))
        }
    }
}

/// Writes the units that can be read of a broken file into a clean one.
fn write_clean(path: &Path, clean: &Path, options: &ReadOptions, context: &Context) -> Result<()> {
    let (source, bytes) = input::open(path)?;
    let name = input::name(path);
    let progress = Progress::new(format!("mending {name}"), bytes.unwrap_or(0), context.quiet);
    save::write_whole(clean, save::Lasting::Synced, |out| {
        let options_out = WriteOptions {
            creation_date: Some(clock::now()),
            ..WriteOptions::default()
        };
        let mut writer = Writer::new(Format::Tmx, out, &options_out)?;
        for entry in interchange::open(Format::Tmx, progress.reading(source), &name, options) {
            progress.advance(0);
            if let Entry::Unit { unit, .. } = entry? {
                writer.write(&unit)?;
            }
        }
        writer.finish().map(|_| ())
    })
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
            "{} more about `{}`; --json shows them",
            (line.warnings.len() - SHOWN_WARNINGS) as u64 + line.more_warnings,
            line.file
        ));
    }
    Ok(context.output.line(&line.text())?)
}
