//! Markdown (CommonMark, pulldown-cmark) with YAML-like front matter: headings, paragraphs, list items, quotations and table cells are blocks.
//!
//! The rule: the markup goes, the words stay. A line end inside a paragraph is white space unless it is a hard break. Embedded HTML is left out,
//! and said to be.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::dates;
use super::draft::{Draft, Facts};
use crate::model::{BlockKind, Lang};

/// Reads Markdown.
pub(super) fn read(source: &str) -> Draft {
    let mut draft = Draft::default();
    let options = Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH;
    let mut text = String::new();
    let mut items = 0_usize;
    let mut notes = 0_usize;
    let mut images = 0_usize;
    let mut in_front_matter = false;
    let mut heading = false;
    let mut embedded = 0_usize;
    let mut paragraph = 0;
    let kind = |heading: bool, notes: usize, items: usize| match () {
        () if heading => BlockKind::Headline,
        () if notes > 0 => BlockKind::Note,
        () if items > 0 => BlockKind::ListItem,
        () => BlockKind::Paragraph,
    };
    for event in Parser::new_ext(source, options) {
        let current = kind(heading, notes, items);
        let mut ends_block = false;
        match event {
            Event::Text(words) | Event::Code(words) if images == 0 => text.push_str(&words),
            Event::SoftBreak => text.push(' '),
            Event::HardBreak => {
                draft.push(current, &text, paragraph);
                text.clear();
            }
            Event::InlineHtml(_) => embedded += 1,
            Event::Start(Tag::Image { .. }) => images += 1,
            Event::End(TagEnd::Image) => images = images.saturating_sub(1),
            Event::Start(Tag::MetadataBlock(_)) => in_front_matter = true,
            Event::End(TagEnd::MetadataBlock(_)) => {
                in_front_matter = false;
                draft.facts = front_matter(&text);
                text.clear();
            }
            Event::Start(tag) => {
                ends_block = is_block(&tag);
                embedded += usize::from(matches!(tag, Tag::HtmlBlock));
                match tag {
                    Tag::Heading { .. } => heading = true,
                    Tag::Item => items += 1,
                    Tag::FootnoteDefinition(_) => notes += 1,
                    _ => {}
                }
            }
            Event::End(end) => {
                ends_block = is_block_end(end);
                match end {
                    TagEnd::Heading(_) => heading = false,
                    TagEnd::Item => items = items.saturating_sub(1),
                    TagEnd::FootnoteDefinition => notes = notes.saturating_sub(1),
                    _ => {}
                }
            }
            _ => {}
        }
        if ends_block && !in_front_matter {
            for line in text.split('\n') {
                draft.push(current, line, paragraph);
            }
            text.clear();
            paragraph = draft.blocks.last().map_or(0, |last| last.paragraph + 1);
        }
    }
    if embedded > 0 {
        draft
            .warnings
            .push(format!("{embedded} pieces of embedded HTML were left out"));
    }
    draft
}

fn is_block(tag: &Tag<'_>) -> bool {
    !matches!(
        tag,
        Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::Link { .. }
            | Tag::Image { .. }
    )
}

fn is_block_end(end: TagEnd) -> bool {
    !matches!(
        end,
        TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::Image
    )
}

/// The lines `key: value` of front matter that say something about the document.
fn front_matter(source: &str) -> Facts {
    let mut facts = Facts::default();
    for line in source.lines() {
        let Some((key, value)) = line.split_once(':') else {
            continue;
        };
        let value = value.trim().trim_matches(['"', '\'']).trim();
        if value.is_empty() {
            continue;
        }
        match key.trim().to_ascii_lowercase().as_str() {
            "title" => facts.title = Some(value.to_owned()),
            "date" | "published" => facts.date = dates::find(value),
            "lang" | "language" => facts.lang = Lang::new(value).ok(),
            "url" | "canonical" | "permalink" | "source" if value.contains("://") => {
                facts.address = Some(value.to_owned());
            }
            "publisher" | "site" => facts.publisher = Some(value.to_owned()),
            _ => {}
        }
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::draft::owned;

    fn blocks(source: &str) -> Vec<(&'static str, String)> {
        read(source).contents()
    }

    #[test]
    fn markup_goes_and_words_stay() {
        let found = blocks(
            "# A *short* visit\n\nThe [minister](http://example.org)\ncame **by train**.\n\n> He said so.\n\n![photo](x.png)\n",
        );
        assert_eq!(
            found,
            owned(&[
                ("headline", "A short visit"),
                ("paragraph", "The minister came by train."),
                ("paragraph", "He said so.")
            ])
        );
    }

    #[test]
    fn lists_keep_every_item() {
        let found = blocks(
            "Panels:\n\n- transport\n- energy\n  - water\n\n1. first\n\n   still first\n2. second",
        );
        assert_eq!(
            found,
            owned(&[
                ("paragraph", "Panels:"),
                ("list-item", "transport"),
                ("list-item", "energy"),
                ("list-item", "water"),
                ("list-item", "first"),
                ("list-item", "still first"),
                ("list-item", "second"),
            ])
        );
    }

    #[test]
    fn front_matter_tells_title_date_and_language() {
        let draft =
            read("---\ntitle: \"Візіт: вынікі\"\ndate: 2025-11-20\nlang: be\n---\n\nТэкст.\n");
        assert_eq!(draft.facts.title.as_deref(), Some("Візіт: вынікі"));
        assert_eq!(draft.facts.date, jiff::civil::Date::new(2025, 11, 20).ok());
        assert_eq!(
            draft
                .facts
                .lang
                .map(|lang| lang.as_str().to_owned())
                .as_deref(),
            Some("be")
        );
        assert_eq!(draft.text, "Тэкст.");
    }

    #[test]
    fn a_hard_break_ends_a_line_and_not_a_paragraph() {
        let draft = read("One  \ntwo\n\nthree");
        let found: Vec<u32> = draft.blocks.iter().map(|block| block.paragraph).collect();
        assert_eq!(
            (draft.text.as_str(), found),
            ("One\ntwo\n\nthree", vec![0, 0, 1])
        );
    }

    #[test]
    fn embedded_html_is_left_out_and_counted() {
        let draft = read("<div>x</div>\n\nText <b>here</b>.");
        assert_eq!(
            (draft.text.as_str(), draft.warnings.len()),
            ("Text here.", 1)
        );
    }
}
