//! The program's own JSON, under `/api`: what the command line gives with `--json`, one object an answer.
//!
//! `openapi.json` beside this file describes every address; a test asks the running server for each and holds its answers to it.

mod documents;
mod filter;
mod links;
mod search;
mod suggest;
mod units;

use axum::Router;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Serialize;

use super::{Refusal, Shared};

/// The description of these addresses (OpenAPI 3.1).
const DESCRIPTION: &str = include_str!("openapi.json");

/// Returns the routes under `/api`.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/openapi.json", get(async || json(DESCRIPTION)))
        .route("/suggest", get(suggest::get))
        .route("/search", get(search::get))
        .route("/units", get(units::list).post(units::add))
        .route("/units/{unit}", get(units::get).put(units::mark))
        .route("/documents", get(documents::list))
        .route("/documents/{document}", get(documents::get))
        .route("/links", get(links::get))
}

/// Returns an answer of JSON that was written already.
fn json(body: impl IntoResponse) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// Writes an answer on the thread where its parts still are.
fn written(value: &impl Serialize) -> Result<Vec<u8>, Refusal> {
    serde_json::to_vec(value).map_err(|_| Refusal::broken())
}
