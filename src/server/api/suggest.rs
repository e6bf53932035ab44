//! `GET /api/suggest?to=en&text=…`: how did we say this last time? The answer is the object that `diglot suggest --json` writes.
//!
//! What is known of a text in pieces comes only when it is asked for: in a large memory it takes a hundred times as long as to see that nothing is near.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::super::asking::{MOST_MATCHES, Question};
use super::super::parameters::Parameters;
use super::super::{Pace, Refusal, Shared};
use super::{json, written};
use crate::matching::Measure;
use crate::report::SuggestionsLine;

pub(super) async fn get(
    State(app): State<Shared>,
    mut parameters: Parameters,
) -> Result<Response, Refusal> {
    let to = parameters
        .lang("to")?
        .ok_or_else(|| Refusal::misuse("into which language? `to` is missing"))?;
    let mut question = Question::new(parameters.require("text")?, to)?;
    question.from = parameters.lang("from")?;
    question.before = parameters.take("before");
    question.after = parameters.take("after");
    let with_fragments = parameters.flag("fragments")?;
    if let Some(min) = parameters.number("min")? {
        question.min = min;
    }
    if let Some(limit) = parameters.number("limit")? {
        question.limit = limit;
    }
    if let Some(name) = parameters.take("score") {
        question.measure = Measure::from_name(&name)
            .ok_or_else(|| Refusal::misuse("`score` is best, words or chars"))?;
    }
    parameters.finish()?;
    if !(1..=100).contains(&question.min) || !(1..=MOST_MATCHES).contains(&question.limit) {
        return Err(Refusal::misuse(format!(
            "`min` is 1 to 100, `limit` 1 to {MOST_MATCHES}"
        )));
    }
    let state = Arc::clone(&app);
    let answer = app
        .read(Pace::Quick, move |reader| {
            let query = question.query(reader, &state)?;
            let matches = reader.matcher.suggest(&query)?;
            let fragments = match with_fragments && matches.is_empty() {
                true => reader.matcher.fragments(&query)?,
                false => Vec::new(),
            };
            let line = SuggestionsLine::new(&query, query.from.as_ref(), &matches, &fragments);
            Ok(written(&line))
        })
        .await?;
    Ok(json(answer?))
}
