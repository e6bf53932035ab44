//! Reading units back.

use rusqlite::{Connection, OptionalExtension};

use super::details::{Details, decode_codes};
use super::failure::malformed;
use super::{documents, stretches, texts};
use crate::index::TextId;
use crate::memory::{Standing, UnitId};
use crate::model::{Lang, Place, Status, TranslationUnit, Variant};

/// Returns a unit with everything known of it.
pub(super) fn unit(db: &Connection, id: i64) -> rusqlite::Result<Option<TranslationUnit>> {
    let own = db
        .prepare_cached(
            "SELECT u.tuid, l.tag, u.status, u.probability, u.details FROM unit u LEFT JOIN lang l ON l.id = u.source_lang WHERE u.id = ?1",
        )?
        .query_row([id], |row| {
            let source: Option<String> = row.get(1)?;
            let (history, notes, props) = details(row.get_ref(4)?.as_str_or_null()?)?;
            Ok(TranslationUnit {
                id: Some(row.get(0)?),
                source_lang: source.map(|tag| texts::lang(&tag)).transpose()?,
                variants: Vec::new(),
                status: status(row.get(2)?)?,
                probability: row.get(3)?,
                history,
                notes,
                props,
            })
        })
        .optional()?;
    let Some(mut unit) = own else { return Ok(None) };
    let mut statement = db.prepare_cached(
        "SELECT v.id, l.tag, t.content, v.codes, v.details FROM variant v JOIN text t ON t.id = v.text JOIN lang l ON l.id = v.lang
         WHERE v.unit = ?1 ORDER BY v.position",
    )?;
    let mut rows = statement.query([id])?;
    while let Some(row) = rows.next()? {
        let lang = texts::lang(row.get_ref(1)?.as_str()?)?;
        let mut variant = Variant::new(lang, row.get::<_, String>(2)?).map_err(malformed)?;
        variant.codes = decode_codes(row.get_ref(3)?.as_str_or_null()?)?;
        (variant.history, variant.notes, variant.props) =
            details(row.get_ref(4)?.as_str_or_null()?)?;
        variant.places = places(db, row.get(0)?)?;
        unit.variants.push(variant);
    }
    Ok(Some(unit))
}

/// Returns the units that render a text in a language that `to` covers.
pub(super) fn standings(
    db: &Connection,
    text: TextId,
    to: &Lang,
) -> rusqlite::Result<Vec<Standing>> {
    let langs = texts::covered(db, Some(to))?;
    let are_placed = db
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM place)")?
        .query_row([], |row| row.get(0))?;
    let places = match are_placed {
        true => {
            "(SELECT max(d.date) FROM variant a JOIN place p ON p.variant = a.id JOIN document d ON d.id = p.document WHERE a.unit = v.unit),
             (SELECT count(*) FROM place p WHERE p.variant = v.id)"
        }
        false => "NULL, 0",
    };
    // Some words are rendered by a thousand units: SQLite would sort these again for the order of each unit's few variants.
    let mut statement = db.prepare_cached(&format!(
        "SELECT v.unit, u.status, u.probability, u.details, o.text, {places}, o.position
         FROM variant v CROSS JOIN unit u ON u.id = v.unit CROSS JOIN variant o ON o.unit = v.unit
         WHERE v.text = ?1 AND u.status <> 2 AND o.lang IN ({langs})"
    ))?;
    let mut rows = statement.query([text.0])?;
    let mut standings: Vec<(i64, Standing)> = Vec::new();
    while let Some(row) = rows.next()? {
        let published: Option<String> = row.get(5)?;
        let date = match published {
            Some(day) => Some(day),
            None => details(row.get_ref(3)?.as_str_or_null()?)?.0.day(),
        };
        let standing = Standing {
            unit: UnitId(row.get(0)?),
            status: status(row.get(1)?)?,
            probability: row.get(2)?,
            date,
            places: row.get(6)?,
            rendering: TextId(row.get(4)?),
        };
        standings.push((row.get(7)?, standing));
    }
    standings.sort_by_key(|(position, standing)| (standing.unit, *position));
    Ok(standings
        .into_iter()
        .map(|(_, standing)| standing)
        .collect())
}

/// Returns the status of a stored number.
pub(super) fn status(number: u8) -> rusqlite::Result<Status> {
    let status = Status::ALL.get(usize::from(number)).copied();
    status.ok_or_else(|| malformed(format!("{number} is no status")))
}

type Fields = (
    crate::model::History,
    Vec<crate::model::Note>,
    Vec<crate::model::Prop>,
);

fn details(column: Option<&str>) -> rusqlite::Result<Fields> {
    Details::decode(column).map(Details::into_fields)
}

/// The places of a variant by date, in an order that does not depend on when their documents came.
fn places(db: &Connection, variant: i64) -> rusqlite::Result<Vec<Place>> {
    db.prepare_cached(
        "SELECT d.publisher, d.address, d.title, d.date, d.file, d.hash, p.first, p.last, p.kind, p.speaker
         FROM place p JOIN document d ON d.id = p.document WHERE p.variant = ?1
         ORDER BY d.date, d.address, d.file, d.hash, p.document, p.first, p.last",
    )?
    .query_map([variant], |row| {
        Ok(Place {
            origin: documents::origin(row)?,
            at: stretches::read(row, 6)?,
            kind: documents::block_kind(row.get(8)?)?,
            speaker: row.get(9)?,
        })
    })?
    .collect()
}
