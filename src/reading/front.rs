//! How a release begins: a date stamp and a headline, on lines of their own or glued together.
//!
//! The rule: nothing is moved or lost. A stamp becomes a note, a headline a headline; a stamp is cut off only where it cannot be a part of the
//! sentence.

use super::dates;
use super::draft::Draft;
use super::turns;
use crate::model::{Block, BlockKind};

/// Among this many first blocks a stamp and a headline are looked for.
const FRONT_BLOCKS: usize = 3;

/// Headlines of releases are long, and seldom longer than this many characters.
const HEADLINE_CHARS: usize = 250;

/// Marks the stamp and the headline of a draft and takes its date from them unless it has one.
pub(super) fn mark(draft: &mut Draft) {
    for index in 0..draft.blocks.len().min(FRONT_BLOCKS) {
        let block = &draft.blocks[index];
        let text = &draft.text[block.span.clone()];
        let stamp = match block.kind {
            BlockKind::Note => dates::alone(text).or_else(|| dates::announced(text)),
            _ => dates::alone(text),
        };
        if let Some(date) = stamp {
            draft.facts.date.get_or_insert(date);
            draft.blocks[index].kind = BlockKind::Note;
        } else if let Some((end, rest)) = glued(text) {
            let (start, block_end) = (block.span.start, block.span.end);
            let date = dates::stamp(text).map(|stamp| stamp.date);
            let note = Block {
                kind: BlockKind::Note,
                span: start..start + end,
                ..block.clone()
            };
            draft.facts.date = draft.facts.date.or(date);
            draft.blocks[index].span = start + rest..block_end;
            draft.blocks.insert(index, note);
            break;
        }
    }
    mark_headline(draft);
    if draft.facts.date.is_none() {
        let headline = draft
            .blocks
            .iter()
            .take(FRONT_BLOCKS)
            .find(|b| b.kind == BlockKind::Headline);
        draft.facts.date = headline.and_then(|block| dates::find(&draft.text[block.span.clone()]));
    }
}

/// Where the stamp ends that a headline is glued to, and where the headline begins: a letter follows the stamp at once, or a bar, or the rest looks like
/// a headline.
fn glued(text: &str) -> Option<(usize, usize)> {
    let after = dates::stamp(text)?.end;
    let rest = text[after..].trim_start();
    let unbarred = rest.trim_start_matches(['|', '•']).trim_start();
    let barred = unbarred.len() < rest.len();
    let glued = text[after..].starts_with(|c: char| c.is_alphabetic() || is_opening(c));
    let begins =
        unbarred.starts_with(|c: char| c.is_uppercase() || c.is_numeric() || is_opening(c));
    if !begins || !(barred || glued || is_headline(unbarred)) {
        return None;
    }
    let start = text.len() - unbarred.len();
    Some((text[..start].trim_end().len(), start))
}

fn is_opening(c: char) -> bool {
    matches!(c, '«' | '“' | '„' | '"' | '‘')
}

/// The first block that is no note is the headline of a draft that has none, when more text follows and it looks like one.
fn mark_headline(draft: &mut Draft) {
    let front = FRONT_BLOCKS.min(draft.blocks.len());
    if draft
        .blocks
        .iter()
        .any(|block| block.kind == BlockKind::Headline)
    {
        return;
    }
    let Some(first) = draft.blocks[..front]
        .iter()
        .position(|block| block.kind != BlockKind::Note)
    else {
        return;
    };
    let (Some(block), Some(next)) = (draft.blocks.get(first), draft.blocks.get(first + 1)) else {
        return;
    };
    let goes_on = next.paragraph == block.paragraph
        && draft.text[next.span.clone()].starts_with(char::is_lowercase);
    if block.kind == BlockKind::Paragraph
        && !goes_on
        && is_headline(&draft.text[block.span.clone()])
    {
        draft.blocks[first].kind = BlockKind::Headline;
    }
}

fn is_headline(text: &str) -> bool {
    let bare = text.trim_end_matches(['»', '”', '"', ')']);
    // The year's "г." closes a date, not a sentence.
    let bare = bare.strip_suffix("г.").map_or(bare, str::trim_end);
    let closed = bare.ends_with(['.', '!', ':', ';', ',', '…']);
    let asks_in_a_turn = bare.ends_with('?') && turns::has_label(text);
    !closed
        && !asks_in_a_turn
        && !text.starts_with(['–', '—'])
        && text.chars().any(char::is_alphabetic)
        && text.chars().count() <= HEADLINE_CHARS
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;

    use super::*;
    use crate::reading::text;

    fn front(source: &str) -> (Vec<(&'static str, String)>, Option<Date>) {
        let mut draft = text::read(source.to_owned());
        text::mark(&mut draft);
        mark(&mut draft);
        let blocks = draft
            .blocks
            .iter()
            .map(|block| {
                (
                    block.kind.as_str(),
                    draft.text[block.span.clone()].to_owned(),
                )
            })
            .collect();
        (blocks, draft.facts.date)
    }

    #[test]
    fn a_stamp_glued_to_the_headline_is_cut_off() {
        for (source, stamp) in [
            (
                "20 November 2025Minister opens a school\n\nThe minister came.",
                "20 November 2025",
            ),
            (
                "20 November 2025 Minister opens a school\n\nThe minister came.",
                "20 November 2025",
            ),
            (
                "20.11.2025, 14:05 | Minister opens a school\n\nThe minister came.",
                "20.11.2025, 14:05 |",
            ),
        ] {
            let (blocks, date) = front(source);
            assert_eq!(blocks[0], ("note", stamp.to_owned()));
            assert_eq!(
                blocks[1],
                ("headline", "Minister opens a school".to_owned())
            );
            assert_eq!(date, Date::new(2025, 11, 20).ok());
        }
    }

    #[test]
    fn a_date_that_begins_a_sentence_stays_with_it() {
        for source in [
            "20 ноября 2025 года в Минске прошла встреча.\n\nОна была долгой.",
            "20 November 2025 Minister Petrov opened a school.\n\nIt is new.",
        ] {
            let (blocks, _) = front(source);
            assert_eq!((blocks[0].0, blocks.len()), ("paragraph", 2));
        }
    }

    #[test]
    fn the_first_short_line_without_a_full_stop_is_the_headline() {
        let (blocks, date) = front("20 лістапада 2025 г.\n\nМіністр адкрыў школу\n\nЁн прыехаў.");
        assert_eq!(
            [blocks[0].0, blocks[1].0, blocks[2].0],
            ["note", "headline", "paragraph"]
        );
        assert_eq!(date, Date::new(2025, 11, 20).ok());
        assert_eq!(front("He came.\n\nHe saw.").0[0].0, "paragraph");
        assert_eq!(
            front("Заява міністра, 17 чэрвеня 2025 г.\n\nЁн сказаў гэта.").0[0].0,
            "headline"
        );
        assert_eq!(front("A line alone").0[0].0, "paragraph");
        assert_eq!(
            front("Question: What is it?\nAnswer: A school.").0[0].0,
            "paragraph"
        );
        assert_eq!(
            front("a text that is hard-wrapped at the\nmargin of the page.").0[0].0,
            "paragraph"
        );
    }
}
