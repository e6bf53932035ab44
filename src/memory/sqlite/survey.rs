//! The memory in numbers and lists.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::failure::malformed;
use super::{shelving, texts};
use crate::memory::{Charts, PairCount, Stats};
use crate::model::{Lang, Status};

/// Returns the languages with about how many texts each has, most first.
pub(super) fn languages(db: &Connection) -> rusqlite::Result<Vec<(Lang, u64)>> {
    if shelving::is_ready(db)? {
        // Counting variants would take longer than an answer.
        return by_lang(
            db,
            "SELECT tag, n FROM (SELECT l.tag AS tag, (SELECT coalesce(sum(s.texts), 0) FROM shelf s WHERE s.lang = l.id)
             + (SELECT count(*) FROM shelf_text s JOIN text t ON t.id = s.text WHERE s.shelf = 0 AND t.lang = l.id) AS n FROM lang l
                 WHERE EXISTS (SELECT 1 FROM variant v JOIN unit u ON u.id = v.unit WHERE v.lang = l.id AND u.status <> 2))
             ORDER BY n DESC, tag",
        );
    }
    by_lang(
        db,
        "SELECT l.tag, count(*) AS n FROM variant v JOIN unit u ON u.id = v.unit JOIN lang l ON l.id = v.lang WHERE u.status <> 2
         GROUP BY l.id ORDER BY n DESC, l.tag",
    )
}

/// Numbers of units that are read at a time.
const MANY: i64 = 4096;

/// Returns the first numbers above the given one of the units with one of these statuses (of all, if none is given), rising.
pub(super) fn unit_ids(
    db: &Connection,
    statuses: &[Status],
    after: i64,
) -> rusqlite::Result<Vec<i64>> {
    let wanted: Vec<String> = statuses
        .iter()
        .map(|&status| (status as u8).to_string())
        .collect();
    let condition = match wanted.is_empty() {
        true => String::new(),
        false => format!("AND status IN ({})", wanted.join(",")),
    };
    db.prepare_cached(&format!(
        "SELECT id FROM unit WHERE id > ?1 {condition} ORDER BY id LIMIT ?2"
    ))?
    .query_map([after, MANY], |row| row.get(0))?
    .collect()
}

/// Returns the memory in numbers.
pub(super) fn stats(db: &Connection) -> rusqlite::Result<Stats> {
    let number = |sql: &str| db.query_row(sql, [], |row| row.get::<_, u64>(0));
    let documents = db
        .prepare(
            "SELECT l.tag, count(*) AS n, sum((SELECT count(*) FROM segment s WHERE s.document = d.id)) FROM document d JOIN lang l ON l.id = d.lang
             GROUP BY l.id ORDER BY n DESC, l.tag",
        )?
        .query_map([], |row| {
            let tag: String = row.get(0)?;
            Ok((texts::lang(&tag)?, row.get(1)?, row.get(2)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let mut units = [0; 3];
    let mut by_status = db.prepare("SELECT status, count(*) FROM unit GROUP BY status")?;
    let mut rows = by_status.query([])?;
    while let Some(row) = rows.next()? {
        if let Some(count) = units.get_mut(row.get::<_, usize>(0)?) {
            *count = row.get(1)?;
        }
    }
    let dates = db.query_row("SELECT min(date), max(date) FROM document", [], |row| {
        let ends: (Option<String>, Option<String>) = row.try_into()?;
        let (Some(first), Some(last)) = ends else {
            return Ok(None);
        };
        let date = |text: String| text.parse().map_err(|error: jiff::Error| malformed(error));
        Ok(Some((date(first)?, date(last)?)))
    })?;
    Ok(Stats {
        documents,
        units,
        variants: by_lang(
            db,
            "SELECT l.tag, count(*) AS n FROM variant v JOIN lang l ON l.id = v.lang GROUP BY l.id ORDER BY n DESC, l.tag",
        )?,
        pairs: pair_counts(db)?,
        places: number("SELECT count(*) FROM place")?,
        dates,
        bytes: number("PRAGMA page_count")? * number("PRAGMA page_size")?,
        changes: number("SELECT count(*) FROM change")?,
    })
}

/// How many steps of probability are told apart.
const STEPS: usize = 20;

/// Returns what is drawn of the memory.
pub(super) fn charts(db: &Connection) -> rusqlite::Result<Charts> {
    let mut charts = Charts {
        probabilities: vec![[0; 3]; STEPS],
        ..Charts::default()
    };
    let mut statement = db.prepare(
        "SELECT min(CAST(probability * ?1 AS INTEGER), ?1 - 1) AS step, status, count(*) FROM unit WHERE probability IS NOT NULL GROUP BY 1, 2",
    )?;
    let mut rows = statement.query([STEPS])?;
    while let Some(row) = rows.next()? {
        let steps = charts.probabilities.get_mut(row.get::<_, usize>(0)?);
        if let Some(count) = steps.and_then(|step| step.get_mut(row.get::<_, usize>(1).ok()?)) {
            *count = row.get(2)?;
        }
    }
    // A unit counts in the year in which it was first published.
    let mut years: BTreeMap<(i16, (Lang, Lang)), u64> = BTreeMap::new();
    let mut statement = db.prepare(
        "SELECT y.year, la.tag, lb.tag, count(*) FROM (
             SELECT v.unit AS unit, min(CAST(substr(d.date, 1, 4) AS INTEGER)) AS year FROM place p JOIN document d ON d.id = p.document
             JOIN variant v ON v.id = p.variant JOIN unit u ON u.id = v.unit WHERE d.date IS NOT NULL AND u.status <> 2 GROUP BY v.unit) y
         JOIN variant a ON a.unit = y.unit JOIN variant b ON b.unit = y.unit AND b.lang > a.lang
         JOIN lang la ON la.id = a.lang JOIN lang lb ON lb.id = b.lang GROUP BY y.year, a.lang, b.lang",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (a, b): (String, String) = (row.get(1)?, row.get(2)?);
        let (a, b) = (texts::lang(&a)?, texts::lang(&b)?);
        let langs = if a < b { (a, b) } else { (b, a) };
        *years.entry((row.get(0)?, langs)).or_default() += row.get::<_, u64>(3)?;
    }
    charts.years = years
        .into_iter()
        .map(|((year, langs), units)| (year, langs, units))
        .collect();
    let mut statement =
        db.prepare("SELECT at, units, undoes IS NOT NULL FROM change WHERE units > 0 ORDER BY id")?;
    let mut rows = statement.query([])?;
    let mut units: u64 = 0;
    while let Some(row) = rows.next()? {
        let at: String = row.get(0)?;
        let made: u64 = row.get(1)?;
        units = match row.get(2)? {
            true => units.saturating_sub(made),
            false => units + made,
        };
        let at = at.parse().map_err(|error: jiff::Error| malformed(error))?;
        charts.growth.push((at, units));
    }
    Ok(charts)
}

fn pair_counts(db: &Connection) -> rusqlite::Result<Vec<PairCount>> {
    let mut counts: BTreeMap<(Lang, Lang), [u64; 3]> = BTreeMap::new();
    let mut statement = db.prepare(
        "SELECT la.tag, lb.tag, p.status, p.n FROM (
             SELECT a.lang AS al, b.lang AS bl, u.status AS status, count(DISTINCT u.id) AS n FROM unit u
             CROSS JOIN variant a ON a.unit = u.id CROSS JOIN variant b ON b.unit = u.id AND b.lang > a.lang GROUP BY al, bl, status) p
         JOIN lang la ON la.id = p.al JOIN lang lb ON lb.id = p.bl",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (a, b): (String, String) = (row.get(0)?, row.get(1)?);
        let (a, b) = (texts::lang(&a)?, texts::lang(&b)?);
        let langs = if a < b { (a, b) } else { (b, a) };
        let by_status = counts.entry(langs).or_default();
        if let Some(count) = by_status.get_mut(row.get::<_, usize>(2)?) {
            *count = row.get(3)?;
        }
    }
    Ok(counts
        .into_iter()
        .map(|(langs, units)| PairCount { langs, units })
        .collect())
}

fn by_lang(db: &Connection, sql: &str) -> rusqlite::Result<Vec<(Lang, u64)>> {
    db.prepare_cached(sql)?
        .query_map([], |row| {
            let tag: String = row.get(0)?;
            Ok((texts::lang(&tag)?, row.get(1)?))
        })?
        .collect()
}
