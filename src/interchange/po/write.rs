//! Writing PO: an entry a unit, complete through a comment of our own.
//!
//! An entry is known by its context and text, so a second unit with both equal gets a context that tells them apart.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Write;

use super::super::jsonl::rest_of;
use super::super::pair::{self, Pair};
use super::super::{Losses, WriteOptions, write_error};
use super::entry::push;
use super::{CONTEXT, EXTRACTED, FLAG, OWN, REFERENCE};
use crate::error::Result;
use crate::model::{Lang, Status, TranslationUnit};

/// A writer of one PO file.
pub(in crate::interchange) struct Writer<W> {
    output: W,
    pair: Pair,
    losses: Losses,
    begun: bool,
    /// Hashes of the contexts and texts that were written.
    keys: HashSet<u64>,
    text: String,
}

impl<W: Write> Writer<W> {
    pub(in crate::interchange) fn new(output: W, options: &WriteOptions) -> Self {
        Self {
            output,
            pair: Pair::new(options),
            losses: Losses::default(),
            begun: false,
            keys: HashSet::new(),
            text: String::new(),
        }
    }

    fn begin(&mut self) {
        self.begun = true;
        let [source, target] = match self.pair.languages() {
            Some(languages) => languages.map(Lang::as_str),
            None => ["en", ""],
        };
        let header = format!(
            "MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\nLanguage: {}\nX-Source-Language: {}\nX-Generator: diglot {}\n",
            target.replace('-', "_"),
            source.replace('-', "_"),
            env!("CARGO_PKG_VERSION")
        );
        push(&mut self.text, "msgid", "", "\n");
        push(&mut self.text, "msgstr", &header, "\n");
    }

    pub(in crate::interchange) fn write(&mut self, unit: &TranslationUnit) -> Result<()> {
        let Some(sides) = self.pair.sides(unit, &mut self.losses) else {
            return Ok(());
        };
        self.text.clear();
        if !self.begun {
            self.begin();
        }
        self.text.push('\n');
        let props = |name: &'static str| {
            let named = unit.props.iter().filter(move |prop| prop.name == name);
            named.map(|prop| prop.value.as_str())
        };
        let notes = unit.notes.iter().map(|note| note.text.as_str());
        comments(&mut self.text, "# ", notes);
        let own = |text: &&str| !text.starts_with(OWN);
        comments(&mut self.text, "#. ", props(EXTRACTED).filter(own));
        let rest = [OWN, &rest_of(unit, sides)].concat();
        comments(&mut self.text, "#. ", [rest.as_str()].into_iter());
        comments(&mut self.text, "#: ", props(REFERENCE));
        let fuzzy = (unit.status != Status::Confirmed).then_some(super::FUZZY);
        let flags: Vec<&str> = fuzzy.into_iter().chain(props(FLAG)).collect();
        if !flags.is_empty() {
            comments(
                &mut self.text,
                "#, ",
                [flags.join(", ").as_str()].into_iter(),
            );
        }
        let source = sides[0].text();
        let context = props(CONTEXT).next().map(str::to_owned);
        let context = match self.is_new(context.as_deref(), source) {
            true => context,
            false => {
                let name = unit.id.clone().unwrap_or_default();
                let mut number = 1;
                let mut made = format!("diglot {name}");
                while !self.is_new(Some(&made), source) {
                    number += 1;
                    made = format!("diglot {name} {number}");
                }
                Some(made)
            }
        };
        if let Some(context) = context {
            push(&mut self.text, "msgctxt", &context, "\n");
        }
        push(&mut self.text, "msgid", source, "\n");
        push(&mut self.text, "msgstr", sides[1].text(), "\n");
        self.losses.codes += pair::codes(sides);
        self.output
            .write_all(self.text.as_bytes())
            .map_err(write_error)
    }

    fn is_new(&mut self, context: Option<&str>, source: &str) -> bool {
        let mut hasher = DefaultHasher::new();
        (context, source).hash(&mut hasher);
        self.keys.insert(hasher.finish())
    }

    pub(in crate::interchange) fn finish(mut self) -> Result<(W, Losses)> {
        if !self.begun {
            self.text.clear();
            self.begin();
            self.output
                .write_all(self.text.as_bytes())
                .map_err(write_error)?;
        }
        Ok((self.output, self.losses))
    }
}

/// Writes comments, a line each: a line end inside one begins another.
fn comments<'c>(out: &mut String, mark: &str, texts: impl Iterator<Item = &'c str>) {
    for line in texts.flat_map(|text| text.split(['\n', '\r'])) {
        out.push_str(mark);
        out.push_str(line);
        out.push('\n');
    }
}
