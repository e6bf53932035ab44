//! A text with some of its segments replaced, its markup as it was.
//!
//! The rule kept: only text is replaced that stands in the source in one piece, white space and character references aside. A segment with markup
//! inside is left as it is, for where the markup belongs in the rendering is not known.

use std::ops::Range;

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Markup {
    /// As it is read.
    None,
    /// HTML or XML: `&`, `<` and `>` are written as references.
    Tags,
    /// Markdown: what could be taken for markup stands behind a backslash.
    Markdown,
}

/// Replaces segments of a source one after the other.
pub struct Filler<'s> {
    source: &'s str,
    markup: Markup,
    /// Up to where the source has been gone through.
    at: usize,
    /// Up to where it has been written.
    written: usize,
    out: String,
}

impl<'s> Filler<'s> {
    /// Begins with a source.
    pub fn new(source: &'s str, markup: Markup) -> Self {
        Self {
            source,
            markup,
            at: 0,
            written: 0,
            out: String::with_capacity(source.len()),
        }
    }

    /// Goes on to a segment, and replaces it if there is something to replace it with; segments come in the order of the text. Says whether the segment
    /// stands there in one piece.
    pub fn segment(&mut self, segment: &str, replacement: Option<&str>) -> bool {
        let Some(span) = self.find(segment) else {
            return false;
        };
        self.at = span.end;
        if let Some(replacement) = replacement {
            self.out.push_str(&self.source[self.written..span.start]);
            self.push(replacement);
            self.written = span.end;
        }
        true
    }

    /// Returns the whole text.
    pub fn finish(mut self) -> String {
        self.out.push_str(&self.source[self.written..]);
        self.out
    }

    /// Returns where a segment stands next, outside of markup.
    fn find(&self, segment: &str) -> Option<Range<usize>> {
        let first = segment.chars().next()?;
        let mut in_tag = false;
        let mut at = self.at;
        while let Some(c) = self.source[at..].chars().next() {
            match (self.markup, c) {
                (Markup::Tags, '<') => in_tag = true,
                (Markup::Tags, '>') => in_tag = false,
                _ if in_tag => {}
                _ => {
                    let (read, _) = self.character(at)?;
                    if read == first
                        && let Some(end) = self.matches(at, segment)
                    {
                        return Some(at..end);
                    }
                }
            }
            at += c.len_utf8();
        }
        None
    }

    /// Returns where a segment ends that begins at `at`.
    fn matches(&self, mut at: usize, segment: &str) -> Option<usize> {
        let mut wanted = segment.chars().peekable();
        while let Some(c) = wanted.next() {
            if c.is_whitespace() {
                while wanted.next_if(|c| c.is_whitespace()).is_some() {}
                let start = at;
                while let Some((read, next)) = self.character(at)
                    && read.is_whitespace()
                {
                    at = next;
                }
                if at == start {
                    return None;
                }
                continue;
            }
            let (read, next) = self.character(at)?;
            if read != c {
                return None;
            }
            at = next;
        }
        Some(at)
    }

    /// Returns the character that a reader sees at a place, and where the next one begins.
    fn character(&self, at: usize) -> Option<(char, usize)> {
        let rest = &self.source[at..];
        let c = rest.chars().next()?;
        let plain = Some((c, at + c.len_utf8()));
        match (self.markup, c) {
            (Markup::Tags, '&') => {
                let Some(end) = rest.char_indices().take(12).find(|&(_, c)| c == ';') else {
                    return plain;
                };
                let read = reference(&rest[1..end.0]);
                read.map(|read| (read, at + end.0 + 1)).or(plain)
            }
            (Markup::Markdown, '\\') => {
                let next = rest[1..].chars().next().filter(char::is_ascii_punctuation);
                next.map(|next| (next, at + 2)).or(plain)
            }
            _ => plain,
        }
    }

    fn push(&mut self, text: &str) {
        for c in text.chars() {
            match (self.markup, c) {
                (Markup::Tags, '&') => self.out.push_str("&amp;"),
                (Markup::Tags, '<') => self.out.push_str("&lt;"),
                (Markup::Tags, '>') => self.out.push_str("&gt;"),
                (Markup::Markdown, '*' | '_' | '`' | '[' | ']' | '<' | '\\') => {
                    self.out.push('\\');
                    self.out.push(c);
                }
                _ => self.out.push(c),
            }
        }
    }
}

/// Returns the character of a reference that releases use; others are not taken for what they stand for.
fn reference(name: &str) -> Option<char> {
    let code = |digits: &str, radix| {
        u32::from_str_radix(digits, radix)
            .ok()
            .and_then(char::from_u32)
    };
    if let Some(digits) = name.strip_prefix("#x").or_else(|| name.strip_prefix("#X")) {
        return code(digits, 16);
    }
    if let Some(digits) = name.strip_prefix('#') {
        return code(digits, 10);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "laquo" => '«',
        "raquo" => '»',
        "ldquo" => '“',
        "rdquo" => '”',
        "lsquo" => '‘',
        "rsquo" => '’',
        "bdquo" => '„',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(
        source: &str,
        markup: Markup,
        segments: &[(&str, Option<&str>)],
    ) -> (String, Vec<bool>) {
        let mut filler = Filler::new(source, markup);
        let found = segments
            .iter()
            .map(|(segment, replacement)| filler.segment(segment, *replacement))
            .collect();
        (filler.finish(), found)
    }

    #[test]
    fn markup_stays_and_text_is_written_safely() {
        let source =
            "<p title=\"Да\">Да.  Он &laquo;тут&raquo; &amp;\nтам.</p><p>Нет <b>его</b>.</p>";
        let segments = [
            ("Да.", Some("Yes <1>.")),
            ("Он «тут» & там.", Some("He & she.")),
            ("Нет его.", Some("No.")),
        ];
        assert_eq!(
            filled(source, Markup::Tags, &segments),
            (
                "<p title=\"Да\">Yes &lt;1&gt;.  He &amp; she.</p><p>Нет <b>его</b>.</p>"
                    .to_owned(),
                vec![true, true, false]
            )
        );
    }

    #[test]
    fn what_is_not_replaced_stays_byte_for_byte() {
        let source = "Раз.\r\n\r\n  Два. Три.\n";
        let segments = [("Раз.", None), ("Два.", Some("Two.")), ("Три.", None)];
        assert_eq!(
            filled(source, Markup::None, &segments).0,
            "Раз.\r\n\r\n  Two. Три.\n"
        );
    }

    #[test]
    fn what_markdown_would_take_for_markup_is_escaped() {
        let segments = [("Да.", Some("2 * 2 [sic]"))];
        assert_eq!(
            filled("# Да.\n", Markup::Markdown, &segments).0,
            "# 2 \\* 2 \\[sic\\]\n"
        );
    }
}
