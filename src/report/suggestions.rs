//! What the memory suggests for a text.

use std::fmt::Write as _;

use serde::Serialize;

use super::beads::rounded;
use super::{DOUBTFUL, OriginLine, Paint, visible};
use crate::matching::{Edit, Fragment, Match, Op, Query};
use crate::model::{Lang, Score, Status};

/// The most renderings of a fragment that are shown to people.
const SHOWN_RENDERINGS: usize = 3;

/// The answer to one query.
#[derive(Debug, Serialize)]
pub struct SuggestionsLine<'m> {
    r#type: &'static str,
    query: &'m str,
    from: Option<&'m str>,
    to: &'m str,
    matches: Vec<MatchLine<'m>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fragments: Vec<FragmentLine<'m>>,
}

#[derive(Debug, Serialize)]
struct MatchLine<'m> {
    score: f64,
    percent: u8,
    kind: &'static str,
    source: &'m str,
    target: &'m str,
    unit: &'m str,
    words: f64,
    chars: f64,
    lang: &'m str,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<OriginLine<'m>>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    probability: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<&'m str>,
    uses: usize,
    other_renderings: usize,
    difference: Vec<EditLine<'m>>,
    reasons: Vec<ReasonLine>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    repairs: Vec<RepairLine<'m>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unrepaired: Option<&'m str>,
}

#[derive(Debug, Serialize)]
struct EditLine<'m> {
    op: &'static str,
    text: &'m str,
}

#[derive(Debug, Serialize)]
struct ReasonLine {
    reason: String,
    lost: f64,
}

#[derive(Debug, Serialize)]
struct RepairLine<'m> {
    span: [usize; 2],
    was: &'m str,
}

#[derive(Debug, Serialize)]
struct FragmentLine<'m> {
    text: &'m str,
    texts: usize,
    whole: bool,
    source: &'m str,
    renderings: Vec<RenderingLine<'m>>,
}

#[derive(Debug, Serialize)]
struct RenderingLine<'m> {
    target: &'m str,
    units: usize,
}

impl<'m> SuggestionsLine<'m> {
    /// Returns the line for a query, its matches best first, and what is known of it in pieces; `from` is the language that was looked through.
    pub fn new(
        query: &'m Query<'_>,
        from: Option<&'m Lang>,
        matches: &'m [Match],
        fragments: &'m [Fragment],
    ) -> Self {
        let from = from.or_else(|| matches.first().map(|best| &best.lang));
        Self {
            r#type: "suggestions",
            query: query.text,
            from: from.map(Lang::as_str),
            to: query.to.as_str(),
            matches: matches.iter().map(MatchLine::from).collect(),
            fragments: fragments
                .iter()
                .map(|fragment| FragmentLine {
                    text: &fragment.text,
                    texts: fragment.texts,
                    whole: fragment.is_whole,
                    source: &fragment.source,
                    renderings: (fragment.renderings.iter())
                        .map(|(target, units)| RenderingLine {
                            target,
                            units: *units,
                        })
                        .collect(),
                })
                .collect(),
        }
    }
}

impl<'m> From<&'m Match> for MatchLine<'m> {
    fn from(found: &'m Match) -> Self {
        let mut points = super::CodePoints::new(&found.target);
        Self {
            score: found.score.fraction(),
            percent: found.percent(),
            kind: found.kind.as_str(),
            source: &found.source,
            target: &found.target,
            unit: found.tuid.as_deref().unwrap_or_default(),
            words: found.words.fraction(),
            chars: found.chars.fraction(),
            lang: found.lang.as_str(),
            origin: found.places.last().map(OriginLine::from),
            status: found.status.as_str(),
            probability: found.probability,
            date: found.date.as_deref(),
            uses: found.uses,
            other_renderings: found.other_renderings,
            difference: found
                .difference
                .iter()
                .map(|edit| EditLine {
                    op: edit.op.as_str(),
                    text: &edit.text,
                })
                .collect(),
            reasons: (found.reasons.iter())
                .map(|reason| ReasonLine {
                    reason: reason.cause.to_string(),
                    lost: rounded(reason.lost),
                })
                .collect(),
            repairs: (found.repairs.iter())
                .map(|repair| RepairLine {
                    span: points.span(&repair.span),
                    was: &repair.was,
                })
                .collect(),
            unrepaired: (!found.repairs.is_empty()).then_some(&found.original),
        }
    }
}

/// Returns the matches of a query for people: score, rendering, source with the difference marked, reasons, origin.
pub fn suggestions_text(matches: &[Match], fragments: &[Fragment], paint: Paint) -> String {
    let mut text = String::new();
    // Writing into a String does not fail.
    for found in matches {
        let percent = format!("{:>3} %", found.percent());
        let mark = if found.percent() >= 100 {
            paint.good(&percent)
        } else {
            paint.doubtful(&percent)
        };
        let _ = writeln!(text, "{mark}  {}", paint.bold(&repaired(found)));
        let _ = writeln!(text, "       {}", marked(&found.difference, paint));
        let mut about: Vec<String> = found
            .reasons
            .iter()
            .map(|reason| visible(&reason.to_string()).into_owned())
            .collect();
        if found.uses > 1 {
            about.push(format!("used {} times", found.uses));
        }
        if found.other_renderings > 0 {
            about.push(format!(
                "{} other renderings of this source",
                found.other_renderings
            ));
        }
        about.push(match found.probability {
            Some(probability) if found.status == Status::Automatic && probability < DOUBTFUL => {
                format!("link in doubt ({} %)", Score::new(probability).percent())
            }
            _ => found.status.as_str().to_owned(),
        });
        if let Some(place) = found.places.last() {
            about.push(OriginLine::from(place).text());
        }
        about.push(visible(found.tuid.as_deref().unwrap_or_default()).into_owned());
        let _ = writeln!(text, "       {}", paint.dim(&about.join("; ")));
    }
    if matches.is_empty() {
        let _ = writeln!(text, "{}", paint.dim("nothing near enough"));
    }
    for fragment in fragments {
        let _ = writeln!(
            text,
            "    …  {} {}",
            visible(&fragment.text),
            paint.dim(&format!("(in {} texts)", fragment.texts))
        );
        // Of a formula its renderings, of any other stretch the shortest text that has it.
        if !fragment.is_whole && !fragment.renderings.is_empty() {
            let _ = writeln!(text, "       {}", paint.dim(&visible(&fragment.source)));
        }
        for (target, units) in fragment.renderings.iter().take(SHOWN_RENDERINGS) {
            let times = if *units > 1 {
                format!(" ({units} times)")
            } else {
                String::new()
            };
            let _ = writeln!(text, "       {}{}", visible(target), paint.dim(&times));
        }
    }
    text
}

/// The rendering, with what was repaired in brackets: ⟦2026⟧.
fn repaired(found: &Match) -> String {
    let (mut text, mut at) = (String::new(), 0);
    for repair in &found.repairs {
        text.push_str(&visible(&found.target[at..repair.span.start]));
        let _ = write!(text, "⟦{}⟧", visible(&found.target[repair.span.clone()]));
        at = repair.span.end;
    }
    text.push_str(&visible(&found.target[at..]));
    text
}

/// The source with the difference: what only the query has as {+…+}, what only the source has as [-…-], what moved as {~…~}.
fn marked(difference: &[Edit], paint: Paint) -> String {
    let mut text = String::new();
    for edit in difference {
        let content = visible(edit.text.trim_end());
        let space = &edit.text[edit.text.trim_end().len()..];
        match edit.op {
            Op::Equal => text.push_str(&content),
            Op::Insert => text.push_str(&paint.good(&format!("{{+{content}+}}"))),
            Op::Delete => text.push_str(&paint.bad(&format!("[-{content}-]"))),
            Op::MoveIn => text.push_str(&paint.doubtful(&format!("{{~{content}~}}"))),
            Op::MoveOut => text.push_str(&paint.doubtful(&format!("[~{content}~]"))),
        }
        text.push_str(space);
    }
    text
}
