//! Bytes become a document: encodings, and one file per format.
//!
//! The rule: nothing is guessed silently. Whatever had to be guessed, dropped or left out stands in [`Document::warnings`], and bytes that are not
//! a text are refused with a remedy. Reading is a function of the bytes and the request: a page's links, images and scripts are never followed.

mod archive;
mod dates;
mod docx;
mod draft;
mod encoding;
mod format;
mod front;
mod html;
mod markdown;
mod odt;
mod text;
mod turns;
mod xml;

use crate::error::{Error, Result};
use crate::language::{Detection, Detector, is_detectable};
use crate::model::{BlockKind, Document, Lang, Origin};
use draft::{Draft, Facts, MOST_BLOCKS};

pub use format::Format;

/// What the user says about the bytes to be read; whatever is absent is found out.
#[derive(Clone, Debug, Default)]
pub struct Request<'a> {
    /// The file or stream as the user named it: its extension tells the format, messages name it.
    pub name: &'a str,
    /// The language, when the user knows better than the page.
    pub lang: Option<Lang>,
    /// The format, when the name does not tell.
    pub format: Option<Format>,
    /// The label of the encoding (WHATWG Encoding Standard), such as `windows-1251`.
    pub encoding: Option<&'a str>,
}

/// Below this confidence the user is told that the language is in doubt: of whole documents nearly none fall under it.
const DOUBTFUL: f64 = 0.8;

/// The largest HTML and Markdown files that are read, in bytes: their trees take up to 40 and 60 times as much memory, beside what many short tags
/// take, and the longest pages of releases have 2 MiB.
const MAX_HTML: usize = 6 << 20;
const MAX_MARKDOWN: usize = 4 << 20;

/// Reads a document.
///
/// # Errors
/// [`Error::Unusable`] when the bytes are no text, or a text without letters whose language the request does not say; [`Error::Syntax`]
/// with line and column when they break the rules of their encoding or format; [`Error::Invalid`] for an unknown name of an encoding.
///
/// ```
/// # use diglot::reading::{Request, read};
/// let page = "<html lang=en><title>A visit</title><p>The minister paid a visit to the new school.</p></html>";
/// let document = read(page.as_bytes(), &Request { name: "visit.html", ..Request::default() })?;
/// assert_eq!(document.lang.as_str(), "en");
/// assert_eq!(document.text, "A visit\n\nThe minister paid a visit to the new school.");
/// # Ok::<(), diglot::Error>(())
/// ```
pub fn read(bytes: &[u8], request: &Request<'_>) -> Result<Document> {
    read_with(bytes, request, &Detector::new())
}

/// Reads a document like [`read`], with a detector whose models are loaded once for many documents.
///
/// # Errors
/// As [`read`].
pub fn read_with(bytes: &[u8], request: &Request<'_>, detector: &Detector) -> Result<Document> {
    let name = request.name;
    let format = request.format.unwrap_or_else(|| Format::of(name, bytes));
    let most = match format {
        Format::Html => MAX_HTML,
        Format::Markdown => MAX_MARKDOWN,
        _ => usize::MAX,
    };
    if bytes.len() > most {
        return Err(Error::Unusable {
            name: name.to_owned(),
            reason: format!(
                "{} MiB of {}; more than {} MiB are not read, cut it first",
                bytes.len() >> 20,
                format.as_str(),
                most >> 20
            ),
        });
    }
    let long = || Error::Unusable {
        name: name.to_owned(),
        reason: format!("holds more than {MOST_BLOCKS} lines; cut it first"),
    };
    let decode = || encoding::decode(bytes, name, request.encoding, format);
    let (mut draft, warnings) = match format {
        Format::Docx => (docx::read(bytes, name)?, Vec::new()),
        Format::Odt => (odt::read(bytes, name)?, Vec::new()),
        Format::Text => decode().map(|decoded| (text::read(decoded.text), decoded.warnings))?,
        Format::Html => {
            let decoded = decode()?;
            (html::read(&decoded.text, name)?, decoded.warnings)
        }
        Format::Markdown => {
            let decoded = decode()?;
            // All of them become a tree before the first is a block.
            if decoded.text.lines().nth(MOST_BLOCKS).is_some() {
                return Err(long());
            }
            (markdown::read(&decoded.text), decoded.warnings)
        }
        Format::Xml => {
            let decoded = decode()?;
            (xml::read(&decoded.text, name)?, decoded.warnings)
        }
    };
    draft.warnings.splice(0..0, warnings);
    if draft.blocks.is_empty() {
        return Err(Error::Unusable {
            name: name.to_owned(),
            reason: "holds no text".to_owned(),
        });
    }
    if draft.blocks.len() > MOST_BLOCKS {
        return Err(long());
    }
    text::mark(&mut draft);
    front::mark(&mut draft);
    draft.blocks = turns::mark(&draft.text, draft.blocks);
    let (lang, lang_confidence) = language(&mut draft, request, detector)?;
    let Draft {
        text,
        blocks,
        facts,
        warnings,
    } = draft;
    let title = facts.title.or_else(|| {
        let headline = blocks.iter().find(|b| b.kind == BlockKind::Headline)?;
        Some(text[headline.span.clone()].to_owned())
    });
    Ok(Document {
        lang,
        lang_confidence,
        origin: Origin {
            publisher: facts.publisher,
            address: facts.address,
            title,
            date: facts.date,
            file: (!name.is_empty()).then(|| name.to_owned()),
            hash: Some(blake3::hash(bytes).to_hex().to_string()),
        },
        alternates: facts.alternates,
        text,
        blocks,
        warnings,
    })
}

/// Says whether what is found speaks clearly against a language.
fn contradicts(lang: &Lang, found: &Detection) -> bool {
    found.lang.primary() != lang.primary() && found.confidence >= DOUBTFUL
}

/// Returns the characters of a plain text, line ends as `\n`, with what a reader should be told about their encoding.
///
/// # Errors
/// As [`read`], but for the language.
pub fn decode(bytes: &[u8], request: &Request<'_>) -> Result<(String, Vec<String>)> {
    let decoded = encoding::decode(bytes, request.name, request.encoding, Format::Text)?;
    Ok((decoded.text, decoded.warnings))
}

/// The language that the user says, else the one that the page says and its text does not contradict, else the one that the text is found in.
fn language(draft: &mut Draft, request: &Request<'_>, detector: &Detector) -> Result<(Lang, f64)> {
    let found = detector.detect_document(&draft.text);
    if let Some(lang) = &request.lang {
        if let Some(found) = found.filter(|found| is_detectable(lang) && contradicts(lang, found)) {
            draft.warnings.push(format!(
                "read as `{lang}` as you say, but the text looks like `{}`",
                found.lang
            ));
        }
        return Ok((lang.clone(), 1.0));
    }
    let Facts { lang: declared, .. } = &draft.facts;
    match (declared, found) {
        (Some(declared), Some(found)) if is_detectable(declared) => {
            // `be` and `be-Latn` differ in script and agree in language.
            if declared.primary() == found.lang.primary() {
                let more_precise = found.lang.as_str().len() > declared.as_str().len();
                let lang = if more_precise {
                    found.lang
                } else {
                    declared.clone()
                };
                return Ok((lang, 1.0));
            }
            if found.confidence < DOUBTFUL {
                let warning = format!(
                    "the page says that its language is `{declared}`, the text looks like `{}`; taken for `{declared}`",
                    found.lang
                );
                let lang = declared.clone();
                draft.warnings.push(warning);
                return Ok((lang, 1.0 - found.confidence));
            }
            draft.warnings.push(format!(
                "the page says that its language is `{declared}`, but the text is in `{}`",
                found.lang
            ));
            Ok((found.lang, found.confidence))
        }
        (Some(declared), _) => Ok((declared.clone(), 1.0)),
        (None, Some(found)) => {
            if found.lang.primary() == "und" {
                draft.warnings.push(
                    "its language is none of those that can be recognised: treated as any language; name it if you can"
                        .to_owned(),
                );
            } else if found.confidence < DOUBTFUL {
                draft.warnings.push(format!(
                    "the language is in doubt: taken for `{}` at {:.0} %",
                    found.lang,
                    (100.0 * found.confidence).floor()
                ));
            }
            Ok((found.lang, found.confidence))
        }
        (None, None) => Err(Error::Unusable {
            name: request.name.to_owned(),
            reason: "holds no letters of a language that can be recognised; say `--lang`"
                .to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn request(name: &str) -> Request<'_> {
        Request {
            name,
            ..Request::default()
        }
    }

    #[test]
    fn the_text_wins_over_a_page_that_names_the_wrong_language() {
        let page = "<html lang=en><p>Делегации обсудили развитие торговли и подписали меморандум.</p></html>";
        let document = read(page.as_bytes(), &request("a.html")).unwrap();
        assert_eq!(document.lang.as_str(), "ru");
        assert!(
            document
                .warnings
                .iter()
                .any(|w| w.contains("`en`") && w.contains("`ru`")),
            "{:?}",
            document.warnings
        );
    }

    #[test]
    fn a_language_that_cannot_be_recognised_is_believed() {
        let page = "<html lang=de><p>Die Minister haben eine Erklärung unterzeichnet.</p></html>";
        let document = read(page.as_bytes(), &request("a.html")).unwrap();
        assert_eq!(document.lang.as_str(), "de");
        assert!(document.warnings.is_empty(), "{:?}", document.warnings);
    }

    #[test]
    fn the_user_has_the_last_word() {
        let asked = Request {
            name: "a.txt",
            lang: Lang::new("be").ok(),
            ..Request::default()
        };
        let document = read("1, 2, 3".as_bytes(), &asked).unwrap();
        assert_eq!(
            (document.lang.as_str(), document.lang_confidence),
            ("be", 1.0)
        );
    }

    #[test]
    fn a_text_without_letters_is_refused_with_a_remedy() {
        let error = read(b"1, 2, 3", &request("a.txt")).unwrap_err().to_string();
        assert!(error.contains("--lang"), "{error}");
        assert!(read(b" \n ", &request("a.txt")).is_err());
    }

    #[test]
    fn the_origin_names_the_file_and_its_hash() {
        let document = read("Прывітанне ўсім.".as_bytes(), &request("a.txt")).unwrap();
        assert_eq!(document.origin.file.as_deref(), Some("a.txt"));
        assert_eq!(document.origin.hash.map(|hash| hash.len()), Some(64));
    }

    fn keeps_its_promises(document: &Document) {
        let mut at = 0;
        for block in &document.blocks {
            assert!(document.text[at..block.span.start].trim().is_empty());
            let text = &document.text[block.span.clone()];
            assert!(!text.is_empty() && text.trim() == text, "{text:?}");
            assert!(!text.contains('\n'));
            at = block.span.end;
        }
        assert!(document.text[at..].trim().is_empty());
    }

    /// Pieces that matter to some format or to the reading of turns, so that arbitrary texts are not all plain.
    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "\\PC{0,12}",
            "[<>/&;!\\-\\[\\]=\"' a-zі.:]{0,12}",
            proptest::sample::select(vec![
                "<p>",
                "</p>",
                "<div>",
                "</div>",
                "<li>",
                "<br>",
                "<h1>",
                "<script>",
                "</script>",
                "<!--",
                "-->",
                "\n",
                "\n\n",
                "\r",
                "# ",
                "- ",
                "> ",
                "В.Иванов: ",
                "Ann Lee: ",
                "Question: ",
                "Ann Lee, Minister:",
                "20 ноября 2025",
                "12.02.2026Имя",
                "---\n",
                "title: x\n",
                "\u{0}",
                "<a x=\"1\">",
                "</a>",
                "<?xml version=\"1.0\"?>",
                "<![CDATA[",
                "]]>",
                "&amp;",
                "&#1;",
                "(note)",
                "«слова»",
                "\u{2028}",
                "\u{301}",
            ])
            .prop_map(str::to_owned),
        ];
        proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn any_text_in_any_format_is_read_or_refused(text in pieces()) {
            for format in Format::ALL {
                let asked = Request { name: "x", lang: Lang::new("ru").ok(), format: Some(format), encoding: None };
                if let Ok(document) = read(text.as_bytes(), &asked) {
                    keeps_its_promises(&document);
                }
            }
        }

        #[test]
        fn any_bytes_in_any_format_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            for format in Format::ALL {
                let asked = Request { name: "x", lang: None, format: Some(format), encoding: None };
                if let Ok(document) = read(&bytes, &asked) {
                    keeps_its_promises(&document);
                }
            }
        }
    }
}
