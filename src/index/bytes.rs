//! Numbers as few bytes: seven bits a byte, the lowest first (LEB128).

/// Appends a number.
pub(super) fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Appends bytes after their count.
pub(super) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Reads what [`put`] wrote, in order. What ends too early reads as zeros: blocks are verified before they are read, so that only a defect of
/// ours could.
#[derive(Clone, Copy)]
pub(super) struct Reader<'b>(pub(super) &'b [u8]);

impl<'b> Reader<'b> {
    #[inline]
    pub(super) fn number(&mut self) -> u64 {
        // Most numbers are one byte.
        if let [first, rest @ ..] = self.0
            && *first < 0x80
        {
            self.0 = rest;
            return u64::from(*first);
        }
        let (mut number, mut shift) = (0, 0);
        while let [first, rest @ ..] = self.0 {
            self.0 = rest;
            number |= u64::from(first & 0x7f) << (shift & 63);
            if *first < 0x80 {
                break;
            }
            shift += 7;
        }
        number
    }

    #[inline]
    pub(super) fn small(&mut self) -> u32 {
        self.number() as u32
    }

    pub(super) fn bytes(&mut self) -> &'b [u8] {
        let count = self.number() as usize;
        let (bytes, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        bytes
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        let numbers = [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX];
        let mut out = Vec::new();
        numbers.iter().for_each(|&number| put(&mut out, number));
        put_bytes(&mut out, b"abc");
        let mut reader = Reader(&out);
        assert!(numbers.iter().all(|&number| reader.number() == number));
        assert_eq!(reader.bytes(), b"abc");
        assert!(reader.is_empty());
        assert_eq!(reader.number(), 0);
    }
}
