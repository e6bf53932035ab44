//! What a supervisor asks: is the process alive, can it answer, what has it done?

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;

use super::{Pace, Refusal, Shared};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
}

/// Answers once a reader has asked the memory something.
async fn ready(State(app): State<Shared>) -> Result<&'static str, Refusal> {
    app.read(Pace::Quick, |reader| reader.memory.lookup().revision())
        .await?;
    Ok("ready\n")
}

async fn metrics(State(app): State<Shared>) -> impl IntoResponse {
    (
        [(
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        )],
        app.metrics.text(app.waiting()),
    )
}
