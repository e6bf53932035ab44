//! Whether a unit that comes in is one that is known.
//!
//! A unit is the set of its variants, a variant being its language, text and inline codes. The same set again, or part of it, is known; a set
//! that contains a known one extends it. Releases that are added pair by pair meet at the place they share: a unit whose variant stands at the
//! same place of the same document as a variant with the same text of another unit is that unit in one more language. A unit that brings an
//! identifier of its own is somebody's entry: it is not taken for part of another, so that nothing of an export is lost when it comes back.
//! What a person confirmed is so at its places: the same set found elsewhere is another unit, which nobody has looked at.

use std::collections::BTreeSet;

use rusqlite::Connection;

use rustc_hash::FxHashMap;

use super::documents::{self, Origins};
use super::stretches;
use crate::model::{Status, Variant};

/// Letters of the hash in an identifier that the memory gives: 64 bits, for which chance takes billions of units.
const TUID_LETTERS: usize = 16;

/// Units with a text up to which it is rare: which of them have another one is then seen unit by unit.
const RARE: usize = if cfg!(test) { 1 } else { 64 };

/// Units of two common texts that are remembered.
const MOST_REMEMBERED: usize = 1_000_000;

/// The units that were there before a transaction made others.
pub(super) struct Earlier {
    /// The highest of their numbers.
    last: i64,
    /// Units that have two common texts, with how many texts they had: what is asked again and again in a memory that says much of few words.
    common: FxHashMap<[i64; 2], Vec<(i64, usize)>>,
    remembered: usize,
}

impl Earlier {
    /// Returns the units that there are.
    pub(super) fn now(db: &Connection) -> rusqlite::Result<Self> {
        let last = db.query_row("SELECT coalesce(max(id), 0) FROM unit", [], |row| {
            row.get(0)
        })?;
        Ok(Self {
            last,
            ..Self::all()
        })
    }

    /// Returns all units, those that are made later too.
    pub(super) fn all() -> Self {
        Self {
            last: i64::MAX,
            common: FxHashMap::default(),
            remembered: 0,
        }
    }

    /// Says whether there are none.
    pub(super) fn is_none(&self) -> bool {
        self.last == 0
    }

    /// Returns the units that have two of the texts that come in, and either all of them or no others, or of one text those that have nothing
    /// else; some of them may not.
    pub(super) fn candidates(
        &mut self,
        db: &Connection,
        incoming: &[Incoming<'_>],
    ) -> rusqlite::Result<BTreeSet<i64>> {
        let mut candidates = BTreeSet::new();
        if let [only] = incoming {
            let mut alone = db.prepare_cached(
                "SELECT unit FROM variant v WHERE text = ?1 AND unit <= ?2 AND (SELECT count(*) FROM variant o WHERE o.unit = v.unit) = 1",
            )?;
            for unit in alone.query_map((only.text, self.last), |row| row.get::<_, i64>(0))? {
                candidates.insert(unit?);
            }
        }
        // How many of the rare texts the units have.
        let mut shared: FxHashMap<i64, usize> = FxHashMap::default();
        let mut common = Vec::new();
        for new in incoming.iter().filter(|new| !new.is_new) {
            let mut holding = db.prepare_cached(
                "SELECT unit FROM variant WHERE text = ?1 AND unit <= ?2 LIMIT ?3",
            )?;
            let units: Vec<i64> = holding
                .query_map((new.text, self.last, RARE as i64 + 1), |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            if units.len() > RARE {
                common.push(new.text);
            } else {
                units
                    .into_iter()
                    .for_each(|unit| *shared.entry(unit).or_default() += 1);
            }
        }
        let mut has = db.prepare_cached("SELECT 1 FROM variant WHERE text = ?1 AND unit = ?2")?;
        for (unit, count) in shared {
            let mut is_candidate = count > 1;
            for text in &common {
                is_candidate = is_candidate || has.exists([*text, unit])?;
            }
            if is_candidate {
                candidates.insert(unit);
            }
        }
        // What has a rare text was found by it; of what is left, all must be common.
        let are_all = common.len() == incoming.len();
        for (at, &first) in common.iter().enumerate() {
            for &second in &common[at + 1..] {
                let both = self.with_both(db, [first, second])?;
                let may = |(_, texts): &&(i64, usize)| are_all || *texts <= common.len();
                candidates.extend(both.iter().filter(may).map(|(unit, _)| *unit));
            }
        }
        Ok(candidates)
    }

    /// Returns the units that have two common texts, with how many texts they have.
    fn with_both(&mut self, db: &Connection, texts: [i64; 2]) -> rusqlite::Result<&[(i64, usize)]> {
        if !self.common.contains_key(&texts) {
            let mut both = db.prepare_cached(
                "SELECT a.unit, (SELECT count(*) FROM variant o WHERE o.unit = a.unit) FROM variant a
                 JOIN variant b ON b.text = ?2 AND b.unit = a.unit AND b.id <> a.id WHERE a.text = ?1 AND a.unit <= ?3",
            )?;
            let units: Vec<(i64, usize)> = both
                .query_map((texts[0], texts[1], self.last), |row| row.try_into())?
                .collect::<rusqlite::Result<_>>()?;
            self.remembered += units.len() + 1;
            if self.remembered > MOST_REMEMBERED {
                self.common.clear();
                self.remembered = units.len() + 1;
            }
            self.common.insert(texts, units);
        }
        Ok(self.common.get(&texts).map_or(&[], Vec::as_slice))
    }
}

/// Returns, of the [candidates](Earlier::candidates), the known unit with the same variants, else, unless it is `named` by an identifier of its own, one that has
/// more, else one that has fewer, but at least two: one text alone does not make the same meaning. Among equal ones the one that stands where the
/// unit that comes in does.
pub(super) fn find_same(
    db: &Connection,
    origins: &mut Origins,
    incoming: &[Incoming<'_>],
    candidates: BTreeSet<i64>,
    named: bool,
    status: Status,
) -> rusqlite::Result<Option<(i64, Vec<Known>)>> {
    let mut best: Option<((u8, u8), i64, Vec<Known>)> = None;
    for id in candidates {
        let known = variants(db, id)?;
        let relation = match relation(incoming, &known) {
            Relation::Equal => 0,
            Relation::Within if !named => 1,
            Relation::Around if known.len() > 1 && !is_rejected(db, id)? => 2,
            _ => continue,
        };
        let Some(place) = place(db, origins, incoming, status, (id, &known))? else {
            continue;
        };
        let rank = (relation, place);
        if best.as_ref().is_none_or(|(other, ..)| rank < *other) {
            best = Some((rank, id, known));
        }
    }
    Ok(best.map(|(_, id, known)| (id, known)))
}

/// Returns the first known unit that shares a text at the same place and has no other text in any language that comes in.
pub(super) fn find_at_same_place(
    db: &Connection,
    origins: &mut Origins,
    incoming: &[Incoming<'_>],
) -> rusqlite::Result<Option<(i64, Vec<Known>)>> {
    if incoming.len() < 2 {
        return Ok(None);
    }
    let mut candidates = BTreeSet::new();
    for new in incoming {
        for place in &new.variant.places {
            let document = documents::find(db, origins, &new.variant.lang, &place.origin)?;
            let (first, last) = stretches::columns(place.at);
            let mut statement = db.prepare_cached(
                "SELECT v.unit FROM place p JOIN variant v ON v.id = p.variant WHERE p.document = ?1 AND p.first = ?2 AND p.last = ?3
                 AND v.text = ?4",
            )?;
            let rows = statement.query_map((document, first, last, new.text), |row| {
                row.get::<_, i64>(0)
            })?;
            for unit in rows {
                candidates.insert(unit?);
            }
        }
    }
    for id in candidates {
        let known = variants(db, id)?;
        let agrees = incoming
            .iter()
            .all(|new| known.iter().all(|old| new.lang != old.lang || new.is(old)));
        if agrees && !is_rejected(db, id)? {
            return Ok(Some((id, known)));
        }
    }
    Ok(None)
}

/// Returns the first known unit with the very same variants that nobody has looked at.
pub(super) fn find_apart(
    db: &Connection,
    incoming: &[Incoming<'_>],
) -> rusqlite::Result<Option<(i64, Vec<Known>)>> {
    let Some(first) = incoming.first() else {
        return Ok(None);
    };
    let candidates: Vec<i64> = db
        .prepare_cached(
            "SELECT DISTINCT v.unit FROM variant v JOIN unit u ON u.id = v.unit WHERE v.text = ?1 AND u.status = ?2 ORDER BY v.unit",
        )?
        .query_map((first.text, Status::Automatic as u8), |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for id in candidates {
        let known = variants(db, id)?;
        if matches!(relation(incoming, &known), Relation::Equal) {
            return Ok(Some((id, known)));
        }
    }
    Ok(None)
}

/// A variant that comes in: what it is made of, by numbers.
pub(super) struct Incoming<'u> {
    pub(super) variant: &'u Variant,
    pub(super) lang: i64,
    pub(super) text: i64,
    /// Whether no unit had the text.
    pub(super) is_new: bool,
    pub(super) codes: Option<String>,
}

/// A variant that is known.
pub(super) struct Known {
    pub(super) id: i64,
    pub(super) lang: i64,
    pub(super) text: i64,
    pub(super) codes: Option<String>,
}

impl Incoming<'_> {
    /// Says whether they are the same variant.
    pub(super) fn is(&self, known: &Known) -> bool {
        self.text == known.text && self.codes == known.codes
    }
}

/// How a unit that comes in relates to a known one.
enum Relation {
    Equal,
    Within,
    Around,
    None,
}

fn relation(incoming: &[Incoming<'_>], known: &[Known]) -> Relation {
    let within = incoming
        .iter()
        .all(|new| known.iter().any(|old| new.is(old)));
    let around = known
        .iter()
        .all(|old| incoming.iter().any(|new| new.is(old)));
    match (within, around) {
        (true, true) => Relation::Equal,
        (true, false) => Relation::Within,
        (false, true) => Relation::Around,
        (false, false) => Relation::None,
    }
}

fn variants(db: &Connection, unit: i64) -> rusqlite::Result<Vec<Known>> {
    db.prepare_cached(
        "SELECT id, lang, text, codes FROM variant WHERE unit = ?1 ORDER BY position",
    )?
    .query_map([unit], |row| {
        Ok(Known {
            id: row.get(0)?,
            lang: row.get(1)?,
            text: row.get(2)?,
            codes: row.get(3)?,
        })
    })?
    .collect()
}

fn is_rejected(db: &Connection, unit: i64) -> rusqlite::Result<bool> {
    Ok(status_of(db, unit)? == Status::Rejected as u8)
}

fn status_of(db: &Connection, unit: i64) -> rusqlite::Result<u8> {
    db.prepare_cached("SELECT status FROM unit WHERE id = ?1")?
        .query_row([unit], |row| row.get(0))
}

/// Ranks a known unit by where it stands: best where the one that comes in does. What a person said of a unit is so at its places, so that one which
/// is found elsewhere is not joined to it; but what was rejected comes back as such.
fn place(
    db: &Connection,
    origins: &mut Origins,
    incoming: &[Incoming<'_>],
    status: Status,
    (unit, known): (i64, &[Known]),
) -> rusqlite::Result<Option<u8>> {
    if incoming.iter().all(|new| new.variant.places.is_empty()) {
        return Ok(Some(0));
    }
    if stands_at(db, origins, incoming, known)? {
        return Ok(Some(0));
    }
    let other = status_of(db, unit)?;
    let is_rejected = other == Status::Rejected as u8 && status == Status::Automatic;
    Ok(match (other == status as u8, is_rejected) {
        (true, _) => Some(1),
        (_, true) => Some(2),
        _ => None,
    })
}

/// Says whether known variants stand wherever those that come in and are the same do.
fn stands_at(
    db: &Connection,
    origins: &mut Origins,
    incoming: &[Incoming<'_>],
    known: &[Known],
) -> rusqlite::Result<bool> {
    let mut stands = db.prepare_cached(
        "SELECT 1 FROM place WHERE variant = ?1 AND document = ?2 AND first = ?3 AND last = ?4",
    )?;
    for new in incoming {
        let Some(old) = known.iter().find(|old| new.is(old)) else {
            continue;
        };
        for place in &new.variant.places {
            let document = documents::find(db, origins, &new.variant.lang, &place.origin)?;
            let (first, last) = stretches::columns(place.at);
            if !stands.exists((old.id, document, first, last))? {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Returns an identifier made of the variants, in whatever order they come.
pub(super) fn content_tuid(incoming: &[Incoming<'_>]) -> String {
    let mut parts: Vec<[&str; 3]> = incoming
        .iter()
        .map(|new| {
            let codes = new.codes.as_deref().unwrap_or_default();
            [new.variant.lang.as_str(), new.variant.text(), codes]
        })
        .collect();
    parts.sort_unstable();
    let mut hasher = blake3::Hasher::new();
    for part in parts.iter().flatten() {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    format!("dg-{}", &hasher.finalize().to_hex()[..TUID_LETTERS])
}
