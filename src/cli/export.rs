//! `diglot export`: units for other tools.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use diglot::interchange::{Column, Format, Losses, WriteOptions, Writer};
use diglot::memory::{Access, Filter, Memory};
use diglot::model::{Lang, Status};
use diglot::{Error, Result};
use serde::Serialize;

use super::exit::Exit;
use super::failure::{self, Failure};
use super::filter::FilterArguments;
use super::omegat::Project;
use super::progress::Progress;
use super::verify::Expected;
use super::{Context, clock, import, interrupt, save};

/// How often `--watch` looks whether the memory has changed.
const WATCH: Duration = Duration::from_secs(1);

/// Write units for other tools
///
/// TMX is written in one strict form that the strictest readers take. A file is read again and compared before it gets its name. Rejected units are
/// left out unless --status asks for them. Formats of several files (moses, ladder, ces) are named by their beginning: `-o corpus`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  diglot export -o all.tmx
  diglot export -o review.xlsx --langs ru,en --status automatic
  diglot export --format moses --langs be,en -o corpus
  diglot export --format tsv --langs ru,en --since 2026-01-01")]
pub(super) struct Arguments {
    /// The format [default: by the file's name, else tmx]
    #[arg(long, value_parser = import::format, value_name = "FORMAT", long_help = import::FORMATS)]
    format: Option<Format>,
    /// The file to write [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write into this OmegaT project's `tm` folder, a pair of its languages a unit
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["output", "format"])]
    omegat: Option<PathBuf>,
    /// Go on, and write anew whenever the memory has changed, until Ctrl-C
    #[arg(long)]
    watch: bool,
    /// Only units with all of these languages; the first is the source
    #[arg(long, value_parser = super::lang, value_delimiter = ',', value_name = "LANG,LANG")]
    langs: Vec<Lang>,
    /// Only units whose link is at least this probable, 0 to 1
    #[arg(long, value_name = "P")]
    min_probability: Option<f64>,
    /// Leave out inline codes (TMX level 1)
    #[arg(long)]
    plain: bool,
    /// A unit for each pair of languages: the source with each of the others
    #[arg(long)]
    split_pairs: bool,
    /// The columns of csv and xlsx: languages, unit, status, probability, source_lang, note
    #[arg(long, value_parser = column, value_delimiter = ',', value_name = "NAME,NAME")]
    columns: Vec<Column>,
    /// Put an apostrophe before cells of csv that a spreadsheet would run as a formula
    #[arg(long, visible_alias = "safe-csv")]
    defuse: bool,
    /// Do not read the written file again
    #[arg(long)]
    no_check: bool,
    #[command(flatten)]
    filter: FilterArguments,
}

#[derive(Serialize)]
struct Exported<'t> {
    r#type: &'static str,
    file: &'t str,
    format: &'static str,
    units: u64,
    checked: bool,
}

/// Reads the name of a column as an argument.
fn column(name: &str) -> std::result::Result<Column, String> {
    Column::from_name(name).ok_or_else(|| {
        format!("`{name}` is no column: a language, unit, status, probability, source_lang or note")
    })
}

/// What is to be written, and where.
struct Job {
    format: Format,
    files: Vec<PathBuf>,
    options: WriteOptions,
    filter: Filter,
    split: bool,
    check: bool,
}

pub(super) fn run(
    arguments: &Arguments,
    context: &mut Context,
) -> std::result::Result<Exit, Failure> {
    interrupt::listen();
    let memory = context.open(Access::Read)?;
    let mut job = job(arguments, &memory, context)?;
    if arguments.watch && job.files.is_empty() {
        return Err(Failure::misuse(
            "standard output cannot be written anew",
            "name a file with `-o`, or a project with `--omegat`",
        ));
    }
    let found = export(&mut job, &memory, context)?;
    if arguments.watch {
        context.talk("waiting for changes of the memory; Ctrl-C ends this");
        let mut revision = memory.lookup().revision()?;
        while !interrupt::asked() {
            thread::sleep(WATCH);
            let now = memory.lookup().revision()?;
            if now != revision && !interrupt::asked() {
                revision = now;
                export(&mut job, &memory, context)?;
            }
        }
        return Ok(Exit::Found);
    }
    Ok(Exit::found(found))
}

/// Turns the arguments into a job.
fn job(
    arguments: &Arguments,
    memory: &Memory,
    context: &Context,
) -> std::result::Result<Job, Failure> {
    let project = arguments.omegat.as_deref().map(Project::open).transpose()?;
    let output = match &project {
        Some(project) => Some(project.file.clone()),
        None => arguments
            .output
            .clone()
            .filter(|path| path != Path::new("-")),
    };
    let by_name = |path: &PathBuf| Format::from_file_name(&path.to_string_lossy());
    let format = arguments
        .format
        .or_else(|| output.as_ref().and_then(by_name))
        .unwrap_or(if context.output.json && output.is_none() {
            Format::JsonLines
        } else {
            Format::Tmx
        });
    let mut languages = arguments.langs.clone();
    if let (true, Some(project)) = (languages.is_empty(), &project) {
        languages.clone_from(&project.languages);
    }
    let is_table = matches!(format, Format::Csv | Format::Xlsx);
    let known = || -> std::result::Result<Vec<Lang>, Failure> {
        let languages = memory.lookup().languages()?;
        Ok(languages.into_iter().map(|(lang, _)| lang).collect())
    };
    // A table has a column for each language; files of one language are named after it.
    let mut columns = languages.clone();
    if columns.is_empty() && (is_table || format.parts().len() > 1) {
        columns = known()?;
        if !is_table && columns.len() != 2 {
            return Err(Failure::misuse(
                format!("which two of the memory's {} languages?", columns.len()),
                "name source and target, with `--langs ru,en` for instance",
            ));
        }
    }
    let files = match &output {
        None if format.parts().len() > 1 => {
            return Err(Failure::misuse(
                format!("{} takes {} files", format.name(), format.parts().len()),
                "name their beginning: `-o corpus`",
            ));
        }
        None => Vec::new(),
        Some(path) => files_of(format, path, &columns),
    };
    let mut filter = Filter {
        least_probability: arguments.min_probability,
        ..arguments.filter.clone().filter(languages)
    };
    if filter.statuses.is_empty() {
        filter.statuses = vec![Status::Automatic, Status::Confirmed];
    }
    let names = files.iter().filter_map(|file| file.file_name());
    let options = WriteOptions {
        creation_date: None,
        languages: columns,
        plain: arguments.plain,
        headless: false,
        columns: arguments.columns.clone(),
        names: names
            .map(|name| name.to_string_lossy().into_owned())
            .collect(),
        defuse: arguments.defuse,
    };
    Ok(Job {
        format,
        // What was changed on purpose cannot be compared.
        check: !arguments.no_check && !arguments.defuse && arguments.columns.is_empty(),
        files,
        options,
        filter,
        split: arguments.split_pairs || project.is_some(),
    })
}

/// Returns the files of a format: the one named, or those that begin with the name.
fn files_of(format: Format, path: &Path, languages: &[Lang]) -> Vec<PathBuf> {
    let named = |ending: String| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    let texts = |ending: &str| -> Vec<PathBuf> {
        let both = languages.iter().take(2);
        both.map(|lang| named(format!(".{lang}{ending}"))).collect()
    };
    let first = |ending: &str| match path.extension() {
        Some(known) if known.to_string_lossy() == ending => path.to_owned(),
        _ => named(format!(".{ending}")),
    };
    match format {
        Format::Moses => texts(""),
        Format::Ladder => [vec![first("ladder")], texts("")].concat(),
        Format::Ces => [vec![first("ces")], texts(".xml")].concat(),
        _ => vec![path.to_owned()],
    }
}

/// Does a job once; says whether there was anything to write.
fn export(
    job: &mut Job,
    memory: &Memory,
    context: &mut Context,
) -> std::result::Result<bool, Failure> {
    job.options.creation_date = Some(clock::now());
    let progress = Progress::new(
        "exporting",
        memory.stats()?.units.iter().sum(),
        context.quiet,
    );
    let mut expected = (job.check && !job.files.is_empty()).then(Expected::default);
    let (units, losses) = if job.files.is_empty() {
        let mut output: [&mut dyn Write; 1] = [&mut context.output];
        write(&mut output, job, memory, &mut None, &progress)?
    } else {
        let expected = std::cell::RefCell::new(&mut expected);
        save::write_several(
            &job.files,
            save::Lasting::Synced,
            |outputs| write(outputs, job, memory, *expected.borrow_mut(), &progress),
            |written, (_, losses)| match &**expected.borrow() {
                Some(expected) => expected.check(
                    written,
                    &job.files,
                    job.format,
                    losses,
                    &job.options.languages,
                ),
                None => Ok(()),
            },
        )?
    };
    drop(progress);
    tell(losses, job.format);
    if let Some(file) = job.files.first() {
        let file = file.display().to_string();
        if context.output.json {
            context.output.object(&Exported {
                r#type: "exported",
                file: &file,
                format: job.format.name(),
                units,
                checked: expected.is_some(),
            })?;
            context.output.flush()?;
        } else {
            let checked = if expected.is_some() {
                ", read back and compared"
            } else {
                ""
            };
            context.talk(&format!("{units} units written to `{file}`{checked}"));
        }
    }
    Ok(units > 0)
}

fn write(
    outputs: &mut [&mut dyn Write],
    job: &Job,
    memory: &Memory,
    expected: &mut Option<Expected>,
    progress: &Progress,
) -> Result<(u64, Losses)> {
    let outputs: Vec<&mut dyn Write> = outputs.iter_mut().map(|out| &mut **out as _).collect();
    let mut writer = Writer::with_parts(job.format, outputs, &job.options)?;
    let mut units = 0;
    memory.units(&job.filter, &mut |_, unit| {
        if interrupt::asked() {
            return Err(Error::Interrupted {
                state: "a file named with -o is as it was".to_owned(),
            });
        }
        progress.advance(1);
        let split = if job.split {
            unit.pairs(job.options.languages.first())
        } else {
            Vec::new()
        };
        let whole = std::slice::from_ref(unit);
        let pairs = split.iter().filter(|pair| {
            let asked = &job.filter.langs;
            asked.len() < 2 || asked.iter().all(|lang| pair.variant(lang).is_some())
        });
        let chosen: Vec<_> = if job.split {
            pairs.collect()
        } else {
            whole.iter().collect()
        };
        for unit in chosen {
            units += 1;
            writer.write(unit)?;
            if let Some(expected) = expected {
                expected.add(unit);
            }
        }
        Ok(())
    })?;
    let (_, losses) = writer.finish()?;
    Ok((units, losses))
}

/// Says what the format had no place for.
fn tell(losses: Losses, format: Format) {
    let counts = [
        (
            losses.units,
            "units without one of the languages were left out",
        ),
        (losses.variants, "texts in other languages were left out"),
        (
            losses.characters,
            "characters that the format forbids were dropped or became a space",
        ),
        (losses.codes, "inline codes were left out or wrapped"),
        (
            losses.properties,
            "notes, properties, dates and places were left out",
        ),
    ];
    for (count, what) in counts.into_iter().filter(|(count, _)| *count > 0) {
        failure::warn(&format!("{count} {what} in {}", format.name()));
    }
}
