//! DOCX (Office Open XML, ECMA-376 part 1, section 17): paragraphs of the text, table cells and notes are blocks.
//!
//! The rule: what a reader of the printed page reads. Deleted and hidden text, field codes and comments are left out; a text box comes after the
//! paragraph that it hangs on. Headings are known by their style's name, which is English in every language's Word, or its outline level.

use std::collections::HashMap;

use super::archive::{Token, attribute, part, walk};
use super::draft::Draft;
use crate::error::{Error, Result};
use crate::model::BlockKind;

/// Reads a DOCX document.
///
/// # Errors
/// [`Error::Unusable`] when it is damaged, too large or no document, [`Error::Syntax`] when a part is not well-formed.
pub(super) fn read(bytes: &[u8], name: &str) -> Result<Draft> {
    let Some(body) = part(bytes, "word/document.xml", name)? else {
        return Err(Error::Unusable {
            name: name.to_owned(),
            reason: "holds no document of a word processor".to_owned(),
        });
    };
    let headings = match part(bytes, "word/styles.xml", name)? {
        Some(styles) => headings(&styles, name)?,
        None => HashMap::new(),
    };
    let mut reader = Body {
        headings,
        ..Body::default()
    };
    walk(&body, name, &mut |token| {
        reader.take(token);
        Ok(())
    })?;
    for notes in ["word/footnotes.xml", "word/endnotes.xml"] {
        if let Some(notes) = part(bytes, notes, name)? {
            reader.in_notes = true;
            walk(&notes, name, &mut |token| {
                reader.take(token);
                Ok(())
            })?;
        }
    }
    if reader.deleted > 0 {
        reader.draft.warnings.push(format!(
            "{} deleted pieces of text in tracked changes were left out",
            reader.deleted
        ));
    }
    Ok(reader.draft)
}

/// Returns the identifiers of the styles that are headings.
fn headings(styles: &str, name: &str) -> Result<HashMap<String, ()>> {
    let (mut found, mut id) = (HashMap::new(), None);
    walk(styles, name, &mut |token| {
        match token {
            Token::Start(start, "style") => id = attribute(start, "styleId"),
            Token::Start(start, "name") => {
                let style = attribute(start, "val").unwrap_or_default().to_lowercase();
                let heading =
                    style.starts_with("heading") || style == "title" || style == "subtitle";
                if let (true, Some(id)) = (heading, &id) {
                    found.insert(id.clone(), ());
                }
            }
            Token::Start(_, "outlineLvl") => {
                found.extend(id.clone().map(|id| (id, ())));
            }
            Token::End("style") => id = None,
            _ => {}
        }
        Ok(())
    })?;
    Ok(found)
}

/// A paragraph that is being read.
#[derive(Default)]
struct Paragraph {
    text: String,
    heading: bool,
    listed: bool,
}

#[derive(Default)]
struct Body {
    draft: Draft,
    headings: HashMap<String, ()>,
    /// Open paragraphs: one inside another is a text box.
    open: Vec<Paragraph>,
    /// Text boxes wait for the paragraph that they hang on.
    waiting: Vec<Paragraph>,
    /// How many elements are open whose content is not read.
    skipped: usize,
    in_text: bool,
    hidden: bool,
    in_notes: bool,
    deleted: usize,
    paragraph: u32,
}

impl Body {
    fn take(&mut self, token: Token<'_>) {
        match token {
            Token::Start(start, element) => {
                let skips = matches!(
                    element,
                    "del"
                        | "moveFrom"
                        | "instrText"
                        | "Fallback"
                        | "delText"
                        | "sectPr"
                        | "rubyBase"
                ) || self.in_notes
                    && matches!(element, "footnote" | "endnote")
                    && attribute(start, "type").is_some();
                if self.skipped > 0 || skips {
                    self.deleted +=
                        usize::from(self.skipped == 0 && matches!(element, "del" | "moveFrom"));
                    self.skipped += 1;
                    return;
                }
                match element {
                    "p" => self.open.push(Paragraph::default()),
                    "r" => self.hidden = false,
                    "vanish" => {
                        self.hidden =
                            attribute(start, "val").is_none_or(|v| v != "0" && v != "false");
                    }
                    "t" => self.in_text = true,
                    _ => self.detail(element, attribute(start, "val")),
                }
            }
            Token::End(element) => {
                if self.skipped > 0 {
                    self.skipped -= 1;
                    return;
                }
                match element {
                    "t" => self.in_text = false,
                    "p" => self.end(),
                    _ => {}
                }
            }
            Token::Text(text) => {
                if self.in_text
                    && self.skipped == 0
                    && !self.hidden
                    && let Some(paragraph) = self.open.last_mut()
                {
                    paragraph.text.push_str(text);
                }
            }
        }
    }

    /// Takes in an element without content of its own.
    fn detail(&mut self, element: &str, value: Option<String>) {
        let is_heading = |id: &String| self.headings.contains_key(id);
        let heading = element == "outlineLvl" && value.as_deref() != Some("9")
            || element == "pStyle" && value.as_ref().is_some_and(is_heading);
        let Some(paragraph) = self.open.last_mut() else {
            return;
        };
        paragraph.heading |= heading;
        match element {
            "tab" | "ptab" => paragraph.text.push(' '),
            "br" | "cr" => paragraph.text.push('\n'),
            "noBreakHyphen" => paragraph.text.push('\u{2011}'),
            "numId" => paragraph.listed = value.as_deref() != Some("0"),
            _ => {}
        }
    }

    fn end(&mut self) {
        let Some(paragraph) = self.open.pop() else {
            return;
        };
        if !self.open.is_empty() {
            self.waiting.push(paragraph);
            return;
        }
        let boxes = std::mem::take(&mut self.waiting);
        for paragraph in std::iter::once(paragraph).chain(boxes) {
            let kind = match &paragraph {
                _ if self.in_notes => BlockKind::Note,
                Paragraph { heading: true, .. } => BlockKind::Headline,
                Paragraph { listed: true, .. } => BlockKind::ListItem,
                _ => BlockKind::Paragraph,
            };
            let before = self.draft.blocks.len();
            for line in paragraph.text.split('\n') {
                self.draft.push(kind, line, self.paragraph);
            }
            self.paragraph += u32::from(self.draft.blocks.len() > before);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::draft::owned;
    use crate::reading::odt::tests::zipped;

    #[test]
    fn reads_what_is_printed() {
        let document = r#"<w:document xmlns:w="w" xmlns:mc="mc"><w:body>
            <w:p><w:pPr><w:pStyle w:val="1"/></w:pPr><w:r><w:t>Візіт </w:t></w:r><w:r><w:t>міністра</w:t></w:r></w:p>
            <w:p><w:r><w:t>Першы</w:t><w:br/><w:t>радок &amp; другі.</w:t></w:r><w:del><w:r><w:delText>Не.</w:delText></w:r></w:del>
              <w:r><w:rPr><w:vanish/></w:rPr><w:t>Схаванае.</w:t></w:r><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>
            <w:tbl><w:tr><w:tc><w:p><w:r><w:t>Ячэйка</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
            <w:p><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr><w:r><w:t>пункт</w:t></w:r></w:p></w:body></w:document>"#;
        let styles = r#"<w:styles xmlns:w="w"><w:style w:styleId="1"><w:name w:val="heading 1"/></w:style></w:styles>"#;
        let notes = r#"<w:footnotes xmlns:w="w"><w:footnote w:type="separator"><w:p><w:r><w:t>-</w:t></w:r></w:p></w:footnote>
            <w:footnote w:id="2"><w:p><w:r><w:t>Заўвага.</w:t></w:r></w:p></w:footnote></w:footnotes>"#;
        let bytes = zipped(&[
            ("word/document.xml", document),
            ("word/styles.xml", styles),
            ("word/footnotes.xml", notes),
        ]);
        let draft = read(&bytes, "a.docx").unwrap();
        assert_eq!(
            draft.contents(),
            owned(&[
                ("headline", "Візіт міністра"),
                ("paragraph", "Першы"),
                ("paragraph", "радок & другі."),
                ("paragraph", "Ячэйка"),
                ("list-item", "пункт"),
                ("note", "Заўвага."),
            ])
        );
        assert_eq!(draft.warnings.len(), 1);
    }

    #[test]
    fn refuses_damaged_files() {
        let bytes = zipped(&[("word/document.xml", "<w:document><w:body>")]);
        assert!(
            read(&bytes, "a.docx")
                .unwrap_err()
                .to_string()
                .contains("cut off")
        );
        for end in 0..bytes.len() {
            assert!(read(&bytes[..end], "a.docx").is_err());
        }
        assert!(read(&zipped(&[("x", "")]), "a.docx").is_err());
    }
}
