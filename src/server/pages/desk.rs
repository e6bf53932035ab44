//! `/desk`: a plain translation desk. A text is pasted in; its sentences stand left, what the memory suggests for each right.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

use super::super::{Pace, Reader, Refusal, Shared};
use super::chrome::Chrome;
use super::search;
use crate::error::Result;
use crate::language::Detector;
use crate::matching::{Analysis, Fragment, Match, Query};
use crate::model::{Lang, Score};
use crate::pictures;
use crate::reading::{self, Format, Request};
use crate::segment;

/// Suggestions for a sentence.
const SUGGESTIONS: usize = 4;

/// The least score of a suggestion, in per cent.
const LEAST: u8 = 50;

/// Bytes of rows after which the rest is asked for by itself.
const MOST_BYTES: usize = 70_000;

/// Sentences that are looked up for the rows that are asked for by themselves.
const AT_A_TIME: usize = 150;

/// The most sentences of a text.
const MOST_SENTENCES: usize = 2000;

#[derive(Template)]
#[template(path = "desk.html", config = "src/askama.toml")]
struct Desk<'p> {
    c: &'p Chrome,
    langs: Vec<String>,
}

pub(super) async fn page(State(app): State<Shared>, c: Chrome) -> Response {
    let langs = app
        .read(Pace::Quick, |reader| reader.memory.languages())
        .await;
    c.show(langs.map(|langs| Desk {
        c: &c,
        langs: langs.iter().map(|(lang, _)| lang.to_string()).collect(),
    }))
}

#[derive(Deserialize)]
pub(super) struct Asked {
    text: String,
    to: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    start: usize,
}

#[derive(Template)]
#[template(path = "desk_row.html", config = "src/askama.toml")]
struct Row<'p> {
    c: &'p Chrome,
    number: usize,
    lang: &'p str,
    to: &'p str,
    text: &'p str,
    suggestions: Vec<Suggestion>,
    fragments: Vec<Fragment>,
}

struct Suggestion {
    percent: u8,
    target: String,
    difference: Vec<(&'static str, String)>,
    reasons: String,
    origin: String,
    status: &'static str,
}

impl From<&Match> for Suggestion {
    fn from(found: &Match) -> Self {
        let reasons: Vec<String> = found.reasons.iter().map(ToString::to_string).collect();
        Self {
            percent: found.percent(),
            target: found.target.clone(),
            difference: found
                .difference
                .iter()
                .map(|edit| (edit.op.as_str(), edit.text.clone()))
                .collect(),
            reasons: reasons.join("; "),
            origin: search::origin(found.places.last(), found.date.as_deref()),
            status: found.status.as_str(),
        }
    }
}

/// The sentences of a text, its language, and for those from `start` on what is suggested.
struct Answered {
    lang: Lang,
    sentences: Vec<String>,
    found: Vec<(Vec<Match>, Vec<Fragment>)>,
    analysis: Analysis,
}

pub(super) async fn rows(
    State(app): State<Shared>,
    c: Chrome,
    Form(asked): Form<Asked>,
) -> std::result::Result<Response, Refusal> {
    let to = Lang::new(&asked.to)?;
    let start = asked.start;
    let own = std::sync::Arc::clone(&app);
    let target = to.clone();
    let answered = app
        .read(Pace::Long, move |reader| {
            answer(reader, &asked, &target, &own.detector)
        })
        .await?;
    let Some(answered) = answered else {
        return Ok(Html(String::new()).into_response());
    };
    let (lang, to) = (answered.lang.to_string(), to.to_string());
    let mut html = String::new();
    let mut next = start;
    for (text, (matches, fragments)) in answered.sentences[start..].iter().zip(answered.found) {
        if html.len() > MOST_BYTES {
            break;
        }
        let row = Row {
            c: &c,
            number: next,
            lang: &lang,
            to: &to,
            text,
            suggestions: matches.iter().map(Suggestion::from).collect(),
            fragments,
        };
        html.push_str(&row.render().map_err(|_| Refusal::broken())?);
        next += 1;
    }
    if start == 0 {
        html.push_str(&format!(
            "<div class=\"picture\" id=\"bands\" tabindex=\"0\" role=\"group\" aria-label=\"{}\">{}</div>",
            c.say("pictures.bands"),
            pictures::bands(&answered.analysis, c.words()).svg
        ));
    }
    let mut response = Html(html).into_response();
    let number = |number: usize| HeaderValue::from(number as u64);
    let headers = response.headers_mut();
    if next < answered.sentences.len() {
        headers.insert(HeaderName::from_static("x-next"), number(next));
    }
    headers.insert(
        HeaderName::from_static("x-sentences"),
        number(answered.sentences.len()),
    );
    Ok(response)
}

fn answer(
    reader: &Reader<'_, '_>,
    asked: &Asked,
    to: &Lang,
    detector: &Detector,
) -> Result<Option<Answered>> {
    if asked.text.trim().is_empty() {
        return Ok(None);
    }
    let from = match asked.from.as_str() {
        "" => None,
        tag => Some(Lang::new(tag)?),
    };
    let request = Request {
        name: "text",
        lang: from,
        format: Some(Format::Text),
        encoding: Some("utf-8"),
    };
    let document = reading::read_with(asked.text.as_bytes(), &request, detector)?;
    let sentences: Vec<String> = segment::segment(&document)
        .iter()
        .take(MOST_SENTENCES)
        .map(|segment| segment.of(&document.text).to_owned())
        .collect();
    if asked.start >= sentences.len() {
        return Ok(None);
    }
    let mut analysis = Analysis::default();
    let mut found = Vec::new();
    // The picture of the whole text comes with the first rows.
    let most = match asked.start {
        0 => MOST_SENTENCES,
        _ => AT_A_TIME,
    };
    for (at, text) in sentences.iter().enumerate().skip(asked.start).take(most) {
        let mut query = Query::new(text, to.clone());
        query.from = Some(document.lang.clone());
        (query.min, query.limit) = (Score::from_percent(LEAST), SUGGESTIONS);
        query.before = at.checked_sub(1).map(|before| sentences[before].as_str());
        query.after = sentences.get(at + 1).map(String::as_str);
        let matches = reader.matcher.suggest(&query)?;
        let fragments = match matches.is_empty() {
            true => reader.matcher.fragments(&query)?,
            false => Vec::new(),
        };
        analysis.count(text, matches.first());
        found.push((matches, fragments));
    }
    Ok(Some(Answered {
        lang: document.lang,
        sentences,
        found,
        analysis,
    }))
}
