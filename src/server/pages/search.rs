//! `/search`: words in use, as in the terminal: hits with their renderings, keywords in context, or renderings counted.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::super::{Pace, Reader, Refusal, Shared};
use super::chrome::Chrome;
use crate::error::Result;
use crate::matching::{self, ConcordanceQuery, Hit, Line, Order, RenderingCount};
use crate::memory::Filter;
use crate::model::{Lang, Place, Status};

/// Hits or lines on a page.
const SHOWN: usize = 50;

/// Most characters of context on each side of a keyword; more does not fit on a line.
const CONTEXT: usize = 90;

/// The form, as it was sent.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    lang: String,
    view: String,
    sort: String,
    exact: String,
    near: String,
    since: String,
    until: String,
    source: String,
    document: String,
    speaker: String,
    status: String,
}

#[derive(Template)]
#[template(path = "search.html", config = "src/askama.toml")]
struct Search<'p> {
    c: &'p Chrome,
    asked: Asked,
    langs: Vec<String>,
    found: Option<Found>,
    is_filtered: bool,
}

#[derive(Default)]
struct Found {
    hits: Vec<HitView>,
    lines: Vec<KwicView>,
    counts: Vec<RenderingCount>,
    shown: usize,
    has_more: bool,
}

struct HitView {
    texts: Vec<(String, Vec<(bool, String)>)>,
    origin: String,
    status: &'static str,
}

struct KwicView {
    lang: String,
    left: String,
    keyword: String,
    right: String,
    origin: String,
}

pub(super) async fn page(
    State(app): State<Shared>,
    c: Chrome,
    Query(asked): Query<Asked>,
) -> Response {
    let wanted = asked.clone();
    let read = app
        .read(Pace::Long, move |reader| {
            let langs = reader.memory.languages()?;
            let langs: Vec<String> = langs.iter().map(|(lang, _)| lang.to_string()).collect();
            let found = match wanted.q.trim().is_empty() {
                true => None,
                false => Some(find(reader, &wanted)?),
            };
            Ok((langs, found))
        })
        .await;
    let is_filtered = [
        &asked.exact,
        &asked.near,
        &asked.since,
        &asked.until,
        &asked.source,
        &asked.document,
        &asked.speaker,
        &asked.status,
    ]
    .into_iter()
    .any(|field| !field.is_empty());
    let page: std::result::Result<Search<'_>, Refusal> = read.map(|(langs, found)| Search {
        c: &c,
        asked,
        langs,
        found,
        is_filtered,
    });
    c.show(page)
}

fn given(field: &str) -> Option<String> {
    let field = field.trim();
    (!field.is_empty()).then(|| field.to_owned())
}

fn day(field: &str) -> Result<Option<jiff::civil::Date>> {
    let Some(text) = given(field) else {
        return Ok(None);
    };
    match text.parse() {
        Ok(day) => Ok(Some(day)),
        Err(_) => Err(crate::Error::Invalid {
            value: text,
            expected: "a day such as 2026-01-31",
        }),
    }
}

fn find(reader: &Reader<'_, '_>, asked: &Asked) -> Result<Found> {
    let is_sorted = asked.view == "kwic" && !asked.sort.is_empty();
    let needs_all = is_sorted || asked.view == "renderings";
    let query = ConcordanceQuery {
        text: &asked.q,
        exact: !asked.exact.is_empty(),
        lang: given(&asked.lang).map(|tag| Lang::new(&tag)).transpose()?,
        near: asked.near.trim().parse().ok(),
        filter: Filter {
            langs: Vec::new(),
            statuses: Status::from_name(&asked.status).into_iter().collect(),
            least_probability: None,
            since: day(&asked.since)?,
            until: day(&asked.until)?,
            publisher: given(&asked.source),
            document: given(&asked.document),
            speaker: given(&asked.speaker),
        },
        limit: (!needs_all).then_some(SHOWN + 1),
    };
    let lookup = reader.memory.lookup();
    let mut hits = matching::search(lookup, &query)?;
    let mut found = Found::default();
    match asked.view.as_str() {
        "kwic" => {
            let mut lines: Vec<Line> = hits.iter().flat_map(matching::kwic).collect();
            match asked.sort.as_str() {
                "left" => matching::sort(&mut lines, Order::Left),
                "right" => matching::sort(&mut lines, Order::Right),
                "date" => matching::sort(&mut lines, Order::Date),
                _ => {}
            }
            found.has_more = lines.len() > SHOWN;
            lines.truncate(SHOWN);
            found.lines = lines.iter().map(KwicView::from).collect();
            found.shown = lines.len();
        }
        "renderings" => {
            let words = asked.q.split_whitespace().count();
            found.counts = matching::spot(lookup, &mut hits, words)?;
            found.has_more = found.counts.len() > SHOWN;
            found.counts.truncate(SHOWN);
            found.shown = found.counts.len();
        }
        _ => {
            let words = asked.q.split_whitespace().count();
            found.has_more = hits.len() > SHOWN;
            hits.truncate(SHOWN);
            matching::spot(lookup, &mut hits, words)?;
            found.hits = hits.iter().map(HitView::from).collect();
            found.shown = hits.len();
        }
    }
    Ok(found)
}

/// Returns where something was found, in a few words.
pub(super) fn origin(place: Option<&Place>, date: Option<&str>) -> String {
    let Some(place) = place else {
        return date.unwrap_or("").to_owned();
    };
    let origin = &place.origin;
    let parts = [
        origin.date.map(|date| date.to_string()),
        place.speaker.clone(),
        origin.publisher.clone(),
        origin.title.clone().or(origin.file.clone()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Returns a text in pieces, those that are marked and those that are not.
fn pieces(text: &str, spans: &[std::ops::Range<usize>]) -> Vec<(bool, String)> {
    let mut pieces = Vec::new();
    let mut at = 0;
    for span in spans {
        let (Some(before), Some(marked)) = (text.get(at..span.start), text.get(span.clone()))
        else {
            continue;
        };
        pieces.push((false, before.to_owned()));
        pieces.push((true, marked.to_owned()));
        at = span.end;
    }
    pieces.push((false, text.get(at..).unwrap_or("").to_owned()));
    pieces.retain(|(_, text)| !text.is_empty());
    pieces
}

impl From<&Hit> for HitView {
    fn from(hit: &Hit) -> Self {
        let own = (hit.lang.to_string(), pieces(&hit.text, &hit.spans));
        let others = hit.others.iter().zip(&hit.marks);
        let others = others.map(|((lang, text), marks)| (lang.to_string(), pieces(text, marks)));
        Self {
            texts: std::iter::once(own).chain(others).collect(),
            origin: origin(hit.places.last(), hit.date.as_deref()),
            status: hit.status.as_str(),
        }
    }
}

impl From<&Line> for KwicView {
    fn from(line: &Line) -> Self {
        let skipped = line.left.chars().count().saturating_sub(CONTEXT);
        Self {
            lang: line.lang.to_string(),
            left: line.left.chars().skip(skipped).collect(),
            keyword: line.keyword.clone(),
            right: line.right.chars().take(CONTEXT).collect(),
            origin: origin(line.place.as_ref(), line.date.as_deref()),
        }
    }
}
