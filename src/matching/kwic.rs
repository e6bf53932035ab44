//! Hits as lines with the keyword in the middle (H. P. Luhn, "Key word-in-context index for technical literature", 1960).

use super::concordance::Hit;
use crate::memory::UnitId;
use crate::model::{Lang, Place};
use crate::text::fold;

/// A keyword with what stands to its left and right in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The unit's number in the memory.
    pub unit: UnitId,
    /// Its identifier (TMX `tuid`).
    pub tuid: Option<String>,
    /// The text's language.
    pub lang: Lang,
    /// Where the text was found last.
    pub place: Option<Place>,
    /// When the unit was last found or changed, `YYYY-MM-DD`.
    pub date: Option<String>,
    /// What stands before the keyword.
    pub left: String,
    /// The keyword.
    pub keyword: String,
    /// What stands after it.
    pub right: String,
}

/// In which order lines are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// By what stands to the left, read from the keyword outwards.
    Left,
    /// By what stands to the right.
    Right,
    /// The most recent first.
    Date,
}

/// Returns a line for each span of a hit.
pub fn kwic(hit: &Hit) -> Vec<Line> {
    let line = |span: &std::ops::Range<usize>| {
        Some(Line {
            unit: hit.unit,
            tuid: hit.tuid.clone(),
            lang: hit.lang.clone(),
            place: hit.places.last().cloned(),
            date: hit.date.clone(),
            left: hit.text.get(..span.start)?.to_owned(),
            keyword: hit.text.get(span.clone())?.to_owned(),
            right: hit.text.get(span.end..)?.to_owned(),
        })
    };
    hit.spans.iter().filter_map(line).collect()
}

/// Brings lines into an order; equal ones keep theirs.
pub fn sort(lines: &mut [Line], order: Order) {
    match order {
        Order::Left => lines.sort_by_cached_key(|line| {
            let mut words: Vec<String> = line.left.split_whitespace().map(fold).collect();
            words.reverse();
            words
        }),
        Order::Right => lines.sort_by_cached_key(|line| fold(line.right.trim())),
        Order::Date => lines.sort_by(|one, other| other.date.cmp(&one.date)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::memory_of;
    use super::super::{ConcordanceQuery, search};
    use super::*;

    fn lines() -> Vec<Line> {
        let memory = memory_of(
            "en",
            "ru",
            &[
                ("The new plan and the old plan.", "а"),
                ("A bold plan was made.", "б"),
            ],
        );
        let query = ConcordanceQuery {
            text: "plan",
            ..ConcordanceQuery::default()
        };
        let hits = search(&memory, &query).unwrap();
        hits.iter().flat_map(kwic).collect()
    }

    #[test]
    fn gives_a_line_for_each_place_of_the_word() {
        let lines = lines();
        assert_eq!(lines.len(), 3);
        assert_eq!(
            (&*lines[1].left, &*lines[1].keyword, &*lines[1].right),
            ("The new plan and the old ", "plan", ".")
        );
    }

    #[test]
    fn sorts_by_the_word_before_the_keyword() {
        let mut lines = lines();
        sort(&mut lines, Order::Left);
        let before: Vec<&str> = lines
            .iter()
            .filter_map(|line| line.left.split_whitespace().last())
            .collect();
        assert_eq!(before, ["bold", "new", "old"]);
    }
}
