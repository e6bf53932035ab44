//! Markup with a limit on its depth, before any parser sees it.
//!
//! The rule: text is never lost, only tags are. HTML's rules for building the tree walk the stack of open elements for most tags and open
//! forgotten formatting again in each paragraph, so that 100,000 nested elements, or as many unclosed `<font>`, cost quadratic time; browsers have
//! a limit of depth too (512 in Blink). What only decorates a line is dropped altogether.

/// Elements inside each other beyond this depth are flattened: real pages stay below 60.
const DEPTH: usize = 200;

/// Elements whose end tags may be missing are ignored beyond this number of them that are open inside each other.
const UNCLOSED: usize = 200;

/// Attributes of a tag beyond which all of them are ignored: each is looked for among those before it.
const ATTRIBUTES: usize = 256;

/// Of the uncounted elements those that never hold others of them: void ones, paragraphs and links, which the next one closes, and the parts of a
/// table, which close each other unless another table is between them.
const NEVER_OPEN: [&str; 29] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr", "p", "html", "head", "body", "frame", "keygen", "tr", "td", "th", "thead",
    "tbody", "tfoot", "colgroup", "caption", "a",
];

/// Markup within its limits.
pub(super) struct Bounded {
    pub(super) text: String,
    /// How many opening tags were ignored for their depth.
    pub(super) flattened: usize,
    /// How many tags there are in the text.
    pub(super) tags: usize,
}

/// Elements whose end tag is optional or missing: they do not nest without others around them.
const UNCOUNTED: [&str; 38] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr", "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "colgroup",
    "caption", "option", "optgroup", "html", "head", "body", "rb", "rt", "rtc", "rp", "frame",
    "keygen", "a",
];

/// Elements that decorate words and are opened again by the parser until they are closed.
const FORMATTING: [&str; 15] = [
    "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
    "mark", "center",
];

/// Elements without markup inside; what they hold is no text of the page, but for the title and scripts with linked data.
const RAW: [&str; 9] = [
    "script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "svg",
];

/// Returns the markup without decoration and with its depth limited.
pub(super) fn bounded(source: &str) -> Bounded {
    let mut text = String::with_capacity(source.len());
    let mut depth = 0_usize;
    let (mut flattened, mut tags) = (0, 0);
    // The elements without end tags that are open, and how many were when each of the counted elements began.
    let mut unclosed: Vec<Closing> = Vec::new();
    let mut outside: Vec<usize> = Vec::new();
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'<', &source.as_bytes()[at..]) {
        let start = at + found;
        text.push_str(&source[at..start]);
        let rest = &source[start..];
        if rest.starts_with("<!--") {
            at = rest.find("-->").map_or(source.len(), |end| start + end + 3);
            continue;
        }
        let is_end = rest.starts_with("</");
        let name = name(&rest[1 + usize::from(is_end)..]);
        if name.is_empty() {
            text.push('<');
            at = start + 1;
            continue;
        }
        let (length, attributes) = tag_length(rest);
        let end = start + length;
        at = end;
        let name = name.as_str();
        if FORMATTING.contains(&name) {
            continue;
        }
        if !is_end && RAW.contains(&name) {
            let close = close_of(&source[end..], name);
            if matches!(name, "script" | "style" | "title" | "textarea") {
                text.push_str(&source[start..end + close]);
            }
            at = end + close;
            continue;
        }
        if !UNCOUNTED.contains(&name) {
            if is_end {
                let beyond = depth > DEPTH;
                depth = depth.saturating_sub(1);
                if beyond {
                    continue;
                }
                unclosed.truncate(outside.pop().unwrap_or(unclosed.len()));
            } else {
                depth += 1;
                if depth > DEPTH {
                    flattened += 1;
                    continue;
                }
                outside.push(unclosed.len());
            }
        } else if !NEVER_OPEN.contains(&name) {
            let closing = Closing::of(name);
            let outer = outside.last().copied().unwrap_or(0).min(unclosed.len());
            let same = unclosed[outer..].iter().rposition(|it| *it == closing);
            let same = same.map(|at| outer + at);
            if is_end {
                unclosed.truncate(same.unwrap_or(unclosed.len()));
            } else if same.is_none_or(|at| at + 1 < unclosed.len()) {
                if unclosed.len() >= UNCLOSED {
                    flattened += 1;
                    if !text.ends_with(' ') {
                        text.push(' ');
                    }
                    continue;
                }
                unclosed.push(closing);
            }
        }
        tags += 1;
        if attributes > ATTRIBUTES {
            flattened += 1;
            text.push_str(&source[start..start + 1 + usize::from(is_end) + name.len()]);
            text.push('>');
            continue;
        }
        text.push_str(&source[start..end]);
    }
    text.push_str(&source[at..]);
    Bounded {
        text,
        flattened,
        tags,
    }
}

/// Which elements without end tags close each other: the next of the same kind does, any other may stand inside.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Closing {
    Item,
    Definition,
    Choice,
    Group,
    Annotation,
}

impl Closing {
    fn of(name: &str) -> Self {
        match name {
            "li" => Self::Item,
            "dt" | "dd" => Self::Definition,
            "option" => Self::Choice,
            "optgroup" => Self::Group,
            _ => Self::Annotation,
        }
    }
}

/// The name of the tag whose inside begins here, in lower case; empty when this is no tag.
fn name(inside: &str) -> String {
    if !inside.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return String::new();
    }
    inside
        .bytes()
        .take_while(|b| !matches!(b, b'>' | b'/' | b' ' | b'\n' | b'\t' | b'<'))
        .map(|b| char::from(b.to_ascii_lowercase()))
        .collect()
}

/// The bytes of a tag with its brackets, and how many attributes it has at most; marks inside quoted values do not end it.
fn tag_length(tag: &str) -> (usize, usize) {
    let mut quote = None;
    let mut before = b' ';
    let mut attributes = 0;
    let mut is_space = false;
    for (at, b) in tag.bytes().enumerate() {
        match (b, quote) {
            (b'>', None) => return (at + 1, attributes),
            // A quotation mark quotes only as the start of a value.
            (b'"' | b'\'', None) if before == b'=' => quote = Some(b),
            (b, Some(open)) if b == open => quote = None,
            _ => {}
        }
        if b.is_ascii_whitespace() || b == b'/' {
            is_space = quote.is_none();
        } else {
            // One may also follow the value of another without a space.
            let follows = quote.is_none() && matches!(before, b'"' | b'\'') && b != b'=';
            attributes += usize::from(is_space || follows);
            is_space = false;
        }
        if !b.is_ascii_whitespace() {
            before = b;
        }
    }
    (tag.len(), attributes)
}

/// The bytes up to and with the end tag of an element without markup.
fn close_of(rest: &str, name: &str) -> usize {
    let bytes = rest.as_bytes();
    memchr::memmem::find_iter(bytes, b"</")
        .find(|at| {
            let tag = &bytes[at + 2..];
            tag.len() >= name.len() && tag[..name.len()].eq_ignore_ascii_case(name.as_bytes())
        })
        .map_or(rest.len(), |at| at + tag_length(&rest[at..]).0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_is_within_the_limits() {
        let source =
            "<div class=\"a>b\"><p title='<div>'>1 < 2 </p><script>if (a<b) '<div>'</script></div>";
        let found = bounded(source);
        assert_eq!((found.text.as_str(), found.flattened), (source, 0));
    }

    #[test]
    fn drops_decoration_and_comments_and_keeps_words() {
        assert_eq!(
            bounded("a<!-- <div> --><b>b</b><FONT size=1>c</FONT><svg><path/></svg>").text,
            "abc"
        );
    }

    #[test]
    fn flattens_what_is_too_deep() {
        let found = bounded(&format!(
            "{}x{}y",
            "<div>".repeat(1000),
            "</div>".repeat(1000)
        ));
        assert_eq!(found.flattened, 800);
        assert_eq!(
            found.text.matches("<div>").count(),
            found.text.matches("</div>").count()
        );
        assert!(found.text.ends_with('y'));
    }

    #[test]
    fn ignores_more_open_items_and_attributes_than_any_page_has() {
        let items = "<li><dd>x".repeat(5_000);
        let found = bounded(&format!("<ul>{items}</ul><ul><li>y</ul>"));
        assert_eq!(found.flattened, 4_900);
        let ended = "<li><a>x<dd>y</li>".repeat(5_000);
        let source = format!("<ul>{ended}</ul>");
        assert_eq!(bounded(&source).text, source);
        let cells = "<tr><td>x<td>y".repeat(5_000);
        let list = "<dt>x<dd>y".repeat(5_000);
        let items = "<li>x".repeat(5_000);
        let source = format!("<table>{cells}</table><dl>{list}</dl><ul>{items}</ul>");
        let found_all = bounded(&source);
        assert_eq!(
            (found_all.text, found_all.flattened, found_all.tags),
            (source, 0, 30_006)
        );
        assert!(found.text.ends_with("</ul><ul><li>y</ul>"));
        let many: String = (0..300).map(|at| format!(" a{at}='b c'")).collect();
        assert_eq!(bounded(&format!("<p{many}>z</p>")).text, "<p>z</p>");
        let close: String = (0..300).map(|at| format!("a{at}=\"b\"")).collect();
        assert_eq!(bounded(&format!("<p {close}>z</p>")).text, "<p>z</p>");
        let long = format!("<p a=\"{}\">z</p>", "b ".repeat(1000));
        assert_eq!(bounded(&long).text, long);
    }

    #[test]
    fn never_fails_on_tags_cut_off() {
        for source in [
            "<",
            "</",
            "<p",
            "<p a=\"",
            "<!--",
            "<script>",
            "<ё",
            "</script",
            "<textarea><é",
        ] {
            bounded(source);
        }
    }
}
