//! Why a score is what it is, in words.

use std::fmt;

use super::script::{Change, Fate, Script};
use crate::text;

/// One difference between the query and a source, or what makes them equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Text and both neighbours are equal.
    SameContext,
    /// The text is equal.
    Same,
    /// So many words stand in another form.
    Forms(u32),
    /// A number is another one.
    Number {
        /// As the source has it.
        from: String,
        /// As the query has it.
        to: String,
    },
    /// A month is another one.
    Date {
        /// As the source has it.
        from: String,
        /// As the query has it.
        to: String,
    },
    /// A name stands for another one.
    Name {
        /// As the source has it.
        from: String,
        /// As the query has it.
        to: String,
        /// Whether its rendering is of the lexicon that ships, not of the memory.
        by_lexicon: bool,
    },
    /// An acronym stands for another one.
    Acronym {
        /// As the source has it.
        from: String,
        /// As the query has it.
        to: String,
        /// Whether its rendering is of the lexicon that ships, not of the memory.
        by_lexicon: bool,
    },
    /// So many words are replaced by strangers.
    Replaced(u32),
    /// The query has so many words more.
    Added(u32),
    /// The query has so many words fewer.
    Missing(u32),
    /// So many stretches stand elsewhere.
    Moved(u32),
    /// The query denies what the source states.
    NegationAdded,
    /// The query states what the source denies.
    NegationLost,
    /// Marks of punctuation differ.
    Punctuation,
    /// Capitals, quotation marks, dashes or spaces differ.
    Appearance,
    /// Nobody confirmed the link between source and rendering, and it is so probable, in per cent.
    Doubtful(u8),
    /// The unit comes from where somebody said that units count less.
    Origin(String),
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = |by_lexicon: &bool| if *by_lexicon { " (lexicon)" } else { "" };
        let words = |count: &u32| if *count == 1 { "word" } else { "words" };
        match self {
            Self::SameContext => f.write_str("equal, between the same neighbours"),
            Self::Same => f.write_str("equal"),
            Self::Forms(count) => write!(f, "{count} {} in another form", words(count)),
            Self::Number { from, to } => write!(f, "number {from} → {to}"),
            Self::Date { from, to } => write!(f, "date {from} → {to}"),
            Self::Name {
                from,
                to,
                by_lexicon,
            } => write!(f, "name {from} → {to}{}", source(by_lexicon)),
            Self::Acronym {
                from,
                to,
                by_lexicon,
            } => write!(f, "acronym {from} → {to}{}", source(by_lexicon)),
            Self::Replaced(count) => write!(f, "{count} {} replaced", words(count)),
            Self::Added(count) => write!(f, "{count} {} added", words(count)),
            Self::Missing(count) => write!(f, "{count} {} missing", words(count)),
            Self::Moved(1) => f.write_str("order of words: 1 stretch moved"),
            Self::Moved(count) => write!(f, "order of words: {count} stretches moved"),
            Self::NegationAdded => f.write_str("negation added"),
            Self::NegationLost => f.write_str("negation lost"),
            Self::Punctuation => f.write_str("punctuation"),
            Self::Doubtful(percent) => write!(f, "link in doubt ({percent} %)"),
            Self::Origin(name) => write!(f, "origin `{name}`"),
            Self::Appearance => f.write_str("capitals, quotation marks, dashes or spaces"),
        }
    }
}

/// A cause and what it counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// The cause.
    pub cause: Cause,
    /// What the score loses by it, a fraction of 1; the losses of all reasons and the score make 1.
    pub lost: f64,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause.fmt(f)
    }
}

/// Returns the reasons of a script between a query and a source, the dearest first.
pub(in super::super) fn reasons(query: &str, source: &str, script: &Script) -> Vec<Reason> {
    let counts = script.counts();
    let [
        replaced,
        added,
        missing,
        marks,
        forms,
        numbers,
        moves,
        negations,
    ] = script.lost();
    let negation = if counts.negations > 0 {
        Cause::NegationAdded
    } else {
        Cause::NegationLost
    };
    let mut reasons = vec![
        (Cause::Replaced(counts.replaced), replaced),
        (Cause::Added(counts.added), added),
        (Cause::Missing(counts.missing), missing),
        (Cause::Punctuation, marks),
        (Cause::Forms(counts.forms), forms),
        (Cause::Moved(counts.moves + counts.lone_moves), moves),
        (negation, negations),
    ];
    let each = numbers / f64::from(counts.numbers.max(1));
    reasons.extend(changed_numbers(query, source, script).map(|cause| (cause, each)));
    let mut reasons: Vec<Reason> = reasons
        .into_iter()
        .filter(|&(_, lost)| lost > 0.0)
        .map(|(cause, lost)| Reason { cause, lost })
        .collect();
    reasons.sort_by(|one, other| other.lost.total_cmp(&one.lost));
    reasons
}

fn changed_numbers(query: &str, source: &str, script: &Script) -> impl Iterator<Item = Cause> {
    let words = |text: &str| -> Vec<String> {
        text::tokens(text)
            .map(|token| token.of(text).to_owned())
            .collect()
    };
    let (query, source) = (words(query), words(source));
    let fates = script.query.iter().zip(query);
    fates.filter_map(move |(fate, to)| match *fate {
        Fate::Stays(at, Change::Number) | Fate::Moves(at, Change::Number) => Some(Cause::Number {
            from: source.get(at)?.clone(),
            to,
        }),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::tests::symbols;

    #[test]
    fn says_in_words_what_differs() {
        let query = "The envoys did not sign 7 plans.";
        let source = "The envoy did sign 5 plans";
        let (q, s) = symbols("en", query, source);
        let script = Script::between(&q, &s);
        let reasons = reasons(query, source, &script);
        let said: Vec<String> = reasons.iter().map(Reason::to_string).collect();
        assert_eq!(
            said,
            [
                "negation added",
                "1 word added",
                "punctuation",
                "1 word in another form",
                "number 5 → 7"
            ]
        );
        let lost: f64 = reasons.iter().map(|reason| reason.lost).sum();
        assert!((lost + script.score() - 1.0).abs() < 1e-9);
    }
}
