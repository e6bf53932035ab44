//! amaGama, the translation memory server of the Translate Toolkit, as Virtaal, Okapi, Weblate ("tmserver") and others ask it.
//!
//! ```text
//! GET /tmserver/ru/en/unit/%D0%94%D0%B0.?min_similarity=70&max_candidates=5
//! [{"source":"Да.","target":"Yes.","quality":100.0,"rank":100.0}]
//! ```
//!
//! Also under `/api/v1`, also with the text as `?source=`, also with a second `/` as Virtaal writes it. `quality` is per cent and always has a decimal
//! point, since Okapi takes it for a `Double`. What nothing is known of gives `[]`. PUT and POST of a unit, POST of a list of them (`store`) keep
//! units where the server may write; as in amaGama their answer is empty. The protocol knows no errors but HTTP's.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use super::asking::{self, MOST_MATCHES, Question};
use super::parameters::Parameters;
use super::{Refusal, Shared, codes, writing};
use crate::matching::Match;
use crate::model::Lang;

/// Where clients look: the old address, the new one, and the new one as a client builds it that was given it with a slash at its end.
const BASES: [&str; 3] = ["/tmserver", "/api/v1", "/api/v1/"];

pub(super) fn routes() -> Router<Shared> {
    let mut router = Router::new();
    for base in BASES {
        let unit = format!("{base}/{{source}}/{{target}}/unit");
        let named = get(find_named).put(keep).post(keep);
        router = router
            .route(&format!("{base}/languages"), get(languages))
            .route(&format!("{base}/languages/"), get(languages))
            .route(&unit, named.clone())
            .route(&format!("{unit}/"), named)
            .route(&format!("{unit}/{{*text}}"), get(find).put(keep).post(keep))
            .route(
                &format!("{base}/{{source}}/{{target}}/store/{{*name}}"),
                axum::routing::post(keep_all),
            );
    }
    router
}

#[derive(Serialize)]
struct Candidate {
    source: String,
    target: String,
    quality: f64,
    rank: f64,
}

#[derive(Serialize)]
struct Languages {
    #[serde(rename = "sourceLanguages")]
    source_languages: Vec<String>,
    #[serde(rename = "targetLanguages")]
    target_languages: Vec<String>,
}

/// A unit as clients send it; what else they know of it is no matter.
#[derive(Deserialize)]
struct Unit {
    source: String,
    target: String,
}

async fn find(
    State(app): State<Shared>,
    Path((source, target, text)): Path<(String, String, String)>,
    parameters: Parameters,
) -> Result<Json<Vec<Candidate>>, Refusal> {
    answer(&app, (&source, &target), text, &parameters).await
}

async fn find_named(
    State(app): State<Shared>,
    Path((source, target)): Path<(String, String)>,
    mut parameters: Parameters,
) -> Result<Json<Vec<Candidate>>, Refusal> {
    let text = parameters
        .take("source")
        .ok_or_else(|| Refusal::unknown("which text? name it behind `unit/` or as `?source=`"))?;
    answer(&app, (&source, &target), text, &parameters).await
}

async fn answer(
    app: &Shared,
    langs: (&str, &str),
    text: String,
    parameters: &Parameters,
) -> Result<Json<Vec<Candidate>>, Refusal> {
    let (from, to) = pair(langs)?;
    let mut question = Question::new(text, to)?;
    question.from = Some(from);
    // As amaGama does, numbers that are none are passed over.
    let number = |name| {
        parameters
            .peek(name)
            .and_then(|text| text.trim().parse::<i64>().ok())
    };
    if let Some(min) = number("min_similarity") {
        question.min = u8::try_from(min.clamp(1, 100)).unwrap_or(100);
    }
    if let Some(most) = number("max_candidates") {
        question.limit = usize::try_from(most).map_or(MOST_MATCHES, |most| most.min(MOST_MATCHES));
    }
    let found = asking::matches(app, vec![question]).await?;
    let found = found.into_iter().flat_map(|(_, found)| found);
    Ok(Json(found.map(Candidate::from).collect()))
}

impl From<Match> for Candidate {
    fn from(found: Match) -> Self {
        // One decimal, rounded down, so that 100 says equal.
        let quality = (found.score.fraction() * 1000.0).floor() / 10.0;
        Self {
            source: found.source,
            target: found.target,
            quality,
            rank: quality,
        }
    }
}

async fn languages(State(app): State<Shared>) -> Result<Json<Languages>, Refusal> {
    let languages = asking::languages(&app).await?;
    let tags: Vec<String> = languages.iter().map(codes::with_underscore).collect();
    Ok(Json(Languages {
        source_languages: tags.clone(),
        target_languages: tags,
    }))
}

/// Keeps the unit of the body. Clients send it under the media type of forms or none.
async fn keep(
    State(app): State<Shared>,
    Path(langs): Path<Vec<String>>,
    body: Bytes,
) -> Result<(), Refusal> {
    let unit: Unit = parsed(&body)?;
    keep_units(&app, &langs, vec![unit]).await
}

async fn keep_all(
    State(app): State<Shared>,
    Path(langs): Path<Vec<String>>,
    body: Bytes,
) -> Result<String, Refusal> {
    let units: Vec<Unit> = parsed(&body)?;
    let count = units.len();
    keep_units(&app, &langs, units).await?;
    Ok(format!("added {count} units"))
}

async fn keep_units(app: &Shared, langs: &[String], units: Vec<Unit>) -> Result<(), Refusal> {
    let [source, target, ..] = langs else {
        return Err(Refusal::broken());
    };
    let (from, to) = pair((source, target))?;
    let units = units
        .into_iter()
        .filter(|unit| !unit.target.trim().is_empty())
        .map(|unit| writing::pair((&from, unit.source), (&to, unit.target)))
        .collect::<crate::Result<Vec<_>>>()?;
    writing::keep(app, "tmserver", units).await.map(drop)
}

fn pair((source, target): (&str, &str)) -> Result<(Lang, Lang), Refusal> {
    Ok((codes::lang(source)?, codes::lang(target)?))
}

fn parsed<'b, T: Deserialize<'b>>(body: &'b [u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| {
        Refusal::misuse(format!(
            "the body is not a unit with `source` and `target`: line {}, column {}",
            error.line(),
            error.column()
        ))
    })
}
