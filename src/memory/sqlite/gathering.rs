//! What hangs on units, and their variants, to which many are joined, each with a remark or a property of its own: a column that would be read and
//! written anew for each of them. Where it is long it is gathered here and written once, before anybody else looks.

use rusqlite::Connection;
use rustc_hash::{FxHashMap, FxHashSet};

use super::details::{Attributes, Details};
use super::digest;

/// Remarks and properties of a unit from which on they are gathered.
const MANY: usize = if cfg!(test) { 2 } else { 50 };

/// Bytes, about, after which all that was gathered is written.
const MOST_BYTES: usize = 16 << 20;

/// Whose details they are, by its number.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Of {
    Unit(i64),
    Variant(i64),
}

/// What was gathered.
#[derive(Default)]
pub(super) struct Gathered {
    all: FxHashMap<Of, Gathering>,
    /// The units that are to be sealed when it is written.
    units: FxHashSet<i64>,
    bytes: usize,
}

/// Details, and what is among them.
struct Gathering {
    details: Details,
    notes: FxHashSet<(String, Attributes)>,
    props: FxHashSet<(String, String, Attributes)>,
}

impl Gathered {
    /// Says whether these details are here.
    pub(super) fn has(&self, of: Of) -> bool {
        self.all.contains_key(&of)
    }

    /// Says whether a unit is sealed when this is written, since its details or those of one of its variants are here.
    pub(super) fn seals(&self, unit: i64) -> bool {
        self.units.contains(&unit)
    }

    /// Takes over details if they are many, of a unit or a variant of it, and says whether they were.
    pub(super) fn take(&mut self, of: Of, unit: i64, details: &Details) -> bool {
        if details.notes.len() + details.props.len() < MANY {
            return false;
        }
        let gathering = Gathering {
            details: details.clone(),
            notes: details.notes.iter().cloned().collect(),
            props: details.props.iter().cloned().collect(),
        };
        self.bytes += details.bytes();
        self.all.insert(of, gathering);
        self.units.insert(unit);
        true
    }

    /// Adds to details that are here what they do not have, as [`Details::join`], and says whether that was anything.
    pub(super) fn join(&mut self, of: Of, other: &Details) -> bool {
        let Some(known) = self.all.get_mut(&of) else {
            return false;
        };
        let new = Details {
            history: other.history.clone(),
            notes: (other.notes.iter())
                .filter(|it| known.notes.insert((*it).clone()))
                .cloned()
                .collect(),
            props: (other.props.iter())
                .filter(|it| known.props.insert((*it).clone()))
                .cloned()
                .collect(),
        };
        self.bytes += new.bytes();
        let is_new =
            known.details.join_history(&new) || !new.notes.is_empty() || !new.props.is_empty();
        known.details.notes.extend(new.notes);
        known.details.props.extend(new.props);
        is_new
    }

    /// Says whether so much was gathered that it should be written.
    pub(super) fn is_full(&self) -> bool {
        self.bytes > MOST_BYTES
    }

    /// Writes all that was gathered, and seals the units.
    pub(super) fn write(&mut self, db: &Connection) -> rusqlite::Result<()> {
        self.bytes = 0;
        for (of, gathering) in self.all.drain() {
            let (sql, id) = match of {
                Of::Unit(id) => ("UPDATE unit SET details = ?2 WHERE id = ?1", id),
                Of::Variant(id) => ("UPDATE variant SET details = ?2 WHERE id = ?1", id),
            };
            db.prepare_cached(sql)?
                .execute((id, gathering.details.encode()?))?;
        }
        for unit in self.units.drain() {
            digest::seal_unit(db, unit)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::memory::story::{change, unit};
    use crate::memory::{Filter, Memory};
    use crate::model::{Note, Prop, Status, TranslationUnit};

    #[test]
    fn what_many_say_of_one_unit_is_kept_once_and_sealed() {
        let mut memory = Memory::in_memory().unwrap();
        let said = |number: usize| TranslationUnit {
            notes: vec![Note {
                text: format!("note {}", number % 7),
                attributes: Vec::new(),
            }],
            props: vec![Prop {
                name: "x-document".to_owned(),
                value: format!("{}", number % 5),
                attributes: Vec::new(),
            }],
            ..unit(&[("en", "Yes."), ("ru", "Да.")])
        };
        let said = |number: usize| {
            let mut unit = said(number);
            unit.variants[1].notes = vec![Note {
                text: format!("remark {}", number % 9),
                attributes: Vec::new(),
            }];
            unit
        };
        for round in 0..2 {
            let mut writer = memory.begin(change("import")).unwrap();
            for number in 0..20 {
                let id = writer.add_unit(&said(number)).unwrap().id();
                if number == 15 {
                    let changed = writer.set_status(&[id], Status::Confirmed).unwrap();
                    assert_eq!(changed, 1 - round);
                }
            }
            writer.commit().unwrap();
        }
        let mut units = Vec::new();
        let mut take = |_, unit: &TranslationUnit| {
            units.push(unit.clone());
            Ok(())
        };
        memory.units(&Filter::default(), &mut take).unwrap();
        assert_eq!(units.len(), 1);
        assert_eq!((units[0].notes.len(), units[0].props.len()), (7, 5));
        assert_eq!(units[0].variants[1].notes.len(), 9);
        assert_eq!(units[0].status, Status::Confirmed);
        assert_eq!(memory.check(&mut |_| true).unwrap(), []);
        memory.undo(None, jiff::Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(memory.check(&mut |_| true).unwrap(), []);
    }
}
