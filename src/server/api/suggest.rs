//! `GET /api/suggest?to=en&text=…`: how did we say this last time?
//!
//! The answer is the object that `diglot suggest --json` writes.

use axum::extract::{Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use serde::Deserialize;

use super::super::{Pace, Refusal, Shared};
use crate::matching::{self, Measure};
use crate::model::{Lang, Score};
use crate::report::SuggestionsLine;

/// What is asked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    text: String,
    to: String,
    from: Option<String>,
    min: Option<u8>,
    limit: Option<usize>,
    score: Option<String>,
    before: Option<String>,
    after: Option<String>,
}

pub(super) async fn get(
    State(app): State<Shared>,
    Query(asked): Query<Asked>,
) -> Result<impl IntoResponse, Refusal> {
    let to = Lang::new(&asked.to)?;
    let from = asked.from.as_deref().map(Lang::new).transpose()?;
    let measure = match asked.score.as_deref() {
        None => Measure::Best,
        Some(name) => Measure::from_name(name).ok_or_else(|| {
            Refusal::misuse(format!("`{name}` is not a measure: best, words or chars"))
        })?,
    };
    let json = app
        .read(Pace::Quick, move |reader| {
            let query = matching::Query {
                from,
                min: Score::from_percent(asked.min.unwrap_or(70)),
                limit: asked.limit.unwrap_or(5),
                measure,
                before: asked.before.as_deref(),
                after: asked.after.as_deref(),
                ..matching::Query::new(&asked.text, to)
            };
            let matches = reader.matcher.suggest(&query)?;
            let fragments = match matches.is_empty() {
                true => reader.matcher.fragments(&query)?,
                false => Vec::new(),
            };
            let line = SuggestionsLine::new(&query, query.from.as_ref(), &matches, &fragments);
            Ok(serde_json::to_vec(&line))
        })
        .await?;
    let json = json.map_err(|_| Refusal::broken())?;
    Ok(([(header::CONTENT_TYPE, "application/json")], json))
}
