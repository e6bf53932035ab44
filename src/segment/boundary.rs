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
/// A clause inside the sentence has only begun: «…, что в 2025 г.»; a starter outweighs it.
const CLAUSE_BEGUN: i32 = -2;
/// A closing bracket follows the full stop, so that the sentence around it most likely goes on.
const IN_BRACKETS: i32 = -2;
/// Before a name an abbreviation or initials outweigh an ordinary word, not a starter.
const JOINS: i32 = -2;
/// Surname first and initials after it, before a word that is no surname: the name is complete.
const SURNAME_BEFORE: i32 = 2;

/// Words of a sentence before an abbreviation under which it is not complete yet.
const FEW_WORDS: usize = 2;
/// The same for a sentence that begins with a preposition: «В мае 2025 г.».
const FEW_WORDS_AFTER_PREPOSITION: usize = 5;
/// Words before a date with which a sentence may be complete: «Завод открыт в 2010 г.»
const WORDS_OF_SENTENCE: usize = 4;
/// How far back the beginning of a sentence or clause is looked for, in bytes.
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
        // "Col. (ret.) Brown": a remark that begins small carries its own full stop.
        if run.is_full_stop() && run.bracket && self.is_small_remark() {
            return self.is_starter(following.word);
        }
        if run.is_full_stop() && !self.ends_at_full_stop(&following) {
            return false;
        }
        !self.is_inside_brackets(&following)
    }

    /// Says whether the bracket that closes here opened inside the sentence, with a small letter.
    fn is_small_remark(&self) -> bool {
        let head = self.head();
        let from = head.len().saturating_sub(REMARK_BYTES);
        let opened = head.as_bytes()[from..]
            .iter()
            .rposition(|byte| matches!(byte, b'(' | b'['))
            .map(|at| from + at);
        opened.is_some_and(|at| at > 0 && head[at + 1..].starts_with(char::is_lowercase))
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
        if following.first != First::Capital
            || following.quote
            || (self.is_starter(following.word) && !following.rest.starts_with('.'))
        {
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
            Before::Abbreviation(Class::Number | Class::Name) if numbered => return false,
            Before::Abbreviation(Class::Name) => JOINS,
            // «1 млрд. 300 млн.», «5 ч. 30 мин.»: a number goes on, unless the first one is a year.
            Before::Abbreviation(Class::Unit { calendar: false }) if numbered => return false,
            Before::Abbreviation(Class::Unit { .. } | Class::Open | Class::Number) => 0,
        };
        if following.bracket || following.rest.starts_with('№') {
            return false;
        }
        let opening = self.opening(head);
        let in_brackets = if self.run.bracket { IN_BRACKETS } else { 0 };
        let measure = before == Before::Abbreviation(Class::Unit { calendar: false });
        let next = match before {
            _ if measure => self.after_measure(following),
            // A word that looks like a verb is more likely a surname here.
            Before::Initial if !self.is_starter(following.word) => ANY_WORD,
            Before::Abbreviation(Class::Unit { calendar: true })
                if opening == 0 && self.has_words(head) && self.begins_clause(following) =>
            {
                ANY_WORD
            }
            _ => self.points_of(following),
        };
        // «Население — около 500 чел.» is complete, «В 9 ч. 30 мин.» is not.
        let complete = measure && (opening == CLAUSE_BEGUN || !self.begins_with_number(head));
        let opening = if complete { 0 } else { opening };
        weight + next + opening + in_brackets > 0
    }

    /// Says whether a number is the first or second word.
    fn begins_with_number(&self, head: &str) -> bool {
        let mut words = head.split_whitespace().take(2);
        words.any(|word| word.starts_with(|c: char| c.is_ascii_digit()))
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

    /// What the next word says.
    fn points_of(&self, following: &Following) -> i32 {
        let word = following.word;
        let initial = following.is_initial();
        if self.is_starter(word) && !initial {
            STARTER
        } else if following.before_dash() {
            ANY_WORD
        } else if initial
            || following.is_acronym()
            || is_abbreviation(following, self.rules)
            || folded(word, |word| self.rules.capitalised.begin(word)).unwrap_or(false)
        {
            CAPITALISED
        } else if self.is_verb(word) {
            STARTER
        } else if following.second().starts_with(char::is_uppercase) || self.is_surname(word) {
            CAPITALISED
        } else {
            ANY_WORD
        }
    }

    /// What the next word says after a measure («5 млн. долл.», "6 p.m."), where only acronyms and time zones go on.
    fn after_measure(&self, following: &Following) -> i32 {
        let word = following.word;
        let goes_on = following.is_acronym()
            || is_abbreviation(following, self.rules)
            || has(&self.rules.after_measure, word);
        if self.is_starter(word) && !following.is_initial() {
            STARTER
        } else if goes_on && !following.before_dash() {
            CAPITALISED
        } else {
            ANY_WORD
        }
    }

    /// «СГ объединяет», «Президент поблагодарил»: a verb follows the next word, which is then the subject of a new sentence; so are
    /// initials after a sentence that is complete.
    fn begins_clause(&self, following: &Following) -> bool {
        following.is_initial()
            || (!self.is_starter(following.word) && self.is_verb(following.second()))
    }

    fn is_verb(&self, word: &str) -> bool {
        let ends = |word: &str| ends_with_any(word, self.rules.verb_endings);
        word.chars().count() > 4 && folded(word, ends).unwrap_or(false)
    }

    /// Says whether enough words stand before the abbreviation for a sentence with a date at its end.
    fn has_words(&self, head: &str) -> bool {
        head.split_whitespace().take(WORDS_OF_SENTENCE + 1).count() > WORDS_OF_SENTENCE
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

    /// Weighs whether too little stands before the abbreviation to be a sentence: [`INCOMPLETE`] or, when a clause has only begun,
    /// [`CLAUSE_BEGUN`].
    fn opening(&self, head: &str) -> i32 {
        let mut from = head.len().saturating_sub(OPENING_BYTES);
        while !head.is_char_boundary(from) {
            from += 1;
        }
        let tail = &head[from..];
        let divided = [", ", "; ", ": ", " — ", " – "]
            .iter()
            .filter_map(|divider| Some(tail.rfind(divider)? + divider.len()))
            .max();
        if from == 0 && self.has_only_begun(tail, FEW_WORDS) {
            INCOMPLETE
        } else if divided.is_some_and(|at| self.has_only_begun(&tail[at..], 0)) {
            CLAUSE_BEGUN
        } else {
            0
        }
    }

    /// Says whether a clause holds fewer than `few` words before its last one, or not many behind a preposition at its beginning.
    fn has_only_begun(&self, clause: &str, few: usize) -> bool {
        let mut words = clause
            .split_whitespace()
            .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
            .filter(|word| !word.is_empty());
        let first = words.next().unwrap_or("");
        let mut rest = words.clone();
        // «что в 2025 г.»
        let joined = has(&self.rules.starters, first)
            && rest
                .next()
                .is_some_and(|word| has(&self.rules.prepositions, word));
        let limit = if joined || has(&self.rules.prepositions, first) {
            FEW_WORDS_AFTER_PREPOSITION
        } else {
            few
        };
        // The abbreviation itself is the last word and does not count.
        words.take(limit).count() < limit
    }

    /// Says whether the mark stands in brackets that opened inside the sentence and close later, or before a dash in brackets: a remark
    /// does not cut the sentence it stands in.
    fn is_inside_brackets(&self, following: &Following) -> bool {
        let sentence = &self.text.as_bytes()[self.start..self.run.end];
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
