//! What is asked and what is answered.

use super::judge::{Cause, Edit, Reason};
use super::repair::Repair;
use crate::memory::UnitId;
use crate::model::{Lang, Place, Score, Status};

/// By what matches are ranked and cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// The program's own score, with repairs.
    #[default]
    Best,
    /// Plain similarity by words ([`super::score::words_similarity`]).
    Words,
    /// Plain similarity by characters ([`super::score::chars_similarity`]).
    Chars,
}

impl Measure {
    /// All measures, in the order of their definition.
    pub const ALL: [Self; 3] = [Self::Best, Self::Words, Self::Chars];

    /// Returns the name in flags and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Best => "best",
            Self::Words => "words",
            Self::Chars => "chars",
        }
    }

    /// Returns the measure of a name, if it is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|measure| measure.as_str() == name)
    }
}

/// A text to translate.
#[derive(Clone, Debug)]
pub struct Query<'q> {
    /// The text.
    pub text: &'q str,
    /// Its language; every language of the memory but the target is looked through if it is not known.
    pub from: Option<Lang>,
    /// The language to translate into.
    pub to: Lang,
    /// The least score of a match.
    pub min: Score,
    /// The most matches wanted.
    pub limit: usize,
    /// By what matches are ranked and cut.
    pub measure: Measure,
    /// The text before it, if there is one and it is known.
    pub before: Option<&'q str>,
    /// The text after it, if there is one and it is known.
    pub after: Option<&'q str>,
}

impl<'q> Query<'q> {
    /// Returns a query for up to five matches of at least 70 % by the program's own score, from any language, without context.
    pub fn new(text: &'q str, to: Lang) -> Self {
        Self {
            text,
            from: None,
            to,
            min: Score::from_percent(70),
            limit: 5,
            measure: Measure::Best,
            before: None,
            after: None,
        }
    }
}

/// How a match fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The text is equal, and so are its neighbours as far as the query knows them, at least one.
    Context,
    /// The text is equal.
    Exact,
    /// The text is equal but for numbers, names, acronyms, case or punctuation, and the rendering was repaired accordingly.
    Repaired,
    /// The text is similar.
    Fuzzy,
}

impl Kind {
    /// Returns the name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Context => "context",
            Self::Exact => "exact",
            Self::Repaired => "repaired",
            Self::Fuzzy => "fuzzy",
        }
    }
}

/// A unit that fits a query. Where several units give the same rendering of the same source, or of sources that differ only in what was repaired, the
/// one that ranks first stands for all.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// The unit's number in the memory.
    pub unit: UnitId,
    /// The unit's identifier (TMX `tuid`).
    pub tuid: Option<String>,
    /// The score by which matches are ranked.
    pub score: Score,
    /// How it fits.
    pub kind: Kind,
    /// Plain similarity by words.
    pub words: Score,
    /// Plain similarity by characters.
    pub chars: Score,
    /// The source's language.
    pub lang: Lang,
    /// The source as the memory has it.
    pub source: String,
    /// The rendering, repaired where `repairs` says so.
    pub target: String,
    /// The rendering as the memory has it.
    pub original: String,
    /// What was repaired in `target`, in order.
    pub repairs: Vec<Repair>,
    /// The difference of the query against the source.
    pub difference: Vec<Edit>,
    /// Why the score is what it is.
    pub reasons: Vec<Reason>,
    /// Where the sources it stands for were found, in the order of the units.
    pub places: Vec<Place>,
    /// Whether a person has looked at the unit.
    pub status: Status,
    /// How sure the link between source and rendering is, 0 to 1; `None` when nobody said.
    pub probability: Option<f64>,
    /// When the unit was last found or changed, `YYYY-MM-DD`; `None` when nobody said.
    pub date: Option<String>,
    /// How often the sources it stands for have this rendering: places, and units that have none.
    pub uses: usize,
    /// How many other renderings of the same source the memory has.
    pub other_renderings: usize,
    /// Whether it is found with the publisher whose wording was to come first.
    pub is_preferred: bool,
}

impl Match {
    /// Says whether it lost points for where it comes from.
    pub(super) fn is_penalised(&self) -> bool {
        let own = |reason: &Reason| matches!(reason.cause, Cause::Doubtful(_) | Cause::Origin(_));
        self.reasons.iter().any(own)
    }

    /// Returns the score as it is shown: whole per cent rounded down, 101 for equal text between equal neighbours.
    pub fn percent(&self) -> u8 {
        match self.kind {
            // What loses points for its origin is no more than its score.
            Kind::Context if self.score.percent() == 100 => 101,
            _ => self.score.percent(),
        }
    }
}
