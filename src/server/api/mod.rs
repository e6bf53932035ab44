//! The program's own JSON, under `/api`: what the command line gives with `--json`, one object an answer.

mod suggest;

use axum::Router;
use axum::routing::get;

use super::Shared;

/// Returns the routes under `/api`.
pub(super) fn routes() -> Router<Shared> {
    Router::new().route("/suggest", get(suggest::get))
}
