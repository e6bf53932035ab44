//! The marks that may end a sentence, and the quotation marks and brackets that close with them.

/// Marks of the end in other scripts than Latin and Cyrillic (Unicode `Sentence_Terminal`, the ones in daily use); they are not used in
/// abbreviations.
const FULL_MARKS: [char; 9] = ['。', '！', '？', '।', '॥', '։', '؟', '۔', '⸮'];

/// The first bytes of every mark and line end in UTF-8, by byte: what a scan has to stop at.
static STOPS: [bool; 256] = {
    let mut stops = [false; 256];
    // `.`, `!`, `?`, `\n`, vertical tab, form feed, `\r`; `…` and U+2028 f.; `؟`; `۔`; `։`; `।`; `。`; `！`.
    let bytes = [
        b'.', b'!', b'?', b'\n', 0x0b, 0x0c, b'\r', 0xe2, 0xd8, 0xdb, 0xd6, 0xe0, 0xe3, 0xef,
    ];
    let mut at = 0;
    while at < bytes.len() {
        stops[bytes[at] as usize] = true;
        at += 1;
    }
    stops
};

/// Returns where the next mark or line end may begin, from `at` on.
pub(super) fn next_stop(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    Some(at + rest.iter().position(|&byte| STOPS[byte as usize])?)
}

/// Says whether the character ends a line.
pub(super) fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{2028}' | '\u{2029}')
}

/// Says whether the character opens a quotation or closes it: an ASCII one may do both.
pub(super) fn is_quote(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '«'
            | '»'
            | '“'
            | '”'
            | '„'
            | '‟'
            | '‘'
            | '’'
            | '‚'
            | '‹'
            | '›'
            | '」'
            | '』'
    )
}

/// A full stop, question mark or the like with all that follows it without white space: more marks, closing quotation marks, closing
/// brackets, a footnote number in brackets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Run {
    /// The byte after it.
    pub(super) end: usize,
    /// A question or exclamation mark is among it, or a mark of another script.
    pub(super) strong: bool,
    /// It begins with an ellipsis.
    pub(super) ellipsis: bool,
    /// A quotation closes in it.
    pub(super) quote: bool,
    /// A bracket closes in it.
    pub(super) bracket: bool,
    /// A mark follows what closed («…?».), so that the sentence outside ends as well.
    pub(super) ends_outside: bool,
    /// It ends with a mark of a script that puts no space after it.
    pub(super) spaceless: bool,
}

impl Run {
    /// Reads the run that begins at a byte; `None` when no mark stands there.
    pub(super) fn read(text: &str, start: usize) -> Option<Self> {
        let mut run = Self::default();
        let (mut marks, mut full_stops) = (0, 0);
        let mut at = start;
        while let Some(c) = text.get(at..)?.chars().next() {
            let full = FULL_MARKS.contains(&c);
            match c {
                '.' | '!' | '?' | '…' => {}
                _ if full => {}
                _ if marks == 0 => return None,
                ')' | ']' | '}' => run.bracket = true,
                c if is_quote(c) && !matches!(c, '„' | '‚') => run.quote = true,
                '[' => match footnote(&text[at..]) {
                    Some(length) => {
                        at += length;
                        continue;
                    }
                    None => break,
                },
                _ => break,
            }
            if matches!(c, '.' | '!' | '?' | '…') || full {
                marks += 1;
                full_stops += usize::from(c == '.');
                run.strong |= matches!(c, '!' | '?') || full;
                run.ellipsis |= c == '…' || full_stops > 1;
                run.ends_outside |= run.quote || run.bracket;
                run.spaceless = matches!(c, '。' | '！' | '？');
            }
            at += c.len_utf8();
        }
        run.end = at;
        (marks > 0).then_some(run)
    }

    /// Says whether it is one bare full stop, which may belong to an abbreviation.
    pub(super) fn is_full_stop(&self) -> bool {
        !self.strong && !self.ellipsis && !self.ends_outside
    }
}

/// Returns the bytes of a footnote number such as `[12]` at the beginning of the text.
fn footnote(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('[')?;
    let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
    (1..=3)
        .contains(&digits)
        .then(|| inner[digits..].starts_with(']').then_some(digits + 2))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_closes_with_the_mark() {
        let run = Run::read("слово?!») Он", "слово".len()).unwrap();
        assert_eq!(run.end, "слово?!»)".len());
        assert!(run.strong && run.quote && run.bracket && !run.ends_outside);
        assert!(Run::read("a».", 1).is_none());
        assert!(Run::read("Да?».", 4).unwrap().ends_outside);
        assert_eq!(Run::read("end.[12] Next", 3).unwrap().end, 8);
    }

    #[test]
    fn stops_at_every_mark() {
        for mark in FULL_MARKS
            .into_iter()
            .chain(['.', '!', '?', '…', '\n', '\u{2028}'])
        {
            let text = format!("ab{mark}");
            assert_eq!(next_stop(text.as_bytes(), 0), Some(2), "{mark:?}");
        }
    }
}
