//! The alignment of one bitext, step by step.

use super::Trusted;
use super::anchors::anchors;
use super::band::Band;
use super::evidence::Evidence;
use super::lexicon::{Learner, Lexicon};
use super::logarithm::ln;
use super::search::Lattice;
use super::settings::{Rates, Settings};
use super::shipped::shipped;
use super::signal::length::Length;
use super::signal::structure::Structure;
use super::signal::{Pair, equal_types, identical, lexicon, names, numbers, punctuation};
use super::turns::Turns;
use super::words::Words;
use crate::model::{Alignment, Bead, Bitext, Lang};

/// How probable a link of a first alignment must be to be learned from.
const SURE: f64 = 0.8;
/// A text teaches itself from this many links on; fewer teach chance.
const LEAST_PAIRS: usize = 40;
/// With so many sure links one round teaches all there is.
const PLENTY: usize = 3000;
/// The largest lattice that is searched whole, in cells.
const WHOLE: usize = 40_000;
/// What keeping within matched turns may cost, in log probability for each: where the turns are real it costs next to nothing, where lines were taken
/// for speakers' that are none it tears the texts apart.
const DEAREST_TURN: f64 = 4.0;
/// How far from the anchors a larger one is searched, in segments.
const MARGIN: usize = 8;

/// How far from the last path a long text is searched again.
const NARROW_MARGIN: usize = 5;

/// A bitext being aligned.
pub(super) struct Task<'a> {
    pub(super) bitext: &'a Bitext,
    settings: Settings,
    source: Words,
    target: Words,
    /// What all signals but names and what is learnt say of types.
    fixed: Vec<Pair>,
    alike: Vec<names::Alike>,
    turns: Option<Turns>,
    length: Length,
    structure: Structure,
    /// The links that the last pass was sure of.
    sure: Vec<Bead>,
    /// What the last pass expects of bead types and gaps.
    pub(super) rates: Rates,
}

impl<'a> Task<'a> {
    pub(super) fn new(bitext: &'a Bitext, lexicons: &[Trusted<'_>], settings: &Settings) -> Self {
        let (source, target) = (Words::of(&bitext.source), Words::of(&bitext.target));
        let signals = settings.signals;
        let shipped = (signals.lexicon && signals.shipped)
            .then(|| shipped(&bitext.source.lang, &bitext.target.lang))
            .flatten();
        let settings = match shipped {
            Some(_) => settings.clone().informed(),
            None => settings.clone(),
        };
        let shipped = shipped.map(|lexicon| Trusted {
            lexicon,
            trust: settings.trust_shipped,
        });
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
            rates: Rates::default(),
            fixed,
            alike,
            turns: None,
            length: Length::new(&source, &target, &settings),
            structure: Structure::new(&bitext.source, &bitext.target, signals.structure),
            source,
            target,
            sure: Vec::new(),
            settings,
        };
        for trusted in lexicons.iter().chain(&shipped) {
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
        let lattice = self.lattice(band, &[]);
        self.pass(&lattice);
        self
    }

    /// Aligns.
    pub(super) fn align(mut self) -> Alignment {
        let band = self.band();
        let mut lattice = self.lattice(band, &[]);
        let mut beads = self.pass(&lattice);
        let given = self.settings.clone();
        for round in 0..given.rounds {
            let enough = round > 0 && self.sure.len() > PLENTY;
            if self.sure.len() < LEAST_PAIRS || enough || !given.signals.lexicon {
                break;
            }
            let (from, to) = (&self.bitext.source.lang, &self.bitext.target.lang);
            let own = learn_from(std::slice::from_ref(&self), from, to);
            let learnt = self.pairs_of(&Trusted {
                lexicon: &own,
                trust: given.trust_learnt,
            });
            self.settings = self.rates.adapt(&given);
            let band = self.narrowed(lattice, &beads);
            lattice = self.lattice(band, &learnt);
            beads = self.pass(&lattice);
        }
        Alignment::new(beads, self.source.segments(), self.target.segments())
    }

    /// Returns the beads of a lattice and keeps what they teach.
    fn pass(&mut self, lattice: &Lattice) -> Vec<Bead> {
        let posteriors = lattice.posteriors(&self.settings);
        let beads = lattice.safest_path(&posteriors, self.settings.risk);
        self.rates = posteriors.rates;
        self.sure = sure_links(&beads);
        beads
    }

    /// Returns the part of the lattice to look at: matched turns where the texts bear them out, else all of it, or what lies near the anchors of long texts.
    fn band(&mut self) -> Band {
        let (sources, targets) = (self.source.segments(), self.target.segments());
        let mut pairs = self.fixed.clone();
        pairs.extend(names::pairs(&self.alike, &self.source, &self.target));
        best_of(&mut pairs);
        self.turns = Turns::matched(
            self.bitext,
            &self.source,
            &self.target,
            &pairs,
            &self.settings,
        );
        let free = if sources * targets <= WHOLE {
            Band::full(sources, targets)
        } else {
            let corners = anchors(&self.source, &self.target, &pairs);
            Band::around(&corners, MARGIN, sources, targets)
        };
        let Some(turns) = self.turns.take() else {
            return free;
        };
        let within = Band::around(&turns.corners, 0, sources, targets);
        let unbound = self.lattice(free.clone(), &[]).total(&self.settings);
        let count = turns.count();
        self.turns = Some(turns);
        let bound = self.lattice(within.clone(), &[]).total(&self.settings);
        if unbound - bound <= DEAREST_TURN * count as f64 {
            return within;
        }
        self.turns = None;
        free
    }

    /// Returns the part of a lattice to look at again: of a long text without turns what lies near the last path.
    fn narrowed(&self, lattice: Lattice, beads: &[Bead]) -> Band {
        let (sources, targets) = (self.source.segments(), self.target.segments());
        if self.turns.is_some() || sources * targets <= WHOLE {
            return lattice.band;
        }
        let links = beads.iter().filter(|bead| bead.is_link());
        let mut corners = vec![(0, 0)];
        corners.extend(links.map(|bead| (bead.source.start, bead.target.start)));
        corners.push((sources, targets));
        Band::around(&corners, NARROW_MARGIN, sources, targets)
    }

    /// Returns the words that sound alike and stand near each other somewhere; in a long text others do so by chance.
    fn alike_within(&self, band: &Band) -> Vec<names::Alike> {
        let near = |alike: &&names::Alike| {
            self.source.places(alike.source).iter().any(|&place| {
                let (low, high) = (
                    *band.row(place as usize).start(),
                    *band.row(place as usize + 1).end(),
                );
                !self
                    .target
                    .places_within(alike.target, low, high)
                    .is_empty()
            })
        };
        self.alike.iter().filter(near).copied().collect()
    }

    fn lattice(&self, band: Band, learnt: &[Pair]) -> Lattice {
        let mut pairs: Vec<Pair> = self.fixed.iter().chain(learnt).copied().collect();
        pairs.extend(names::pairs(
            &self.alike_within(&band),
            &self.source,
            &self.target,
        ));
        best_of(&mut pairs);
        let settings = &self.settings;
        let evidence = Evidence::new(&self.source, &self.target, &pairs, &band, settings);
        let priors = settings.priors.map(ln);
        let weight = 0.5 * settings.word_weight;
        Lattice::new(band, |bead, (i, p), (j, q)| {
            if self
                .turns
                .as_ref()
                .is_some_and(|turns| !turns.allow((i, p), (j, q)))
            {
                return f32::NEG_INFINITY;
            }
            let of_target: f32 = (0..q).map(|d| evidence.of_target.get(i, p, j + d)).sum();
            let of_source: f32 = (0..p).map(|d| evidence.of_source.get(j, q, i + d)).sum();
            priors[bead]
                + self.length.score((i, p), (j, q))
                + self.structure.score((i, p), (j, q))
                + weight * (of_target + of_source)
        })
    }
}

/// Returns the surer links, best first.
fn sure_links(beads: &[Bead]) -> Vec<Bead> {
    let sure = beads
        .iter()
        .filter(|bead| bead.is_link() && bead.probability >= SURE);
    let mut links: Vec<Bead> = sure.cloned().collect();
    links.sort_by(|a, b| {
        b.probability
            .total_cmp(&a.probability)
            .then(a.source.start.cmp(&b.source.start))
    });
    links
}

/// Returns what the sure pairs of these tasks of two languages teach.
pub(super) fn learn_from(tasks: &[Task<'_>], source: &Lang, target: &Lang) -> Lexicon {
    let mut learner = Learner::new(source, target);
    for task in tasks {
        if task.bitext.source.lang == *source && task.bitext.target.lang == *target {
            for bead in &task.sure {
                learner.add(
                    &task.source,
                    bead.source.clone(),
                    &task.target,
                    bead.target.clone(),
                );
            }
            learner.know(&task.source, &task.target, &task.fixed);
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
