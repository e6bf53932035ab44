//! A query under way in one language pair: from sources that are near it to the matches they give. What decides their order is known without reading
//! units whole, which is most of the work, so that only those are read that are shown.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::best::{FUZZY_MOST, REPAIRED};
use super::compared::Compared;
use super::crowds::Crowds;
use super::index::Index;
use super::judge::{Cause, Reason};
use super::known::Known;
use super::preferences::Preferences;
use super::query::{Kind, Match, Measure, Query};
use super::ranking::{ALL_LETTERS, Rank, letters_in_common, lost_by_doubt, ranked};
use super::rendering::{Rendering, all_places, date};
use super::repair::{Comparison, Cut, Repaired, repair};
use super::score::ROUNDING;
use crate::error::Result;
use crate::index::{Symbol, TextId, Vocabulary};
use crate::language::profile;
use crate::memory::{Lookup, Neighbours, Standing};
use crate::model::{Lang, Score, TranslationUnit, Variant};
use crate::text::normalise;

/// Renderings of one source that are tried for repair, the best first: some words stand in a memory with a thousand renderings.
const TRIED: usize = 50;

/// A query under way in one language pair.
pub(super) struct Asked<'a> {
    lookup: &'a dyn Lookup,
    crowds: &'a Crowds,
    query: &'a Query<'a>,
    /// The query's text in normal form.
    text: &'a str,
    from: &'a Lang,
    preferences: &'a Preferences,
    known: Known<'a>,
    /// The query as a repair compares it, when one was tried.
    cut: OnceCell<Cut<'a>>,
    /// The words of the query and of the sources that were compared with it: near texts have most of them in common.
    vocabulary: RefCell<Vocabulary>,
    own: OnceCell<Vec<Symbol>>,
}

/// A text with the units that render it.
struct Source {
    /// How near the search found it: no rendering of it scores more.
    nearness: f64,
    text: String,
    standings: Rc<[Standing]>,
    compared: OnceCell<Compared>,
}

/// A rendering that may be among the matches, its units not yet read.
struct Candidate {
    source: Rc<Source>,
    /// The units that give it, the best first.
    units: Vec<Standing>,
    /// How many other renderings the source has.
    others: usize,
    repaired: Option<Repaired>,
    /// What it loses because its best unit's link is in doubt.
    lost: f64,
    score: f64,
    letters: u32,
    /// Whether only its units can tell its rank: by their neighbours and origins.
    is_open: bool,
}

impl Candidate {
    /// Returns what decides its rank, as far as it is not open.
    fn rank(&self) -> Rank<'_> {
        let best = &self.units[0];
        Rank {
            score: self.score,
            in_context: false,
            status: best.status,
            is_preferred: false,
            date: best.date.as_deref(),
            uses: self.units.iter().map(|it| it.places.max(1)).sum(),
            letters: self.letters,
            unit: best.unit,
        }
    }

    /// Says whether it is one with a match that differs only in what was repaired.
    fn is_one_with(&self, found: &Match) -> bool {
        let repaired = self.repaired.as_ref();
        found.kind == Kind::Repaired && repaired.is_some_and(|it| it.target == found.target)
    }
}

/// How well a rendering fits, and why.
struct Verdict {
    score: f64,
    kind: Kind,
    reasons: Vec<Reason>,
    repaired: Option<Repaired>,
}

impl<'a> Asked<'a> {
    /// Returns the query, its `text` in normal form, as it is asked of the texts of one language.
    pub(super) fn new(
        (lookup, crowds, preferences): (&'a dyn Lookup, &'a Crowds, &'a Preferences),
        query: &'a Query<'a>,
        text: &'a str,
        (from, index): (&'a Lang, &'a Index<'a>),
    ) -> Self {
        Self {
            lookup,
            crowds,
            query,
            text,
            from,
            preferences,
            known: Known::new(lookup, (from, &query.to), index),
            cut: OnceCell::new(),
            vocabulary: RefCell::new(Vocabulary::new(profile(from))),
            own: OnceCell::new(),
        }
    }

    /// Returns the matches that texts give, best first and with what the search found them to score at most, one for each rendering, as many as can be
    /// wanted, and whether there may be better ones among texts that are less near, because some lost points for their origin.
    ///
    /// # Errors
    /// When the memory fails.
    pub(super) fn matches(&self, nearest: &[(f64, TextId)]) -> Result<(Vec<Match>, bool)> {
        let mut candidates = Vec::new();
        let mut is_enough = false;
        for as_near in nearest.chunk_by(|(one, _), (other, _)| one == other) {
            is_enough = self.are_enough(&candidates, as_near[0].0);
            if is_enough {
                break;
            }
            for source in self.sources(as_near)? {
                candidates.extend(self.candidates(&Rc::new(source))?);
            }
        }
        candidates.sort_by(|one, other| one.rank().cmp(&other.rank()));
        let mut lost_any = candidates.iter().any(|it| it.lost > 0.0);
        let least = self.query.min.fraction() - ROUNDING;
        let (mut matches, mut different) = (Vec::new(), 0);
        for candidate in candidates {
            let is_known = matches.iter().any(|it| candidate.is_one_with(it));
            if !candidate.is_open && different >= self.query.limit && !is_known {
                continue;
            }
            let Some(found) = self.read(candidate)? else {
                continue;
            };
            lost_any |= found.is_penalised();
            if found.score.fraction() >= least {
                different += usize::from(!is_known);
                matches.push(found);
            }
        }
        Ok((matches, lost_any && !is_enough))
    }

    /// Says whether as many candidates as are wanted score more than any of a text that is only so near can.
    fn are_enough(&self, candidates: &[Candidate], nearness: f64) -> bool {
        if self.preferences.look_at_origins() {
            return false;
        }
        let better = candidates
            .iter()
            .filter(|it| it.score > nearness + ROUNDING);
        let mut repaired = FxHashSet::default();
        let different = better.filter(|it| {
            let repaired_as = it.repaired.as_ref().map(|it| &it.target);
            repaired_as.is_none_or(|target| repaired.insert(target))
        });
        different.count() >= self.query.limit
    }

    /// Returns texts with the units that render them, equal texts of several languages together.
    fn sources(&self, texts: &[(f64, TextId)]) -> Result<Vec<Source>> {
        let mut sources: Vec<Source> = Vec::new();
        for &(nearness, id) in texts {
            let Some(text) = self.lookup.text(id)? else {
                continue;
            };
            let standings = self.crowds.standings(self.lookup, id, &self.query.to)?;
            match sources.iter_mut().find(|source| source.text == text) {
                Some(known) => {
                    let mut all = [&*known.standings, &*standings].concat();
                    all.sort_by_key(|standing| standing.unit);
                    known.standings = all.into();
                }
                None => sources.push(Source {
                    nearness,
                    text,
                    standings,
                    compared: OnceCell::new(),
                }),
            }
        }
        Ok(sources)
    }

    /// Returns the renderings of a source that can be among the matches, repaired where that can be done. All of them where what their units say
    /// beside their links, dates and places may change their order: neighbours, origins.
    fn candidates(&self, source: &Rc<Source>) -> Result<Vec<Candidate>> {
        let is_best = self.query.measure == Measure::Best;
        let ranked = ranked(self.lookup, &self.query.to, &source.standings, is_best)?;
        let others = ranked.len().saturating_sub(1);
        let is_equal = normalise(&source.text) == self.text;
        let in_context = self.query.before.is_some() || self.query.after.is_some();
        let is_open = is_equal && in_context || self.preferences.look_at_origins();
        let tries = !is_equal && is_best;
        let looks = match (is_open, tries) {
            (true, _) => usize::MAX,
            (false, true) => TRIED.max(self.query.limit),
            (false, false) => self.query.limit,
        };
        let comparison = tries.then(|| {
            let from = profile(self.from);
            let query = self.cut.get_or_init(|| Cut::of(self.text, from));
            Comparison::between(query, &source.text, from)
        });
        let mut candidates: Vec<Candidate> = Vec::new();
        let mut sure = 0;
        for units in ranked.into_iter().take(looks) {
            let repaired = match &comparison {
                Some(comparison) => self.repaired(comparison, &units[0])?,
                None => None,
            };
            let lost = match is_best {
                true => lost_by_doubt(&units),
                false => 0.0,
            };
            sure += usize::from(repaired.is_some() && lost == 0.0);
            let kind = match (is_equal, &repaired) {
                (true, _) => Kind::Exact,
                (false, Some(_)) => Kind::Repaired,
                (false, None) => Kind::Fuzzy,
            };
            candidates.push(Candidate {
                source: Rc::clone(source),
                units,
                others,
                repaired,
                lost,
                score: (self.score(source, kind) - lost).max(0.0),
                letters: match kind {
                    Kind::Fuzzy if is_best => {
                        let compared = self.compared(source);
                        letters_in_common(kind, &compared.reasons, compared.chars)
                    }
                    _ => ALL_LETTERS,
                },
                is_open,
            });
            if !is_open && sure == self.query.limit {
                break;
            }
        }
        if !is_open && tries {
            candidates.sort_by(|one, other| other.score.total_cmp(&one.score));
            candidates.truncate(self.query.limit);
        }
        Ok(candidates)
    }

    /// Returns the score of a rendering of a source, before it loses anything for its origin.
    fn score(&self, source: &Source, kind: Kind) -> f64 {
        match (kind, self.query.measure) {
            (Kind::Context | Kind::Exact, _) => 1.0,
            (Kind::Repaired, _) => REPAIRED,
            (Kind::Fuzzy, Measure::Best) => self.compared(source).script.score().min(FUZZY_MOST),
            (Kind::Fuzzy, Measure::Words | Measure::Chars) => source.nearness,
        }
    }

    /// Returns how a source differs from the query.
    fn compared<'s>(&self, source: &'s Source) -> &'s Compared {
        source.compared.get_or_init(|| {
            let mut vocabulary = self.vocabulary.borrow_mut();
            let own = self.own.get_or_init(|| vocabulary.learn(self.text));
            let its = vocabulary.learn(&source.text);
            Compared::new((self.text, own), (&source.text, &its))
        })
    }

    /// Reads the units of a rendering, which say how it fits.
    fn read(&self, candidate: Candidate) -> Result<Option<Match>> {
        let best = &candidate.units[0];
        let Some(target) = self.lookup.text(best.rendering)? else {
            return Ok(None);
        };
        let unit = |it: &Standing| Ok((it.unit, self.lookup.unit(it.unit)?));
        let units = candidate.units.iter().map(unit).collect::<Result<_>>()?;
        let rendering = Rendering { target, units };
        let source = &*candidate.source;
        let mut verdict = self.verdict(source, &rendering, candidate.repaired)?;
        if self.query.measure == Measure::Best
            && let Some((_, unit)) = rendering.units.first()
        {
            for reason in self.preferences.lost(unit) {
                verdict.score = (verdict.score - reason.lost).max(0.0);
                verdict.reasons.push(reason);
            }
        }
        let mut found = self.found(source, rendering, verdict);
        if let Some(found) = &mut found {
            found.other_renderings = candidate.others;
        }
        Ok(found)
    }

    fn verdict(
        &self,
        source: &Source,
        rendering: &Rendering,
        repaired: Option<Repaired>,
    ) -> Result<Verdict> {
        let kind = if normalise(&source.text) == self.text {
            match self.is_in_context(rendering)? {
                true => Kind::Context,
                false => Kind::Exact,
            }
        } else if repaired.is_some() {
            Kind::Repaired
        } else {
            Kind::Fuzzy
        };
        let whole = |cause| vec![Reason { cause, lost: 0.0 }];
        let reasons = match (kind, &repaired) {
            (Kind::Context, _) => whole(Cause::SameContext),
            (Kind::Exact, _) => whole(Cause::Same),
            (_, Some(repaired)) => {
                let lost = (1.0 - REPAIRED) / repaired.causes.len() as f64;
                let causes = repaired.causes.iter().cloned();
                causes.map(|cause| Reason { cause, lost }).collect()
            }
            (_, None) => {
                let compared = self.compared(source);
                let mut reasons = compared.reasons.clone();
                let own = compared.script.score();
                if self.query.measure == Measure::Best && own > FUZZY_MOST {
                    reasons.push(Reason {
                        cause: Cause::Appearance,
                        lost: own - FUZZY_MOST,
                    });
                }
                reasons
            }
        };
        Ok(Verdict {
            score: self.score(source, kind),
            kind,
            reasons,
            repaired,
        })
    }

    /// Returns what a standing's rendering becomes where it can be repaired.
    fn repaired(
        &self,
        comparison: &Comparison<'_>,
        standing: &Standing,
    ) -> Result<Option<Repaired>> {
        let Some(target) = self.lookup.text(standing.rendering)? else {
            return Ok(None);
        };
        let repaired = repair(comparison, &target, profile(&self.query.to), &self.known);
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

    fn found(&self, source: &Source, rendering: Rendering, verdict: Verdict) -> Option<Match> {
        let sources = |unit: &TranslationUnit| -> Vec<Variant> {
            let variants = unit.variants.iter();
            variants
                .filter(|it| self.from.covers(&it.lang) && it.text() == source.text)
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
        let compared = self.compared(source);
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
            source: source.text.clone(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::Matcher;
    use crate::matching::tests::memory_of;

    #[test]
    fn only_the_units_that_are_shown_are_read_whole() {
        let sessions: Vec<(String, String)> = (0..9)
            .map(|at| {
                let day = ["первого", "второго", "третьего"][at % 3];
                let source = format!("Заседание комитета {day} созыва отложено.");
                (
                    source,
                    format!("The committee's session was put off, {at}."),
                )
            })
            .collect();
        let pairs: Vec<(&str, &str)> = (sessions.iter())
            .map(|(source, target)| (source.as_str(), target.as_str()))
            .collect();
        let mut memory = memory_of("ru", "en", &pairs);
        memory.units[7].status = crate::model::Status::Confirmed;
        for measure in [Measure::Words, Measure::Best] {
            memory.read.set(0);
            let text = "Заседание комитета нового созыва отложено.";
            let mut query = Query::new(text, Lang::new("en").unwrap());
            (query.measure, query.limit) = (measure, 2);
            let found = Matcher::new(&memory).suggest(&query).unwrap();
            assert_eq!(found.len(), 2, "{found:?}");
            assert_eq!(found[0].unit.0, 7);
            assert_eq!(memory.read.get(), 2);
        }
    }
}
