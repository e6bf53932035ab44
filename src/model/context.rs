//! What other tools' properties say of where a unit comes from: the texts before and after it, and its document.
//!
//! Each tool has names of its own. Those of memoQ, XTM, Phrase, GlobalLink and Wordfast, OmegaT and Trados Studio hold neighbours; those of memoQ,
//! Phrase, MateCat, OmegaT, Olifant, Trados Workbench and bitextor (and what diglot makes of XLIFF) hold documents. The properties themselves stay as
//! they are.

use super::{BlockKind, Lang, Origin, Place, Prop, Stretch, TranslationUnit, Variant};

/// Properties with the text before, and those with the text after.
const BEFORE: &[&str] = &[
    "x-context-pre",
    "x-previous-source-text",
    "context_prev",
    "previousMd5Segment",
    "prev",
];
const AFTER: &[&str] = &[
    "x-context-post",
    "x-next-source-text",
    "context_next",
    "nextMd5Segment",
    "next",
];

/// Trados Studio's: text before in the source, text after, text before in the target, text after, parted by ` | `.
const BOTH: &str = "x-ContextContent";

/// Properties with a document's file name, those with its address, those with whose it is.
const FILES: &[&str] = &[
    "x-document",
    "filename",
    "x-MateCAT-filename",
    "file",
    "Txt::FileName",
    "Txt::Doc",
    "x-filesource",
    "x-xliff-original",
];
const ADDRESSES: &[&str] = &["source-document"];
const PUBLISHERS: &[&str] = &["client", "Att::Client", "x-Customer:MultiplePicklist"];

/// The texts around a unit, as a tool's properties tell them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// The text before it.
    pub before: Option<String>,
    /// The text after it.
    pub after: Option<String>,
}

impl TranslationUnit {
    /// Returns what properties tell of the texts around a variant in this language: the variant's own properties, and the unit's for its source.
    pub fn context(&self, lang: &Lang) -> Context {
        let Some(variant) = self.variant(lang) else {
            return Context::default();
        };
        let is_source = self
            .source_lang
            .as_ref()
            .is_none_or(|source| *source == variant.lang);
        let of_unit: &[Prop] = if is_source { &self.props } else { &[] };
        let find = |names: &[&str]| {
            let named = |prop: &&Prop| names.contains(&prop.name.as_str());
            let found = variant
                .props
                .iter()
                .find(named)
                .or(of_unit.iter().find(named))?;
            text_of(&found.value)
        };
        let mut context = Context {
            before: find(BEFORE),
            after: find(AFTER),
        };
        if context == Context::default()
            && let Some(both) = self.props.iter().find(|prop| prop.name == BOTH)
        {
            let mut texts = both.value.split(" | ").map(str::trim);
            let mut next = || texts.next().and_then(text_of);
            let (source, target) = ([next(), next()], [next(), next()]);
            [context.before, context.after] = if is_source { source } else { target };
        }
        context
    }

    /// Returns where a variant was found: its places, else the document that properties name, if one does.
    pub fn places_of(&self, variant: &Variant) -> Vec<Place> {
        if !variant.places.is_empty() {
            return variant.places.clone();
        }
        let find = |names: &[&str]| {
            let named =
                |prop: &&Prop| names.contains(&prop.name.as_str()) && !prop.value.trim().is_empty();
            let found = variant
                .props
                .iter()
                .find(named)
                .or(self.props.iter().find(named));
            found.map(|prop| prop.value.trim().to_owned())
        };
        let origin = Origin {
            file: find(FILES),
            address: find(ADDRESSES),
            publisher: find(PUBLISHERS),
            ..Origin::default()
        };
        if origin.file.is_none() && origin.address.is_none() {
            return Vec::new();
        }
        vec![Place {
            origin,
            at: Stretch::default(),
            kind: BlockKind::Paragraph,
            speaker: None,
        }]
    }
}

/// Returns a text without the tags that memoQ writes into it; `None` for a blank one.
fn text_of(value: &str) -> Option<String> {
    let value = value.trim();
    let inner = value
        .strip_prefix("<seg>")
        .and_then(|rest| rest.strip_suffix("</seg>"))
        .unwrap_or(value);
    (!inner.trim().is_empty()).then(|| inner.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(props: &[(&str, &str)], of_source: &[(&str, &str)]) -> TranslationUnit {
        let prop = |(name, value): &(&str, &str)| Prop {
            name: (*name).to_owned(),
            value: (*value).to_owned(),
            attributes: Vec::new(),
        };
        let lang = |tag| Lang::new(tag).unwrap();
        let mut source = Variant::new(lang("ru"), "б").unwrap();
        source.props = of_source.iter().map(prop).collect();
        TranslationUnit {
            source_lang: Some(lang("ru")),
            variants: vec![source, Variant::new(lang("en"), "b").unwrap()],
            props: props.iter().map(prop).collect(),
            ..TranslationUnit::default()
        }
    }

    #[test]
    fn the_neighbours_of_each_tool_are_understood() {
        for (props, of_source) in [
            (
                &[][..],
                &[
                    ("x-context-pre", "<seg>а</seg>"),
                    ("x-context-post", "<seg>в</seg>"),
                ][..],
            ),
            (
                &[("x-previous-source-text", "а"), ("x-next-source-text", "в")],
                &[],
            ),
            (&[], &[("context_prev", "а"), ("context_next", "в")]),
            (&[("previousMd5Segment", "а"), ("nextMd5Segment", "в")], &[]),
            (&[("prev", "а"), ("next", "в")], &[]),
            (&[("x-ContextContent", "а | в | a | ")], &[]),
        ] {
            let unit = unit(props, of_source);
            let context = unit.context(&Lang::new("ru").unwrap());
            assert_eq!(context.before.as_deref(), Some("а"), "{props:?}");
            assert_eq!(context.after.as_deref(), Some("в"), "{props:?}");
        }
    }

    #[test]
    fn the_document_that_a_tool_names_is_the_origin() {
        let unit = unit(&[("client", "MFA"), ("x-document", "rel.html")], &[]);
        let places = unit.places_of(&unit.variants[1]);
        assert_eq!(places[0].origin.file.as_deref(), Some("rel.html"));
        assert_eq!(places[0].origin.publisher.as_deref(), Some("MFA"));
    }
}
