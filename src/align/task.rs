//! The alignment of one bitext, step by step.

use super::Trusted;
use super::band::Band;
use super::evidence::Evidence;
use super::lexicon::{Learner, Lexicon};
use super::logarithm::ln;
use super::search::Lattice;
use super::settings::Settings;
use super::signal::length::Length;
use super::signal::structure::Structure;
use super::signal::{Pair, equal_types, identical, lexicon, names, numbers, punctuation};
use super::words::Words;
use crate::model::{Alignment, Bead, Bitext, Lang};

/// The share of a first alignment's 1-1 beads that is learned from: the better ones.
const LEARNT_SHARE: f32 = 0.75;
/// A text teaches itself from this many 1-1 beads on; fewer teach chance.
const LEAST_PAIRS: usize = 40;
/// The largest lattice that is searched whole, in cells.
const WHOLE: usize = 40_000;

/// A bitext being aligned.
pub(super) struct Task<'a> {
    pub(super) bitext: &'a Bitext,
    settings: &'a Settings,
    source: Words,
    target: Words,
    /// What all signals but names and what is learnt say of types.
    fixed: Vec<Pair>,
    alike: Vec<names::Alike>,
    length: Length,
    structure: Structure,
    /// The 1-1 beads that the last pass was sure of.
    sure: Vec<(usize, usize)>,
}

impl<'a> Task<'a> {
    pub(super) fn new(
        bitext: &'a Bitext,
        lexicons: &[Trusted<'_>],
        settings: &'a Settings,
    ) -> Self {
        let (source, target) = (Words::of(&bitext.source), Words::of(&bitext.target));
        let signals = settings.signals;
        let equal = equal_types(&source, &target);
        let mut fixed = Vec::new();
        if signals.numbers {
            fixed.extend(numbers::pairs(&source, &equal));
        }
        if signals.punctuation {
            fixed.extend(punctuation::pairs(&source, &equal));
        }
        if signals.identical {
            fixed.extend(identical::pairs(&source, &equal));
        }
        let alike = if signals.names {
            names::candidates(&source, &target)
        } else {
            Vec::new()
        };
        let mut task = Self {
            bitext,
            settings,
            fixed,
            alike,
            length: Length::new(&source, &target, settings),
            structure: Structure::new(&bitext.source, &bitext.target, signals.structure),
            source,
            target,
            sure: Vec::new(),
        };
        for trusted in lexicons {
            let known = task.pairs_of(trusted);
            task.fixed.extend(known);
        }
        task
    }

    fn pairs_of(&self, trusted: &Trusted<'_>) -> Vec<Pair> {
        let mut pairs = Vec::new();
        let (from, to) = (&self.bitext.source.lang, &self.bitext.target.lang);
        if let (true, Some(view)) = (
            self.settings.signals.lexicon,
            trusted.lexicon.view(from, to),
        ) {
            lexicon::pairs(view, trusted.trust, &self.source, &self.target, |pair| {
                pairs.push(pair)
            });
        }
        pairs
    }

    /// Aligns once and keeps what it was sure of.
    pub(super) fn first_pass(mut self) -> Self {
        let band = self.band();
        let path = self.lattice(band, &[]).best_path(self.settings);
        self.sure = self.sure_pairs(&path);
        self
    }

    /// Aligns.
    pub(super) fn align(mut self) -> Alignment {
        let mut band = self.band();
        let mut learnt: Vec<Pair> = Vec::new();
        for _ in 0..self.settings.rounds {
            let lattice = self.lattice(band, &learnt);
            let path = lattice.best_path(self.settings);
            band = lattice.band;
            self.sure = self.sure_pairs(&path);
            if self.sure.len() < LEAST_PAIRS || !self.settings.signals.lexicon {
                break;
            }
            let own = learn_from(
                std::slice::from_ref(&self),
                &self.bitext.source.lang,
                &self.bitext.target.lang,
            );
            learnt = self.pairs_of(&Trusted {
                lexicon: &own,
                trust: self.settings.trust_learnt,
            });
        }
        let lattice = self.lattice(band, &learnt);
        let posteriors = lattice.posteriors(self.settings);
        let beads = lattice.safest_path(&posteriors, self.settings.risk);
        Alignment::new(beads, self.source.segments(), self.target.segments())
    }

    fn band(&self) -> Band {
        let (sources, targets) = (self.source.segments(), self.target.segments());
        if sources * targets <= WHOLE {
            return Band::full(sources, targets);
        }
        Band::full(sources, targets)
    }

    fn lattice(&self, band: Band, learnt: &[Pair]) -> Lattice {
        let mut pairs: Vec<Pair> = self.fixed.iter().chain(learnt).copied().collect();
        pairs.extend(names::pairs(&self.alike, &self.source, &self.target));
        best_of(&mut pairs);
        let settings = self.settings;
        let evidence = Evidence::new(&self.source, &self.target, &pairs, &band, settings);
        let priors = settings.priors.map(ln);
        let weight = 0.5 * settings.word_weight;
        Lattice::new(band, |bead, (i, p), (j, q)| {
            let of_target: f32 = (0..q).map(|d| evidence.of_target.get(i, p, j + d)).sum();
            let of_source: f32 = (0..p).map(|d| evidence.of_source.get(j, q, i + d)).sum();
            priors[bead]
                + self.length.score((i, p), (j, q))
                + self.structure.score((i, p), (j, q))
                + weight * (of_target + of_source)
        })
    }

    /// Returns the better 1-1 beads of a path, best first.
    fn sure_pairs(&self, path: &[(Bead, f32)]) -> Vec<(usize, usize)> {
        let mut pairs: Vec<(f32, usize, usize)> = path
            .iter()
            .filter(|(bead, _)| (bead.source.len(), bead.target.len()) == (1, 1))
            .map(|(bead, score)| {
                let (i, j) = (bead.source.start, bead.target.start);
                (score / (self.source.chars[i] + self.target.chars[j]), i, j)
            })
            .collect();
        pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        pairs.truncate((pairs.len() as f32 * LEARNT_SHARE) as usize);
        pairs.into_iter().map(|(_, i, j)| (i, j)).collect()
    }
}

/// Returns what the sure pairs of these tasks of two languages teach.
pub(super) fn learn_from(tasks: &[Task<'_>], source: &Lang, target: &Lang) -> Lexicon {
    let mut learner = Learner::new(source, target);
    for task in tasks {
        if task.bitext.source.lang == *source && task.bitext.target.lang == *target {
            for &(i, j) in &task.sure {
                learner.add(&task.source, i, &task.target, j);
            }
        }
    }
    learner.learn()
}

/// Keeps of several pairs of the same types the best probability in each direction.
fn best_of(pairs: &mut Vec<Pair>) {
    pairs.sort_unstable_by_key(|pair| (pair.source, pair.target));
    pairs.dedup_by(|next, kept| {
        let same = (next.source, next.target) == (kept.source, kept.target);
        if same {
            kept.forward = kept.forward.max(next.forward);
            kept.backward = kept.backward.max(next.backward);
        }
        same
    });
}
