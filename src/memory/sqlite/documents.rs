//! Documents with their segments: kept once, changed pages as versions.

use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, Row};
use rustc_hash::FxHashMap;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::failure::malformed;
use super::log::{self, Altered};
use super::texts::Texts;
use super::{digest, texts};
use crate::memory::{
    Difference, DocumentId, DocumentOutcome, Filter, StoredDocument, StoredSegment,
};
use crate::model::{Block, BlockKind, Document, Lang, Origin, Segment};

/// Which document each origin met in this transaction stands for.
#[derive(Default)]
pub(super) struct Origins(FxHashMap<(Lang, Origin), i64>);

/// Keeps a document as [`crate::memory::Writer::add_document`] promises.
pub(super) fn add(
    db: &Connection,
    change: i64,
    origins: &mut Origins,
    texts: &mut Texts,
    document: &Document,
    segments: &[Segment],
) -> rusqlite::Result<DocumentOutcome> {
    let origin = &document.origin;
    let lang = texts.lang_id(db, &document.lang)?;
    let content = content_hash(document, segments);
    let mut same = |id| remember(origins, &document.lang, origin, id);
    let known: Option<i64> = db
        .prepare_cached(
            "SELECT id FROM document WHERE lang = ?1 AND content_hash = ?2
             UNION ALL SELECT id FROM document WHERE lang = ?1 AND hash = ?3 AND content_hash IS NOT NULL LIMIT 1",
        )?
        .query_row((lang, content, &origin.hash), |row| row.get(0))
        .optional()?;
    if let Some(id) = known {
        same(id);
        return Ok(DocumentOutcome::Known(DocumentId(id)));
    }
    let bare = find_bare(db, lang, origin)?;
    let before = earlier_version(db, lang, origin, bare)?;
    let id = match bare {
        Some(id) => {
            log::keep(db, change, Altered::Document, id)?;
            id
        }
        None => insert(db, change, lang, origin)?,
    };
    same(id);
    db.prepare_cached("UPDATE document SET version_of = ?2, content_hash = ?3 WHERE id = ?1")?
        .execute((id, before, content))?;
    for (position, segment) in segments.iter().enumerate() {
        let (text, _) = texts.intern(db, lang, segment.of(&document.text))?;
        let block: Option<&Block> = document.blocks.get(segment.block);
        db.prepare_cached(
            "INSERT INTO segment (document, position, text, kind, speaker, turn, paragraph, change) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute((
            id,
            position as i64,
            text,
            segment.kind as u8,
            block.and_then(|block| block.speaker.as_deref()),
            block.map_or(0, |block| block.turn),
            block.map_or(0, |block| block.paragraph),
            change,
        ))?;
    }
    texts.write(db)?;
    digest::seal_document(db, id)?;
    let id = DocumentId(id);
    Ok(match before {
        None => DocumentOutcome::New(id),
        Some(before) => {
            let old: Vec<String> = read_segments(db, before)?
                .into_iter()
                .map(|segment| segment.text)
                .collect();
            let new: Vec<String> = segments
                .iter()
                .map(|segment| segment.of(&document.text).to_owned())
                .collect();
            DocumentOutcome::NewVersion {
                id,
                of: DocumentId(before),
                difference: difference(&old, &new),
            }
        }
    })
}

/// Returns the document that a place's origin means, if it is known.
pub(super) fn find(
    db: &Connection,
    origins: &mut Origins,
    lang: &Lang,
    origin: &Origin,
) -> rusqlite::Result<Option<i64>> {
    let key = (lang.clone(), origin.clone());
    if let Some(&id) = origins.0.get(&key) {
        return Ok(Some(id));
    }
    let lang_id = texts::lang_id(db, lang)?;
    let by_hash: Option<i64> = db
        .prepare_cached(
            "SELECT id FROM document WHERE hash = ?1 ORDER BY lang <> ?2, content_hash IS NULL, id LIMIT 1",
        )?
        .query_row((&origin.hash, lang_id), |row| row.get(0))
        .optional()?;
    let found = match by_hash {
        Some(id) => Some(id),
        None => find_equal(db, lang_id, origin)?,
    };
    if let Some(id) = found {
        origins.0.insert(key, id);
    }
    Ok(found)
}

/// Returns the document that a place's origin means, keeping the origin as a document without segments if it is not known.
pub(super) fn find_or_keep(
    db: &Connection,
    change: i64,
    origins: &mut Origins,
    lang: &Lang,
    origin: &Origin,
) -> rusqlite::Result<i64> {
    if let Some(id) = find(db, origins, lang, origin)? {
        return Ok(id);
    }
    let lang_id = texts::lang_id(db, lang)?;
    let id = insert(db, change, lang_id, origin)?;
    digest::seal_document(db, id)?;
    remember(origins, lang, origin, id);
    Ok(id)
}

fn remember(origins: &mut Origins, lang: &Lang, origin: &Origin, id: i64) {
    origins.0.insert((lang.clone(), origin.clone()), id);
}

fn insert(db: &Connection, change: i64, lang: i64, origin: &Origin) -> rusqlite::Result<i64> {
    db.prepare_cached(
        "INSERT INTO document (lang, publisher, address, title, date, file, hash, change) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .insert((
        lang,
        &origin.publisher,
        &origin.address,
        &origin.title,
        origin.date.map(|date| date.to_string()),
        &origin.file,
        &origin.hash,
        change,
    ))
}

fn find_equal(db: &Connection, lang: i64, origin: &Origin) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached(
        "SELECT id FROM document WHERE address IS ?3 AND lang = ?1 AND publisher IS ?2 AND title IS ?4 AND date IS ?5 AND file IS ?6
         AND hash IS ?7 ORDER BY content_hash IS NULL, id LIMIT 1",
    )?
    .query_row(
        (
            lang,
            &origin.publisher,
            &origin.address,
            &origin.title,
            origin.date.map(|date| date.to_string()),
            &origin.file,
            &origin.hash,
        ),
        |row| row.get(0),
    )
    .optional()
}

/// Returns the document that was kept as this origin only, without segments.
fn find_bare(db: &Connection, lang: i64, origin: &Origin) -> rusqlite::Result<Option<i64>> {
    let Some(id) = find_equal(db, lang, origin)? else {
        return Ok(None);
    };
    db.query_row(
        "SELECT id FROM document WHERE id = ?1 AND content_hash IS NULL",
        [id],
        |row| row.get(0),
    )
    .optional()
}

/// Returns the newest document of which this one is a later version: the same address; the same publisher, date and title; or, where no
/// two addresses or dates speak against it, the same file.
fn earlier_version(
    db: &Connection,
    lang: i64,
    origin: &Origin,
    but: Option<i64>,
) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached(
        "SELECT max(id) FROM document d WHERE lang = ?1 AND id IS NOT ?7 AND content_hash IS NOT NULL AND (
             address = ?2
             OR publisher = ?3 AND date = ?4 AND title = ?5
             OR file = ?6 AND ifnull(address = ?2, 1) AND ifnull(date = ?4, 1))
         AND NOT EXISTS (SELECT 1 FROM document n WHERE n.version_of = d.id)",
    )?
    .query_row(
        (
            lang,
            &origin.address,
            &origin.publisher,
            origin.date.map(|date| date.to_string()),
            &origin.title,
            &origin.file,
            but,
        ),
        |row| row.get(0),
    )
}

/// Returns the hash of all that a document says: its segments with their kinds and speakers.
fn content_hash(document: &Document, segments: &[Segment]) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    let mut part = |bytes: &[u8]| {
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    for segment in segments {
        let block = document.blocks.get(segment.block);
        let speaker = block.and_then(|block| block.speaker.as_deref());
        part(segment.of(&document.text).as_bytes());
        part(segment.kind.as_str().as_bytes());
        part(speaker.unwrap_or_default().as_bytes());
    }
    let mut hash = [0; 16];
    hasher.finalize_xof().fill(&mut hash);
    hash
}

fn difference(old: &[String], new: &[String]) -> Difference {
    let mut difference = Difference::default();
    for op in capture_diff_slices(Algorithm::Myers, old, new) {
        let (old, new) = match op {
            DiffOp::Equal { .. } => continue,
            _ => (&old[op.old_range()], &new[op.new_range()]),
        };
        let both = old.len().min(new.len());
        let pairs = old.iter().cloned().zip(new.iter().cloned());
        difference.changed.extend(pairs);
        difference.removed.extend_from_slice(&old[both..]);
        difference.added.extend_from_slice(&new[both..]);
    }
    difference
}

const STORED: &str = "SELECT d.publisher, d.address, d.title, d.date, d.file, d.hash, d.id, l.tag,
    (SELECT count(*) FROM segment s WHERE s.document = d.id), c.at, d.version_of, (SELECT min(n.id) FROM document n WHERE n.version_of = d.id)
    FROM document d JOIN lang l ON l.id = d.lang JOIN change c ON c.id = d.change";

/// Returns the documents that the filter admits, in the order of their numbers.
pub(super) fn list(db: &Connection, filter: &Filter) -> rusqlite::Result<Vec<StoredDocument>> {
    let mut statement = db.prepare(&format!("{STORED} ORDER BY d.id"))?;
    let mut rows = statement.query([])?;
    let mut documents = Vec::new();
    while let Some(row) = rows.next()? {
        let lang = texts::lang(&row.get::<_, String>(7)?)?;
        if filter.admits_document(&lang, &origin(row)?) {
            documents.push(stored(row)?);
        }
    }
    Ok(documents)
}

/// Returns the document of a number.
pub(super) fn read(db: &Connection, id: i64) -> rusqlite::Result<Option<StoredDocument>> {
    db.prepare_cached(&format!("{STORED} WHERE d.id = ?1"))?
        .query_row([id], stored)
        .optional()
}

fn stored(row: &Row<'_>) -> rusqlite::Result<StoredDocument> {
    let added: String = row.get(9)?;
    Ok(StoredDocument {
        id: DocumentId(row.get(6)?),
        lang: texts::lang(&row.get::<_, String>(7)?)?,
        origin: origin(row)?,
        segments: row.get(8)?,
        added: added
            .parse()
            .map_err(|error: jiff::Error| malformed(error))?,
        version_of: row.get::<_, Option<i64>>(10)?.map(DocumentId),
        superseded_by: row.get::<_, Option<i64>>(11)?.map(DocumentId),
    })
}

/// Returns the origin that stands in the first six columns.
pub(super) fn origin(row: &Row<'_>) -> rusqlite::Result<Origin> {
    let date: Option<String> = row.get(3)?;
    let date = date.map(|date| date.parse::<Date>().map_err(malformed));
    Ok(Origin {
        publisher: row.get(0)?,
        address: row.get(1)?,
        title: row.get(2)?,
        date: date.transpose()?,
        file: row.get(4)?,
        hash: row.get(5)?,
    })
}

/// Returns a document's segments in order.
pub(super) fn read_segments(
    db: &Connection,
    document: i64,
) -> rusqlite::Result<Vec<StoredSegment>> {
    db.prepare_cached(
        "SELECT t.content, s.kind, s.speaker, s.turn, s.paragraph FROM segment s JOIN text t ON t.id = s.text WHERE s.document = ?1
         ORDER BY s.position",
    )?
    .query_map([document], |row| {
        Ok(StoredSegment {
            text: row.get(0)?,
            kind: block_kind(row.get(1)?)?,
            speaker: row.get(2)?,
            turn: row.get(3)?,
            paragraph: row.get(4)?,
        })
    })?
    .collect()
}

/// Returns the kind of a stored number.
pub(super) fn block_kind(number: u8) -> rusqlite::Result<BlockKind> {
    let kind = BlockKind::ALL.get(usize::from(number)).copied();
    kind.ok_or_else(|| malformed(format!("{number} is no kind of block")))
}

/// Says whether some unit has a variant in each of two documents.
pub(super) fn are_aligned(db: &Connection, one: i64, other: i64) -> rusqlite::Result<bool> {
    db.prepare_cached(
        "SELECT EXISTS (
             SELECT 1 FROM place p JOIN variant v ON v.id = p.variant JOIN variant w ON w.unit = v.unit JOIN place q ON q.variant = w.id
             WHERE p.document = ?1 AND q.document = ?2
         )",
    )?
    .query_row([one, other], |row| row.get(0))
}
