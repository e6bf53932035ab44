//! Byte offsets as code-point offsets, which mean the same to a reader in any programming language.

/// Code-point offsets of a text, found for rising byte offsets in one pass over the text.
#[derive(Debug)]
pub struct CodePoints<'t> {
    text: &'t str,
    byte: usize,
    point: usize,
}

impl<'t> CodePoints<'t> {
    /// Returns the offsets of a text.
    pub fn new(text: &'t str) -> Self {
        Self { text, byte: 0, point: 0 }
    }

    /// Returns how many code points stand before a byte offset. Asking for rising offsets costs one pass in all.
    ///
    /// # Panics
    /// When `byte` is not on a boundary of the text's characters.
    pub fn before(&mut self, byte: usize) -> usize {
        if byte < self.byte {
            (self.byte, self.point) = (0, 0);
        }
        self.point += self.text[self.byte..byte].chars().count();
        self.byte = byte;
        self.point
    }

    /// Returns a span in code points, as `[from, to]`.
    ///
    /// # Panics
    /// As [`CodePoints::before`].
    pub fn span(&mut self, bytes: &std::ops::Range<usize>) -> [usize; 2] {
        [self.before(bytes.start), self.before(bytes.end)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_letters_not_bytes() {
        let text = "Мір — peace";
        let mut points = CodePoints::new(text);
        assert_eq!(points.span(&(0..6)), [0, 3]);
        assert_eq!(points.span(&(11..16)), [6, 11]);
        assert_eq!(points.span(&(0..6)), [0, 3], "going back is allowed");
    }
}
