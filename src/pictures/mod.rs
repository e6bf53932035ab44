//! Pictures of numbers: SVG made of templates, for pages and files alike. Colours are the same on light and dark ground, text takes the colour of
//! what is around it.

mod bars;
mod growth;

pub use bars::{bands, probabilities, years};
pub use growth::growth;

use crate::interface::Words;

/// The size of a picture's drawing, in its own units.
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 200.0;

/// Colours of series, told apart on light and on dark ground.
const COLOURS: [&str; 6] = [
    "#3f7fd0", "#2f9463", "#c0602f", "#8a63c4", "#9a7d1a", "#4790a0",
];

/// A picture and what it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its name in files and addresses.
    pub name: &'static str,
    /// The SVG.
    pub svg: String,
}

/// A mark on the upright axis.
struct Tick {
    y: f64,
    label: String,
}

/// Returns where the axis is marked for values up to `most`, and the value at its top: one, two or five times a power of ten between marks.
fn ticks(most: u64) -> (Vec<Tick>, f64) {
    let most = most.max(1) as f64;
    let rough = most / 4.0;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= rough)
        .unwrap_or(rough)
        .max(1.0);
    let top = (most / step).ceil() * step;
    let count = (top / step).round() as usize;
    let tick = |at: usize| {
        let value = step * at as f64;
        Tick {
            y: rounded(HEIGHT - HEIGHT * value / top),
            label: grouped(value as u64),
        }
    };
    ((0..=count).map(tick).collect(), top)
}

/// Returns a number with its thousands parted by narrow spaces.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

fn rounded(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// Draws all that is drawn of a memory.
pub fn of_memory(charts: &crate::memory::Charts, words: &Words) -> Vec<Picture> {
    vec![
        probabilities(charts, words),
        years(charts, words),
        growth(charts, words),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::Analysis;
    use crate::memory::Charts;
    use crate::model::Lang;

    #[test]
    fn pictures_are_well_formed_and_hold_their_numbers() {
        let lang = |tag| Lang::new(tag).unwrap();
        let mut charts = Charts {
            probabilities: vec![[0; 3]; 20],
            years: vec![
                (2024, (lang("en"), lang("ru")), 1234),
                (2025, (lang("be"), lang("en")), 7),
            ],
            growth: vec![
                ("2026-01-02T03:04:05Z".parse().unwrap(), 10),
                ("2026-02-02T03:04:05Z".parse().unwrap(), 12345),
            ],
        };
        charts.probabilities[19] = [5, 3, 1];
        let mut analysis = Analysis::default();
        analysis.count("a sentence", None);
        for words in Words::all() {
            let mut pictures = of_memory(&charts, words);
            pictures.push(bands(&analysis, words));
            for picture in pictures {
                let mut reader = quick_xml::Reader::from_str(&picture.svg);
                reader.config_mut().check_end_names = true;
                loop {
                    match reader.read_event().unwrap() {
                        quick_xml::events::Event::Eof => break,
                        _ => continue,
                    }
                }
                assert!(!picture.svg.contains("style"), "{}", picture.svg);
            }
        }
        assert!(
            growth(&charts, Words::of(&lang("en")))
                .svg
                .contains("12\u{202f}345")
        );
    }

    #[test]
    fn the_axis_is_marked_at_round_numbers() {
        let labels =
            |most| -> Vec<String> { ticks(most).0.into_iter().map(|tick| tick.label).collect() };
        assert_eq!(labels(0), ["0", "1"]);
        assert_eq!(labels(7), ["0", "2", "4", "6", "8"]);
        assert_eq!(labels(1234), ["0", "500", "1\u{202f}000", "1\u{202f}500"]);
    }
}
