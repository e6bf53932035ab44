//! The stylesheet and the script.

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::super::Refusal;

const ASSETS: [(&str, &str, &str); 3] = [
    (
        "diglot.css",
        "text/css; charset=utf-8",
        include_str!("assets/diglot.css"),
    ),
    (
        "diglot.js",
        "text/javascript; charset=utf-8",
        include_str!("assets/diglot.js"),
    ),
    (
        "diglot.svg",
        "image/svg+xml",
        include_str!("assets/diglot.svg"),
    ),
];

/// Returns what changes whenever an asset does, so that browsers may keep them.
pub(super) fn version() -> &'static str {
    use std::sync::LazyLock;
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        let mut hasher = blake3::Hasher::new();
        for (_, _, text) in ASSETS {
            hasher.update(text.as_bytes());
        }
        hasher.finalize().to_hex()[..12].to_owned()
    });
    &VERSION
}

pub(super) async fn get(Path(name): Path<String>) -> Result<Response, Refusal> {
    let asset = ASSETS.iter().find(|(known, ..)| *known == name);
    let Some((_, media, text)) = asset else {
        return Err(Refusal::unknown("there is nothing at this address"));
    };
    let headers = [
        (header::CONTENT_TYPE, *media),
        (header::CACHE_CONTROL, "private, max-age=86400"),
    ];
    Ok((headers, *text).into_response())
}
