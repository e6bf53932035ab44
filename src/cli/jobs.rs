//! The jobs of `diglot align`: which texts, and where the result goes.

use std::fs;
use std::path::{Path, PathBuf};

use diglot::{Error, Result};

use super::{failure, input};

/// One pair of texts to align, and where the result goes.
pub(super) struct Job {
    pub(super) source: PathBuf,
    pub(super) target: PathBuf,
    /// The file to write; `None` is standard output.
    pub(super) output: Option<PathBuf>,
}

impl Job {
    /// Returns a job; `-` as output is standard output.
    ///
    /// # Errors
    /// [`Error::Unusable`] when the result would replace one of its texts.
    pub(super) fn new(source: &Path, target: &Path, output: Option<&Path>) -> Result<Self> {
        let output = output.filter(|path| *path != Path::new("-"));
        if let Some(output) = output
            && let Ok(existing) = fs::canonicalize(output)
            && [source, target]
                .into_iter()
                .any(|text| fs::canonicalize(text).is_ok_and(|text| text == existing))
        {
            let reason = "is one of the texts; name another file for the result".to_owned();
            return Err(Error::Unusable {
                name: output.display().to_string(),
                reason,
            });
        }
        Ok(Self {
            source: source.to_owned(),
            target: target.to_owned(),
            output: output.map(Path::to_owned),
        })
    }
}

/// Reads the jobs of a list, a line each: SRC, TGT and OUT divided by tabs. What is wrong is named and the rest goes on; says whether anything was.
pub(super) fn read(list: &Path) -> Result<(Vec<Job>, bool)> {
    let (mut jobs, mut failed) = (Vec::new(), false);
    for (index, line) in input::lines(list)?.iter().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let fields: Vec<&str> = line.split('\t').collect();
        let job = match fields[..] {
            [source, target, output] => Job::new(
                Path::new(source),
                Path::new(target),
                Some(Path::new(output)),
            ),
            _ => Err(Error::Syntax {
                name: input::name(list),
                line: index as u64 + 1,
                column: 1,
                reason: format!(
                    "expected SRC<TAB>TGT<TAB>OUT, found {} of 3 fields",
                    fields.len()
                ),
            }),
        };
        match job {
            Ok(job) => jobs.push(job),
            Err(error) => {
                failure::complain(&error);
                failed = true;
            }
        }
    }
    Ok((jobs, failed))
}
