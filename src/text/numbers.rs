//! Numbers by their value, however they are written: `12 000` and `12,000`, `3,4` and `3.4`, `XXI` and `21st`, «полтора миллиарда» and `1.5 billion`.
//!
//! The words and habits of a language come in as a [`NumberWords`] table, which its profile holds. A chain such as `21.04.2025` that is no number
//! gives its parts. What cannot be told for sure is read in the way that is usual in translated news (`820,000` in a Russian text is a group).

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::roman::roman;
use super::{TokenKind, Value, lower, tokens};

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NumberForm {
    /// In digits, with a magnitude in words or without: `21`, `1,5 млрд`.
    Digits,
    /// In Roman numerals: `XXI`.
    Roman,
    /// In words: `twenty-one`, «третий».
    Words,
}

/// A number in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// Its value.
    pub value: Value,
    /// How it is written.
    pub form: NumberForm,
    /// Whether it is marked as an ordinal: `21st`, `21-й`, `third`. Roman numerals are not marked.
    pub ordinal: bool,
    /// Its bytes in the text: the digits without an ordinal's ending, with the magnitude.
    pub span: Range<usize>,
}

/// The number words of a language and its habits in writing digits; forms stand in lower case with е for ё, divided by spaces.
#[derive(Debug)]
pub struct NumberWords {
    /// Value (digits, exponent) and the forms of its word, no larger than hundreds unless the word cannot be multiplied («полмиллиона»).
    pub cardinals: &'static [(u64, i16, &'static str)],
    /// Value and the stems of its ordinal, to which `ordinal_endings` are joined.
    pub ordinals: &'static [(u64, &'static str)],
    /// The endings that make an ordinal of a stem; empty where `ordinals` holds whole forms.
    pub ordinal_endings: &'static str,
    /// Power of ten and the forms of the word that multiplies by it, abbreviations among them.
    pub magnitudes: &'static [(u8, &'static str)],
    /// Words that may stand inside a number: `and`, `a`.
    pub links: &'static str,
    /// What stands after digits to make an ordinal, with a hyphen or without: `st nd rd th`, «й го».
    pub digit_endings: &'static str,
    /// The mark before decimals; the other one of `.` and `,` divides groups.
    pub decimal: char,
    /// Whether a plain space divides groups of digits; a no-break or thin space always does.
    pub space_groups: bool,
    /// Whether a single Latin `I`, `V` or `X` is a numeral: true where the alphabet does not hold these letters.
    pub lone_roman: bool,
}

#[derive(Clone, Copy, Debug)]
enum Word {
    Cardinal(Value),
    Ordinal(Value),
    Magnitude(u8),
    Link,
}

/// Reads numbers by one language's table.
#[derive(Debug)]
pub struct Numerals {
    words: FxHashMap<String, Word>,
    /// How number words begin, for most words do not.
    beginnings: FxHashSet<[Option<char>; 2]>,
    longest: usize,
    habits: &'static NumberWords,
}

impl Numerals {
    /// Returns a reader by a language's table.
    pub fn new(table: &'static NumberWords) -> Self {
        let mut words = FxHashMap::default();
        for &(digits, exponent, forms) in table.cardinals {
            for form in forms.split(' ') {
                words.insert(
                    form.to_owned(),
                    Word::Cardinal(Value::new(digits, exponent)),
                );
            }
        }
        for &(value, stems) in table.ordinals {
            for stem in stems.split(' ') {
                for ending in table.ordinal_endings.split(' ') {
                    words.insert(
                        format!("{stem}{ending}"),
                        Word::Ordinal(Value::new(value, 0)),
                    );
                }
            }
        }
        for &(power, forms) in table.magnitudes {
            for form in forms.split(' ') {
                words.insert(form.to_owned(), Word::Magnitude(power));
            }
        }
        for link in table.links.split_whitespace() {
            words.insert(link.to_owned(), Word::Link);
        }
        let longest = words.keys().map(String::len).max().unwrap_or(0);
        Self {
            beginnings: words.keys().map(|word| beginning(word)).collect(),
            words,
            longest,
            habits: table,
        }
    }

    /// Returns the numbers of a text in order.
    pub fn read(&self, text: &str) -> Vec<Number> {
        let mut found = Vec::new();
        let mut sum = Sum::default();
        let mut folded = String::new();
        let mut until = 0;
        for token in tokens(text) {
            if token.span.start < until {
                continue;
            }
            let word = token.of(text);
            match token.kind {
                TokenKind::Number if word.starts_with(|c: char| c.is_ascii_digit()) => {
                    until = self.read_digits(text, token.span.start, &mut sum, &mut found);
                }
                TokenKind::Mark if word == "-" => {}
                TokenKind::Word => match self.word(word, &mut folded) {
                    Some(kind) => sum.take(kind, &token.span, &mut found),
                    None => {
                        sum.finish(&mut found);
                        if let Some(value) = roman(word, self.habits.lone_roman) {
                            found.push(Number {
                                value: Value::new(value, 0),
                                form: NumberForm::Roman,
                                ordinal: false,
                                span: token.span,
                            });
                        }
                    }
                },
                _ => sum.finish(&mut found),
            }
        }
        sum.finish(&mut found);
        found
    }

    fn word(&self, word: &str, folded: &mut String) -> Option<Word> {
        if word.len() > self.longest {
            return None;
        }
        if !self.beginnings.contains(&beginning(word)) {
            return None;
        }
        folded.clear();
        folded.extend(word.chars().map(plain));
        self.words.get(folded.as_str()).copied()
    }

    /// Reads the chain of digits at `start`, gives it to the sum and returns where it ends.
    fn read_digits(
        &self,
        text: &str,
        start: usize,
        sum: &mut Sum,
        found: &mut Vec<Number>,
    ) -> usize {
        let chain = Chain::at(text, start, self.habits.space_groups);
        let rest = &text[chain.end()..];
        let mut folded = String::new();
        let magnitude_follows = tokens(rest).next().is_some_and(|token| {
            matches!(
                self.word(token.of(rest), &mut folded),
                Some(Word::Magnitude(_))
            )
        });
        match chain.value(text, self.habits.decimal, magnitude_follows) {
            Some(value) => {
                let span = start..chain.end();
                if !magnitude_follows {
                    sum.finish(found);
                }
                sum.digits(value, span, self.ordinal_follows(rest), found);
            }
            None => {
                sum.finish(found);
                for part in &chain.parts {
                    if let Some(value) = whole(&text[part.clone()]) {
                        found.push(Number {
                            value,
                            form: NumberForm::Digits,
                            ordinal: false,
                            span: part.clone(),
                        });
                    }
                }
            }
        }
        // What is glued to the digits ("21st", "1990s") is no word of its own.
        let glued = rest
            .find(|c: char| !c.is_alphanumeric())
            .unwrap_or(rest.len());
        let glued = if matches!(
            self.word(&rest[..glued], &mut folded),
            Some(Word::Magnitude(_))
        ) {
            0
        } else {
            glued
        };
        chain.end() + glued
    }

    fn ordinal_follows(&self, rest: &str) -> bool {
        let rest = rest.strip_prefix(['-', '‑']).unwrap_or(rest);
        let end = rest
            .find(|c: char| !c.is_alphanumeric())
            .unwrap_or(rest.len());
        end > 0
            && self
                .habits
                .digit_endings
                .split(' ')
                .any(|ending| ending == &rest[..end])
    }
}

/// Returns the first two letters of a word as number words are written.
fn beginning(word: &str) -> [Option<char>; 2] {
    let mut letters = word.chars().map(plain);
    [letters.next(), letters.next()]
}

/// Returns a letter in lower case, ё as е.
fn plain(c: char) -> char {
    match lower(c) {
        'ё' => 'е',
        c => c,
    }
}

/// A chain of digit groups with one mark between each two.
struct Chain {
    parts: Vec<Range<usize>>,
    marks: Vec<char>,
}

impl Chain {
    fn at(text: &str, start: usize, space_groups: bool) -> Self {
        let digits_at = |at: usize| {
            let rest = &text[at..];
            let end = rest
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(rest.len());
            at..at + end
        };
        let mut parts = vec![digits_at(start)];
        let mut marks = Vec::new();
        loop {
            let end = parts.last().map_or(start, |part| part.end);
            let Some(mark) = text[end..].chars().next() else {
                break;
            };
            let space =
                matches!(mark, '\u{a0}' | '\u{202f}' | '\u{2009}') || mark == ' ' && space_groups;
            if !space && !matches!(mark, '.' | ',' | '\'' | '’') {
                break;
            }
            let next = digits_at(end + mark.len_utf8());
            let groups_so_far =
                parts[0].len() <= 3 && parts[1..].iter().all(|part| part.len() == 3);
            let apart = space || matches!(mark, '\'' | '’');
            let glued = text[next.end..]
                .chars()
                .next()
                .is_some_and(char::is_alphabetic);
            if next.is_empty() || apart && (next.len() != 3 || !groups_so_far || glued) {
                break;
            }
            marks.push(if apart { ' ' } else { mark });
            parts.push(next);
        }
        Self { parts, marks }
    }

    fn end(&self) -> usize {
        self.parts.last().map_or(0, |part| part.end)
    }

    /// Returns the value, or `None` where the chain is no one number, as in a date.
    fn value(&self, text: &str, decimal: char, magnitude_follows: bool) -> Option<Value> {
        let Some(&last_mark) = self.marks.last() else {
            return whole(&text[self.parts[0].clone()]);
        };
        let last = self.parts.last()?;
        let (before, last_before) = (&self.marks[..self.marks.len() - 1], self.marks.len());
        let grouped = |parts: &[Range<usize>]| {
            parts[0].len() <= 3 && parts[1..].iter().all(|part| part.len() == 3)
        };
        let one_kind = |marks: &[char]| marks.windows(2).all(|pair| pair[0] == pair[1]);
        let zero = text[self.parts[0].clone()].starts_with('0');
        let could_be_groups = grouped(&self.parts) && one_kind(&self.marks) && !zero;
        let ambiguous = self.marks.len() == 1 && last_mark == decimal;
        let groups = could_be_groups && !(ambiguous && (decimal == '.' || magnitude_follows));
        let joined: String = self.parts.iter().map(|part| &text[part.clone()]).collect();
        if groups {
            return whole(&joined);
        }
        let decimals = last_mark != ' '
            && one_kind(before)
            && before.last() != Some(&last_mark)
            && (last_before == 1 || grouped(&self.parts[..last_before]));
        let exponent = i16::try_from(last.len()).ok()?;
        decimals
            .then(|| {
                joined
                    .parse()
                    .ok()
                    .map(|digits| Value::new(digits, -exponent))
            })
            .flatten()
    }
}

fn whole(digits: &str) -> Option<Value> {
    digits.parse().ok().map(|value| Value::new(value, 0))
}

/// A number being put together from words and digits: `total` of what magnitudes have closed, `current` of what may still be multiplied.
#[derive(Default)]
struct Sum {
    total: Option<Value>,
    current: Option<Value>,
    /// What is added next must be below this power of ten within `current`.
    room: u8,
    /// And the next magnitude below this power.
    magnitude: Option<u8>,
    form: Option<NumberForm>,
    span: Range<usize>,
    ordinal: bool,
}

impl Sum {
    fn take(&mut self, word: Word, span: &Range<usize>, found: &mut Vec<Number>) {
        match word {
            Word::Cardinal(value) => self.add(value, span, NumberForm::Words, found),
            Word::Ordinal(value) => {
                self.add(value, span, NumberForm::Words, found);
                self.ordinal = true;
                self.finish(found);
            }
            Word::Magnitude(2) => {
                self.begin(span, NumberForm::Words);
                self.current = Some(self.current.unwrap_or(Value::new(1, 0)).times_ten_to(2));
                self.room = 2;
                self.span.end = span.end;
            }
            Word::Magnitude(power) => {
                if self.magnitude.is_some_and(|limit| power >= limit) {
                    self.finish(found);
                }
                self.begin(span, NumberForm::Words);
                let closed = self
                    .current
                    .take()
                    .unwrap_or(Value::new(1, 0))
                    .times_ten_to(power);
                self.total = self.total.map_or(Some(closed), |total| total.plus(closed));
                self.magnitude = Some(power);
                self.room = power;
                self.span.end = span.end;
            }
            Word::Link => {}
        }
    }

    fn digits(&mut self, value: Value, span: Range<usize>, ordinal: bool, found: &mut Vec<Number>) {
        if self.current.is_some() || self.form != Some(NumberForm::Digits) {
            self.finish(found);
        }
        self.add(value, &span, NumberForm::Digits, found);
        self.room = 0;
        if ordinal {
            self.ordinal = true;
            self.finish(found);
        }
    }

    fn add(
        &mut self,
        value: Value,
        span: &Range<usize>,
        form: NumberForm,
        found: &mut Vec<Number>,
    ) {
        let fits = (self.current.is_none() && self.total.is_none())
            || value.to_f64() < 10f64.powi(i32::from(self.room));
        if !fits {
            self.finish(found);
        }
        self.begin(span, form);
        self.current = match self.current {
            None => Some(value),
            Some(current) => current.plus(value),
        };
        // After "twenty" there is room for units, after "hundred" for tens, after units for nothing but a multiplier.
        self.room = u8::try_from(value.exponent.max(0)).unwrap_or(0).min(2);
        if value.digits > 9 {
            self.room = 0;
        }
        self.span.end = span.end;
    }

    fn begin(&mut self, span: &Range<usize>, form: NumberForm) {
        if self.form.is_none() {
            self.form = Some(form);
            self.span = span.clone();
        }
    }

    fn finish(&mut self, found: &mut Vec<Number>) {
        let done = std::mem::take(self);
        let value = match (done.total, done.current) {
            (Some(total), Some(current)) => total.plus(current),
            (total, current) => total.or(current),
        };
        if let (Some(value), Some(form)) = (value, done.form) {
            found.push(Number {
                value,
                form,
                ordinal: done.ordinal,
                span: done.span,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static DOT: NumberWords = NumberWords {
        cardinals: &[
            (2, 0, "two"),
            (5, 0, "five"),
            (2, 1, "twenty"),
            (5, -1, "half"),
        ],
        ordinals: &[(3, "third")],
        ordinal_endings: "",
        magnitudes: &[
            (2, "hundred"),
            (3, "thousand"),
            (6, "million"),
            (9, "billion bn"),
        ],
        links: "and a",
        digit_endings: "st nd rd th",
        decimal: '.',
        space_groups: false,
        lone_roman: false,
    };
    static COMMA: NumberWords = NumberWords {
        cardinals: &[
            (15, -1, "полтора полутора"),
            (2, 0, "два двух"),
            (2, 2, "двести"),
        ],
        ordinals: &[(3, "трет")],
        ordinal_endings: "ий ьего ья",
        magnitudes: &[(3, "тысяч тысячи"), (9, "миллиарда миллиардов млрд")],
        links: "",
        digit_endings: "й го я",
        decimal: ',',
        space_groups: true,
        lone_roman: true,
    };

    fn values(table: &'static NumberWords, text: &str) -> Vec<f64> {
        let numbers = Numerals::new(table).read(text);
        numbers.iter().map(|number| number.value.to_f64()).collect()
    }

    #[test]
    fn digits_are_read_by_the_habit_of_the_language() {
        assert_eq!(
            values(&DOT, "12,000 and 3.4, 3.125; 1,234.56"),
            [12000.0, 3.4, 3.125, 1234.56]
        );
        assert_eq!(
            values(&COMMA, "12 000 и 3,4 и 12\u{a0}000, 820,000, 1.234,56"),
            [12000.0, 3.4, 12000.0, 820_000.0, 1234.56]
        );
        assert_eq!(values(&COMMA, "3,125 млрд"), [3_125_000_000.0]);
        assert_eq!(values(&COMMA, "0,125"), [0.125]);
    }

    #[test]
    fn the_same_value_is_equal_however_written() {
        let one = Numerals::new(&DOT).read("1.5 billion");
        let other = Numerals::new(&COMMA).read("полтора миллиарда");
        let third = Numerals::new(&COMMA).read("1,5 млрд рублей");
        assert_eq!(one[0].value, other[0].value);
        assert_eq!(one[0].value, third[0].value);
        assert_eq!(third[0].span, 0.."1,5 млрд".len());
    }

    #[test]
    fn dates_and_times_give_their_parts() {
        assert_eq!(
            values(&COMMA, "21.04.2025 в 10:30"),
            [21.0, 4.0, 2025.0, 10.0, 30.0]
        );
        assert_eq!(values(&DOT, "version 1.2.3"), [1.0, 2.0, 3.0]);
    }

    #[test]
    fn ordinals_and_roman_numerals_have_the_value_of_the_cardinal() {
        let numbers = Numerals::new(&DOT).read("the 21st century, Third, XXI, 1990s");
        let seen: Vec<(f64, bool)> = numbers
            .iter()
            .map(|n| (n.value.to_f64(), n.ordinal))
            .collect();
        assert_eq!(
            seen,
            [(21.0, true), (3.0, true), (21.0, false), (1990.0, false)]
        );
        assert_eq!(numbers[0].form, NumberForm::Digits);
        assert_eq!(
            values(&COMMA, "III съезд, V, 21-й, третьего, ХХІ"),
            [3.0, 5.0, 21.0, 3.0, 21.0]
        );
    }

    #[test]
    fn words_that_look_like_numerals_are_left_alone() {
        assert!(values(&DOT, "I saw MI DC CIVIL MIX VIX a and").is_empty());
        assert!(values(&COMMA, "стол трибуна ММ").is_empty());
    }

    #[test]
    fn words_are_put_together() {
        assert_eq!(
            values(&DOT, "two hundred and twenty-five thousand"),
            [225_000.0]
        );
        assert_eq!(
            values(&DOT, "half a million; two, five"),
            [500_000.0, 2.0, 5.0]
        );
        assert_eq!(values(&DOT, "5 million. Two came"), [5_000_000.0, 2.0]);
        assert_eq!(
            values(&COMMA, "2 миллиарда 300 тысяч и двести два"),
            [2_000_300_000.0, 202.0]
        );
    }

    #[test]
    fn spans_lie_in_the_text_whatever_it_is() {
        for text in [
            "",
            "1",
            "99999999999999999999999",
            "1,",
            "1 000 000 0000",
            "٣ ½ 4²",
            "1.000.000,5x",
            "1'000",
        ] {
            for number in Numerals::new(&COMMA).read(text) {
                assert!(text.get(number.span).is_some());
            }
        }
    }
}
