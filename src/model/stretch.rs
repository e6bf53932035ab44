//! Where in a document something stands: whole segments, but for the ends, which may lie inside a sentence that a person split.
//!
//! Segments are never cut themselves. Two stretches that meet inside one share the place where they meet, and their texts with the white space
//! between them are the segment's, letter by letter.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A place between two characters of a document: a segment, and the characters of it that stand before, both from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "(u32, u32)", from = "(u32, u32)")]
pub struct Spot {
    /// The segment.
    pub segment: u32,
    /// The characters (Unicode code points) before it in the segment.
    pub character: u32,
}

impl Spot {
    /// Returns the beginning of a segment.
    pub fn before(segment: u32) -> Self {
        Self {
            segment,
            character: 0,
        }
    }
}

impl From<(u32, u32)> for Spot {
    fn from((segment, character): (u32, u32)) -> Self {
        Self { segment, character }
    }
}

impl From<Spot> for (u32, u32) {
    fn from(spot: Spot) -> Self {
        (spot.segment, spot.character)
    }
}

/// A stretch of a document. In JSON `[first, last]`, or `[first, last, from, to]` where it begins or ends inside a segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Stretch {
    /// The first segment, from 0.
    pub first: u32,
    /// The last one.
    pub last: u32,
    /// The characters of the first segment that stand before it.
    pub from: u32,
    /// The characters of the last segment up to which it goes; 0 where it goes to the end.
    pub to: u32,
}

impl Stretch {
    /// The most characters of a segment that `from` and `to` may count.
    pub const MOST_CHARACTERS: u32 = i32::MAX as u32;

    /// Returns whole segments, from the first to the last.
    pub fn whole(first: u32, last: u32) -> Self {
        Self {
            first,
            last,
            ..Self::default()
        }
    }

    /// Returns what lies between two spots; `None` where that is nothing.
    pub fn between(start: Spot, end: Spot) -> Option<Self> {
        let last = match end.character {
            0 => end.segment.checked_sub(1)?,
            _ => end.segment,
        };
        (start < end).then_some(Self {
            first: start.segment,
            last,
            from: start.character,
            to: end.character,
        })
    }

    /// Returns where it begins.
    pub fn start(self) -> Spot {
        (self.first, self.from).into()
    }

    /// Returns where it ends: what begins there follows it.
    pub fn end(self) -> Spot {
        match self.to {
            0 => Spot::before(self.last.saturating_add(1)),
            to => (self.last, to).into(),
        }
    }

    /// Says whether it is more than nothing.
    pub fn is_some(self) -> bool {
        self.start() < self.end()
    }

    /// Says whether they share something.
    pub fn overlaps(self, other: Self) -> bool {
        self.start() < other.end() && other.start() < self.end()
    }

    /// Returns what it holds, if these are the texts of its segments; nothing where its ends lie beyond them.
    ///
    /// ```
    /// use diglot::model::Stretch;
    ///
    /// let stretch = Stretch { first: 4, last: 5, from: 4, to: 5 };
    /// assert_eq!(stretch.of(&["One. Two.", "Three. Four."]), "Two. Three");
    /// ```
    pub fn of(self, texts: &[impl AsRef<str>]) -> String {
        let last = texts.len().saturating_sub(1);
        let parts = texts.iter().enumerate().map(|(at, text)| {
            let from = if at == 0 { self.from } else { 0 };
            let to = if at == last { self.to } else { 0 };
            part(text.as_ref(), from, to)
        });
        parts.collect::<Vec<_>>().join(" ")
    }
}

/// Returns a text from one character up to another, 0 for its end, without white space at the ends.
fn part(text: &str, from: u32, to: u32) -> &str {
    let byte = |character: u32| {
        let mut starts = text.char_indices().map(|(at, _)| at);
        starts.nth(character as usize).unwrap_or(text.len())
    };
    let end = if to == 0 { text.len() } else { byte(to) };
    text.get(byte(from)..end).unwrap_or_default().trim()
}

impl Serialize for Stretch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let all = [self.first, self.last, self.from, self.to];
        let is_whole = self.from == 0 && self.to == 0;
        all[..if is_whole { 2 } else { 4 }].serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Stretch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Vec::<u32>::deserialize(deserializer)?[..] {
            [first, last] => Ok(Self::whole(first, last)),
            [first, last, from, to] if from.max(to) <= Self::MOST_CHARACTERS => Ok(Self {
                first,
                last,
                from,
                to,
            }),
            _ => Err(serde::de::Error::custom(
                "a stretch has two or four numbers",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_meets_inside_a_sentence_shares_nothing_and_loses_nothing() {
        let text = "Мы  открыли музей, затем школу.";
        let spot = Spot::from((7, 19));
        let whole = Stretch::whole(7, 7);
        let one = Stretch::between(whole.start(), spot).unwrap();
        let other = Stretch::between(spot, whole.end()).unwrap();
        assert_eq!(one.of(&[text]), "Мы  открыли музей,");
        assert_eq!(other.of(&[text]), "затем школу.");
        assert!(!one.overlaps(other) && one.overlaps(whole) && whole.overlaps(other));
        assert_eq!(Stretch::between(one.start(), other.end()), Some(whole));
        assert_eq!(whole.of(&[text]), text);
        assert_eq!(Stretch::between(spot, spot), None);
        assert_eq!(Stretch::between(Spot::before(0), Spot::before(0)), None);
    }

    #[test]
    fn ends_beyond_the_text_are_nothing_to_fear() {
        for (from, to) in [(0, 9), (9, 0), (3, 1), (9, 9), (u32::MAX, u32::MAX)] {
            let stretch = Stretch {
                first: u32::MAX,
                last: u32::MAX,
                from,
                to,
            };
            assert!(stretch.of(&["да"]).len() <= "да".len());
            assert!(!stretch.overlaps(Stretch::whole(0, 0)));
        }
        assert_eq!(Stretch::default().of(&[] as &[&str]), "");
    }

    #[test]
    fn in_json_only_what_was_split_is_longer() {
        let split = Stretch {
            first: 1,
            last: 2,
            from: 0,
            to: 4,
        };
        for (stretch, json) in [(Stretch::whole(1, 2), "[1,2]"), (split, "[1,2,0,4]")] {
            assert_eq!(serde_json::to_string(&stretch).unwrap(), json);
            assert_eq!(serde_json::from_str::<Stretch>(json).unwrap(), stretch);
        }
        for wrong in ["[1]", "[1,2,3]", "[-1,2]", "[1,2,3,4294967295]", "3"] {
            assert!(serde_json::from_str::<Stretch>(wrong).is_err(), "{wrong}");
        }
    }
}
