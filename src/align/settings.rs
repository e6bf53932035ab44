//! The few numbers that shape an alignment, each with its reason, and a switch per signal.

/// The bead types the search knows, as (source, target) segments; [`Settings::priors`] is in this order.
pub const BEADS: [(usize, usize); 10] = [
    (1, 1),
    (1, 2),
    (2, 1),
    (2, 2),
    (1, 3),
    (3, 1),
    (1, 4),
    (4, 1),
    (2, 3),
    (3, 2),
];

/// The most segments a bead has on one side.
pub(crate) const LONGEST: usize = 4;

/// Which signals count; all do unless an ablation takes one away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signals {
    /// Lengths in characters go together.
    pub length: bool,
    /// Numbers of equal value.
    pub numbers: bool,
    /// Names and cognates that sound alike.
    pub names: bool,
    /// Marks that survive translation.
    pub punctuation: bool,
    /// Words that are written alike on both sides.
    pub identical: bool,
    /// What the lexicons know.
    pub lexicon: bool,
    /// What the lexicon that ships with the program knows.
    pub shipped: bool,
    /// Paragraphs and kinds of blocks.
    pub structure: bool,
}

impl Default for Signals {
    fn default() -> Self {
        Self {
            length: true,
            numbers: true,
            names: true,
            punctuation: true,
            identical: true,
            lexicon: true,
            shipped: true,
            structure: true,
        }
    }
}

/// The parameters of the model. Costs and weights are natural logarithms of probabilities.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The share of each bead type of [`BEADS`] among links.
    pub priors: [f32; BEADS.len()],
    /// What leaving out a first segment adds to the score.
    pub gap_open: f32,
    /// What leaving out each further segment adds.
    pub gap_extend: f32,
    /// How much the mean of both directions' word evidence counts; below 1 because words of a segment are not independent.
    pub word_weight: f32,
    /// How much the length ratio counts.
    pub length_weight: f32,
    /// The variance of the logarithm of the length ratio of long segments.
    pub length_variance: f32,
    /// What a segment's variance has more, divided by its characters.
    pub length_variance_short: f32,
    /// The share of a segment's words that no word of the other side accounts for.
    pub unexplained: f32,
    /// How much a word counts that has no possible counterpart near by, against one that has.
    pub unknown: f32,
    /// The least share of a text's words that a word is taken to have, so that rare words of short texts are not overrated.
    pub rarest: f32,
    /// The part of a word's share of the text that its chance of standing in an unrelated segment is.
    pub background: f32,
    /// What [`Self::unexplained`] is multiplied by where the shipped lexicon knows the languages: fewer words are then left without an account.
    pub informed_unexplained: f32,
    /// What [`Self::gap_open`] has more there: what has no rendering is then known better from what is rendered freely.
    pub informed_gap: f32,
    /// How much the lexicon that ships with the program is believed.
    pub trust_shipped: f32,
    /// How much a lexicon that the text itself or its batch taught is believed.
    pub trust_learnt: f32,
    /// How much what a memory's units taught is believed.
    pub trust_taught: f32,
    /// What [`Self::trust_taught`] is multiplied by where the shipped lexicon knows the languages.
    pub informed_taught: f32,
    /// How often a word occurs in a unit, from which on the memory is not asked for it where the shipped lexicon knows the languages: of the most
    /// frequent words a few hundred units know a part of their renderings and speak against all others. Without the shipped lexicon these words are the
    /// better part of what is known. These three were chosen on the learning curve (`tests/bench/README.md`).
    pub informed_common: f32,
    /// How often the aligner learns from its own alignment of a text that is long enough.
    pub rounds: usize,
    /// What scores are divided by before probabilities are made of them: words of a segment are not independent, so that plain scores are too sure.
    /// Both temperatures are those of least calibration error on two halves of the development texts (`tests/bench/README.md`).
    pub temperature: f64,
    /// The same where a text's or batch's own first alignment has taught: what follows from it is surer of itself than right.
    pub temperature_learnt: f64,
    /// What a bead must have in probability to be worth showing, when the path is chosen that has the most right beads to be expected.
    pub risk: f64,
    /// Which signals count.
    pub signals: Signals,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            priors: [
                0.83, 0.045, 0.045, 0.006, 0.008, 0.008, 0.002, 0.002, 0.0015, 0.0015,
            ],
            gap_open: -5.7,
            gap_extend: -1.7,
            word_weight: 0.75,
            length_weight: 0.92,
            length_variance: 0.025,
            length_variance_short: 1.2,
            unexplained: 0.3,
            unknown: 0.05,
            rarest: 5e-4,
            background: 0.35,
            informed_unexplained: 0.9,
            informed_gap: 1.8,
            trust_shipped: 0.85,
            trust_learnt: 0.28,
            trust_taught: 0.8,
            informed_taught: 0.25,
            informed_common: 0.1,
            rounds: 3,
            temperature: 1.2,
            temperature_learnt: 1.35,
            risk: 0.4,
            signals: Signals::default(),
        }
    }
}

impl Settings {
    /// Returns the settings for languages that the shipped lexicon knows.
    pub(crate) fn informed(mut self) -> Self {
        self.unexplained *= self.informed_unexplained;
        self.gap_open += self.informed_gap;
        self
    }
}

/// How many beads of each type of [`BEADS`] and how many gaps a text has, or is expected to have.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rates {
    pub(crate) links: [f64; BEADS.len()],
    pub(crate) gaps: f64,
}

/// The gaps to a link for which [`Settings::gap_open`] is right.
const USUAL_GAPS: f64 = 0.08;
/// How many links the settings weigh against what a text shows of itself.
const WEIGHT_OF_SETTINGS: f64 = 60.0;

impl Rates {
    /// Returns the rates of two texts together.
    pub(crate) fn plus(mut self, other: &Self) -> Self {
        for (mine, theirs) in self.links.iter_mut().zip(&other.links) {
            *mine += theirs;
        }
        self.gaps += other.gaps;
        self
    }

    /// Returns the rates with those of the bead types from `searched` on, which were not looked for, as their priors have it.
    pub(crate) fn supposing(mut self, priors: &[f32], searched: usize) -> Self {
        let links: f64 = self.links.iter().sum();
        for (count, &prior) in self.links.iter_mut().zip(priors).skip(searched) {
            *count = links * f64::from(prior);
        }
        self
    }

    /// Returns the settings for going on with what a text with these rates has taught: a translator who joins many sentences goes on doing so.
    pub(crate) fn adapt(&self, settings: &Settings) -> Settings {
        let links: f64 = self.links.iter().sum();
        let seen = WEIGHT_OF_SETTINGS + links;
        let mut adapted = settings.clone();
        for (prior, count) in adapted.priors.iter_mut().zip(&self.links) {
            *prior = ((WEIGHT_OF_SETTINGS * f64::from(*prior) + count) / seen) as f32;
        }
        let gaps = (WEIGHT_OF_SETTINGS * USUAL_GAPS + self.gaps) / seen;
        adapted.gap_open += (gaps / USUAL_GAPS).ln() as f32;
        adapted.temperature = settings.temperature_learnt;
        adapted
    }
}
