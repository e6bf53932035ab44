//! From a query to ranked matches.

use std::cell::{OnceCell, RefCell};
use std::cmp::Reverse;
use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::best::{FUZZY_MOST, REPAIRED, best};
use super::compared::Compared;
use super::crowds::Crowds;
use super::fragments::{self, Fragment};
use super::index::{Cache, Index};
use super::judge::{Cause, Reason, Script};
use super::known::Known;
use super::preferences::Preferences;
use super::query::{Kind, Match, Measure, Query};
use super::ranking::{joined, lost_by_doubt, rank, ranked};
use super::repair::{Comparison, Cut, Repaired, repair};
use super::score::ROUNDING;
use crate::error::Result;
use crate::index::{TextId, Vocabulary};
use crate::language::profile;
use crate::memory::{Lookup, Neighbours, Standing, UnitId};
use crate::model::{Lang, Place, Score, Status, TranslationUnit, Variant};
use crate::text::normalise;

/// Texts looked at beyond the wanted number that are equal to the last of them, so that among equal scores the confirmed, recent and frequent
/// come first.
const TIES: usize = 4;

/// Renderings of one source that are tried for repair, the best first: some words stand in a memory with a thousand renderings.
const TRIED: usize = 50;

/// Texts looked at beyond the wanted number where units lose points for their origin.
const SPARE: usize = 5;

/// Finds matches in a memory. It keeps what it read of the index of each language that was asked for, and looks again when the memory has changed.
pub struct Matcher<'m> {
    lookup: &'m dyn Lookup,
    preferences: Preferences,
    cache: Rc<Cache>,
    indexes: RefCell<Indexes<'m>>,
    pub(super) crowds: Crowds,
}

#[derive(Default)]
struct Indexes<'m> {
    revision: Option<u64>,
    langs: Vec<(Lang, Rc<Index<'m>>)>,
    /// What `langs` was before the memory changed, as far as it was not asked for again.
    before: Vec<(Lang, Rc<Index<'m>>)>,
}

impl<'m> Matcher<'m> {
    /// Returns a matcher over a memory; nothing is read yet.
    pub fn new(lookup: &'m dyn Lookup) -> Self {
        Self {
            lookup,
            preferences: Preferences::default(),
            cache: Rc::default(),
            indexes: RefCell::default(),
            crowds: Crowds::default(),
        }
    }

    /// Returns the same with somebody's preferences.
    #[must_use]
    pub fn preferring(self, preferences: Preferences) -> Self {
        Self {
            preferences,
            ..self
        }
    }

    /// Returns the units whose source is nearest to the query, best first, less what they lose by links in doubt and by the matcher's preferences.
    /// Among equal scores those in context come first, then the confirmed, then the preferred publisher's, then the recent, then the frequent, then
    /// by the program's own score those with more letters in common, then those of lower number.
    ///
    /// # Errors
    /// When the memory fails.
    pub fn suggest(&self, query: &Query<'_>) -> Result<Vec<Match>> {
        let _hold = self.lookup.hold()?;
        let text = normalise(query.text);
        let targets = self.lookup.targets(&query.to)?;
        let mut matches = Vec::new();
        let mut seen = FxHashSet::default();
        for from in self.sources(query)? {
            let index = self.index(&from)?;
            let least = query.min.fraction();
            let asked = Asked {
                lookup: self.lookup,
                query,
                text: &text,
                from: &from,
                preferences: &self.preferences,
                known: Known::new(self.lookup, (&from, &query.to), &index),
                cut: OnceCell::new(),
            };
            let mut learnt = None;
            // Where some lost points for their origin, others may come before them.
            for limit in [query.limit, query.limit.saturating_add(SPARE)] {
                let wanted = (limit, TIES);
                let mut nearest = match query.measure {
                    Measure::Best => best(&index, &text, targets, least, wanted),
                    Measure::Words => index.nearest_by_words(&text, targets, least, wanted),
                    Measure::Chars => index.nearest_by_chars(&text, targets, least, wanted),
                }?;
                nearest.truncate(worth_a_look(&nearest, limit));
                let mut lost_any = false;
                for (score, source) in self.sources_of(nearest, &query.to)? {
                    // Near texts have most of their words in common.
                    let (vocabulary, own) = learnt.get_or_insert_with(|| {
                        let mut vocabulary = Vocabulary::new(profile(&from));
                        let own = vocabulary.learn(&text);
                        (vocabulary, own)
                    });
                    let symbols = vocabulary.learn(&source.text);
                    let compared = Compared::new((&text, own), (&source.text, &symbols));
                    let found = asked.matches(score, &source, &compared)?;
                    lost_any |= found.iter().any(Match::is_penalised);
                    matches.extend(found.into_iter().filter(|found| {
                        found.score.fraction() + ROUNDING >= least
                            && seen.insert((found.unit, found.original.clone()))
                    }));
                }
                if !lost_any {
                    break;
                }
            }
        }
        matches.sort_by(|one, other| rank(one, other, query.measure));
        let mut matches = joined(matches);
        matches.truncate(query.limit);
        Ok(matches)
    }

    /// Returns the longest stretches of the query that occur in texts of the memory, in the order of the query: what is known where no text
    /// is near enough.
    ///
    /// # Errors
    /// When the memory fails.
    pub fn fragments(&self, query: &Query<'_>) -> Result<Vec<Fragment>> {
        let _hold = self.lookup.hold()?;
        let targets = self.lookup.targets(&query.to)?;
        let mut found = Vec::new();
        for from in self.sources(query)? {
            let index = self.index(&from)?;
            let asked = Asked {
                lookup: self.lookup,
                query,
                text: query.text,
                from: &from,
                preferences: &self.preferences,
                known: Known::new(self.lookup, (&from, &query.to), &index),
                cut: OnceCell::new(),
            };
            for mut fragment in fragments::of(&index, query.text, targets, profile(&from))? {
                if let Some(example) = fragment.example {
                    fragments::show(&mut fragment, self.lookup, example, |units| {
                        asked.renderings(units)
                    })?;
                }
                found.push(fragment);
            }
        }
        Ok(fragments::longest(found))
    }

    /// Returns the texts of entries with the units that render them, equal texts of several languages together.
    fn sources_of(&self, nearest: Vec<(f64, TextId)>, to: &Lang) -> Result<Vec<(f64, Source)>> {
        let mut sources: Vec<(f64, Source)> = Vec::new();
        for (score, id) in nearest {
            let Some(text) = self.lookup.text(id)? else {
                continue;
            };
            let standings = self.crowds.standings(self.lookup, id, to)?;
            match sources.iter_mut().find(|(_, source)| source.text == text) {
                Some((_, known)) => {
                    known.standings.extend(standings);
                    known.standings.sort_by_key(|standing| standing.unit);
                }
                None => sources.push((score, Source { text, standings })),
            }
        }
        Ok(sources)
    }

    /// Returns the languages to look through.
    fn sources(&self, query: &Query<'_>) -> Result<Vec<Lang>> {
        if let Some(from) = &query.from {
            return Ok(vec![from.clone()]);
        }
        let mut languages: Vec<Lang> = self
            .lookup
            .languages()?
            .into_iter()
            .map(|(lang, _)| lang)
            .filter(|lang| !lang.covers(&query.to))
            .collect();
        // The shorter tag stands for its regions too.
        languages.sort_by_key(|lang| lang.as_str().len());
        let mut sources: Vec<Lang> = Vec::new();
        for lang in languages {
            if !sources.iter().any(|shorter| shorter.covers(&lang)) {
                sources.push(lang);
            }
        }
        Ok(sources)
    }

    fn index(&self, from: &Lang) -> Result<Rc<Index<'m>>> {
        let revision = self.lookup.revision()?;
        let mut indexes = self.indexes.borrow_mut();
        if indexes.revision != Some(revision) {
            indexes.before = std::mem::take(&mut indexes.langs);
            self.crowds.clear();
            indexes.revision = Some(revision);
        }
        let kept = indexes.langs.iter().find(|(lang, _)| lang == from);
        if let Some((_, index)) = kept {
            return Ok(Rc::clone(index));
        }
        let kept = indexes.before.iter().position(|(lang, _)| lang == from);
        let before = kept.map(|at| indexes.before.swap_remove(at).1);
        let index = Index::open(self.lookup, from, &self.cache, before.as_deref())?;
        let index = Rc::new(index);
        indexes.langs.push((from.clone(), Rc::clone(&index)));
        Ok(index)
    }
}

/// Returns how many entries can be among the first `limit` matches: as many as are sure of their score, and what is equal to the last of them. What is
/// to be repaired is not sure.
fn worth_a_look(nearest: &[(f64, TextId)], limit: usize) -> usize {
    let (mut sure, mut last) = (0, f64::NAN);
    let looks = nearest.iter().take_while(|&&(score, _)| {
        let looks = sure < limit || score == last;
        sure += usize::from(score != REPAIRED);
        last = score;
        looks
    });
    looks.count()
}

/// A query under way in one language pair.
struct Asked<'a> {
    lookup: &'a dyn Lookup,
    query: &'a Query<'a>,
    /// The query's text in normal form.
    text: &'a str,
    from: &'a Lang,
    preferences: &'a Preferences,
    known: Known<'a>,
    /// The query as a repair compares it, when one was tried.
    cut: OnceCell<Cut<'a>>,
}

/// A text with the units that render it.
struct Source {
    text: String,
    standings: Vec<Standing>,
}

/// A rendering of a source with the units that give it.
pub(super) struct Rendering {
    pub(super) target: String,
    pub(super) units: Vec<(UnitId, TranslationUnit)>,
}

/// A rendering that may be among the matches, its units not yet read.
struct Candidate {
    target: String,
    units: Vec<Standing>,
    repaired: Option<Repaired>,
}

/// How well a rendering fits, and why.
struct Verdict {
    score: f64,
    kind: Kind,
    reasons: Vec<Reason>,
    repaired: Option<Repaired>,
}

impl Asked<'_> {
    /// Returns the matches that a source gives, one for each rendering, as many as can be wanted.
    fn matches(
        &self,
        score: f64,
        Source {
            text: source,
            standings,
        }: &Source,
        compared: &Compared,
    ) -> Result<Vec<Match>> {
        let ranked = ranked(
            self.lookup,
            &self.query.to,
            standings,
            self.query.measure == Measure::Best,
        )?;
        let other_renderings = ranked.len().saturating_sub(1);
        let mut matches = Vec::new();
        for candidate in self.candidates(source, &compared.script, ranked)? {
            let unit = |it: &Standing| Ok((it.unit, self.lookup.unit(it.unit)?));
            let units = candidate.units.iter().map(unit).collect::<Result<_>>()?;
            let target = candidate.target;
            let rendering = Rendering { target, units };
            let mut verdict =
                self.verdict(score, source, compared, &rendering, candidate.repaired)?;
            if self.query.measure == Measure::Best
                && let Some((_, unit)) = rendering.units.first()
            {
                for reason in self.preferences.lost(unit) {
                    verdict.score = (verdict.score - reason.lost).max(0.0);
                    verdict.reasons.push(reason);
                }
            }
            let Some(mut found) = self.found(source, compared, rendering, verdict) else {
                continue;
            };
            found.other_renderings = other_renderings;
            matches.push(found);
        }
        Ok(matches)
    }

    /// Returns the renderings of a source that can be among the matches, repaired where that can be done. All of them where what their units say
    /// beside their links, dates and places may change their order: neighbours, origins.
    fn candidates(
        &self,
        source: &str,
        script: &Script,
        ranked: Vec<Vec<Standing>>,
    ) -> Result<Vec<Candidate>> {
        let is_equal = normalise(source) == self.text;
        let in_context = self.query.before.is_some() || self.query.after.is_some();
        let all = is_equal && in_context || self.preferences.look_at_origins();
        let tries = !is_equal && self.query.measure == Measure::Best;
        let looks = match (all, tries) {
            (true, _) => usize::MAX,
            (false, true) => TRIED.max(self.query.limit),
            (false, false) => self.query.limit,
        };
        let comparison = tries.then(|| {
            let from = profile(self.from);
            let query = self.cut.get_or_init(|| Cut::of(self.text, from));
            Comparison::between(query, source, from)
        });
        let mut candidates = Vec::new();
        let mut sure = 0;
        for units in ranked.into_iter().take(looks) {
            let Some(target) = self.lookup.text(units[0].rendering)? else {
                continue;
            };
            let repaired = match &comparison {
                Some(comparison) => self.repaired(comparison, &target)?,
                None => None,
            };
            sure += usize::from(repaired.is_some() && lost_by_doubt(&units) == 0.0);
            candidates.push(Candidate {
                target,
                units,
                repaired,
            });
            if !all && sure == self.query.limit {
                break;
            }
        }
        if !all && tries {
            let score = |it: &Candidate| match it.repaired {
                Some(_) => REPAIRED - lost_by_doubt(&it.units),
                None => script.score().min(FUZZY_MOST) - lost_by_doubt(&it.units),
            };
            candidates.sort_by(|one, other| score(other).total_cmp(&score(one)));
            candidates.truncate(self.query.limit);
        }
        Ok(candidates)
    }

    /// Returns the renderings that units give in the order of these; the best unit of each comes first.
    fn renderings(&self, units: &[UnitId]) -> Result<Vec<Rendering>> {
        let mut renderings: Vec<Rendering> = Vec::new();
        for &id in units {
            let unit = self.lookup.unit(id)?;
            if unit.status == Status::Rejected {
                continue;
            }
            let mut targets: Vec<String> = Vec::new();
            for variant in &unit.variants {
                let text = variant.text();
                if self.query.to.covers(&variant.lang) && !targets.iter().any(|it| it == text) {
                    targets.push(text.to_owned());
                }
            }
            for target in targets {
                match renderings.iter_mut().find(|it| it.target == target) {
                    Some(rendering) => rendering.units.push((id, unit.clone())),
                    None => renderings.push(Rendering {
                        target,
                        units: vec![(id, unit.clone())],
                    }),
                }
            }
        }
        for rendering in &mut renderings {
            rendering.units.sort_by_key(|(id, unit)| {
                let confirmed = unit.status == Status::Confirmed;
                (!confirmed, Reverse(date(unit, all_places(unit))), *id)
            });
        }
        Ok(renderings)
    }

    fn verdict(
        &self,
        score: f64,
        source: &str,
        compared: &Compared,
        rendering: &Rendering,
        repaired: Option<Repaired>,
    ) -> Result<Verdict> {
        if normalise(source) == self.text {
            let in_context = self.is_in_context(rendering)?;
            let (kind, cause) = if in_context {
                (Kind::Context, Cause::SameContext)
            } else {
                (Kind::Exact, Cause::Same)
            };
            return Ok(Verdict {
                score: 1.0,
                kind,
                reasons: vec![Reason { cause, lost: 0.0 }],
                repaired: None,
            });
        }
        let mut reasons = compared.reasons.clone();
        let own = compared.script.score();
        if self.query.measure == Measure::Best {
            if let Some(repaired) = repaired {
                let lost = (1.0 - REPAIRED) / repaired.causes.len() as f64;
                let causes = repaired.causes.iter().cloned();
                return Ok(Verdict {
                    score: REPAIRED,
                    kind: Kind::Repaired,
                    reasons: causes.map(|cause| Reason { cause, lost }).collect(),
                    repaired: Some(repaired),
                });
            }
            if own > FUZZY_MOST {
                reasons.push(Reason {
                    cause: Cause::Appearance,
                    lost: own - FUZZY_MOST,
                });
            }
        }
        let score = match self.query.measure {
            Measure::Best => own.min(FUZZY_MOST),
            Measure::Words | Measure::Chars => score,
        };
        Ok(Verdict {
            score,
            kind: Kind::Fuzzy,
            reasons,
            repaired: None,
        })
    }

    fn repaired(&self, comparison: &Comparison<'_>, target: &str) -> Result<Option<Repaired>> {
        let repaired = repair(comparison, target, profile(&self.query.to), &self.known);
        self.known.failure().map_or(Ok(repaired), Err)
    }

    /// Says whether one of the units stands between the query's neighbours.
    fn is_in_context(&self, rendering: &Rendering) -> Result<bool> {
        if self.query.before.is_none() && self.query.after.is_none() {
            return Ok(false);
        }
        let same = |asked: Option<&str>, kept: Option<&String>| {
            asked.is_none_or(|asked| kept.is_some_and(|kept| normalise(asked) == normalise(kept)))
        };
        for (id, unit) in &rendering.units {
            let mut neighbours = self.lookup.neighbours(*id, self.from)?;
            // What the tool that made the unit says of them.
            let told = unit.context(self.from);
            neighbours.push(Neighbours {
                before: told.before,
                after: told.after,
            });
            if neighbours.iter().any(|beside| {
                same(self.query.before, beside.before.as_ref())
                    && same(self.query.after, beside.after.as_ref())
            }) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn found(
        &self,
        source: &str,
        compared: &Compared,
        rendering: Rendering,
        verdict: Verdict,
    ) -> Option<Match> {
        let sources = |unit: &TranslationUnit| -> Vec<Variant> {
            let variants = unit.variants.iter();
            variants
                .filter(|it| self.from.covers(&it.lang) && it.text() == source)
                .cloned()
                .collect()
        };
        let mut places = Vec::new();
        let mut uses = 0;
        for (_, unit) in &rendering.units {
            let of_source = sources(unit);
            let found: Vec<_> = of_source.iter().flat_map(|it| unit.places_of(it)).collect();
            uses += found.len().max(1);
            places.extend(found);
        }
        let (id, unit) = rendering.units.into_iter().next()?;
        let (target, repairs) = match verdict.repaired {
            Some(repaired) => (repaired.target, repaired.repairs),
            None => (rendering.target.clone(), Vec::new()),
        };
        Some(Match {
            unit: id,
            lang: sources(&unit).into_iter().next()?.lang,
            date: date(&unit, all_places(&unit)),
            tuid: unit.id,
            score: Score::new(verdict.score),
            kind: verdict.kind,
            words: compared.words,
            chars: compared.chars,
            source: source.to_owned(),
            target,
            original: rendering.target,
            repairs,
            difference: compared.difference.clone(),
            reasons: verdict.reasons,
            is_preferred: self.preferences.prefers(&places),
            places,
            status: unit.status,
            probability: unit.probability,
            uses,
            other_renderings: 0,
        })
    }
}

/// Returns the day, `YYYY-MM-DD`, when the texts at these places were last published, else when the unit was last changed or made.
pub(super) fn date<'p>(
    unit: &TranslationUnit,
    places: impl IntoIterator<Item = &'p Place>,
) -> Option<String> {
    let published = places
        .into_iter()
        .filter_map(|place| place.origin.date)
        .max();
    if let Some(day) = published {
        return Some(day.to_string());
    }
    unit.history.day()
}

/// Returns all places of a unit.
pub(super) fn all_places(unit: &TranslationUnit) -> impl Iterator<Item = &Place> {
    unit.variants.iter().flat_map(|variant| &variant.places)
}
