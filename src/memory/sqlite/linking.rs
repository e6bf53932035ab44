//! What a person decides of links, row by row: a unit is parted from its other places, a variant gets another text, a decision is noted.
//!
//! Nothing is ever deleted here: places move, texts are exchanged, and the rows as they were stand in the `*_before` tables.

use rusqlite::Connection;

use super::failure::failed;
use super::log::{self, Altered};
use super::stretches::{self, SEGMENT};
use super::texts::{self, Texts};
use super::units::Units;
use super::{Sqlite, content, digest, documents, seal};
use crate::error::Result;
use crate::memory::links::{LinkedUnit, LinkedVariant, Links, Partner, StoredDecision};
use crate::memory::{ChangeId, DocumentId, StoredDocument, UnitId};
use crate::model::{Lang, Stretch};

impl Links for Sqlite {
    fn document(&self, DocumentId(id): DocumentId) -> Result<Option<StoredDocument>> {
        self.read(documents::read(&self.db, id))
    }

    fn linked(&self, documents: &[DocumentId]) -> Result<Vec<LinkedUnit>> {
        let _snapshot = self.read(self.snapshot())?;
        self.read(linked(&self.db, documents))
    }

    fn partners(&self, DocumentId(id): DocumentId) -> Result<Vec<Partner>> {
        self.read(partners(&self.db, id))
    }

    fn decisions(&self, DocumentId(id): DocumentId) -> Result<Vec<StoredDecision>> {
        decisions(&self.db, id).map_err(|error| failed("read", &self.path, error))
    }
}

fn linked(db: &Connection, documents: &[DocumentId]) -> rusqlite::Result<Vec<LinkedUnit>> {
    let list: Vec<String> = documents
        .iter()
        .map(|DocumentId(id)| id.to_string())
        .collect();
    let list = list.join(",");
    let mut statement = db.prepare(&format!(
        "SELECT u.id, u.status, u.probability, v.id, l.tag, t.content, p.document, p.first, p.last
         FROM place p JOIN variant v ON v.id = p.variant JOIN unit u ON u.id = v.unit JOIN text t ON t.id = v.text JOIN lang l ON l.id = v.lang
         WHERE p.document IN ({list}) ORDER BY u.id, v.position, v.id, p.document, p.first & {SEGMENT}, p.first, p.last"
    ))?;
    let mut rows = statement.query([])?;
    let mut found: Vec<LinkedUnit> = Vec::new();
    let mut last = None;
    while let Some(row) = rows.next()? {
        let id = UnitId(row.get(0)?);
        if found.last().is_none_or(|unit| unit.id != id) {
            found.push(LinkedUnit {
                id,
                status: content::status(row.get(1)?)?,
                probability: row.get(2)?,
                variants: Vec::new(),
            });
            last = None;
        }
        let Some(unit) = found.last_mut() else {
            continue;
        };
        let variant: i64 = row.get(3)?;
        if last != Some(variant) {
            unit.variants.push(LinkedVariant {
                lang: texts::lang(row.get_ref(4)?.as_str()?)?,
                text: row.get(5)?,
                places: Vec::new(),
            });
            last = Some(variant);
        }
        if let Some(variant) = unit.variants.last_mut() {
            variant
                .places
                .push((DocumentId(row.get(6)?), stretches::read(row, 7)?));
        }
    }
    found.retain(|unit| {
        let mut documents = unit
            .variants
            .iter()
            .flat_map(|variant| &variant.places)
            .map(|place| place.0);
        let first = documents.next();
        documents.any(|document| Some(document) != first)
    });
    Ok(found)
}

fn partners(db: &Connection, document: i64) -> rusqlite::Result<Vec<Partner>> {
    db.prepare_cached(
        "SELECT q.document, count(DISTINCT v.unit) AS shared FROM place p JOIN variant v ON v.id = p.variant
         JOIN variant w ON w.unit = v.unit AND w.lang <> v.lang JOIN place q ON q.variant = w.id
         JOIN document d ON d.id = q.document AND d.content_hash IS NOT NULL
         WHERE p.document = ?1 GROUP BY q.document ORDER BY shared DESC, abs(q.document - ?1), q.document",
    )?
    .query_map([document], |row| {
        Ok(Partner {
            id: DocumentId(row.get(0)?),
            shared: row.get(1)?,
        })
    })?
    .collect()
}

fn decisions(db: &Connection, document: i64) -> rusqlite::Result<Vec<StoredDecision>> {
    db.prepare_cached(
        "SELECT d.change, d.said, d.redoes, (SELECT u.id FROM change u WHERE u.undoes = d.change) FROM decision d
         WHERE d.document = ?1 ORDER BY d.change DESC",
    )?
    .query_map([document], |row| {
        Ok(StoredDecision {
            change: ChangeId(row.get(0)?),
            said: row.get(1)?,
            redoes: row.get::<_, Option<i64>>(2)?.map(ChangeId),
            undone_by: row.get::<_, Option<i64>>(3)?.map(ChangeId),
        })
    })?
    .collect()
}

/// Notes what was decided in this change.
pub(super) fn note(
    db: &Connection,
    change: i64,
    DocumentId(document): DocumentId,
    said: &str,
    redoes: Option<ChangeId>,
) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO decision (change, document, said, redoes) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute((change, document, said, redoes.map(|ChangeId(id)| id)))?;
    seal::DECISION.put(db, change)
}

/// Parts from a unit what stands at some of its places and returns the unit that it is now: a new one with the same texts to which the places
/// moved, or the unit itself where it stands nowhere else. `None` where there is no such unit or it does not stand there.
pub(super) fn part(
    db: &Connection,
    change: i64,
    texts: &mut Texts,
    units: &mut Units,
    unit: i64,
    places: &[(DocumentId, Stretch)],
) -> rusqlite::Result<Option<(i64, bool)>> {
    let all: Vec<(i64, i64, (DocumentId, Stretch))> = db
        .prepare_cached(
            "SELECT p.id, p.variant, p.document, p.first, p.last FROM place p JOIN variant v ON v.id = p.variant WHERE v.unit = ?1
             ORDER BY v.position, v.id, p.id",
        )?
        .query_map([unit], |row| {
            let at = (DocumentId(row.get(2)?), stretches::read(row, 3)?);
            Ok((row.get(0)?, row.get(1)?, at))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let (moved, left): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|(_, _, at)| places.contains(at));
    if moved.len() < places.len() {
        return Ok(None);
    }
    if left.is_empty() {
        return Ok(Some((unit, false)));
    }
    let mut variants: Vec<i64> = moved.iter().map(|place| place.1).collect();
    variants.dedup();
    let (twin, tuid) = units.twin_of(db, unit)?;
    db.prepare_cached(
        "INSERT INTO unit (id, tuid, source_lang, status, probability, details, change)
         SELECT ?2, ?3, source_lang, status, probability, details, ?4 FROM unit WHERE id = ?1",
    )?
    .execute((unit, twin, tuid, change))?;
    for variant in variants {
        let copy = units.next_variant(db)?;
        db.prepare_cached(
            "INSERT INTO variant (id, unit, position, lang, text, codes, details, change)
             SELECT ?4, ?2, position, lang, text, codes, details, ?3 FROM variant WHERE id = ?1",
        )?
        .execute((variant, twin, change, copy))?;
        for &(place, of, ..) in &moved {
            if of == variant {
                log::keep(db, change, Altered::Place, place)?;
                db.prepare_cached("UPDATE place SET variant = ?2 WHERE id = ?1")?
                    .execute((place, copy))?;
                seal::PLACE.put(db, place)?;
            }
        }
    }
    digest::seal_unit(db, twin)?;
    texts.shelving.loosen_unit(db, twin)?;
    Ok(Some((twin, true)))
}

/// Gives a unit's variant in a language another text and says whether it had one; `None` where the unit has no such variant.
pub(super) fn edit(
    db: &Connection,
    change: i64,
    texts: &mut Texts,
    unit: i64,
    lang: &Lang,
    content: &str,
) -> rusqlite::Result<Option<bool>> {
    let lang_id = texts.lang_id(db, lang)?;
    let found: Vec<(i64, i64)> = db
        .prepare_cached("SELECT id, text FROM variant WHERE unit = ?1 AND lang = ?2 ORDER BY position, id LIMIT 1")?
        .query_map((unit, lang_id), |row| row.try_into())?
        .collect::<rusqlite::Result<_>>()?;
    let Some(&(variant, old)) = found.first() else {
        return Ok(None);
    };
    let (text, _) = texts.intern(db, lang_id, content)?;
    texts.write(db)?;
    if text == old {
        return Ok(Some(false));
    }
    texts.shelving.loosen_unit(db, unit)?;
    log::keep(db, change, Altered::Unit, unit)?;
    log::keep(db, change, Altered::Variant, variant)?;
    // Where inline codes stand in another text nobody knows.
    db.prepare_cached("UPDATE variant SET text = ?2, codes = NULL WHERE id = ?1")?
        .execute((variant, text))?;
    let variants: Vec<(i64, i64)> = db
        .prepare_cached("SELECT text, lang FROM variant WHERE unit = ?1")?
        .query_map([unit], |row| row.try_into())?
        .collect::<rusqlite::Result<_>>()?;
    texts.shelving.unit(db, &variants)?;
    texts.shelving.loosen_unit(db, unit)?;
    digest::seal_unit(db, unit)?;
    Ok(Some(true))
}

/// Says how sure a unit is, and whether that is news.
pub(super) fn set_probability(
    db: &Connection,
    change: i64,
    unit: i64,
    probability: f64,
) -> rusqlite::Result<bool> {
    let old: Option<f64> = db
        .prepare_cached("SELECT probability FROM unit WHERE id = ?1")?
        .query_row([unit], |row| row.get(0))?;
    if old == Some(probability) {
        return Ok(false);
    }
    log::keep(db, change, Altered::Unit, unit)?;
    db.prepare_cached("UPDATE unit SET probability = ?2 WHERE id = ?1")?
        .execute((unit, probability))?;
    digest::seal_unit(db, unit)?;
    Ok(true)
}
