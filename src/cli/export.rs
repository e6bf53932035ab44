//! `diglot export`: units for other tools.

use std::io::Write;
use std::path::{Path, PathBuf};

use diglot::interchange::{Format, Losses, WriteOptions, Writer};
use diglot::memory::{Access, Filter, Memory};
use diglot::model::{Lang, Status};
use diglot::{Error, Result};
use serde::Serialize;

use super::exit::Exit;
use super::failure::{self, Failure};
use super::filter::FilterArguments;
use super::progress::Progress;
use super::{Context, clock, import, interrupt, save};

/// Write units for other tools
///
/// TMX is written in one strict form that the strictest readers take. Rejected units are left out unless --status asks for them.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  diglot export -o all.tmx
  diglot export --format tsv --langs ru,en --since 2026-01-01")]
pub(super) struct Arguments {
    /// The format [default: by the file's name, else tmx]
    #[arg(long, value_parser = import::format, value_name = "tmx|tsv|jsonl")]
    format: Option<Format>,
    /// The file to write [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Only units with all of these languages; the first is the source
    #[arg(long, value_parser = super::lang, value_delimiter = ',', value_name = "LANG,LANG")]
    langs: Vec<Lang>,
    /// Only units whose link is at least this probable, 0 to 1
    #[arg(long, value_name = "P")]
    min_probability: Option<f64>,
    /// Leave out inline codes (TMX level 1)
    #[arg(long)]
    plain: bool,
    #[command(flatten)]
    filter: FilterArguments,
}

#[derive(Serialize)]
struct Exported<'t> {
    r#type: &'static str,
    file: &'t str,
    format: &'static str,
    units: u64,
}

pub(super) fn run(
    arguments: &Arguments,
    context: &mut Context,
) -> std::result::Result<Exit, Failure> {
    interrupt::listen();
    let output = arguments
        .output
        .as_deref()
        .filter(|path| *path != Path::new("-"));
    let memory = context.open(Access::Read)?;
    let by_name = || output.and_then(|path| Format::from_file_name(&path.to_string_lossy()));
    let format = arguments
        .format
        .or_else(by_name)
        .unwrap_or(if context.output.json {
            Format::JsonLines
        } else {
            Format::Tmx
        });
    let mut filter = Filter {
        least_probability: arguments.min_probability,
        ..arguments.filter.clone().filter(arguments.langs.clone())
    };
    if filter.statuses.is_empty() {
        filter.statuses = vec![Status::Automatic, Status::Confirmed];
    }
    let options = WriteOptions {
        creation_date: Some(clock::now()),
        languages: arguments.langs.clone(),
        plain: arguments.plain,
        headless: false,
    };
    let progress = Progress::new(
        "exporting",
        memory.stats()?.units.iter().sum(),
        context.quiet,
    );
    let (units, losses) = match output {
        Some(path) => save::write_whole(path, |out| {
            write(out, format, &options, &memory, &filter, &progress)
        })?,
        None => write(
            &mut context.output,
            format,
            &options,
            &memory,
            &filter,
            &progress,
        )?,
    };
    drop(progress);
    tell(losses, format);
    if let Some(path) = output {
        let file = path.display().to_string();
        match context.output.json {
            true => context.output.object(&Exported {
                r#type: "exported",
                file: &file,
                format: format.name(),
                units,
            })?,
            false => context.talk(&format!("{units} units written to `{file}`")),
        }
    }
    Ok(Exit::found(units > 0))
}

fn write(
    out: &mut dyn Write,
    format: Format,
    options: &WriteOptions,
    memory: &Memory,
    filter: &Filter,
    progress: &Progress,
) -> Result<(u64, Losses)> {
    let mut writer = Writer::new(format, out, options)?;
    let units = memory.units(filter, &mut |_, unit| {
        if interrupt::asked() {
            return Err(Error::Interrupted {
                state: "a file named with -o is as it was".to_owned(),
            });
        }
        progress.advance(1);
        writer.write(unit)
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
