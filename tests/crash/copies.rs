//! Where in a memory's file the rows stand that make a unit what it is: each text, and what links it to the unit, which is a row and an entry of an
//! index. Every copy counts, so that it can be said of a unit that was not saved whether it could have been (sqlite.org/fileformat, section 2.1); but not
//! what a page that was split has left in the gap between its cells, which the next row overwrites.

use std::collections::BTreeMap;
use std::ops::Range;

use rusqlite::Connection;
use rusqlite::types::{Value, ValueRef};

use super::rows;

/// By unit what must be there: of each of these rows one copy.
pub struct Copies(BTreeMap<String, Vec<Vec<Range<usize>>>>);

impl Copies {
    /// Looks for all copies in a whole file.
    pub fn of(db: &Connection, bytes: &[u8]) -> Self {
        let values_of = |sql: &str| -> Vec<(i64, Vec<Value>)> {
            let mut statement = db.prepare(sql).unwrap();
            let columns = statement.column_count();
            statement
                .query_map([], |row| {
                    let values = (1..columns).map(|at| row.get(at));
                    Ok((row.get(0)?, values.collect::<Result<_, _>>()?))
                })
                .unwrap()
                .collect::<Result<_, _>>()
                .unwrap()
        };
        let mut cells: Vec<Range<usize>> = ["table", "index"]
            .into_iter()
            .flat_map(|kind| rows::rows(db, bytes, kind).into_values().flatten())
            .collect();
        cells.sort_unstable_by_key(|cell| cell.start);
        let is_in_use = |at: usize| {
            let next = cells.partition_point(|cell| cell.start <= at);
            next > 0 && at < cells[next - 1].end
        };
        let places = |record: Vec<u8>| -> Vec<Range<usize>> {
            let found = memchr::memmem::find_iter(bytes, &record);
            let found = found.filter(|&at| is_in_use(at));
            found.map(|at| at..at + record.len()).collect()
        };
        let texts: BTreeMap<i64, Vec<Range<usize>>> =
            values_of("SELECT id, NULL, lang, key, content FROM text")
                .into_iter()
                .map(|(id, values)| (id, places(record(&values))))
                .collect();
        let mut links: BTreeMap<i64, Vec<Range<usize>>> = BTreeMap::new();
        for sql in [
            "SELECT id, NULL, unit, position, lang, text, codes, details, change FROM variant",
            "SELECT id, unit, position, lang, text, id FROM variant",
        ] {
            for (id, values) in values_of(sql) {
                links.entry(id).or_default().extend(places(record(&values)));
            }
        }
        let mut units: BTreeMap<String, Vec<Vec<Range<usize>>>> = BTreeMap::new();
        for (variant, values) in
            values_of("SELECT v.id, u.tuid, v.text FROM variant v JOIN unit u ON u.id = v.unit")
        {
            let [Value::Text(tuid), Value::Integer(text)] = &values[..] else {
                unreachable!("an identifier and a number");
            };
            let needed = units.entry(tuid.clone()).or_default();
            needed.extend([texts[text].clone(), links[&variant].clone()]);
        }
        Self(units)
    }

    /// Says whether all that makes a unit is there still, of each row some copy all of whose bytes are.
    pub fn are_there(&self, tuid: &str, is_there: impl Fn(&Range<usize>) -> bool) -> bool {
        self.0[tuid]
            .iter()
            .all(|copies| copies.iter().any(&is_there))
    }

    pub fn units(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }
}

/// Returns values as SQLite writes them.
fn record(values: &[Value]) -> Vec<u8> {
    let (mut types, mut body) = (Vec::new(), Vec::new());
    for value in values {
        match value.into() {
            ValueRef::Null => types.push(0),
            ValueRef::Integer(value @ 0..=1) => types.push(8 + value as u8),
            ValueRef::Integer(value) => {
                let sizes = [(1, 1), (2, 2), (3, 3), (4, 4), (5, 6), (6, 8)];
                let (kind, bytes) = sizes
                    .into_iter()
                    .find(|(_, bytes)| {
                        *bytes == 8 || (value << (64 - 8 * bytes)) >> (64 - 8 * bytes) == value
                    })
                    .unwrap();
                types.push(kind);
                body.extend_from_slice(&value.to_be_bytes()[8 - bytes..]);
            }
            ValueRef::Text(text) => {
                varint(13 + 2 * text.len(), &mut types);
                body.extend_from_slice(text);
            }
            ValueRef::Real(_) | ValueRef::Blob(_) => unreachable!("numbers and texts"),
        }
    }
    // No header of these rows is longer than a number of one byte says.
    [&[types.len() as u8 + 1][..], &types, &body].concat()
}

fn varint(value: usize, out: &mut Vec<u8>) {
    if value >= 1 << 14 {
        out.push(0x80 | (value >> 14) as u8);
    }
    if value >= 1 << 7 {
        out.push(0x80 | (value >> 7 & 0x7f) as u8);
    }
    out.push((value & 0x7f) as u8);
}
