//! What `import` did with a file.

use std::fmt::Write as _;

use serde::Serialize;

use super::visible;
use crate::interchange::Warning;
use crate::model::TranslationUnit;

/// The most warnings about one file that are kept; more are counted. A file may have something wrong in each of millions of units.
const KEPT_WARNINGS: usize = 10_000;

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
    /// Units of a reviewed spreadsheet whose status was set.
    #[serde(skip_serializing_if = "is_none")]
    pub reviewed: u64,
    /// Whether nothing was kept, because that was asked for.
    #[serde(skip_serializing_if = "is_false")]
    pub dry_run: bool,
    /// The clean file that was written of a broken one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repaired: Option<String>,
    /// What was skipped or mended, and where; the first ten thousand.
    pub warnings: Vec<WarningLine>,
    /// How many more warnings there were.
    #[serde(skip_serializing_if = "is_none")]
    pub more_warnings: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_none(count: &u64) -> bool {
    *count == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_false(value: &bool) -> bool {
    !value
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
            reviewed: 0,
            dry_run: false,
            repaired: None,
            warnings: Vec::new(),
            more_warnings: 0,
        }
    }

    /// Counts a unit that was read.
    pub fn read(&mut self, unit: &TranslationUnit) {
        self.units += 1;
        self.variants += unit.variants.len() as u64;
    }

    /// Takes in a warning.
    pub fn warn(&mut self, warning: impl Into<WarningLine>) {
        if self.warnings.len() < KEPT_WARNINGS {
            self.warnings.push(warning.into());
        } else {
            self.more_warnings += 1;
        }
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
        if self.reviewed > 0 {
            let _ = write!(text, ", {} reviewed", self.reviewed);
        }
        let warnings = self.warnings.len() as u64 + self.more_warnings;
        if warnings > 0 {
            let _ = write!(text, ", {warnings} warnings");
        }
        if self.dry_run {
            text.push_str("; a trial: nothing was kept");
        }
        if let Some(repaired) = &self.repaired {
            let _ = write!(text, "; clean copy: {}", visible(repaired));
        }
        text
    }
}
