//! Plain text: every line that is not empty is a block, empty lines divide paragraphs.
//!
//! The rule: the document's text is the decoded text itself, to the character, so that places in it are places in the file.

use super::dates;
use super::draft::{Draft, MOST_BLOCKS};
use crate::model::{Block, BlockKind};

/// Reads plain text.
pub(super) fn read(text: String) -> Draft {
    let mut blocks: Vec<Block> = Vec::new();
    let mut paragraph = 0;
    let mut at = 0;
    let mut after_gap = false;
    for line in text.split('\n') {
        let content = line.trim();
        if content.is_empty() {
            after_gap = true;
        } else if blocks.len() <= MOST_BLOCKS {
            paragraph += u32::from(after_gap && !blocks.is_empty());
            after_gap = false;
            let start = at + line.len() - line.trim_start().len();
            blocks.push(Block {
                kind: BlockKind::Paragraph,
                span: start..start + content.len(),
                speaker: None,
                turn: 0,
                paragraph,
            });
        }
        at += line.len() + 1;
    }
    Draft {
        text,
        blocks,
        ..Draft::default()
    }
}

/// Marks the paragraphs that are list items or notes by the look of their lines, in texts of any format.
pub(super) fn mark(draft: &mut Draft) {
    let Draft { text, blocks, .. } = draft;
    for (index, block) in blocks.iter_mut().enumerate() {
        let line = &text[block.span.clone()];
        if block.kind != BlockKind::Paragraph {
            continue;
        }
        block.kind = match kind(line) {
            // The first line may be a headline that ends in a date.
            BlockKind::Paragraph if index > 0 && dates::announced(line).is_some() => {
                BlockKind::Note
            }
            kind => kind,
        };
    }
    mark_dash_lists(text, blocks);
}

/// What a line is by itself.
fn kind(line: &str) -> BlockKind {
    if is_bracketed(line) || dates::alone(line).is_some() || dates::is_time(line) {
        BlockKind::Note
    } else if is_list_item(line) {
        BlockKind::ListItem
    } else {
        BlockKind::Paragraph
    }
}

/// Says whether one pair of brackets holds the whole line.
fn is_bracketed(line: &str) -> bool {
    let line = line.trim_end_matches('.');
    let (open, close) = match line.chars().next() {
        Some('(') => ('(', ')'),
        Some('[') => ('[', ']'),
        _ => return false,
    };
    let mut depth = 0_usize;
    for (at, c) in line.char_indices() {
        depth += usize::from(c == open);
        if c == close {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return at + c.len_utf8() == line.len();
            }
        }
    }
    false
}

/// Says whether a line begins with a list's mark: a bullet, or a number or letter with a bracket or full stop, and white space.
fn is_list_item(line: &str) -> bool {
    let Some((mark, rest)) = line.split_once(char::is_whitespace) else {
        return false;
    };
    if rest.trim().is_empty() {
        return false;
    }
    if matches!(
        mark,
        "-" | "*" | "•" | "‣" | "◦" | "▪" | "■" | "·" | "●" | ""
    ) {
        return true;
    }
    let bare = mark.strip_prefix('(').unwrap_or(mark);
    if let Some(label) = bare.strip_suffix(')') {
        let is_number = label.len() <= 2 && label.bytes().all(|b| b.is_ascii_digit());
        let is_letter = label.chars().count() == 1 && label.chars().all(char::is_alphabetic);
        return !label.is_empty() && (is_number || is_letter);
    }
    // "1." begins an item; a letter with a full stop may be an initial.
    mark.strip_suffix('.').is_some_and(|label| {
        (1..=2).contains(&label.len()) && label.bytes().all(|b| b.is_ascii_digit())
    })
}

/// Dashes begin the items of a list and, in Russian and Belarusian, direct speech. A run of lines with dashes is a list when one of them goes
/// on in lower case or ends in a semicolon.
fn mark_dash_lists(text: &str, blocks: &mut [Block]) {
    let after_dash = |block: &Block| {
        let line = &text[block.span.clone()];
        line.strip_prefix(['–', '—'])
            .filter(|rest| rest.starts_with(char::is_whitespace))
            .map(str::trim_start)
    };
    let both_dashed = |a: &Block, b: &Block| after_dash(a).is_some() == after_dash(b).is_some();
    for run in blocks.chunk_by_mut(|a, b| both_dashed(a, b)) {
        let is_list = run.iter().filter_map(after_dash).any(|item| {
            item.starts_with(char::is_lowercase) && run.len() > 1 || item.ends_with(';')
        });
        if is_list {
            for block in run
                .iter_mut()
                .filter(|block| block.kind == BlockKind::Paragraph)
            {
                block.kind = BlockKind::ListItem;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<&'static str> {
        let mut draft = read(text.to_owned());
        mark(&mut draft);
        draft
            .blocks
            .iter()
            .map(|block| block.kind.as_str())
            .collect()
    }

    #[test]
    fn lines_are_blocks_and_empty_lines_divide_paragraphs() {
        let draft = read("  One.\nTwo. \n\n \nThree.\n".to_owned());
        let found: Vec<(&str, u32)> = draft
            .blocks
            .iter()
            .map(|block| (&draft.text[block.span.clone()], block.paragraph))
            .collect();
        assert_eq!(found, [("One.", 0), ("Two.", 0), ("Three.", 1)]);
    }

    #[test]
    fn marks_of_lists_are_known() {
        for line in [
            "- one",
            "• two",
            "1) three",
            "(a) four",
            "б) пять",
            "2. Six",
        ] {
            assert_eq!(kinds(line), ["list-item"], "{line}");
        }
        for line in [
            "2025. A year",
            "A. Smith came",
            "-5 °C",
            "1.5 million",
            "В. Иванов",
            "-",
        ] {
            assert_eq!(kinds(line), ["paragraph"], "{line}");
        }
    }

    #[test]
    fn a_dash_begins_a_list_item_or_direct_speech() {
        assert_eq!(kinds("– транспорт;\n– энергетика."), ["list-item"; 2]);
        assert_eq!(kinds("— Вы приедете?\n— Обязательно."), ["paragraph"; 2]);
    }

    #[test]
    fn a_line_in_brackets_is_a_note_and_one_that_begins_with_brackets_is_not() {
        assert_eq!(kinds("(Смех.)\n[Applause.]"), ["note"; 2]);
        assert_eq!(kinds("(1) is true and so is (2)"), ["list-item"]);
        assert_eq!(kinds("(Yesterday) they met (again)"), ["paragraph"]);
    }

    #[test]
    fn a_date_on_its_own_line_is_a_note() {
        assert_eq!(kinds("20 ноября 2025 г.\nВстреча"), ["note", "paragraph"]);
    }
}
