//! Which units and documents are asked for.

use jiff::civil::Date;

use crate::model::{Lang, Origin, Status, TranslationUnit};
use crate::text::fold;

/// What a unit or document must have; the default admits everything. Of a unit's places one must meet every demand that is made on places.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// A variant in each of these languages; of documents: the language is one of these.
    pub langs: Vec<Lang>,
    /// One of these statuses; empty for any.
    pub statuses: Vec<Status>,
    /// At least this probability, 0 to 1; links of which nobody said how sure they are pass.
    pub least_probability: Option<f64>,
    /// Published on this day or later.
    pub since: Option<Date>,
    /// Published on this day or earlier.
    pub until: Option<Date>,
    /// Part of the publisher's name or of the address, in any case.
    pub publisher: Option<String>,
    /// Part of the title, or the whole address or file name of a document.
    pub document: Option<String>,
    /// Part of the speaker's name, in any case.
    pub speaker: Option<String>,
}

impl Filter {
    /// Says whether a unit is asked for.
    pub fn admits(&self, unit: &TranslationUnit) -> bool {
        let places = || {
            unit.variants
                .iter()
                .flat_map(|variant| unit.places_of(variant))
        };
        self.langs.iter().all(|lang| unit.variant(lang).is_some())
            && (self.statuses.is_empty() || self.statuses.contains(&unit.status))
            && self
                .least_probability
                .is_none_or(|least| unit.probability.is_none_or(|p| p >= least))
            && (!self.asks_for_places()
                || places().any(|place| {
                    self.admits_origin(&place.origin)
                        && self.speaker.as_deref().is_none_or(|wanted| {
                            place
                                .speaker
                                .as_deref()
                                .is_some_and(|speaker| contains(speaker, wanted))
                        })
                }))
    }

    /// Says whether a document is asked for.
    pub fn admits_document(&self, lang: &Lang, origin: &Origin) -> bool {
        (self.langs.is_empty() || self.langs.iter().any(|wanted| wanted.covers(lang)))
            && self.admits_origin(origin)
    }

    fn asks_for_places(&self) -> bool {
        self.speaker.is_some()
            || self.since.is_some()
            || self.until.is_some()
            || self.publisher.is_some()
            || self.document.is_some()
    }

    fn admits_origin(&self, origin: &Origin) -> bool {
        let holds = |field: &Option<String>, wanted: &str| {
            field.as_deref().is_some_and(|text| contains(text, wanted))
        };
        let equals = |field: &Option<String>, wanted: &str| field.as_deref() == Some(wanted);
        self.since
            .is_none_or(|since| origin.date.is_some_and(|date| date >= since))
            && self
                .until
                .is_none_or(|until| origin.date.is_some_and(|date| date <= until))
            && self.publisher.as_deref().is_none_or(|wanted| {
                holds(&origin.publisher, wanted) || holds(&origin.address, wanted)
            })
            && self.document.as_deref().is_none_or(|wanted| {
                holds(&origin.title, wanted)
                    || equals(&origin.address, wanted)
                    || equals(&origin.file, wanted)
            })
    }
}

fn contains(text: &str, part: &str) -> bool {
    fold(text).contains(&fold(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{BlockKind, Place, Variant};

    #[test]
    fn one_place_must_meet_all_demands_on_places() {
        let place = |publisher: &str, date: &str| Place {
            origin: Origin {
                publisher: Some(publisher.to_owned()),
                date: Some(date.parse().unwrap()),
                ..Origin::default()
            },
            at: crate::model::Stretch::default(),
            kind: BlockKind::Paragraph,
            speaker: None,
        };
        let mut variant = Variant::new(Lang::new("en").unwrap(), "a").unwrap();
        variant.places = vec![
            place("Ministry", "2024-01-01"),
            place("Agency", "2025-01-01"),
        ];
        let unit = TranslationUnit {
            variants: vec![variant],
            ..TranslationUnit::default()
        };
        let filter = |publisher: &str, since: &str| Filter {
            publisher: Some(publisher.to_owned()),
            since: Some(since.parse().unwrap()),
            ..Filter::default()
        };
        assert!(filter("agency", "2025-01-01").admits(&unit));
        assert!(!filter("ministry", "2025-01-01").admits(&unit));
        assert!(Filter::default().admits(&unit));
    }
}
