//! Text as it may stand in XML: escaped, without the characters that XML 1.0 forbids.

use super::grammar::is_allowed;

/// Appends text as element content; a carriage return becomes a reference, else reading would turn it into a line end.
/// Returns how many forbidden characters were dropped.
pub(in crate::interchange) fn push_text(out: &mut String, text: &str) -> u64 {
    push(out, text, |character| match character {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '\r' => Some("&#13;"),
        _ => None,
    })
}

/// Appends ` name="value"`; white space but the space becomes a reference, else reading would turn it into spaces.
/// Returns how many forbidden characters were dropped.
pub(in crate::interchange) fn push_attribute(out: &mut String, name: &str, value: &str) -> u64 {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    let dropped = push(out, value, |character| match character {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        '\t' => Some("&#9;"),
        '\n' => Some("&#10;"),
        '\r' => Some("&#13;"),
        _ => None,
    });
    out.push('"');
    dropped
}

fn push(out: &mut String, text: &str, replacement: impl Fn(char) -> Option<&'static str>) -> u64 {
    let mut dropped = 0;
    let mut rest = text;
    while let Some((at, found)) = rest
        .char_indices()
        .find(|&(_, character)| replacement(character).is_some() || !is_allowed(character))
    {
        out.push_str(&rest[..at]);
        match replacement(found) {
            Some(escaped) => out.push_str(escaped),
            None => dropped += 1,
        }
        rest = &rest[at + found.len_utf8()..];
    }
    out.push_str(rest);
    dropped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_markup_and_drops_what_xml_forbids_with_a_count() {
        let mut out = String::new();
        assert_eq!(push_text(&mut out, "a<b>&\u{B}\r\n\t\u{FFFE}ў"), 2);
        assert_eq!(out, "a&lt;b&gt;&amp;&#13;\n\tў");
        out.clear();
        push_attribute(&mut out, "x", "\"\t\n\r");
        assert_eq!(out, " x=\"&quot;&#9;&#10;&#13;\"");
    }
}
