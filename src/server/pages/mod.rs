//! The pages for people: every one is mounted here.

use axum::Router;

use super::Shared;

/// Returns the routes of all pages.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
}
