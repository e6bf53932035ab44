//! Bytes become characters.
//!
//! The rule: an encoding that nobody stated is named in a warning, and no byte is lost or replaced without being counted. The order of
//! evidence: the user, a byte-order mark, the shape of UTF-16, validity as UTF-8, what the page declares, then the frequency of letters
//! (chardetng). UTF-8 goes before the declaration because saved pages keep a declaration that was true of the server's bytes only, and text in
//! another encoding is practically never valid UTF-8.

use std::sync::LazyLock;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use regex::bytes::Regex;

use super::Format;
use crate::error::{Error, Result};

/// Characters, and what a reader should be told about them.
#[derive(Debug)]
pub(super) struct Decoded {
    pub(super) text: String,
    pub(super) warnings: Vec<String>,
}

/// First bytes of files that are no text, and what to call them.
const BINARY: [(&[u8], &str); 12] = [
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"RIFF", "an image or a recording"),
    (b"\x1f\x8b", "a compressed file"),
    (b"7z\xbc\xaf", "an archive"),
    (b"Rar!", "an archive"),
    (b"SQLite format 3\0", "a database"),
    (b"\x7fELF", "a program"),
];

/// Above this share of the characters, undecodable bytes mean a wrong encoding or a broken file rather than a flaw.
const MANY_UNDECODABLE: f64 = 0.01;

/// Above this share of the bytes, NUL means that the file is no text.
const MANY_NUL: f64 = 0.005;

/// Well-formed sequences of UTF-8 for each malformed one above which a text is UTF-8 with flaws: in windows-1251 and KOI8 the malformed
/// ones are the rule.
const MOSTLY_UTF_8: usize = 10;

/// How far into the bytes a declaration of their encoding and the shape of UTF-16 are looked for.
const HEAD_BYTES: usize = 4096;

/// Decodes the bytes of the file `name`; line ends become `\n`, control characters are dropped.
///
/// # Errors
/// [`Error::Unusable`] for files that are no text, [`Error::Syntax`] with the place of the first byte when many cannot be decoded,
/// [`Error::Invalid`] when `label` is no encoding.
pub(super) fn decode(
    bytes: &[u8],
    name: &str,
    label: Option<&str>,
    format: Format,
) -> Result<Decoded> {
    let refused = |what: &str| Error::Unusable {
        name: name.to_owned(),
        reason: format!("is {what}, not a text; save its text as `.txt` or `.html` and read that"),
    };
    if let Some((_, what)) = BINARY.iter().find(|(mark, _)| bytes.starts_with(mark)) {
        return Err(refused(what));
    }
    let mut warnings = Vec::new();
    let (encoding, skipped) = match label {
        Some(label) => {
            let encoding = Encoding::for_label(label.as_bytes()).ok_or_else(|| Error::Invalid {
                value: label.to_owned(),
                expected: "an encoding such as `utf-8`, `windows-1251`, `koi8-r` or `ibm866`",
            })?;
            let mark = Encoding::for_bom(bytes).filter(|(found, _)| *found == encoding);
            (encoding, mark.map_or(0, |(_, length)| length))
        }
        None => match Encoding::for_bom(bytes).or_else(|| utf_16(bytes)) {
            Some(found) => found,
            None if memchr::memchr_iter(0, bytes).count() as f64
                > MANY_NUL * bytes.len() as f64 =>
            {
                return Err(refused("a file with NUL bytes"));
            }
            None => (of_content(bytes, format, &mut warnings), 0),
        },
    };
    let raw = characters(&bytes[skipped..], encoding, name, &mut warnings)?;
    Ok(Decoded {
        text: tidied(raw, &mut warnings),
        warnings,
    })
}

/// UTF-16 without a mark: one byte in two is the high byte, which in Latin and Cyrillic text is nearly always 0, 4 or 0x20, and the other is not.
fn utf_16(bytes: &[u8]) -> Option<(&'static Encoding, usize)> {
    let head = &bytes[..bytes.len().min(HEAD_BYTES) / 2 * 2];
    if head.len() < 4 || !bytes.len().is_multiple_of(2) || !head.contains(&0) {
        return None;
    }
    let high_share = |parity: usize| {
        let high = head
            .iter()
            .skip(parity)
            .step_by(2)
            .filter(|b| matches!(b, 0 | 4 | 0x20))
            .count();
        high as f64 / (head.len() / 2) as f64
    };
    let (even, odd) = (high_share(0), high_share(1));
    let (certain, unlikely) = (0.95, 0.6);
    if odd >= certain && even <= unlikely {
        Some((UTF_16LE, 0))
    } else if even >= certain && odd <= unlikely {
        Some((UTF_16BE, 0))
    } else {
        None
    }
}

fn of_content(bytes: &[u8], format: Format, warnings: &mut Vec<String>) -> &'static Encoding {
    let declared = declared(bytes, format);
    if std::str::from_utf8(bytes).is_ok() {
        if let Some(declared) = declared.filter(|found| *found != UTF_8 && !bytes.is_ascii()) {
            warnings.push(format!(
                "the page says that its encoding is {}, but it is UTF-8",
                declared.name()
            ));
        }
        return UTF_8;
    }
    if let Some(declared) = declared.filter(|found| *found != UTF_8) {
        return declared;
    }
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    if good >= MOSTLY_UTF_8 * bad {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guessed = detector.guess(None, Utf8Detection::Deny);
    let stated = if declared.is_some() {
        "the page says that its encoding is UTF-8, which it is not"
    } else {
        "the encoding is not stated"
    };
    warnings.push(format!(
        "{stated}; by its letters it is taken for {} (`--encoding` says otherwise)",
        guessed.name()
    ));
    guessed
}

/// The encoding that an XML declaration or a `meta` element names; UTF-16 there is never true of bytes in which one can read it.
fn declared(bytes: &[u8], format: Format) -> Option<&'static Encoding> {
    static XML: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?i-u)^\s*<\?xml[^>]*\bencoding\s*=\s*["']([a-z0-9_:.\-]+)"#).ok()
    });
    static META: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?i-u)<meta\b[^>]*\bcharset\s*=\s*["']?\s*([a-z0-9_:.\-]+)"#).ok()
    });
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    let patterns: &[&LazyLock<Option<Regex>>] = match format {
        Format::Html => &[&META, &XML],
        Format::Xml => &[&XML],
        Format::Text | Format::Markdown | Format::Docx | Format::Odt => &[],
    };
    let label = patterns
        .iter()
        .find_map(|pattern| pattern.as_ref()?.captures(head)?.get(1))?;
    Encoding::for_label(label.as_bytes()).map(Encoding::output_encoding)
}

/// Decodes, counting what cannot be decoded; each such place becomes one U+FFFD, told of in a warning.
fn characters(
    mut bytes: &[u8],
    encoding: &'static Encoding,
    name: &str,
    warnings: &mut Vec<String>,
) -> Result<String> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(bytes.len());
    let mut places = 0_usize;
    let mut first = 0;
    loop {
        text.reserve(
            decoder
                .max_utf8_buffer_length_without_replacement(bytes.len())
                .unwrap_or(bytes.len()),
        );
        let (result, read) = decoder.decode_to_string_without_replacement(bytes, &mut text, true);
        bytes = &bytes[read..];
        match result {
            DecoderResult::InputEmpty => break,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => {
                if places == 0 {
                    first = text.len();
                }
                places += 1;
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
    }
    if places > 0 {
        let (line, column) = place(&text, first);
        if places as f64 > MANY_UNDECODABLE * text.chars().count() as f64 {
            return Err(Error::Syntax {
                name: name.to_owned(),
                line,
                column,
                reason: format!(
                    "not {}, as are {places} places in all; say the right encoding with `--encoding`",
                    encoding.name()
                ),
            });
        }
        warnings.push(format!(
            "{places} undecodable byte sequences became \u{fffd}, the first in line {line}, column {column}"
        ));
    }
    Ok(text)
}

/// The line and column, from 1, of a byte of a text.
pub(super) fn place(text: &str, at: usize) -> (u64, u64) {
    let (mut line, mut column) = (1, 1);
    for (_, c) in text.char_indices().take_while(|(index, _)| *index < at) {
        if c == '\n' {
            (line, column) = (line + 1, 1);
        } else {
            column += 1;
        }
    }
    (line, column)
}

/// Unifies line ends and drops control characters.
fn tidied(raw: String, warnings: &mut Vec<String>) -> String {
    let is_plain = |c: char| !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}');
    if raw.chars().all(|c| is_plain(c) || matches!(c, '\n' | '\t')) {
        return raw;
    }
    let mut text = String::with_capacity(raw.len());
    let mut dropped = 0_usize;
    let mut rest = raw.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\r' => {
                rest.next_if_eq(&'\n');
                text.push('\n');
            }
            '\n' | '\t' => text.push(c),
            '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => text.push('\n'),
            '\u{feff}' => {}
            c if c.is_control() => dropped += 1,
            c => text.push(c),
        }
    }
    if dropped > 0 {
        warnings.push(format!("{dropped} control characters were left out"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUSSIAN: &str =
        "Министр принял участие в открытии выставки.\nНа ней представлены работы художников.\n";

    fn read(bytes: &[u8], format: Format) -> Result<Decoded> {
        decode(bytes, "a.txt", None, format)
    }

    fn encoded(text: &str, label: &str) -> Vec<u8> {
        Encoding::for_label(label.as_bytes())
            .unwrap()
            .encode(text)
            .0
            .into_owned()
    }

    fn utf_16_bytes(text: &str, little: bool) -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|unit| {
                if little {
                    unit.to_le_bytes()
                } else {
                    unit.to_be_bytes()
                }
            })
            .collect()
    }

    #[test]
    fn recognises_the_encodings_of_old_pages_and_says_that_it_guessed() {
        for label in ["windows-1251", "koi8-r", "ibm866"] {
            let decoded = read(&encoded(RUSSIAN, label), Format::Text).unwrap();
            assert_eq!(decoded.text, RUSSIAN, "{label}");
            assert_eq!(decoded.warnings.len(), 1, "{label}");
        }
        let belarusian = "Міністр прыняў удзел у адкрыцці выстаўкі, якая працягнецца да траўня.\n";
        let decoded = read(&encoded(belarusian, "windows-1251"), Format::Text).unwrap();
        assert_eq!(decoded.text, belarusian);
    }

    #[test]
    fn reads_utf_16_with_and_without_a_mark() {
        for text in [RUSSIAN, "A plain line.\n"] {
            for little in [true, false] {
                for mark in ["", "\u{feff}"] {
                    let bytes = utf_16_bytes(&format!("{mark}{text}"), little);
                    let decoded = read(&bytes, Format::Text).unwrap();
                    assert_eq!(decoded.text, text, "{little} {mark:?}");
                }
            }
        }
    }

    #[test]
    fn a_declaration_is_believed_unless_the_bytes_are_utf_8() {
        let page = format!(
            "<meta http-equiv=content-type content=\"text/html; charset=windows-1251\"><p>{RUSSIAN}"
        );
        let decoded = read(&encoded(&page, "windows-1251"), Format::Html).unwrap();
        assert_eq!((decoded.text, decoded.warnings.len()), (page.clone(), 0));
        let decoded = read(page.as_bytes(), Format::Html).unwrap();
        assert_eq!((decoded.text, decoded.warnings.len()), (page, 1));
    }

    #[test]
    fn a_few_undecodable_bytes_are_counted_with_their_place() {
        let mut bytes = RUSSIAN.repeat(10).into_bytes();
        let second_line = RUSSIAN.find('\n').unwrap() + 1;
        bytes[second_line] = 0xff;
        bytes[second_line + 1] = 0xff;
        let decoded = read(&bytes, Format::Text).unwrap();
        assert!(
            decoded.warnings[0].contains("line 2, column 1"),
            "{:?}",
            decoded.warnings
        );
    }

    #[test]
    fn many_undecodable_bytes_are_an_error_with_a_place() {
        let error = decode(
            &encoded(RUSSIAN, "windows-1251"),
            "a.txt",
            Some("utf-8"),
            Format::Text,
        )
        .unwrap_err();
        assert!(error.to_string().contains("line 1, column 1"), "{error}");
        assert!(decode(b"x", "a.txt", Some("utf-9"), Format::Text).is_err());
    }

    #[test]
    fn files_that_are_no_text_are_refused() {
        for bytes in [
            &b"%PDF-1.7 x"[..],
            b"PK\x03\x04....",
            b"a\0\0\0b\0\0\0\x01\x02\x03",
            b"\x89PNG\r\n",
        ] {
            assert!(matches!(
                read(bytes, Format::Text),
                Err(Error::Unusable { .. })
            ));
        }
    }

    #[test]
    fn line_ends_are_unified_and_control_characters_counted() {
        let decoded = read("a\r\nb\rc\u{2028}d\u{7}\u{1b}e\n".as_bytes(), Format::Text).unwrap();
        assert_eq!(decoded.text, "a\nb\nc\nde\n");
        assert_eq!(decoded.warnings, ["2 control characters were left out"]);
    }
}
