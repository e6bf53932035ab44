//! A text as words, numbers and marks.
//!
//! A token is a run of letters, digits, `_` or combining accents, or one other character that is not white space: the definition under
//! which word similarity is defined in the evaluation sets, kept simple so that anyone can check a score by hand.

use std::ops::Range;

/// What a token is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Begins with a letter or `_`.
    Word,
    /// Begins with a digit.
    Number,
    /// One character that is neither.
    Mark,
}

/// A token with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is made of.
    pub kind: TokenKind,
    /// Its bytes in the text.
    pub span: Range<usize>,
}

impl Token {
    /// Returns the token's text.
    ///
    /// # Panics
    /// When `text` is not the text the token was cut from.
    pub fn of<'t>(&self, text: &'t str) -> &'t str {
        &text[self.span.clone()]
    }
}

/// Says whether a character is a letter or digit, as [`char::is_alphanumeric`] does, without a search for the letters of the usual languages.
pub(crate) fn is_alphanumeric(c: char) -> bool {
    match c {
        '\0'..='\u{7f}' => c.is_ascii_alphanumeric(),
        '\u{400}'..='\u{481}' | '\u{48a}'..='\u{52f}' => true,
        _ => c.is_alphanumeric(),
    }
}

fn joins(c: char) -> bool {
    is_alphanumeric(c) || c == '_' || ('\u{300}'..='\u{36f}').contains(&c)
}

/// Returns the bytes of the word that a text begins with.
fn word_len(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' => 1,
            // The Cyrillic letters up to U+047F, the first byte of two.
            0xd0 | 0xd1 => 2,
            _ => match text[at..].chars().next() {
                Some(c) if joins(c) => c.len_utf8(),
                _ => break,
            },
        };
    }
    at
}

/// Returns the tokens of a text in order.
///
/// ```
/// # use diglot::text::tokens;
/// let text = "В 2025 г. рост 3,5%";
/// let words: Vec<&str> = tokens(text).map(|token| &text[token.span]).collect();
/// assert_eq!(words, ["В", "2025", "г", ".", "рост", "3", ",", "5", "%"]);
/// ```
pub fn tokens(text: &str) -> impl Iterator<Item = Token> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = &text[at..];
        let start = at + rest.find(|c: char| !c.is_whitespace())?;
        let rest = &text[start..];
        let first = rest.chars().next()?;
        let end = if joins(first) {
            word_len(rest)
        } else {
            first.len_utf8()
        };
        at = start + end;
        let kind = match first {
            c if c.is_numeric() => TokenKind::Number,
            c if joins(c) => TokenKind::Word,
            _ => TokenKind::Mark,
        };
        Some(Token {
            kind,
            span: start..at,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_digits_are_those_of_the_standard() {
        assert!(('\0'..='\u{ffff}').all(|c| is_alphanumeric(c) == c.is_alphanumeric()));
    }

    #[test]
    fn covers_everything_but_white_space() {
        let text = " Аб’яднаныя — 12\u{a0}000 и\u{306}\n«x»";
        let joined: String = tokens(text)
            .map(|token| token.of(text).to_owned())
            .collect();
        let dense: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        assert_eq!(joined, dense);
    }
}
