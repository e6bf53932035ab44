//! Whether a sentence ends at a mark.
//!
//! Most marks are settled by what follows: a small letter goes on, a capital after a question mark begins anew. What is left are full stops that
//! may belong to an abbreviation, initials or a number; for these, points are added up, and a sentence ends above zero.

use std::ops::Range;

use super::before::{Before, Class, before, folded, has, is_roman, last_word};
use super::following::{First, Following};
use super::run::{Run, is_line_end, next_stop};
use super::trimmed;
use crate::language::{Sentences, profile};
use crate::model::Lang;

/// The next word begins sentences and is capitalised for no other reason: "He", «Это».
const STARTER: i32 = 3;
/// The next word is one like any other. After an abbreviation that may end a sentence this is enough.
const ANY_WORD: i32 = 1;
/// The next word is capitalised inside sentences too: a title, an institution, a country, an acronym, a surname.
const CAPITALISED: i32 = -2;
/// What stands before can be no whole sentence: «В 2025 г.», "The U.S.". Outweighs a starter.
const INCOMPLETE: i32 = -4;
/// A closing bracket follows the full stop, so that the sentence around it most likely goes on.
const IN_BRACKETS: i32 = -2;
/// Before a name or a number an abbreviation or initials outweigh an ordinary word, not a starter.
const JOINS: i32 = -2;
/// Surname first and initials after it, before a word that is no surname: the name is complete.
const SURNAME_BEFORE: i32 = 2;

/// Words of a sentence before an abbreviation under which it is not complete yet.
const FEW_WORDS: usize = 2;
/// The same for a sentence that begins with a preposition: «В мае 2025 г.».
const FEW_WORDS_AFTER_PREPOSITION: usize = 5;
/// How far the first words of a sentence are looked at, in bytes.
const OPENING_BYTES: usize = 300;
/// The longest remark in brackets inside a sentence, in bytes; a bracket open for longer is taken for one that nobody closed.
const REMARK_BYTES: usize = 400;

/// Returns the sentences of a text as byte spans: ordered, disjoint, without white space at their ends, with white space only between them.
///
/// Of the language its profile is asked; any language works, with fewer abbreviations known. Line ends always end a sentence. Takes time
/// linear in the text.
///
/// ```
/// # use diglot::{model::Lang, segment::sentences};
/// let text = "В 2025 г. Президент посетит Китай. Визит готовится.";
/// let found: Vec<&str> = sentences(text, &Lang::new("ru")?).into_iter().map(|span| &text[span]).collect();
/// assert_eq!(found, ["В 2025 г. Президент посетит Китай.", "Визит готовится."]);
/// # Ok::<(), diglot::Error>(())
/// ```
pub fn sentences(text: &str, lang: &Lang) -> Vec<Range<usize>> {
    let rules = profile(lang).sentences;
    let mut spans = Vec::new();
    let mut close = |span: Range<usize>| {
        let span = trimmed(text, span);
        if !span.is_empty() {
            spans.push(span);
        }
    };
    let (mut start, mut at) = (0, 0);
    // Up to where the sentence has been looked through for a letter or digit, and whether it has one.
    let (mut looked, mut has_word) = (0, false);
    while let Some(mark) = next_stop(text.as_bytes(), at) {
        let Some(c) = text[mark..].chars().next() else {
            break;
        };
        at = mark + c.len_utf8();
        if is_line_end(c) {
            close(start..mark);
            (start, looked, has_word) = (at, at, false);
        } else if let Some(run) = Run::read(text, mark) {
            at = run.end;
            has_word |= text[looked..mark].contains(char::is_alphanumeric);
            looked = at;
            let candidate = Candidate {
                text,
                start,
                mark,
                run,
                rules,
            };
            if has_word && candidate.ends() {
                close(start..at);
                (start, has_word) = (at, false);
            }
        }
    }
    close(start..text.len());
    spans
}

/// A mark that may end a sentence, in its place.
struct Candidate<'t> {
    text: &'t str,
    /// Where the sentence begins.
    start: usize,
    /// Where the run of marks begins.
    mark: usize,
    run: Run,
    rules: &'static Sentences,
}

impl<'t> Candidate<'t> {
    /// Says whether the sentence ends here.
    fn ends(&self) -> bool {
        let run = self.run;
        let following = Following::read(&self.text[run.end..]);
        if !following.apart && !run.spaceless && following.first != First::Nothing {
            return self.ends_glued(&following);
        }
        match following.first {
            First::Nothing => return true,
            First::Other => return false,
            First::Small if !following.begins_small() => return false,
            First::Digit if following.dash => return false,
            First::Small | First::Capital | First::Digit | First::Symbol => {}
        }
        // «Да!» — Министр; the dash carries on after what was quoted.
        if following.dash && run.quote && !run.ends_outside {
            return false;
        }
        // "(!)" and "(?)" comment on the word before them.
        if run.bracket && self.text[..self.mark].ends_with(['(', '[']) {
            return false;
        }
        if run.strong && run.quote && self.is_reported(&following) {
            return false;
        }
        if run.is_full_stop() && !self.ends_at_full_stop(&following) {
            return false;
        }
        !self.is_inside_brackets(&following)
    }

    /// The same without white space after the mark: «конец.Начало», where somebody forgot it.
    fn ends_glued(&self, following: &Following) -> bool {
        let token = last_word(self.head());
        let letters = |word: &str| {
            word.chars().all(char::is_alphabetic) && word.chars().skip(1).all(char::is_lowercase)
        };
        !self.run.quote
            && following.first == First::Capital
            && token.chars().count() > 2
            && letters(token)
            && following.word.chars().count() > 1
            && letters(following.word)
            && !following.rest.starts_with('.')
            && before(self.head(), self.rules) == Before::Word
    }

    /// The sentence up to the mark.
    fn head(&self) -> &'t str {
        self.text[self.start..self.mark].trim_start()
    }

    /// Says whether a clause of reporting follows a quoted question: `"Why?" Mr. Smith asked.`
    fn is_reported(&self, following: &Following) -> bool {
        if following.first != First::Capital || following.quote || self.is_starter(following.word) {
            return false;
        }
        following
            .rest
            .split(|c: char| c.is_whitespace())
            .take(5)
            .take_while(|word| !word.ends_with(['?', '!', ',', ':']))
            .any(|word| has(&self.rules.reporting, word.trim_end_matches('.')))
    }

    /// Decides about a single full stop.
    fn ends_at_full_stop(&self, following: &Following) -> bool {
        let head = self.head();
        let numbered = following.first == First::Digit
            || following.first == First::Symbol
            || is_roman(following.word) && !self.is_starter(following.word);
        let before = before(head, self.rules);
        let weight = match before {
            // "z. B.", «к. 2»: a letter that is an abbreviation in no table, or its first part.
            Before::Word if following.is_initial() || following.first == First::Digit => {
                return last_word(head).chars().count() != 1;
            }
            Before::Word => return true,
            Before::Number => return self.ends_at_number(head, following),
            Before::Initial if following.is_initial() => return false,
            Before::Initial => JOINS + self.surname_before(head, following),
            Before::Abbreviation(Class::Never) => return false,
            Before::Abbreviation(Class::Closing) => return !following.bracket,
            Before::Abbreviation(Class::OnlyNumber) => return !numbered,
            Before::Abbreviation(Class::Number) if numbered => return false,
            Before::Abbreviation(Class::Number | Class::Name) => JOINS,
            // «1 млрд. 300 млн.», «5 ч. 30 мин.»: a number goes on, unless the first one is a year.
            Before::Abbreviation(Class::Unit { calendar: false }) if numbered => return false,
            Before::Abbreviation(Class::Unit { .. } | Class::Open) => 0,
        };
        if following.bracket || following.rest.starts_with('№') {
            return false;
        }
        let incomplete = if self.is_incomplete(head) {
            INCOMPLETE
        } else {
            0
        };
        let in_brackets = if self.run.bracket { IN_BRACKETS } else { 0 };
        let measure = before == Before::Abbreviation(Class::Unit { calendar: false });
        weight + self.points_of(following, measure) + incomplete + in_brackets > 0
    }

    /// A number ends a sentence unless it counts what follows: "1. The Parties", "Article 5. Rights", «3. Mai».
    fn ends_at_number(&self, head: &str, following: &Following) -> bool {
        let number = last_word(head);
        let before = &head[..head.len() - number.len()];
        let earlier = before.trim_end();
        let heading = has(&self.rules.headings, earlier.trim_end_matches('.'));
        if !earlier.contains(char::is_alphanumeric) || heading {
            return false;
        }
        let short = number.len() <= 2 && number.bytes().all(|byte| byte.is_ascii_digit());
        let item = short && earlier.len() < before.len() && earlier.ends_with([':', ';']);
        let date = short
            && following.first == First::Digit
            && following.rest.starts_with('.')
            && following.word.len() <= 2;
        let ordinal = self.rules.ordinal_stop
            && (short || is_roman(number))
            && !self.is_starter(following.word);
        !(item || date || ordinal)
    }

    /// What the next word says; after a measure («5 млн. долл.», "6 p.m.") only acronyms and time zones go on.
    fn points_of(&self, following: &Following, measure: bool) -> i32 {
        let word = following.word;
        let initial = following.is_initial();
        if self.is_starter(word) && !initial {
            return STARTER;
        }
        if following.is_acronym() || is_abbreviation(following, self.rules) {
            return CAPITALISED;
        }
        if measure {
            let tail = has(&self.rules.after_measure, word);
            return if tail { CAPITALISED } else { ANY_WORD };
        }
        let begins_with = |word: &str| self.rules.capitalised.begin(word);
        let ends_as_verb = |word: &str| ends_with_any(word, self.rules.verb_endings);
        if initial
            || folded(word, begins_with).unwrap_or(false)
            || following.second().starts_with(char::is_uppercase)
        {
            CAPITALISED
        } else if word.chars().count() > 4 && folded(word, ends_as_verb).unwrap_or(false) {
            STARTER
        } else if self.is_surname(word) {
            CAPITALISED
        } else {
            ANY_WORD
        }
    }

    fn is_starter(&self, word: &str) -> bool {
        has(&self.rules.starters, word) || has(&self.rules.prepositions, word)
    }

    fn is_surname(&self, word: &str) -> bool {
        word.chars().count() > 4 && ends_with_any(word, self.rules.surname_endings)
    }

    /// «Иванов А. С. Доклад»: the initials belong to the word before them.
    fn surname_before(&self, head: &str, following: &Following) -> i32 {
        let mut rest = head;
        let name = loop {
            let word = last_word(rest);
            let earlier = rest[..rest.len() - word.len()].trim_end();
            let initial = word.chars().all(|c| c.is_uppercase() || c == '.');
            match earlier.strip_suffix('.') {
                Some(more) if initial && !word.is_empty() => rest = more,
                _ if initial && !word.is_empty() => break last_word(earlier),
                _ => break word,
            }
        };
        let belongs = name.starts_with(char::is_uppercase)
            && self.is_surname(name)
            && !self.is_surname(following.word);
        if belongs { SURNAME_BEFORE } else { 0 }
    }

    /// Says whether too little stands before the abbreviation to be a sentence.
    fn is_incomplete(&self, head: &str) -> bool {
        let mut end = head.len().min(OPENING_BYTES);
        while !head.is_char_boundary(end) {
            end -= 1;
        }
        let mut words = head[..end]
            .split_whitespace()
            .filter(|word| word.contains(char::is_alphanumeric));
        let Some(first) = words.next() else {
            return true;
        };
        let first = first.trim_matches(|c: char| !c.is_alphanumeric());
        let preposition = has(&self.rules.prepositions, first);
        let few = if preposition {
            FEW_WORDS_AFTER_PREPOSITION
        } else {
            FEW_WORDS
        };
        // The abbreviation itself is the last word of `head` and does not count.
        words.take(few).count() < few
    }

    /// Says whether the mark stands in brackets that opened inside the sentence and close later, or before a dash in brackets: a remark
    /// does not cut the sentence it stands in.
    fn is_inside_brackets(&self, following: &Following) -> bool {
        let sentence = self.text[self.start..self.run.end].as_bytes();
        let from = sentence.len().saturating_sub(REMARK_BYTES);
        let mut closed = 0;
        let opened = sentence[from..].iter().rposition(|byte| {
            match byte {
                b')' | b']' => closed += 1,
                b'(' | b'[' if closed > 0 => closed -= 1,
                b'(' | b'[' => return true,
                _ => {}
            }
            false
        });
        let Some(opened) = opened.map(|at| self.start + from + at) else {
            return false;
        };
        let rest = &self.text.as_bytes()[self.run.end..];
        let closes = rest
            .iter()
            .take(REMARK_BYTES)
            .take_while(|&&byte| byte != b'\n')
            .any(|byte| matches!(byte, b')' | b']'));
        let inside = self.text[self.start..opened].contains(char::is_alphanumeric);
        closes && (inside || following.dash)
    }
}

/// Says whether the next word is an abbreviation: "Co. Ltd.", "Maj. Gen.".
fn is_abbreviation(following: &Following, rules: &Sentences) -> bool {
    following.rest.starts_with('.')
        && matches!(before(following.word, rules), Before::Abbreviation(_))
}

fn ends_with_any(word: &str, endings: &[&str]) -> bool {
    endings.iter().any(|ending| word.ends_with(ending))
}
