//! `/login`: where the server asks for a token, a person gives it once and their browser keeps it.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::super::{Refusal, Shared, guard};
use super::chrome::Chrome;

#[derive(Template)]
#[template(path = "login.html", config = "src/askama.toml")]
struct Login<'p> {
    c: &'p Chrome,
    is_wrong: bool,
}

#[derive(Deserialize)]
pub(super) struct Shown {
    token: String,
}

pub(super) async fn page(c: Chrome) -> Response {
    c.show(Ok(Login {
        c: &c,
        is_wrong: false,
    }))
}

pub(super) async fn enter(
    State(app): State<Shared>,
    c: Chrome,
    Form(Shown { token }): Form<Shown>,
) -> Response {
    // What cannot stand in a cookie is no token that could be set.
    let fits = token
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b';' | b',' | b'"' | b'\\'));
    if !fits || !app.knows(&token) {
        let mut refused = c.show(Ok::<_, Refusal>(Login {
            c: &c,
            is_wrong: true,
        }));
        *refused.status_mut() = axum::http::StatusCode::UNAUTHORIZED;
        return refused;
    }
    let cookie = format!(
        "{}={token}; Path=/; SameSite=Strict; HttpOnly",
        guard::COOKIE
    );
    ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response()
}
