//! OmegaT projects: where their translation memories lie and which languages they are in.

use std::fs;
use std::path::{Path, PathBuf};

use diglot::model::Lang;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::failure::Failure;

/// The file that makes a folder a project.
const PROJECT: &str = "omegat.project";

/// The memory's file in a project: OmegaT looks into `tm` by itself, and again when a file in it changes.
const MEMORY: &str = "tm/diglot.tmx";

/// An OmegaT project.
pub(super) struct Project {
    /// Where the memory's units go.
    pub(super) file: PathBuf,
    /// Source and target.
    pub(super) languages: Vec<Lang>,
}

impl Project {
    /// Opens the project in a folder.
    pub(super) fn open(folder: &Path) -> Result<Self, Failure> {
        let misuse = |reason: String| {
            Failure::misuse(
                format!("`{}` is no OmegaT project: {reason}", folder.display()),
                format!("name the folder with the file `{PROJECT}`"),
            )
        };
        let path = folder.join(PROJECT);
        let text = fs::read_to_string(&path)
            .map_err(|error| misuse(format!("`{}`: {error}", path.display())))?;
        let (source, target, memories) = settings(&text).map_err(misuse)?;
        let lang = |tag: Option<String>| {
            let tag = tag.ok_or_else(|| misuse("it does not name its languages".to_owned()))?;
            Lang::new(&tag).map_err(|error| misuse(error.to_string()))
        };
        let languages = vec![lang(source)?, lang(target)?];
        // `__DEFAULT__` stands for the folder `tm`; a path may be absolute.
        let file = match memories.filter(|memories| memories != "__DEFAULT__") {
            Some(memories) => folder.join(memories).join("diglot.tmx"),
            None => folder.join(MEMORY),
        };
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent)
                .map_err(|error| misuse(format!("`{}`: {error}", parent.display())))?;
        }
        Ok(Self { file, languages })
    }
}

type Settings = (Option<String>, Option<String>, Option<String>);

/// Returns source language, target language and folder of memories that a project's file names.
fn settings(text: &str) -> Result<Settings, String> {
    let mut reader = Reader::from_str(text);
    let (mut name, mut found) = (String::new(), (None, None, None));
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(tag) => name = tag.name().as_ref().to_owned(),
            Event::Text(text) => {
                let text = text.trim().to_owned();
                match name.as_str() {
                    _ if text.is_empty() => {}
                    "source_lang" => found.0 = Some(text),
                    "target_lang" => found.1 = Some(text),
                    "tm_dir" => found.2 = Some(text),
                    _ => {}
                }
            }
            Event::End(_) => name.clear(),
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_names_its_languages_and_folders() {
        let text = "<?xml version=\"1.0\"?><omegat><project version=\"1.0\"><source_dir>__DEFAULT__</source_dir><tm_dir>memory</tm_dir>\
                    <source_lang>RU-RU</source_lang><target_lang>EN</target_lang></project></omegat>";
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            settings(text),
            Ok((some("RU-RU"), some("EN"), some("memory")))
        );
        assert!(settings("<a><b></a>").is_err());
    }
}
