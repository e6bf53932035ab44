//! Names, international words and cognates: words whose Latin skeletons ([`crate::text::skeleton`]) sound alike.
//!
//! Alike are words with the same first letter and a longest common subsequence of at least [`LEAST_ALIKE`] of the longer one (Melamed 1999, "Bitext
//! Maps and Alignment via Pattern Recognition", section 4), computed bit-parallel (Hyyrö 2004).

use super::Pair;
use crate::align::words::{TypeKind, Words, as_id};
use crate::text::{push_skeleton, skeleton};

/// The least share of the longer skeleton that is common.
const LEAST_ALIKE: f32 = 0.62;
/// Below this share the words must also begin alike for [`PREFIX`] letters.
const SURELY_ALIKE: f32 = 0.75;
/// Letters in common at the start that make a likeness believable, since endings differ by language.
const PREFIX: usize = 3;
/// What each further letter in common at the start adds.
const PREFIX_BONUS: f32 = 0.05;
/// The shortest word and the shortest skeleton that is compared.
const LEAST_LETTERS: usize = 4;
const LEAST_SKELETON: usize = 3;
/// The longest skeleton: what fits a machine word.
const MOST_SKELETON: usize = 64;
/// How often a word is rendered by what sounds like it, at best.
const KEPT: f32 = 0.6;

/// Two types that sound alike, and how much, up to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::align) struct Alike {
    pub source: u32,
    pub target: u32,
    pub strength: f32,
}

/// Returns the words of both sides that sound alike, in the order of their ids.
pub(in crate::align) fn candidates(source: &Words, target: &Words) -> Vec<Alike> {
    let (sources, targets) = (Skeletons::of(source), Skeletons::of(target));
    let mut found = Vec::new();
    let mut masks = [0u64; 128];
    for one in &sources.words {
        let letters = sources.letters(one);
        for (at, &letter) in letters.iter().enumerate() {
            masks[letter as usize] |= 1 << at;
        }
        for other in targets.starting_with(letters[0]) {
            let (longer, shorter) = (one.len.max(other.len), one.len.min(other.len));
            let needed = LEAST_ALIKE * longer as f32;
            // What one has and the other lacks cannot be common.
            let lacking = (one.present & !other.present)
                .count_ones()
                .max((other.present & !one.present).count_ones())
                as usize;
            if (shorter as f32) < needed || (longer.saturating_sub(lacking) as f32) < needed {
                continue;
            }
            let theirs = targets.letters(other);
            let share = common(&masks, letters.len(), theirs) as f32 / longer as f32;
            let prefix = letters
                .iter()
                .zip(theirs)
                .take_while(|(a, b)| a == b)
                .count();
            if share >= SURELY_ALIKE || share >= LEAST_ALIKE && prefix >= PREFIX {
                found.push(Alike {
                    source: one.id,
                    target: other.id,
                    strength: (share + PREFIX_BONUS * prefix.saturating_sub(PREFIX) as f32)
                        .min(1.0),
                });
            }
        }
        for &letter in letters {
            masks[letter as usize] = 0;
        }
    }
    found.sort_unstable_by_key(|alike| (alike.source, alike.target));
    found
}

/// Returns the pairs that these candidates are: the more words sound like a word, the less each is believed.
pub(in crate::align) fn pairs(candidates: &[Alike], source: &Words, target: &Words) -> Vec<Pair> {
    let (mut of_source, mut of_target) = (
        vec![0.0f32; source.types.len()],
        vec![0.0f32; target.types.len()],
    );
    for alike in candidates {
        of_source[alike.source as usize] += alike.strength;
        of_target[alike.target as usize] += alike.strength;
    }
    candidates
        .iter()
        .map(|alike| Pair {
            source: alike.source,
            target: alike.target,
            forward: KEPT * alike.strength / of_source[alike.source as usize].max(1.0).sqrt(),
            backward: KEPT * alike.strength / of_target[alike.target as usize].max(1.0).sqrt(),
        })
        .collect()
}

/// Says whether two words sound alike, as they do as names in a text of each language.
pub(in crate::align) fn sound_alike(one: &str, other: &str) -> bool {
    let [one, other] = [one, other].map(|word| skeleton(word).replace('o', "a"));
    let fits =
        |word: &String| word.is_ascii() && (LEAST_SKELETON..=MOST_SKELETON).contains(&word.len());
    if !fits(&one) || !fits(&other) || one.as_bytes()[0] != other.as_bytes()[0] {
        return false;
    }
    let mut masks = [0u64; 128];
    for (at, letter) in one.bytes().enumerate() {
        masks[letter as usize] |= 1 << at;
    }
    let longer = one.len().max(other.len()) as f32;
    let share = common(&masks, one.len(), other.as_bytes()) as f32 / longer;
    let prefix = one
        .bytes()
        .zip(other.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    share >= SURELY_ALIKE || share >= LEAST_ALIKE && prefix >= PREFIX
}

struct Skeleton {
    id: u32,
    start: u32,
    len: usize,
    /// A bit per letter that occurs.
    present: u32,
}

/// The skeletons of a side's words, those of the same first letter together.
struct Skeletons {
    letters: Vec<u8>,
    words: Vec<Skeleton>,
    first: Vec<u32>,
}

impl Skeletons {
    fn of(words: &Words) -> Self {
        let mut all = Self {
            letters: Vec::new(),
            words: Vec::new(),
            first: vec![0; 129],
        };
        let mut skeleton = String::new();
        for (id, (word, form)) in words.types.iter().zip(words.forms.iter()).enumerate() {
            if word.kind != TypeKind::Word || form.chars().nth(LEAST_LETTERS - 1).is_none() {
                continue;
            }
            skeleton.clear();
            push_skeleton(&mut skeleton, form);
            if !skeleton.is_ascii() || !(LEAST_SKELETON..=MOST_SKELETON).contains(&skeleton.len()) {
                continue;
            }
            all.words.push(Skeleton {
                id: as_id(id),
                start: as_id(all.letters.len()),
                len: skeleton.len(),
                present: skeleton
                    .bytes()
                    .map(one_vowel)
                    .fold(0, |bits, letter| bits | 1 << (letter & 31)),
            });
            all.letters.extend(skeleton.bytes().map(one_vowel));
        }
        let letters = &all.letters;
        all.words.sort_by_key(|word| letters[word.start as usize]);
        for word in &all.words {
            all.first[letters[word.start as usize] as usize + 1] += 1;
        }
        for letter in 0..128 {
            all.first[letter + 1] += all.first[letter];
        }
        all
    }

    fn letters(&self, word: &Skeleton) -> &[u8] {
        &self.letters[word.start as usize..word.start as usize + word.len]
    }

    fn starting_with(&self, letter: u8) -> &[Skeleton] {
        &self.words[self.first[letter as usize] as usize..self.first[letter as usize + 1] as usize]
    }
}

/// Belarusian writes an unstressed o as а, so that the two must count as one letter.
fn one_vowel(letter: u8) -> u8 {
    if letter == b'o' { b'a' } else { letter }
}

/// Returns the length of the longest common subsequence of a word of `len` letters, given as the places of each letter, and another one.
fn common(masks: &[u64; 128], len: usize, other: &[u8]) -> u32 {
    let mut state = u64::MAX;
    for &letter in other {
        let matches = state & masks[letter as usize];
        state = state.wrapping_add(matches) | (state - matches);
    }
    (!state & (u64::MAX >> (64 - len))).count_ones()
}
