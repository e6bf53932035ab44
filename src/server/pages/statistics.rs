//! `/statistics`: the memory in numbers and pictures; each picture also by itself, as a file.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::super::{Pace, Refusal, Shared};
use super::chrome::Chrome;
use crate::memory::Stats;
use crate::pictures::{self, Picture};

#[derive(Template)]
#[template(path = "statistics.html", config = "src/askama.toml")]
struct Statistics<'p> {
    c: &'p Chrome,
    stats: Stats,
    mebibytes: String,
    pictures: Vec<Picture>,
}

pub(super) async fn page(State(app): State<Shared>, c: Chrome) -> Response {
    let words = c.words();
    let read = app
        .read(Pace::Long, move |reader| {
            let charts = reader.memory.charts()?;
            Ok((reader.memory.stats()?, pictures::of_memory(&charts, words)))
        })
        .await;
    c.show(read.map(|(stats, pictures)| Statistics {
        c: &c,
        mebibytes: format!("{:.1}", stats.bytes as f64 / f64::from(1 << 20)),
        stats,
        pictures,
    }))
}

pub(super) async fn picture(
    State(app): State<Shared>,
    c: Chrome,
    Path(name): Path<String>,
) -> Result<Response, Refusal> {
    let words = c.words();
    let pictures = app
        .read(Pace::Long, move |reader| {
            Ok(pictures::of_memory(&reader.memory.charts()?, words))
        })
        .await?;
    let wanted = name.strip_suffix(".svg").unwrap_or(&name);
    let picture = pictures.into_iter().find(|picture| picture.name == wanted);
    let picture = picture.ok_or_else(|| Refusal::unknown("there is no such picture"))?;
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}.svg\"", picture.name),
        ),
    ];
    Ok((headers, picture.svg).into_response())
}
