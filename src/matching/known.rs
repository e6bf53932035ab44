//! What the memory knows of the names of a query: asked when a repair needs it, and once each.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::index::Index;
use super::preferences::doubt;
use super::repair::{Alone, Names, is_acronym};
use crate::error::{Error, Result};
use crate::memory::Lookup;
use crate::model::Lang;
use crate::text;

/// Texts with an acronym that are read to see whether they explain it.
const READ: usize = 200;

/// The names of a query in one language pair.
pub(super) struct Known<'a> {
    lookup: &'a dyn Lookup,
    from: &'a Lang,
    to: &'a Lang,
    sources: &'a Index<'a>,
    targets: OnceCell<Index<'a>>,
    alone: RefCell<FxHashMap<String, Alone>>,
    glossed: RefCell<FxHashMap<String, Option<String>>>,
    failure: RefCell<Option<Error>>,
}

impl<'a> Known<'a> {
    pub(super) fn new(
        lookup: &'a dyn Lookup,
        (from, to): (&'a Lang, &'a Lang),
        sources: &'a Index<'a>,
    ) -> Self {
        Self {
            lookup,
            from,
            to,
            sources,
            targets: OnceCell::new(),
            alone: RefCell::default(),
            glossed: RefCell::default(),
            failure: RefCell::default(),
        }
    }

    /// Returns why the memory gave no answer, if it once failed to.
    pub(super) fn failure(&self) -> Option<Error> {
        self.failure.take()
    }

    fn or_failure<T>(&self, result: Result<T>, otherwise: T) -> T {
        result.unwrap_or_else(|error| {
            self.failure.replace(Some(error));
            otherwise
        })
    }

    fn read_alone(&self, name: &str) -> Result<Alone> {
        let mut only = Alone::Unknown;
        for id in self.lookup.exact(self.from, name)? {
            let unit = self.lookup.unit(id)?;
            let targets = unit.variants.iter().filter(|it| self.to.covers(&it.lang));
            for target in targets.map(|it| it.text()) {
                match &only {
                    Alone::Unknown => only = Alone::Always(target.to_owned()),
                    Alone::Always(known) if known == target => {}
                    // Some words have hundreds: the second tells enough.
                    _ => return Ok(Alone::InDoubt),
                }
            }
        }
        Ok(only)
    }

    fn read_glossed(&self, acronym: &str) -> Result<Option<String>> {
        let mut only: Option<String> = None;
        let mut texts = 0;
        for rack in self.sources.racks() {
            let known = rack.segment.read(acronym)?;
            let [known] = known.as_slice() else {
                continue;
            };
            for position in rack.segment.holding(known)? {
                let id = rack.segment.sequence(position)?.text;
                let source = self.lookup.text(id)?.filter(|_| rack.counts(id));
                let Some(source) = source else {
                    continue;
                };
                texts += 1;
                if texts > READ {
                    return Ok(only);
                }
                if bracketed(&source) != [acronym] {
                    continue;
                }
                for standing in self.lookup.standings(id, self.to)? {
                    let target = self.lookup.text(standing.rendering)?.unwrap_or_default();
                    match (&*bracketed(&target), &only) {
                        _ if doubt(standing.status, standing.probability) > 0.0 => {}
                        ([found], None) => only = Some((*found).to_owned()),
                        ([found], Some(known)) if found == known => {}
                        ([], _) => {}
                        _ => return Ok(None),
                    }
                }
            }
        }
        Ok(only)
    }

    fn read_used(&self, word: &str) -> Result<bool> {
        let index = match self.targets.get() {
            Some(index) => index,
            None => {
                let index = Index::open(self.lookup, self.to, &Rc::default(), None)?;
                self.targets.get_or_init(|| index)
            }
        };
        for rack in index.racks() {
            let known = rack.segment.read(word)?;
            if known
                .first()
                .is_some_and(|it| rack.segment.texts_with(it) > 0)
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Names for Known<'_> {
    fn alone(&self, name: &str) -> Alone {
        if let Some(known) = self.alone.borrow().get(name) {
            return known.clone();
        }
        let found = self.or_failure(self.read_alone(name), Alone::InDoubt);
        self.alone
            .borrow_mut()
            .insert(name.to_owned(), found.clone());
        found
    }

    fn glossed(&self, acronym: &str) -> Option<String> {
        if let Some(known) = self.glossed.borrow().get(acronym) {
            return known.clone();
        }
        let found = self.or_failure(self.read_glossed(acronym), None);
        self.glossed
            .borrow_mut()
            .insert(acronym.to_owned(), found.clone());
        found
    }

    fn is_used(&self, word: &str) -> bool {
        self.or_failure(self.read_used(word), false)
    }
}

/// Returns the acronyms of a text that stand in brackets.
fn bracketed(text: &str) -> Vec<&str> {
    let tokens = text::tokens(text).map(|token| token.of(text));
    let tokens: Vec<&str> = tokens.collect();
    let found = tokens
        .windows(3)
        .filter(|it| it[0] == "(" && it[2] == ")" && is_acronym(it[1]));
    found.map(|it| it[1]).collect()
}
