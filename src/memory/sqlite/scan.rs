//! Reading a memory's file page by page, without SQLite: for what SQLite gives up on, a lost first page, a cut file, a lost inner page.
//!
//! Only leaf pages of tables are taken, and of them only cells that decode to their last byte. A leaf belongs to the tree whose inner pages lead to
//! it; a tree is known by the list of tables, and where that is lost by the form of its rows, which strict tables make telling. Committed frames of
//! the write-ahead log stand before the pages that they replace. Layout: sqlite.org/fileformat, sections 1.3, 1.5, 1.6, 2.1 and 4.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use rusqlite::types::Value;
use rustc_hash::{FxHashMap, FxHashSet};

use super::frames::Log;
use crate::model::Lang;

const MAGIC: &[u8] = b"SQLite format 3\0";
/// Bytes of the file's header, before the first page's own.
const HEADER: usize = 100;
const LEAF: u8 = 0x0D;
const INNER: u8 = 0x05;
/// The other kinds of pages of trees: of indexes.
const INDEXES: [u8; 2] = [0x02, 0x0A];
/// The page sizes that SQLite knows, the usual one first.
pub(super) const SIZES: [usize; 8] = [4096, 8192, 16384, 32768, 65536, 2048, 1024, 512];
/// How much of a file without header is looked at to find its page size, in bytes.
const SAMPLE: usize = 4 << 20;
/// The deepest tree; SQLite's own limit is 20.
const DEEPEST: usize = 24;

/// How a row was come by; what is surer comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// Its page belongs to a table by the list of tables.
    Listed,
    /// Inner pages lead to its page.
    Referred,
    /// Nothing leads to its page: what leads there is lost, or it is left over from earlier.
    Loose,
}

/// What the form of a column's values is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// The row's number, which is not stored.
    Number,
    Integer,
    Real,
    Text,
    /// A language tag.
    Tag,
    Blob,
}

/// A column: the form of its values, and whether it may be empty.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub(super) form: Form,
    pub(super) nullable: bool,
}

/// A table that rows are looked for of.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
}

/// A row that was found.
pub(super) struct Found {
    /// Its table, as an index into those asked for.
    pub(super) table: usize,
    pub(super) rowid: i64,
    pub(super) values: Vec<Value>,
    pub(super) standing: Standing,
}

/// What was found out about the file as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Survey {
    /// Pages that are there, those of the log included.
    pub(super) pages: u32,
    /// Pages that the header says there are; `None` when the header is lost.
    pub(super) expected: Option<u32>,
    /// Leaf pages of tables that rows were taken from.
    pub(super) leaves: u32,
    /// Whether the list of tables could be read.
    pub(super) is_listed: bool,
}

/// Finds the rows of `tables` in a file and hands them on, surest first.
pub(super) fn scan<E: From<io::Error>>(
    path: &Path,
    tables: &[Table],
    visit: &mut dyn FnMut(Found) -> Result<(), E>,
) -> Result<Survey, E> {
    let mut pages = Pages::open(path)?;
    let mut survey = Survey {
        pages: pages.count,
        expected: pages.expected,
        ..Survey::default()
    };
    let trees = Trees::of(&mut pages)?;
    let free = free_pages(&mut pages)?;
    let listed = list_of_tables(&mut pages, &trees)?;
    survey.is_listed = !listed.is_empty();
    let mut leaves: Vec<(Standing, u32, u32)> = Vec::new();
    for &page in trees.leaves.iter().filter(|page| !free.contains(page)) {
        let root = trees.root(page);
        let standing = match () {
            () if listed.contains_key(&root) => Standing::Listed,
            () if root != page => Standing::Referred,
            () => Standing::Loose,
        };
        leaves.push((standing, root, page));
    }
    leaves.sort_unstable();
    survey.leaves = leaves.len() as u32;
    let mut known: FxHashMap<u32, Option<usize>> = FxHashMap::default();
    for (&root, name) in &listed {
        let table = tables.iter().position(|table| table.name == *name);
        known.insert(root, table);
    }
    let mut taken: FxHashSet<usize> = known.values().copied().flatten().collect();
    let mut at = 0;
    while at < leaves.len() {
        let (standing, root, _) = leaves[at];
        let end = leaves[at..]
            .iter()
            .position(|&(other, of, _)| (other, of) != (standing, root))
            .map_or(leaves.len(), |length| at + length);
        let own = &leaves[at..end];
        at = end;
        let table = match known.get(&root) {
            Some(table) => *table,
            None => {
                let table = by_form(&mut pages, own, tables, &taken)?;
                // A whole tree is the only one of its table; single pages may be several parts of one.
                if standing == Standing::Referred {
                    taken.extend(table);
                }
                table
            }
        };
        let Some(table) = table else { continue };
        for &(_, _, page) in own {
            for (rowid, values) in pages.rows(page)? {
                if fits(&values, &tables[table].columns) {
                    visit(Found {
                        table,
                        rowid,
                        values,
                        standing,
                    })?;
                }
            }
        }
    }
    Ok(survey)
}

/// Returns the table that most rows of a tree have the form of. Of several it is the first for a single page and the last for more: a language is
/// written like a stem, and there are few languages.
fn by_form(
    pages: &mut Pages,
    leaves: &[(Standing, u32, u32)],
    tables: &[Table],
    taken: &FxHashSet<usize>,
) -> io::Result<Option<usize>> {
    const LOOKED_AT: usize = 8;
    let mut votes = vec![0_usize; tables.len()];
    let mut rows = 0;
    for &(.., page) in leaves.iter().take(LOOKED_AT) {
        for (_, values) in pages.rows(page)? {
            rows += 1;
            for (vote, table) in votes.iter_mut().zip(tables) {
                *vote += usize::from(fits(&values, &table.columns));
            }
        }
    }
    let best = (votes.iter().enumerate())
        .filter(|(table, vote)| **vote * 2 > rows && !taken.contains(table))
        .max_by_key(|&(table, vote)| {
            let order = match leaves {
                [_] => tables.len() - table,
                _ => table,
            };
            (*vote, order)
        });
    Ok(best.map(|(table, _)| table))
}

/// Says whether a row may be one of a table with these columns; columns that came later may be missing at its end.
fn fits(values: &[Value], columns: &[Column]) -> bool {
    values.len() <= columns.len()
        && columns[values.len()..].iter().all(|column| column.nullable)
        && values.iter().zip(columns).all(|(value, column)| {
            matches!(
                (value, column.form),
                (Value::Null, Form::Number)
                    | (Value::Integer(_), Form::Integer | Form::Real)
                    | (Value::Real(_), Form::Real)
                    | (Value::Text(_), Form::Text)
                    | (Value::Blob(_), Form::Blob)
            ) || (*value == Value::Null && column.nullable)
                || matches!((value, column.form), (Value::Text(tag), Form::Tag) if Lang::new(tag).is_ok())
        })
}

/// Which pages lead to which.
struct Trees {
    parents: FxHashMap<u32, u32>,
    leaves: Vec<u32>,
}

impl Trees {
    fn of(pages: &mut Pages) -> io::Result<Self> {
        let mut trees = Self {
            parents: FxHashMap::default(),
            leaves: Vec::new(),
        };
        for number in 1..=pages.count {
            let Some(page) = pages.page(number)? else {
                continue;
            };
            match page.get(start(number)).copied() {
                Some(LEAF) => trees.leaves.push(number),
                Some(INNER) => {
                    for child in children(&page, number) {
                        trees.parents.entry(child).or_insert(number);
                    }
                }
                _ => {}
            }
        }
        Ok(trees)
    }

    fn root(&self, page: u32) -> u32 {
        let mut root = page;
        for _ in 0..DEEPEST {
            match self.parents.get(&root) {
                Some(&parent) => root = parent,
                None => break,
            }
        }
        root
    }
}

/// Where a page's own header begins.
fn start(number: u32) -> usize {
    if number == 1 { HEADER } else { 0 }
}

fn children(page: &[u8], number: u32) -> Vec<u32> {
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

/// Returns the list of tables that the first page leads to: their roots and names.
fn list_of_tables(pages: &mut Pages, trees: &Trees) -> io::Result<FxHashMap<u32, String>> {
    let mut listed = FxHashMap::default();
    for &page in &trees.leaves {
        if trees.root(page) != 1 {
            continue;
        }
        for (_, values) in pages.rows(page)? {
            if let [
                Value::Text(kind),
                Value::Text(name),
                _,
                Value::Integer(root),
                ..,
            ] = &values[..]
                && kind == "table"
                && let Ok(root) = u32::try_from(*root)
            {
                listed.insert(root, name.clone());
            }
        }
    }
    Ok(listed)
}

/// Returns the pages that the header says are free, which hold only what was deleted.
fn free_pages(pages: &mut Pages) -> io::Result<FxHashSet<u32>> {
    let mut free = FxHashSet::default();
    if pages.expected.is_none() {
        return Ok(free);
    }
    let mut trunk = match pages.page(1)? {
        Some(page) => be32(&page, 32).unwrap_or(0),
        None => 0,
    };
    while trunk != 0 && free.insert(trunk) {
        let Some(page) = pages.page(trunk)? else {
            break;
        };
        let count = be32(&page, 4).unwrap_or(0) as usize;
        free.extend((0..count).map_while(|leaf| be32(&page, 8 + 4 * leaf)));
        trunk = be32(&page, 0).unwrap_or(0);
    }
    Ok(free)
}

/// The pages of a file and of its write-ahead log.
struct Pages {
    file: File,
    log: Option<File>,
    /// Where in the log the last committed state of a page stands.
    newer: FxHashMap<u32, u64>,
    size: usize,
    /// Bytes of a page that are used.
    usable: usize,
    count: u32,
    expected: Option<u32>,
}

impl Pages {
    fn open(path: &Path) -> io::Result<Self> {
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
    fn page(&mut self, number: u32) -> io::Result<Option<Vec<u8>>> {
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

    /// Returns the rows of a leaf that can be read.
    fn rows(&mut self, number: u32) -> io::Result<Vec<(i64, Vec<Value>)>> {
        let Some(page) = self.page(number)? else {
            return Ok(Vec::new());
        };
        let mut rows = Vec::new();
        for cell in cells(&page, start(number), 8) {
            if let Some((rowid, payload)) = self.cell(&page, cell)?
                && let Some(values) = record(&payload)
            {
                rows.push((rowid, values));
            }
        }
        Ok(rows)
    }

    /// Returns a cell's row number and content, gathered from the pages it runs over.
    fn cell(&mut self, page: &[u8], at: usize) -> io::Result<Option<(i64, Vec<u8>)>> {
        let Some((length, at)) = varint(page, at) else {
            return Ok(None);
        };
        let Some((rowid, at)) = varint(page, at) else {
            return Ok(None);
        };
        let whole = u64::from(self.count) * self.usable as u64;
        let Some(length) = usize::try_from(length)
            .ok()
            .filter(|&length| length as u64 <= whole)
        else {
            return Ok(None);
        };
        let local = local_bytes(length, self.usable);
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
        Ok(Some((rowid, content)))
    }
}

/// Returns how many bytes of a content of `length` stand in the leaf itself.
fn local_bytes(length: usize, usable: usize) -> usize {
    if length + 35 <= usable {
        return length;
    }
    let least = (usable - 12) * 32 / 255 - 23;
    let local = least + (length - least) % (usable - 4);
    if local + 35 <= usable { local } else { least }
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
            let kind = page[0] == LEAF || INDEXES.contains(&page[0]) || page[0] == INNER;
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
