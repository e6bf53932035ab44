//! Text for a terminal: colour where it is wanted, and nothing in the data that could command the terminal.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether text carries colour. Colour repeats what the text says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paint(pub bool);

impl Paint {
    fn code(self, code: &str, text: &str) -> String {
        if self.0 { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// Returns text that stands out.
    pub fn bold(self, text: &str) -> String {
        self.code("1", text)
    }

    /// Returns text that stands back.
    pub fn dim(self, text: &str) -> String {
        self.code("2", text)
    }

    /// Returns text that is sure, or was added.
    pub fn good(self, text: &str) -> String {
        self.code("32", text)
    }

    /// Returns text that is in doubt.
    pub fn doubtful(self, text: &str) -> String {
        self.code("33", text)
    }

    /// Returns text that is wrong, or was taken away.
    pub fn bad(self, text: &str) -> String {
        self.code("31", text)
    }
}

/// Returns a text from outside in a form that cannot command the terminal: control characters and bidirectional overrides as `\u{…}`.
///
/// ```
/// assert_eq!(diglot::report::visible("a\u{1b}[2Jb"), "a\\u{1b}[2Jb");
/// ```
pub fn visible(text: &str) -> Cow<'_, str> {
    let harmful = |c: char| (c.is_control() && c != '\n' && c != '\t') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if !text.contains(harmful) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if harmful(c) {
            // Writing into a String does not fail.
            let _ = write!(out, "{}", c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out.into()
}
