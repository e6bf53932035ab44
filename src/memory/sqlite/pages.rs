//! The pages of a memory's file and of its write-ahead log, and what stands in them, without SQLite.
//!
//! Committed frames of the log stand before the pages that they replace. Layout: sqlite.org/fileformat, sections 1.3, 1.6, 2.1 and 4.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use rusqlite::types::Value;
use rustc_hash::FxHashMap;

use super::frames::Log;

const MAGIC: &[u8] = b"SQLite format 3\0";
/// Bytes of the file's header, before the first page's own.
const HEADER: usize = 100;
/// The page sizes that SQLite knows, the usual one first.
pub(super) const SIZES: [usize; 8] = [4096, 8192, 16384, 32768, 65536, 2048, 1024, 512];
/// How much of a file without header is looked at to find its page size, in bytes.
const SAMPLE: usize = 4 << 20;

/// What kind of page of a tree it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Rows of a table.
    Leaf,
    /// What leads to pages with rows.
    Inner,
    /// Entries of an index.
    IndexLeaf,
    /// What leads to pages with entries, and entries between them.
    IndexInner,
}

impl Kind {
    /// Returns the kind of a page, if it may be one of a tree.
    pub(super) fn of(page: &[u8], number: u32) -> Option<Self> {
        Self::of_byte(*page.get(start(number))?)
    }

    fn of_byte(byte: u8) -> Option<Self> {
        match byte {
            0x0D => Some(Self::Leaf),
            0x05 => Some(Self::Inner),
            0x0A => Some(Self::IndexLeaf),
            0x02 => Some(Self::IndexInner),
            _ => None,
        }
    }
}

/// The pages of a file and of its write-ahead log.
pub(super) struct Pages {
    file: File,
    log: Option<File>,
    /// Where in the log the last committed state of a page stands.
    newer: FxHashMap<u32, u64>,
    size: usize,
    /// Bytes of a page that are used.
    usable: usize,
    /// Pages that are there, those of the log included.
    pub(super) count: u32,
    /// Pages that the header says there are; `None` when the header is lost.
    pub(super) expected: Option<u32>,
}

impl Pages {
    /// Opens a file, whose page size is guessed where its header is lost.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        let mut first = Vec::new();
        (&mut file).take(SAMPLE as u64).read_to_end(&mut first)?;
        let mut log_path = path.as_os_str().to_owned();
        log_path.push("-wal");
        let log = Log::read(Path::new(&log_path));
        let header = page_size(&first);
        let size = header
            .or(log.as_ref().map(|log| log.size))
            .unwrap_or_else(|| likely_size(&first));
        let (log, newer) = match log {
            Some(log) if log.size == size => (Some(log.file), log.newer),
            _ => (None, FxHashMap::default()),
        };
        let in_file = u32::try_from(length / size as u64).unwrap_or(u32::MAX);
        let reserved = header.and(first.get(20).copied()).unwrap_or(0);
        Ok(Self {
            file,
            log,
            count: newer.keys().copied().fold(in_file, u32::max),
            newer,
            size,
            usable: size - usize::from(reserved),
            expected: header.and_then(|_| be32(&first, 28)),
        })
    }

    /// Returns a page, if it is there whole.
    pub(super) fn page(&mut self, number: u32) -> io::Result<Option<Vec<u8>>> {
        let mut page = vec![0; self.size];
        let (file, at) = match (self.newer.get(&number), &mut self.log) {
            (Some(&at), Some(log)) => (log, at),
            _ => (
                &mut self.file,
                u64::from(number.saturating_sub(1)) * self.size as u64,
            ),
        };
        file.seek(SeekFrom::Start(at))?;
        match file.read_exact(&mut page) {
            Ok(()) => Ok(Some(page)),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Returns the rows of a leaf that can be read, with their numbers.
    pub(super) fn rows(&mut self, number: u32) -> io::Result<Vec<(i64, Vec<Value>)>> {
        let Some(page) = self.page(number)? else {
            return Ok(Vec::new());
        };
        let mut rows = Vec::new();
        for cell in cells(&page, start(number), 8) {
            let Some((length, at)) = varint(&page, cell) else {
                continue;
            };
            let Some((rowid, at)) = varint(&page, at) else {
                continue;
            };
            if let Some(values) = self.record(&page, at, length, self.usable - 35)? {
                rows.push((rowid, values));
            }
        }
        Ok(rows)
    }

    /// Returns the entries of a page of an index that can be read: the values of its columns, and the row's number.
    pub(super) fn entries(&mut self, number: u32) -> io::Result<Vec<Vec<Value>>> {
        let Some(page) = self.page(number)? else {
            return Ok(Vec::new());
        };
        let (header, child) = match Kind::of(&page, number) {
            Some(Kind::IndexLeaf) => (8, 0),
            Some(Kind::IndexInner) => (12, 4),
            _ => return Ok(Vec::new()),
        };
        let most = (self.usable - 12) * 64 / 255 - 23;
        let mut entries = Vec::new();
        for cell in cells(&page, start(number), header) {
            if let Some((length, at)) = varint(&page, cell + child)
                && let Some(values) = self.record(&page, at, length, most)?
            {
                entries.push(values);
            }
        }
        Ok(entries)
    }

    /// Returns the values of a record of `length` bytes, of which at most `most` stand in the page at `at`, and the rest in pages of its own.
    fn record(
        &mut self,
        page: &[u8],
        at: usize,
        length: i64,
        most: usize,
    ) -> io::Result<Option<Vec<Value>>> {
        let whole = u64::from(self.count) * self.usable as u64;
        let Some(length) = usize::try_from(length)
            .ok()
            .filter(|&length| length as u64 <= whole)
        else {
            return Ok(None);
        };
        let local = local_bytes(length, most, self.usable);
        let Some(content) = page.get(at..at + local) else {
            return Ok(None);
        };
        let mut content = content.to_vec();
        let mut next = if local < length {
            be32(page, at + local)
        } else {
            None
        };
        while content.len() < length {
            let Some(number) = next.filter(|&number| number > 1 && number <= self.count) else {
                return Ok(None);
            };
            let Some(more) = self.page(number)? else {
                return Ok(None);
            };
            let end = self.usable.min(4 + length - content.len());
            content.extend_from_slice(&more[4..end]);
            next = be32(&more, 0);
        }
        Ok(record(&content))
    }
}

/// Where a page's own header begins.
fn start(number: u32) -> usize {
    if number == 1 { HEADER } else { 0 }
}

/// Returns the pages that an inner page leads to.
pub(super) fn children(page: &[u8], number: u32) -> Vec<u32> {
    let at = start(number);
    let mut children: Vec<u32> = cells(page, at, 12)
        .filter_map(|cell| be32(page, cell))
        .collect();
    children.extend(be32(page, at + 8));
    children.retain(|&child| child > 1 && child != number);
    children
}

/// Returns where the cells of a page stand, whose list of them begins `header` bytes behind `at`.
fn cells(page: &[u8], at: usize, header: usize) -> impl Iterator<Item = usize> {
    let count = be16(page, at + 3).map_or(0, usize::from);
    (0..count)
        .map_while(move |cell| be16(page, at + header + 2 * cell))
        .map(usize::from)
}

/// Returns how many bytes of a content of `length` stand in the page itself, where that may hold `most`.
fn local_bytes(length: usize, most: usize, usable: usize) -> usize {
    if length <= most {
        return length;
    }
    let least = (usable - 12) * 32 / 255 - 23;
    let local = least + (length - least) % (usable - 4);
    if local <= most { local } else { least }
}

/// Returns a record's values, if it decodes to its last byte.
fn record(bytes: &[u8]) -> Option<Vec<Value>> {
    let (header, mut at) = varint(bytes, 0)?;
    let header = usize::try_from(header).ok()?;
    let mut body = header;
    let mut values = Vec::new();
    while at < header {
        let (kind, next) = varint(bytes, at)?;
        at = next;
        let kind = u64::try_from(kind).ok()?;
        let length = match kind {
            0 | 8 | 9 => 0,
            1..=4 => kind as usize,
            5 => 6,
            6 | 7 => 8,
            10 | 11 => return None,
            _ => usize::try_from((kind - 12) / 2).ok()?,
        };
        let content = bytes.get(body..body.checked_add(length)?)?;
        body += length;
        values.push(match kind {
            0 => Value::Null,
            8 | 9 => Value::Integer((kind - 8) as i64),
            7 => Value::Real(f64::from_be_bytes(content.try_into().ok()?)),
            1..=6 => Value::Integer(integer(content)),
            _ if kind % 2 == 0 => Value::Blob(content.to_vec()),
            _ => Value::Text(String::from_utf8(content.to_vec()).ok()?),
        });
    }
    (at == header && body == bytes.len()).then_some(values)
}

/// Reads a big-endian two's complement of one to eight bytes.
fn integer(bytes: &[u8]) -> i64 {
    let sign = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
    let begin = if sign { -1 } else { 0 };
    bytes
        .iter()
        .fold(begin, |value, &byte| value << 8 | i64::from(byte))
}

/// Reads a number of one to nine bytes and says where it ends.
fn varint(bytes: &[u8], at: usize) -> Option<(i64, usize)> {
    let mut value: u64 = 0;
    for length in 0..8 {
        let byte = *bytes.get(at + length)?;
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((value as i64, at + length + 1));
        }
    }
    let last = *bytes.get(at + 8)?;
    Some(((value << 8 | u64::from(last)) as i64, at + 9))
}

fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    let bytes = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_be_bytes(bytes.try_into().ok()?))
}

/// Reads four bytes.
pub(super) fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(bytes.try_into().ok()?))
}

/// Returns the page size that the header says, if there is a header.
fn page_size(first: &[u8]) -> Option<usize> {
    if !first.starts_with(MAGIC) {
        return None;
    }
    let size = match be16(first, 16)? {
        1 => 65536,
        size => usize::from(size),
    };
    SIZES.contains(&size).then_some(size)
}

/// Returns the page size by which most pages of trees are found.
fn likely_size(first: &[u8]) -> usize {
    let found = |size: usize| {
        let pages = first.chunks_exact(size).filter(|page| {
            let kind = Kind::of_byte(page[0]).is_some();
            let content = be16(page, 5).map_or(0, usize::from);
            let cells = be16(page, 3).map_or(0, usize::from);
            kind && cells > 0 && content >= 8 + 2 * cells && content < size
        });
        pages.count()
    };
    // Of equals the first, which is the usual one.
    let mut best = SIZES[0];
    for size in SIZES {
        if found(size) > found(best) {
            best = size;
        }
    }
    best
}
