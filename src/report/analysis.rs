//! How much of a text the memory knows, as a table and as JSON.

use std::fmt::Write as _;

use serde::Serialize;

use crate::matching::{Amount, Analysis, Band};

/// The analysis of a text, or of all.
#[derive(Debug, Serialize)]
pub struct AnalysisLine<'a> {
    r#type: &'static str,
    file: &'a str,
    bands: Vec<BandLine>,
    segments: u64,
    words: u64,
}

#[derive(Debug, Serialize)]
struct BandLine {
    band: &'static str,
    segments: u64,
    words: u64,
}

impl<'a> AnalysisLine<'a> {
    /// Returns the line for a file; of several files together, `name` says so.
    pub fn new(name: &'a str, analysis: &Analysis) -> Self {
        let Amount { segments, words } = analysis.total();
        let band = |&band: &Band| BandLine {
            band: band.as_str(),
            segments: analysis.amount(band).segments,
            words: analysis.amount(band).words,
        };
        Self {
            r#type: "analysis",
            file: name,
            bands: Band::ALL.iter().map(band).collect(),
            segments,
            words,
        }
    }

    /// Returns the table for people.
    pub fn text(&self) -> String {
        let mut text = format!(
            "{}\n{:>12} {:>10} {:>10} {:>7}\n",
            super::visible(self.file),
            "",
            "segments",
            "words",
            "words"
        );
        let mut row = |name: &str, segments: u64, words: u64| {
            let share = 100.0 * words as f64 / self.words.max(1) as f64;
            // Writing into a String does not fail.
            let _ = writeln!(text, "{name:>12} {segments:>10} {words:>10} {share:>5.1} %");
        };
        for band in &self.bands {
            row(band.band, band.segments, band.words);
        }
        row("all", self.segments, self.words);
        text
    }
}
