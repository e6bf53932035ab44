//! A side of a bitext as integers: every word, number and mark that can be evidence is a *type* with an id, every segment a list of ids.
//!
//! Words are types by their folded form, numbers by their value however written, marks by the sign that survives translation (all quotation marks
//! are one). Nothing after this file looks at strings but the signals that compare types once per document.

use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::language::profile;
use crate::model::Side;
use crate::text::{Strings, Value, fold, is_alphanumeric};

/// What a type is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum TypeKind {
    Word,
    Number,
    Mark,
}

/// A distinct word, number or mark of one side.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Type {
    pub kind: TypeKind,
    /// The id of its stem among the side's stems; numbers and marks are their own stems.
    pub stem: u32,
    /// How often it occurs.
    pub count: u32,
}

/// One side of a bitext as integers.
#[derive(Debug, Default)]
pub(crate) struct Words {
    pub types: Vec<Type>,
    /// By type the folded word, the value as text, or the mark.
    pub forms: Strings,
    pub stems: Strings,
    /// The characters of each segment that are not white space, at least 1.
    pub chars: Vec<f32>,
    tokens: Vec<u32>,
    token_starts: Vec<u32>,
    places: Vec<u32>,
    place_starts: Vec<u32>,
}

/// Bytes of text for each token that room is made for.
const BYTES_A_TOKEN: usize = 10;

/// Types that room is made for at most: of a long text most words come again.
const MOST_ROOM: usize = 2000;

/// Marks that a translator usually keeps, in the form of [`fold`].
const KEPT_MARKS: &str = "\"?!:;()%$€£-";

impl Words {
    /// Returns the words of a side.
    pub(crate) fn of(side: &Side) -> Self {
        let bytes = side.texts.iter().map(|text| text.len()).sum();
        let mut builder = Builder::new(&side.lang, bytes);
        for text in &side.texts {
            builder.segment(text);
        }
        builder.finish()
    }

    /// Returns the words of the same side with neighbouring segments joined: one segment per group.
    pub(crate) fn grouped(&self, groups: &[std::ops::Range<usize>]) -> Self {
        let mut words = Self {
            types: self.types.clone(),
            forms: self.forms.clone(),
            stems: self.stems.clone(),
            token_starts: vec![0],
            ..Self::default()
        };
        for group in groups {
            for segment in group.clone() {
                words.tokens.extend_from_slice(self.tokens(segment));
            }
            words
                .chars
                .push(self.chars[group.clone()].iter().sum::<f32>().max(1.0));
            words.token_starts.push(as_id(words.tokens.len()));
        }
        words.index();
        words
    }

    /// Returns how many segments there are.
    pub(crate) fn segments(&self) -> usize {
        self.chars.len()
    }

    /// Returns the type ids of a segment in order.
    pub(crate) fn tokens(&self, segment: usize) -> &[u32] {
        &self.tokens[self.token_starts[segment] as usize..self.token_starts[segment + 1] as usize]
    }

    /// Returns how many tokens there are.
    pub(crate) fn total(&self) -> usize {
        self.tokens.len()
    }

    /// Returns the segments in which a type occurs, rising, one entry per occurrence.
    pub(crate) fn places(&self, id: u32) -> &[u32] {
        let id = id as usize;
        &self.places[self.place_starts[id] as usize..self.place_starts[id + 1] as usize]
    }

    /// Returns the places of a type that lie in the segments `from..to`.
    pub(crate) fn places_within(&self, id: u32, from: usize, to: usize) -> &[u32] {
        let places = self.places(id);
        if places.len() == 1 {
            let at = places[0] as usize;
            return if (from..to).contains(&at) {
                places
            } else {
                &[]
            };
        }
        let begin = places.partition_point(|&place| (place as usize) < from);
        let len = places[begin..].partition_point(|&place| (place as usize) < to);
        &places[begin..begin + len]
    }

    /// Builds the list of places from the tokens.
    fn index(&mut self) {
        let mut starts = vec![0u32; self.types.len() + 1];
        for &token in &self.tokens {
            starts[token as usize + 1] += 1;
        }
        for id in 0..self.types.len() {
            self.types[id].count = starts[id + 1];
            starts[id + 1] += starts[id];
        }
        let mut next = starts.clone();
        self.places = vec![0; self.tokens.len()];
        for segment in 0..self.segments() {
            let range =
                self.token_starts[segment] as usize..self.token_starts[segment + 1] as usize;
            for &token in &self.tokens[range] {
                let at = &mut next[token as usize];
                self.places[*at as usize] = as_id(segment);
                *at += 1;
            }
        }
        self.place_starts = starts;
    }
}

/// Returns a count as an id; texts of more than four milliard tokens do not fit in memory anyway.
pub(crate) fn as_id(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

struct Builder<'t> {
    words: Words,
    /// The ids of words as they are written.
    seen: FxHashMap<&'t str, u32>,
    profile: &'static crate::language::Profile,
    buffer: String,
}

impl<'t> Builder<'t> {
    /// Returns a builder with room for the words of a text of so many bytes.
    fn new(lang: &crate::model::Lang, bytes: usize) -> Self {
        let tokens = bytes / BYTES_A_TOKEN;
        let types = tokens.min(MOST_ROOM);
        let words = Words {
            forms: Strings::with_room(types),
            stems: Strings::with_room(types),
            token_starts: vec![0],
            tokens: Vec::with_capacity(tokens),
            types: Vec::with_capacity(types),
            ..Words::default()
        };
        Self {
            words,
            seen: FxHashMap::with_capacity_and_hasher(types, FxBuildHasher),
            profile: profile(lang),
            buffer: String::new(),
        }
    }

    fn segment(&mut self, text: &'t str) {
        let numbers = self.profile.numerals.read(text);
        let mut numbers = numbers.iter().peekable();
        let mut rest = text;
        let mut chars = 0u32;
        while let Some(first) = rest.chars().next() {
            let at = text.len() - rest.len();
            while numbers.next_if(|number| number.span.start < at).is_some() {}
            let len = if let Some(number) = numbers.next_if(|number| number.span.start == at) {
                self.number(number.value);
                // What is glued to the digits ("21st", "1990s") belongs to the number.
                let glued = rest[number.span.len()..].find(|c: char| !is_alphanumeric(c));
                glued.map_or(rest.len(), |glued| number.span.len() + glued)
            } else if is_alphanumeric(first) {
                let len = word_len(rest);
                self.word(&rest[..len]);
                len
            } else {
                let len = first.len_utf8();
                let hyphen = matches!(first, '-' | '‑' | '‐')
                    && rest[len..].starts_with(is_alphanumeric)
                    && text[..at].ends_with(is_alphanumeric);
                if !hyphen && !first.is_whitespace() {
                    self.mark(&rest[..len]);
                }
                len
            };
            chars += visible(&rest[..len]);
            rest = &rest[len..];
        }
        self.words.chars.push(chars.max(1) as f32);
        self.words.token_starts.push(as_id(self.words.tokens.len()));
    }

    fn number(&mut self, value: Value) {
        use std::fmt::Write as _;
        self.buffer.clear();
        let _ = write!(self.buffer, "#{value}");
        self.push(TypeKind::Number);
    }

    fn mark(&mut self, mark: &str) {
        let folded = fold(mark);
        if KEPT_MARKS.contains(folded.as_str()) && !folded.is_empty() {
            self.buffer.clear();
            self.buffer.push_str(&folded);
            self.push(TypeKind::Mark);
        }
    }

    fn word(&mut self, word: &'t str) {
        if let Some(&id) = self.seen.get(word) {
            self.words.tokens.push(id);
            return;
        }
        self.buffer.clear();
        if word.is_ascii() {
            self.buffer
                .extend(word.chars().map(|c| c.to_ascii_lowercase()));
        } else {
            self.buffer.push_str(&fold(word));
        }
        self.push(TypeKind::Word);
        let id = self.words.tokens.last().copied().unwrap_or_default();
        self.seen.insert(word, id);
    }

    fn push(&mut self, kind: TypeKind) {
        let id = self.words.forms.number(&self.buffer);
        self.words.tokens.push(id);
        if (id as usize) < self.words.types.len() {
            return;
        }
        let stem = match kind {
            TypeKind::Word => {
                let stem = (self.profile.rough_stem)(&self.buffer);
                self.words.stems.number(&stem)
            }
            _ => self.words.stems.number(&self.buffer),
        };
        self.words.types.push(Type {
            kind,
            stem,
            count: 0,
        });
    }

    fn finish(mut self) -> Words {
        self.words.index();
        self.words
    }
}

/// Returns how many characters of a token are not white space.
fn visible(token: &str) -> u32 {
    if token.is_ascii() {
        return as_id(token.bytes().filter(|byte| *byte > b' ').count());
    }
    as_id(token.chars().filter(|c| !c.is_whitespace()).count())
}

/// Returns the bytes of the word a text begins with: letters and digits, and an apostrophe before a Cyrillic letter, where it is a letter too.
fn word_len(text: &str) -> usize {
    let mut end = 0;
    let mut letters = text.char_indices().peekable();
    while let Some((at, c)) = letters.next() {
        let apostrophe = matches!(c, '\'' | '’' | 'ʼ')
            && letters
                .peek()
                .is_some_and(|&(_, next)| ('а'..='ӿ').contains(&next));
        let accent = ('\u{300}'..='\u{36f}').contains(&c);
        if !is_alphanumeric(c) && !apostrophe && !accent {
            break;
        }
        end = at + c.len_utf8();
    }
    end
}
