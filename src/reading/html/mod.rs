//! Web pages: the article without its menu, and what the page says of itself.
//!
//! The rule: the words of the article, all of them, in the page's order; nothing of what stands around it; nothing is fetched. dom_smoothie (a port of
//! Mozilla's readability.js) says where the article is, and [`article`] takes that part from the page itself, because readability drops
//! lists, tails and headings that releases need. Hostile markup is flattened first ([`bounds`]).

mod article;
mod blocks;
mod bounds;
mod facts;

use dom_query::Document;

use super::dates;
use super::draft::Draft;
use crate::error::{Error, Result};
use crate::model::BlockKind;
use crate::text::fold;
use blocks::Line;

/// What stands before the headline is at most one part in so many of what follows: rubrics, trails of links, teasers of other pages.
const PREAMBLE: usize = 2;

/// The most tags of a web page that is read: an element takes some 450 bytes, and the pages of releases that were tried have 815 at most.
const MOST_TAGS: usize = 150_000;

/// Reads a web page.
///
/// # Errors
/// [`Error::Unusable`] when it has more than [`MOST_TAGS`].
pub(super) fn read(source: &str, name: &str) -> Result<Draft> {
    let bounded = bounds::bounded(source);
    if bounded.tags > MOST_TAGS {
        return Err(Error::Unusable {
            name: name.to_owned(),
            reason: format!(
                "a web page of {} tags; pages of more than {MOST_TAGS} are not read, cut it first",
                bounded.tags
            ),
        });
    }
    let page = Document::from(bounded.text.as_str());
    let mut facts = facts::read(&page);
    let lines = article::lines(&page, &bounded.text, facts.title.as_deref());
    let (lines, title) = with_headline(lines, facts.title.take());
    facts.title = title;
    let mut draft = Draft {
        facts,
        ..Draft::default()
    };
    if bounded.flattened > 0 {
        draft.warnings.push(format!(
            "{} tags nested too deeply were ignored",
            bounded.flattened
        ));
    }
    // Numbered anew: what was left out leaves no gaps.
    for (paragraph, lines) in (0..).zip(lines.chunk_by(|a, b| a.paragraph == b.paragraph)) {
        for line in lines {
            draft.push(line.kind, &line.text, paragraph);
        }
    }
    Ok(draft)
}

/// Sees to it that the headline stands at the front, once: marked where the article has it, put there where it does not. What stands before it
/// goes, unless it is a stamp or much of the text. Returns the title, too, which may have lost the site's name.
fn with_headline(mut lines: Vec<Line>, title: Option<String>) -> (Vec<Line>, Option<String>) {
    let Some(title) = title else {
        return (lines, None);
    };
    let Some((at, title)) = headline(&lines, &title) else {
        lines.insert(0, Line::headline(&title));
        return (lines, Some(title));
    };
    lines[at].kind = BlockKind::Headline;
    let chars = |lines: &[Line]| lines.iter().map(|line| line.text.len()).sum::<usize>();
    if chars(&lines[..at]) * PREAMBLE <= chars(&lines[at + 1..]) {
        let mut index = 0;
        lines.retain(|line| {
            index += 1;
            index > at || dates::alone(&line.text).is_some()
        });
    }
    (lines, Some(title))
}

/// The first line that is the title, perhaps after a stamp that is glued to it, or before the name of the site that the title ends in.
fn headline(lines: &[Line], title: &str) -> Option<(usize, String)> {
    let folded = fold(title);
    lines.iter().enumerate().find_map(|(at, line)| {
        let text = fold(&line.text);
        let before = text.strip_suffix(&folded);
        if before.is_some_and(|before| before.is_empty() || dates::alone(before).is_some()) {
            return Some((at, title.to_owned()));
        }
        let after = folded.strip_prefix(&text)?;
        let is_named = [" - ", " | ", " : ", " / "]
            .iter()
            .any(|mark| after.starts_with(mark));
        is_named.then(|| (at, line.text.clone()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::draft::owned;

    fn read(source: &str) -> Draft {
        super::read(source, "page.html").unwrap()
    }

    fn blocks(source: &str) -> Vec<(&'static str, String)> {
        read(source).contents()
    }

    const LONG: &str = "The delegations discussed the state of trade, of transport and of cultural exchange, and agreed that the next round of talks, \
                        which both sides called useful, would be held in the autumn, after the commission has finished its report.";

    fn page(article: &str) -> String {
        format!(
            "<!DOCTYPE html><html lang=en><head><title>Talks end | The Ministry</title><style>p {{ color: red }}</style></head><body>\
             <div class=top><ul class=menu><li><a href=/>Home</a></li><li><a href=/n>News</a></li><li><a href=/c>Contacts</a></li></ul></div>\
             <div class=columns><div class=left><p>1 US dollar 3.0127</p></div><div class=main>{article}</div>\
             <div class=right><h3>Other news</h3><ul><li><a href=1>Another piece of news</a></li><li><a href=2>And one more</a></li></ul></div></div>\
             <div class=footer><p>All rights reserved.</p></div><script>var x = '<p>never shown</p>';</script></body></html>"
        )
    }

    #[test]
    fn the_article_is_taken_and_not_the_menu() {
        let article = format!(
            "<h1>Talks end</h1><p>{LONG}</p><p>The sides agreed:</p><ul><li>to meet;</li><li>to <a href=x>write</a>.</li></ul><p>{LONG}</p><p>The end.</p>"
        );
        assert_eq!(
            blocks(&page(&article)),
            owned(&[
                ("headline", "Talks end"),
                ("paragraph", LONG),
                ("paragraph", "The sides agreed:"),
                ("list-item", "to meet;"),
                ("list-item", "to write."),
                ("paragraph", LONG),
                ("paragraph", "The end."),
            ])
        );
    }

    #[test]
    fn a_headline_that_only_the_title_has_is_put_in_front_without_the_sites_name() {
        let found = blocks(&page(&format!("<p>{LONG}</p><p>{LONG}</p>")));
        assert_eq!(
            found[..2],
            owned(&[("headline", "Talks end"), ("paragraph", LONG)])
        );
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn a_title_before_the_name_of_an_unknown_site_is_recognised_in_the_text() {
        let source =
            format!("<title>Talks end - Official site</title><div>Talks end</div><p>{LONG}</p>");
        let draft = read(&source);
        assert_eq!(draft.facts.title.as_deref(), Some("Talks end"));
        assert_eq!(draft.blocks.len(), 2);
    }

    #[test]
    fn an_article_in_an_element_with_a_strange_name_is_not_lost() {
        let found = blocks(&page(&format!(
            "<div class=lang-en><p>{LONG}</p><ul class=menu><li><a href=1>Home</a></li></ul><p>{LONG}</p></div>"
        )));
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn teasers_before_the_headline_are_not_the_article() {
        let found = blocks(&page(&format!(
            "<div><p>{}</p></div><div><h1>Talks end</h1><p>{LONG}</p><p>{LONG}</p></div>",
            &LONG[..120]
        )));
        assert_eq!(found[0], ("headline", "Talks end".to_owned()));
    }

    #[test]
    fn a_small_page_gives_its_text() {
        assert_eq!(
            blocks("<p>One   line<br>and\nanother.</p>Bare text"),
            owned(&[
                ("paragraph", "One line"),
                ("paragraph", "and another."),
                ("paragraph", "Bare text")
            ])
        );
    }

    #[test]
    fn kinds_come_from_elements() {
        assert_eq!(
            blocks(
                "<h2>A</h2><ul><li>b<p>c</p></li></ul><table><tr><td>d</td><td>e</td></tr></table><figure><figcaption>f</figcaption></figure><blockquote>g</blockquote>"
            ),
            owned(&[
                ("headline", "A"),
                ("list-item", "b"),
                ("list-item", "c"),
                ("paragraph", "d"),
                ("paragraph", "e"),
                ("note", "f"),
                ("paragraph", "g")
            ])
        );
    }

    #[test]
    fn preformatted_text_is_divided_by_its_empty_lines() {
        assert_eq!(
            blocks("<pre>One line\n  go<a href=x>es</a>\n<a href=x>on</a>.\n\nTwo\nlines.</pre>"),
            owned(&[
                ("paragraph", "One line goes on."),
                ("paragraph", "Two lines.")
            ])
        );
    }

    #[test]
    fn words_of_blocks_never_stick_together() {
        assert_eq!(
            blocks("<div>one<div>two</div>three</div><p>f<b>ou</b>r</p>"),
            owned(&[
                ("paragraph", "one"),
                ("paragraph", "two"),
                ("paragraph", "three"),
                ("paragraph", "four")
            ])
        );
    }

    #[test]
    fn a_page_of_six_megabytes_is_read_whole() {
        let paragraphs = 6_000_000 / LONG.len();
        let source = format!(
            "<h1>Long</h1>{}",
            format!("<p>{LONG}</p>").repeat(paragraphs)
        );
        assert_eq!(read(&source).blocks.len(), paragraphs + 1);
        let many = "<p>a".repeat(MOST_TAGS + 1);
        assert!(
            matches!(super::read(&many, "many.html"), Err(Error::Unusable { name, .. }) if name == "many.html")
        );
    }

    #[test]
    fn the_stamp_and_the_lead_outside_the_text_are_kept() {
        let article = format!(
            "<article><header><p>20 November 2025</p><h1>Talks end</h1><p>A lead of few words.</p></header><div class=body><p>{LONG}</p><p>{LONG}</p></div></article>"
        );
        let found = blocks(&page(&article));
        let texts: Vec<&str> = found.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "20 November 2025",
                "Talks end",
                "A lead of few words.",
                LONG,
                LONG
            ]
        );
    }

    #[test]
    fn depth_costs_neither_the_stack_nor_time() {
        let source = format!(
            "{}<p>Deep inside.</p>{}<p>After.</p>",
            "<div>".repeat(100_000),
            "</div>".repeat(100_000)
        );
        let draft = read(&source);
        assert_eq!(draft.text, "Deep inside.\n\nAfter.");
        assert_eq!(draft.warnings.len(), 1);
        let formatting = "<b><i><font color=x><p>".repeat(20_000) + "Deep inside.";
        assert_eq!(read(&formatting).text, "Deep inside.");
    }
}
