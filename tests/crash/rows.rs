//! Where the rows of each table, and the entries of each index, stand in a memory's file: the bytes of their cells, record header, row number and length among them
//! (sqlite.org/fileformat, section 1.6; which pages belong to which table is asked of `dbstat`).

use std::collections::BTreeMap;
use std::ops::Range;

use rusqlite::Connection;

const PAGE: usize = super::PAGE;

/// Returns by table, or by index, the stretches of the file that hold its rows; `kind` is `table` or `index`.
pub fn rows(db: &Connection, bytes: &[u8], kind: &str) -> BTreeMap<String, Vec<Range<usize>>> {
    let mut statement = db
        .prepare(
            "SELECT s.name, s.pageno, s.pagetype FROM dbstat s WHERE s.name IN
             (SELECT name FROM sqlite_master WHERE type = ?1 UNION ALL SELECT 'sqlite_schema' WHERE ?1 = 'table') ORDER BY s.pageno",
        )
        .unwrap();
    let mut pages = statement.query([kind]).unwrap();
    let mut found: BTreeMap<String, Vec<Range<usize>>> = BTreeMap::new();
    while let Some(row) = pages.next().unwrap() {
        let (table, number, kind): (String, usize, String) = row.try_into().unwrap();
        let start = (number - 1) * PAGE;
        let stretches = found.entry(table).or_default();
        match kind.as_str() {
            "overflow" => stretches.push(start + 4..start + PAGE),
            _ => stretches.extend(cells(&bytes[start..start + PAGE], number == 1, start)),
        }
    }
    found.retain(|_, stretches| !stretches.is_empty());
    found
}

/// Returns where the cells of a page that hold content stand in the file.
fn cells(page: &[u8], is_first: bool, start: usize) -> Vec<Range<usize>> {
    const TABLE_LEAF: u8 = 0x0D;
    const INDEX_LEAF: u8 = 0x0A;
    const INDEX_INNER: u8 = 0x02;
    let at = if is_first { 100 } else { 0 };
    let be16 = |at: usize| usize::from(page[at]) << 8 | usize::from(page[at + 1]);
    // A table without row numbers lies in a tree of the other kind, whose inner pages hold rows too.
    let (header, child) = match page[at] {
        TABLE_LEAF | INDEX_LEAF => (8, 0),
        INDEX_INNER => (12, 4),
        _ => return Vec::new(),
    };
    let cell = |number: usize| {
        let from = be16(at + header + 2 * number) + child;
        let (length, mut to) = varint(page, from);
        if page[at] == TABLE_LEAF {
            (_, to) = varint(page, to);
        }
        start + from..start + to + local(length, page[at] == TABLE_LEAF)
    };
    (0..be16(at + 3)).map(cell).collect()
}

/// Returns how many bytes of a content of this length stand in the page itself.
fn local(length: usize, is_table: bool) -> usize {
    let most = if is_table {
        PAGE - 35
    } else {
        (PAGE - 12) * 64 / 255 - 23
    };
    if length <= most {
        return length;
    }
    let least = (PAGE - 12) * 32 / 255 - 23;
    let local = least + (length - least) % (PAGE - 4);
    if local <= most { local } else { least }
}

/// Reads a number and says where it ends; those of nine bytes do not occur.
fn varint(bytes: &[u8], mut at: usize) -> (usize, usize) {
    let mut value = 0;
    loop {
        value = value << 7 | usize::from(bytes[at] & 0x7f);
        at += 1;
        if bytes[at - 1] & 0x80 == 0 {
            return (value, at);
        }
    }
}
