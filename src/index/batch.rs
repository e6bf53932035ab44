//! Texts as the numbers of their words, one text after the other.

use super::TextId;
use super::bytes::{Reader, put};

/// Texts and their words.
#[derive(Default)]
pub(super) struct Batch {
    words: Vec<u8>,
    texts: Vec<Text>,
}

/// What is kept of a text beside its words.
#[derive(Clone, Copy)]
pub(super) struct Text {
    pub(super) id: TextId,
    /// The number of the set of languages that it has renderings in.
    pub(super) mask: u32,
    /// Where its words end.
    end: u32,
}

impl Batch {
    /// Adds a text, and returns how many words it has.
    pub(super) fn push(
        &mut self,
        id: TextId,
        mask: u32,
        words: impl Iterator<Item = u32>,
    ) -> usize {
        let mut count = 0;
        for word in words {
            put(&mut self.words, u64::from(word));
            count += 1;
        }
        let end = self.words.len() as u32;
        self.texts.push(Text { id, mask, end });
        count
    }

    /// Returns what is kept of the texts, in order.
    pub(super) fn texts(&self) -> &[Text] {
        &self.texts
    }

    /// Returns the words of each text, in order.
    pub(super) fn sequences(&self) -> impl Iterator<Item = Sequence<'_>> {
        (0..self.texts.len()).map(|place| self.sequence(place))
    }

    fn sequence(&self, place: usize) -> Sequence<'_> {
        let start = place
            .checked_sub(1)
            .map_or(0, |before| self.texts[before].end);
        let end = self.texts[place].end;
        Sequence(Reader(&self.words[start as usize..end as usize]))
    }

    /// Returns the texts in another order, with other numbers for their words.
    pub(super) fn rearranged(&self, order: &[u32], numbers: &[u32]) -> Self {
        let mut rearranged = Self {
            words: Vec::with_capacity(self.words.len()),
            texts: Vec::with_capacity(order.len()),
        };
        for &place in order {
            let Text { id, mask, .. } = self.texts[place as usize];
            let words = self.sequence(place as usize);
            rearranged.push(id, mask, words.map(|word| numbers[word as usize]));
        }
        rearranged
    }
}

/// The words of a text.
#[derive(Clone, Copy)]
pub(super) struct Sequence<'b>(Reader<'b>);

impl Sequence<'_> {
    /// Returns how many words there are.
    pub(super) fn tokens(&self) -> usize {
        self.0.0.iter().filter(|&&byte| byte < 0x80).count()
    }
}

impl Iterator for Sequence<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        (!self.0.is_empty()).then(|| self.0.small())
    }
}
