//! The small rules of XML 1.0: characters, white space, names and references.

/// Says whether XML 1.0 (section 2.2) allows a character.
pub(in crate::interchange) fn is_allowed(character: char) -> bool {
    !matches!(character, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// Why a reference stands for nothing.
#[derive(Clone, Copy, Debug)]
pub(in crate::interchange) enum Unresolved {
    /// It is no reference at all.
    Bare,
    /// It refers to what XML forbids.
    Forbidden,
    /// It is an entity that XML itself does not define.
    Unknown,
}

/// Returns the character that a reference (`amp`, `#1084`, `#x43C`) stands for.
pub(in crate::interchange) fn resolve(reference: &str) -> std::result::Result<char, Unresolved> {
    let number = |digits: &str, radix| {
        let digits_only = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
        let character = u32::from_str_radix(digits, radix)
            .ok()
            .and_then(char::from_u32);
        match (digits_only, character) {
            (false, _) => Err(Unresolved::Bare),
            (true, found) => found
                .filter(|&found| is_allowed(found))
                .ok_or(Unresolved::Forbidden),
        }
    };
    match reference {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => match reference.strip_prefix('#') {
            Some(digits) => match digits.strip_prefix('x') {
                Some(digits) => number(digits, 16),
                None => number(digits, 10),
            },
            None if take_name(reference).len() == reference.len() && !reference.is_empty() => {
                Err(Unresolved::Unknown)
            }
            None => Err(Unresolved::Bare),
        },
    }
}

/// Says whether a character is white space to XML (section 2.3).
pub(in crate::interchange) fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r')
}

/// Returns the name that a text begins with, which is empty when it begins with none (XML 1.0, section 2.3, productions 4 and 4a).
pub(in crate::interchange) fn take_name(text: &str) -> &str {
    let starts = |c: char| {
        matches!(c, ':' | '_' | 'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
            | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}' | '\u{200D}' | '\u{2070}'..='\u{218F}'
            | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}'
            | '\u{10000}'..='\u{EFFFF}')
    };
    let goes_on = |c: char| {
        starts(c)
            || matches!(c, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
    };
    if !text.starts_with(starts) {
        return "";
    }
    &text[..text.find(|c| !goes_on(c)).unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_names_of_any_script_and_nothing_else() {
        for (text, name) in [
            ("xml:lang=", "xml:lang"),
            ("поле ", "поле"),
            ("a-1.b/", "a-1.b"),
            ("1a", ""),
            ("-", ""),
            ("", ""),
        ] {
            assert_eq!(take_name(text), name);
        }
    }

    #[test]
    fn resolves_the_references_of_xml_alone() {
        assert_eq!(resolve("#x43C").ok(), Some('м'));
        assert_eq!(resolve("quot").ok(), Some('"'));
        assert!(matches!(resolve("nbsp"), Err(Unresolved::Unknown)));
        assert!(matches!(resolve("#11"), Err(Unresolved::Forbidden)));
        for bare in ["", " ", "#", "#x", "#+1", "#99999999999x", "D company"] {
            assert!(matches!(resolve(bare), Err(Unresolved::Bare)), "{bare}");
        }
    }
}
