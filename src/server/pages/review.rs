//! `/review/1-2`: the versions of a release side by side, and the decisions of a person about them.
//!
//! The page comes with its first rows; the script asks for the others (`/rows?from=60`) and sends what is decided (`POST /decide`), with the revision of
//! the rows it shows:
//!
//! ```text
//! {"revision":"1f…","do":"accept","link":[[3,3],[2,2]]}
//! {"revision":"1f…","do":"split","link":[[3,3],[2,2]],"at":[[0,[3,25]],[1,[2,31]]]}
//! {"answer":"done","said":"Accepted.","revision":"2a…","from":3,"gone":1,"rows":["<li …>"],"tally":{…}}
//! ```

use askama::Template;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};

use super::super::{Pace, Refusal, Shared};
use super::chrome::Chrome;
use super::releases::VersionLine;
use super::rows::{self, Row, Tally};
use crate::align::Settings;
use crate::error::Result;
use crate::memory::{DocumentId, Filter};
use crate::model::Spot;
use crate::review::{self, Answer, At, Sheet, Wish, release_of};

/// Bytes of rows that come with the page or at one request, about: a page stays below 100 kB.
const MOST_BYTES: usize = 64_000;

/// The most versions that an address may name.
const MOST_VERSIONS: usize = 3;

/// Returns the address at which documents are reviewed.
pub(super) fn address(documents: &[DocumentId]) -> String {
    let ids: Vec<String> = documents
        .iter()
        .map(|DocumentId(id)| id.to_string())
        .collect();
    format!("/review/{}", ids.join("-"))
}

fn parse(documents: &str) -> std::result::Result<Vec<DocumentId>, Refusal> {
    let ids: std::result::Result<Vec<i64>, _> = documents.split('-').map(str::parse).collect();
    let ids = ids.map_err(|_| Refusal::unknown("there is nothing at this address"))?;
    let is_once = (1..ids.len()).all(|at| !ids[..at].contains(&ids[at]));
    match is_once && (1..=MOST_VERSIONS).contains(&ids.len()) {
        true => Ok(ids.into_iter().map(DocumentId).collect()),
        false => Err(Refusal::unknown("a review is of up to three documents")),
    }
}

#[derive(Template)]
#[template(path = "review.html", config = "src/askama.toml")]
struct Review<'p> {
    c: &'p Chrome,
    versions: Vec<VersionLine>,
    /// The address of the same review with the next version on the left.
    turned: String,
    own: String,
    revision: String,
    tally: Tally,
    rows: String,
    next: Option<usize>,
    title: String,
}

/// The release that was added last.
pub(super) async fn latest(State(app): State<Shared>, c: Chrome) -> Response {
    let found = app
        .read(Pace::Long, |reader| {
            let documents = reader.memory.documents(&Filter::default())?;
            let last = documents
                .iter()
                .rev()
                .find(|document| document.segments > 0);
            last.map(|document| release_of(reader.memory, document.id))
                .transpose()
        })
        .await;
    match found {
        Ok(Some(documents)) => Redirect::to(&address(&documents)).into_response(),
        Ok(None) => Redirect::to("/").into_response(),
        Err(refusal) => c.refuse(&refusal),
    }
}

/// Returns as many rows from one on as fit, and the row that comes next.
fn some_rows(
    sheet: &Sheet,
    rows: &[Row],
    from: usize,
    c: &Chrome,
) -> std::result::Result<(String, Option<usize>), Refusal> {
    let mut html = String::new();
    for (number, row) in rows.iter().enumerate().skip(from) {
        if html.len() > MOST_BYTES {
            return Ok((html, Some(number)));
        }
        html.push_str(&row.html(sheet, c)?);
    }
    Ok((html, None))
}

pub(super) async fn page(
    State(app): State<Shared>,
    c: Chrome,
    Path(documents): Path<String>,
) -> Response {
    let ids = match parse(&documents) {
        Ok(ids) => ids,
        Err(refusal) => return c.refuse(&refusal),
    };
    let read = app
        .read(Pace::Long, move |reader| {
            // One document stands for its release.
            if let [only] = ids[..] {
                let members = release_of(reader.memory, only)?;
                if members.len() > 1 {
                    return Ok(Err(members));
                }
            }
            Sheet::read(reader.memory, &ids).map(Ok)
        })
        .await;
    let sheet = match read {
        Ok(Ok(sheet)) => sheet,
        Ok(Err(members)) => return Redirect::to(&address(&members)).into_response(),
        Err(refusal) => return c.refuse(&refusal),
    };
    let all = rows::rows(&sheet);
    let shown = some_rows(&sheet, &all, 0, &c).map(|(html, next)| {
        let versions: Vec<VersionLine> = sheet
            .versions
            .iter()
            .map(|version| VersionLine::of(&version.document))
            .collect();
        let mut turned = sheet.documents();
        turned.rotate_left(1);
        Review {
            c: &c,
            title: versions
                .first()
                .map(|it| it.title.clone())
                .unwrap_or_default(),
            versions,
            turned: address(&turned),
            own: address(&sheet.documents()),
            revision: rows::revision(&all),
            tally: rows::tally(&all),
            rows: html,
            next,
        }
    });
    c.show(shown)
}

#[derive(Deserialize)]
pub(super) struct From {
    from: usize,
    revision: String,
}

/// Further rows; those of another revision than the page has are not of use to it.
pub(super) async fn rows(
    State(app): State<Shared>,
    c: Chrome,
    Path(documents): Path<String>,
    Query(From { from, revision }): Query<From>,
) -> std::result::Result<Response, Refusal> {
    let ids = parse(&documents)?;
    let sheet = app
        .read(Pace::Long, move |reader| Sheet::read(reader.memory, &ids))
        .await?;
    let all = rows::rows(&sheet);
    if rows::revision(&all) != revision {
        return Err(Refusal::new(
            axum::http::StatusCode::CONFLICT,
            "the links have changed meanwhile",
        ));
    }
    let (html, next) = some_rows(&sheet, &all, from, &c)?;
    let mut response = Html(html).into_response();
    if let Some(next) = next {
        let next = HeaderValue::from(next as u64);
        response
            .headers_mut()
            .insert(HeaderName::from_static("x-next"), next);
    }
    Ok(response)
}

/// What the script sends.
#[derive(Deserialize)]
pub(super) struct Decided {
    revision: String,
    #[serde(flatten)]
    what: What,
}

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "lowercase")]
enum What {
    Accept {
        link: At,
    },
    Unlink {
        link: At,
    },
    Merge {
        link: At,
    },
    Split {
        link: At,
        /// The column and the spot at which the second half begins, for one version or several.
        at: Vec<(usize, Spot)>,
    },
    Link {
        pieces: [(usize, Spot); 2],
    },
    Edit {
        link: At,
        version: usize,
        text: String,
    },
    Realign,
    Undo,
    Redo,
}

impl What {
    fn name(&self) -> &'static str {
        match self {
            Self::Accept { .. } => "accept",
            Self::Unlink { .. } => "unlink",
            Self::Merge { .. } => "merge",
            Self::Split { .. } => "split",
            Self::Link { .. } => "link",
            Self::Edit { .. } => "edit",
            Self::Realign => "realign",
            Self::Undo => "undo",
            Self::Redo => "redo",
        }
    }
}

/// What the script gets back: what became of it, and the rows that are others now.
#[derive(Serialize)]
struct Answered {
    answer: &'static str,
    said: String,
    revision: String,
    from: usize,
    gone: usize,
    rows: Vec<String>,
    tally: Tally,
}

pub(super) async fn decide(
    State(app): State<Shared>,
    c: Chrome,
    Path(documents): Path<String>,
    Json(Decided { revision, what }): Json<Decided>,
) -> std::result::Result<Response, Refusal> {
    let ids = parse(&documents)?;
    let name = what.name();
    let (before, answer, sheet) = app
        .write(move |memory| {
            let sheet = Sheet::read(memory, &ids)?;
            let before = rows::rows(&sheet);
            if rows::revision(&before) != revision {
                return Ok((before, None, sheet));
            }
            let answer = done(memory, &sheet, what)?;
            let after = Sheet::read(memory, &ids)?;
            Ok((before, Some(answer), after))
        })
        .await?;
    let after = rows::rows(&sheet);
    let (from, gone, come) = rows::splice(&before, &after);
    let words = c.words();
    let (answer, said) = match answer {
        None => ("stale", c.say("said.stale").to_owned()),
        Some(Answer::Done(_)) => ("done", words.say(&format!("said.{name}")).to_owned()),
        Some(Answer::Unchanged) => ("unchanged", c.say("said.unchanged").to_owned()),
        Some(Answer::Refused(refusal)) => {
            let key = format!("refused.{}", refusal.as_str());
            ("refused", words.say(&key).to_owned())
        }
    };
    let rows: std::result::Result<Vec<String>, Refusal> =
        come.iter().map(|row| row.html(&sheet, &c)).collect();
    Ok(Json(Answered {
        answer,
        said,
        revision: rows::revision(&after),
        from,
        gone,
        rows: rows?,
        tally: rows::tally(&after),
    })
    .into_response())
}

fn done(memory: &mut crate::memory::Memory, sheet: &Sheet, what: What) -> Result<Answer> {
    let now = jiff::Timestamp::now();
    let wish = match what {
        What::Undo => return review::undo(memory, &sheet.documents(), now),
        What::Redo => return review::redo(memory, &sheet.documents(), now),
        What::Accept { link } => Wish::Accept(link),
        What::Unlink { link } => Wish::Unlink(link),
        What::Merge { link } => Wish::Merge(link),
        What::Split { link, at } => Wish::Split(link, at),
        What::Link { pieces } => Wish::Link(pieces),
        What::Edit {
            link,
            version,
            text,
        } => Wish::Edit(link, version, text),
        What::Realign => Wish::Realign,
    };
    review::decide(memory, sheet, &wish, &Settings::default(), now)
}
