//! `/api/units`: units read in pages, one by its name, new ones kept, and what a person holds of one.
//!
//! A unit has the form of a line of `diglot export --format jsonl`.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::parameters::Parameters;
use super::super::{Pace, Refusal, Shared, writing};
use super::filter::{filter, limit};
use super::{json, written};
use crate::error::{Error, Result};
use crate::interchange::{self, Entry, Format, ReadOptions, WriteOptions, Writer};
use crate::memory::{Memory, UnitId};
use crate::model::{Status, TranslationUnit};

/// Units in an answer when nobody says how many.
const USUAL: usize = 100;

#[derive(Serialize)]
struct Page {
    r#type: &'static str,
    units: Vec<Value>,
    /// What to give as `after` for what follows; nothing at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<i64>,
}

#[derive(Serialize)]
struct Added {
    r#type: &'static str,
    added: u64,
    extended: u64,
    duplicates: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mark {
    status: String,
}

#[derive(Serialize)]
struct Marked {
    r#type: &'static str,
    unit: String,
    status: &'static str,
    changed: bool,
}

pub(super) async fn list(
    State(app): State<Shared>,
    mut parameters: Parameters,
) -> std::result::Result<Response, Refusal> {
    let after = parameters.number("after")?.map(UnitId);
    let limit = limit(&mut parameters, USUAL)?;
    let filter = filter(&mut parameters)?;
    parameters.finish()?;
    let answer = app
        .read(Pace::Long, move |reader| {
            let (mut units, mut last, mut more) = (Vec::new(), None, false);
            reader.memory.units_after(after, &filter, &mut |id, unit| {
                more = units.len() == limit;
                if !more {
                    units.push(line(unit)?);
                    last = Some(id.0);
                }
                Ok(!more)
            })?;
            Ok(written(&Page {
                r#type: "units",
                units,
                next: last.filter(|_| more),
            }))
        })
        .await?;
    Ok(json(answer?))
}

pub(super) async fn get(
    State(app): State<Shared>,
    Path(name): Path<String>,
) -> std::result::Result<Response, Refusal> {
    let found = app
        .read(Pace::Quick, move |reader| {
            let id = reader.memory.unit_named(&name)?;
            id.map(|id| line(&reader.memory.unit(id)?)).transpose()
        })
        .await?;
    let unit = found.ok_or_else(unknown)?;
    Ok(json(written(&unit)?))
}

pub(super) async fn add(
    State(app): State<Shared>,
    body: Bytes,
) -> std::result::Result<Response, Refusal> {
    let entries = interchange::open(
        Format::JsonLines,
        &*body,
        "the body",
        &ReadOptions::default(),
    );
    let mut units = Vec::new();
    for entry in entries {
        match entry? {
            Entry::Unit { unit, .. } => units.push(unit),
            Entry::Warning(warning) => return Err(Refusal::misuse(warning.reason)),
        }
    }
    if units.is_empty() {
        return Err(Refusal::misuse("the body holds no unit"));
    }
    let kept = writing::keep(&app, "api", units).await?;
    Ok(json(written(&Added {
        r#type: "added",
        added: kept.added,
        extended: kept.extended,
        duplicates: kept.duplicates,
        change: kept.change,
    })?))
}

pub(super) async fn mark(
    State(app): State<Shared>,
    Path(name): Path<String>,
    body: Bytes,
) -> std::result::Result<Response, Refusal> {
    let wanted = serde_json::from_slice::<Mark>(&body).ok();
    let status = wanted
        .and_then(|mark| Status::from_name(&mark.status))
        .ok_or_else(|| {
            Refusal::misuse("the body is not `{\"status\": \"confirmed\"}`, automatic or rejected")
        })?;
    let unit = name.clone();
    let changed = app
        .write(move |memory| set_status(memory, &name, status))
        .await?;
    Ok(json(written(&Marked {
        r#type: "marked",
        unit,
        status: status.as_str(),
        changed: changed.ok_or_else(unknown)?,
    })?))
}

fn set_status(memory: &mut Memory, name: &str, status: Status) -> Result<Option<bool>> {
    let Some(id) = memory.unit_named(name)? else {
        return Ok(None);
    };
    let change = writing::change("mark", &format!("{} {name}", status.as_str()));
    let mut writer = memory.begin(change)?;
    let changed = writer.set_status(&[id], status)? > 0;
    writer.commit()?;
    Ok(Some(changed))
}

/// Returns a unit as `export` writes it.
fn line(unit: &TranslationUnit) -> Result<Value> {
    let mut writer = Writer::new(Format::JsonLines, Vec::new(), &WriteOptions::default())?;
    writer.write(unit)?;
    let (line, _) = writer.finish()?;
    serde_json::from_slice(&line).map_err(|error| Error::Write {
        what: "a unit",
        source: error.into(),
    })
}

fn unknown() -> Refusal {
    Refusal::unknown("there is no unit of this name")
}
