//! Signatures: a few bits for each text, by which it is seen that a text shares too little with a query.
//!
//! One bit stands for each stem, many stems sharing a bit (superimposed coding: C. N. Mooers 1948; C. Faloutsos, S. Christodoulakis, "Signature files",
//! 1984). A bit that only one side has is a stem that the other lacks, so that the difference of two signatures bounds from above how much is shared.
//! Marks have bits of their own, since they weigh less than words.

use super::symbol::Class;

/// The bits by which a text's stems are told from another's.
pub(super) type Signature = u128;

/// Bytes of a signature in a block.
pub(super) const BYTES: usize = size_of::<Signature>();

/// Texts of a block of signatures.
pub(super) const TEXTS: usize = 512;

/// Bits of words; those above are of marks.
const WORDS: u32 = 112;
const MARKS: u32 = Signature::BITS - WORDS;
const OF_WORDS: Signature = (1 << WORDS) - 1;

/// Returns the signature of a text's stems.
pub(super) fn of(stems: impl Iterator<Item = (u32, Class)>) -> Signature {
    stems.fold(0, |bits, (stem, class)| {
        // Fibonacci hashing: the top bits of the product are well mixed.
        let mixed = u64::from(stem.wrapping_mul(0x9E37_79B1));
        let among = |bits: u32| ((mixed * u64::from(bits)) >> u32::BITS) as u32;
        let bit = match class {
            Class::Mark => WORDS + among(MARKS),
            _ => among(WORDS),
        };
        bits | 1 << bit
    })
}

/// How many different stems at least one text has and the other has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Apart {
    /// Words of the query that the text lacks.
    pub missing_words: u32,
    /// Marks of the query that the text lacks.
    pub missing_marks: u32,
    /// Words of the text that the query lacks.
    pub foreign_words: u32,
    /// Marks of the text that the query lacks.
    pub foreign_marks: u32,
}

impl Apart {
    pub(super) fn of(query: Signature, text: Signature) -> Self {
        let (missing, foreign) = (query & !text, text & !query);
        Self {
            missing_words: (missing & OF_WORDS).count_ones(),
            missing_marks: (missing & !OF_WORDS).count_ones(),
            foreign_words: (foreign & OF_WORDS).count_ones(),
            foreign_marks: (foreign & !OF_WORDS).count_ones(),
        }
    }

    pub(super) fn missing(&self) -> usize {
        (self.missing_words + self.missing_marks) as usize
    }

    pub(super) fn foreign(&self) -> usize {
        (self.foreign_words + self.foreign_marks) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn no_text_is_ruled_out_that_shares_enough(one: Vec<u32>, other: Vec<u32>) {
            let class = |stem: u32| if stem.is_multiple_of(3) { Class::Mark } else { Class::Word };
            let signature = |stems: &[u32]| of(stems.iter().map(|&stem| (stem, class(stem))));
            let lacking = |these: &[u32], those: &[u32], marks: bool| {
                let mut lone: Vec<u32> = these.iter().copied().filter(|it| !those.contains(it)).collect();
                lone.retain(|&stem| (class(stem) == Class::Mark) == marks);
                lone.sort_unstable();
                lone.dedup();
                lone.len() as u32
            };
            let apart = Apart::of(signature(&one), signature(&other));
            proptest::prop_assert!(apart.missing_words <= lacking(&one, &other, false) && apart.missing_marks <= lacking(&one, &other, true));
            proptest::prop_assert!(apart.foreign_words <= lacking(&other, &one, false) && apart.foreign_marks <= lacking(&other, &one, true));
            let same = Apart::of(signature(&one), signature(&one));
            proptest::prop_assert_eq!((same.missing(), same.foreign()), (0, 0));
        }
    }
}
