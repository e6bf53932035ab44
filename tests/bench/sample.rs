//! A folder of the sample of translation memories: the units of `tm.tsv.gz`, in a memory of their own.

use std::path::Path;
use std::process::Command;

use diglot::memory::{Change, Memory, UnitId};
use diglot::model::{Lang, TranslationUnit, Variant};

use super::Outcome;

/// The units of a folder.
pub(crate) struct Sample {
    pub(crate) from: Lang,
    pub(crate) to: Lang,
    pub(crate) memory: Memory,
    /// Sources and targets in the order of their numbers in the sample.
    pub(crate) units: Vec<(String, String)>,
    /// What each is in the memory, where equal ones are one.
    pub(crate) ids: Vec<UnitId>,
}

impl Sample {
    /// Reads a folder, whose name says its languages, as `ru-en` does.
    pub(crate) fn read(data: &Path, name: &str) -> Outcome<Self> {
        let (from, to) = name.split_once('-').ok_or("a folder is named `from-to`")?;
        let (from, to) = (Lang::new(from)?, Lang::new(to)?);
        let mut memory = Memory::in_memory()?;
        let mut writer = memory.begin(Change {
            command: "import".to_owned(),
            detail: name.to_owned(),
            at: "2025-01-01T00:00:00Z".parse()?,
        })?;
        let (mut units, mut ids) = (Vec::new(), Vec::new());
        for line in unpacked(&data.join(name).join("tm.tsv.gz"))?.lines() {
            let mut fields = line.split('\t').skip(1);
            let (Some(source), Some(target)) = (fields.next(), fields.next()) else {
                return Err(format!("`{line}` is not a unit").into());
            };
            let unit = TranslationUnit {
                variants: vec![
                    Variant::new(from.clone(), source)?,
                    Variant::new(to.clone(), target)?,
                ],
                ..TranslationUnit::default()
            };
            ids.push(writer.add_unit(&unit)?.id());
            units.push((source.to_owned(), target.to_owned()));
        }
        writer.commit()?;
        Ok(Self {
            from,
            to,
            memory,
            units,
            ids,
        })
    }
}

/// Returns the text of a compressed file.
pub(crate) fn unpacked(path: &Path) -> Outcome<String> {
    let output = Command::new("gzip").arg("-dc").arg(path).output()?;
    if !output.status.success() {
        return Err(format!("failed to unpack `{}`", path.display()).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
