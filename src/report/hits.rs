//! Words in use: hits with their renderings, and keywords in context.

use std::fmt::Write as _;

use serde::Serialize;
use unicode_width::UnicodeWidthStr as _;

use super::{CodePoints, OriginLine, Paint, visible};
use crate::matching::{Hit, Line, RenderingCount};

/// A text in which all words were found.
#[derive(Debug, Serialize)]
pub struct HitLine<'h> {
    r#type: &'static str,
    unit: &'h str,
    lang: &'h str,
    text: &'h str,
    spans: Vec<[usize; 2]>,
    others: Vec<Other<'h>>,
    places: Vec<OriginLine<'h>>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<&'h str>,
}

#[derive(Debug, Serialize)]
struct Other<'h> {
    lang: &'h str,
    text: &'h str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    marks: Vec<[usize; 2]>,
}

/// How often something is rendered so.
#[derive(Debug, Serialize)]
pub struct RenderingCountLine<'c> {
    r#type: &'static str,
    lang: &'c str,
    rendering: &'c str,
    hits: usize,
}

impl<'c> From<&'c RenderingCount> for RenderingCountLine<'c> {
    fn from(count: &'c RenderingCount) -> Self {
        Self {
            r#type: "rendering",
            lang: count.lang.as_str(),
            rendering: &count.text,
            hits: count.hits,
        }
    }
}

impl RenderingCountLine<'_> {
    /// Returns the line for people.
    pub fn text(&self, paint: Paint) -> String {
        format!(
            "{:>6}  {} {}",
            self.hits,
            paint.dim(self.lang),
            visible(self.rendering)
        )
    }
}

impl<'h> From<&'h Hit> for HitLine<'h> {
    fn from(hit: &'h Hit) -> Self {
        let mut points = CodePoints::new(&hit.text);
        Self {
            r#type: "hit",
            unit: hit.tuid.as_deref().unwrap_or_default(),
            lang: hit.lang.as_str(),
            text: &hit.text,
            spans: hit.spans.iter().map(|span| points.span(span)).collect(),
            others: hit
                .others
                .iter()
                .zip(&hit.marks)
                .map(|((lang, text), marks)| {
                    let mut points = CodePoints::new(text);
                    Other {
                        lang: lang.as_str(),
                        text,
                        marks: marks.iter().map(|span| points.span(span)).collect(),
                    }
                })
                .collect(),
            places: hit.places.iter().map(OriginLine::from).collect(),
            status: hit.status.as_str(),
            date: hit.date.as_deref(),
        }
    }
}

/// Returns a hit for people: the text with the words marked, its renderings, its origin.
pub fn hit_text(hit: &Hit, paint: Paint) -> String {
    let mut text = format!(
        "{} {}",
        paint.dim(hit.lang.as_str()),
        marked(&hit.text, &hit.spans, paint)
    );
    // Writing into a String does not fail.
    for ((lang, other), marks) in hit.others.iter().zip(&hit.marks) {
        let _ = write!(
            text,
            "\n{} {}",
            paint.dim(lang.as_str()),
            marked(other, marks, paint)
        );
    }
    let mut about = vec![hit.status.as_str().to_owned()];
    about.extend(
        hit.places
            .last()
            .map(|place| OriginLine::from(place).text()),
    );
    about.extend(hit.tuid.as_deref().map(|tuid| visible(tuid).into_owned()));
    let _ = writeln!(text, "\n   {}", paint.dim(&about.join("; ")));
    text
}

/// A text with some stretches in bold.
fn marked(text: &str, spans: &[std::ops::Range<usize>], paint: Paint) -> String {
    let (mut out, mut at) = (String::new(), 0);
    for span in spans {
        out.push_str(&visible(&text[at..span.start]));
        out.push_str(&paint.bold(&visible(&text[span.clone()])));
        at = span.end;
    }
    out.push_str(&visible(&text[at..]));
    out
}

/// A keyword in context.
#[derive(Debug, Serialize)]
pub struct KwicLine<'l> {
    r#type: &'static str,
    unit: &'l str,
    lang: &'l str,
    left: &'l str,
    keyword: &'l str,
    right: &'l str,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<OriginLine<'l>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<&'l str>,
}

impl<'l> From<&'l Line> for KwicLine<'l> {
    fn from(line: &'l Line) -> Self {
        Self {
            r#type: "kwic",
            unit: line.tuid.as_deref().unwrap_or_default(),
            lang: line.lang.as_str(),
            left: &line.left,
            keyword: &line.keyword,
            right: &line.right,
            origin: line.place.as_ref().map(OriginLine::from),
            date: line.date.as_deref(),
        }
    }
}

/// Returns a keyword in context for people, the keyword in the middle of `width` columns.
pub fn kwic_text(line: &Line, width: usize, paint: Paint) -> String {
    let (left, keyword, right) = (
        visible(&line.left),
        visible(&line.keyword),
        visible(&line.right),
    );
    let side = width.saturating_sub(keyword.width()) / 2;
    let left = ending(&left, side);
    let padding = " ".repeat(side.saturating_sub(left.width()));
    format!(
        "{padding}{left}{}{}",
        paint.bold(&keyword),
        beginning(&right, side)
    )
}

/// The end of a text, as much as fits into so many columns.
fn ending(text: &str, columns: usize) -> &str {
    let from = text
        .char_indices()
        .map(|(at, _)| at)
        .find(|&at| text[at..].width() <= columns);
    from.map_or("", |at| &text[at..])
}

/// The beginning of a text, as much as fits into so many columns.
fn beginning(text: &str, columns: usize) -> &str {
    let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    let to = ends.take_while(|&at| text[..at].width() <= columns).last();
    &text[..to.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::UnitId;
    use crate::model::Lang;

    #[test]
    fn the_keyword_stands_in_the_middle() {
        let line = Line {
            unit: UnitId(1),
            tuid: None,
            lang: Lang::new("be").unwrap(),
            place: None,
            date: None,
            left: "Удзельнікі ".to_owned(),
            keyword: "канферэнцыі".to_owned(),
            right: " ухвалілі зварот да дзяржаў.".to_owned(),
        };
        assert_eq!(
            kwic_text(&line, 41, Paint(false)),
            "    Удзельнікі канферэнцыі ухвалілі зваро"
        );
        assert_eq!(kwic_text(&line, 0, Paint(false)), "канферэнцыі");
    }
}
