//! A page as lines of text, each with the element it comes from.
//!
//! The rule: block elements and `br` end a line, inline elements never do, white space collapses as in a browser; lines of marks alone, a
//! stray full stop or a row of asterisks, are dirt. Recursion is safe because
//! [`super::bounds`] limits the depth.

use dom_query::{NodeId, NodeRef};

use crate::model::BlockKind;

/// A line of a page.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) kind: BlockKind,
    /// Its text with white space collapsed, not empty.
    pub(super) text: String,
    /// Lines that only `br` divides share it.
    pub(super) paragraph: u32,
    /// The element around it, and the elements around that one, from the inside out, without `body`.
    pub(super) path: Vec<NodeId>,
    /// The share of its characters inside links.
    pub(super) linked: f64,
    /// How many links it has.
    pub(super) links: usize,
}

impl Line {
    /// Returns a headline that no element of the article holds.
    pub(super) fn headline(text: &str) -> Self {
        Self {
            kind: BlockKind::Headline,
            text: text.to_owned(),
            paragraph: u32::MAX,
            path: Vec::new(),
            linked: 0.0,
            links: 0,
        }
    }
}

/// Returns the lines of a part of a page, in order; elements for which `skips` says so are left out with all that is in them.
pub(super) fn lines(root: &NodeRef<'_>, skips: &dyn Fn(&NodeRef<'_>) -> bool) -> Vec<Line> {
    let mut walk = Walk {
        lines: Vec::new(),
        path: Vec::new(),
        text: String::new(),
        open_links: 0,
        links: 0,
        linked_chars: 0,
        paragraph: 0,
        preformatted: false,
        skips,
    };
    walk.children(root, BlockKind::Paragraph);
    walk.end_line(BlockKind::Paragraph);
    walk.lines
}

struct Walk<'s> {
    lines: Vec<Line>,
    path: Vec<NodeId>,
    text: String,
    open_links: usize,
    links: usize,
    linked_chars: usize,
    paragraph: u32,
    preformatted: bool,
    skips: &'s dyn Fn(&NodeRef<'_>) -> bool,
}

impl Walk<'_> {
    fn children(&mut self, node: &NodeRef<'_>, kind: BlockKind) {
        for child in node.children_it(false) {
            if child.is_text() {
                let text = child.text();
                if self.preformatted {
                    self.preformatted_text(&text, kind);
                } else {
                    self.text.push_str(&text);
                }
                if self.open_links > 0 {
                    self.linked_chars += text.chars().filter(|c| !c.is_whitespace()).count();
                }
            } else if child.is_element() && !is_silent(&child) && !(self.skips)(&child) {
                self.element(&child, kind);
            }
        }
    }

    fn element(&mut self, node: &NodeRef<'_>, around: BlockKind) {
        let name = node.node_name().unwrap_or_default();
        match name.as_ref() {
            "br" => self.end_line(around),
            "a" => {
                self.links += 1;
                self.open_links += 1;
                self.children(node, around);
                self.open_links -= 1;
            }
            name if is_block(name) => {
                self.end_paragraph(around);
                self.path.push(node.id);
                let kind = kind(name, around);
                let outside = self.preformatted;
                self.preformatted |= name == "pre";
                self.children(node, kind);
                self.preformatted = outside;
                self.end_paragraph(kind);
                self.path.pop();
            }
            _ => self.children(node, around),
        }
    }

    /// Adds text whose lines are wrapped by hand: only empty ones divide it.
    fn preformatted_text(&mut self, text: &str, kind: BlockKind) {
        let mut lines = text.split('\n').enumerate().peekable();
        while let Some((index, line)) = lines.next() {
            // The last piece may go on in the next element.
            let is_whole = index > 0 && lines.peek().is_some();
            if is_whole && line.trim().is_empty() {
                self.end_paragraph(kind);
            }
            if index > 0 {
                self.text.push('\n');
            }
            self.text.push_str(line);
        }
    }

    fn end_paragraph(&mut self, kind: BlockKind) {
        self.end_line(kind);
        if self
            .lines
            .last()
            .is_some_and(|line| line.paragraph == self.paragraph)
        {
            self.paragraph += 1;
        }
    }

    fn end_line(&mut self, kind: BlockKind) {
        let text = self.text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.text.clear();
        let linked_chars = std::mem::take(&mut self.linked_chars);
        let links = std::mem::take(&mut self.links);
        if text.chars().all(|c| c != '…' && !c.is_alphanumeric()) {
            return;
        }
        let chars = text.chars().filter(|c| !c.is_whitespace()).count();
        self.lines.push(Line {
            kind,
            text,
            paragraph: self.paragraph,
            path: self.path.iter().rev().copied().collect(),
            linked: linked_chars as f64 / chars.max(1) as f64,
            links,
        });
    }
}

/// Elements whose content is no text of the page.
fn is_silent(node: &NodeRef<'_>) -> bool {
    let name = node.node_name().unwrap_or_default();
    matches!(
        name.as_ref(),
        "script"
            | "style"
            | "noscript"
            | "template"
            | "head"
            | "title"
            | "svg"
            | "math"
            | "object"
            | "audio"
            | "video"
            | "canvas"
            | "select"
            | "textarea"
            | "button"
            | "input"
            | "label"
            | "nav"
            | "dialog"
            | "map"
            | "iframe"
    ) || node.has_attr("hidden")
        || node
            .attr("aria-hidden")
            .is_some_and(|value| value.as_ref() == "true")
        || node.attr("style").is_some_and(|style| {
            let dense: String = style.chars().filter(|c| !c.is_whitespace()).collect();
            dense.to_ascii_lowercase().contains("display:none")
        })
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "html"
            | "legend"
            | "li"
            | "main"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
    )
}

/// The kind of the lines in an element; what stands in a list item or a caption stays that.
fn kind(name: &str, around: BlockKind) -> BlockKind {
    match name {
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => BlockKind::Headline,
        "li" => BlockKind::ListItem,
        "figcaption" | "caption" => BlockKind::Note,
        "td" | "th" | "table" | "blockquote" => BlockKind::Paragraph,
        _ => around,
    }
}
