//! What a user has settled once: flag over environment over file over default.

use std::path::{Path, PathBuf};

use diglot::{Error, Result};
use serde::Deserialize;

use super::output::Colour;

/// The file's name in the platform's configuration folder.
const FILE: &str = "diglot.toml";

/// The settings file, every line optional.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Settings {
    /// The memory's file, relative to the settings file's folder.
    pub(super) memory: Option<PathBuf>,
    /// When to colour: `auto`, `always` or `never`.
    pub(super) color: Option<Colour>,
    /// The language to translate from when none is named.
    pub(super) from: Option<String>,
    /// The language to translate into when none is named.
    pub(super) to: Option<String>,
    /// The least score of a suggestion in per cent.
    pub(super) min: Option<u8>,
    /// How many suggestions to show.
    pub(super) limit: Option<usize>,
    /// How many documents to align at a time.
    pub(super) jobs: Option<usize>,
}

impl Settings {
    /// Reads the settings file: the one named, which must exist, else the platform's, which need not.
    pub(super) fn load(named: Option<&Path>) -> Result<Self> {
        let path = match named {
            Some(path) => path.to_owned(),
            None => match folders().map(|folders| folders.config_dir().join(FILE)) {
                Some(path) if path.exists() => path,
                _ => return Ok(Self::default()),
            },
        };
        let name = path.display().to_string();
        let text = std::fs::read_to_string(&path).map_err(|source| Error::File { action: "read", path: name.clone(), source })?;
        let mut settings: Self = toml::from_str(&text).map_err(|error| {
            let before = &text[..error.span().map_or(0, |span| span.start.min(text.len()))];
            Error::Syntax {
                name,
                line: before.matches('\n').count() as u64 + 1,
                column: before.rsplit('\n').next().unwrap_or("").chars().count() as u64 + 1,
                reason: error.message().to_owned(),
            }
        })?;
        if let (Some(memory), Some(folder)) = (&mut settings.memory, path.parent()) {
            *memory = folder.join(&*memory);
        }
        Ok(settings)
    }
}

fn folders() -> Option<directories::ProjectDirs> {
    directories::ProjectDirs::from("", "", "diglot")
}

/// Returns where the user's memory is when nobody says otherwise: in the platform's data folder.
pub(super) fn default_memory() -> PathBuf {
    folders().map_or_else(|| PathBuf::from("memory.diglot"), |folders| folders.data_dir().join("memory.diglot"))
}
