//! Normal forms under which texts that a reader holds to be the same are equal.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// Returns the text in Unicode NFC with every run of white space as one space and none at the ends: the form in which texts are stored
/// and compared for being equal. Soft hyphens and zero-width spaces, which no reader sees, are dropped.
///
/// ```
/// assert_eq!(diglot::text::normalise(" и\u{306} \u{a0} а"), "й а");
/// ```
pub fn normalise(text: &str) -> String {
    normal(text).into_owned()
}

/// Returns the same, without a copy where the text is in that form already, as most are.
pub fn normal(text: &str) -> Cow<'_, str> {
    if is_normal(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text
        .nfc()
        .filter(|c| !matches!(c, '\u{ad}' | '\u{200b}' | '\u{feff}'))
    {
        if c.is_whitespace() {
            gap = true;
        } else {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Says whether a text is surely in normal form: single spaces between letters and signs of which no two compose.
fn is_normal(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut at, mut before) = (0, b' ');
    while let Some(&first) = bytes.get(at) {
        at += match first {
            b' ' if before == b' ' => return false,
            b' '..=b'~' => 1,
            // U+0400 to U+047F.
            0xd0 | 0xd1 => 2,
            _ => match text[at..].chars().next() {
                Some(c) if is_plain(c) => c.len_utf8(),
                _ => return false,
            },
        };
        before = first;
    }
    before != b' ' || text.is_empty()
}

/// Says whether a character beyond ASCII composes with no other, and is no white space.
fn is_plain(c: char) -> bool {
    matches!(c, '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{ff}' | '\u{400}'..='\u{482}' | '\u{48a}'..='\u{4ff}' | '\u{2010}'..='\u{2026}' | '№')
}

/// Returns the form in which words are looked up: lower case, ё as е, stress accents dropped, one apostrophe, one quotation mark, one dash.
///
/// ```
/// assert_eq!(diglot::text::fold("Об’ём — «ЁЛКА»"), "об'ем - \"елка\"");
/// ```
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    if text
        .chars()
        .all(|c| plain_folded(c).map(|c| out.push(c)).is_some())
    {
        return out;
    }
    out.clear();
    for c in text.nfc() {
        match c {
            'ё' | 'Ё' => out.push('е'),
            '\u{301}' | '\u{300}' | '\u{ad}' | '\u{200b}' => {}
            '’' | '‘' | 'ʼ' | '`' | '´' | '′' | '\u{2bb}' => out.push('\''),
            '«' | '»' | '“' | '”' | '„' | '‟' | '″' => out.push('"'),
            '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => out.push('-'),
            '…' => out.push_str("..."),
            c if c.is_whitespace() => out.push(' '),
            c => out.extend(c.to_lowercase()),
        }
    }
    out
}

/// Returns what [`fold`] makes of a character, of those that most words are written with and that compose with no other of them.
fn plain_folded(c: char) -> Option<char> {
    match c {
        'a'..='z' | '0'..='9' | ' ' | '\'' | '-' => Some(c),
        'A'..='Z' | '\u{400}'..='\u{45f}' if !matches!(c, 'ё' | 'Ё') => Some(lower(c)),
        'ё' | 'Ё' => Some('е'),
        '’' | 'ʼ' => Some('\''),
        _ => None,
    }
}

/// Returns a character in lower case where that is one character, without a search for the letters of the usual languages: of the
/// few that become several, the first.
pub(crate) fn lower(c: char) -> char {
    match c {
        '\0'..='\u{7f}' => c.to_ascii_lowercase(),
        'А'..='Я' => shifted(c, 0x20),
        '\u{400}'..='\u{40f}' => shifted(c, 0x50),
        'а'..='џ' => c,
        _ => c.to_lowercase().next().unwrap_or(c),
    }
}

fn shifted(c: char, by: u32) -> char {
    char::from_u32(c as u32 + by).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn what_is_taken_for_normal_is(text in "[ aй\u{306}\u{301}\u{ad}\u{a0}\u{200b}éё–…№Ѐ\u{483}]{0,8}") {
            if is_normal(&text) {
                let composed: String = text.nfc().collect();
                proptest::prop_assert_eq!(&composed, &text);
                let words: Vec<&str> = text.split_whitespace().collect();
                proptest::prop_assert_eq!(words.join(" "), text);
            }
        }
    }

    #[test]
    fn lower_case_is_that_of_the_standard() {
        for c in '\0'..='\u{ffff}' {
            assert_eq!(Some(lower(c)), c.to_lowercase().next(), "{c}");
        }
    }

    proptest::proptest! {
        #[test]
        fn the_short_way_folds_as_the_long_one_does(text in "[a-cA-C0\\-'’ʼ А-Яа-яЁёЎўІіЙй]{0,8}") {
            // What is beyond the plain letters goes the long way.
            let long = fold(&format!("{text}…"));
            proptest::prop_assert_eq!(format!("{}...", fold(&text)), long);
        }
    }

    #[test]
    fn equal_to_a_reader_is_equal() {
        assert_eq!(normalise("a\u{200b}b\n\tc"), "ab c");
        assert_eq!(normalise("  "), "");
    }

    #[test]
    fn keeps_letters_that_differ_in_meaning() {
        assert_ne!(fold("й"), fold("и"));
        assert_ne!(fold("ў"), fold("у"));
        assert_eq!(fold("замо́к"), "замок");
    }
}
