//! Apertium's APy, as OmegaT, Virtaal and others ask for machine translation: the best rendering that the memory has, or an error.
//!
//! ```text
//! GET /translate?q=%D0%94%D0%B0.&markUnknown=no&langpair=ru|en&key=
//! {"responseData": {"translatedText": "Yes."}, "responseDetails": null, "responseStatus": 200}
//! ```
//!
//! The space after each colon matters: OmegaT 3.6 searches for the bytes `{"translatedText": "` and takes what follows up to `"}`. Only what is near enough (the
//! server's `--min`) is given, since the protocol has no scores; for the rest the body says 404, under HTTP status 200, because OmegaT and Virtaal
//! read the body's status and take any other HTTP status for a server that is not there.

use std::io;

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Serialize;
use serde_json::ser::Formatter;

use super::asking::{self, Question};
use super::parameters::Parameters;
use super::{Refusal, Shared, codes};
use crate::model::Lang;

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/listPairs", get(list_pairs))
        .route("/translate", get(translate))
}

#[derive(Serialize)]
struct Answer<D: Serialize> {
    #[serde(rename = "responseData")]
    data: D,
    #[serde(rename = "responseDetails")]
    details: Option<String>,
    #[serde(rename = "responseStatus")]
    status: u16,
}

#[derive(Serialize)]
struct Translated {
    #[serde(rename = "translatedText")]
    text: Option<String>,
}

#[derive(Serialize)]
struct Pair {
    #[serde(rename = "sourceLanguage")]
    source: String,
    #[serde(rename = "targetLanguage")]
    target: String,
}

async fn translate(State(app): State<Shared>, parameters: Parameters) -> Response {
    answer(&app, parameters).await
}

/// Answers a request for a translation, however it was sent.
pub(super) async fn answer(app: &Shared, parameters: Parameters) -> Response {
    match rendering(app, parameters).await {
        Ok(text) => spaced(&Answer {
            data: Translated { text: Some(text) },
            details: None,
            status: 200,
        }),
        Err(refusal) => spaced(&Answer {
            data: Translated { text: None },
            details: Some(refusal.message),
            status: refusal.status.as_u16(),
        }),
    }
}

async fn rendering(app: &Shared, mut parameters: Parameters) -> Result<String, Refusal> {
    let pair = parameters
        .take("langpair")
        .ok_or_else(|| Refusal::misuse("which languages? `langpair=ru|en`"))?;
    let text = parameters
        .take("q")
        .ok_or_else(|| Refusal::misuse("which text? `q=…`"))?;
    let (from, to) = pair
        .split_once('|')
        .ok_or_else(|| Refusal::misuse("`langpair` is of the form `ru|en`"))?;
    let mut question = Question::new(text, codes::lang(to)?)?;
    question.from = Some(codes::lang(from)?);
    question.min = app.settings.min;
    question.limit = 1;
    let found = asking::matches(app, vec![question]).await?;
    let best = found.into_iter().flat_map(|(_, found)| found).next();
    best.map(|best| best.target)
        .ok_or_else(|| Refusal::unknown(format!("nothing at {} % or more", app.settings.min)))
}

async fn list_pairs(State(app): State<Shared>) -> Result<Response, Refusal> {
    let languages = asking::languages(&app).await?;
    let mut pairs = Vec::new();
    // Some tools know languages by two letters, some by three, none mixes them.
    let codes: [fn(&Lang) -> Option<String>; 2] = [
        |lang| Some(lang.as_str().replace('-', "_")),
        |lang| codes::three_letters(lang).map(str::to_owned),
    ];
    for code in codes {
        for source in &languages {
            for target in languages.iter().filter(|target| *target != source) {
                if let (Some(source), Some(target)) = (code(source), code(target)) {
                    pairs.push(Pair { source, target });
                }
            }
        }
    }
    Ok(spaced(&Answer {
        data: pairs,
        details: None,
        status: 200,
    }))
}

/// Returns JSON with a space after each colon and comma, as Python's `json` writes it. OmegaT 3.6 takes what does not name its charset for ISO 8859-1.
fn spaced(value: &impl Serialize) -> Response {
    let mut body = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut body, Spaces);
    match value.serialize(&mut serializer) {
        Ok(()) => (
            [(header::CONTENT_TYPE, "application/json; charset=utf-8")],
            body,
        )
            .into_response(),
        Err(_) => Refusal::broken().into_response(),
    }
}

struct Spaces;

impl Formatter for Spaces {
    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        first: bool,
    ) -> io::Result<()> {
        out.write_all(if first { b"" } else { b", " })
    }

    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        first: bool,
    ) -> io::Result<()> {
        out.write_all(if first { b"" } else { b", " })
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }
}
