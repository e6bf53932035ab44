//! `POST /preferences`: the language of the interface and its theme, kept in cookies of the browser.

use axum::Form;
use axum::http::header;
use axum::response::{AppendHeaders, IntoResponse, Redirect};
use serde::Deserialize;

use super::chrome::{LANGUAGE, THEME};
use crate::interface::Words;

/// How long a browser keeps a choice, in seconds: a year.
const KEPT: u32 = 365 * 24 * 60 * 60;

#[derive(Deserialize)]
pub(super) struct Chosen {
    language: String,
    theme: String,
    back: String,
}

pub(super) async fn set(Form(chosen): Form<Chosen>) -> impl IntoResponse {
    let known = Words::all().iter().map(Words::tag);
    let language = known
        .into_iter()
        .find(|tag| *tag == chosen.language)
        .unwrap_or("en");
    let theme = match chosen.theme.as_str() {
        theme @ ("light" | "dark") => theme,
        _ => "auto",
    };
    let cookie = |name, value| {
        let text = format!("{name}={value}; Path=/; Max-Age={KEPT}; SameSite=Strict; HttpOnly");
        (header::SET_COOKIE, text)
    };
    let cookies = AppendHeaders([cookie(LANGUAGE, language), cookie(THEME, theme)]);
    (cookies, Redirect::to(local(&chosen.back)))
}

/// Returns an address of this server, the first page for any other.
pub(super) fn local(address: &str) -> &str {
    let is_path = address.starts_with('/') && !address.starts_with("//") && !address.contains('\\');
    let is_plain = address.bytes().all(|byte| byte.is_ascii_graphic());
    match is_path && is_plain {
        true => address,
        false => "/",
    }
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn nobody_is_sent_elsewhere() {
        assert_eq!(local("/search?q=%D0%B0"), "/search?q=%D0%B0");
        for elsewhere in [
            "//example.org/",
            "https://example.org/",
            "/\\example.org",
            "",
            "/a\r\nb",
        ] {
            assert_eq!(local(elsewhere), "/");
        }
    }
}
