//! What `add` did: which documents belong together and why, what became of them, and which links are in doubt.

use std::fmt::Write as _;

use serde::Serialize;

use super::beads::rounded;
use super::{Paint, visible};
use crate::memory::{DocumentOutcome, UnitOutcome};
use crate::model::{Alignment, Bead, Score, Side};

/// A link below this probability is shown as doubtful.
pub const DOUBTFUL: f64 = 0.8;

/// Documents held to be renderings of each other.
#[derive(Debug, Serialize)]
pub struct ReleaseLine {
    /// `release`.
    pub r#type: &'static str,
    /// The files.
    pub files: Vec<String>,
    /// The languages, in the order of the files.
    pub langs: Vec<String>,
    /// Why they belong together.
    pub reasons: Vec<String>,
    /// How sure that is, 0 to 1.
    pub confidence: f64,
}

impl ReleaseLine {
    /// Returns the release for people, one line a file and one of reasons.
    pub fn text(&self, paint: Paint) -> String {
        let mut text = String::new();
        // Writing into a String does not fail.
        for (lang, file) in self.langs.iter().zip(&self.files) {
            let _ = writeln!(text, "{} {}", paint.bold(lang), visible(file));
        }
        let percent = Score::new(self.confidence).percent();
        let _ = write!(
            text,
            "{}",
            paint.dim(&format!(
                "   together ({percent} %): {}",
                self.reasons.join("; ")
            ))
        );
        text
    }
}

/// A document without a counterpart.
#[derive(Debug, Serialize)]
pub struct AloneLine {
    /// `alone`.
    pub r#type: &'static str,
    /// The file.
    pub file: String,
    /// Its language.
    pub lang: String,
    /// Why it stays alone.
    pub reason: String,
}

/// What became of one document.
#[derive(Debug, Serialize)]
pub struct VersionLine {
    file: String,
    lang: String,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    added: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    removed: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changed: Vec<(String, String)>,
}

impl VersionLine {
    /// Returns the line for a document.
    pub fn new(file: &str, lang: &str, outcome: DocumentOutcome) -> Self {
        let (outcome, difference) = match outcome {
            DocumentOutcome::New(_) => ("new", Default::default()),
            DocumentOutcome::Known(_) => ("known", Default::default()),
            DocumentOutcome::NewVersion { difference, .. } => ("new version", difference),
        };
        Self {
            file: file.to_owned(),
            lang: lang.to_owned(),
            outcome,
            added: difference.added,
            removed: difference.removed,
            changed: difference.changed,
        }
    }
}

/// How two versions of a release were aligned.
#[derive(Debug, Serialize)]
pub struct AlignedLine {
    /// The languages, source and target.
    pub langs: [String; 2],
    /// How many links there are.
    pub links: usize,
    /// How many source segments have no counterpart in the target.
    pub source_only: usize,
    /// How many target segments have none in the source.
    pub target_only: usize,
}

impl AlignedLine {
    /// Returns what there is to say of an alignment.
    pub fn new(source: &Side, target: &Side, alignment: &Alignment) -> Self {
        let linked = |segments: fn(&Bead) -> usize| alignment.links().map(segments).sum::<usize>();
        Self {
            langs: [source.lang.to_string(), target.lang.to_string()],
            links: alignment.links().count(),
            source_only: source.segments() - linked(|bead| bead.source.len()),
            target_only: target.segments() - linked(|bead| bead.target.len()),
        }
    }
}

/// Two texts of which less than this share of the shorter one is to be expected to be linked do not seem to be renderings of each other.
const LEAST_LINKED: f64 = 0.5;

/// Returns what must be said of an alignment that links so little, or so little surely, that the texts do not seem to be renderings of each other.
pub fn doubt(source: &Side, target: &Side, alignment: &Alignment) -> Option<String> {
    let source_is_shorter = source.segments() <= target.segments();
    let segments = source.segments().min(target.segments());
    let expected = |bead: &Bead| {
        let linked = if source_is_shorter {
            bead.source.len()
        } else {
            bead.target.len()
        };
        bead.probability * linked as f64
    };
    let linked: f64 = alignment.links().map(expected).sum();
    (linked < LEAST_LINKED * segments as f64)
        .then(|| format!("about {linked:.0} of {segments} sentences are linked: these do not seem to be renderings of each other"))
}

/// A link between a pivot and another version.
#[derive(Debug, Serialize)]
pub struct LinkLine {
    p: f64,
    source: Text,
    target: Text,
}

#[derive(Debug, Serialize)]
struct Text {
    lang: String,
    text: String,
}

impl LinkLine {
    /// Returns the links of an alignment in their order.
    pub fn all(source: &Side, target: &Side, alignment: &Alignment) -> Vec<Self> {
        let text = |side: &Side, range: &std::ops::Range<usize>| Text {
            lang: side.lang.to_string(),
            text: side.texts[range.clone()].join(" "),
        };
        (alignment.links())
            .map(|bead| Self {
                p: rounded(bead.probability),
                source: text(source, &bead.source),
                target: text(target, &bead.target),
            })
            .collect()
    }

    /// Returns how sure the link is, 0 to 1.
    pub fn probability(&self) -> f64 {
        self.p
    }

    /// Says whether a person should look at the link.
    pub fn is_doubtful(&self) -> bool {
        self.p < DOUBTFUL
    }

    fn text(&self, paint: Paint) -> String {
        let percent = format!("{:>3} %", Score::new(self.p).percent());
        let mark = if self.is_doubtful() {
            paint.doubtful(&percent)
        } else {
            paint.good(&percent)
        };
        let side = |text: &Text| {
            format!(
                "{} {}",
                paint.dim(&text.lang),
                visible(&text.text).replace('\n', " ")
            )
        };
        format!(
            "   {mark} {}\n         {}",
            side(&self.source),
            side(&self.target)
        )
    }
}

/// What became of a release.
#[derive(Debug, Serialize)]
pub struct AddedLine {
    /// `added`.
    pub r#type: &'static str,
    /// Its versions.
    pub versions: Vec<VersionLine>,
    /// How they were aligned: one of them with each of the others.
    pub alignments: Vec<AlignedLine>,
    /// Units that were not known.
    pub new: u64,
    /// Units that were known.
    pub known: u64,
    /// Units that were known and gained a language.
    pub extended: u64,
    /// How many links there are.
    pub links: usize,
    /// How many of them are in doubt.
    pub doubtful: usize,
    /// The links that are shown.
    pub shown: Vec<LinkLine>,
}

impl AddedLine {
    /// Counts what became of a unit.
    pub fn count(&mut self, outcome: &UnitOutcome) {
        match outcome {
            UnitOutcome::New(_) | UnitOutcome::Renamed(..) => self.new += 1,
            UnitOutcome::Known(_) => self.known += 1,
            UnitOutcome::Extended(_) => self.extended += 1,
        }
    }

    /// Returns what became of the release for people: a summary, what changed since an earlier version, and the links.
    pub fn text(&self, paint: Paint) -> String {
        let mut text = format!("   {} units", self.new + self.known + self.extended);
        // Writing into a String does not fail.
        for (count, what) in [
            (self.new, "new"),
            (self.extended, "gained a language"),
            (self.known, "already there"),
        ] {
            if count > 0 {
                let _ = write!(text, ", {count} {what}");
            }
        }
        for AlignedLine {
            langs: [source, target],
            source_only,
            target_only,
            ..
        } in &self.alignments
        {
            if source_only + target_only > 0 {
                let _ = write!(
                    text,
                    "; {source} has {source_only} sentences that {target} leaves out, {target} {target_only} of its own"
                );
            }
        }
        let _ = match self.doubtful {
            0 => write!(text, "; no link in doubt"),
            count => write!(
                text,
                "; {}",
                paint.doubtful(&format!("{count} of {} links in doubt", self.links))
            ),
        };
        for version in &self.versions {
            let _ = match version.outcome {
                "known" => write!(text, "\n   already there: {}", visible(&version.file)),
                "new version" => write!(
                    text,
                    "\n   a new version of {}: {} segments came, {} went, {} changed",
                    visible(&version.file),
                    version.added.len(),
                    version.removed.len(),
                    version.changed.len()
                ),
                _ => Ok(()),
            };
            for (mark, segment) in (version.removed.iter().map(|s| ("-", s)))
                .chain(version.added.iter().map(|s| ("+", s)))
            {
                let _ = write!(text, "\n     {mark} {}", visible(segment));
            }
            for (old, new) in &version.changed {
                let _ = write!(text, "\n     - {}\n     + {}", visible(old), visible(new));
            }
        }
        for link in &self.shown {
            let _ = write!(text, "\n{}", link.text(paint));
        }
        text
    }
}
