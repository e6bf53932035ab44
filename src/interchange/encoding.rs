//! Which encoding bytes are in, and which characters XML forbids, for [`super::source`].

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE};

/// How many letters beyond ASCII must read as UTF-8 before a declared one-byte encoding is doubted: by chance none do.
const DOUBTFUL_LETTERS: usize = 4;

/// Returns the encoding that an XML declaration in an ASCII-compatible encoding names.
pub(super) fn declared_encoding(head: &[u8]) -> Option<&[u8]> {
    let declaration = head.strip_prefix(b"<?xml")?;
    let declaration = &declaration[..memchr::memmem::find(declaration, b"?>")?];
    let after = &declaration[memchr::memmem::find(declaration, b"encoding")? + b"encoding".len()..];
    let after = after
        .trim_ascii_start()
        .strip_prefix(b"=")?
        .trim_ascii_start();
    let (quote, value) = after.split_first()?;
    matches!(quote, b'"' | b'\'').then_some(())?;
    Some(&value[..memchr::memchr(*quote, value)?])
}

/// Says whether bytes hold letters beyond ASCII that all read as UTF-8.
pub(super) fn reads_as_utf8(bytes: &[u8]) -> bool {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        // The last letter may be cut.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    text.chars().filter(|letter| !letter.is_ascii()).count() >= DOUBTFUL_LETTERS
}

/// Returns the first character that XML 1.0 forbids in bytes of UTF-8, and where it stands.
pub(super) fn first_forbidden(text: &[u8]) -> Option<(usize, char)> {
    /// A stretch that the compiler turns into vector instructions.
    const STRETCH: usize = 256;
    let control = |byte: u8| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
    let controls = text
        .chunks(STRETCH)
        .enumerate()
        .find_map(|(number, stretch)| {
            let found = stretch
                .iter()
                .fold(false, |found, &byte| found | control(byte));
            let at = found.then(|| stretch.iter().position(|&byte| control(byte)))??;
            Some((number * STRETCH + at, char::from(stretch[at])))
        });
    let limit = controls.map_or(text.len(), |(at, _)| at);
    // U+FFFE and U+FFFF are EF BF BE and EF BF BF.
    let non_characters = memchr::memmem::find_iter(&text[..limit], b"\xEF\xBF").find_map(|at| {
        match text.get(at + 2) {
            Some(0xBE) => Some((at, '\u{FFFE}')),
            Some(0xBF) => Some((at, '\u{FFFF}')),
            _ => None,
        }
    });
    non_characters.or(controls)
}

/// Returns the encoding of broken XML, the one declared if the first bytes can be in it, else the one they look like; with what is to be said
/// of it. `whole` says whether the first bytes are all.
pub(super) fn likely(
    head: &[u8],
    label: Option<&[u8]>,
    whole: bool,
) -> (&'static Encoding, Option<String>) {
    let declared = match label {
        None => Some(UTF_8),
        Some(label) => Encoding::for_label(label),
    };
    let possible = |encoding: &&'static Encoding| {
        // The last letter may be cut.
        let whole = &head[..head.len().saturating_sub(4)];
        !(*encoding == UTF_16LE || *encoding == UTF_16BE || *encoding == REPLACEMENT)
            && encoding
                .decode_without_bom_handling_and_without_replacement(whole)
                .is_some_and(|text| !text.ends_with('\u{FFFD}'))
    };
    if let Some(encoding) = declared.filter(possible) {
        return (encoding, None);
    }
    if std::str::from_utf8(head).map_or_else(|error| error.valid_up_to(), str::len) + 4
        >= head.len()
    {
        let shown = String::from_utf8_lossy(label.unwrap_or_default()).into_owned();
        return (
            UTF_8,
            Some(format!(
                "the declared encoding `{shown}` is not that of the bytes: read as UTF-8"
            )),
        );
    }
    let mut guesser = EncodingDetector::new(Iso2022JpDetection::Deny);
    guesser.feed(head, whole);
    let guess = guesser.guess(None, Utf8Detection::Allow);
    // A few wrong bytes in UTF-8 are no other encoding.
    let wrong = String::from_utf8_lossy(head).matches('\u{FFFD}').count();
    if guess == UTF_8 || wrong < DOUBTFUL_LETTERS {
        return (UTF_8, None);
    }
    (
        guess,
        Some(format!("the bytes are not UTF-8: read as {}", guess.name())),
    )
}
