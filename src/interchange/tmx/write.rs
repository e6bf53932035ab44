//! Writing TMX in the one profile that the strictest readers accept.
//!
//! The rule: UTF-8, version 1.4, valid by its DTD; `srclang` of a unit is letter for letter the `xml:lang` of one of its variants or `*all*`;
//! dates are `YYYYMMDDThhmmssZ`; one element a line, in an order that depends on nothing but the units, so that two exports can be compared.
//! What cannot be written so is counted.

use std::io::Write;

use super::super::xml::escape::{push_attribute, push_text};
use super::super::xml::grammar::is_allowed;
use super::super::{Losses, WriteOptions, write_error};
use super::{ANY_LANGUAGE, attributes, date, markup, own};
use crate::error::Result;
use crate::model::{Note, Prop, TranslationUnit, Variant};

/// A writer of one TMX document.
pub(in crate::interchange) struct Writer<W> {
    output: W,
    plain: bool,
    losses: Losses,
    /// The unit that is being written.
    text: String,
}

impl<W: Write> Writer<W> {
    /// Begins a document. Of the options it heeds `creation_date`, the first of `languages` (the header's `srclang`) and `plain`.
    ///
    /// # Errors
    /// [`Error::Write`](crate::Error::Write) when it cannot be written.
    pub(in crate::interchange) fn new(mut output: W, options: &WriteOptions) -> Result<Self> {
        let mut text = concat!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
            "<!DOCTYPE tmx SYSTEM \"tmx14.dtd\">\n",
            "<tmx version=\"1.4\">\n",
            "  <header creationtool=\"diglot\" creationtoolversion=\"",
            env!("CARGO_PKG_VERSION"),
            "\" segtype=\"sentence\" o-tmf=\"diglot\" adminlang=\"en\"",
        )
        .to_owned();
        let source = options
            .languages
            .first()
            .map_or(ANY_LANGUAGE, |lang| lang.as_str());
        push_attribute(&mut text, "srclang", source);
        push_attribute(&mut text, "datatype", "plaintext");
        if let Some(moment) = options.creation_date {
            push_attribute(&mut text, "creationdate", &date::format(moment));
        }
        text.push_str("/>\n  <body>\n");
        output.write_all(text.as_bytes()).map_err(write_error)?;
        Ok(Self {
            output,
            plain: options.plain,
            losses: Losses::default(),
            text,
        })
    }

    /// Writes a unit; one without a text that can be written is counted and left out.
    ///
    /// # Errors
    /// [`Error::Write`](crate::Error::Write) when it cannot be written.
    pub(in crate::interchange) fn write(&mut self, unit: &TranslationUnit) -> Result<()> {
        let written: Vec<&Variant> = unit
            .variants
            .iter()
            .filter(|variant| has_text(variant))
            .collect();
        if written.is_empty() {
            self.losses.units += 1;
            return Ok(());
        }
        self.losses.variants += (unit.variants.len() - written.len()) as u64;
        let source = unit
            .source_lang
            .as_ref()
            .filter(|lang| written.iter().any(|variant| variant.lang == **lang));
        self.losses.properties += u64::from(source.is_none() && unit.source_lang.is_some());
        self.text.clear();
        self.text.push_str("    <tu");
        if let Some(id) = &unit.id {
            self.losses.characters += push_attribute(&mut self.text, "tuid", id);
        }
        self.attributes(&unit.history.attributes, attributes::TU);
        push_attribute(
            &mut self.text,
            "srclang",
            source.map_or(ANY_LANGUAGE, |lang| lang.as_str()),
        );
        self.text.push_str(">\n");
        self.remarks("      ", &unit.notes, &own::of_unit(unit), &unit.props);
        for variant in written {
            self.variant(variant);
        }
        self.text.push_str("    </tu>\n");
        self.output
            .write_all(self.text.as_bytes())
            .map_err(write_error)
    }

    /// Ends the document and gives the output back, with what could not be written.
    ///
    /// # Errors
    /// [`Error::Write`](crate::Error::Write) when it cannot be written.
    pub(in crate::interchange) fn finish(mut self) -> Result<(W, Losses)> {
        self.output
            .write_all(b"  </body>\n</tmx>\n")
            .map_err(write_error)?;
        Ok((self.output, self.losses))
    }

    fn variant(&mut self, variant: &Variant) {
        self.text.push_str("      <tuv");
        push_attribute(&mut self.text, "xml:lang", variant.lang.as_str());
        self.attributes(&variant.history.attributes, attributes::TUV);
        self.text.push_str(">\n");
        self.remarks(
            "        ",
            &variant.notes,
            &own::of_variant(variant),
            &variant.props,
        );
        self.text.push_str("        <seg>");
        if self.plain {
            self.losses.characters += push_text(&mut self.text, variant.text());
            self.losses.codes += variant.codes.len() as u64;
        } else {
            markup::write(
                &mut self.text,
                variant.text(),
                &variant.codes,
                &mut self.losses,
            );
        }
        self.text.push_str("</seg>\n      </tuv>\n");
    }

    /// Writes those attributes that TMX knows, in its order, and counts the others.
    fn attributes(&mut self, given: &[(String, String)], known: &[&str]) {
        let mut written = 0;
        for &name in known {
            let value = given
                .iter()
                .find(|(given, _)| given == name)
                .map(|(_, value)| value);
            if let Some(Ok(value)) = value.map(|value| attributes::fit(name, value)) {
                self.losses.characters += push_attribute(&mut self.text, name, &value);
                written += 1;
            }
        }
        self.losses.properties += given.len() as u64 - written;
    }

    fn remarks(&mut self, indent: &str, notes: &[Note], own: &[Prop], props: &[Prop]) {
        for note in notes {
            self.text.push_str(indent);
            self.text.push_str("<note");
            self.remark("note", &note.attributes, &note.text);
        }
        for prop in own.iter().chain(props) {
            self.text.push_str(indent);
            self.text.push_str("<prop");
            self.losses.characters += push_attribute(&mut self.text, "type", &prop.name);
            self.remark("prop", &prop.attributes, &prop.value);
        }
    }

    /// Writes the rest of a note or property, from its attributes on.
    fn remark(&mut self, element: &str, given: &[(String, String)], text: &str) {
        self.attributes(given, attributes::NOTE);
        self.text.push('>');
        self.losses.characters += push_text(&mut self.text, text);
        self.text.push_str("</");
        self.text.push_str(element);
        self.text.push_str(">\n");
    }
}

/// Says whether a variant has a text that XML can hold.
fn has_text(variant: &Variant) -> bool {
    variant
        .text()
        .chars()
        .any(|character| is_allowed(character) && !character.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{InlineCode, Lang};

    #[test]
    fn writes_the_strict_profile() {
        let lang = |tag| Lang::new(tag).unwrap();
        let mut unit = TranslationUnit {
            id: Some("u1".to_owned()),
            source_lang: Some(lang("ru")),
            probability: Some(0.5),
            ..TranslationUnit::default()
        };
        unit.history.set("changedate", "2025-03-14T12:00:00Z");
        unit.history.set("creationid", "a");
        unit.variants = vec![
            Variant::new(lang("en"), "A\rB").unwrap(),
            Variant::new(lang("ru"), "А").unwrap(),
        ];
        let markup = "<ph x=\"1\"/>".to_owned();
        unit.variants[1].codes.push(InlineCode { at: 0, markup });
        let options = WriteOptions {
            creation_date: Some("2025-03-14T12:00:00Z".parse().unwrap()),
            languages: vec![lang("ru")],
            ..WriteOptions::default()
        };
        let mut writer = Writer::new(Vec::new(), &options).unwrap();
        writer.write(&unit).unwrap();
        let (bytes, losses) = writer.finish().unwrap();
        assert_eq!(losses, Losses::default());
        let version = env!("CARGO_PKG_VERSION");
        let expected = format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4">
  <header creationtool="diglot" creationtoolversion="{version}" segtype="sentence" o-tmf="diglot" adminlang="en" srclang="ru" datatype="plaintext" creationdate="20250314T120000Z"/>
  <body>
    <tu tuid="u1" creationid="a" changedate="20250314T120000Z" srclang="ru">
      <prop type="x-diglot-status">automatic</prop>
      <prop type="x-diglot-probability">0.5</prop>
      <tuv xml:lang="en">
        <seg>A&#13;B</seg>
      </tuv>
      <tuv xml:lang="ru">
        <seg><ph x="1"/>А</seg>
      </tuv>
    </tu>
  </body>
</tmx>
"#
        );
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }
}
