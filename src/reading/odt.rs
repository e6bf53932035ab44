//! ODT (OpenDocument 1.3, part 3, section 5): paragraphs, headings, list items, table cells and notes are blocks.
//!
//! The rule: what a reader of the printed page reads. Deleted text and comments are left out; footnotes come after the text.

use super::archive::{Token, attribute, part, walk};
use super::draft::Draft;
use crate::error::{Error, Result};
use crate::model::BlockKind;

/// The most spaces that one element may stand for.
const MAX_SPACES: usize = 100;

/// Reads an ODT document.
///
/// # Errors
/// [`Error::Unusable`] when it is damaged, too large or no document, [`Error::Syntax`] when its content is not well-formed.
pub(super) fn read(bytes: &[u8], name: &str) -> Result<Draft> {
    let Some(content) = part(bytes, "content.xml", name)? else {
        return Err(Error::Unusable {
            name: name.to_owned(),
            reason: "holds no document of a word processor".to_owned(),
        });
    };
    let mut body = Body::default();
    walk(&content, name, &mut |token| {
        body.take(token);
        Ok(())
    })?;
    for text in std::mem::take(&mut body.notes) {
        body.push(BlockKind::Note, &text);
    }
    Ok(body.draft)
}

#[derive(Default)]
struct Body {
    draft: Draft,
    /// The texts of open paragraphs, one inside another in notes and text boxes, and whether each is a heading.
    open: Vec<(String, bool)>,
    /// Text boxes wait for the paragraph that they hang on.
    waiting: Vec<(String, bool)>,
    notes: Vec<String>,
    /// How many elements are open whose content is not read.
    skipped: usize,
    items: usize,
    in_notes: usize,
    paragraph: u32,
}

impl Body {
    fn take(&mut self, token: Token<'_>) {
        match token {
            Token::Start(start, element) => {
                let skips = matches!(
                    element,
                    "tracked-changes"
                        | "annotation"
                        | "note-citation"
                        | "sequence-decls"
                        | "forms"
                        | "table-of-content"
                );
                if self.skipped > 0 || skips {
                    self.skipped += 1;
                    return;
                }
                match element {
                    "p" | "h" => self.open.push((String::new(), element == "h")),
                    "list-item" => self.items += 1,
                    "note-body" => self.in_notes += 1,
                    "s" => {
                        let count = attribute(start, "c").and_then(|count| count.parse().ok());
                        let spaces = " ".repeat(count.unwrap_or(1).min(MAX_SPACES));
                        self.add(&spaces);
                    }
                    "tab" => self.add(" "),
                    "line-break" => self.add("\n"),
                    _ => {}
                }
            }
            Token::End(element) => {
                if self.skipped > 0 {
                    self.skipped -= 1;
                    return;
                }
                match element {
                    "p" | "h" => self.end(),
                    "list-item" => self.items = self.items.saturating_sub(1),
                    "note-body" => self.in_notes = self.in_notes.saturating_sub(1),
                    _ => {}
                }
            }
            Token::Text(text) if self.skipped == 0 => {
                // A line end in the file is white space.
                self.add(&text.replace('\n', " "));
            }
            Token::Text(_) => {}
        }
    }

    fn add(&mut self, text: &str) {
        if let Some((paragraph, _)) = self.open.last_mut() {
            paragraph.push_str(text);
        }
    }

    fn end(&mut self) {
        let Some((text, heading)) = self.open.pop() else {
            return;
        };
        if self.in_notes > 0 {
            self.notes.push(text);
        } else if self.open.is_empty() {
            let boxes = std::mem::take(&mut self.waiting);
            for (text, heading) in std::iter::once((text, heading)).chain(boxes) {
                let kind = match (heading, self.items) {
                    (true, _) => BlockKind::Headline,
                    (false, 1..) => BlockKind::ListItem,
                    (false, 0) => BlockKind::Paragraph,
                };
                self.push(kind, &text);
            }
        } else {
            self.waiting.push((text, heading));
        }
    }

    fn push(&mut self, kind: BlockKind, text: &str) {
        let before = self.draft.blocks.len();
        for line in text.split('\n') {
            self.draft.push(kind, line, self.paragraph);
        }
        self.paragraph += u32::from(self.draft.blocks.len() > before);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::{Cursor, Write as _};

    use super::*;
    use crate::reading::draft::owned;

    /// Returns an archive of these files.
    pub(in crate::reading) fn zipped(files: &[(&str, &str)]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in files {
            let options = zip::write::SimpleFileOptions::default();
            archive.start_file(*name, options).unwrap();
            archive.write_all(content.as_bytes()).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    #[test]
    fn reads_what_is_printed() {
        let content = r#"<office:document-content xmlns:office="o" xmlns:text="t"><office:body><office:text>
            <text:tracked-changes><text:p>Не.</text:p></text:tracked-changes>
            <text:h>Візіт міністра</text:h>
            <text:p>Першы<text:line-break/>радок<text:s text:c="3"/>&amp; другі<text:note><text:note-citation>1</text:note-citation>
              <text:note-body><text:p>Заўвага.</text:p></text:note-body></text:note>.</text:p>
            <text:list><text:list-item><text:p>пункт</text:p></text:list-item></text:list>
            </office:text></office:body></office:document-content>"#;
        let bytes = zipped(&[
            ("mimetype", "application/vnd.oasis.opendocument.text"),
            ("content.xml", content),
        ]);
        assert_eq!(
            read(&bytes, "a.odt").unwrap().contents(),
            owned(&[
                ("headline", "Візіт міністра"),
                ("paragraph", "Першы"),
                ("paragraph", "радок & другі ."),
                ("list-item", "пункт"),
                ("note", "Заўвага."),
            ])
        );
    }
}
