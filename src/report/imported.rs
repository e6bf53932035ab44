//! What `import` did with a file.

use std::fmt::Write as _;

use serde::Serialize;

use super::visible;
use crate::interchange::Warning;
use crate::model::TranslationUnit;

/// What became of a file of units.
#[derive(Debug, Serialize)]
pub struct ImportedLine {
    r#type: &'static str,
    /// The file, as the user named it.
    pub file: String,
    /// Units that were read.
    pub units: u64,
    variants: u64,
    /// Units that were not known.
    pub added: u64,
    /// Units that were known and gained a language.
    pub extended: u64,
    /// Units that were known.
    pub duplicates: u64,
    /// What was skipped or mended, and where.
    pub warnings: Vec<WarningLine>,
}

/// Something that was skipped or mended.
#[derive(Debug, Serialize)]
pub struct WarningLine {
    /// The line, from 1.
    pub line: u64,
    /// The column in characters, from 1.
    pub column: u64,
    /// The unit it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What is wrong, and what was done about it.
    pub reason: String,
}

impl From<Warning> for WarningLine {
    fn from(
        Warning {
            line,
            column,
            unit,
            reason,
        }: Warning,
    ) -> Self {
        Self {
            line,
            column,
            unit,
            reason,
        }
    }
}

impl WarningLine {
    /// Returns the warning for people.
    pub fn text(&self, file: &str) -> String {
        let unit = self
            .unit
            .as_ref()
            .map(|unit| format!(", unit {unit}"))
            .unwrap_or_default();
        format!(
            "`{file}`, line {}, column {}{unit}: {}",
            self.line, self.column, self.reason
        )
    }
}

impl ImportedLine {
    /// Returns the line of a file of which nothing is read yet.
    pub fn new(file: String) -> Self {
        Self {
            r#type: "imported",
            file,
            units: 0,
            variants: 0,
            added: 0,
            extended: 0,
            duplicates: 0,
            warnings: Vec::new(),
        }
    }

    /// Counts a unit that was read.
    pub fn read(&mut self, unit: &TranslationUnit) {
        self.units += 1;
        self.variants += unit.variants.len() as u64;
    }

    /// Returns the summary for people.
    pub fn text(&self) -> String {
        let mut text = format!(
            "{}: {} units with {} texts read, {} added",
            visible(&self.file),
            self.units,
            self.variants,
            self.added
        );
        // Writing into a String does not fail.
        if self.extended > 0 {
            let _ = write!(text, ", {} gained a language", self.extended);
        }
        let _ = write!(text, ", {} already there", self.duplicates);
        if !self.warnings.is_empty() {
            let _ = write!(text, ", {} warnings", self.warnings.len());
        }
        text
    }
}
