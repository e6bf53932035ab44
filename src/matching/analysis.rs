//! How much of a text the memory knows: the table that translators are paid by.
//!
//! Every segment falls into one band by its best match; what is not known at 100 % and occurs again in the same texts is a repetition from its second
//! time on, for it is translated once.

use rustc_hash::FxHashSet;

use super::query::{Kind, Match};
use crate::text::{TokenKind, normalise, tokens};

/// A row of the analysis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Band {
    /// Equal, between equal neighbours.
    Context,
    /// Equal.
    Exact,
    /// The same again as an earlier segment that is not known.
    Repetition,
    /// 95 to 99 %.
    From95,
    /// 85 to 94 %.
    From85,
    /// 75 to 84 %.
    From75,
    /// 50 to 74 %.
    From50,
    /// Nothing known.
    New,
}

impl Band {
    /// All bands, in the order in which they are shown.
    pub const ALL: [Self; 8] = [
        Self::Context,
        Self::Exact,
        Self::Repetition,
        Self::From95,
        Self::From85,
        Self::From75,
        Self::From50,
        Self::New,
    ];

    /// Returns the band's name in tables and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Context => "101",
            Self::Exact => "100",
            Self::Repetition => "repetitions",
            Self::From95 => "95-99",
            Self::From85 => "85-94",
            Self::From75 => "75-84",
            Self::From50 => "50-74",
            Self::New => "new",
        }
    }

    fn of(best: Option<&Match>) -> Self {
        let Some(best) = best else { return Self::New };
        match (best.kind, best.percent()) {
            (Kind::Context, _) => Self::Context,
            (Kind::Exact, _) => Self::Exact,
            (_, 95..) => Self::From95,
            (_, 85..) => Self::From85,
            (_, 75..) => Self::From75,
            (_, 50..) => Self::From50,
            _ => Self::New,
        }
    }
}

/// Segments and words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    /// Segments.
    pub segments: u64,
    /// Words and numbers in them.
    pub words: u64,
}

/// How much of the texts so far is in each band.
#[derive(Clone, Debug, Default)]
pub struct Analysis {
    amounts: [Amount; Band::ALL.len()],
    seen: FxHashSet<String>,
}

impl Analysis {
    /// Counts a segment with its best match, and returns the band it falls into.
    pub fn count(&mut self, segment: &str, best: Option<&Match>) -> Band {
        let mut band = Band::of(best);
        if band > Band::Exact && !self.seen.insert(normalise(segment)) {
            band = Band::Repetition;
        }
        let words = tokens(segment).filter(|token| token.kind != TokenKind::Mark);
        let amount = &mut self.amounts[band as usize];
        amount.segments += 1;
        amount.words += words.count() as u64;
        band
    }

    /// Returns what a band holds.
    pub fn amount(&self, band: Band) -> Amount {
        self.amounts[band as usize]
    }

    /// Returns what all bands hold.
    pub fn total(&self) -> Amount {
        self.amounts
            .iter()
            .fold(Amount::default(), |sum, amount| Amount {
                segments: sum.segments + amount.segments,
                words: sum.words + amount.words,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::memory_of;
    use super::super::{Matcher, Query};
    use super::*;
    use crate::model::{Lang, Score};

    #[test]
    fn what_comes_again_is_counted_once_as_new() {
        let memory = memory_of(
            "ru",
            "en",
            &[(
                "Встреча прошла в Минске.",
                "The meeting took place in Minsk.",
            )],
        );
        let matcher = Matcher::new(&memory);
        let mut analysis = Analysis::default();
        let bands: Vec<Band> = [
            "Встреча прошла в Минске.",
            "Совсем другое дело было там.",
            "Совсем другое дело было там.",
            "Встреча прошла в Минске.",
            "Встреча прошла в школе.",
        ]
        .iter()
        .map(|text| {
            let mut query = Query::new(text, Lang::new("en").unwrap());
            query.min = Score::from_percent(50);
            analysis.count(text, matcher.suggest(&query).unwrap().first())
        })
        .collect();
        assert_eq!(
            bands,
            [
                Band::Exact,
                Band::New,
                Band::Repetition,
                Band::Exact,
                Band::From75
            ]
        );
        assert_eq!(
            analysis.total(),
            Amount {
                segments: 5,
                words: 22
            }
        );
        assert_eq!(
            analysis.amount(Band::Exact),
            Amount {
                segments: 2,
                words: 8
            }
        );
    }
}
