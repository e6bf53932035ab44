//! hunalign's two forms: the text form, and the ladder of line numbers beside its two texts.
//!
//! The text form has a line `source<TAB>target<TAB>score` a bead, sentences of one side joined by ` ~~~ `, an empty side where something was left
//! out. A ladder has a line `source<TAB>target<TAB>score` a rung, numbers of lines from 0: what stands between two rungs belongs together
//! (D. Varga et al., "Parallel corpora for medium density languages", 2005; the program's README). Scores are no probabilities (they go beyond 1 and
//! below 0), so they are kept as the property `x-hunalign-score`.

use std::io::Write;

use super::lines::{Lines, warning};
use super::pair::{self, Pair, push_line};
use super::source::Position;
use super::{Entry, Input, Losses, ReadOptions, WriteOptions, write_error};
use crate::error::Result;
use crate::model::{Lang, Prop, Status, TranslationUnit};

/// What joins the sentences of one side.
const JOINT: &str = " ~~~ ";

/// The property that keeps a score.
const SCORE: &str = "x-hunalign-score";

/// What a unit of which nobody said how sure it is gets for a score.
const NO_SCORE: &str = "0";

/// The entries of either form, read as they are asked for; after an error nothing more comes.
pub(super) struct Reader<'r> {
    form: Form<'r>,
    languages: [Lang; 2],
    found: std::vec::IntoIter<Entry>,
    left_out: u64,
    over: bool,
}

enum Form<'r> {
    Text(Box<Lines<'r>>),
    Ladder(Box<Ladder<'r>>),
}

struct Ladder<'r> {
    rungs: Lines<'r>,
    texts: [Lines<'r>; 2],
    /// How many lines of each text were read.
    read: [u64; 2],
    /// The score of the bead that begins at the last rung.
    score: Option<String>,
}

/// A bead: its texts, its score, where it stands.
struct Bead {
    texts: [String; 2],
    score: Option<String>,
    at: Position,
}

impl<'r> Reader<'r> {
    /// Returns the entries of the text form.
    pub(super) fn new(input: Input<'r>, options: &ReadOptions) -> Result<Self> {
        let languages = pair::told(&options.languages, &input.name)?.map(Lang::clone);
        let lines = Lines::new(input, options.encoding.as_deref())?;
        Ok(Self::of(Form::Text(Box::new(lines)), languages))
    }

    fn of(form: Form<'r>, languages: [Lang; 2]) -> Self {
        Self {
            form,
            languages,
            found: Vec::new().into_iter(),
            left_out: 0,
            over: false,
        }
    }

    /// Reads a bead; says whether there was one.
    fn step(&mut self) -> Result<bool> {
        let bead = match &mut self.form {
            Form::Text(lines) => text_bead(lines)?,
            Form::Ladder(ladder) => ladder.bead()?,
        };
        let Some(bead) = bead else {
            return Ok(false);
        };
        if bead.texts.iter().any(|text| text.trim().is_empty()) {
            self.left_out += u64::from(bead.texts.iter().any(|text| !text.trim().is_empty()));
            return Ok(true);
        }
        let [from, to] = &self.languages;
        let texts = bead.texts.each_ref().map(|text| (text.as_str(), bead.at));
        let mut entries = pair::unit_of([from, to], texts, None, bead.at);
        if let (Some(Entry::Unit { unit, .. }), Some(score)) = (entries.last_mut(), bead.score) {
            unit.status = Status::Automatic;
            unit.props.push(Prop {
                name: SCORE.to_owned(),
                value: score,
                attributes: Vec::new(),
            });
        }
        self.found = entries.into_iter();
        Ok(true)
    }

    /// Says at the end how much had no counterpart.
    fn end(&mut self) {
        if self.left_out > 0 {
            let reason = format!(
                "{} beads without a text on one side: no units",
                self.left_out
            );
            let at = match &self.form {
                Form::Text(lines) => lines.position(),
                Form::Ladder(ladder) => ladder.rungs.position(),
            };
            self.found = vec![Entry::Warning(warning(at, reason))].into_iter();
        }
    }
}

/// Returns the entries of a ladder and its two texts.
pub(super) fn ladder<'r>(inputs: [Input<'r>; 3], options: &ReadOptions) -> Result<Reader<'r>> {
    let languages = pair::told(&options.languages, &inputs[0].name)?.map(Lang::clone);
    let encoding = options.encoding.as_deref();
    let [rungs, source, target] = inputs;
    let ladder = Ladder {
        rungs: Lines::new(rungs, encoding)?,
        texts: [Lines::new(source, encoding)?, Lines::new(target, encoding)?],
        read: [0, 0],
        score: None,
    };
    Ok(Reader::of(Form::Ladder(Box::new(ladder)), languages))
}

fn text_bead(lines: &mut Lines<'_>) -> Result<Option<Bead>> {
    let Some(line) = lines.next()? else {
        return Ok(None);
    };
    let cells: Vec<&str> = line.split('\t').collect();
    let bead = match *cells.as_slice() {
        [source, target, score] if score.trim().parse::<f64>().is_ok() => Some((
            [source, target].map(|side| side.replace(JOINT, " ")),
            score.trim().to_owned(),
        )),
        _ => None,
    };
    let at = lines.position();
    match bead {
        Some((texts, score)) => Ok(Some(Bead {
            texts,
            score: (score != NO_SCORE).then_some(score),
            at,
        })),
        None => Err(lines.fault(at, "expected `source<TAB>target<TAB>score`")),
    }
}

impl Ladder<'_> {
    /// Returns the bead that ends at the next rung.
    fn bead(&mut self) -> Result<Option<Bead>> {
        let Some(line) = self.rungs.next()? else {
            return self.check_end().map(|()| None);
        };
        let mut cells = line.split('\t');
        let mut number = || {
            cells
                .next()
                .and_then(|cell| cell.trim().parse::<u64>().ok())
        };
        let rung = number().zip(number());
        let score = cells.next().map(|score| score.trim().to_owned());
        let at = self.rungs.position();
        let Some((source, target)) = rung else {
            return Err(self
                .rungs
                .fault(at, "expected `source line<TAB>target line<TAB>score`"));
        };
        let mut texts = [String::new(), String::new()];
        for (side, upto) in [source, target].into_iter().enumerate() {
            if upto < self.read[side] {
                return Err(self.rungs.fault(at, "a rung below the one before it"));
            }
            while self.read[side] < upto {
                let Some(line) = self.texts[side].next()? else {
                    let reason = format!(
                        "the rung names line {upto}, but the text has {} lines",
                        self.read[side]
                    );
                    return Err(self.rungs.fault(at, reason));
                };
                if !texts[side].is_empty() {
                    texts[side].push(' ');
                }
                texts[side].push_str(line.trim());
                self.read[side] += 1;
            }
        }
        let score = std::mem::replace(&mut self.score, score.filter(|score| score != NO_SCORE));
        Ok(Some(Bead { texts, score, at }))
    }

    fn check_end(&mut self) -> Result<()> {
        for text in &mut self.texts {
            if text.next()?.is_some_and(|line| !line.trim().is_empty()) {
                let at = text.position();
                return Err(text.fault(at, "the ladder ends before this line: is it of this text?"));
            }
        }
        Ok(())
    }
}

impl Iterator for Reader<'_> {
    type Item = Result<Entry>;

    fn next(&mut self) -> Option<Result<Entry>> {
        loop {
            if let Some(entry) = self.found.next() {
                return Some(Ok(entry));
            }
            if self.over {
                return None;
            }
            match self.step() {
                Ok(true) => {}
                Ok(false) => {
                    self.over = true;
                    self.end();
                }
                Err(error) => {
                    self.over = true;
                    return Some(Err(error));
                }
            }
        }
    }
}

/// A writer of either form.
pub(super) struct Writer<W> {
    outputs: Vec<W>,
    pair: Pair,
    losses: Losses,
    /// How many rungs a ladder has so far.
    rungs: u64,
}

impl<W: Write> Writer<W> {
    /// Returns a writer of the text form.
    pub(super) fn text(output: W, options: &WriteOptions) -> Self {
        Self::of(vec![output], options)
    }

    /// Returns a writer of a ladder and its two texts.
    pub(super) fn ladder(outputs: [W; 3], options: &WriteOptions) -> Self {
        Self::of(outputs.into(), options)
    }

    fn of(outputs: Vec<W>, options: &WriteOptions) -> Self {
        Self {
            outputs,
            pair: Pair::new(options),
            losses: Losses::default(),
            rungs: 0,
        }
    }

    pub(super) fn write(&mut self, unit: &TranslationUnit) -> Result<()> {
        let Some(sides) = self.pair.sides(unit, &mut self.losses) else {
            return Ok(());
        };
        let kept = unit.props.iter().find(|prop| prop.name == SCORE);
        let score = match (kept, unit.probability) {
            (Some(prop), _) => prop.value.clone(),
            (None, Some(probability)) => probability.to_string(),
            (None, None) => NO_SCORE.to_owned(),
        };
        let mut lines = [String::new(), String::new()];
        for (line, side) in lines.iter_mut().zip(sides) {
            self.losses.characters += push_line(line, side.text());
        }
        let [source, target] = &lines;
        match self.outputs.as_mut_slice() {
            [output] => writeln!(output, "{source}\t{target}\t{score}"),
            [ladder, first, second] => writeln!(ladder, "{0}\t{0}\t{score}", self.rungs)
                .and_then(|()| writeln!(first, "{source}"))
                .and_then(|()| writeln!(second, "{target}")),
            _ => Ok(()),
        }
        .map_err(write_error)?;
        self.rungs += 1;
        self.losses.codes += pair::codes(sides);
        self.losses.properties += pair::details(unit, sides) - u64::from(kept.is_some());
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<(Vec<W>, Losses)> {
        if let [ladder, _, _] = self.outputs.as_mut_slice() {
            writeln!(ladder, "{0}\t{0}\t{NO_SCORE}", self.rungs).map_err(write_error)?;
        }
        Ok((self.outputs, self.losses))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(form: &str, parts: [&str; 2]) -> (Vec<[String; 2]>, usize, Option<String>) {
        let options = ReadOptions {
            languages: vec![Lang::new("ru").unwrap(), Lang::new("en").unwrap()],
            ..ReadOptions::default()
        };
        let input = |bytes: &str| Input {
            bytes: Box::new(std::io::Cursor::new(bytes.as_bytes().to_vec())),
            name: "in".to_owned(),
        };
        let reader = match parts {
            ["", ""] => Reader::new(input(form), &options).unwrap(),
            [source, target] => {
                ladder([input(form), input(source), input(target)], &options).unwrap()
            }
        };
        let (mut found, mut warnings, mut failure) = (Vec::new(), 0, None);
        for entry in reader {
            match entry {
                Ok(Entry::Unit { unit, .. }) => {
                    found.push([0, 1].map(|side| unit.variants[side].text().to_owned()));
                }
                Ok(Entry::Warning(_)) => warnings += 1,
                Err(error) => failure = Some(error.to_string()),
            }
        }
        (found, warnings, failure)
    }

    #[test]
    fn beads_stand_between_the_rungs_of_a_ladder() {
        let (found, warnings, failure) = texts(
            "0\t0\t0.5\n1\t2\t-0.3\n2\t2\t1.5\n3\t3\t0\n",
            ["Да.\nНет.\nМожет.\n", "Yes,\nyes.\nMaybe.\n"],
        );
        assert_eq!(failure, None);
        assert_eq!(
            found,
            [["Да.", "Yes, yes."], ["Может.", "Maybe."]].map(|pair| pair.map(str::to_owned))
        );
        assert_eq!(warnings, 1);
        for (rungs, said) in [
            ("0\t0\t0\n9\t1\t0\n", "has 3 lines"),
            ("2\t2\t0\n1\t2\t0\n", "below"),
            ("0\t0\t0\n1\t1\t0\n", "ends before"),
            ("x\n", "expected"),
        ] {
            let (_, _, failure) = texts(rungs, ["Да.\nНет.\nМожет.\n", "Yes,\nyes.\nMaybe.\n"]);
            assert!(
                failure.as_ref().is_some_and(|f| f.contains(said)),
                "{failure:?}"
            );
        }
    }

    #[test]
    fn sentences_of_one_side_are_joined_in_the_text_form() {
        let (found, warnings, failure) =
            texts("Да. ~~~ Нет.\tYes. No.\t1.7\n\tLost.\t-0.3\n", ["", ""]);
        assert_eq!((warnings, failure), (1, None));
        assert_eq!(found, [["Да. Нет.".to_owned(), "Yes. No.".to_owned()]]);
    }
}
