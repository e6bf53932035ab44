//! Units in formats that hold two languages: which two, which texts, and what of a unit stays behind.

use super::lines::warning;
use super::source::Position;
use super::{Entry, Losses, WriteOptions};
use crate::error::{Error, Result};
use crate::model::{Lang, Status, TranslationUnit, Variant};

/// The two languages that a writer writes, known at the latest with its first unit.
pub(super) struct Pair(Vec<Lang>);

impl Pair {
    pub(super) fn new(options: &WriteOptions) -> Self {
        Self(options.languages.clone())
    }

    /// Returns source and target language, once they are known.
    pub(super) fn languages(&self) -> Option<[&Lang; 2]> {
        match self.0.as_slice() {
            [source, target, ..] => Some([source, target]),
            _ => None,
        }
    }

    /// Returns the texts of a unit in the two languages; counts the unit as lost when it lacks one, its other texts when it has both.
    pub(super) fn sides<'u>(
        &mut self,
        unit: &'u TranslationUnit,
        losses: &mut Losses,
    ) -> Option<[&'u Variant; 2]> {
        if self.0.len() < 2 {
            self.0 = languages_of(unit, self.0.first());
        }
        let sides = self.languages().and_then(|[source, target]| {
            let source = unit.variant(source)?;
            let target = unit.variant(target)?;
            (source.lang != target.lang).then_some([source, target])
        });
        match sides {
            Some(_) => losses.variants += unit.variants.len().saturating_sub(2) as u64,
            None => losses.units += 1,
        }
        sides
    }
}

/// Returns the two languages that a first unit calls for, its source first.
fn languages_of(unit: &TranslationUnit, first: Option<&Lang>) -> Vec<Lang> {
    let first = first
        .or(unit.source_lang.as_ref())
        .or(unit.variants.first().map(|variant| &variant.lang));
    let other = unit
        .variants
        .iter()
        .map(|variant| &variant.lang)
        .find(|lang| first.is_some_and(|first| !first.covers(lang)));
    first.into_iter().chain(other).cloned().collect()
}

/// Returns the two languages that a reader was told.
///
/// # Errors
/// [`Error::Unusable`] when it was not told two.
pub(super) fn told<'l>(languages: &'l [Lang], name: &str) -> Result<[&'l Lang; 2]> {
    match languages {
        [source, target] if source != target => Ok([source, target]),
        _ => Err(Error::Unusable {
            name: name.to_owned(),
            reason: "does not say its languages: name source and target, with `--langs ru,en` for instance"
                .to_owned(),
        }),
    }
}

/// Returns the unit of two texts and, for a text that is blank, a warning in its place.
pub(super) fn unit_of(
    languages: [&Lang; 2],
    texts: [(&str, Position); 2],
    probability: Option<f64>,
    at: Position,
) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut variants = Vec::with_capacity(2);
    for (lang, (text, at)) in languages.into_iter().zip(texts) {
        let dropped = text.chars().filter(|c| c.is_control()).count();
        let clean: String = text.chars().filter(|c| !c.is_control()).collect();
        if dropped > 0 {
            let reason = format!("{dropped} control characters: dropped");
            entries.push(Entry::Warning(warning(at, reason)));
        }
        match Variant::new(lang.clone(), clean) {
            Ok(variant) => variants.push(variant),
            Err(_) => entries.push(Entry::Warning(warning(
                at,
                format!("no text in `{lang}`: no unit"),
            ))),
        }
    }
    if variants.len() == 2 {
        // What carries a probability was made by a program.
        let status = match probability {
            Some(_) => Status::Automatic,
            None => Status::Confirmed,
        };
        entries.push(Entry::Unit {
            unit: TranslationUnit {
                source_lang: Some(languages[0].clone()),
                variants,
                status,
                probability,
                ..TranslationUnit::default()
            },
            line: at.line,
            column: at.column,
        });
    }
    entries
}

/// Returns how many codes two texts have.
pub(super) fn codes(sides: [&Variant; 2]) -> u64 {
    sides.iter().map(|side| side.codes.len() as u64).sum()
}

/// Returns how many things are known of a unit and its two texts beside text, language, status and probability.
pub(super) fn details(unit: &TranslationUnit, sides: [&Variant; 2]) -> u64 {
    let of_variants = sides.iter().map(|variant| {
        variant.places.len()
            + variant.history.attributes.len()
            + variant.notes.len()
            + variant.props.len()
    });
    let of_unit = usize::from(unit.id.is_some())
        + unit.history.attributes.len()
        + unit.notes.len()
        + unit.props.len();
    (of_unit + of_variants.sum::<usize>()) as u64
}

/// Appends a text, with a space for what would end the cell or the line; returns how many these were.
pub(super) fn push_line(line: &mut String, text: &str) -> u64 {
    let mut replaced = 0;
    line.extend(text.chars().map(|character| {
        if character.is_control() {
            replaced += 1;
            ' '
        } else {
            character
        }
    }));
    replaced
}
