//! Why a bead was chosen: what each signal said for it and against it.

/// What the signals said of a bead. All scores are natural logarithms of ratios: how much likelier what is seen is if the two sides render each other
/// than by chance. They are additive, and their sum is the bead's score in the search.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Explanation {
    /// What each signal said, those that said nothing left out.
    pub reasons: Vec<Reason>,
    /// Which words, numbers and marks were held to render each other, most telling first. They are part of the reasons of their signals.
    pub words: Vec<WordPair>,
}

/// What one signal said of a bead.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reason {
    /// The signal: `type` (how usual such beads are), `length`, `structure`, `numbers`, `names`, `punctuation`, `identical`, `memory`, `shipped`
    /// (the shipped lexicon), `learnt` (what the text itself taught), `unexplained` (words that could have had a counterpart and have none), and
    /// `gap` for text left out.
    pub signal: &'static str,
    /// How much it said for the bead; against it where negative.
    pub score: f64,
}

/// Two words, numbers or marks held to render each other.
#[derive(Clone, Debug, PartialEq)]
pub struct WordPair {
    /// The source's word, folded; a number by its value, such as `15e8` for one and a half milliard.
    pub source: String,
    /// The target's.
    pub target: String,
    /// The signal that knew them.
    pub signal: &'static str,
    /// How much they said for the bead.
    pub score: f64,
}

impl Explanation {
    /// Returns the sum of all reasons.
    pub fn score(&self) -> f64 {
        self.reasons.iter().map(|reason| reason.score).sum()
    }
}
