//! Tags and references of broken XML, as far as they can be told.

use super::super::xml::escape::push_attribute;
use super::super::xml::grammar::{Unresolved, is_space, resolve, take_name};

/// Names of HTML that people write into TMX, and what they stand for.
const HTML: [(&str, char); 16] = [
    ("nbsp", '\u{A0}'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bdquo", '„'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("mdash", '—'),
    ("ndash", '–'),
    ("hellip", '…'),
    ("copy", '©'),
    ("reg", '®'),
    ("sect", '§'),
    ("deg", '°'),
    ("shy", '\u{AD}'),
];

/// A tag, as far as it is one.
pub(super) struct Tag {
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    pub(super) is_end: bool,
    pub(super) is_empty: bool,
    pub(super) faults: Vec<String>,
}

impl Tag {
    /// Parses a text from `<` to `>`; `None` when it is no tag.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let inner = text.strip_prefix('<')?.strip_suffix('>')?;
        let (is_end, inner) = match inner.strip_prefix('/') {
            Some(inner) => (true, inner),
            None => (false, inner),
        };
        let (is_empty, inner) = match inner.strip_suffix('/') {
            Some(inner) => (true, inner),
            None => (false, inner),
        };
        let name = take_name(inner);
        if name.is_empty() {
            return None;
        }
        let mut tag = Self {
            name: name.to_owned(),
            attributes: Vec::new(),
            is_end,
            is_empty,
            faults: Vec::new(),
        };
        let mut rest = &inner[name.len()..];
        loop {
            let before = rest.len();
            rest = rest.trim_start_matches(is_space);
            if rest.is_empty() {
                return Some(tag);
            }
            let key = take_name(rest);
            if key.is_empty() || rest.len() == before {
                return None;
            }
            rest = rest[key.len()..].trim_start_matches(is_space);
            rest = rest.strip_prefix('=')?.trim_start_matches(is_space);
            let value = match rest.chars().next()? {
                quote @ ('"' | '\'') => {
                    let (value, after) = rest[1..].split_once(quote)?;
                    rest = after;
                    value
                }
                _ => {
                    let end = rest.find(is_space).unwrap_or(rest.len());
                    let value = &rest[..end];
                    rest = &rest[end..];
                    tag.faults
                        .push(format!("the attribute `{key}` without quotes: added"));
                    value
                }
            };
            if tag.attributes.iter().any(|(known, _)| known == key) {
                tag.faults.push(format!(
                    "the attribute `{key}` twice in one tag: the first counts"
                ));
                continue;
            }
            let (value, faults) = mend_references(value);
            tag.faults
                .extend(faults.into_iter().map(|(_, fault)| fault));
            let value = quick_xml::escape::unescape(&value.replace('<', "&lt;"))
                .map_or_else(|_| value.clone(), std::borrow::Cow::into_owned);
            tag.attributes.push((key.to_owned(), value));
        }
    }

    pub(super) fn write(&self, out: &mut String) {
        self.write_open(out);
        if self.is_empty {
            out.insert(out.len() - 1, '/');
        }
    }

    /// Writes the tag as one that begins an element, even if it was empty.
    pub(super) fn write_open(&self, out: &mut String) {
        out.push('<');
        out.push_str(&self.name);
        for (key, value) in &self.attributes {
            push_attribute(out, key, value);
        }
        out.push('>');
    }
}

/// Returns text in which every `&` begins a reference of XML, with what was changed and where.
pub(super) fn mend_references(text: &str) -> (String, Vec<(usize, String)>) {
    let (mut out, mut faults, mut rest) = (String::with_capacity(text.len()), Vec::new(), text);
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let reference = rest
            .split_once(';')
            .map(|(name, _)| name)
            .filter(|name| name.len() <= 32);
        let Some(name) = reference else {
            faults.push((
                out.len(),
                "`&` without a name and `;`: taken for the sign itself".to_owned(),
            ));
            out.push_str("&amp;");
            continue;
        };
        match resolve(name) {
            Ok(_) => {
                out.push('&');
                out.push_str(name);
                out.push(';');
                rest = &rest[name.len() + 1..];
            }
            Err(unresolved) => {
                let after = &rest[name.len() + 1..];
                let html = HTML.iter().find(|(known, _)| *known == name);
                let pair = surrogates(name, after);
                if let Some((_, character)) = html {
                    faults.push((
                        out.len(),
                        format!("`&{name};` is HTML: `{character}` in its place"),
                    ));
                    out.push(*character);
                    rest = after;
                } else if let Some((character, length)) = pair {
                    faults.push((
                        out.len(),
                        format!(
                            "two references to half a character each: `{character}` in their place"
                        ),
                    ));
                    out.push(character);
                    rest = &after[length..];
                } else if matches!(unresolved, Unresolved::Forbidden) || is_number(name) {
                    faults.push((
                        out.len(),
                        format!("`&{name};`, a character that XML does not allow: dropped"),
                    ));
                    rest = after;
                } else {
                    let fault = match unresolved {
                        Unresolved::Unknown => {
                            format!("the entity `&{name};` is not defined: taken for text")
                        }
                        _ => "`&` without a name and `;`: taken for the sign itself".to_owned(),
                    };
                    faults.push((out.len(), fault));
                    out.push_str("&amp;");
                }
            }
        }
    }
    out.push_str(rest);
    (out, faults)
}

fn number(reference: &str) -> Option<u32> {
    let digits = reference.strip_prefix('#')?;
    match digits.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => digits.parse().ok(),
    }
}

fn is_number(reference: &str) -> bool {
    number(reference).is_some()
}

/// Returns the character of two references to surrogates, and how long the second is.
fn surrogates(first: &str, after: &str) -> Option<(char, usize)> {
    let (second, _) = after.strip_prefix('&')?.split_once(';')?;
    let halves = [number(first)?, number(second)?].map(u16::try_from);
    let [Ok(high), Ok(low)] = halves else {
        return None;
    };
    let character = char::decode_utf16([high, low]).next()?.ok()?;
    (u32::from(character) > 0xFFFF).then_some((character, second.len() + 2))
}
