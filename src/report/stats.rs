//! The memory in numbers.

use std::fmt::Write as _;

use serde::Serialize;

use super::visible;
use crate::memory::Stats;
use crate::model::Status;

/// The memory in numbers as it is shown.
#[derive(Debug, Serialize)]
pub struct StatsLine<'s> {
    r#type: &'static str,
    file: &'s str,
    bytes: u64,
    documents: Vec<DocumentCount<'s>>,
    units: ByStatus,
    variants: Vec<VariantCount<'s>>,
    pairs: Vec<PairLine<'s>>,
    places: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    dates: Option<[String; 2]>,
    changes: u64,
}

#[derive(Debug, Serialize)]
struct DocumentCount<'s> {
    lang: &'s str,
    documents: u64,
    segments: u64,
}

#[derive(Debug, Serialize)]
struct VariantCount<'s> {
    lang: &'s str,
    variants: u64,
}

#[derive(Debug, Serialize)]
struct PairLine<'s> {
    langs: [&'s str; 2],
    units: ByStatus,
}

#[derive(Debug, Serialize)]
struct ByStatus {
    automatic: u64,
    confirmed: u64,
    rejected: u64,
}

impl From<[u64; Status::ALL.len()]> for ByStatus {
    fn from([automatic, confirmed, rejected]: [u64; Status::ALL.len()]) -> Self {
        Self { automatic, confirmed, rejected }
    }
}

impl ByStatus {
    fn text(&self) -> String {
        let all = self.automatic + self.confirmed + self.rejected;
        format!("{all} units ({} automatic, {} confirmed, {} rejected)", self.automatic, self.confirmed, self.rejected)
    }
}

impl<'s> StatsLine<'s> {
    /// Returns what is shown of a memory in `file`.
    pub fn new(file: &'s str, stats: &'s Stats) -> Self {
        Self {
            r#type: "stats",
            file,
            bytes: stats.bytes,
            documents: (stats.documents.iter())
                .map(|(lang, documents, segments)| DocumentCount { lang: lang.as_str(), documents: *documents, segments: *segments })
                .collect(),
            units: stats.units.into(),
            variants: stats.variants.iter().map(|(lang, variants)| VariantCount { lang: lang.as_str(), variants: *variants }).collect(),
            pairs: (stats.pairs.iter())
                .map(|pair| PairLine { langs: [pair.langs.0.as_str(), pair.langs.1.as_str()], units: pair.units.into() })
                .collect(),
            places: stats.places,
            dates: stats.dates.map(|(first, last)| [first.to_string(), last.to_string()]),
            changes: stats.changes,
        }
    }

    /// Returns the numbers for people, several lines.
    pub fn text(&self) -> String {
        let mut text = format!("{}, {} KiB\n{}", visible(self.file), self.bytes.div_ceil(1024), self.units.text());
        // Writing into a String does not fail.
        for pair in &self.pairs {
            let _ = write!(text, "\n  {} – {}: {}", pair.langs[0], pair.langs[1], pair.units.text());
        }
        for count in &self.variants {
            let _ = write!(text, "\n  {}: {} texts", count.lang, count.variants);
        }
        for count in &self.documents {
            let _ = write!(text, "\n  {}: {} documents, {} segments", count.lang, count.documents, count.segments);
        }
        if let Some([first, last]) = &self.dates {
            let _ = write!(text, "\npublished from {first} to {last}");
        }
        let _ = write!(text, "\n{} places, {} changes in the log", self.places, self.changes);
        text
    }
}
