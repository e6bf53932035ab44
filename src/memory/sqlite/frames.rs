//! The frames of a write-ahead log: which states of pages were committed and are not in the file yet (sqlite.org/fileformat, section 4).

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use rustc_hash::FxHashMap;

use super::pages::{SIZES, be32};

/// What a write-ahead log holds: for each page the place of its last committed state.
pub(super) struct Log {
    pub(super) file: File,
    pub(super) size: usize,
    pub(super) newer: FxHashMap<u32, u64>,
}

impl Log {
    const HEADER: usize = 32;
    const FRAME: usize = 24;

    /// Reads a log up to the first frame that is not as it was written; what was not committed does not count.
    pub(super) fn read(path: &Path) -> Option<Self> {
        let file = File::open(path).ok()?;
        let mut input = io::BufReader::with_capacity(1 << 16, file.try_clone().ok()?);
        let mut header = [0; Self::HEADER];
        input.read_exact(&mut header).ok()?;
        let magic = be32(&header, 0)?;
        if magic & !1 != 0x377f_0682 {
            return None;
        }
        let is_big = magic & 1 == 1;
        let size = usize::try_from(be32(&header, 8)?).ok()?;
        let mut sum = checksum((0, 0), &header[..24], is_big);
        if !SIZES.contains(&size) || sum != (be32(&header, 24)?, be32(&header, 28)?) {
            return None;
        }
        let mut newer = FxHashMap::default();
        let mut pending: Vec<(u32, u64)> = Vec::new();
        let mut at = Self::HEADER as u64;
        let mut frame = vec![0; Self::FRAME + size];
        while input.read_exact(&mut frame).is_ok() {
            sum = checksum(sum, &frame[..8], is_big);
            sum = checksum(sum, &frame[Self::FRAME..], is_big);
            let is_whole =
                frame[8..16] == header[16..24] && sum == (be32(&frame, 16)?, be32(&frame, 20)?);
            if !is_whole {
                break;
            }
            pending.push((be32(&frame, 0)?, at + Self::FRAME as u64));
            if be32(&frame, 4)? != 0 {
                newer.extend(pending.drain(..));
            }
            at += frame.len() as u64;
        }
        Some(Self { file, size, newer })
    }
}

fn checksum(mut sum: (u32, u32), bytes: &[u8], is_big: bool) -> (u32, u32) {
    let word = |bytes: &[u8]| {
        let bytes = [bytes[0], bytes[1], bytes[2], bytes[3]];
        match is_big {
            true => u32::from_be_bytes(bytes),
            false => u32::from_le_bytes(bytes),
        }
    };
    for pair in bytes.chunks_exact(8) {
        sum.0 = sum.0.wrapping_add(word(&pair[..4])).wrapping_add(sum.1);
        sum.1 = sum.1.wrapping_add(word(&pair[4..])).wrapping_add(sum.0);
    }
    sum
}
