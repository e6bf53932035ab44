//! One file per reason to believe in a bead. Word signals say which type of one side may render which of the other, and with what probability;
//! bead signals give a bead a log ratio: how much likelier it is as a link than by chance. Signals do not know each other; all are additive.

pub(super) mod identical;
pub(super) mod length;
pub(super) mod lexicon;
pub(super) mod names;
pub(super) mod numbers;
pub(super) mod punctuation;
pub(super) mod structure;

use super::words::Words;

/// The signals that know which words may render which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum WordSignal {
    Numbers,
    Names,
    Punctuation,
    Identical,
    Memory,
    Shipped,
    Learnt,
}

impl WordSignal {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Numbers => "numbers",
            Self::Names => "names",
            Self::Punctuation => "punctuation",
            Self::Identical => "identical",
            Self::Memory => "memory",
            Self::Shipped => "shipped",
            Self::Learnt => "learnt",
        }
    }
}

/// A type of the source side that may render a type of the target side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pair {
    pub source: u32,
    pub target: u32,
    /// The probability of the target type given the source type.
    pub forward: f32,
    /// The probability of the source type given the target type.
    pub backward: f32,
}

impl Pair {
    /// Returns a pair that is as probable in both directions.
    fn even(source: u32, target: u32, probability: f32) -> Self {
        Self {
            source,
            target,
            forward: probability,
            backward: probability,
        }
    }
}

/// Returns the types that are equal on both sides, by the source side's ids.
pub(super) fn equal_types(source: &Words, target: &Words) -> Vec<(u32, u32)> {
    let forms = (0..).zip(target.forms.iter());
    let mut equal: Vec<(u32, u32)> = forms
        .filter_map(|(id, form)| source.forms.get(form).map(|same| (same, id)))
        .collect();
    equal.sort_unstable();
    equal
}
