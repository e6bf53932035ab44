//! Two texts whose lines render each other, one pair a line in both, as Moses and its successors train on: no head, no quoting.

use std::io::Write;

use super::lines::Lines;
use super::pair::{self, Pair, push_line};
use super::steps::{self, Steps};
use super::{Entry, Input, Losses, ReadOptions, WriteOptions, write_error};
use crate::error::Result;
use crate::model::{Lang, TranslationUnit};

/// The entries of two texts, read as they are asked for; after an error nothing more comes.
pub(super) struct Reader<'r> {
    texts: [Lines<'r>; 2],
    names: [String; 2],
    languages: [Lang; 2],
    steps: Steps,
}

impl<'r> Reader<'r> {
    pub(super) fn new(inputs: [Input<'r>; 2], options: &ReadOptions) -> Result<Self> {
        let names = inputs.each_ref().map(|input| input.name.clone());
        let languages = languages(&names, &options.languages)?;
        let encoding = options.encoding.as_deref();
        let [source, target] = inputs;
        Ok(Self {
            texts: [Lines::new(source, encoding)?, Lines::new(target, encoding)?],
            names,
            languages,
            steps: Steps::default(),
        })
    }

    /// Reads a pair of lines; says whether there was one.
    fn step(&mut self) -> Result<bool> {
        let [source, target] = &mut self.texts;
        let (one, other) = (source.next()?, target.next()?);
        let blank = |text: Option<&str>| text.is_none_or(|text| text.trim().is_empty());
        let texts = match (one, other) {
            (None, None) => return Ok(false),
            (Some(one), Some(other)) => [one.to_owned(), other.to_owned()],
            // A last empty line more is no text more.
            (short, long) if blank(short) && blank(long) => return Ok(true),
            (short, _) => {
                let (short, long) = if short.is_none() { (0, 1) } else { (1, 0) };
                let reason = format!(
                    "`{}` goes on where `{}` has ended: the lines do not pair up",
                    self.names[long], self.names[short]
                );
                let at = self.texts[long].position();
                return Err(self.texts[long].fault(at, reason));
            }
        };
        let at = source.position();
        let texts = texts.each_ref().map(|text| (text.as_str(), at));
        // Both blank is how such texts part documents.
        if texts.iter().any(|(text, _)| !text.trim().is_empty()) {
            let [from, to] = &self.languages;
            self.steps
                .found
                .extend(pair::unit_of([from, to], texts, None, at));
        }
        Ok(true)
    }
}

/// Returns the languages of the two files: those told, else those that the names end in (`corpus.ru`, `corpus.en`).
fn languages(names: &[String; 2], told: &[Lang]) -> Result<[Lang; 2]> {
    let ending = |name: &String| {
        let name = name.trim_end_matches(".gz");
        Lang::new(name.rsplit_once('.')?.1)
            .ok()
            .filter(|lang| lang.primary().len() <= 3 && lang.as_str() != "txt")
    };
    match names.each_ref().map(ending) {
        [Some(source), Some(target)] if told.is_empty() && source != target => Ok([source, target]),
        _ => pair::told(told, &names[0]).map(|languages| languages.map(Lang::clone)),
    }
}

impl Iterator for Reader<'_> {
    type Item = Result<Entry>;

    fn next(&mut self) -> Option<Result<Entry>> {
        steps::next(self, |reader| &mut reader.steps, Self::step)
    }
}

/// A writer of two texts.
pub(super) struct Writer<W> {
    outputs: [W; 2],
    pair: Pair,
    losses: Losses,
}

impl<W: Write> Writer<W> {
    pub(super) fn new(outputs: [W; 2], options: &WriteOptions) -> Self {
        Self {
            outputs,
            pair: Pair::new(options),
            losses: Losses::default(),
        }
    }

    pub(super) fn write(&mut self, unit: &TranslationUnit) -> Result<()> {
        let Some(sides) = self.pair.sides(unit, &mut self.losses) else {
            return Ok(());
        };
        for (output, side) in self.outputs.iter_mut().zip(sides) {
            let mut line = String::with_capacity(side.text().len() + 1);
            self.losses.characters += push_line(&mut line, side.text());
            line.push('\n');
            output.write_all(line.as_bytes()).map_err(write_error)?;
        }
        self.losses.codes += pair::codes(sides);
        self.losses.properties +=
            pair::details(unit, sides) + u64::from(unit.probability.is_some());
        Ok(())
    }

    pub(super) fn finish(self) -> (Vec<W>, Losses) {
        (self.outputs.into(), self.losses)
    }
}
