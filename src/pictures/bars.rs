//! Upright bars, parted by colours.

use std::collections::BTreeMap;

use askama::Template;

use super::{COLOURS, HEIGHT, Picture, Tick, WIDTH, grouped, rounded, ticks};
use crate::interface::Words;
use crate::matching::{Analysis, Band};
use crate::memory::Charts;

#[derive(Template)]
#[template(path = "bars.svg", config = "src/askama.toml")]
struct Bars<'p> {
    name: &'static str,
    title: &'p str,
    below: &'p str,
    ticks: Vec<Tick>,
    bars: Vec<Bar>,
    legend: Vec<Entry>,
    width: f64,
    height: f64,
}

struct Bar {
    middle: f64,
    label: String,
    parts: Vec<Part>,
}

struct Part {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    colour: &'static str,
    tip: String,
}

struct Entry {
    x: f64,
    text: String,
    colour: &'static str,
}

/// A bar's label and its parts, in the order of the series.
type Column = (String, Vec<u64>);

/// The part of its place that a bar fills.
const FILLED: f64 = 0.8;

/// Units that an entry of the legend takes, beside what each of its letters does.
const ENTRY: f64 = 34.0;
const LETTER: f64 = 9.0;

fn draw(
    name: &'static str,
    title: &str,
    below: &str,
    series: &[String],
    columns: &[Column],
) -> Picture {
    let most = columns.iter().map(|(_, parts)| parts.iter().sum()).max();
    let (ticks, top) = ticks(most.unwrap_or(0));
    let place = WIDTH / columns.len().max(1) as f64;
    let bars = columns
        .iter()
        .enumerate()
        .map(|(at, (label, parts))| {
            let left = place * at as f64 + place * (1.0 - FILLED) / 2.0;
            let mut below = HEIGHT;
            let parts = parts
                .iter()
                .enumerate()
                .filter(|(_, count)| **count > 0)
                .map(|(which, &count)| {
                    let height = HEIGHT * count as f64 / top;
                    below -= height;
                    let of = match series.get(which) {
                        Some(series) if !series.is_empty() => format!("{series}: "),
                        _ => String::new(),
                    };
                    Part {
                        x: rounded(left),
                        y: rounded(below),
                        width: rounded(place * FILLED),
                        // What is there is seen.
                        height: rounded(height.max(1.0)),
                        colour: COLOURS[which % COLOURS.len()],
                        tip: format!("{label}, {of}{}", grouped(count)),
                    }
                })
                .collect();
            Bar {
                middle: rounded(place * (at as f64 + 0.5)),
                label: label.clone(),
                parts,
            }
        })
        .collect();
    let mut x = 0.0;
    let legend = series
        .iter()
        .enumerate()
        .filter(|(_, text)| !text.is_empty())
        .map(|(which, text)| {
            let entry = Entry {
                x: rounded(x),
                text: text.clone(),
                colour: COLOURS[which % COLOURS.len()],
            };
            x += ENTRY + LETTER * text.chars().count() as f64;
            entry
        })
        .collect();
    let bars = Bars {
        name,
        title,
        below,
        ticks,
        bars,
        legend,
        width: WIDTH,
        height: HEIGHT,
    };
    Picture {
        name,
        // Writing into a String does not fail.
        svg: bars.render().unwrap_or_default(),
    }
}

/// Draws how many units are how sure, by status.
pub fn probabilities(charts: &Charts, words: &Words) -> Picture {
    let steps = charts.probabilities.len().max(1);
    let columns: Vec<Column> = charts
        .probabilities
        .iter()
        .enumerate()
        .map(|(at, counts)| (format!("{}", 100 * at / steps), counts.to_vec()))
        .collect();
    let series = ["automatic", "confirmed", "rejected"]
        .map(|status| words.say(&format!("status.{status}")).to_owned());
    draw(
        "probabilities",
        words.say("pictures.probabilities"),
        words.say("pictures.percent"),
        &series,
        &columns,
    )
}

/// Draws how many units were published in which year, by pair of languages.
pub fn years(charts: &Charts, words: &Words) -> Picture {
    let mut pairs = Vec::new();
    for (_, pair, _) in &charts.years {
        if !pairs.contains(pair) {
            pairs.push(pair.clone());
        }
    }
    pairs.sort();
    let mut by_year: BTreeMap<i16, Vec<u64>> = BTreeMap::new();
    if let (Some(first), Some(last)) = (charts.years.first(), charts.years.last()) {
        for year in first.0..=last.0 {
            by_year.insert(year, vec![0; pairs.len()]);
        }
    }
    for (year, pair, count) in &charts.years {
        let which = pairs.iter().position(|known| known == pair);
        if let (Some(which), Some(counts)) = (which, by_year.get_mut(year)) {
            counts[which] += count;
        }
    }
    let series: Vec<String> = pairs.iter().map(|(a, b)| format!("{a}–{b}")).collect();
    let columns: Vec<Column> = by_year
        .into_iter()
        .map(|(year, counts)| (year.to_string(), counts))
        .collect();
    draw(
        "years",
        words.say("pictures.years"),
        words.say("pictures.year"),
        &series,
        &columns,
    )
}

/// Draws how much of a text the memory knows, in words.
pub fn bands(analysis: &Analysis, words: &Words) -> Picture {
    let columns: Vec<Column> = Band::ALL
        .iter()
        .map(|&band| {
            let label = match band {
                Band::Repetition => words.say("bands.repetitions"),
                Band::New => words.say("bands.new"),
                band => band.as_str(),
            };
            (label.replace('-', "–"), vec![analysis.amount(band).words])
        })
        .collect();
    draw(
        "bands",
        words.say("pictures.bands"),
        words.say("pictures.band"),
        &[String::new()],
        &columns,
    )
}
