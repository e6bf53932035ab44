//! The pages for people: every one is mounted here.
//!
//! A page is a template filled on the server; one stylesheet and one script come from the binary too, and nothing from elsewhere. What a page shows of
//! a memory goes through askama, which escapes it.

mod assets;
mod chrome;
mod desk;
mod documents;
mod history;
mod login;
mod preferences;
mod releases;
mod review;
mod rows;
mod search;
mod statistics;

use axum::Router;
use axum::routing::{get, post};

use super::Shared;

/// Returns the routes of all pages.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/", get(releases::page))
        .route("/review", get(review::latest))
        .route("/review/{documents}", get(review::page))
        .route("/review/{documents}/rows", get(review::rows))
        .route("/review/{documents}/decide", post(review::decide))
        .route("/search", get(search::page))
        .route("/desk", get(desk::page))
        .route("/desk/rows", post(desk::rows))
        .route("/documents/{document}", get(documents::page))
        .route("/history", get(history::page))
        .route("/statistics", get(statistics::page))
        .route("/statistics/{picture}", get(statistics::picture))
        .route("/preferences", post(preferences::set))
        .route("/login", get(login::page).post(login::enter))
        .route("/assets/{asset}", get(assets::get))
}
