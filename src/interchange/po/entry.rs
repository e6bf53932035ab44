//! Lines of PO to entries, with the places of what may be rewritten.

use std::ops::Range;

/// The most bytes that one entry may take.
const MAX_ENTRY: usize = 64 << 20;

/// The most comments, references and flags that an entry may have: each plural form becomes a unit that has them all.
const MAX_COMMENTS: usize = 10_000;

/// The most plural forms that an entry may have: no language has more than six.
const MAX_FORMS: usize = 100;

/// An entry; places are in bytes of the text, or what the caller counts.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    pub(super) start: usize,
    /// Comments by kind: of translators (`# `), extracted (`#.`), references (`#:`), flags (`#,`).
    pub(super) notes: Vec<String>,
    pub(super) extracted: Vec<String>,
    pub(super) references: Vec<String>,
    pub(super) flags: Vec<String>,
    pub(super) obsolete: bool,
    pub(super) context: Option<String>,
    pub(super) id: Option<String>,
    pub(super) plural: Option<String>,
    pub(super) strings: Vec<String>,
    /// The lines of each of `strings`.
    pub(super) places: Vec<Range<usize>>,
    /// The first line of flags.
    pub(super) flags_at: Option<usize>,
    /// The first line of `#|`, `msgctxt` or `msgid`.
    pub(super) body_at: Option<usize>,
    size: usize,
}

impl Entry {
    pub(super) fn is_header(&self) -> bool {
        self.id.as_deref() == Some("") && self.context.is_none()
    }

    pub(super) fn is_fuzzy(&self) -> bool {
        self.flags.iter().any(|flag| flag == super::FUZZY)
    }

    /// Returns the text that a form renders: the singular for the first, else the plural.
    pub(super) fn source(&self, form: usize) -> &str {
        let singular = self.id.as_deref().unwrap_or_default();
        match (&self.plural, form) {
            (Some(plural), 1..) => plural,
            _ => singular,
        }
    }
}

#[derive(Clone, Copy, Default)]
enum Field {
    #[default]
    None,
    Context,
    Id,
    Plural,
    String,
    /// The text before a change: passed over.
    Previous,
}

/// Puts lines together to entries.
#[derive(Default)]
pub(super) struct Parser {
    entry: Entry,
    field: Field,
}

impl Parser {
    /// Takes a line without its end; `place` includes the end. Returns the entry before it when the line begins another.
    ///
    /// # Errors
    /// The reason when the line is no PO.
    pub(super) fn line(
        &mut self,
        line: &str,
        place: Range<usize>,
    ) -> Result<Option<Entry>, String> {
        let mut rest = line.trim();
        let has_body = !self.entry.strings.is_empty();
        if rest.is_empty() {
            return Ok(if has_body { self.finish() } else { None });
        }
        let obsolete = rest.strip_prefix("#~");
        if let Some(inner) = obsolete {
            rest = inner.trim_start();
            if rest.is_empty() || rest.starts_with('|') {
                return Ok(None);
            }
        }
        let begins = rest.starts_with('#') || rest.starts_with("msgctxt") || word(rest) == "msgid";
        let done = if has_body && begins {
            self.finish()
        } else {
            None
        };
        let entry = &mut self.entry;
        if entry.size == 0 {
            entry.start = place.start;
        }
        entry.size += line.len() + 1;
        if entry.size > MAX_ENTRY {
            return Err(format!("more than {} MiB in one entry", MAX_ENTRY >> 20));
        }
        entry.obsolete |= obsolete.is_some();
        if let Some(comment) = rest.strip_prefix('#') {
            self.comment(comment, place.start)?;
            return Ok(done);
        }
        if rest.starts_with('"') {
            let text = unquote(rest)?;
            match self.field {
                Field::None => {
                    return Err("a text that belongs to no `msgid` or `msgstr`".to_owned());
                }
                Field::Context => entry.context.get_or_insert_default().push_str(&text),
                Field::Id => entry.id.get_or_insert_default().push_str(&text),
                Field::Plural => entry.plural.get_or_insert_default().push_str(&text),
                Field::String => {
                    if let (Some(last), Some(span)) =
                        (entry.strings.last_mut(), entry.places.last_mut())
                    {
                        last.push_str(&text);
                        span.end = place.end;
                    }
                }
                Field::Previous => {}
            }
            return Ok(done);
        }
        let keyword = word(rest);
        let text = unquote(rest[keyword.len()..].trim_start())?;
        entry.body_at.get_or_insert(place.start);
        let set = |slot: &mut Option<String>| match slot {
            Some(_) => Err(format!("`{keyword}` stands twice in one entry")),
            None => {
                *slot = Some(text.clone());
                Ok(())
            }
        };
        match keyword {
            "msgctxt" => {
                set(&mut entry.context)?;
                self.field = Field::Context;
            }
            "msgid" => {
                set(&mut entry.id)?;
                self.field = Field::Id;
            }
            "msgid_plural" => {
                set(&mut entry.plural)?;
                self.field = Field::Plural;
            }
            _ if keyword == "msgstr" || keyword.starts_with("msgstr[") => {
                let number = match keyword {
                    "msgstr" => Some(0),
                    _ => keyword["msgstr[".len()..]
                        .strip_suffix(']')
                        .and_then(|number| number.parse::<usize>().ok()),
                };
                if number != Some(entry.strings.len()) || entry.strings.len() >= MAX_FORMS {
                    return Err(format!("`{keyword}` out of order"));
                }
                if entry.id.is_none() {
                    return Err("`msgstr` without `msgid`".to_owned());
                }
                entry.strings.push(text);
                entry.places.push(place);
                self.field = Field::String;
            }
            _ => {
                let shown: String = keyword.chars().take(40).collect();
                return Err(format!(
                    "expected `msgid`, `msgstr` or a comment, found `{shown}`"
                ));
            }
        }
        Ok(done)
    }

    fn comment(&mut self, comment: &str, at: usize) -> Result<(), String> {
        let entry = &mut self.entry;
        let (kind, text) = match comment.chars().next() {
            Some(kind @ ('.' | ':' | ',' | '|')) => (kind, comment[1..].trim()),
            _ => (' ', comment.strip_prefix(' ').unwrap_or(comment)),
        };
        match kind {
            '.' => entry.extracted.push(text.to_owned()),
            ':' => entry.references.push(text.to_owned()),
            ',' => {
                entry.flags_at.get_or_insert(at);
                let flags = text.split(',').map(str::trim);
                let flags = flags.filter(|flag| !flag.is_empty());
                // One more than is allowed shows.
                let flags = flags.take(MAX_COMMENTS + 1).map(str::to_owned);
                entry.flags.extend(flags);
            }
            '|' => {
                entry.body_at.get_or_insert(at);
                self.field = Field::Previous;
            }
            _ => entry.notes.push(text.to_owned()),
        }
        let lists = [
            &entry.notes,
            &entry.extracted,
            &entry.references,
            &entry.flags,
        ];
        if lists.iter().map(|list| list.len()).sum::<usize>() > MAX_COMMENTS {
            return Err(format!(
                "more than {MAX_COMMENTS} comments and flags in one entry"
            ));
        }
        Ok(())
    }

    /// Returns the last entry, if it is one.
    pub(super) fn finish(&mut self) -> Option<Entry> {
        self.field = Field::None;
        let entry = std::mem::take(&mut self.entry);
        (!entry.strings.is_empty()).then_some(entry)
    }

    /// Says whether an entry has begun that has no `msgstr` yet.
    pub(super) fn is_inside(&self) -> bool {
        self.entry.id.is_some() && self.entry.strings.is_empty()
    }
}

fn word(text: &str) -> &str {
    &text[..text.find([' ', '\t', '"']).unwrap_or(text.len())]
}

/// Returns the value of a quoted string.
fn unquote(quoted: &str) -> Result<String, String> {
    let inner = quoted
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .ok_or("expected a text in double quotes")?;
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner.chars();
    while let Some(character) = rest.next() {
        match character {
            '"' => return Err("a quote inside a text: write `\\\"`".to_owned()),
            '\\' => match rest.next() {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some('r') => text.push('\r'),
                Some('a') => text.push('\u{7}'),
                Some('b') => text.push('\u{8}'),
                Some('f') => text.push('\u{C}'),
                Some('v') => text.push('\u{B}'),
                Some(other @ ('"' | '\\' | '\'' | '?')) => text.push(other),
                Some(other) => {
                    text.push('\\');
                    text.push(other);
                }
                None => return Err("a backslash before the end of a text".to_owned()),
            },
            _ => text.push(character),
        }
    }
    Ok(text)
}

/// Appends a keyword and its text, broken after its line ends.
pub(super) fn push(out: &mut String, keyword: &str, text: &str, line_end: &str) {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    out.push_str(keyword);
    if lines.len() > 1 {
        out.push_str(" \"\"");
        out.push_str(line_end);
    } else {
        out.push(' ');
    }
    if lines.is_empty() {
        out.push_str("\"\"");
        out.push_str(line_end);
    }
    for line in lines {
        out.push('"');
        for character in line.chars() {
            match character {
                '\n' => out.push_str("\\n"),
                '\t' => out.push_str("\\t"),
                '\r' => out.push_str("\\r"),
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\u{7}' => out.push_str("\\a"),
                '\u{8}' => out.push_str("\\b"),
                '\u{C}' => out.push_str("\\f"),
                '\u{B}' => out.push_str("\\v"),
                other => out.push(other),
            }
        }
        out.push('"');
        out.push_str(line_end);
    }
}

/// Returns a field of the header entry's text.
pub(super) fn header_field<'h>(header: &'h str, name: &str) -> Option<&'h str> {
    header.lines().find_map(|line| {
        let (field, value) = line.split_once(':')?;
        let value = value.trim();
        (field.trim().eq_ignore_ascii_case(name) && !value.is_empty()).then_some(value)
    })
}

/// Returns the label of the encoding that a file names, if it is another than UTF-8.
pub(super) fn charset(bytes: &[u8]) -> Option<&[u8]> {
    const MARK: &[u8] = b"charset=";
    let at = memchr::memmem::find(bytes, MARK)? + MARK.len();
    let rest = &bytes[at..];
    let end = rest
        .iter()
        .position(|&byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')))
        .unwrap_or(rest.len());
    let label = &rest[..end];
    let usual = [
        &b"UTF-8"[..],
        b"UTF8",
        b"CHARSET",
        b"ASCII",
        b"US-ASCII",
        b"",
    ];
    (!usual.iter().any(|usual| usual.eq_ignore_ascii_case(label))).then_some(label)
}
