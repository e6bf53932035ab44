//! Which format are these bytes in? The content speaks before the name where it is unmistakable.

/// A format that documents are read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Plain text: a block a line, paragraphs divided by empty lines.
    Text,
    /// A web page, saved as HTML or XHTML.
    Html,
    /// CommonMark with front matter.
    Markdown,
    /// Any other XML: its leaf elements are the blocks.
    Xml,
    /// A document of Word.
    Docx,
    /// A document of LibreOffice and others.
    Odt,
}

/// How much of the bytes is looked at.
const SNIFFED_BYTES: usize = 1024;

impl Format {
    /// All formats, in the order of their definition.
    pub const ALL: [Self; 6] = [
        Self::Text,
        Self::Html,
        Self::Markdown,
        Self::Xml,
        Self::Docx,
        Self::Odt,
    ];

    /// Returns the format's name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Html => "html",
            Self::Markdown => "markdown",
            Self::Xml => "xml",
            Self::Docx => "docx",
            Self::Odt => "odt",
        }
    }

    /// Returns the format of a name, if it is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }

    /// Returns the format that a file's extension stands for, if it is a known one.
    pub fn of_extension(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "txt" | "text" => Some(Self::Text),
            "html" | "htm" | "xhtml" | "shtml" => Some(Self::Html),
            "md" | "markdown" => Some(Self::Markdown),
            "xml" => Some(Self::Xml),
            "docx" | "docm" => Some(Self::Docx),
            "odt" => Some(Self::Odt),
            _ => None,
        }
    }

    /// Returns the format of bytes that go by this name: plain text where nothing speaks for another.
    pub fn of(name: &str, bytes: &[u8]) -> Self {
        let named = name
            .rsplit_once('.')
            .and_then(|(_, extension)| Self::of_extension(extension));
        if bytes.starts_with(b"PK\x03\x04") {
            return of_archive(bytes).or(named).unwrap_or(Self::Text);
        }
        match named {
            Some(Self::Html | Self::Markdown) => named,
            // A name of an archive for what is none says nothing.
            Some(Self::Docx | Self::Odt) => of_content(bytes),
            Some(Self::Text | Self::Xml) | None => of_content(bytes).or(named),
        }
        .unwrap_or(Self::Text)
    }
}

/// The format of a zip archive, by the names of what is in it, which stand in it as they are.
fn of_archive(bytes: &[u8]) -> Option<Format> {
    let holds = |name: &[u8]| memchr::memmem::find(bytes, name).is_some();
    if holds(b"word/document.xml") {
        Some(Format::Docx)
    } else if holds(b"application/vnd.oasis.opendocument.text") || holds(b"content.xml") {
        Some(Format::Odt)
    } else {
        None
    }
}

/// The format that the first bytes give away, in whatever encoding: marks of all three-letter languages are ASCII, and in UTF-16 they stand
/// between NUL bytes.
fn of_content(bytes: &[u8]) -> Option<Format> {
    let start: String = bytes
        .iter()
        .take(SNIFFED_BYTES)
        .filter(|b| b.is_ascii() && **b != 0)
        .map(|b| char::from(b.to_ascii_lowercase()))
        .collect();
    let start = start.trim_start();
    let is_html = [
        "<!doctype html",
        "<html",
        "<head",
        "<body",
        "<meta ",
        "<title",
    ]
    .iter()
    .any(|mark| start.starts_with(mark));
    if is_html {
        return Some(Format::Html);
    }
    if start.starts_with("<?xml") {
        let is_page = start.contains("<html") || start.contains("<!doctype html");
        return Some(if is_page { Format::Html } else { Format::Xml });
    }
    if start.starts_with("<!--") && start.contains("<html") {
        return Some(Format::Html);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_speaks_before_a_name_that_says_little() {
        assert_eq!(
            Format::of("page.txt", b"\xef\xbb\xbf <!DOCTYPE html><p>"),
            Format::Html
        );
        assert_eq!(Format::of("-", b"<?xml version='1.0'?><doc/>"), Format::Xml);
        assert_eq!(
            Format::of("page.xml", b"<?xml version='1.0'?><html/>"),
            Format::Html
        );
        assert_eq!(Format::of("-", b"<\0h\0t\0m\0l\0>\0"), Format::Html);
    }

    #[test]
    fn the_name_speaks_where_content_is_silent() {
        assert_eq!(Format::of("a.MD", b"# x"), Format::Markdown);
        assert_eq!(Format::of("a.htm", b"x"), Format::Html);
        assert_eq!(Format::of("a.xml", b"<doc/>"), Format::Xml);
        assert_eq!(Format::of("a.b.release", b"x < y"), Format::Text);
    }

    #[test]
    fn names_lead_back_to_formats() {
        for format in Format::ALL {
            assert_eq!(Format::from_name(format.as_str()), Some(format));
        }
    }
}
