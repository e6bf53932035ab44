//! Whether what was written can be read back: the file is read again and compared with what went into it, unit by unit.
//!
//! A format that holds everything must give equal units; one that does not must give texts that went in, in their order. White space and control
//! characters do not count there: formats of lines have a space in their place.

use std::fs::File;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::BufReader;
use std::path::PathBuf;

use diglot::interchange::{self, Entry, Format, Input, Losses, ReadOptions};
use diglot::model::{History, Lang, TranslationUnit};
use diglot::{Error, Result};

/// What was written, by hashes.
#[derive(Default)]
pub(super) struct Expected {
    whole: Vec<u64>,
    texts: Vec<Box<[u64]>>,
}

impl Expected {
    /// Takes in a unit that is written.
    pub(super) fn add(&mut self, unit: &TranslationUnit) {
        self.whole.push(hash_of(unit));
        let texts = unit.variants.iter().map(|variant| hash(variant.text()));
        self.texts.push(texts.collect());
    }

    /// Reads files again and compares. `languages` are those that the format does not name itself.
    ///
    /// # Errors
    /// [`Error::Unusable`] with the first difference, and what the reader fails with.
    pub(super) fn check(
        &self,
        files: &[PathBuf],
        names: &[PathBuf],
        format: Format,
        losses: &Losses,
        languages: &[Lang],
    ) -> Result<()> {
        let name = names
            .first()
            .map(|name| name.display().to_string())
            .unwrap_or_default();
        let mut inputs = Vec::with_capacity(files.len());
        for (file, name) in files.iter().zip(names) {
            let opened = File::open(file).map_err(|source| Error::File {
                action: "read again",
                path: name.display().to_string(),
                source,
            })?;
            inputs.push(Input {
                bytes: Box::new(BufReader::with_capacity(1 << 16, opened)),
                name: name.display().to_string(),
            });
        }
        let options = ReadOptions {
            languages: languages.iter().take(2).cloned().collect(),
            ..ReadOptions::default()
        };
        let differs = |reason: String| Error::Unusable {
            name: name.clone(),
            reason: format!(
                "what was written does not read back: {reason}; the old file is as it was"
            ),
        };
        let is_whole = matches!(format, Format::Tmx | Format::JsonLines) && losses.is_empty();
        let (mut read, mut next) = (0, 0);
        for entry in interchange::open_parts(format, inputs, &options) {
            let Entry::Unit { unit, line, .. } = entry? else {
                continue;
            };
            if is_whole {
                if self.whole.get(read) != Some(&hash_of(&unit)) {
                    return Err(differs(format!(
                        "unit {} at line {line} is another",
                        read + 1
                    )));
                }
            } else {
                let texts: Vec<u64> = unit
                    .variants
                    .iter()
                    .map(|variant| hash(variant.text()))
                    .collect();
                let rest = self.texts.get(next..).unwrap_or_default();
                let same = |known: &[u64]| texts.iter().all(|text| known.contains(text));
                match rest.iter().position(|known| same(known)) {
                    Some(at) => next += at + 1,
                    None => {
                        return Err(differs(format!(
                            "unit {} at line {line} has another text",
                            read + 1
                        )));
                    }
                }
            }
            read += 1;
        }
        let written = self.whole.len() - usize::try_from(losses.units).unwrap_or(0);
        if read != written {
            return Err(differs(format!("{read} units in place of {written}")));
        }
        Ok(())
    }
}

/// Returns the hash of all of a unit.
fn hash_of(unit: &TranslationUnit) -> u64 {
    let mut hasher = DefaultHasher::new();
    // What has no hash of its own is few bytes; texts are hashed as they are.
    unit.id.hash(&mut hasher);
    unit.source_lang.hash(&mut hasher);
    unit.status.hash(&mut hasher);
    unit.probability.map(f64::to_bits).hash(&mut hasher);
    history(&unit.history).hash(&mut hasher);
    unit.notes.hash(&mut hasher);
    unit.props.hash(&mut hasher);
    for variant in &unit.variants {
        variant.lang.hash(&mut hasher);
        variant.text().hash(&mut hasher);
        variant.codes.hash(&mut hasher);
        variant.places.hash(&mut hasher);
        history(&variant.history).hash(&mut hasher);
        variant.notes.hash(&mut hasher);
        variant.props.hash(&mut hasher);
    }
    hasher.finish()
}

/// Returns dates and users in one order: every format has its own.
fn history(history: &History) -> Vec<&(String, String)> {
    let mut attributes: Vec<_> = history.attributes.iter().collect();
    attributes.sort();
    attributes
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    for character in text
        .chars()
        .filter(|c| !c.is_control() && !c.is_whitespace())
    {
        character.hash(&mut hasher);
    }
    hasher.finish()
}
