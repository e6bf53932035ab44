//! One `tu`: its variants, with all that is said of them.

use super::super::Entry;
use super::super::source::Position;
use super::super::xml::Token;
use super::{ANY_LANGUAGE, Reader, attributes, markup, own};
use crate::error::Result;
use crate::model::{History, Lang, Note, Prop, Status, TranslationUnit, Variant};

/// How many variants, notes and properties a unit may have: more than any real one, and a bound for what hostile ones cost.
const MAX_PARTS: usize = 100_000;

/// The name of a property without one.
const UNNAMED: &str = "x-unnamed";

impl Reader<'_> {
    /// Reads the unit that has just begun.
    pub(super) fn unit(&mut self, at: Position) -> Result<()> {
        self.units += 1;
        self.parts = 0;
        let mut unit = TranslationUnit {
            status: Status::Confirmed,
            ..TranslationUnit::default()
        };
        unit.id = self.xml.attribute("tuid").map(str::to_owned);
        self.unit_id.clone_from(&unit.id);
        let source_lang = self.xml.attribute("srclang").map(str::to_owned);
        (unit.history, unit.props) = self.history("tu", attributes::TU, &["tuid", "srclang"]);
        let mut variants_began = false;
        loop {
            match self.xml.next()? {
                Token::Start => {
                    let at = self.count_part()?;
                    match self.xml.name() {
                        "tuv" => {
                            variants_began = true;
                            unit.variants.extend(self.variant(at)?);
                        }
                        "note" | "prop" if variants_began => {
                            self.tell(
                                at,
                                format!(
                                    "`{}` after `tuv`: it should stand before",
                                    self.xml.name()
                                ),
                            );
                            self.remark(&mut unit)?;
                        }
                        "note" | "prop" => self.remark(&mut unit)?,
                        _ => self.skip_stranger("tu")?,
                    }
                }
                Token::Text => self.stray_text(),
                Token::End | Token::Eof => break,
            }
        }
        if unit.variants.is_empty() {
            self.warn(at, "a unit without any text: left out");
        } else {
            unit.source_lang = self.resolve_source(at, source_lang, &unit.variants);
            self.found.push_back(Entry::Unit {
                unit,
                line: at.line,
                column: at.column,
            });
        }
        self.unit_id = None;
        Ok(())
    }

    /// Counts what the unit holds, and returns where the part that has just begun stands.
    fn count_part(&mut self) -> Result<Position> {
        let at = self.xml.position();
        self.parts += 1;
        if self.parts > MAX_PARTS {
            let reason = format!("more than {MAX_PARTS} elements in one unit");
            return Err(self.xml.fault(at, reason));
        }
        Ok(at)
    }

    /// Reads a note or property of a unit.
    fn remark(&mut self, unit: &mut TranslationUnit) -> Result<()> {
        let at = self.xml.position();
        if self.xml.name() == "note" {
            unit.notes.push(self.note()?);
            return Ok(());
        }
        let prop = self.prop()?;
        match own::take_unit(unit, &prop) {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(reason) => self.warn(
                at,
                format!("the property `{}` is kept as it is: {reason}", prop.name),
            ),
        }
        unit.props.push(prop);
        Ok(())
    }

    /// Reads a variant; `None` when it has no usable text.
    fn variant(&mut self, at: Position) -> Result<Option<Variant>> {
        let tag = self
            .xml
            .attribute("xml:lang")
            .or_else(|| self.xml.attribute("lang"))
            .map(str::to_owned);
        let by_name = usize::from(self.xml.attribute("xml:lang").is_none());
        self.lang_names[by_name] |= tag.is_some();
        if self.lang_names == [true, true] {
            self.tell(
                at,
                "some languages are in `xml:lang`, some in `lang`: both are read".to_owned(),
            );
        }
        let (history, mut props) = self.history("tuv", attributes::TUV, &["xml:lang", "lang"]);
        let (mut notes, mut places, mut content) = (Vec::new(), Vec::new(), None);
        loop {
            match self.xml.next()? {
                Token::Start => {
                    let at = self.count_part()?;
                    let name = self.xml.name();
                    if matches!(name, "note" | "prop") && content.is_some() {
                        let reason = format!("`{name}` after `seg`: it should stand before");
                        self.tell(at, reason);
                    }
                    match self.xml.name() {
                        "note" => notes.push(self.note()?),
                        "prop" => {
                            let prop = self.prop()?;
                            match own::take_place(&prop) {
                                Ok(Some(place)) => places.push(place),
                                Ok(None) => props.push(prop),
                                Err(reason) => {
                                    self.warn(
                                        at,
                                        format!(
                                            "the property `{}` is kept as it is: {reason}",
                                            prop.name
                                        ),
                                    );
                                    props.push(prop);
                                }
                            }
                        }
                        "seg" if content.is_none() => content = Some(markup::read(&mut self.xml)?),
                        "seg" => {
                            self.warn(at, "a second `seg` in one `tuv`: left out");
                            self.xml.skip()?;
                        }
                        _ => self.skip_stranger("tuv")?,
                    }
                }
                Token::Text => self.stray_text(),
                Token::End | Token::Eof => break,
            }
        }
        let Some(content) = content else {
            self.warn(at, "`tuv` without `seg`: left out");
            return Ok(None);
        };
        for remark in content.remarks {
            self.tell(remark.at, remark.reason);
        }
        let Some(lang) = self.lang(at, tag) else {
            return Ok(None);
        };
        let Ok(mut variant) = Variant::new(lang, content.text) else {
            self.warn(at, "a `seg` without text: left out");
            return Ok(None);
        };
        variant.codes = content.codes;
        variant.places = places;
        variant.history = history;
        variant.notes = notes;
        variant.props = props;
        Ok(Some(variant))
    }

    fn lang(&mut self, at: Position, tag: Option<String>) -> Option<Lang> {
        let Some(tag) = tag else {
            self.warn(at, "`tuv` without a language: left out");
            return None;
        };
        let Ok(lang) = Lang::new(&tag) else {
            self.warn(
                at,
                format!(
                    "`tuv` in `{tag}`, which is no language tag such as `ru` or `en-GB`: left out"
                ),
            );
            return None;
        };
        if lang.primary().len() > 3 {
            self.tell(
                at,
                format!("the language `{tag}` is a name rather than a tag such as `ru` or `en-GB`"),
            );
        } else if tag.contains('_') {
            self.tell(at, format!("the language `{tag}` was read as `{lang}`"));
        }
        Some(lang)
    }

    /// Returns the source language as one of the variants has it: the tag itself, else one that it covers.
    fn resolve_source(
        &mut self,
        at: Position,
        of_unit: Option<String>,
        variants: &[Variant],
    ) -> Option<Lang> {
        let declared = of_unit.as_deref().or(self.source_lang.as_deref())?;
        if declared == ANY_LANGUAGE {
            return None;
        }
        let exact = |tag: &str| variants.iter().find(|variant| variant.lang.as_str() == tag);
        let found = exact(declared).or_else(|| {
            let lang = Lang::new(declared).ok()?;
            exact(lang.as_str())
                .or_else(|| variants.iter().find(|variant| lang.covers(&variant.lang)))
        });
        if found.is_none() {
            self.tell(
                at,
                format!(
                    "no text in the source language `{declared}`: any language counts as the source"
                ),
            );
        }
        found.map(|variant| variant.lang.clone())
    }

    /// Returns the attributes of the element that has just begun as its history, in TMX's order, and those that TMX does not
    /// know as properties; `others` have fields of their own.
    fn history(&mut self, owner: &str, known: &[&str], others: &[&str]) -> (History, Vec<Prop>) {
        let at = self.xml.position();
        let (mut history, mut props) = (History::default(), Vec::new());
        let mut given = self.xml.attributes().iter();
        if given.all(|(name, _)| others.contains(&name.as_str())) {
            return (history, props);
        }
        let given = self.xml.attributes().to_vec();
        for (name, value) in &given {
            let key = name.as_str();
            if known.contains(&key) || others.contains(&key) || is_namespace(name) {
                continue;
            }
            let prop = format!("x-{}", name.replace(':', "-"));
            self.tell(
                at,
                format!(
                    "the attribute `{name}` of `{owner}` is not TMX: kept as the property `{prop}`"
                ),
            );
            props.push(Prop {
                name: prop,
                value: value.clone(),
                attributes: Vec::new(),
            });
        }
        for &name in known {
            let Some((_, value)) = given.iter().find(|(given, _)| given == name) else {
                continue;
            };
            match attributes::fit(name, value) {
                Ok(fitting) => {
                    if fitting != value.as_str() {
                        self.tell(at, format!("`{name}` was brought to the form of TMX, in UTC: `{value}` is `{fitting}`"));
                    }
                    history
                        .attributes
                        .push((name.to_owned(), fitting.into_owned()));
                }
                Err(reason) => self.warn(at, format!("`{name}` is `{value}`, {reason}: left out")),
            }
        }
        (history, props)
    }

    fn note(&mut self) -> Result<Note> {
        let attributes = self.note_attributes("note");
        Ok(Note {
            text: self.content()?,
            attributes,
        })
    }

    fn prop(&mut self) -> Result<Prop> {
        let name = self.xml.attribute("type").map(str::to_owned);
        if name.is_none() {
            self.tell(
                self.xml.position(),
                format!("`prop` without a type: kept as `{UNNAMED}`"),
            );
        }
        let attributes = self.note_attributes("prop");
        Ok(Prop {
            name: name.unwrap_or_else(|| UNNAMED.to_owned()),
            value: self.content()?,
            attributes,
        })
    }

    fn note_attributes(&mut self, owner: &str) -> Vec<(String, String)> {
        let at = self.xml.position();
        let mut kept = Vec::new();
        if self.xml.attributes().is_empty() {
            return kept;
        }
        let given = self.xml.attributes().to_vec();
        for (name, value) in given
            .iter()
            .filter(|(name, _)| name != "type" && !is_namespace(name))
        {
            let tmx_name = if name == "lang" { "xml:lang" } else { name };
            let known = attributes::NOTE.contains(&tmx_name)
                && !kept.iter().any(|(kept, _)| kept == tmx_name);
            match attributes::fit(tmx_name, value) {
                Ok(value) if known => kept.push((tmx_name.to_owned(), value.into_owned())),
                _ => self.tell(
                    at,
                    format!("the attribute `{name}` of `{owner}`, `{value}`, is not TMX: left out"),
                ),
            }
        }
        kept.sort_by_key(|(name, _)| attributes::NOTE.iter().position(|known| known == name));
        kept
    }

    /// Reads the text of a note or property up to its end.
    fn content(&mut self) -> Result<String> {
        let depth = self.xml.depth();
        let mut text = String::new();
        while self.xml.depth() >= depth {
            match self.xml.next()? {
                Token::Text => text.push_str(self.xml.text()),
                Token::Start => {
                    let reason = format!(
                        "`{}` inside a note or property: only its text is kept",
                        self.xml.name()
                    );
                    self.tell(self.xml.position(), reason);
                }
                Token::End | Token::Eof => {}
            }
        }
        Ok(text)
    }
}

fn is_namespace(attribute: &str) -> bool {
    attribute == "xmlns" || attribute.starts_with("xmlns:")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interchange::{Format, ReadOptions, open};

    fn read(body: &str) -> (Vec<TranslationUnit>, Vec<String>) {
        let (mut units, mut reasons) = (Vec::new(), Vec::new());
        let document =
            format!("<tmx version=\"1.4\"><header srclang=\"en-US\"/><body>{body}</body></tmx>");
        for entry in open(
            Format::Tmx,
            document.as_bytes(),
            "in",
            &ReadOptions::default(),
        ) {
            match entry.unwrap() {
                Entry::Unit { unit, .. } => units.push(unit),
                Entry::Warning(warning) => reasons.extend(warning.unit.map(|_| warning.reason)),
            }
        }
        (units, reasons)
    }

    fn tuv(lang: &str, text: &str) -> String {
        format!("<tuv xml:lang=\"{lang}\"><seg>{text}</seg></tuv>")
    }

    #[test]
    fn keeps_two_variants_of_one_language() {
        let (units, reasons) = read(&format!(
            "<tu>{}{}{}</tu>",
            tuv("en-US", "a"),
            tuv("ru", "б"),
            tuv("ru", "в")
        ));
        let texts: Vec<_> = units[0].variants.iter().map(Variant::text).collect();
        assert_eq!((texts, reasons.len()), (vec!["a", "б", "в"], 0));
    }

    #[test]
    fn finds_the_source_among_the_variants() {
        for (declared, lang, source) in [
            ("", "en-US", Some("en-US")),
            ("", "en-GB", None),
            ("srclang=\"en\"", "en-GB", Some("en-GB")),
            ("srclang=\"*all*\"", "en-US", None),
        ] {
            let (units, _) = read(&format!(
                "<tu {declared}>{}{}</tu>",
                tuv("ru", "б"),
                tuv(lang, "a")
            ));
            assert_eq!(
                units[0].source_lang.as_ref().map(Lang::as_str),
                source,
                "{declared} {lang}"
            );
        }
    }

    #[test]
    fn leaves_out_only_what_is_of_no_use_and_says_so() {
        let unit = format!(
            "<tu creationdate=\"soon\" id=\"7\">{}{}<tuv><seg>x</seg></tuv></tu>",
            tuv("ru", "б"),
            tuv("en", " ")
        );
        let (units, reasons) = read(&format!("{unit}<tu/>"));
        assert_eq!((units.len(), units[0].variants.len()), (1, 1));
        assert_eq!(
            (
                units[0].props[0].name.as_str(),
                units[0].props[0].value.as_str()
            ),
            ("x-id", "7")
        );
        for said in [
            "`id` of `tu` is not TMX",
            "`soon`, no date",
            "without text",
            "without a language",
            "without any text",
            "no text in the source",
        ] {
            assert!(
                reasons.iter().any(|reason| reason.contains(said)),
                "{said}: {reasons:?}"
            );
        }
    }
}
