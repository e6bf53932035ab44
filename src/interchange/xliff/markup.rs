//! Small pieces of XLIFF's markup: prefixes, white space, codes in their places, states and match rates.

use super::super::Proposal;
use super::super::xml::escape::{push_attribute, push_text};
use crate::model::InlineCode;

/// Returns the prefix of a start tag with its colon.
pub(super) fn prefix_of(tag: &str) -> String {
    let name = tag.trim_start_matches('<');
    let name = &name[..name
        .find([' ', '>', '/', '\t', '\n', '\r'])
        .unwrap_or(name.len())];
    name.split_once(':')
        .map_or(String::new(), |(prefix, _)| format!("{prefix}:"))
}

/// Returns the white space from the last line end before a place, if there is nothing else.
pub(super) fn indent_before(text: &str, at: usize) -> String {
    let before = &text[..at];
    let blank = before.trim_end_matches([' ', '\t']);
    if !blank.ends_with('\n') {
        return String::new();
    }
    let end = if blank.ends_with("\r\n") { 2 } else { 1 };
    before[blank.len() - end..].to_owned()
}

/// Says whether markup holds no text.
pub(super) fn is_blank(markup: &str) -> bool {
    let mut rest = markup;
    loop {
        let Some((text, after)) = rest.split_once('<') else {
            return rest.trim().is_empty();
        };
        if !text.trim().is_empty() {
            return false;
        }
        rest = after.split_once('>').map_or("", |(_, rest)| rest);
    }
}

/// Says whether start and end tags among these elements pair up in order.
pub(super) fn is_nested(elements: &[String]) -> bool {
    let mut open: Vec<&str> = Vec::new();
    for element in elements {
        let name = element.trim_start_matches(['<', '/']);
        let name = &name[..name.find([' ', '>', '/']).unwrap_or(name.len())];
        if element.starts_with("</") {
            if open.pop() != Some(name) {
                return false;
            }
        } else if !element.ends_with("/>") && !element.contains("</") {
            open.push(name);
        }
    }
    open.is_empty()
}

pub(super) fn place_codes(out: &mut String, text: &str, codes: &[InlineCode], elements: &[String]) {
    let mut written = 0;
    for (code, element) in codes.iter().zip(elements) {
        let at = code.at.clamp(written, text.len());
        if let Some(stretch) = text.get(written..at) {
            push_text(out, stretch);
            written = at;
        }
        out.push_str(element);
    }
    push_text(out, text.get(written..).unwrap_or_default());
}

/// Returns state and qualifier of a target of 1.2.
pub(super) fn state_of(proposal: &Proposal, complete: bool) -> (&'static str, &'static str) {
    match (proposal.percent, proposal.confirmed && complete) {
        (100.., true) => ("translated", "exact-match"),
        (100.., false) => ("needs-review-translation", "exact-match"),
        _ => ("needs-review-translation", "fuzzy-match"),
    }
}

/// Returns the `alt-trans` of 1.2 that says where a rendering comes from.
pub(super) fn match_of(proposal: &Proposal, prefix: &str, segment: Option<&str>) -> String {
    let mut out = format!("<{prefix}alt-trans");
    push_attribute(
        &mut out,
        "match-quality",
        &format!("{}%", proposal.percent.min(100)),
    );
    push_attribute(&mut out, "origin", "diglot");
    if let Some(segment) = segment {
        push_attribute(&mut out, "mid", segment);
    }
    out.push_str(&format!("><{prefix}source>"));
    push_text(&mut out, &proposal.source);
    out.push_str(&format!("</{prefix}source><{prefix}target>"));
    push_text(&mut out, &proposal.target);
    out.push_str(&format!("</{prefix}target></{prefix}alt-trans>"));
    out
}
