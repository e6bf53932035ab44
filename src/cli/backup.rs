//! `diglot backup`: a copy of the memory as of this moment.

use std::fs;
use std::path::{Path, PathBuf};

use diglot::Error;
use diglot::memory::{Access, Memory};
use serde::Serialize;

use super::Context;
use super::exit::Exit;
use super::failure::Failure;
use super::interrupt;
use super::progress::Progress;

/// Copy the memory to a new file while others may go on writing
///
/// The copy is of one moment, and is checked before it gets its name. A file that exists is not overwritten, unless --keep turns the copies: the
/// last one becomes FILE.1, that one FILE.2 and so on, and what is beyond the number asked for goes.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  diglot backup today.diglot
  diglot backup --keep 7 daily.diglot
  diglot --memory memory.diglot backup tomorrow.diglot")]
pub(super) struct Arguments {
    /// The file to make
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Keep so many copies: FILE, FILE.1, FILE.2 and so on, the newest first
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..1000))]
    keep: Option<u16>,
}

#[derive(Serialize)]
struct Copied<'t> {
    r#type: &'static str,
    file: &'t str,
    #[serde(skip_serializing_if = "Option::is_none")]
    copies: Option<usize>,
}

pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<Exit, Failure> {
    interrupt::listen();
    let memory = context.open(Access::Read)?;
    let turning = match arguments.keep {
        Some(keep) => Some(Turning::begin(
            &arguments.file,
            keep,
            &context.memory_path(),
        )?),
        None => None,
    };
    let progress = Progress::new("copying", 1, context.quiet);
    let to = turning.as_ref().map_or(&arguments.file, |it| &it.next);
    memory.backup(to, &mut |step| progress.watch(step))?;
    drop(progress);
    let copies = turning.map(Turning::finish).transpose()?;
    let file = arguments.file.display().to_string();
    match (context.output.json, copies) {
        (true, _) => context.output.object(&Copied {
            r#type: "copied",
            file: &file,
            copies,
        })?,
        (false, None) => context.talk(&format!("copied to `{file}` and checked")),
        (false, Some(copies)) => context.talk(&format!(
            "copied to `{file}` and checked; {copies} {} kept",
            if copies == 1 { "copy is" } else { "copies are" }
        )),
    }
    Ok(Exit::Found)
}

/// Copies that make room for a new one. A run that was killed between two renames leaves every copy, and the next run finishes its work.
struct Turning {
    file: PathBuf,
    /// The name of the new copy until the others have made room.
    next: PathBuf,
    keep: u16,
}

impl Turning {
    fn begin(file: &Path, keep: u16, memory: &Path) -> Result<Self, Failure> {
        let same = |one: &Path, other: &Path| {
            fs::canonicalize(one).is_ok_and(|one| fs::canonicalize(other).is_ok_and(|it| it == one))
        };
        let turning = Self {
            file: file.to_owned(),
            next: with(file, "next"),
            keep,
        };
        for number in 0..keep {
            let copy = turning.numbered(number);
            if same(&copy, memory) {
                return Err(Failure::misuse(
                    format!("`{}` is the memory itself", copy.display()),
                    "name another file for its copies",
                ));
            }
            if copy.exists() && !Memory::is_at(&copy) {
                return Err(Failure::misuse(
                    format!("`{}` is not a copy of a memory", copy.display()),
                    "name another file, or move that one away",
                ));
            }
        }
        if turning.next.exists() {
            let moved = match turning.file.exists() {
                true => fs::remove_file(&turning.next),
                false => fs::rename(&turning.next, &turning.file),
            };
            moved.map_err(|source| failed(&turning.next, source))?;
        }
        Ok(turning)
    }

    /// Returns the name of a copy, the newest having 0.
    fn numbered(&self, number: u16) -> PathBuf {
        match number {
            0 => self.file.clone(),
            _ => with(&self.file, &number.to_string()),
        }
    }

    /// Gives all copies their new names, from the oldest on, and returns how many there are.
    fn finish(self) -> Result<usize, Failure> {
        for number in (1..self.keep).rev() {
            let newer = self.numbered(number - 1);
            if newer.exists() {
                let older = self.numbered(number);
                fs::rename(&newer, &older).map_err(|source| failed(&newer, source))?;
            }
        }
        fs::rename(&self.next, &self.file).map_err(|source| failed(&self.file, source))?;
        super::save::keep_name(&self.file).map_err(|source| failed(&self.file, source))?;
        // What an earlier run with a higher number kept goes too, up to the first that is not there.
        let mut number = self.keep;
        while Memory::is_at(&self.numbered(number)) {
            let old = self.numbered(number);
            fs::remove_file(&old).map_err(|source| failed(&old, source))?;
            number += 1;
        }
        Ok((0..self.keep)
            .filter(|&it| self.numbered(it).exists())
            .count())
    }
}

fn with(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

fn failed(path: &Path, source: std::io::Error) -> Error {
    Error::File {
        action: "rename",
        path: path.display().to_string(),
        source,
    }
}
