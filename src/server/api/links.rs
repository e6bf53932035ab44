//! `GET /api/links?document=3`: the versions of a release and which of their sentences render which.

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;

use super::super::parameters::Parameters;
use super::super::{Pace, Refusal, Shared};
use super::documents::{number, unknown};
use super::{json, written};
use crate::model::Stretch;
use crate::report::DocumentLine;
use crate::review::{Sheet, release_of};

#[derive(Serialize)]
struct Links<'s> {
    r#type: &'static str,
    versions: Vec<DocumentLine<'s>>,
    links: Vec<LinkLine>,
    /// For each version the segments that are in no link.
    left_out: Vec<Vec<u32>>,
    /// For each version what is in no link of segments that are split.
    left_over: Vec<Vec<Stretch>>,
}

#[derive(Serialize)]
struct LinkLine {
    unit: String,
    /// For each version the first and last segment, from 0, and where it begins or ends inside one the characters before that.
    at: Vec<Option<Stretch>>,
    /// For each version what the unit says there.
    texts: Vec<Option<String>>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    probability: Option<f64>,
}

pub(super) async fn get(
    State(app): State<Shared>,
    mut parameters: Parameters,
) -> Result<Response, Refusal> {
    let document = number(&parameters.require("document")?)?;
    let below: Option<f64> = parameters.number("below")?;
    parameters.finish()?;
    let answer = app
        .read(Pace::Long, move |reader| {
            let memory = reader.memory;
            if memory.document(document)?.is_none() {
                return Ok(Err(unknown()));
            }
            let sheet = Sheet::read(memory, &release_of(memory, document)?)?;
            let mut links = Vec::new();
            for link in &sheet.links {
                if below.is_some_and(|below| !link.is_doubtful(below)) {
                    continue;
                }
                links.push(LinkLine {
                    unit: memory.unit(link.unit)?.id.unwrap_or_default(),
                    at: link.at.clone(),
                    texts: link.texts(&sheet.versions),
                    status: link.status.as_str(),
                    probability: link.probability,
                });
            }
            let in_none: Vec<Vec<Stretch>> = (sheet.versions.iter().enumerate())
                .map(|(column, version)| {
                    let stretches = version.stretches.iter().copied();
                    let is_out = |at: &Stretch| sheet.link_of(column, *at).is_none();
                    stretches.filter(is_out).collect()
                })
                .collect();
            let is_whole = |at: &&Stretch| **at == Stretch::whole(at.first, at.last);
            Ok(written(&Links {
                r#type: "links",
                versions: (sheet.versions.iter())
                    .map(|version| DocumentLine::new(&version.document))
                    .collect(),
                links,
                left_out: (in_none.iter())
                    .map(|all| all.iter().filter(is_whole).map(|at| at.first).collect())
                    .collect(),
                left_over: (in_none.iter())
                    .map(|all| all.iter().filter(|at| !is_whole(at)).copied().collect())
                    .collect(),
            }))
        })
        .await?;
    Ok(json(answer?))
}
