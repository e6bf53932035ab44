//! A hash over all that a unit or a document says, so that a bit that flipped on the disk is found.
//!
//! BLAKE3 over the values of the rows as they are stored, each with its type and length; 16 bytes of it, for this guards against accidents.

use blake3::Hasher;
use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Connection};

/// A digest's size in bytes.
const BYTES: usize = 16;

/// Returns the digest of a unit's row and its variants, texts included.
pub(super) fn unit(db: &Connection, id: i64) -> rusqlite::Result<[u8; BYTES]> {
    let mut hasher = Hasher::new();
    let own = db.prepare_cached(
        "SELECT u.id, u.tuid, l.tag, u.status, u.probability, u.details FROM unit u LEFT JOIN lang l ON l.id = u.source_lang WHERE u.id = ?1",
    )?;
    hash_rows(own, id, &mut hasher)?;
    let variants = db.prepare_cached(
        "SELECT l.tag, t.content, v.codes, v.details FROM variant v JOIN text t ON t.id = v.text JOIN lang l ON l.id = v.lang AND l.id = t.lang
         WHERE v.unit = ?1 ORDER BY v.position",
    )?;
    hash_rows(variants, id, &mut hasher)?;
    Ok(finish(&hasher))
}

/// What a unit's row and its variants say, in the order in which [`unit`] reads it: for a unit that is about to be written.
pub(super) struct Written {
    hasher: Hasher,
    /// What is still to be hashed: many short values at once cost a half of what they cost one by one.
    waiting: Vec<u8>,
}

/// Values of so many bytes are hashed where they are.
const LONG: usize = 1024;

impl Written {
    /// Begins with the unit's row.
    pub(super) fn unit(
        id: i64,
        tuid: &str,
        source: Option<&str>,
        status: u8,
        probability: Option<f64>,
        details: Option<&str>,
    ) -> Self {
        let mut written = Self {
            hasher: Hasher::new(),
            waiting: Vec::with_capacity(LONG),
        };
        for value in [
            ValueRef::Integer(id),
            ValueRef::Text(tuid.as_bytes()),
            source.into(),
            ValueRef::Integer(status.into()),
            probability.map_or(ValueRef::Null, ValueRef::Real),
            details.into(),
        ] {
            written.push(value);
        }
        written
    }

    /// Goes on with the next variant.
    pub(super) fn variant(
        &mut self,
        lang: &str,
        content: &str,
        codes: Option<&str>,
        details: Option<&str>,
    ) {
        for value in [Some(lang), Some(content), codes, details] {
            self.push(value.into());
        }
    }

    fn push(&mut self, value: ValueRef<'_>) {
        each_part(value, |part| {
            if self.waiting.len() + part.len() > LONG {
                self.hasher.update(&self.waiting);
                self.waiting.clear();
            }
            if part.len() > LONG {
                self.hasher.update(part);
            } else {
                self.waiting.extend_from_slice(part);
            }
        });
    }

    /// Returns the digest.
    pub(super) fn finish(mut self) -> [u8; BYTES] {
        self.hasher.update(&self.waiting);
        finish(&self.hasher)
    }
}

/// Returns the digest of a document's row and its segments, texts included.
pub(super) fn document(db: &Connection, id: i64) -> rusqlite::Result<[u8; BYTES]> {
    let mut hasher = Hasher::new();
    let own = db.prepare_cached(
        "SELECT d.id, l.tag, d.publisher, d.address, d.title, d.date, d.file, d.hash, d.version_of FROM document d JOIN lang l ON l.id = d.lang
         WHERE d.id = ?1",
    )?;
    hash_rows(own, id, &mut hasher)?;
    let segments = db.prepare_cached(
        "SELECT s.position, t.content, s.kind, s.speaker, s.turn, s.paragraph FROM segment s JOIN text t ON t.id = s.text
         WHERE s.document = ?1 ORDER BY s.position",
    )?;
    hash_rows(segments, id, &mut hasher)?;
    Ok(finish(&hasher))
}

/// Computes a unit's digest anew and stores it.
pub(super) fn seal_unit(db: &Connection, id: i64) -> rusqlite::Result<()> {
    let digest = unit(db, id)?;
    db.prepare_cached("UPDATE unit SET digest = ?2 WHERE id = ?1")?
        .execute((id, digest))?;
    Ok(())
}

/// Computes a document's digest anew and stores it.
pub(super) fn seal_document(db: &Connection, id: i64) -> rusqlite::Result<()> {
    let digest = document(db, id)?;
    db.prepare_cached("UPDATE document SET digest = ?2 WHERE id = ?1")?
        .execute((id, digest))?;
    Ok(())
}

fn hash_rows(
    mut statement: CachedStatement<'_>,
    id: i64,
    hasher: &mut Hasher,
) -> rusqlite::Result<()> {
    let columns = statement.column_count();
    let mut rows = statement.query([id])?;
    while let Some(row) = rows.next()? {
        for column in 0..columns {
            hash(row.get_ref(column)?, hasher);
        }
    }
    Ok(())
}

/// Adds a value with its type and length.
pub(super) fn hash(value: ValueRef<'_>, hasher: &mut Hasher) {
    each_part(value, |part| {
        hasher.update(part);
    });
}

/// Calls `take` with what is hashed of a value: its type and length, then its bytes.
fn each_part(value: ValueRef<'_>, mut take: impl FnMut(&[u8])) {
    let (kind, bytes): (u8, &[u8]) = match value {
        ValueRef::Null => (0, &[]),
        ValueRef::Integer(value) => (1, &value.to_le_bytes()),
        ValueRef::Real(value) => (2, &value.to_bits().to_le_bytes()),
        ValueRef::Text(text) => (3, text),
        ValueRef::Blob(blob) => (4, blob),
    };
    let mut head = [0; 9];
    head[0] = kind;
    head[1..].copy_from_slice(&(bytes.len() as u64).to_le_bytes());
    take(&head);
    take(bytes);
}

fn finish(hasher: &Hasher) -> [u8; BYTES] {
    let mut digest = [0; BYTES];
    digest.copy_from_slice(&hasher.finalize().as_bytes()[..BYTES]);
    digest
}
