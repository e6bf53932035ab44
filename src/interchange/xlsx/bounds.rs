//! What an archive may hold before a spreadsheet in it is believed.
//!
//! calamine keeps the strings that cells share, the sheets' names and the styles, and of a cell the whole text, however much there is of each: a file
//! of a megabyte may hold a thousand. So each part is unpacked once to nothing, its tags counted, and what would take more than some 250 MB, or many times
//! the file, is refused. Tags are seen as bytes, in whatever part: what is none of these costs a refusal at worst.

use std::io::{Cursor, Read};

use zip::ZipArchive;

/// The most that an archive may hold when unpacked, in bytes: Excel's own limit of a million rows stays below it.
const MAX_UNPACKED: u64 = 1 << 30;

/// The most bytes from the start of a cell, or of a string that cells share, to its end: four for each character that Excel takes, and markup.
const MAX_CELL: u64 = 1 << 20;

/// What the strings that cells share may take in memory, in bytes; more in a large file, so many times its own.
const MAX_SHARED: u64 = 160 << 20;
const TIMES: u64 = 16;

/// What each of them takes beside its letters.
const STRING: u64 = 48;

/// The most tags that belong to no cell, in all parts: sheets, styles, names.
const MAX_OTHER: u64 = 1_000_000;

/// The tags inside cells and shared strings.
const IN_CELLS: [&[u8]; 22] = [
    b"v",
    b"f",
    b"is",
    b"t",
    b"r",
    b"rPr",
    b"b",
    b"i",
    b"u",
    b"strike",
    b"sz",
    b"color",
    b"rFont",
    b"family",
    b"charset",
    b"scheme",
    b"vertAlign",
    b"outline",
    b"shadow",
    b"condense",
    b"extend",
    b"rPh",
];

/// Bytes that are unpacked at a time, and those kept of them to see a tag whole.
const CHUNK: usize = 64 << 10;
const TAG: usize = 32;

/// Says why a file is no spreadsheet.
pub(super) fn broken(error: impl std::fmt::Display) -> String {
    format!("no spreadsheet in Excel's form (.xlsx): {error}")
}

/// Looks at all parts of an archive.
///
/// # Errors
/// The reason when it holds more than is allowed, or is no archive.
pub(super) fn check(bytes: &[u8]) -> Result<(), String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let mut counts = Counts {
        most_shared: MAX_SHARED.max(bytes.len() as u64 * TIMES),
        ..Counts::default()
    };
    let mut chunk = Vec::with_capacity(CHUNK + TAG);
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(broken)?;
        let mut tags = Tags::of(&part.name().map_err(broken)?);
        chunk.clear();
        loop {
            let read = (&mut part)
                .take(CHUNK as u64)
                .read_to_end(&mut chunk)
                .map_err(broken)?;
            counts.unpack(read as u64)?;
            let is_last = read == 0;
            let seen = tags.look(&chunk, is_last, &mut counts)?;
            chunk.drain(..seen);
            if is_last {
                break;
            }
        }
    }
    Ok(())
}

/// What was found in all parts so far.
#[derive(Default)]
struct Counts {
    unpacked: u64,
    other: u64,
    shared: u64,
    most_shared: u64,
}

impl Counts {
    fn unpack(&mut self, bytes: u64) -> Result<(), String> {
        self.unpacked += bytes;
        match self.unpacked > MAX_UNPACKED {
            true => Err(format!(
                "holds more than {} MiB unpacked",
                MAX_UNPACKED >> 20
            )),
            false => Ok(()),
        }
    }

    fn other(&mut self) -> Result<(), String> {
        self.other += 1;
        match self.other > MAX_OTHER {
            true => Err(format!(
                "more than {MAX_OTHER} tags that belong to no cell: save it as CSV"
            )),
            false => Ok(()),
        }
    }

    fn share(&mut self, bytes: u64) -> Result<(), String> {
        self.shared += bytes;
        match self.shared > self.most_shared {
            true => Err(format!(
                "the strings that its cells share take more than {} MiB: save it as CSV, or divide it",
                self.most_shared >> 20
            )),
            false => Ok(()),
        }
    }
}

/// Where in a part one is.
struct Tags {
    /// Whether it is XML, as far as its name or its beginning says.
    is_xml: bool,
    /// Bytes of the part before the chunk.
    before: u64,
    /// Where the cell or the shared string began that has not ended.
    open: Option<u64>,
    is_shared: bool,
    /// Whether raw text was met, which may look like tags: from then on nothing ends what is open.
    has_raw_text: bool,
}

impl Tags {
    fn of(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        Self {
            is_xml: [".xml", ".rels"].iter().any(|end| name.ends_with(end)),
            before: 0,
            open: None,
            is_shared: false,
            has_raw_text: false,
        }
    }

    /// Looks at the tags of a chunk and returns how many bytes were seen: what a tag at its end may need is to come again, but for the last.
    fn look(&mut self, chunk: &[u8], is_last: bool, counts: &mut Counts) -> Result<usize, String> {
        if self.before == 0 {
            let first = chunk.trim_ascii_start().first();
            self.is_xml |= matches!(first, Some(b'<' | 0xef));
        }
        if !self.is_xml && memchr::memmem::find(chunk, b"sheetData").is_some() {
            return Err(broken("a sheet that is no XML"));
        }
        let seen = match is_last {
            true => chunk.len(),
            false => chunk.len().saturating_sub(TAG),
        };
        for at in memchr::memchr_iter(b'<', &chunk[..seen]) {
            let tag = &chunk[at + 1..(at + 1 + TAG).min(chunk.len())];
            self.tag(tag, self.before + at as u64, counts)?;
        }
        self.before += seen as u64;
        self.open(self.before)?;
        Ok(seen)
    }

    /// Returns where the open cell or string began, unless it is too long already at this place.
    fn open(&self, at: u64) -> Result<Option<u64>, String> {
        match self.open {
            Some(open) if self.is_xml && at - open > MAX_CELL => {
                Err(format!("a cell of more than {} MiB", MAX_CELL >> 20))
            }
            open => Ok(open),
        }
    }

    fn tag(&mut self, tag: &[u8], at: u64, counts: &mut Counts) -> Result<(), String> {
        if tag.starts_with(b"![") {
            self.has_raw_text = true;
            self.open.get_or_insert(at);
        }
        let (is_end, tag) = match tag {
            [b'/', rest @ ..] => (true, rest),
            _ => (false, tag),
        };
        let end = tag.iter().position(|byte| b" \t\r\n/>".contains(byte));
        let name = &tag[..end.unwrap_or(tag.len())];
        let colon = name.iter().position(|&byte| byte == b':');
        let name = &name[colon.map_or(0, |colon| colon + 1)..];
        if matches!(name, b"c" | b"si" | b"row") {
            let open = self.open(at)?;
            if self.has_raw_text {
                return Ok(());
            }
            if let Some(open) = open.filter(|_| self.is_shared) {
                counts.share(STRING + at - open)?;
            }
            self.open = (!is_end && name != b"row").then_some(at);
            self.is_shared = name == b"si";
        } else if !is_end && !IN_CELLS.contains(&name) {
            counts.other()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    /// Checks an archive of one part.
    fn checked(name: &str, content: &str) -> Result<(), String> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Deflated);
        archive.start_file(name, options).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
        check(&archive.finish().unwrap().into_inner())
    }

    #[test]
    fn what_would_take_too_much_memory_is_refused() {
        let long = "a".repeat(1 << 20);
        let cell = |text: &str| format!("<row><c><is><t>{text}</t></is></c></row>");
        let many = |part: &str, times: usize| part.repeat(times);
        for (content, part) in [
            (cell(&long), "a cell"),
            (cell(&many("<t>aaaaaaaa</t>", 80_000)), "a cell"),
            (
                cell(&format!("<![CDATA[{}]]>", many("</c>", 300_000))),
                "a cell",
            ),
            (format!("<![CDATA[]]>{}", cell(&long)), "a cell"),
            (many("<x:si><x:t>a</x:t></x:si>", 2_600_000), "share"),
            (many("<si/>", 3_300_000), "share"),
            (many("<sheet/>", 1_000_001), "tags"),
        ] {
            let found = checked("xl/a.xml", &format!("<a>{content}</a>"));
            let reason = found.err().unwrap_or_default();
            assert!(reason.contains(part), "{part}: {reason}");
        }
        let foreign = checked("xl/a.png", &format!("x<sheetData>{}", cell(&long)));
        assert!(foreign.is_err());
    }

    #[test]
    fn what_a_spreadsheet_has_is_not() {
        let cell = format!("<c r=\"A1\"><v>{}</v></c>", "a".repeat(200_000));
        let sheet = format!("<a><row>{}</row></a>", cell.repeat(20));
        assert_eq!(checked("xl/a.xml", &sheet), Ok(()));
        let strings = "<si><t>text of a cell</t></si>".repeat(1_000_000);
        assert_eq!(checked("xl/a.xml", &format!("<a>{strings}</a>")), Ok(()));
        // A picture, in which bytes look like tags.
        let picture = format!("\u{1}<c {}", "a".repeat(3 << 20));
        assert_eq!(checked("xl/a.png", &picture), Ok(()));
    }
}
