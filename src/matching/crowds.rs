//! Texts that a crowd of units renders: «да», "the". Each unit's standing is a row somewhere else in the file, so they are remembered until the memory
//! changes.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::error::Result;
use crate::index::TextId;
use crate::memory::{Lookup, Standing};
use crate::model::Lang;

/// Standings from which on it is a crowd.
const CROWD: usize = 100;

/// Standings that are remembered: some 5 MB.
const MOST: usize = 50_000;

/// The units that render a text in a language.
type Known = FxHashMap<(TextId, Lang), Rc<[Standing]>>;

/// The crowds that were asked for since the memory changed.
#[derive(Default)]
pub(super) struct Crowds {
    known: RefCell<Known>,
}

impl Crowds {
    /// Forgets all.
    pub(super) fn clear(&self) {
        self.known.borrow_mut().clear();
    }

    /// Returns the units that render a text in a language that `to` covers, as [`Lookup::standings`].
    ///
    /// # Errors
    /// When the storage fails.
    pub(super) fn standings(
        &self,
        lookup: &dyn Lookup,
        id: TextId,
        to: &Lang,
    ) -> Result<Rc<[Standing]>> {
        let key = (id, to.clone());
        if let Some(known) = self.known.borrow().get(&key) {
            return Ok(Rc::clone(known));
        }
        let standings: Rc<[Standing]> = lookup.standings(id, to)?.into();
        if (CROWD..=MOST).contains(&standings.len()) {
            let mut known = self.known.borrow_mut();
            let all: usize = known.values().map(|it| it.len()).sum();
            if all + standings.len() > MOST {
                known.clear();
            }
            known.insert(key, Rc::clone(&standings));
        }
        Ok(standings)
    }
}

#[cfg(test)]
mod tests {
    use crate::matching::{Matcher, Query};
    use crate::memory::{Access, Change, Memory, UnitId};
    use crate::model::{Lang, Status, TranslationUnit, Variant};

    fn change(command: &str) -> Change {
        Change {
            command: command.to_owned(),
            detail: String::new(),
            at: "2025-01-01T00:00:00Z".parse().unwrap(),
        }
    }

    fn unit(rendering: &str) -> TranslationUnit {
        let variant = |lang, text| Variant::new(Lang::new(lang).unwrap(), text).unwrap();
        TranslationUnit {
            variants: vec![variant("ru", "Да."), variant("en", rendering)],
            ..TranslationUnit::default()
        }
    }

    #[test]
    fn a_crowd_that_was_asked_for_changes_with_the_memory() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("crowd.diglot");
        let mut written = Memory::open(&path, Access::Create).unwrap();
        let mut writer = written.begin(change("import")).unwrap();
        for number in 0..super::CROWD + 50 {
            writer.add_unit(&unit(&format!("Yes, {number}."))).unwrap();
        }
        writer.commit().unwrap();
        let read = Memory::open(&path, Access::Read).unwrap();
        let matcher = Matcher::new(read.lookup());
        let first = || {
            let found = matcher
                .suggest(&Query::new("Да.", Lang::new("en").unwrap()))
                .unwrap();
            found[0].target.clone()
        };
        assert_eq!(first(), "Yes, 0.");
        assert_eq!(first(), "Yes, 0.");
        assert_eq!(matcher.crowds.known.borrow().len(), 1);
        let mut writer = written.begin(change("mark")).unwrap();
        writer.set_status(&[UnitId(78)], Status::Confirmed).unwrap();
        writer.commit().unwrap();
        assert_eq!(first(), "Yes, 77.");
    }
}
