//! Keeping a unit, or joining it to the known one that it is.

use std::collections::BTreeSet;
use std::hash::BuildHasher as _;
use std::ops::Range;

use rusqlite::{Connection, OptionalExtension};
use rustc_hash::{FxBuildHasher, FxHashSet};

use super::details::{Details, encode_codes, encoded, is_plain};
use super::digest;
use super::documents::{self, Origins};
use super::gathering::{Gathered, Of};
use super::identity::{self, Earlier, Incoming, Known, find_apart, find_at_same_place, find_same};
use super::keys::{Keys, Late};
use super::lessons;
use super::log::{self, Altered};
use super::pairs::Pairs;
use super::stretches;
use super::texts::Texts;
use super::waiting::Waiting;
use crate::memory::{Counts, UnitId, UnitOutcome};
use crate::model::{Lang, Status, TranslationUnit, Variant};

/// Which known units a unit that comes in may be joined to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Joining {
    /// Whatever is the same meaning, as [`crate::memory::Writer::add_unit`] promises.
    Meaning,
    /// Only the very same variants, as [`crate::memory::Writer::add_link`] promises.
    Same,
}

/// Keeps a unit and counts what was done.
pub(super) fn add(
    writing: &mut Writing<'_>,
    counts: &mut Counts,
    unit: &TranslationUnit,
    joining: Joining,
) -> rusqlite::Result<UnitOutcome> {
    let db = writing.db;
    let texts = &mut *writing.texts;
    let mut incoming = Vec::with_capacity(unit.variants.len());
    let mut old = 0;
    for variant in &unit.variants {
        let lang = texts.lang_id(db, &variant.lang)?;
        let (text, is_new) = texts.intern(db, lang, variant.text())?;
        old += usize::from(!is_new);
        incoming.push(Incoming {
            variant,
            lang,
            text,
            is_new,
            codes: encode_codes(&variant.codes)?,
        });
    }
    let named = unit.id.is_some();
    // What two texts make of one meaning must both have been there before.
    let mut found = None;
    if joining == Joining::Same {
        if unit.status == Status::Automatic {
            writing.write()?;
            found = find_apart(db, &incoming)?;
        }
    } else if old >= incoming.len().min(2) {
        if let Some(id) = writing.find_bare(unit, &incoming) {
            return Ok(UnitOutcome::Known(UnitId(id)));
        }
        let candidates = writing.candidates(&incoming)?;
        let origins = &mut *writing.origins;
        found = find_same(db, origins, &incoming, candidates, named, unit.status)?;
    }
    let is_placed = |variant: &Variant| !variant.places.is_empty();
    let looks_at_places = joining == Joining::Meaning && !named;
    if found.is_none() && looks_at_places && unit.variants.iter().any(is_placed) {
        writing.write()?;
        found = find_at_same_place(db, writing.origins, &incoming)?;
    }
    let Some((id, known)) = found else {
        counts.units += 1;
        return writing.insert(unit, &incoming);
    };
    let extended = incoming
        .iter()
        .any(|new| !known.iter().any(|old| new.is(old)));
    let joined = writing.join(id, unit, &incoming, &known, extended)?;
    counts.extended += u64::from(extended);
    counts.joined += u64::from(joined && !extended);
    Ok(if extended {
        UnitOutcome::Extended(UnitId(id))
    } else {
        UnitOutcome::Known(UnitId(id))
    })
}

/// The units that a transaction writes.
pub(super) struct Units {
    units: Waiting<7>,
    variants: Waiting<7>,
    /// The texts of all units of which a row may wait.
    recent: FxHashSet<i64>,
    /// The hashes of identifiers given in this transaction.
    given: FxHashSet<u64>,
    pub(super) gathered: Gathered,
    /// What is known since the first unit was made.
    made: Option<Made>,
}

/// What a transaction knows of the units it made.
struct Made {
    /// The units that were there before them.
    earlier: Earlier,
    /// The table of identifiers, where there were none.
    late: Option<Late>,
    /// Until a unit is parted or edited, or gets another status.
    pairs: Option<Pairs>,
}

impl Default for Units {
    fn default() -> Self {
        Self {
            units: Waiting::new(
                "unit",
                [
                    "tuid",
                    "source_lang",
                    "status",
                    "probability",
                    "details",
                    "digest",
                    "change",
                ],
                "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'unit'), 0) + 1",
            ),
            variants: Waiting::new(
                "variant",
                [
                    "unit", "position", "lang", "text", "codes", "details", "change",
                ],
                "SELECT coalesce(max(id), 0) + 1 FROM variant",
            ),
            recent: FxHashSet::default(),
            given: FxHashSet::default(),
            gathered: Gathered::default(),
            made: None,
        }
    }
}

impl Units {
    /// Writes the units that wait to be written.
    pub(super) fn write(&mut self, db: &Connection) -> rusqlite::Result<()> {
        self.units.settle(db)?;
        self.variants.settle(db)?;
        self.recent.clear();
        Ok(())
    }

    /// Takes notice of the texts of a unit that was pushed.
    fn pushed(&mut self, texts: impl IntoIterator<Item = i64>) {
        if self.units.is_empty() && self.variants.is_empty() {
            self.recent.clear();
        } else {
            self.recent.extend(texts);
        }
    }

    /// Says whether a unit with a text of those that come in may be one of which a row waits.
    fn wait_for(&self, incoming: &[Incoming<'_>]) -> bool {
        incoming.iter().any(|new| self.recent.contains(&new.text))
    }

    fn pairs(&mut self) -> Option<&mut Pairs> {
        self.made.as_mut()?.pairs.as_mut()
    }

    /// Takes notice that units change otherwise than by one that is added.
    pub(super) fn forget_pairs(&mut self) {
        if let Some(made) = &mut self.made {
            made.pairs = None;
        }
    }

    /// Says whether no unit has an identifier, and remembers that one has it now.
    fn take(&mut self, db: &Connection, tuid: &str) -> rusqlite::Result<bool> {
        let made = match &mut self.made {
            Some(made) => made,
            None => {
                let earlier = Earlier::now(db)?;
                self.made.insert(Made {
                    late: match earlier.is_none() {
                        true => Some(Keys::Unit.defer(db)?),
                        false => None,
                    },
                    earlier,
                    pairs: Some(Pairs::default()),
                })
            }
        };
        let is_new = self.given.insert(FxBuildHasher.hash_one(tuid));
        if made.late.is_some() {
            // By chance one of billions is taken for given, which costs it its name.
            return Ok(is_new);
        }
        if !is_new {
            self.write(db)?;
        }
        let taken = db
            .prepare_cached("SELECT 1 FROM unit_name WHERE tuid = ?1")?
            .query_row([tuid], |_| Ok(()))
            .optional()?;
        Ok(taken.is_none())
    }

    /// Does what is left to do before a commit.
    pub(super) fn settle(mut self, db: &Connection) -> rusqlite::Result<()> {
        self.write(db)?;
        let Some(late) = self.made.and_then(|made| made.late) else {
            return Ok(());
        };
        // One piece for all, since hundreds of thousands of strings take three times their letters.
        let (mut letters, mut named) = (String::new(), Vec::new());
        let mut statement = db.prepare("SELECT tuid, id FROM unit")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let start = letters.len();
            letters.push_str(row.get_ref(0)?.as_str()?);
            named.push((start..letters.len(), row.get::<_, i64>(1)?));
        }
        let tuid = |span: &Range<usize>| &letters[span.clone()];
        named.sort_unstable_by(|(one, _), (other, _)| tuid(one).cmp(tuid(other)));
        let rows = named
            .iter()
            .map(|(span, unit)| [tuid(span).to_owned().into(), (*unit).into()]);
        late.fill(db, rows)
    }

    /// Returns an identifier, with the first number that makes it one that no unit has.
    fn take_numbered(&mut self, db: &Connection, base: String) -> rusqlite::Result<String> {
        let mut tuid = base.clone();
        let mut number = 2;
        while !self.take(db, &tuid)? {
            tuid = format!("{base}-{number}");
            number += 1;
        }
        Ok(tuid)
    }

    /// Returns the number and the identifier of a unit that is to be parted from this one; whoever asks writes it.
    pub(super) fn twin_of(
        &mut self,
        db: &Connection,
        unit: i64,
    ) -> rusqlite::Result<(i64, String)> {
        let own = db
            .prepare_cached("SELECT tuid FROM unit WHERE id = ?1")?
            .query_row([unit], |row| row.get(0))?;
        Ok((self.units.number(db)?, self.take_numbered(db, own)?))
    }

    /// Returns the number of a variant that whoever asks writes.
    pub(super) fn next_variant(&mut self, db: &Connection) -> rusqlite::Result<i64> {
        self.variants.number(db)
    }
}

/// The transaction, as far as units need it.
pub(super) struct Writing<'w> {
    pub(super) db: &'w Connection,
    pub(super) change: i64,
    pub(super) origins: &'w mut Origins,
    pub(super) texts: &'w mut Texts,
    pub(super) units: &'w mut Units,
}

impl Writing<'_> {
    /// Writes what waits to be written, before it is read.
    fn write(&mut self) -> rusqlite::Result<()> {
        self.texts.write(self.db)?;
        self.units.write(self.db)
    }

    /// Returns the units that may be the one that comes in; what of them waits is written.
    fn candidates(&mut self, incoming: &[Incoming<'_>]) -> rusqlite::Result<BTreeSet<i64>> {
        let own = self
            .units
            .pairs()
            .and_then(|pairs| pairs.candidates(incoming));
        if own.as_ref().is_none_or(|own| !own.is_empty()) && self.units.wait_for(incoming) {
            self.write()?;
        }
        match (own, &mut self.units.made) {
            (Some(own), Some(made)) if made.earlier.is_none() => Ok(own),
            (Some(mut own), Some(made)) => {
                own.extend(made.earlier.candidates(self.db, incoming)?);
                Ok(own)
            }
            _ => Earlier::all().candidates(self.db, incoming),
        }
    }

    /// Returns the known unit that is the same as the one that comes in and gains nothing by it, where that is told without a look at the rows.
    fn find_bare(&mut self, unit: &TranslationUnit, incoming: &[Incoming<'_>]) -> Option<i64> {
        let [one, other] = incoming else { return None };
        let made = self.units.made.as_mut()?;
        // Only where there is no other.
        let pairs = made.pairs.as_mut().filter(|_| made.earlier.is_none())?;
        is_bare(unit).then(|| pairs.bare([one.text, other.text]))?
    }

    fn insert(
        &mut self,
        unit: &TranslationUnit,
        incoming: &[Incoming<'_>],
    ) -> rusqlite::Result<UnitOutcome> {
        let (tuid, renamed) = self.free_tuid(unit, incoming)?;
        let source = match &unit.source_lang {
            Some(lang) => Some(self.texts.lang_id(self.db, lang)?),
            None => None,
        };
        let details = encoded(&unit.history, &unit.notes, &unit.props)?;
        let id = self.units.units.number(self.db)?;
        let mut written = digest::Written::unit(
            id,
            &tuid,
            unit.source_lang.as_ref().map(Lang::as_str),
            unit.status as u8,
            unit.probability,
            details.as_deref(),
        );
        let mut variants = Vec::with_capacity(incoming.len());
        for new in incoming {
            let variant = new.variant;
            let details = encoded(&variant.history, &variant.notes, &variant.props)?;
            written.variant(
                variant.lang.as_str(),
                variant.text(),
                new.codes.as_deref(),
                details.as_deref(),
            );
            variants.push(details);
        }
        let row = [
            tuid.clone().into(),
            source.into(),
            i64::from(unit.status as u8).into(),
            unit.probability.into(),
            details.into(),
            written.finish().to_vec().into(),
            self.change.into(),
        ];
        self.units.units.push(self.db, id, row)?;
        if unit.status != Status::Rejected {
            let texts: Vec<(i64, i64)> = incoming.iter().map(|new| (new.text, new.lang)).collect();
            self.texts.shelving.unit(self.db, &texts)?;
        }
        for ((position, new), details) in incoming.iter().enumerate().zip(variants) {
            self.insert_variant(id, position, new, details)?;
        }
        let texts: Vec<i64> = incoming.iter().map(|new| new.text).collect();
        if let Some(pairs) = self.units.pairs() {
            pairs.insert(id, &texts, is_bare(unit));
        }
        self.units.pushed(texts);
        Ok(if renamed {
            UnitOutcome::Renamed(UnitId(id), tuid)
        } else {
            UnitOutcome::New(UnitId(id))
        })
    }

    fn insert_variant(
        &mut self,
        unit: i64,
        position: usize,
        new: &Incoming<'_>,
        details: Option<String>,
    ) -> rusqlite::Result<()> {
        let id = self.units.variants.number(self.db)?;
        let row = [
            unit.into(),
            (position as i64).into(),
            new.lang.into(),
            new.text.into(),
            new.codes.clone().into(),
            details.into(),
            self.change.into(),
        ];
        self.units.variants.push(self.db, id, row)?;
        self.add_places(id, new.variant)?;
        Ok(())
    }

    /// Keeps the places of a variant that are new, and says whether any were.
    fn add_places(&mut self, id: i64, variant: &Variant) -> rusqlite::Result<bool> {
        let mut added = false;
        for place in &variant.places {
            let document = documents::find_or_keep(
                self.db,
                self.change,
                self.origins,
                &variant.lang,
                &place.origin,
            )?;
            let (first, last) = stretches::columns(place.at);
            let rows = self
                .db
                .prepare_cached(
                    "INSERT OR IGNORE INTO place (variant, document, first, last, kind, speaker, change, seal)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, seal_of(?1, ?2, ?3, ?4, ?5, ?6, ?7))",
                )?
                .execute((
                    id,
                    document,
                    first,
                    last,
                    place.kind as u8,
                    &place.speaker,
                    self.change,
                ))?;
            added |= rows > 0;
        }
        Ok(added)
    }

    /// Joins what comes in to a known unit, and says whether anything of it was new.
    fn join(
        &mut self,
        id: i64,
        unit: &TranslationUnit,
        incoming: &[Incoming<'_>],
        known: &[Known],
        extended: bool,
    ) -> rusqlite::Result<bool> {
        // The unit's row is sealed anew when anything in it or its variants changes, and so is kept first.
        let mut changed = extended;
        let mut placed = false;
        let mut position = known.len();
        if extended {
            // Before the variants are there: what they bring is told from what there is.
            let old = known.iter().map(|known| (known.text, known.lang));
            let is_new = |new: &&Incoming<'_>| !known.iter().any(|old| new.is(old));
            let new = incoming.iter().filter(is_new);
            let all: Vec<(i64, i64)> = old.chain(new.map(|new| (new.text, new.lang))).collect();
            self.texts.shelving.unit(self.db, &all)?;
            if let Some(pairs) = self.units.pairs() {
                // Again with those that were there: what is named twice is found once.
                let texts: Vec<i64> = all.iter().map(|&(text, _)| text).collect();
                pairs.insert(id, &texts, false);
            }
        }
        for new in incoming {
            match known.iter().find(|old| new.is(old)) {
                Some(old) => {
                    changed |= self.join_variant(id, old.id, new.variant)?;
                    placed |= self.add_places(old.id, new.variant)?;
                }
                None => {
                    let variant = new.variant;
                    let details = encoded(&variant.history, &variant.notes, &variant.props)?;
                    self.insert_variant(id, position, new, details)?;
                    // The unit is written before anything else is asked: it is sealed anew.
                    lessons::note_variant(self.db, id, new.lang)?;
                    position += 1;
                }
            }
        }
        changed |= self.join_unit(id, unit, extended)?;
        if changed {
            self.write()?;
            log::keep(self.db, self.change, Altered::Unit, id)?;
            match self.units.gathered.seals(id) {
                true if self.units.gathered.is_full() => self.units.gathered.write(self.db)?,
                true => {}
                false => digest::seal_unit(self.db, id)?,
            }
        }
        Ok(changed || placed)
    }

    fn join_variant(&mut self, unit: i64, id: i64, variant: &Variant) -> rusqlite::Result<bool> {
        let new = Details::new(&variant.history, &variant.notes, &variant.props);
        if new == Details::default() {
            return Ok(false);
        }
        let of = Of::Variant(id);
        if self.units.gathered.has(of) {
            return Ok(self.units.gathered.join(of, &new));
        }
        let old: Option<String> = self
            .db
            .prepare_cached("SELECT details FROM variant WHERE id = ?1")?
            .query_row([id], |row| row.get(0))?;
        let mut details = Details::decode(old.as_deref())?;
        if !details.join(&new) {
            return Ok(false);
        }
        log::keep(self.db, self.change, Altered::Variant, id)?;
        if !self.units.gathered.take(of, unit, &details) {
            self.db
                .prepare_cached("UPDATE variant SET details = ?2 WHERE id = ?1")?
                .execute((id, details.encode()?))?;
        }
        Ok(true)
    }

    fn join_unit(
        &mut self,
        id: i64,
        unit: &TranslationUnit,
        extended: bool,
    ) -> rusqlite::Result<bool> {
        type Row = (Option<i64>, u8, Option<f64>, Option<String>);
        let of = Of::Unit(id);
        let is_gathered = self.units.gathered.has(of);
        let (old_source, old_status, old_probability, old_details): Row = self
            .db
            .prepare_cached(
                "SELECT source_lang, status, probability, iif(?2, NULL, details) FROM unit WHERE id = ?1",
            )?
            .query_row((id, is_gathered), |row| row.try_into())?;
        let new = Details::new(&unit.history, &unit.notes, &unit.props);
        let mut details = Details::decode(old_details.as_deref())?;
        let mut changed = match is_gathered {
            true => self.units.gathered.join(of, &new),
            false => details.join(&new),
        };
        let source = match (old_source, &unit.source_lang) {
            (None, Some(lang)) => Some(self.texts.lang_id(self.db, lang)?),
            _ => old_source,
        };
        let status = if old_status == Status::Automatic as u8 {
            unit.status as u8
        } else {
            old_status
        };
        if (status == Status::Rejected as u8) != (old_status == Status::Rejected as u8) {
            self.texts.shelving.loosen_unit(self.db, id)?;
        }
        // A unit is as sure as its weakest link.
        let probability = match (old_probability, unit.probability) {
            (Some(old), Some(new)) if extended => Some(old.min(new)),
            (old, new) => old.or(new),
        };
        changed |= source != old_source || status != old_status || probability != old_probability;
        if changed {
            log::keep(self.db, self.change, Altered::Unit, id)?;
            let is_gathered = is_gathered || self.units.gathered.take(of, id, &details);
            let details = match is_gathered {
                true => None,
                false => details.encode()?,
            };
            self.db
                .prepare_cached(
                    "UPDATE unit SET source_lang = ?2, status = ?3, probability = ?4, details = iif(?6, details, ?5) WHERE id = ?1",
                )?
                .execute((id, source, status, probability, details, is_gathered))?;
        }
        Ok(changed)
    }

    /// Returns the identifier that the unit came with, or, where it has none or another unit has it, one made of its content; and whether
    /// it lost its own.
    fn free_tuid(
        &mut self,
        unit: &TranslationUnit,
        incoming: &[Incoming<'_>],
    ) -> rusqlite::Result<(String, bool)> {
        if let Some(own) = &unit.id
            && self.units.take(self.db, own)?
        {
            return Ok((own.clone(), false));
        }
        let tuid = self
            .units
            .take_numbered(self.db, identity::content_tuid(incoming))?;
        Ok((tuid, unit.id.is_some()))
    }
}

/// Says whether a unit is two texts that a person confirmed, one of them the source, and nothing else: once it is known, such a one adds nothing to it.
fn is_bare(unit: &TranslationUnit) -> bool {
    unit.variants.len() == 2
        && unit.status == Status::Confirmed
        && unit.source_lang.is_some()
        && unit.probability.is_none()
        && is_plain(&unit.history, &unit.notes, &unit.props)
        && unit.variants.iter().all(|variant| {
            variant.codes.is_empty()
                && variant.places.is_empty()
                && is_plain(&variant.history, &variant.notes, &variant.props)
        })
}
