//! A segment against looking at every text.

use proptest::prelude::*;

use super::*;
use crate::error::Result;
use crate::language::profile;
use crate::model::Lang;

/// Returns a segment of texts, each numbered by its place, with its place as its mask of targets.
fn segment(tag: &str, texts: &[String]) -> Segment<'static> {
    let profile = profile(&Lang::new(tag).unwrap());
    let mut builder = Builder::new(profile);
    for (id, text) in (0..).zip(texts) {
        builder.add(TextId(id), text, id as u64);
    }
    let mut kept = Kept::default();
    let write = |part, _: u32, block: &[u8]| -> std::result::Result<(), ()> {
        kept.push(part, block);
        Ok(())
    };
    builder.finish(write).unwrap();
    Segment::open(Box::new(kept), profile).unwrap()
}

/// Wants a share of the longer text's tokens, and gathers what it is shown.
struct Share {
    query: usize,
    percent: usize,
    seen: Vec<u32>,
}

impl Sieve for Share {
    fn needed(&self, tokens: usize) -> Option<usize> {
        Some((self.query.max(tokens) * self.percent).div_ceil(100))
    }

    fn look(&mut self, position: u32, _: usize) -> Result<bool> {
        self.seen.push(position);
        Ok(false)
    }
}

fn overlap(one: &[u32], other: &[u32]) -> usize {
    let mut rest = other.to_vec();
    one.iter()
        .filter(|stem| {
            let found = rest.iter().position(|it| it == *stem);
            found.map(|at| rest.swap_remove(at)).is_some()
        })
        .count()
}

proptest! {
    #[test]
    fn shows_all_that_share_enough_and_gives_every_text_back(
        texts in prop::collection::vec("([а-еА-В]{1,2}[ ,.]{1,2}){0,9}[а-г12]{1,3}", 1..150),
        query in "([а-е]{1,2}[ ,.]{1,2}){0,9}[а-д12]{1,2}",
        percent in 50usize..=100,
    ) {
        let segment = segment("ru", &texts);
        let read = segment.read(&query).unwrap();
        let mut sieve = Share { query: read.len(), percent, seen: Vec::new() };
        segment.sift(&read, &mut sieve).unwrap();
        let stems: Vec<u32> = read.iter().map(|known| known.symbol.stem).collect();
        let mut unique = sieve.seen.clone();
        unique.sort_unstable();
        unique.dedup();
        prop_assert_eq!(unique.len(), sieve.seen.len());
        let mut symbols = Vec::new();
        for position in 0..segment.texts() {
            let tokens = segment.tokens(position);
            let kept = segment.sequence(position).unwrap();
            let id = kept.text;
            prop_assert_eq!(id.0 as u64, kept.targets);
            segment.symbols(kept.words(tokens), &mut symbols).unwrap();
            let text: Vec<Symbol> = segment.read(&texts[id.0 as usize]).unwrap().iter().map(|known| known.symbol).collect();
            prop_assert_eq!(&symbols, &text);
            let other: Vec<u32> = symbols.iter().map(|symbol| symbol.stem).collect();
            let needed = sieve.needed(other.len()).unwrap();
            if overlap(&stems, &other) >= needed && !other.is_empty() {
                prop_assert!(unique.binary_search(&position).is_ok(), "{:?} {:?} {}", query, texts[id.0 as usize], percent);
            }
            for known in &read {
                let holds = other.contains(&known.symbol.stem);
                prop_assert_eq!(segment.holding(known).unwrap().binary_search(&position).is_ok(), holds);
            }
        }
    }
}

#[test]
fn finds_the_texts_with_words_that_begin_so() {
    let texts: Vec<String> = [
        "Министр прибыл",
        "Встреча министров",
        "Минск ждёт",
        "Мир",
        "Ёлка",
    ]
    .map(str::to_owned)
    .to_vec();
    let segment = segment("ru", &texts);
    let found = |start: &str| {
        let mut ids: Vec<i64> = segment
            .beginning(start)
            .unwrap()
            .into_iter()
            .map(|position| segment.sequence(position).unwrap().text.0)
            .collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(found("минист"), [0, 1]);
    assert_eq!(found("мин"), [0, 1, 2]);
    assert_eq!(found("елк"), [4]);
    assert_eq!(found("я"), [] as [i64; 0]);
}

#[test]
fn no_stem_is_taken_for_a_word_of_control_characters() {
    // An accent that stands alone has an empty stem.
    let signs = (0u8..32).map(char::from).chain(['\u{7f}', '\u{301}']);
    let texts: Vec<String> = signs.map(|sign| format!("a {sign} b {sign}")).collect();
    let segment = segment("en", &texts);
    let mut symbols = Vec::new();
    for position in 0..segment.texts() {
        let kept = segment.sequence(position).unwrap();
        let words = kept.words(segment.tokens(position));
        segment.symbols(words, &mut symbols).unwrap();
        let read = segment.read(&texts[kept.text.0 as usize]).unwrap();
        let read: Vec<Symbol> = read.iter().map(|known| known.symbol).collect();
        assert_eq!(symbols, read, "{:?}", texts[kept.text.0 as usize]);
    }
}

#[test]
fn a_flipped_bit_makes_no_format_of_another() {
    let distance = |one: i64, other: i64| (one ^ other).count_ones();
    assert!(FORMATS.iter().all(|one| {
        FORMATS
            .iter()
            .all(|other| one == other || distance(*one, *other) > 1)
    }));
}

#[test]
fn an_empty_segment_answers() {
    let segment = segment("en", &[]);
    let read = segment.read("a b").unwrap();
    let mut sieve = Share {
        query: 2,
        percent: 50,
        seen: Vec::new(),
    };
    segment.sift(&read, &mut sieve).unwrap();
    assert!(sieve.seen.is_empty() && segment.holding(&read[0]).unwrap().is_empty());
}
