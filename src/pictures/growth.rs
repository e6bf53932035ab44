//! How the memory grew: a line that steps at every change.

use askama::Template;
use jiff::tz::Offset;

use super::{COLOURS, HEIGHT, Picture, Tick, WIDTH, grouped, rounded, ticks};
use crate::interface::Words;
use crate::memory::Charts;

#[derive(Template)]
#[template(path = "growth.svg", config = "src/askama.toml")]
struct Growth<'p> {
    name: &'static str,
    title: &'p str,
    ticks: Vec<Tick>,
    line: String,
    area: String,
    first: String,
    last: String,
    now: String,
    colour: &'static str,
    width: f64,
    height: f64,
}

/// Most steps that are drawn; of more every so-many-th is.
const MOST_STEPS: usize = 600;

/// Draws how many units there were after each change.
pub fn growth(charts: &Charts, words: &Words) -> Picture {
    let steps = &charts.growth;
    let (ticks, top) = ticks(steps.iter().map(|step| step.1).max().unwrap_or(0));
    let day = |at: Option<&(jiff::Timestamp, u64)>| {
        at.map_or_else(String::new, |(at, _)| {
            Offset::UTC.to_datetime(*at).date().to_string()
        })
    };
    let seconds = |at: &jiff::Timestamp| at.as_second() as f64;
    let from = steps.first().map_or(0.0, |step| seconds(&step.0));
    let span = steps
        .last()
        .map_or(0.0, |step| seconds(&step.0) - from)
        .max(1.0);
    let mut line = String::new();
    let every = steps.len().div_ceil(MOST_STEPS).max(1);
    let last = steps.len().saturating_sub(1);
    let shown = steps
        .iter()
        .enumerate()
        .filter(|(at, _)| at % every == 0 || *at == last);
    let mut y = HEIGHT;
    for (at, (when, units)) in shown {
        // A memory of one change has grown at the end of it.
        let x = match last {
            0 => WIDTH,
            _ => rounded(WIDTH * (seconds(when) - from) / span),
        };
        if at == 0 {
            line.push_str(&format!("0,{HEIGHT} {x},{HEIGHT} "));
        }
        line.push_str(&format!("{x},{y} "));
        y = rounded(HEIGHT - HEIGHT * *units as f64 / top);
        line.push_str(&format!("{x},{y} "));
    }
    line.push_str(&format!("{WIDTH},{y}"));
    let growth = Growth {
        name: "growth",
        title: words.say("pictures.growth"),
        ticks,
        area: format!("{line} {WIDTH},{HEIGHT} 0,{HEIGHT}"),
        line,
        first: day(steps.first()),
        last: day(steps.last()),
        now: grouped(steps.last().map_or(0, |step| step.1)),
        colour: COLOURS[0],
        width: WIDTH,
        height: HEIGHT,
    };
    Picture {
        name: "growth",
        // Writing into a String does not fail.
        svg: growth.render().unwrap_or_default(),
    }
}
