//! LibreTranslate, as browsers' extensions, scripts and many tools ask for machine translation: the best rendering that the memory has, or an error.
//!
//! ```text
//! POST /translate {"q": "Да.", "source": "ru", "target": "en", "alternatives": 2}
//! {"translatedText":"Yes.","alternatives":["Yes indeed."]}
//! ```
//!
//! `q` may be an array, the body JSON or a form, `source` `auto`. Only what is near enough (the server's `--min`) is given, since the protocol
//! has no scores. Where one of the texts has no match the whole answer is an error, 404: the protocol cannot say "none" of one text, and to give
//! the text itself back would pass it off as its translation.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use super::asking::{self, MOST_MATCHES, Question};
use super::parameters::Parameters;
use super::{Pace, Refusal, Shared, apertium, codes};
use crate::language::Detection;
use crate::model::Lang;

/// The most texts of one request.
const MOST_TEXTS: usize = 100;

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/languages", get(languages).post(languages))
        .route("/detect", post(detect))
        .route("/translate", post(translate))
}

/// One text or several; the answer has the form of the question.
#[derive(Deserialize)]
#[serde(untagged)]
enum Texts {
    One(String),
    Many(Vec<String>),
}

/// What is asked; what else clients send (`format`, …) is no matter.
#[derive(Deserialize)]
struct Asked {
    q: Texts,
    source: Option<String>,
    target: Option<String>,
    alternatives: Option<usize>,
    api_key: Option<String>,
}

#[derive(Serialize)]
struct Answer<T: Serialize, D: Serialize, A: Serialize> {
    #[serde(rename = "translatedText")]
    translated: T,
    #[serde(rename = "detectedLanguage", skip_serializing_if = "Option::is_none")]
    detected: Option<D>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alternatives: Option<A>,
}

#[derive(Clone, Serialize)]
struct Detected {
    /// Per cent.
    confidence: f64,
    language: String,
}

#[derive(Serialize)]
struct Language {
    code: String,
    name: String,
    targets: Vec<String>,
}

async fn translate(
    State(app): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    if is_form(&headers) {
        let parameters = form(&body)?;
        if parameters.has("langpair") {
            // APy takes forms at the same address.
            app.admit_key(&headers, parameters.peek("key"))?;
            return Ok(apertium::answer(&app, parameters).await);
        }
    }
    let asked = Asked::read(&headers, &body)?;
    app.admit_key(&headers, asked.api_key.as_deref())?;
    asked.answer(&app).await
}

async fn detect(
    State(app): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Vec<Detected>>, Refusal> {
    let asked = Asked::read(&headers, &body)?;
    app.admit_key(&headers, asked.api_key.as_deref())?;
    let text = match asked.q {
        Texts::One(text) => text,
        Texts::Many(texts) => texts.join("\n"),
    };
    let state = Arc::clone(&app);
    let found = app
        .read(Pace::Quick, move |_| Ok(state.detector.detect(&text)))
        .await?;
    Ok(Json(found.iter().map(Detected::from).collect()))
}

async fn languages(State(app): State<Shared>) -> Result<Json<Vec<Language>>, Refusal> {
    let languages = asking::languages(&app).await?;
    let code = |lang: &Lang| lang.as_str().to_owned();
    let list = languages.iter().map(|lang| Language {
        code: code(lang),
        name: codes::name(lang).to_owned(),
        targets: languages
            .iter()
            .filter(|to| *to != lang)
            .map(code)
            .collect(),
    });
    Ok(Json(list.collect()))
}

impl Asked {
    fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, Refusal> {
        if !is_form(headers) {
            return serde_json::from_slice(body).map_err(|error| {
                Refusal::misuse(format!(
                    "the body is not a request with `q`: line {}, column {}",
                    error.line(),
                    error.column()
                ))
            });
        }
        let mut parameters = form(body)?;
        Ok(Self {
            q: Texts::One(
                parameters
                    .take("q")
                    .ok_or_else(|| Refusal::misuse("which text? `q=…`"))?,
            ),
            source: parameters.take("source"),
            target: parameters.take("target"),
            alternatives: parameters.number("alternatives")?,
            api_key: parameters.take("api_key"),
        })
    }

    async fn answer(self, app: &Shared) -> Result<Response, Refusal> {
        let target = self
            .target
            .as_deref()
            .ok_or_else(|| Refusal::misuse("into which language? `target`"))?;
        let to = codes::lang(target)?;
        let from = match self.source.as_deref() {
            None | Some("auto" | "") => None,
            Some(code) => Some(codes::lang(code)?),
        };
        let is_one = matches!(self.q, Texts::One(_));
        let texts = match self.q {
            Texts::One(text) => vec![text],
            Texts::Many(texts) => texts,
        };
        if texts.len() > MOST_TEXTS {
            return Err(Refusal::misuse(format!("more than {MOST_TEXTS} texts")));
        }
        let wanted = self.alternatives.unwrap_or(0).min(MOST_MATCHES - 1);
        let questions = texts
            .iter()
            .map(|text| {
                let mut question = Question::new(text.clone(), to.clone())?;
                question.from = from.clone();
                question.min = app.settings.min;
                question.limit = wanted + 1;
                Ok(question)
            })
            .collect::<Result<Vec<_>, Refusal>>()?;
        let found = asking::matches(app, questions).await?;
        let none = found.iter().filter(|(_, found)| found.is_empty()).count();
        if none > 0 {
            let min = app.settings.min;
            return Err(Refusal::unknown(match is_one {
                true => format!("nothing at {min} % or more"),
                false => format!(
                    "nothing at {min} % or more for {none} of {} texts",
                    texts.len()
                ),
            }));
        }
        let detected = match from {
            Some(_) => None,
            None => Some(detected(app, texts).await?),
        };
        let mut translated = Vec::new();
        let mut alternatives = Vec::new();
        for (_, found) in found {
            let mut targets = found.into_iter().map(|found| found.target);
            translated.extend(targets.next());
            alternatives.push(targets.collect::<Vec<_>>());
        }
        let alternatives = (wanted > 0).then_some(alternatives);
        Ok(match is_one {
            true => Json(Answer {
                translated: translated.pop(),
                detected: detected.and_then(|mut all| all.pop()),
                alternatives: alternatives.and_then(|mut all| all.pop()),
            })
            .into_response(),
            false => Json(Answer {
                translated,
                detected,
                alternatives,
            })
            .into_response(),
        })
    }
}

async fn detected(app: &Shared, texts: Vec<String>) -> Result<Vec<Detected>, Refusal> {
    let state = Arc::clone(app);
    let unknown = Detected {
        confidence: 0.0,
        language: "und".to_owned(),
    };
    let found = app
        .read(Pace::Quick, move |_| {
            let detect = |text: &String| state.detector.detect(text);
            Ok(texts.iter().map(detect).collect::<Vec<_>>())
        })
        .await?;
    Ok(found
        .iter()
        .map(|found| found.as_ref().map_or(unknown.clone(), Detected::from))
        .collect())
}

impl From<&Detection> for Detected {
    fn from(detection: &Detection) -> Self {
        Self {
            confidence: (detection.confidence * 1000.0).round() / 10.0,
            language: detection.lang.as_str().to_owned(),
        }
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"))
}

fn form(body: &[u8]) -> Result<Parameters, Refusal> {
    let text = std::str::from_utf8(body).map_err(|_| Refusal::misuse("the form is not UTF-8"))?;
    Ok(Parameters::parse(text))
}
