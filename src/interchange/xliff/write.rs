//! Writing XLIFF 1.2: one file, a `trans-unit` a unit, complete through an element of our own.

use std::io::Write;

use super::super::jsonl::rest_of;
use super::super::pair::Pair;
use super::super::xml::escape::{push_attribute, push_text};
use super::super::{Losses, WriteOptions, write_error};
use super::{EXTENSION, NAMESPACE, codes};
use crate::error::Result;
use crate::model::{Lang, Status, TranslationUnit};

/// The properties in which tools keep what tells a text from others that are equal to it; XLIFF's converters of PO have a place for it.
const CONTEXTS: [&str; 3] = ["x-po-context", "x-context", "context"];

/// A writer of one XLIFF document.
pub(in crate::interchange) struct Writer<W> {
    output: W,
    pair: Pair,
    plain: bool,
    losses: Losses,
    units: u64,
    text: String,
}

impl<W: Write> Writer<W> {
    pub(in crate::interchange) fn new(output: W, options: &WriteOptions) -> Self {
        Self {
            output,
            pair: Pair::new(options),
            plain: options.plain,
            losses: Losses::default(),
            units: 0,
            text: String::new(),
        }
    }

    fn begin(&mut self) {
        self.text.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xliff version=\"1.2\" xmlns=\"urn:oasis:names:tc:xliff:document:1.2\"");
        push_attribute(&mut self.text, "xmlns:diglot", NAMESPACE);
        self.text.push_str(">\n  <file original=\"diglot\"");
        let [source, target] = match self.pair.languages() {
            Some(languages) => languages.map(Lang::as_str),
            // Only a document without units comes here without languages.
            None => ["und", "und"],
        };
        push_attribute(&mut self.text, "source-language", source);
        push_attribute(&mut self.text, "target-language", target);
        self.text.push_str(" datatype=\"plaintext\">\n    <body>\n");
    }

    pub(in crate::interchange) fn write(&mut self, unit: &TranslationUnit) -> Result<()> {
        let Some(sides) = self.pair.sides(unit, &mut self.losses) else {
            return Ok(());
        };
        self.text.clear();
        if self.units == 0 {
            self.begin();
        }
        self.units += 1;
        self.text.push_str("      <trans-unit");
        push_attribute(&mut self.text, "id", &self.units.to_string());
        if let Some(id) = &unit.id {
            self.losses.characters += push_attribute(&mut self.text, "resname", id);
        }
        let confirmed = unit.status == Status::Confirmed;
        push_attribute(
            &mut self.text,
            "approved",
            if confirmed { "yes" } else { "no" },
        );
        self.text.push_str(" xml:space=\"preserve\">\n");
        let state = match unit.status {
            Status::Confirmed => "final",
            Status::Automatic => "needs-review-translation",
            Status::Rejected => "needs-translation",
        };
        for (element, side) in ["source", "target"].into_iter().zip(sides) {
            self.text.push_str("        <");
            self.text.push_str(element);
            push_attribute(&mut self.text, "xml:lang", side.lang.as_str());
            if element == "target" {
                push_attribute(&mut self.text, "state", state);
            }
            self.text.push('>');
            let kept = if self.plain { &[][..] } else { &side.codes };
            self.losses.codes += (side.codes.len() - kept.len()) as u64;
            self.losses.characters += codes::write(&mut self.text, side.text(), kept);
            self.text.push_str(&format!("</{element}>\n"));
        }
        for prop in unit
            .props
            .iter()
            .filter(|prop| CONTEXTS.contains(&prop.name.as_str()))
        {
            self.text.push_str("        <context-group name=\"po-entry\" purpose=\"information\"><context context-type=\"x-po-msgctxt\">");
            self.losses.characters += push_text(&mut self.text, &prop.value);
            self.text.push_str("</context></context-group>\n");
        }
        for note in &unit.notes {
            self.text.push_str("        <note>");
            self.losses.characters += push_text(&mut self.text, &note.text);
            self.text.push_str("</note>\n");
        }
        self.text.push_str(&format!("        <{EXTENSION}>"));
        self.losses.characters += push_text(&mut self.text, &rest_of(unit, sides));
        self.text
            .push_str(&format!("</{EXTENSION}>\n      </trans-unit>\n"));
        self.output
            .write_all(self.text.as_bytes())
            .map_err(write_error)
    }

    pub(in crate::interchange) fn finish(mut self) -> Result<(W, Losses)> {
        self.text.clear();
        if self.units == 0 {
            self.begin();
        }
        self.text.push_str("    </body>\n  </file>\n</xliff>\n");
        self.output
            .write_all(self.text.as_bytes())
            .map_err(write_error)?;
        Ok((self.output, self.losses))
    }
}
