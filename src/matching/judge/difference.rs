//! What must be marked in the source so that a reader sees where the query differs.

use super::script::{Fate, Script};
use crate::text::{self, Token};

/// What to do with a stretch of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// It stands in both.
    Equal,
    /// It stands in the query only.
    Insert,
    /// It stands in the source only.
    Delete,
    /// It stands here in the query and elsewhere in the source.
    MoveIn,
    /// It stands here in the source and elsewhere in the query.
    MoveOut,
}

impl Op {
    /// Returns the name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Insert => "insert",
            Self::Delete => "delete",
            Self::MoveIn => "move-in",
            Self::MoveOut => "move-out",
        }
    }
}

/// A stretch of text and what to do with it. All but what is deleted and moved out is the query, all but what is inserted and moved in
/// the source, white space apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What to do.
    pub op: Op,
    /// The text, with the white space that follows it.
    pub text: String,
}

/// Returns the difference of a query against a source along a script.
pub(in super::super) fn difference(query: &str, source: &str, script: &Script) -> Vec<Edit> {
    let query_pieces = pieces(query);
    let source_pieces = pieces(source);
    let mut edits = Edits::default();
    let mut rest_of_source = script.source.iter().zip(&source_pieces);
    let mut waiting: Vec<(Op, &str)> = Vec::new();
    for (fate, piece) in script.query.iter().zip(&query_pieces) {
        match fate {
            Fate::Alone => waiting.push((Op::Insert, piece)),
            Fate::Moves(..) => waiting.push((Op::MoveIn, piece)),
            Fate::Stays(..) => {
                let mut counterpart = "";
                for (fate, piece) in rest_of_source.by_ref() {
                    match fate {
                        Fate::Alone => edits.push(Op::Delete, piece),
                        Fate::Moves(..) => edits.push(Op::MoveOut, piece),
                        Fate::Stays(..) => {
                            counterpart = piece;
                            break;
                        }
                    }
                }
                for (op, piece) in waiting.drain(..) {
                    edits.push(op, piece);
                }
                if counterpart.trim_end() == piece.trim_end() {
                    edits.push(Op::Equal, piece);
                } else {
                    edits.push(Op::Delete, counterpart);
                    edits.push(Op::Insert, piece);
                }
            }
        }
    }
    for (fate, piece) in rest_of_source {
        let op = match fate {
            Fate::Moves(..) => Op::MoveOut,
            _ => Op::Delete,
        };
        edits.push(op, piece);
    }
    for (op, piece) in waiting {
        edits.push(op, piece);
    }
    edits.0
}

#[derive(Default)]
struct Edits(Vec<Edit>);

impl Edits {
    fn push(&mut self, op: Op, text: &str) {
        match self.0.last_mut() {
            Some(last) if last.op == op => last.text.push_str(text),
            _ => self.0.push(Edit {
                op,
                text: text.to_owned(),
            }),
        }
    }
}

/// Returns each token with the white space that follows it.
fn pieces(text: &str) -> Vec<&str> {
    let tokens: Vec<Token> = text::tokens(text).collect();
    let ends = tokens.iter().skip(1).map(|token| token.span.start);
    tokens
        .iter()
        .zip(ends.chain([text.len()]))
        .map(|(token, end)| &text[token.span.start..end])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::tests::symbols;
    use proptest::prelude::*;

    fn between(query: &str, source: &str) -> Vec<Edit> {
        let (q, s) = symbols("en", query, source);
        difference(query, source, &Script::between(&q, &s))
    }

    fn shown(query: &str, source: &str) -> String {
        let show = |edit: Edit| {
            let text = edit.text.trim_end();
            match edit.op {
                Op::Equal => text.to_owned(),
                Op::Insert => format!("+{text}+"),
                Op::Delete => format!("-{text}-"),
                Op::MoveIn => format!(">{text}<"),
                Op::MoveOut => format!("<{text}>"),
            }
        };
        let shown: Vec<String> = between(query, source).into_iter().map(show).collect();
        shown.join(" ")
    }

    #[test]
    fn marks_what_came_and_what_went() {
        assert_eq!(
            shown(
                "The sides signed 7 new plans.",
                "The sides signed 5 plans today."
            ),
            "The sides signed -5- +7 new+ plans -today- ."
        );
    }

    #[test]
    fn marks_where_a_clause_came_from_and_went() {
        assert_eq!(
            shown(
                "the envoys signed the plan in the city of Brest",
                "in the city of Brest the envoys signed the plan"
            ),
            "<in the city of Brest> the envoys signed the plan >in the city of Brest<"
        );
    }

    proptest! {
        #[test]
        fn gives_both_texts_back(query in "([a-dA-D5-7]{1,2}[ ,.]?){0,12}", source in "([a-dA-D5-7]{1,2}[ ,.]?){0,12}") {
            let edits = between(&query, &source);
            let text = |ops: [Op; 3]| -> String {
                let kept = edits.iter().filter(|edit| ops.contains(&edit.op));
                kept.flat_map(|edit| edit.text.chars()).filter(|c| !c.is_whitespace()).collect()
            };
            let dense = |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace()).collect() };
            prop_assert_eq!(text([Op::Equal, Op::Insert, Op::MoveIn]), dense(&query));
            prop_assert_eq!(text([Op::Equal, Op::Delete, Op::MoveOut]), dense(&source));
        }
    }
}
