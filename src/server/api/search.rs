//! `GET /api/search?words=…`: words in use, as hits, keywords in context or counts of renderings.

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;

use super::super::parameters::Parameters;
use super::super::{Pace, Refusal, Shared};
use super::filter::{filter, limit};
use super::{json, written};
use crate::matching::{self, ConcordanceQuery, Hit, Order};
use crate::report::{HitLine, KwicLine, RenderingCountLine};

/// Hits that are looked at to sort lines or to count renderings.
const MOST_COUNTED: usize = 10_000;

/// Entries in an answer when nobody says how many.
const USUAL: usize = 50;

#[derive(Clone, Copy)]
enum View {
    Hits,
    Kwic(Option<Order>),
    Renderings,
}

/// The answer: of its lists the one that was asked for.
#[derive(Serialize)]
struct Found<'f> {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hits: Option<Vec<HitLine<'f>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lines: Option<Vec<KwicLine<'f>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    renderings: Option<Vec<RenderingCountLine<'f>>>,
    /// Whether there is more than is shown or was counted.
    more: bool,
}

pub(super) async fn get(
    State(app): State<Shared>,
    mut parameters: Parameters,
) -> Result<Response, Refusal> {
    let words = parameters.require("words")?;
    let lang = parameters.lang("lang")?;
    let exact = parameters.flag("exact")?;
    let near = parameters.number("near")?;
    let sort = parameters.take("sort");
    let view = view(parameters.take("view").as_deref(), sort.as_deref())?;
    let limit = limit(&mut parameters, USUAL)?;
    let filter = filter(&mut parameters)?;
    parameters.finish()?;
    let answer = app
        .read(Pace::Long, move |reader| {
            let wanted = match view {
                View::Hits | View::Kwic(None) => limit,
                View::Kwic(Some(_)) | View::Renderings => MOST_COUNTED,
            };
            let query = ConcordanceQuery {
                text: &words,
                exact,
                lang,
                near,
                filter,
                limit: Some(wanted + 1),
            };
            let lookup = reader.memory.lookup();
            let mut hits = matching::search(lookup, &query)?;
            let more = hits.len() > wanted;
            hits.truncate(wanted);
            let counts = match view {
                View::Kwic(_) => Vec::new(),
                _ => matching::spot(lookup, &mut hits, words.split_whitespace().count())?,
            };
            let mut found = Found {
                r#type: "found",
                hits: None,
                lines: None,
                renderings: None,
                more,
            };
            let mut lines = Vec::new();
            match view {
                View::Hits => found.hits = Some(hits.iter().map(HitLine::from).collect()),
                View::Kwic(order) => {
                    lines.extend(hits.iter().flat_map(|hit: &Hit| matching::kwic(hit)));
                    if let Some(order) = order {
                        matching::sort(&mut lines, order);
                    }
                    found.more |= lines.len() > limit;
                    lines.truncate(limit);
                    found.lines = Some(lines.iter().map(KwicLine::from).collect());
                }
                View::Renderings => {
                    found.more |= counts.len() > limit;
                    let counts = counts.iter().take(limit);
                    found.renderings = Some(counts.map(RenderingCountLine::from).collect());
                }
            }
            Ok(written(&found))
        })
        .await?;
    Ok(json(answer?))
}

fn view(name: Option<&str>, sort: Option<&str>) -> Result<View, Refusal> {
    let order = match sort {
        None => None,
        Some("left") => Some(Order::Left),
        Some("right") => Some(Order::Right),
        Some("date") => Some(Order::Date),
        Some(_) => return Err(Refusal::misuse("`sort` is left, right or date")),
    };
    match (name, order) {
        (Some("kwic"), order) => Ok(View::Kwic(order)),
        (_, Some(_)) => Err(Refusal::misuse("`sort` goes with `view=kwic`")),
        (None | Some("hits"), None) => Ok(View::Hits),
        (Some("renderings"), None) => Ok(View::Renderings),
        _ => Err(Refusal::misuse("`view` is hits, kwic or renderings")),
    }
}
