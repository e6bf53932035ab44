//! Signatures: a few bits for each text, by which it is seen that a text shares too little with a query.
//!
//! One bit stands for each stem, and one for each number as it is written, many sharing a bit (superimposed coding: C. N. Mooers 1948; C. Faloutsos,
//! S. Christodoulakis, "Signature files", 1984). A bit that only one side has is a stem, or a number, that the other lacks, so that the difference of
//! two signatures bounds from above how much is shared.
//! Marks have bits of their own, since they weigh less than words, and are counted.

use super::symbol::{Class, Symbol};

/// The bits by which a text's tokens are told from another's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Signature {
    /// A bit for each stem, and how many marks there are.
    stems: u128,
    /// A bit for each number as it is written, for all numbers have one stem.
    numbers: u32,
}

/// Bytes of a signature in a block.
pub(super) const BYTES: usize = size_of::<u128>() + size_of::<u32>();

/// Texts of a block of signatures: three of the storage's pages.
pub(super) const TEXTS: usize = 612;

/// Bits of the stems of words, then of those of marks; the rest is how many marks there are.
const WORDS: u32 = 104;
const MARKS: u32 = 16;
const MOST_MARKS: u32 = u8::MAX as u32;
const OF_WORDS: u128 = (1 << WORDS) - 1;
const OF_MARKS: u128 = ((1 << MARKS) - 1) << WORDS;

impl Signature {
    /// Returns the signature of a text's tokens.
    pub(super) fn of(tokens: impl Iterator<Item = Symbol>) -> Self {
        let (mut stems, mut numbers, mut marks) = (0, 0, 0);
        for token in tokens {
            let bit = match token.class {
                Class::Mark => {
                    marks += 1;
                    WORDS + among(MARKS, token.stem)
                }
                Class::Number => {
                    numbers |= 1 << among(u32::BITS, token.lower);
                    among(WORDS, token.stem)
                }
                Class::Word | Class::Negation => among(WORDS, token.stem),
            };
            stems |= 1 << bit;
        }
        let marks = u128::from(marks.min(MOST_MARKS));
        Self {
            stems: stems | marks << (WORDS + MARKS),
            numbers,
        }
    }

    pub(super) fn from_bytes(bytes: &[u8; BYTES]) -> Self {
        Self {
            stems: bytes.first_chunk().map_or(0, |it| u128::from_le_bytes(*it)),
            numbers: bytes.last_chunk().map_or(0, |it| u32::from_le_bytes(*it)),
        }
    }

    pub(super) fn put(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.stems.to_le_bytes());
        out.extend_from_slice(&self.numbers.to_le_bytes());
    }
}

/// Returns which of so many bits stands for a word.
fn among(bits: u32, word: u32) -> u32 {
    // Fibonacci hashing: the top bits of the product are well mixed.
    let mixed = u64::from(word.wrapping_mul(0x9E37_79B1));
    ((mixed * u64::from(bits)) >> u32::BITS) as u32
}

/// What some words leave in the signature of a text that holds a form of one of them.
#[derive(Clone, Copy, Debug)]
pub struct Traces(u128);

impl Traces {
    pub(super) fn of(words: impl Iterator<Item = Symbol>) -> Self {
        Self(Signature::of(words).stems & (OF_WORDS | OF_MARKS))
    }

    pub(super) fn are_in(self, signature: Signature) -> bool {
        self.0 & signature.stems != 0
    }
}

/// What a text has, and how much of it a query has too, as multisets.
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
    /// The bits of stems whose absence shows that a token is missing; numbers may show it by their own.
    telling: u128,
    /// Which bits of numbers tell anything.
    of_numbers: u32,
    words: u32,
    marks: u32,
}

impl Own {
    /// Prepares a query; `tells_numbers` says whether one number is another than the next.
    pub(super) fn of(tokens: impl Iterator<Item = Symbol> + Clone, tells_numbers: bool) -> Self {
        let (all, marks) = tokens.clone().fold((0, 0), |(all, marks), token| {
            (all + 1, marks + u32::from(token.class == Class::Mark))
        });
        let plain = |token: &Symbol| token.class != Class::Number;
        let signature = Signature::of(tokens.clone());
        let (telling, of_numbers) = match tells_numbers {
            true => (Signature::of(tokens.filter(plain)).stems, u32::MAX),
            false => (signature.stems, 0),
        };
        Self {
            signature,
            telling,
            of_numbers,
            words: all - marks,
            marks,
        }
    }

    /// Returns the most that a text of so many tokens may share with the query; `None` where it has more marks than are counted.
    pub(super) fn at_most(&self, text: Signature, tokens: usize) -> Option<Tally> {
        let marks = (text.stems >> (WORDS + MARKS)) as u32;
        let words = (tokens as u32).checked_sub(marks)?;
        if marks == MOST_MARKS {
            return None;
        }
        let missing = self.telling & !text.stems;
        let foreign = text.stems & !self.signature.stems;
        let missing_numbers = self.signature.numbers & !text.numbers & self.of_numbers;
        let foreign_numbers = text.numbers & !self.signature.numbers & self.of_numbers;
        let least = |own: u32, missing: u32, its: u32, foreign: u32| {
            let own = own.saturating_sub(missing);
            own.min(its.saturating_sub(foreign))
        };
        let of = |bits: u128, which: u128| (bits & which).count_ones();
        Some(Tally {
            words,
            marks,
            shared_words: least(
                self.words,
                of(missing, OF_WORDS) + missing_numbers.count_ones(),
                words,
                // A foreign number may be seen by both.
                of(foreign, OF_WORDS).max(foreign_numbers.count_ones()),
            ),
            shared_marks: least(
                self.marks,
                of(missing, OF_MARKS),
                marks,
                of(foreign, OF_MARKS),
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every third is a mark, every fifth a number, of which each three have a stem.
    fn token(word: u32) -> Symbol {
        let class = match (word.is_multiple_of(3), word.is_multiple_of(5)) {
            (true, _) => Class::Mark,
            (_, true) => Class::Number,
            _ => Class::Word,
        };
        let stem = match class {
            Class::Number => 100 + word / 15,
            _ => word,
        };
        Symbol {
            lower: word,
            folded: word,
            stem,
            class,
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_ruled_out_that_shares_enough(
            one in proptest::collection::vec(0u32..60, 0..300),
            other in proptest::collection::vec(0u32..60, 0..300),
            tells_numbers in proptest::bool::ANY,
        ) {
            let tokens = |words: &[u32]| words.iter().map(|&word| token(word)).collect::<Vec<_>>();
            let (one, other) = (tokens(&one), tokens(&other));
            let seen = |it: &Symbol| match tells_numbers {
                true => it.lower,
                false => it.stem,
            };
            let mut left = other.clone();
            let mut shared = [0, 0];
            for token in &one {
                if let Some(at) = left.iter().position(|it| seen(it) == seen(token)) {
                    left.swap_remove(at);
                    shared[usize::from(token.class == Class::Mark)] += 1;
                }
            }
            let marks = other.iter().filter(|it| it.class == Class::Mark).count() as u32;
            let mut bytes = Vec::new();
            Signature::of(other.iter().copied()).put(&mut bytes);
            let signature = Signature::from_bytes(&bytes.try_into().unwrap());
            match Own::of(one.iter().copied(), tells_numbers).at_most(signature, other.len()) {
                None => proptest::prop_assert!(marks >= MOST_MARKS),
                Some(most) => {
                    proptest::prop_assert_eq!((most.words, most.marks), (other.len() as u32 - marks, marks));
                    proptest::prop_assert!(most.shared_words >= shared[0] && most.shared_marks >= shared[1]);
                }
            }
        }
    }
}
