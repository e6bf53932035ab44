//! The rows of a review: a link with its sentences in every column, or a sentence that no other version has.
//!
//! Rows are compared by what they stand for, so that after a decision only those are sent that are others now.

use askama::Template;

use super::super::Refusal;
use super::chrome::Chrome;
use crate::align::{Agreement, agreements};
use crate::model::{BlockKind, Spot, Status, Stretch};
use crate::report::DOUBTFUL;
use crate::review::{At, Link, Sheet};

/// What a row stands for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    at: At,
    /// The status, how sure it is, and the edited texts of a link; nothing for a sentence that is left out.
    link: Option<(Status, Option<f64>, Vec<Option<String>>)>,
}

/// Returns the rows of a sheet in order: the links, and after each what follows it in its version and is left out in the others.
pub(super) fn rows(sheet: &Sheet) -> Vec<Row> {
    let versions = sheet.versions.len();
    // For each version and segment the link it belongs to.
    let mut owner: Vec<Vec<Option<usize>>> = sheet
        .versions
        .iter()
        .map(|version| vec![None; version.segments.len()])
        .collect();
    for (number, link) in sheet.links.iter().enumerate() {
        for (version, span) in link.shown.iter().enumerate() {
            if let Some((first, last)) = span {
                owner[version][*first as usize..=*last as usize].fill(Some(number));
            }
        }
    }
    let mut left_out: Vec<Vec<At>> = vec![Vec::new(); sheet.links.len() + 1];
    for (version, owners) in owner.iter().enumerate() {
        let mut behind = 0;
        for (stretch, owner) in sheet.versions[version].stretches.iter().zip(owners) {
            match owner {
                Some(link) => behind = link + 1,
                None => {
                    let mut at: At = vec![None; versions];
                    at[version] = Some(*stretch);
                    left_out[behind].push(at);
                }
            }
        }
    }
    let mut rows = Vec::new();
    for (number, behind) in left_out.into_iter().enumerate() {
        if let Some(link) = number.checked_sub(1).map(|number| &sheet.links[number]) {
            rows.push(Row::of(link));
        }
        rows.extend(behind.into_iter().map(|at| Row { at, link: None }));
    }
    rows
}

impl Row {
    fn of(link: &Link) -> Self {
        Self {
            at: link.at.clone(),
            link: Some((link.status, link.probability, link.edited.clone())),
        }
    }

    fn state(&self) -> &'static str {
        match &self.link {
            None => "left",
            Some((Status::Confirmed, ..)) => "accepted",
            Some((_, probability, _)) if probability.is_none_or(|p| p < DOUBTFUL) => "doubt",
            Some(_) => "sure",
        }
    }

    /// Returns the row as HTML.
    pub(super) fn html(&self, sheet: &Sheet, c: &Chrome) -> Result<String, Refusal> {
        let texts: Vec<String> = sheet
            .versions
            .iter()
            .zip(&self.at)
            .map(|(version, at)| at.map_or_else(String::new, |at| version.text(at)))
            .collect();
        let named: Vec<_> = sheet
            .versions
            .iter()
            .zip(&texts)
            .map(|(version, text)| (&version.document.lang, text.as_str()))
            .collect();
        let agreeing = match self.link {
            Some(_) => agreements(&named),
            None => vec![Vec::new(); named.len()],
        };
        let edited = |version: usize| {
            let texts = self.link.as_ref().map(|(.., edited)| edited);
            texts.and_then(|edited| edited.get(version).cloned().flatten())
        };
        let cells = (0..self.at.len())
            .map(|version| Cell {
                version,
                lang: sheet.versions[version].document.lang.to_string(),
                sentences: match self.at[version] {
                    Some(stretch) => sentences(sheet, version, stretch, &agreeing[version]),
                    None => Vec::new(),
                },
                edited: edited(version),
            })
            .collect();
        let percent = self
            .link
            .as_ref()
            .and_then(|(_, probability, _)| *probability)
            .map(|p| crate::model::Score::new(p).percent());
        let row = RowHtml {
            c,
            at: serde_json::to_string(&self.at).unwrap_or_default(),
            state: self.state(),
            percent: percent.filter(|_| self.state() != "accepted"),
            cells,
        };
        row.render().map_err(|_| Refusal::broken())
    }
}

#[derive(Template)]
#[template(path = "row.html", config = "src/askama.toml")]
struct RowHtml<'p> {
    c: &'p Chrome,
    at: String,
    state: &'static str,
    percent: Option<u8>,
    cells: Vec<Cell>,
}

struct Cell {
    version: usize,
    lang: String,
    sentences: Vec<Sentence>,
    edited: Option<String>,
}

struct Sentence {
    version: usize,
    /// Where it begins; inside a sentence where that is split.
    spot: Spot,
    /// Whether the rest of its sentence is another piece.
    is_broken_off: bool,
    is_headline: bool,
    /// The class and the words of its chip.
    kind: Option<(&'static str, &'static str)>,
    speaker: Option<String>,
    pieces: Vec<(&'static str, String)>,
}

fn sentences(sheet: &Sheet, version: usize, at: Stretch, agreeing: &[Agreement]) -> Vec<Sentence> {
    let of = &sheet.versions[version];
    let Some((first, last)) = of.shown(at) else {
        return Vec::new();
    };
    let segments = &of.segments;
    let mut from = 0;
    (first as usize..=last as usize)
        .map(|number| {
            let segment = &segments[number];
            let before = number.checked_sub(1).map(|before| &segments[before]);
            let stretch = of.stretches[number];
            let is_new_turn = before.is_none_or(|before| {
                before.turn != segment.turn || before.speaker != segment.speaker
            });
            let sentence = Sentence {
                version,
                spot: stretch.start(),
                is_broken_off: stretch.to > 0,
                is_headline: segment.kind == BlockKind::Headline,
                kind: match segment.kind {
                    _ if stretch.from > 0 => None,
                    BlockKind::Headline => Some(("headline", "chip.headline")),
                    BlockKind::Note => Some(("note", "chip.note")),
                    BlockKind::ListItem => Some(("item", "chip.item")),
                    BlockKind::Speaker => Some(("speaker", "chip.speaker")),
                    BlockKind::Paragraph => None,
                },
                speaker: segment
                    .speaker
                    .clone()
                    .filter(|_| is_new_turn && segment.kind != BlockKind::Speaker),
                pieces: pieces(&segment.text, from, agreeing),
            };
            from += segment.text.len() + 1;
            sentence
        })
        .collect()
}

/// Returns a sentence that begins at `from` in its link's text in pieces: plain ones, numbers and names that agree.
fn pieces(text: &str, from: usize, agreeing: &[Agreement]) -> Vec<(&'static str, String)> {
    let mut pieces = Vec::new();
    let mut at = 0;
    for Agreement { span, is_number } in agreeing {
        let inside = span.start.checked_sub(from).zip(span.end.checked_sub(from));
        let Some((start, end)) = inside.filter(|&(start, end)| at <= start && end <= text.len())
        else {
            continue;
        };
        let (Some(before), Some(marked)) = (text.get(at..start), text.get(start..end)) else {
            continue;
        };
        pieces.push(("", before.to_owned()));
        let kind = if *is_number { "number" } else { "name" };
        pieces.push((kind, marked.to_owned()));
        at = end;
    }
    pieces.push(("", text.get(at..).unwrap_or("").to_owned()));
    pieces.retain(|(_, text)| !text.is_empty());
    pieces
}

/// Returns what changes whenever a row does.
pub(super) fn revision(rows: &[Row]) -> String {
    let mut hasher = blake3::Hasher::new();
    for row in rows {
        hasher.update(format!("{row:?}").as_bytes());
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

/// Where two lists of rows differ: how many are the same at the start, how many old ones go, and which new ones come.
pub(super) fn splice<'r>(old: &[Row], new: &'r [Row]) -> (usize, usize, &'r [Row]) {
    let same = |(a, b): &(&Row, &Row)| a == b;
    let start = old.iter().zip(new).take_while(same).count();
    let rest = old.len().min(new.len()) - start;
    let end = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take(rest)
        .take_while(same)
        .count();
    (start, old.len() - start - end, &new[start..new.len() - end])
}

/// How many rows are of which kind.
#[derive(serde::Serialize)]
pub(super) struct Tally {
    pub(super) links: usize,
    pub(super) doubtful: usize,
    pub(super) accepted: usize,
    pub(super) left_out: usize,
}

/// Counts rows.
pub(super) fn tally(rows: &[Row]) -> Tally {
    let count = |state: &str| rows.iter().filter(|row| row.state() == state).count();
    let left_out = count("left");
    Tally {
        links: rows.len() - left_out,
        doubtful: count("doubt"),
        accepted: count("accepted"),
        left_out,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(at: u32) -> Row {
        Row {
            at: vec![Some(Stretch::whole(at, at)), None],
            link: None,
        }
    }

    #[test]
    fn only_what_differs_is_sent() {
        let old = [row(1), row(2), row(3), row(3), row(4)];
        for (new, wanted) in [
            (vec![row(1), row(2), row(3), row(3), row(4)], (5, 0, 0)),
            (vec![row(1), row(9), row(3), row(3), row(4)], (1, 1, 1)),
            (vec![row(1), row(2), row(3), row(4)], (3, 1, 0)),
            (
                vec![row(1), row(2), row(3), row(3), row(3), row(4)],
                (4, 0, 1),
            ),
            (vec![], (0, 5, 0)),
        ] {
            let (start, gone, come) = splice(&old, &new);
            assert_eq!((start, gone, come.len()), wanted);
        }
    }
}
