//! From a query to ranked matches.

use std::cell::RefCell;
use std::rc::Rc;

use super::asked::Asked;
use super::best::{REPAIRED, best};
use super::crowds::Crowds;
use super::fragments::{self, Fragment};
use super::index::{Cache, Index};
use super::preferences::Preferences;
use super::query::{Match, Measure, Query};
use super::ranking::{Rank, joined};
use crate::error::Result;
use crate::index::TextId;
use crate::language::profile;
use crate::memory::Lookup;
use crate::model::Lang;
use crate::text::normalise;

/// Texts looked at beyond the wanted number that are equal to the last of them, so that among equal scores the confirmed, recent and frequent
/// come first.
const TIES: usize = 4;

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
        for from in self.sources(query)? {
            let index = self.index(&from)?;
            let least = query.min.fraction();
            let asked = Asked::new(
                (self.lookup, &self.crowds, &self.preferences),
                query,
                &text,
                (&from, &index),
            );
            let mut found = Vec::new();
            // Where some lost points for their origin, others may come before them.
            for limit in [query.limit, query.limit.saturating_add(SPARE)] {
                let wanted = (limit, TIES);
                let mut nearest = match query.measure {
                    Measure::Best => best(&index, &text, targets, least, wanted),
                    Measure::Words => index.nearest_by_words(&text, targets, least, wanted),
                    Measure::Chars => index.nearest_by_chars(&text, targets, least, wanted),
                }?;
                nearest.truncate(worth_a_look(&nearest, limit));
                let lost_any;
                (found, lost_any) = asked.matches(&nearest)?;
                if !lost_any {
                    break;
                }
            }
            matches.extend(found);
        }
        matches.sort_by(|one, other| {
            Rank::of(one, query.measure).cmp(&Rank::of(other, query.measure))
        });
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
            for mut fragment in fragments::of(&index, query.text, targets, profile(&from))? {
                if let Some(example) = fragment.example {
                    fragments::show(&mut fragment, self.lookup, example, &query.to)?;
                }
                found.push(fragment);
            }
        }
        Ok(fragments::longest(found))
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
