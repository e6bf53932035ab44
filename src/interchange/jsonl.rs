//! One JSON object a line, `{"type":"unit",…}`: everything that is known of a unit, both ways.
//!
//! What is empty or absent is left out; a unit without a status counts as confirmed, as other tools' units do. Unknown fields are
//! refused: to skip them would be to lose them.

use std::io::{BufRead, Write};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::record::{PlaceRecord, probability};
use super::source::{Kind, Position, Source};
use super::{Entry, write_error};
use crate::error::{Error, Result};
use crate::model::{
    History, InlineCode, Lang, Note, Place, Prop, Status, TranslationUnit, Variant,
};

/// What the `type` of an object says.
const UNIT: &str = "unit";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct UnitRecord {
    r#type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(default = "confirmed")]
    status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    probability: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source_lang: Option<String>,
    variants: Vec<VariantRecord>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    history: Map<String, Value>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    notes: Vec<NoteRecord>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    props: Vec<PropRecord>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct VariantRecord {
    lang: String,
    text: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    codes: Vec<CodeRecord>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    places: Vec<PlaceRecord>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    history: Map<String, Value>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    notes: Vec<NoteRecord>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    props: Vec<PropRecord>,
}

/// An inline code; `at` counts characters, as all offsets in JSON do.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeRecord {
    at: usize,
    markup: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoteRecord {
    text: String,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    attributes: Map<String, Value>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PropRecord {
    name: String,
    value: String,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    attributes: Map<String, Value>,
}

fn confirmed() -> String {
    Status::Confirmed.as_str().to_owned()
}

impl From<&TranslationUnit> for UnitRecord {
    fn from(unit: &TranslationUnit) -> Self {
        Self {
            r#type: UNIT.to_owned(),
            id: unit.id.clone(),
            status: unit.status.as_str().to_owned(),
            probability: unit.probability,
            source_lang: unit.source_lang.as_ref().map(Lang::to_string),
            variants: unit.variants.iter().map(VariantRecord::from).collect(),
            history: object(&unit.history.attributes),
            notes: unit.notes.iter().map(NoteRecord::from).collect(),
            props: unit.props.iter().map(PropRecord::from).collect(),
        }
    }
}

impl From<&Variant> for VariantRecord {
    fn from(variant: &Variant) -> Self {
        let text = variant.text();
        let (mut passed, mut chars) = (0, 0);
        let code = |code: &InlineCode| {
            let stretch = text.get(passed..code.at).unwrap_or_default();
            (passed, chars) = (passed + stretch.len(), chars + stretch.chars().count());
            CodeRecord {
                at: chars,
                markup: code.markup.clone(),
            }
        };
        Self {
            lang: variant.lang.to_string(),
            text: text.to_owned(),
            codes: variant.codes.iter().map(code).collect(),
            places: variant.places.iter().map(PlaceRecord::from).collect(),
            history: object(&variant.history.attributes),
            notes: variant.notes.iter().map(NoteRecord::from).collect(),
            props: variant.props.iter().map(PropRecord::from).collect(),
        }
    }
}

impl From<&Note> for NoteRecord {
    fn from(note: &Note) -> Self {
        Self {
            text: note.text.clone(),
            attributes: object(&note.attributes),
        }
    }
}

impl From<&Prop> for PropRecord {
    fn from(prop: &Prop) -> Self {
        Self {
            name: prop.name.clone(),
            value: prop.value.clone(),
            attributes: object(&prop.attributes),
        }
    }
}

impl TryFrom<UnitRecord> for TranslationUnit {
    type Error = String;

    fn try_from(record: UnitRecord) -> std::result::Result<Self, String> {
        if record.r#type != UNIT {
            return Err(format!(
                "expected an object of type `{UNIT}`, found `{}`",
                record.r#type
            ));
        }
        let status = Status::from_name(&record.status)
            .ok_or_else(|| format!("`{}` is no status", record.status))?;
        if let Some(value) = record
            .probability
            .filter(|&value| probability(value).is_none())
        {
            return Err(format!("`{value}` is no probability from 0 to 1"));
        }
        if record.variants.is_empty() {
            return Err("a unit without variants".to_owned());
        }
        Ok(Self {
            id: record.id,
            source_lang: record.source_lang.map(|tag| lang(&tag)).transpose()?,
            variants: record
                .variants
                .into_iter()
                .map(Variant::try_from)
                .collect::<std::result::Result<_, _>>()?,
            status,
            probability: record.probability,
            history: History {
                attributes: pairs(record.history)?,
            },
            notes: notes(record.notes)?,
            props: props(record.props)?,
        })
    }
}

impl TryFrom<VariantRecord> for Variant {
    type Error = String;

    fn try_from(record: VariantRecord) -> std::result::Result<Self, String> {
        let mut variant =
            Self::new(lang(&record.lang)?, record.text).map_err(|error| error.to_string())?;
        let text = variant.text();
        let mut ends = text
            .char_indices()
            .map(|(at, _)| at)
            .chain([text.len()])
            .enumerate();
        let mut end = ends.next();
        let mut codes = Vec::with_capacity(record.codes.len());
        for code in record.codes {
            while end.is_some_and(|(chars, _)| chars < code.at) {
                end = ends.next();
            }
            match end {
                Some((chars, at)) if chars == code.at => codes.push(InlineCode {
                    at,
                    markup: code.markup,
                }),
                _ => {
                    return Err(
                        "an inline code behind the end of its text or out of order".to_owned()
                    );
                }
            }
        }
        variant.codes = codes;
        variant.places = record
            .places
            .into_iter()
            .map(Place::try_from)
            .collect::<std::result::Result<_, _>>()?;
        variant.history.attributes = pairs(record.history)?;
        variant.notes = notes(record.notes)?;
        variant.props = props(record.props)?;
        Ok(variant)
    }
}

fn lang(tag: &str) -> std::result::Result<Lang, String> {
    Lang::new(tag).map_err(|error| error.to_string())
}

fn notes(records: Vec<NoteRecord>) -> std::result::Result<Vec<Note>, String> {
    let note = |record: NoteRecord| {
        Ok(Note {
            text: record.text,
            attributes: pairs(record.attributes)?,
        })
    };
    records.into_iter().map(note).collect()
}

fn props(records: Vec<PropRecord>) -> std::result::Result<Vec<Prop>, String> {
    let prop = |record: PropRecord| {
        Ok(Prop {
            name: record.name,
            value: record.value,
            attributes: pairs(record.attributes)?,
        })
    };
    records.into_iter().map(prop).collect()
}

fn object(attributes: &[(String, String)]) -> Map<String, Value> {
    attributes
        .iter()
        .map(|(name, value)| (name.clone(), Value::String(value.clone())))
        .collect()
}

fn pairs(object: Map<String, Value>) -> std::result::Result<Vec<(String, String)>, String> {
    let pair = |(name, value)| match value {
        Value::String(value) => Ok((name, value)),
        _ => Err(format!("the attribute `{name}` is no string")),
    };
    object.into_iter().map(pair).collect()
}

/// What is known of a unit beside its texts and their codes, for formats that have no place for it but an extension of their own.
#[derive(Serialize, Deserialize)]
struct RestRecord {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    probability: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source_lang: Option<String>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    history: Map<String, Value>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    notes: Vec<NoteRecord>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    props: Vec<PropRecord>,
    /// The two texts in the unit's order.
    sides: Vec<SideRecord>,
}

#[derive(Serialize, Deserialize)]
struct SideRecord {
    lang: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    places: Vec<PlaceRecord>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    history: Map<String, Value>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    notes: Vec<NoteRecord>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    props: Vec<PropRecord>,
}

/// Returns in one line of JSON what is known of a unit beside the texts of these variants.
pub(super) fn rest_of(unit: &TranslationUnit, sides: [&Variant; 2]) -> String {
    let written = |variant: &&Variant| sides.iter().any(|side| std::ptr::eq(*side, *variant));
    let record = RestRecord {
        id: unit.id.clone(),
        status: unit.status.as_str().to_owned(),
        probability: unit.probability,
        source_lang: unit.source_lang.as_ref().map(Lang::to_string),
        history: object(&unit.history.attributes),
        notes: unit.notes.iter().map(NoteRecord::from).collect(),
        props: unit.props.iter().map(PropRecord::from).collect(),
        sides: unit
            .variants
            .iter()
            .filter(written)
            .map(|variant| SideRecord {
                lang: variant.lang.to_string(),
                places: variant.places.iter().map(PlaceRecord::from).collect(),
                history: object(&variant.history.attributes),
                notes: variant.notes.iter().map(NoteRecord::from).collect(),
                props: variant.props.iter().map(PropRecord::from).collect(),
            })
            .collect(),
    };
    // Strings and numbers always have a JSON form.
    serde_json::to_string(&record).unwrap_or_default()
}

/// Gives a unit of two texts back what [`rest_of`] wrote.
///
/// # Errors
/// The reason when it is no such JSON; the unit is then as it was.
pub(super) fn take_rest(json: &str, unit: &mut TranslationUnit) -> std::result::Result<(), String> {
    let record: RestRecord = serde_json::from_str(json).map_err(|error| error.to_string())?;
    let mut whole = TranslationUnit {
        id: record.id,
        status: Status::from_name(&record.status)
            .ok_or_else(|| format!("`{}` is no status", record.status))?,
        probability: record.probability.and_then(probability),
        source_lang: record.source_lang.map(|tag| lang(&tag)).transpose()?,
        history: History {
            attributes: pairs(record.history)?,
        },
        notes: notes(record.notes)?,
        props: props(record.props)?,
        variants: Vec::new(),
    };
    let mut left = unit.variants.clone();
    for side in record.sides {
        let tag = lang(&side.lang)?;
        let Some(at) = left.iter().position(|variant| variant.lang == tag) else {
            return Err(format!("no text in `{tag}`"));
        };
        let mut variant = left.remove(at);
        variant.places = side
            .places
            .into_iter()
            .map(Place::try_from)
            .collect::<std::result::Result<_, _>>()?;
        variant.history.attributes = pairs(side.history)?;
        variant.notes = notes(side.notes)?;
        variant.props = props(side.props)?;
        whole.variants.push(variant);
    }
    whole.variants.extend(left);
    // A source that stayed behind: the format's own is as near as it gets.
    let is_here = |source: &Lang| whole.variants.iter().any(|variant| variant.lang == *source);
    if whole
        .source_lang
        .as_ref()
        .is_some_and(|source| !is_here(source))
    {
        whole.source_lang.clone_from(&unit.source_lang);
    }
    *unit = whole;
    Ok(())
}

/// The entries of JSON Lines, read as they are asked for; after an error nothing more comes.
pub(super) struct Reader<'r> {
    source: Source<'r>,
    name: String,
    line: Vec<u8>,
    over: bool,
}

impl<'r> Reader<'r> {
    pub(super) fn new(input: impl BufRead + 'r, name: &str) -> Self {
        Self {
            source: Source::new(input, Kind::Lines),
            name: name.to_owned(),
            line: Vec::new(),
            over: false,
        }
    }

    /// Reads up to the next unit.
    fn step(&mut self) -> Result<Option<Entry>> {
        loop {
            let at = self.source.position();
            self.source.allow();
            self.line.clear();
            let read = self.source.read_until(b'\n', &mut self.line);
            if let Err(seen) = read {
                return Err(self.source.error(&self.name, &seen));
            }
            if self.line.is_empty() {
                return Ok(None);
            }
            if self.line.trim_ascii().is_empty() {
                continue;
            }
            let record: UnitRecord =
                serde_json::from_slice(&self.line).map_err(|error| self.json_fault(at, &error))?;
            let unit =
                TranslationUnit::try_from(record).map_err(|reason| self.fault(at, reason))?;
            return Ok(Some(Entry::Unit {
                unit,
                line: at.line,
                column: at.column,
            }));
        }
    }

    fn json_fault(&self, at: Position, error: &serde_json::Error) -> Error {
        // serde_json counts bytes and names the place in its message; the line holds one line only.
        let passed = &self.line[..error.column().saturating_sub(1).min(self.line.len())];
        let reason = error.to_string();
        let reason = reason
            .rsplit_once(" at line ")
            .map_or(reason.as_str(), |(reason, _)| reason);
        self.fault(at.after(&String::from_utf8_lossy(passed)), reason)
    }

    fn fault(&self, at: Position, reason: impl Into<String>) -> Error {
        Error::Syntax {
            name: self.name.clone(),
            line: at.line,
            column: at.column,
            reason: reason.into(),
        }
    }
}

impl Iterator for Reader<'_> {
    type Item = Result<Entry>;

    fn next(&mut self) -> Option<Result<Entry>> {
        if self.over {
            return None;
        }
        let entry = self.step();
        self.over = !matches!(entry, Ok(Some(_)));
        entry.transpose()
    }
}

/// A writer of JSON Lines.
pub(super) struct Writer<W> {
    output: W,
}

impl<W: Write> Writer<W> {
    pub(super) fn new(output: W) -> Self {
        Self { output }
    }

    pub(super) fn write(&mut self, unit: &TranslationUnit) -> Result<()> {
        serde_json::to_writer(&mut self.output, &UnitRecord::from(unit))
            .map_err(|error| write_error(error.into()))?;
        self.output.write_all(b"\n").map_err(write_error)
    }

    pub(super) fn finish(self) -> W {
        self.output
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_place_of_a_bad_line() {
        for (line, column, reason) in [
            ("{\"type\":\"unit\",\"id\":\"я\" x", 25, "expected"),
            ("{\"type\":\"bead\",\"variants\":[]}", 1, "of type `unit`"),
            (
                "{\"type\":\"unit\",\"variants\":[{\"lang\":\"ru\",\"text\":\" \"}]}",
                1,
                "blank",
            ),
            (
                "{\"type\":\"unit\",\"variants\":[{\"lang\":\"ru\",\"text\":\"а\",\"codes\":[{\"at\":2,\"markup\":\"\"}]}]}",
                1,
                "behind the end",
            ),
            (
                "{\"type\":\"unit\",\"variants\":[],\"x\":1}",
                32,
                "unknown field",
            ),
        ] {
            let text = format!("\n{line}\n");
            let mut reader = Reader::new(text.as_bytes(), "in.jsonl");
            let message = reader.next().unwrap().unwrap_err().to_string();
            assert!(
                message.contains(&format!("line 2, column {column}:")) && message.contains(reason),
                "{message}"
            );
            assert!(reader.next().is_none());
        }
    }
}
