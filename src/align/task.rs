//! The alignment of one bitext, step by step.

use super::Trusted;
use super::anchors::anchors;
use super::band::{Band, Corner};
use super::evidence::{Desk, Evidence, Known};
use super::explain::{Labels, Telling};
use super::given::{Given, Zones};
use super::lexicon::{Learner, Lexicon};
use super::logarithm::ln;
use super::search::Lattice;
use super::settings::{BEADS, LONGEST, Rates, Settings};
use super::shipped::shipped;
use super::signal::length::Length;
use super::signal::structure::Structure;
use super::signal::{
    Pair, WordSignal, equal_types, identical, lexicon, names, numbers, punctuation,
};
use super::stairs::{Foot, Stairs};
use super::turns::Turns;
use super::windows::{self, Found};
use super::words::Words;
use crate::model::{Alignment, Bead, Bitext, Explanation, Lang};

/// How probable a link of a first alignment must be to be learned from.
const SURE: f64 = 0.8;
/// A text teaches itself from this many links on; fewer teach chance.
const LEAST_PAIRS: usize = 40;
/// With so many sure links one round teaches all there is.
const PLENTY: usize = 3000;
/// How many segments of a side make a text so long that its first pass looks for common beads only.
const VERY_LONG: usize = 3000;
/// The largest lattice that is searched whole, in cells.
const WHOLE: usize = 40_000;
/// What keeping within matched turns may cost, in log probability for each: where the turns are real it costs next to nothing, where lines were taken
/// for speakers' that are none it tears the texts apart.
const DEAREST_TURN: f64 = 4.0;
/// How many of [`BEADS`] are searched in the first pass of a very long text: those of one and two segments; the others come in with what it teaches.
const COMMON_BEADS: usize = 4;
/// How far from the anchors a larger one is searched, in segments.
const MARGIN: usize = 5;

/// How far from the last path a long text is searched again.
const NARROW_MARGIN: usize = 4;
/// The same where the last path was very sure.
const SURE_MARGIN: usize = 1;
/// How probable a link is where the path is very sure.
const VERY_SURE: f64 = 0.95;

/// A bitext being aligned.
pub(super) struct Task<'a> {
    pub(super) bitext: &'a Bitext,
    settings: Settings,
    source: Words,
    target: Words,
    /// What all signals but names and what is learnt say of types, signal after signal.
    fixed: Vec<Pair>,
    /// The signals of [`Self::fixed`] and where the pairs of each end.
    ends: Vec<(WordSignal, usize)>,
    alike: Vec<names::Alike>,
    turns: Option<Turns>,
    given: Option<(&'a Given, Zones<'a>)>,
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
        let mut ends = Vec::new();
        if signals.numbers {
            fixed.extend(numbers::pairs(&source, &equal));
            ends.push((WordSignal::Numbers, fixed.len()));
        }
        if signals.punctuation {
            fixed.extend(punctuation::pairs(&source, &equal));
            ends.push((WordSignal::Punctuation, fixed.len()));
        }
        if signals.identical {
            fixed.extend(identical::pairs(&source, &equal));
            ends.push((WordSignal::Identical, fixed.len()));
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
            ends,
            alike,
            turns: None,
            given: None,
            length: Length::new(&source, &target, &settings),
            structure: Structure::new(&bitext.source, &bitext.target, signals.structure),
            source,
            target,
            sure: Vec::new(),
            settings,
        };
        let taught = lexicons.iter().map(|trusted| (WordSignal::Memory, trusted));
        let shipped = shipped.iter().map(|trusted| (WordSignal::Shipped, trusted));
        for (signal, trusted) in taught.chain(shipped) {
            let known = task.pairs_of(trusted);
            task.fixed.extend(known);
            task.ends.push((signal, task.fixed.len()));
        }
        task
    }

    /// Keeps to what is known beforehand.
    pub(super) fn between(mut self, given: &'a Given) -> Self {
        let zones = given.zones(self.source.segments(), self.target.segments());
        self.given = Some((given, zones));
        self
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
        self.first_beads();
        self
    }

    /// Aligns.
    pub(super) fn align(mut self) -> Alignment {
        self.last_pass().0
    }

    /// Aligns and says why.
    pub(super) fn align_explained(mut self) -> (Alignment, Vec<Explanation>) {
        let (alignment, band, learnt) = self.last_pass();
        let explanations = self.explain(&alignment, &band, &learnt);
        (alignment, explanations)
    }

    /// Returns the alignment, with the band and what was learnt of the pass that found it.
    fn last_pass(&mut self) -> (Alignment, Band, Vec<Pair>) {
        let (mut band, mut beads) = self.first_beads();
        let mut learnt = Vec::new();
        let given = self.settings.clone();
        for round in 0..given.rounds {
            let enough = round > 0 && self.sure.len() > PLENTY;
            if self.sure.len() < LEAST_PAIRS || enough || !given.signals.lexicon {
                break;
            }
            let (from, to) = (&self.bitext.source.lang, &self.bitext.target.lang);
            let own = learn_from(std::slice::from_ref(&*self), from, to);
            learnt = self.pairs_of(&Trusted {
                lexicon: &own,
                trust: given.trust_learnt,
            });
            self.settings = self.rates.adapt(&given);
            band = self.narrowed(band, &beads);
            let found = self.search(&band, &learnt, &BEADS);
            beads = self.keep(found, &BEADS);
        }
        let alignment = Alignment::new(beads, self.source.segments(), self.target.segments());
        (alignment, band, learnt)
    }

    /// Returns for each bead what the signals said of it in the last pass.
    fn explain(&self, alignment: &Alignment, band: &Band, learnt: &[Pair]) -> Vec<Explanation> {
        let names = names::pairs(&self.alike_within(band), &self.source, &self.target);
        let mut begin = 0;
        let fixed = self.ends.iter().map(|&(signal, end)| {
            let pairs = &self.fixed[begin..end];
            begin = end;
            (signal, pairs)
        });
        let others = [
            (WordSignal::Names, &names[..]),
            (WordSignal::Learnt, learnt),
        ];
        let labels = Labels::new(fixed.chain(others));
        let settings = &self.settings;
        let pairs = self.pairs(band, learnt);
        let known = Known::new(&self.source, &self.target, &pairs, band, settings);
        let mut desk = Desk::new(&known);
        let chains = Stairs::of_beads();
        let mut explanations = Vec::new();
        let mut after_gap = false;
        for bead in alignment.beads() {
            let ((i, p), (j, q)) = (
                (bead.source.start, bead.source.len()),
                (bead.target.start, bead.target.len()),
            );
            let Some(kind) = BEADS.iter().position(|&kind| kind == (p, q)) else {
                let cost = if after_gap {
                    settings.gap_extend
                } else {
                    settings.gap_open
                };
                after_gap = true;
                let telling = Telling::default();
                explanations.push(telling.explanation(&known, &labels, 0.0, &[("gap", cost)]));
                continue;
            };
            after_gap = false;
            let window = band.window((i, j), i + p);
            let evidence = Evidence::new(&known, &mut desk, &window, LONGEST);
            let mut telling = Telling::default();
            for (by, of, across) in Stairs::accounts(&chains[kind], &evidence, i, j) {
                telling.add(&known, by, of, across);
            }
            let said = [
                ("type", ln(settings.priors[kind])),
                ("length", self.length.score((i, p), (j, q))),
                ("structure", self.structure.score((i, p), (j, q))),
            ];
            explanations.push(telling.explanation(&known, &labels, self.word_weight(), &said));
        }
        explanations
    }

    /// Keeps what a search for beads of these types teaches and returns its beads.
    fn keep(&mut self, found: Found, searched: &[(usize, usize)]) -> Vec<Bead> {
        self.rates = found.rates.supposing(&self.settings.priors, searched.len());
        self.sure = sure_links(&found.beads);
        found.beads
    }

    /// Searches for the first time: within matched turns where the texts bear them out, else all of a short text, or what lies near the anchors of a
    /// long one. Returns the band and the beads.
    fn first_beads(&mut self) -> (Band, Vec<Bead>) {
        let (sources, targets) = (self.source.segments(), self.target.segments());
        let mut pairs = self.fixed.clone();
        pairs.extend(names::pairs(&self.alike, &self.source, &self.target));
        best_of(&mut pairs);
        let free = if self.is_long() {
            let mut corners = anchors(&self.source, &self.target, &pairs);
            if let Some((given, zones)) = &self.given {
                corners = given.corners(&corners, zones);
            }
            Band::around(&Corner::all(&corners, MARGIN), sources, targets)
        } else {
            Band::full(sources, targets)
        };
        let beads = if sources.max(targets) > VERY_LONG {
            &BEADS[..COMMON_BEADS]
        } else {
            &BEADS[..]
        };
        let unbound = self.search(&free, &[], beads);
        let turns = Turns::matched(
            self.bitext,
            &self.source,
            &self.target,
            &pairs,
            &self.settings,
        );
        let Some(turns) = turns else {
            return (free, self.keep(unbound, beads));
        };
        let dearest = DEAREST_TURN * turns.count() as f64;
        let within = Band::around(&Corner::all(&turns.corners, 0), sources, targets);
        self.turns = Some(turns);
        let bound = self.search(&within, &[], beads);
        if unbound.fit - bound.fit <= dearest {
            return (within, self.keep(bound, beads));
        }
        self.turns = None;
        (free, self.keep(unbound, beads))
    }

    fn is_long(&self) -> bool {
        self.source.segments() * self.target.segments() > WHOLE
    }

    /// Returns the part of a band to look at again: of a long text without turns what lies near the last path.
    fn narrowed(&self, band: Band, beads: &[Bead]) -> Band {
        if self.turns.is_some() || !self.is_long() {
            return band;
        }
        let (sources, targets) = (self.source.segments(), self.target.segments());
        let links = beads.iter().filter(|bead| bead.is_link());
        let mut corners = Corner::all(&[(0, 0)], NARROW_MARGIN);
        corners.extend(links.map(|bead| Corner {
            at: (bead.source.start, bead.target.start),
            margin: if bead.probability < VERY_SURE {
                NARROW_MARGIN
            } else {
                SURE_MARGIN
            },
        }));
        corners.extend(Corner::all(&[(sources, targets)], NARROW_MARGIN));
        Band::around(&corners, sources, targets)
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

    /// Returns all pairs of types that may render each other within a band.
    fn pairs(&self, band: &Band, learnt: &[Pair]) -> Vec<Pair> {
        let mut pairs: Vec<Pair> = self.fixed.iter().chain(learnt).copied().collect();
        pairs.extend(names::pairs(
            &self.alike_within(band),
            &self.source,
            &self.target,
        ));
        best_of(&mut pairs);
        pairs
    }

    /// Returns what the sum of both directions' word scores is multiplied by: their mean counts.
    fn word_weight(&self) -> f32 {
        0.5 * self.settings.word_weight
    }

    /// Searches a band for beads of these types, with what was learnt beside what is known.
    fn search(&self, band: &Band, learnt: &[Pair], beads: &'static [(usize, usize)]) -> Found {
        let pairs = self.pairs(band, learnt);
        let settings = &self.settings;
        let known = Known::new(&self.source, &self.target, &pairs, band, settings);
        let priors = settings.priors.map(ln);
        let weight = self.word_weight();
        let longest = beads
            .iter()
            .fold(0, |longest, &(p, q)| longest.max(p).max(q));
        let chains = Stairs::of_beads();
        let mut desk = Desk::new(&known);
        windows::search(band, settings, |window, ends| {
            let evidence = Evidence::new(&known, &mut desk, &window, longest);
            Lattice::new(window, beads, ends, settings, |(i, j), scores| {
                let foot = Foot::new(&evidence, i, j);
                for (bead, score) in scores.iter_mut().enumerate() {
                    let (p, q) = beads[bead];
                    if *score == f32::NEG_INFINITY {
                        continue;
                    }
                    if let Some(turns) = &self.turns
                        && !turns.allow((i, p), (j, q))
                    {
                        *score = f32::NEG_INFINITY;
                        continue;
                    }
                    if let Some((_, zones)) = &self.given
                        && !zones.allow((i, p), (j, q))
                    {
                        *score = f32::NEG_INFINITY;
                        continue;
                    }
                    *score = priors[bead]
                        + self.length.score((i, p), (j, q))
                        + self.structure.score((i, p), (j, q))
                        + weight * foot.best(&chains[bead], (p, q));
                }
            })
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
