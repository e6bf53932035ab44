//! Which lines of a page are the article?
//!
//! Method: readability (dom_smoothie) finds running text and knows advertisements, but loses lists, headings and tails. So its result only marks
//! lines; the elements that hold marked lines are the article's, and everything in them belongs to it, except for what names itself as
//! something else (a menu, share buttons) and trails of links at the edges. Where readability finds nothing, or the page is too large for it, the
//! whole body is the article, under the same exceptions.

use std::collections::{BTreeMap, BTreeSet};

use dom_query::{Document, NodeId, NodeRef};
use dom_smoothie::{Config, Readability};

use super::blocks::{self, Line};
use crate::model::BlockKind;
use crate::reading::dates;
use crate::text::fold;

/// Pages with more elements go without readability, whose time grows faster than the page.
const READABLE_ELEMENTS: usize = 20_000;

/// The least share of the running text of a page that readability must have found to be believed.
const BELIEVED_SHARE: f64 = 0.25;

/// A line with more than this share in links is a link, not text with links in it.
const LINK_SHARE: f64 = 0.7;

/// An element that holds less than one part in so many of what the fullest one holds is not the article's.
const SLIVER: usize = 10;

/// A headline is at most this many lines away from the first line of its article.
const FRONT_LINES: usize = 12;

/// A stamp above the headline is at most this many lines away.
const STAMP_LINES: usize = 2;

/// So many links in a row at the edge of an article are a trail.
const TRAIL: usize = 2;

/// What holds more than this share of a page's text is the page, whatever it calls itself.
const STRANGE_SHARE: f64 = 0.4;

/// Words in class names and ids, between their hyphens and underscores, of what stands around articles.
const STRANGE_WORDS: [&str; 47] = [
    "menu",
    "nav",
    "navbar",
    "navigation",
    "breadcrumb",
    "breadcrumbs",
    "sidebar",
    "footer",
    "cookie",
    "cookies",
    "gdpr",
    "banner",
    "share",
    "sharing",
    "social",
    "socials",
    "tags",
    "taglist",
    "related",
    "comments",
    "comment",
    "widget",
    "pagination",
    "pager",
    "promo",
    "advert",
    "ads",
    "subscribe",
    "subscription",
    "newsletter",
    "toolbar",
    "popup",
    "modal",
    "login",
    "rating",
    "bottommeta",
    "skip",
    "sitemap",
    "langs",
    "languages",
    "lang",
    "currency",
    "rates",
    "search",
    "ticker",
    "copyright",
    "tooltip",
];

/// Returns the lines of the article.
pub(super) fn lines(page: &Document, source: &str, title: Option<&str>) -> Vec<Line> {
    let Some(body) = page.body() else {
        return blocks::lines(&page.root(), &|_| false);
    };
    let whole = text_bytes(&body);
    let all = blocks::lines(&body, &|node| is_strange(node, whole));
    if all.is_empty() {
        return blocks::lines(&body, &|_| false);
    }
    let marked = marked(&all, source, whole);
    let homes = homes(&all, &marked, body.id);
    let at_home = |line: &Line| {
        homes.contains(&body.id) && line.path.len() <= 1
            || line.path.iter().any(|id| homes.contains(id))
    };
    let mut keeps: Vec<bool> = all
        .iter()
        .zip(marked)
        .map(|(line, marked)| marked || at_home(line))
        .collect();
    keep_front(&all, &mut keeps, title);
    let mut keeps = keeps.into_iter();
    let mut kept = all;
    kept.retain(|_| keeps.next().unwrap_or(false));
    without_trails(kept)
}

/// Keeps what stands between the headline and the article: the stamp and the lead, which pages often put elsewhere than the text.
fn keep_front(all: &[Line], keeps: &mut [bool], title: Option<&str>) {
    let Some(first) = keeps.iter().position(|keep| *keep) else {
        return;
    };
    let folded = title.map(fold);
    let end = all.len().min(first + FRONT_LINES);
    let begin = first.saturating_sub(FRONT_LINES);
    let headline = (begin..end)
        .filter(|index| all[*index].kind == BlockKind::Headline)
        .find(|index| {
            folded
                .as_deref()
                .is_some_and(|title| fold(&all[*index].text).ends_with(title))
        });
    if let Some(headline) = headline {
        keeps[headline] = true;
        for index in headline..first {
            keeps[index] |= all[index].linked < LINK_SHARE;
        }
        for index in headline.saturating_sub(STAMP_LINES)..headline {
            keeps[index] |= dates::alone(&all[index].text).is_some();
        }
    }
}

/// Which lines readability takes for the article; all of them when it fails.
fn marked(all: &[Line], source: &str, whole: usize) -> Vec<bool> {
    let everything = || vec![true; all.len()];
    let config = Config {
        keep_classes: true,
        max_elements_to_parse: READABLE_ELEMENTS,
        ..Config::default()
    };
    let article = Readability::new(source, None, Some(config))
        .and_then(|mut readability| readability.parse());
    let Ok(article) = article else {
        return everything();
    };
    let content = Document::from(article.content.as_ref());
    let found: BTreeSet<String> = blocks::lines(&content.root(), &|node| is_strange(node, whole))
        .into_iter()
        .map(|line| line.text)
        .collect();
    let marked: Vec<bool> = all.iter().map(|line| found.contains(&line.text)).collect();
    let running = |only_marked: bool| -> usize {
        all.iter()
            .zip(&marked)
            .filter(|(line, marked)| line.linked < LINK_SHARE && (**marked || !only_marked))
            .map(|(line, _)| line.text.len())
            .sum()
    };
    if (running(true) as f64) < BELIEVED_SHARE * running(false) as f64 {
        return everything();
    }
    marked
}

/// The elements around the marked lines, without those that hold a sliver of them: a stray sentence of a notice does not open its element.
fn homes(all: &[Line], marked: &[bool], body: NodeId) -> BTreeSet<NodeId> {
    let mut bytes: BTreeMap<NodeId, usize> = BTreeMap::new();
    for (line, _) in all.iter().zip(marked).filter(|(_, marked)| **marked) {
        let home = line.path.get(1).copied().unwrap_or(body);
        *bytes.entry(home).or_default() += line.text.len();
    }
    let most = bytes.values().copied().max().unwrap_or(0);
    bytes
        .into_iter()
        .filter(|(_, bytes)| bytes * SLIVER >= most)
        .map(|(home, _)| home)
        .collect()
}

/// Says whether an element names itself, by role, tag, class or id, as something around an article; what holds most of the page's text or its main
/// heading is never strange.
fn is_strange(node: &NodeRef<'_>, whole: usize) -> bool {
    let name = node.node_name().unwrap_or_default();
    let role = node.attr("role").unwrap_or_default();
    let by_role = matches!(
        role.as_ref(),
        "navigation"
            | "banner"
            | "complementary"
            | "contentinfo"
            | "search"
            | "menu"
            | "menubar"
            | "dialog"
            | "alert"
            | "toolbar"
    );
    let by_tag = matches!(name.as_ref(), "aside" | "footer");
    let by_words = [node.class(), node.id_attr()]
        .into_iter()
        .flatten()
        .any(|names| {
            names
                .split(|c: char| !c.is_alphanumeric())
                .any(|word| STRANGE_WORDS.contains(&word.to_ascii_lowercase().as_str()))
        });
    (by_role || by_tag || by_words)
        && !holds_an_article(node)
        && text_bytes(node) as f64 <= STRANGE_SHARE * whole as f64
}

/// The bytes of text in an element, scripts and styles left out.
fn text_bytes(node: &NodeRef<'_>) -> usize {
    node.descendants_it()
        .filter(|inner| {
            inner.is_text()
                && inner
                    .parent()
                    .and_then(|parent| parent.node_name())
                    .is_none_or(|name| !matches!(name.as_ref(), "script" | "style"))
        })
        .map(|inner| inner.text().trim().len())
        .sum()
}

fn holds_an_article(node: &NodeRef<'_>) -> bool {
    let is = |node: &NodeRef<'_>| {
        node.node_name()
            .is_some_and(|name| matches!(name.as_ref(), "h1" | "article" | "main" | "body"))
    };
    is(node) || node.descendants_it().any(|inner| is(&inner))
}

/// Drops runs of links before the first and after the last line of text, with their headings and dates.
fn without_trails(mut lines: Vec<Line>) -> Vec<Line> {
    let is_link = |line: &&Line| line.linked >= LINK_SHARE;
    let belongs = |line: &&Line| {
        is_link(line) || line.kind == BlockKind::Headline || dates::alone(&line.text).is_some()
    };
    let links = |run: &[Line]| {
        run.iter()
            .filter(is_link)
            .map(|line| line.links)
            .sum::<usize>()
    };
    let tail = lines.len() - lines.iter().rev().take_while(belongs).count();
    if tail > 0 && links(&lines[tail..]) >= TRAIL {
        lines.truncate(tail);
    }
    let head = lines.iter().take_while(is_link).count();
    if head < lines.len() && links(&lines[..head]) >= TRAIL {
        lines.drain(..head);
    }
    lines
}
