//! How often stems of two languages render each other: what is kept of units to teach the aligner.

/// How often a stem occurred, and how often which stems of the other language rendered it. Counts are expectations, so that they are no whole
/// numbers and may be added up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rendered {
    /// The stem.
    pub stem: Box<str>,
    /// How often it occurred, each time rendered by something or by nothing; at least the sum of `by`.
    pub total: f32,
    /// The stems that rendered it, each with how often; what was next to nothing is left out.
    pub by: Vec<(Box<str>, f32)>,
}

/// How often stems of two languages render each other, in both directions. A stem may stand several times, whose counts add up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Renderings {
    /// How many pairs of texts were counted.
    pub pairs: f32,
    /// How the stems of the first language are rendered in the second.
    pub forward: Vec<Rendered>,
    /// How the stems of the second language are rendered in the first.
    pub backward: Vec<Rendered>,
}

impl Renderings {
    /// Adds what another lesson counted, each count taken `weight` times.
    pub fn add(&mut self, other: Self, weight: f32) {
        self.pairs += weight * other.pairs;
        for (mine, theirs) in [
            (&mut self.forward, other.forward),
            (&mut self.backward, other.backward),
        ] {
            mine.extend(theirs.into_iter().map(|mut rendered| {
                rendered.total *= weight;
                for (_, count) in &mut rendered.by {
                    *count *= weight;
                }
                rendered
            }));
        }
    }
}
