//! Bytes become characters: compression undone, the encoding found, every character checked, its line and column known.
//!
//! The rule: what comes out is valid UTF-8 and nothing is guessed or replaced silently. A fault in the bytes shows only after
//! everything before it was handed out, so that readers can name its exact place. The encoding is found as XML 1.0 (appendix F)
//! describes: byte-order mark, then the pattern of the first bytes, then the declaration; line ends become `\n` (section 2.11).

use std::io::{self, BufRead, Cursor, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE};

use super::compression;
use super::encoding::{declared_encoding, first_forbidden, likely, reads_as_utf8};
use crate::error::Error;

/// How much text is decoded at once, in bytes.
const BUFFER: usize = 64 * 1024;

/// How much of a short piece of text is decoded at once, in bytes.
const FRAGMENT_BUFFER: usize = 256;

/// How much of the beginning is looked at to find the encoding, in bytes: an XML declaration is shorter.
const HEAD: usize = 4096;

/// The most that one unit, header or embedded document of XML may take, in bytes of UTF-8: more than any real one, less than harms a machine.
const MAX_UNIT_BYTES: usize = 64 << 20;

/// The most that one line may take: a unit's line is copied some times on its way into the memory.
const MAX_LINE_BYTES: usize = 16 << 20;

/// How many places that were mended are kept until they are told.
const MAX_MENDED: usize = 10_000;

/// A place in a text: line and column in characters, both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) line: u64,
    pub(super) column: u64,
}

impl Position {
    /// Returns the first place of a text.
    pub(super) fn start() -> Self {
        Self { line: 1, column: 1 }
    }

    /// Returns the place after `passed`.
    pub(super) fn after(mut self, passed: &str) -> Self {
        self.advance(passed.as_bytes());
        self
    }

    /// Returns the place after bytes of UTF-8.
    pub(super) fn after_bytes(mut self, passed: &[u8]) -> Self {
        self.advance(passed);
        self
    }

    fn advance(&mut self, passed: &[u8]) {
        let mut rest = passed;
        if let Some(last) = memchr::memrchr(b'\n', passed) {
            self.line += memchr::memchr_iter(b'\n', passed).count() as u64;
            self.column = 1;
            rest = &passed[last + 1..];
        }
        // Continuation bytes of UTF-8 are 0b10xx_xxxx.
        self.column += rest.iter().filter(|&&byte| byte & 0xC0 != 0x80).count() as u64;
    }
}

/// What kind of text is read, for what differs: XML names its encoding inside, forbids control characters and unifies line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// XML 1.0.
    Xml,
    /// Lines of UTF-8, or of UTF-16 with a byte-order mark.
    Lines,
}

impl Kind {
    /// Returns the most bytes of UTF-8 that one unit, line or header may take.
    fn most(self) -> usize {
        match self {
            Self::Xml => MAX_UNIT_BYTES,
            Self::Lines => MAX_LINE_BYTES,
        }
    }
}

#[derive(Debug)]
enum Fault {
    Form(String),
    Io(io::Error),
}

/// The characters of an input, as UTF-8 bytes.
pub(super) struct Source<'r> {
    input: Box<dyn BufRead + 'r>,
    kind: Kind,
    compressed: bool,
    decoder: Decoder,
    decoded: Vec<u8>,
    start: usize,
    end: usize,
    input_ended: bool,
    after_carriage_return: bool,
    fault: Option<Fault>,
    position: Position,
    allowance: usize,
    warnings: Vec<String>,
    /// The encoding that the user names for a text without a byte-order mark.
    named: Option<&'static Encoding>,
    /// Whether faults are mended, and those that were.
    lenient: bool,
    mended: Vec<(Position, String)>,
}

impl<'r> Source<'r> {
    /// Returns the characters of `input`; faults of its first bytes show when it is read.
    pub(super) fn new(input: impl BufRead + 'r, kind: Kind) -> Self {
        Self::blank(kind, BUFFER).on(Box::new(input))
    }

    /// Returns the characters of a short piece of text.
    pub(super) fn of_fragment(text: &'r [u8], kind: Kind) -> Self {
        Self::blank(kind, FRAGMENT_BUFFER).on(Box::new(text))
    }

    /// Returns the characters of lines in the encoding of this label, where a byte-order mark does not say better.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there is no such encoding.
    pub(super) fn of_lines(input: impl BufRead + 'r, label: Option<&str>) -> Result<Self, Error> {
        let mut source = Self::blank(Kind::Lines, BUFFER);
        if let Some(label) = label {
            source.named = Encoding::for_label(label.as_bytes());
            if source.named.is_none() {
                return Err(Error::Invalid {
                    value: label.to_owned(),
                    expected: "the label of an encoding, such as `windows-1251`",
                });
            }
        }
        Ok(source.on(Box::new(input)))
    }

    /// Returns the characters of broken XML: what is no character of its encoding or of XML is replaced or dropped and told of in
    /// [`Source::take_mended`], and what cannot be unpacked any further ends the text.
    pub(super) fn lenient(input: impl BufRead + 'r) -> Self {
        let mut source = Self::blank(Kind::Xml, BUFFER);
        source.lenient = true;
        source.on(Box::new(input))
    }

    fn blank(kind: Kind, buffer: usize) -> Self {
        Self {
            input: Box::new(io::empty()),
            kind,
            compressed: false,
            decoder: UTF_8.new_decoder_without_bom_handling(),
            decoded: vec![0; buffer],
            start: 0,
            end: 0,
            input_ended: false,
            after_carriage_return: false,
            fault: None,
            position: Position::start(),
            allowance: kind.most(),
            warnings: Vec::new(),
            named: None,
            lenient: false,
            mended: Vec::new(),
        }
    }

    fn on(mut self, input: Box<dyn BufRead + 'r>) -> Self {
        if let Err(reason) = self.begin(input) {
            self.fault = Some(Fault::Form(reason));
            self.input_ended = true;
        }
        self
    }

    /// Returns the places that were mended since the last call.
    pub(super) fn take_mended(&mut self) -> Vec<(Position, String)> {
        std::mem::take(&mut self.mended)
    }

    fn begin(&mut self, input: Box<dyn BufRead + 'r>) -> Result<(), String> {
        let (mut head, mut rest) = behead(input);
        if let Some(method) = compression::recognise(&head) {
            self.compressed = true;
            let opened = compression::open(method, Cursor::new(head).chain(rest))?;
            (head, rest) = behead(opened);
        }
        let (encoding, mark) = self.find_encoding(&head)?;
        if head[mark..].starts_with(b"\xEF\xBB\xBF") && !self.lenient {
            return Err(
                "a second byte-order mark: the file was put together from others".to_owned(),
            );
        }
        if encoding.is_single_byte() && reads_as_utf8(&head) {
            self.warnings.push(format!(
                "the declared encoding is `{}`, but the bytes look like UTF-8: the text may be garbled",
                encoding.name()
            ));
        }
        self.decoder = encoding.new_decoder_without_bom_handling();
        self.input = Box::new(Cursor::new(head.split_off(mark)).chain(rest));
        Ok(())
    }

    /// Returns the encoding of a text that begins with `head`, and how many bytes its byte-order mark takes.
    fn find_encoding(&mut self, head: &[u8]) -> Result<(&'static Encoding, usize), String> {
        let label = declared_encoding(head).filter(|_| self.kind == Kind::Xml);
        if let Some((encoding, mark)) = Encoding::for_bom(head) {
            return Ok((encoding, mark));
        }
        let by_pattern = match head {
            [b'<', 0, ..] => Some(UTF_16LE),
            [0, b'<', ..] => Some(UTF_16BE),
            _ => None,
        };
        if let Some(encoding) = by_pattern.filter(|_| self.kind == Kind::Xml) {
            self.warnings.push(format!(
                "no byte-order mark: taken for {} by its first bytes",
                encoding.name()
            ));
            return Ok((encoding, 0));
        }
        if let Some(encoding) = self.named {
            return Ok((encoding, 0));
        }
        if self.lenient {
            let (encoding, remark) = likely(head, label, head.len() < HEAD);
            let start = Position::start();
            self.mended.extend(remark.map(|remark| (start, remark)));
            return Ok((encoding, 0));
        }
        let Some(label) = label else {
            return Ok((UTF_8, 0));
        };
        let encoding = Encoding::for_label(label).filter(|&encoding| encoding != REPLACEMENT);
        let shown = String::from_utf8_lossy(label);
        match encoding {
            None => Err(format!(
                "unknown encoding `{shown}`: convert the file to UTF-8"
            )),
            Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => Err(format!(
                "the declared encoding is `{shown}`, but the bytes are not UTF-16: correct the declaration"
            )),
            Some(encoding) => Ok((encoding, 0)),
        }
    }

    /// Returns the place of the next character.
    pub(super) fn position(&self) -> Position {
        self.position
    }

    /// Allows as much to be read as one may take: a new unit, line or header begins.
    pub(super) fn allow(&mut self) {
        self.allowance = self.kind.most();
    }

    /// Returns what has to be said of the input since the last call.
    pub(super) fn take_warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.warnings)
    }

    /// Returns the error that stopped reading: the fault found here, else what the system said.
    pub(super) fn error(&mut self, name: &str, seen: &io::Error) -> Error {
        match self.fault.take() {
            Some(Fault::Form(reason)) => Error::Syntax {
                name: name.to_owned(),
                line: self.position.line,
                column: self.position.column,
                reason,
            },
            Some(Fault::Io(source)) => Error::File {
                action: "read",
                path: name.to_owned(),
                source,
            },
            None => Error::File {
                action: "read",
                path: name.to_owned(),
                source: io::Error::new(seen.kind(), seen.to_string()),
            },
        }
    }

    /// Decodes the next stretch into the buffer; a fault waits until what stands before it was consumed.
    fn decode(&mut self) {
        (self.start, self.end) = (0, 0);
        while self.end == 0 && self.fault.is_none() && !self.input_ended {
            let available = match self.input.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) if self.lenient && self.compressed => {
                    self.mended.push((
                        self.position,
                        format!("the compressed data are damaged or cut off here ({error}): what comes after is lost"),
                    ));
                    self.input_ended = true;
                    return;
                }
                Err(error) => {
                    self.fault = Some(if self.compressed {
                        Fault::Form(format!(
                            "the compressed data are damaged or cut off: {error}"
                        ))
                    } else {
                        Fault::Io(error)
                    });
                    return;
                }
            };
            self.input_ended = available.is_empty();
            let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(
                available,
                &mut self.decoded,
                self.input_ended,
            );
            self.input.consume(read);
            self.end = written;
            if let (DecoderResult::Malformed(..), true) = (&result, self.lenient) {
                let at = self.position.after_bytes(&self.decoded[..self.end]);
                let name = self.decoder.encoding().name();
                self.mend(
                    at,
                    format!("bytes that are not {name}: U+FFFD in their place"),
                );
                // The buffer is never full here: the decoder stops early where it might be.
                if let Some(space) = self.decoded.get_mut(self.end..self.end + 3) {
                    space.copy_from_slice("\u{FFFD}".as_bytes());
                    self.end += 3;
                }
            } else if let DecoderResult::Malformed(..) = result {
                self.fault = Some(Fault::Form(format!(
                    "the bytes here are not {}",
                    self.decoder.encoding().name()
                )));
            }
            if self.kind == Kind::Xml {
                self.check_characters();
                self.unify_line_ends();
            }
        }
    }

    /// Notes a place that was mended.
    fn mend(&mut self, at: Position, reason: String) {
        if self.mended.len() < MAX_MENDED {
            self.mended.push((at, reason));
        }
    }

    fn check_characters(&mut self) {
        while let (true, Some((at, character))) =
            (self.lenient, first_forbidden(&self.decoded[..self.end]))
        {
            let place = self.position.after_bytes(&self.decoded[..at]);
            let number = u32::from(character);
            self.mend(
                place,
                format!("the character U+{number:04X}, which XML does not allow: dropped"),
            );
            self.decoded
                .copy_within(at + character.len_utf8()..self.end, at);
            self.end -= character.len_utf8();
        }
        if let Some((at, character)) = first_forbidden(&self.decoded[..self.end]) {
            self.fault = Some(Fault::Form(format!(
                "the character U+{:04X} is not allowed in XML: remove it",
                u32::from(character)
            )));
            self.end = at;
        }
    }

    fn unify_line_ends(&mut self) {
        let text = &mut self.decoded[..self.end];
        let continues = self.after_carriage_return && text.first() == Some(&b'\n');
        if text.is_empty() || !continues && memchr::memchr(b'\r', text).is_none() {
            self.after_carriage_return &= text.is_empty();
            return;
        }
        let mut written = 0;
        for read in 0..text.len() {
            let byte = text[read];
            if !(byte == b'\n' && self.after_carriage_return) {
                text[written] = if byte == b'\r' { b'\n' } else { byte };
                written += 1;
            }
            self.after_carriage_return = byte == b'\r';
        }
        self.end = written;
    }
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(buffer.len());
        buffer[..count].copy_from_slice(&available[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Source<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end {
            if self.fault.is_none() {
                self.decode();
            }
            if self.start == self.end && self.fault.is_some() {
                return Err(io::ErrorKind::Other.into());
            }
        }
        if self.allowance == 0 && self.start < self.end {
            self.fault = Some(Fault::Form(format!(
                "more than {} MiB without an end: this is no translation unit",
                self.kind.most() >> 20
            )));
            return Err(io::ErrorKind::Other.into());
        }
        let end = self.end.min(self.start + self.allowance);
        Ok(&self.decoded[self.start..end])
    }

    fn consume(&mut self, count: usize) {
        self.position
            .advance(&self.decoded[self.start..self.start + count]);
        self.start += count;
        self.allowance = self.allowance.saturating_sub(count);
    }
}

/// Returns the first bytes of an input, at most [`HEAD`], and what follows them; a failure shows after the bytes before it.
fn behead<'r>(input: impl BufRead + 'r) -> (Vec<u8>, Box<dyn BufRead + 'r>) {
    let mut head = Vec::new();
    let mut limited = input.take(HEAD as u64);
    let failure = limited.read_to_end(&mut head).err();
    let rest = limited.into_inner();
    match failure {
        None => (head, Box::new(rest)),
        Some(error) => (head, Box::new(io::BufReader::new(Failing(Some(error))))),
    }
}

/// An input that only fails.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        match self.0.take() {
            Some(error) => Err(error),
            None => Ok(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], kind: Kind) -> (String, Option<Error>, Vec<String>) {
        let mut source = Source::new(bytes, kind);
        let mut text = Vec::new();
        let error = source.read_to_end(&mut text).err();
        let error = error.map(|seen| source.error("in", &seen));
        (
            String::from_utf8(text).unwrap(),
            error,
            source.take_warnings(),
        )
    }

    #[test]
    fn finds_the_encoding_by_mark_pattern_and_declaration() {
        let utf16: Vec<u8> = "<a>ўі</a>"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(read(&utf16, Kind::Xml).0, "<a>ўі</a>");
        let marked = [&b"\xFF\xFE"[..], &utf16].concat();
        assert_eq!(read(&marked, Kind::Xml).0, "<a>ўі</a>");
        let declared = b"<?xml version='1.0' encoding='windows-1251'?>\xF3\xE4\xE0\xF0";
        assert!(read(declared, Kind::Xml).0.ends_with("удар"));
        assert_eq!(read(b"\xEF\xBB\xBFa", Kind::Lines).0, "a");
    }

    #[test]
    fn hands_out_what_stands_before_a_fault_and_names_its_place() {
        for (bytes, reason) in [
            (&b"a\r\nbc\x0Bd"[..], "U+000B"),
            (b"a\nbc\xFF", "not UTF-8"),
            (b"a\nbc\xEF\xBF\xBF", "U+FFFF"),
        ] {
            let (text, error, _) = read(bytes, Kind::Xml);
            assert_eq!(text, "a\nbc");
            let message = error.unwrap().to_string();
            assert!(
                message.contains("line 2, column 3") && message.contains(reason),
                "{message}"
            );
        }
    }

    #[test]
    fn unifies_line_ends_over_any_cut() {
        struct OneByOne<'b>(&'b [u8]);
        impl Read for OneByOne<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let count = usize::from(!self.0.is_empty() && !buffer.is_empty());
                buffer[..count].copy_from_slice(&self.0[..count]);
                self.0 = &self.0[count..];
                Ok(count)
            }
        }
        let text = "a\r\nb\rc\n\r\nd\r".repeat(HEAD);
        let mut source = Source::new(
            io::BufReader::with_capacity(1, OneByOne(text.as_bytes())),
            Kind::Xml,
        );
        let mut read = String::new();
        source.read_to_string(&mut read).unwrap();
        assert_eq!(read, text.replace("\r\n", "\n").replace('\r', "\n"));
    }

    #[test]
    fn doubts_a_one_byte_label_on_utf8() {
        let bytes = "<?xml version='1.0' encoding='windows-1251'?>министр".as_bytes();
        assert!(read(bytes, Kind::Xml).2[0].contains("look like UTF-8"));
    }
}
