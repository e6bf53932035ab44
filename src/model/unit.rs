//! Variants of one meaning, one text per language, with all that is known of them (TMX 1.4b `tu`, `tuv`, `seg`).

use super::{BlockKind, Lang, Origin, Stretch};
use crate::error::{Error, Result};

/// Whether a person has looked at a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Status {
    /// Made by aligning, not looked at.
    #[default]
    Automatic,
    /// A person holds it to be right; units that come in from other tools count as such.
    Confirmed,
    /// A person holds it to be wrong; kept, never suggested.
    Rejected,
}

impl Status {
    /// All statuses, in the order of their definition.
    pub const ALL: [Self; 3] = [Self::Automatic, Self::Confirmed, Self::Rejected];

    /// Returns the status's name in JSON, tables, flags and TMX properties.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Confirmed => "confirmed",
            Self::Rejected => "rejected",
        }
    }

    /// Returns the status of a name, if it is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}

/// A piece of markup inside a variant's text (TMX `bpt`, `ept`, `ph`, `it`, `hi`, `ut` or a foreign element).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InlineCode {
    /// Where in the plain text it stands, in bytes.
    pub at: usize,
    /// The markup itself as well-formed XML: a whole element, or a start or end tag where the element holds text.
    pub markup: String,
}

/// A remark (TMX `note`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Note {
    /// The remark.
    pub text: String,
    /// Attributes in their order, `xml:lang` among them.
    pub attributes: Vec<(String, String)>,
}

/// A property that some tool set (TMX `prop`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Prop {
    /// Its `type`.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Further attributes in their order, `xml:lang` among them.
    pub attributes: Vec<(String, String)>,
}

/// Who made and changed something, when, with what, and how often it was used: the attributes that TMX `tu` and `tuv` share.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct History {
    /// Attribute names and values as TMX writes them (`creationdate`, `changeid`, `usagecount`, …), in TMX's own order, without
    /// `tuid`, `srclang` and `xml:lang`, which have fields of their own. Dates are in the form `YYYYMMDDThhmmssZ`.
    pub attributes: Vec<(String, String)>,
}

impl History {
    /// Returns an attribute's value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Sets an attribute.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        match self.attributes.iter_mut().find(|(key, _)| key == name) {
            Some((_, old)) => *old = value.into(),
            None => self.attributes.push((name.to_owned(), value.into())),
        }
    }

    /// Returns the day of the last change, else of the making, as `YYYY-MM-DD`; `None` where neither is known.
    pub fn day(&self) -> Option<String> {
        let stamp = self
            .get("changedate")
            .or_else(|| self.get("creationdate"))?;
        let part = |from: usize, to: usize| stamp.get(from..to);
        Some(format!("{}-{}-{}", part(0, 4)?, part(4, 6)?, part(6, 8)?))
    }
}

/// Where in which document a variant was found.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The document's origin.
    pub origin: Origin,
    /// The segments that it is, by their positions in the document.
    pub at: Stretch,
    /// The kind of block it stands in.
    pub kind: BlockKind,
    /// Who says it.
    pub speaker: Option<String>,
}

/// The text of a unit in one language (TMX `tuv`).
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// The language.
    pub lang: Lang,
    text: String,
    /// Markup inside the text, in the order of its place.
    pub codes: Vec<InlineCode>,
    /// Where it was found; empty for units that came without documents.
    pub places: Vec<Place>,
    /// Dates and users.
    pub history: History,
    /// Remarks.
    pub notes: Vec<Note>,
    /// Properties.
    pub props: Vec<Prop>,
}

impl Variant {
    /// Returns a variant with nothing known but its text.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the text is blank.
    pub fn new(lang: Lang, text: impl Into<String>) -> Result<Self> {
        let text = text.into();
        if text.trim().is_empty() {
            return Err(Error::Invalid {
                value: text,
                expected: "a text: it is blank",
            });
        }
        Ok(Self {
            lang,
            text,
            codes: Vec::new(),
            places: Vec::new(),
            history: History::default(),
            notes: Vec::new(),
            props: Vec::new(),
        })
    }

    /// Returns the text without markup.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Variants of one meaning.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TranslationUnit {
    /// The identifier it came with (TMX `tuid`), or that the memory gave it.
    pub id: Option<String>,
    /// The language that the others render (TMX `srclang`); `None` when nobody said (`*all*`).
    pub source_lang: Option<Lang>,
    /// The texts, usually one per language.
    pub variants: Vec<Variant>,
    /// Whether a person has looked at it.
    pub status: Status,
    /// How sure the link between the variants is, 0 to 1; `None` when nobody said.
    pub probability: Option<f64>,
    /// Dates and users.
    pub history: History,
    /// Remarks.
    pub notes: Vec<Note>,
    /// Properties.
    pub props: Vec<Prop>,
}

impl TranslationUnit {
    /// Returns the first variant in a language: the exact tag if there is one, else one that the language covers.
    pub fn variant(&self, lang: &Lang) -> Option<&Variant> {
        let exact = self.variants.iter().find(|variant| variant.lang == *lang);
        exact.or_else(|| {
            self.variants
                .iter()
                .find(|variant| lang.covers(&variant.lang))
        })
    }

    /// Returns the unit as units of two variants each, its source (or `source`, or its first variant) with each of the others: for readers that
    /// take one pair a unit. The first keeps the identifier, the others have their language added to it.
    pub fn pairs(&self, source: Option<&Lang>) -> Vec<Self> {
        let source = source.or(self.source_lang.as_ref());
        let Some(first) = source
            .and_then(|lang| self.variant(lang))
            .or(self.variants.first())
        else {
            return Vec::new();
        };
        let others = self
            .variants
            .iter()
            .filter(|variant| !std::ptr::eq(*variant, first));
        let pair = |(number, other): (usize, &Variant)| {
            let tag = other.lang.as_str();
            let id = self.id.as_ref().map(|id| match number {
                0 => id.clone(),
                _ => format!("{id}-{tag}-{number}"),
            });
            Self {
                id,
                source_lang: Some(first.lang.clone()),
                variants: vec![first.clone(), other.clone()],
                ..self.clone()
            }
        };
        others.enumerate().map(pair).collect()
    }
}
