//! What follows a candidate: the next word, and what stands between.

use super::run::{is_line_end, is_quote};

/// What the text after a mark begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum First {
    /// Nothing, or the end of the line.
    Nothing,
    /// A small letter.
    Small,
    /// A capital letter, or a letter of a script without capitals.
    Capital,
    /// A digit.
    Digit,
    /// A symbol that may begin a sentence: `№`, `$`, `•`.
    Symbol,
    /// Anything else: a comma, a lone full stop.
    Other,
}

/// The text after a mark.
#[derive(Clone, Copy, Debug)]
pub(super) struct Following<'t> {
    /// White space or a dash divides it from the mark.
    pub(super) apart: bool,
    /// A dash comes first.
    pub(super) dash: bool,
    /// An opening quotation mark comes first.
    pub(super) quote: bool,
    /// An opening bracket comes first.
    pub(super) bracket: bool,
    /// What it begins with behind these.
    pub(super) first: First,
    /// The first word or number, hyphens and apostrophes inside it included; empty if there is none.
    pub(super) word: &'t str,
    /// What stands behind the first word.
    pub(super) rest: &'t str,
}

fn is_dash(c: char) -> bool {
    matches!(c, '—' | '–' | '―' | '−' | '-' | '‒')
}

fn is_inner(c: char) -> bool {
    matches!(c, '-' | '‑' | '\'' | '’' | 'ʼ')
}

/// Returns the bytes of the word or number at the beginning of the text.
pub(super) fn word_bytes(text: &str) -> usize {
    let mut end = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let inside = is_inner(c)
            && end > 0
            && chars
                .peek()
                .is_some_and(|&(_, next)| next.is_alphanumeric());
        if !(c.is_alphanumeric() || inside) {
            break;
        }
        end = at + c.len_utf8();
    }
    end
}

impl<'t> Following<'t> {
    /// Reads what follows; `text` begins behind the mark.
    pub(super) fn read(text: &'t str) -> Self {
        let mut following = Self {
            apart: false,
            dash: false,
            quote: false,
            bracket: false,
            first: First::Nothing,
            word: "",
            rest: "",
        };
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            let next = text[at + c.len_utf8()..].chars().next();
            match c {
                c if is_line_end(c) => return following,
                c if c.is_whitespace() => following.apart = true,
                '\u{200b}' | '\u{ad}' | '\u{feff}' => {}
                '-' if next.is_some_and(char::is_alphanumeric) && !following.apart => break,
                c if is_dash(c) => {
                    following.apart = true;
                    following.dash = true;
                }
                c if is_quote(c) => following.quote = true,
                '(' | '[' | '{' => following.bracket = true,
                '…' | '¿' | '¡' => {}
                '.' if matches!(next, Some('.')) || text[..at].ends_with("..") => {}
                _ => break,
            }
            at += c.len_utf8();
        }
        let rest = &text[at..];
        let length = word_bytes(rest);
        following.word = &rest[..length];
        following.rest = &rest[length..];
        following.first = match rest.chars().next() {
            None => First::Nothing,
            Some(c) if c.is_lowercase() => First::Small,
            Some(c) if c.is_alphabetic() => First::Capital,
            Some(c) if c.is_numeric() => First::Digit,
            Some(
                '№' | '$' | '€' | '£' | '¥' | '₽' | '§' | '#' | '@' | '•' | '*' | '✓' | '►' | '■'
                | '●' | '▪' | '+',
            ) => First::Symbol,
            Some(c) if c > '\u{2190}' => First::Symbol,
            Some(_) => First::Other,
        };
        following
    }

    /// Says whether the first word is one to three capitals and a full stop: the initials of a name.
    pub(super) fn is_initial(&self) -> bool {
        self.first == First::Capital && self.rest.starts_with('.') && self.word.chars().count() == 1
    }

    /// Says whether a small letter begins here what a capital usually does: `iPhone`, `eBay`, an address, a lettered clause `б)`.
    pub(super) fn begins_small(&self) -> bool {
        let mut chars = self.word.chars().skip(1);
        let camel =
            chars.clone().take(2).any(char::is_uppercase) && chars.clone().any(char::is_lowercase);
        let address = (self.word == "www" && self.rest.starts_with('.'))
            || (matches!(self.word, "http" | "https") && self.rest.starts_with("://"));
        camel || address || (chars.next().is_none() && self.rest.starts_with(')'))
    }

    /// Says whether the first word is written in capitals throughout, two letters or more.
    pub(super) fn is_acronym(&self) -> bool {
        let mut letters = self.word.chars().filter(|c| c.is_alphabetic());
        let mut capitals = 0;
        letters.all(|c| {
            capitals += 1;
            c.is_uppercase()
        }) && capitals > 1
    }

    /// Says whether a dash follows the first word: «Минск — столица», the subject of a sentence without a verb.
    pub(super) fn before_dash(&self) -> bool {
        let rest = self.rest.trim_start_matches([' ', '\u{a0}', '\u{202f}']);
        rest.len() < self.rest.len() && rest.starts_with(['—', '–'])
    }

    /// Returns the word after the first one if nothing but white space divides them.
    pub(super) fn second(&self) -> &'t str {
        let rest = self.rest.trim_start_matches([' ', '\u{a0}', '\u{202f}']);
        if rest.len() == self.rest.len() {
            return "";
        }
        &rest[..word_bytes(rest)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_behind_dashes_and_quotation_marks() {
        let following = Following::read(" — «Мы-то» и");
        assert!(following.dash && following.quote && following.apart);
        assert_eq!((following.word, following.first), ("Мы-то", First::Capital));
        assert_eq!(following.second(), "");
    }

    #[test]
    fn a_line_end_is_nothing() {
        assert_eq!(Following::read("  \nA").first, First::Nothing);
    }

    #[test]
    fn knows_words_that_begin_small() {
        assert!(Following::read(" iPhone sales").begins_small());
        assert!(Following::read(" б) транспорт").begins_small());
        assert!(!Following::read(" and so").begins_small());
        assert!(!Following::read(" а потом").begins_small());
    }
}
