//! An alignment in the forms that people and other aligners read.

use std::io::{self, Write};
use std::ops::Range;

use serde::Serialize;

use crate::model::{Alignment, Bead, Explanation, Score};

use super::{DOUBTFUL, Paint, visible};

/// The forms in which an alignment is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BeadFormat {
    /// Both sides one under the other, with the probability.
    Text,
    /// Source TAB target TAB probability, in the order of the texts, an empty field for a missing side.
    Tsv,
    /// One bead a line: `{"type":"bead","src":[[from,to],..],"tgt":[..],"p":..}`.
    JsonLines,
    /// `[0, 1]:[2]:0.97`: line numbers from 0 as vecalign writes them, then the probability.
    Beads,
    /// hunalign's ladder: source position TAB target position TAB score, from the start of one bead to the end of the last.
    Ladder,
}

/// The texts of an aligned pair and where they stand.
#[derive(Clone, Copy, Debug)]
pub struct Texts<'t> {
    /// The source segments.
    pub source: &'t [String],
    /// The target segments.
    pub target: &'t [String],
    /// The source segments' places in code points of the decoded source.
    pub source_spans: &'t [[usize; 2]],
    /// The target segments' places in code points of the decoded target.
    pub target_spans: &'t [[usize; 2]],
    /// Why each bead was chosen, where that was asked for; only [`BeadFormat::Text`] and [`BeadFormat::JsonLines`] have room for it.
    pub explanations: Option<&'t [Explanation]>,
}

#[derive(Serialize)]
struct BeadLine<'t> {
    r#type: &'static str,
    src: &'t [[usize; 2]],
    tgt: &'t [[usize; 2]],
    p: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Option<Explained<'t>>,
}

/// Why a bead was chosen: `{"score":..,"reasons":[{"signal":"length","score":..},..],"words":[{"source":..,"target":..,"signal":..,"score":..},..]}`.
#[derive(Serialize)]
struct Explained<'t> {
    score: f64,
    reasons: Vec<Said>,
    words: Vec<SaidOfWords<'t>>,
}

#[derive(Serialize)]
struct Said {
    signal: &'static str,
    score: f64,
}

#[derive(Serialize)]
struct SaidOfWords<'t> {
    source: &'t str,
    target: &'t str,
    signal: &'static str,
    score: f64,
}

impl<'t> Explained<'t> {
    fn new(explanation: &'t Explanation) -> Self {
        Self {
            score: rounded(explanation.score()),
            reasons: explanation
                .reasons
                .iter()
                .map(|reason| Said {
                    signal: reason.signal,
                    score: rounded(reason.score),
                })
                .collect(),
            words: explanation
                .words
                .iter()
                .map(|pair| SaidOfWords {
                    source: &pair.source,
                    target: &pair.target,
                    signal: pair.signal,
                    score: rounded(pair.score),
                })
                .collect(),
        }
    }
}

impl<'t> Texts<'t> {
    fn why(&self, bead: usize) -> Option<&'t Explanation> {
        self.explanations?.get(bead)
    }
}

/// Writes an alignment. [`BeadFormat::Text`] shows the links in doubt first, least sure first, and then everything.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_beads(
    out: &mut impl Write,
    format: BeadFormat,
    alignment: &Alignment,
    texts: Texts<'_>,
    paint: Paint,
) -> io::Result<()> {
    if format == BeadFormat::Text {
        write_doubtful(out, alignment, texts, paint)?;
    }
    for (at, bead) in alignment.beads().iter().enumerate() {
        match format {
            BeadFormat::Text => write_text(out, bead, texts.why(at), texts, paint)?,
            BeadFormat::Tsv => {
                let field = |texts: &[String], range: &Range<usize>| {
                    texts[range.clone()].join(" ").replace(['\t', '\n'], " ")
                };
                writeln!(
                    out,
                    "{}\t{}\t{:.4}",
                    field(texts.source, &bead.source),
                    field(texts.target, &bead.target),
                    bead.probability
                )?;
            }
            BeadFormat::JsonLines => {
                let (src, tgt) = (
                    &texts.source_spans[bead.source.clone()],
                    &texts.target_spans[bead.target.clone()],
                );
                serde_json::to_writer(
                    &mut *out,
                    &BeadLine {
                        r#type: "bead",
                        src,
                        tgt,
                        p: rounded(bead.probability),
                        explain: texts.why(at).map(Explained::new),
                    },
                )?;
                out.write_all(b"\n")?;
            }
            BeadFormat::Beads => writeln!(
                out,
                "{}:{}:{:.4}",
                numbers(&bead.source),
                numbers(&bead.target),
                bead.probability
            )?,
            BeadFormat::Ladder => writeln!(
                out,
                "{}\t{}\t{:.4}",
                bead.source.start, bead.target.start, bead.probability
            )?,
        }
    }
    if format == BeadFormat::Ladder {
        writeln!(out, "{}\t{}\t0", texts.source.len(), texts.target.len())?;
    }
    Ok(())
}

/// Four digits are more than a probability can mean, and the same on every machine.
pub(super) fn rounded(fraction: f64) -> f64 {
    (fraction * 10_000.0).round() / 10_000.0
}

fn numbers(range: &Range<usize>) -> String {
    let numbers: Vec<String> = range.clone().map(|number| number.to_string()).collect();
    format!("[{}]", numbers.join(", "))
}

/// Writes the links in doubt, least sure first, if there are any.
fn write_doubtful(
    out: &mut impl Write,
    alignment: &Alignment,
    texts: Texts<'_>,
    paint: Paint,
) -> io::Result<()> {
    let in_doubt = |(_, bead): &(usize, &Bead)| bead.is_link() && bead.probability < DOUBTFUL;
    let mut doubtful: Vec<(usize, &Bead)> = alignment
        .beads()
        .iter()
        .enumerate()
        .filter(in_doubt)
        .collect();
    if doubtful.is_empty() {
        return Ok(());
    }
    doubtful.sort_by(|a, b| a.1.probability.total_cmp(&b.1.probability));
    writeln!(
        out,
        "{}\n",
        paint.bold(&format!("{} links in doubt", doubtful.len()))
    )?;
    for (at, bead) in doubtful {
        write_text(out, bead, texts.why(at), texts, paint)?;
    }
    writeln!(out, "{}\n", paint.bold("in the order of the texts"))
}

/// How many pairs of words an explanation shows to people.
const MOST_WORDS: usize = 12;

fn write_why(out: &mut impl Write, explanation: &Explanation, paint: Paint) -> io::Result<()> {
    let reasons: Vec<String> = explanation
        .reasons
        .iter()
        .map(|reason| format!("{} {:+.1}", reason.signal, reason.score))
        .collect();
    let line = format!("{:+.1} = {}", explanation.score(), reasons.join(", "));
    writeln!(out, "      {}", paint.dim(&line))?;
    if explanation.words.is_empty() {
        return Ok(());
    }
    let words: Vec<String> = explanation
        .words
        .iter()
        .take(MOST_WORDS)
        .map(|pair| {
            let (source, target) = (visible(&pair.source), visible(&pair.target));
            format!("{source}={target} {:+.1}", pair.score)
        })
        .collect();
    writeln!(out, "      {}", paint.dim(&words.join(", ")))
}

fn write_text(
    out: &mut impl Write,
    bead: &Bead,
    why: Option<&Explanation>,
    texts: Texts<'_>,
    paint: Paint,
) -> io::Result<()> {
    let percent = format!("{:>3}", Score::new(bead.probability).percent());
    let mark = if bead.is_link() && bead.probability >= DOUBTFUL {
        paint.good(&percent)
    } else {
        paint.doubtful(&percent)
    };
    let side = |texts: &[String], range: &Range<usize>| match range.len() {
        0 => paint.dim("(left out)"),
        _ => visible(&texts[range.clone()].join(" ")).replace('\n', " "),
    };
    writeln!(
        out,
        "{mark} {} {}",
        paint.bold("<"),
        side(texts.source, &bead.source)
    )?;
    writeln!(
        out,
        "    {} {}",
        paint.bold(">"),
        side(texts.target, &bead.target)
    )?;
    if let Some(why) = why {
        write_why(out, why, paint)?;
    }
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(format: BeadFormat) -> String {
        let source = ["One.".to_owned(), "Two.".to_owned(), "Three.".to_owned()];
        let target = ["Адзін і два.".to_owned()];
        let beads = vec![
            Bead {
                source: 0..2,
                target: 0..1,
                probability: 0.97,
            },
            Bead {
                source: 2..3,
                target: 1..1,
                probability: 0.881_23,
            },
        ];
        let texts = Texts {
            source: &source,
            target: &target,
            source_spans: &[[0, 4], [5, 9], [10, 16]],
            target_spans: &[[0, 12]],
            explanations: None,
        };
        let mut out = Vec::new();
        write_beads(
            &mut out,
            format,
            &Alignment::new(beads, 3, 1),
            texts,
            Paint(false),
        )
        .unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn writes_every_form() {
        assert_eq!(
            written(BeadFormat::Beads),
            "[0, 1]:[0]:0.9700\n[2]:[]:0.8812\n"
        );
        assert_eq!(
            written(BeadFormat::Ladder),
            "0\t0\t0.9700\n2\t1\t0.8812\n3\t1\t0\n"
        );
        assert_eq!(
            written(BeadFormat::Tsv),
            "One. Two.\tАдзін і два.\t0.9700\nThree.\t\t0.8812\n"
        );
        assert_eq!(
            written(BeadFormat::JsonLines),
            "{\"type\":\"bead\",\"src\":[[0,4],[5,9]],\"tgt\":[[0,12]],\"p\":0.97}\n{\"type\":\"bead\",\"src\":[[10,16]],\"tgt\":[],\"p\":0.8812}\n"
        );
        assert_eq!(
            written(BeadFormat::Text),
            " 97 < One. Two.\n    > Адзін і два.\n\n 88 < Three.\n    > (left out)\n\n"
        );
    }
}
