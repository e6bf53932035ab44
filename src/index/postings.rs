//! The list of texts that hold a stem, in the order of their length, in a form of which a part can be read.
//!
//! Of a text's stems the rarest ones ("leading" ones) can be the first that it shares with a query; for these the list has the stem's rank in the
//! text beside the text's position. The other stems of a text are listed by its position alone, for who looks for words.

use super::bytes::{Reader, put};

/// Postings that are read together.
pub(super) const GROUP: usize = 64;

/// Bytes of a group's entry in the list's directory: its first position, and where it starts behind the directory.
const ENTRY: usize = 8;

/// A leading stem of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Posting {
    pub(super) position: u32,
    /// How many of the text's stems are rarer, repeated ones counted as often as they occur; what does not fit counts as the most that does.
    pub(super) rank: u8,
}

/// Writes a list of rising positions.
pub(super) fn write(list: &[Posting], out: &mut Vec<u8>) {
    let mut groups = Vec::new();
    let mut directory = Vec::new();
    for group in list.chunks(GROUP) {
        directory.extend_from_slice(&group[0].position.to_le_bytes());
        directory.extend_from_slice(&(groups.len() as u32).to_le_bytes());
        let mut before = group[0].position;
        for posting in group {
            put(&mut groups, u64::from(posting.position - before));
            before = posting.position;
        }
        groups.extend(group.iter().map(|posting| posting.rank));
    }
    out.extend_from_slice(&directory);
    out.extend_from_slice(&groups);
}

/// Returns the bytes of a list's directory.
pub(super) fn directory_bytes(postings: usize) -> usize {
    postings.div_ceil(GROUP) * ENTRY
}

/// Returns the groups that may hold positions from `first` to before `last`, and their bytes behind the directory; the end of the last group of
/// a list is the list's own.
pub(super) fn groups_within(
    directory: &[u8],
    first: u32,
    last: u32,
) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
    let (entries, _) = directory.as_chunks::<ENTRY>();
    let at = |entry: &[u8; ENTRY]| u32::from_le_bytes([entry[0], entry[1], entry[2], entry[3]]);
    let start = |entry: &[u8; ENTRY]| u32::from_le_bytes([entry[4], entry[5], entry[6], entry[7]]);
    let from = entries
        .partition_point(|entry| at(entry) <= first)
        .saturating_sub(1);
    let to = entries.partition_point(|entry| at(entry) < last).max(from);
    let byte = |group: usize| {
        entries
            .get(group)
            .map_or(usize::MAX, |entry| start(entry) as usize)
    };
    (from..to, byte(from)..byte(to))
}

/// Calls `visit` with every posting of some groups, of which there are `postings`; the first group's first position is `first`.
pub(super) fn read(
    directory: &[u8],
    groups: std::ops::Range<usize>,
    postings: usize,
    mut bytes: &[u8],
    mut visit: impl FnMut(Posting),
) {
    let (entries, _) = directory.as_chunks::<ENTRY>();
    let mut positions = [0u32; GROUP];
    for group in groups {
        let Some(entry) = entries.get(group) else {
            return;
        };
        let count = GROUP.min(postings - group * GROUP);
        let mut at = u32::from_le_bytes([entry[0], entry[1], entry[2], entry[3]]);
        let mut reader = Reader(bytes);
        for position in &mut positions[..count] {
            at = at.wrapping_add(reader.small());
            *position = at;
        }
        let rest = reader.0;
        let Some((ranks, rest)) = rest.split_at_checked(count) else {
            return;
        };
        for (&position, &rank) in positions.iter().zip(ranks) {
            visit(Posting { position, rank });
        }
        bytes = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_list_comes_back() {
        let list: Vec<Posting> = (0..200)
            .map(|number| Posting {
                position: number * 3,
                rank: number as u8,
            })
            .collect();
        let mut bytes = Vec::new();
        write(&list, &mut bytes);
        let (directory, groups) = bytes.split_at(directory_bytes(list.len()));
        for (first, last) in [
            (0, 600),
            (0, 1),
            (190, 195),
            (384, 385),
            (599, 10_000),
            (700, 800),
            (0, 0),
        ] {
            let (within, span) = groups_within(directory, first, last);
            let end = span.end.min(groups.len());
            let mut found = Vec::new();
            let bytes = &groups[span.start.min(end)..end];
            read(directory, within, list.len(), bytes, |posting| {
                found.push(posting)
            });
            found.retain(|posting| (first..last).contains(&posting.position));
            let expected: Vec<Posting> = list
                .iter()
                .copied()
                .filter(|posting| (first..last).contains(&posting.position))
                .collect();
            assert_eq!(found, expected, "{first} {last}");
        }
    }
}
