//! `diglot stats`: the memory in numbers and pictures.

use std::fs;
use std::path::PathBuf;

use diglot::interface::Words;
use diglot::matching::{Analysis, Matcher};
use diglot::memory::{Access, Memory};
use diglot::model::Lang;
use diglot::pictures::{self, Picture};
use diglot::report::StatsLine;
use diglot::{Error, Result};

use super::Context;
use super::analyse::{LEAST, each_segment};
use super::exit::Exit;
use super::failure::Failure;

/// Show the memory in numbers
#[derive(clap::Args)]
#[command(after_help = "Examples:
  diglot stats
  diglot stats --svg pictures --bands memories/samples/2025-06-17-un-statement.ru.txt --to en")]
pub(super) struct Arguments {
    /// Write pictures of the numbers into this folder
    #[arg(long, value_name = "DIR")]
    svg: Option<PathBuf>,
    /// With them a picture of how much of this text the memory knows
    #[arg(long, value_name = "FILE", requires = "svg", requires = "to")]
    bands: Option<PathBuf>,
    /// The language into which that text is to be rendered
    #[arg(long, value_parser = super::lang, value_name = "LANG", requires = "bands")]
    to: Option<Lang>,
    /// The language of the words in the pictures: en, ru or be
    #[arg(long, value_parser = super::lang, value_name = "LANG", default_value = "en", requires = "svg")]
    words: Lang,
}

impl Arguments {
    /// Draws what is asked for.
    fn pictures(&self, memory: &Memory, context: &Context) -> Result<Vec<Picture>> {
        let words = Words::of(&self.words);
        let mut all = pictures::of_memory(&memory.charts()?, words);
        if let (Some(file), Some(to)) = (&self.bands, &self.to) {
            let document = context.reader.document(file, None)?;
            let mut analysis = Analysis::default();
            each_segment(
                &Matcher::new(memory.lookup()),
                &document,
                to,
                LEAST,
                context,
                &mut |text, matches| {
                    analysis.count(text, matches.first());
                },
            )?;
            all.push(pictures::bands(&analysis, words));
        }
        Ok(all)
    }
}

pub(super) fn run(
    arguments: &Arguments,
    context: &mut Context,
) -> std::result::Result<Exit, Failure> {
    let path = context.memory_path();
    let memory = context.open(Access::Read)?;
    let stats = memory.stats()?;
    if let Some(folder) = &arguments.svg {
        let failed = |path: &std::path::Path, source| Error::File {
            action: "write",
            path: path.display().to_string(),
            source,
        };
        fs::create_dir_all(folder).map_err(|source| failed(folder, source))?;
        for picture in arguments.pictures(&memory, context)? {
            let file = folder.join(format!("{}.svg", picture.name));
            fs::write(&file, picture.svg).map_err(|source| failed(&file, source))?;
            context.talk(&format!("wrote {}", file.display()));
        }
    }
    let file = path.display().to_string();
    let line = StatsLine::new(&file, &stats);
    match context.output.json {
        true => context.output.object(&line)?,
        false => context.output.line(&line.text())?,
    }
    Ok(Exit::found(stats.units.iter().sum::<u64>() > 0))
}
