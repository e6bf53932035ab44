//! Signatures: a few bits for each text, by which it is seen that a text shares too little with a query.
//!
//! One bit stands for each stem, many stems sharing a bit (superimposed coding: C. N. Mooers 1948; C. Faloutsos, S. Christodoulakis, "Signature files",
//! 1984). A bit that only one side has is a stem that the other lacks, so that the difference of two signatures bounds from above how much is shared.
//! Marks have bits of their own, since they weigh less than words, and are counted.

use super::symbol::Class;

/// The bits by which a text's stems are told from another's.
pub(super) type Signature = u128;

/// Bytes of a signature in a block.
pub(super) const BYTES: usize = size_of::<Signature>();

/// Texts of a block of signatures.
pub(super) const TEXTS: usize = 512;

/// Bits of words, then those of marks; the rest is how many marks there are.
const WORDS: u32 = 104;
const MARKS: u32 = 16;
const MOST_MARKS: u32 = u8::MAX as u32;
const OF_WORDS: Signature = (1 << WORDS) - 1;
const OF_MARKS: Signature = ((1 << MARKS) - 1) << WORDS;

/// Returns the signature of a text's stems.
pub(super) fn of(stems: impl Iterator<Item = (u32, Class)>) -> Signature {
    let (mut bits, mut marks) = (0, 0);
    for (stem, class) in stems {
        // Fibonacci hashing: the top bits of the product are well mixed.
        let mixed = u64::from(stem.wrapping_mul(0x9E37_79B1));
        let among = |bits: u32| ((mixed * u64::from(bits)) >> u32::BITS) as u32;
        let bit = match class {
            Class::Mark => {
                marks += 1;
                WORDS + among(MARKS)
            }
            _ => among(WORDS),
        };
        bits |= 1 << bit;
    }
    bits | Signature::from(marks.min(MOST_MARKS)) << (WORDS + MARKS)
}

/// What some words leave in the signature of a text that holds one of them.
#[derive(Clone, Copy, Debug)]
pub struct Traces(Signature);

impl Traces {
    pub(super) fn of(stems: impl Iterator<Item = (u32, Class)>) -> Self {
        Self(of(stems) & (OF_WORDS | OF_MARKS))
    }

    pub(super) fn are_in(self, signature: Signature) -> bool {
        self.0 & signature != 0
    }
}

/// What a text has, and how much of it a query has too, by stems and as multisets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Words of the text.
    pub words: u32,
    /// Marks of the text.
    pub marks: u32,
    /// Words that both have.
    pub shared_words: u32,
    /// Marks that both have.
    pub shared_marks: u32,
}

impl Tally {
    /// Returns how many tokens both have.
    pub fn shared(&self) -> usize {
        (self.shared_words + self.shared_marks) as usize
    }
}

/// A query, to be compared with signatures.
pub(super) struct Own {
    signature: Signature,
    words: u32,
    marks: u32,
}

impl Own {
    pub(super) fn of(stems: impl Iterator<Item = (u32, Class)> + Clone) -> Self {
        let (all, marks) = stems.clone().fold((0, 0), |(all, marks), (_, class)| {
            (all + 1, marks + u32::from(class == Class::Mark))
        });
        Self {
            signature: of(stems),
            words: all - marks,
            marks,
        }
    }

    /// Returns the most that a text of so many tokens may share with the query; `None` where it has more marks than are counted.
    pub(super) fn at_most(&self, signature: Signature, tokens: usize) -> Option<Tally> {
        let marks = (signature >> (WORDS + MARKS)) as u32;
        let words = (tokens as u32).checked_sub(marks)?;
        if marks == MOST_MARKS {
            return None;
        }
        let (missing, foreign) = (self.signature & !signature, signature & !self.signature);
        let shared = |own: u32, its: u32, which: Signature| {
            let own = own.saturating_sub((missing & which).count_ones());
            own.min(its.saturating_sub((foreign & which).count_ones()))
        };
        Some(Tally {
            words,
            marks,
            shared_words: shared(self.words, words, OF_WORDS),
            shared_marks: shared(self.marks, marks, OF_MARKS),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn no_text_is_ruled_out_that_shares_enough(one in proptest::collection::vec(0u32..40, 0..300), other in proptest::collection::vec(0u32..40, 0..300)) {
            let class = |stem: u32| if stem.is_multiple_of(3) { Class::Mark } else { Class::Word };
            let classed = |stems: &[u32]| stems.iter().map(|&stem| (stem, class(stem))).collect::<Vec<_>>();
            let (one, other) = (classed(&one), classed(&other));
            let mut left = other.clone();
            let mut shared = [0, 0];
            for token in &one {
                if let Some(at) = left.iter().position(|it| it == token) {
                    left.swap_remove(at);
                    shared[usize::from(token.1 == Class::Mark)] += 1;
                }
            }
            let marks = other.iter().filter(|(_, class)| *class == Class::Mark).count() as u32;
            match Own::of(one.iter().copied()).at_most(of(other.iter().copied()), other.len()) {
                None => proptest::prop_assert!(marks >= MOST_MARKS),
                Some(most) => {
                    proptest::prop_assert_eq!((most.words, most.marks), (other.len() as u32 - marks, marks));
                    proptest::prop_assert!(most.shared_words >= shared[0] && most.shared_marks >= shared[1]);
                }
            }
        }
    }
}
