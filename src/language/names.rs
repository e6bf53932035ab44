//! Names that can be told in a text with certainty: the places, days and acronyms of the lexicon, each in any form it has by its language's declensions.
//!
//! A form is read by rule, not by stem: «Минска» is «Минск» in one case, «Минской» is no form of it. The lexicon says what is a name
//! (its part of speech), never a capital. Nothing is made at the start: the few hundred rows with names are found when one is first asked for.

use std::sync::LazyLock;

use memchr::memmem::{find, find_iter};
use rustc_hash::FxHashMap;

use super::{LEXICON, LEXICON_COLUMNS, Profile};
use crate::text::fold;

/// What a name stands for; one takes the place of another of its kind only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameKind {
    Place,
    Day,
    Acronym,
}

/// The cases in which a form may stand, a bit each; all of them for a name that keeps one form.
pub(crate) const ANY_CASE: u8 = 0b11_1111;

/// A word read as a name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) kind: NameKind,
    /// The name as the lexicon has it.
    pub(crate) name: &'static str,
    pub(crate) cases: u8,
    /// What renders it, without double.
    pub(crate) renderings: Vec<&'static str>,
    /// Whether a row has several: they may be spellings of one name, or names of several things.
    pub(crate) is_ambiguous: bool,
}

impl Reading {
    /// Returns the name of the lexicon that a text is in some form, if it is one name of one kind. Acronyms are asked for by themselves, for they
    /// are rendered by acronyms.
    pub(crate) fn of(text: &str, acronym: bool, (from, to): (&Profile, &Profile)) -> Option<Self> {
        let (from_column, to_column) = (column(from)?, column(to)?);
        let folded = fold(text);
        let first = folded.chars().next()?;
        let mut found: Option<Self> = None;
        for &(row, name) in NAMES[from_column].get(&first).into_iter().flatten() {
            let row = &ROWS[row];
            let cases = match acronym {
                true if row.kind == NameKind::Acronym && name == text => ANY_CASE,
                // Written in the same letters, but for what declining changes: «МИНСК» is in capitals for a reason of its own.
                false if begins_alike(name, text) => cases_of(&fold(name), &folded, from),
                _ => 0,
            };
            if cases == 0 {
                continue;
            }
            let kind = match row.kind {
                NameKind::Acronym if !acronym => NameKind::Place,
                kind => kind,
            };
            let cell = row.cells[to_column].split("; ");
            let renderings: Vec<&str> = match acronym {
                true => cell.filter(|it| !it.contains(char::is_lowercase)).collect(),
                false => cell.collect(),
            };
            let is_ambiguous = renderings.len() > 1;
            match &mut found {
                None => {
                    found = Some(Self {
                        kind,
                        name,
                        cases,
                        renderings,
                        is_ambiguous,
                    });
                }
                Some(known) if known.kind != kind || known.name != name => return None,
                Some(known) => {
                    known.is_ambiguous |= is_ambiguous;
                    for rendering in renderings {
                        if !known.renderings.contains(&rendering) {
                            known.renderings.push(rendering);
                        }
                    }
                }
            }
        }
        found
    }
}

/// Says whether a name of the lexicon is also a word in it: «Мир», «среда».
pub(crate) fn is_common(name: &str) -> bool {
    let word = name.to_lowercase();
    find_iter(LEXICON.as_bytes(), word.as_bytes()).any(|start| {
        let (before, after) = (&LEXICON[..start], &LEXICON[start + word.len()..]);
        let row = before.rfind('\n').map_or(0, |end| end + 1);
        let part_of_speech = LEXICON[row..].split('\t').nth(1);
        (before.ends_with(['\n', '\t']) || before.ends_with("; "))
            && after.starts_with([';', '\t', '\n'])
            && part_of_speech.is_none_or(|part| KINDS.iter().all(|(name, _)| *name != part))
    })
}

/// How a name changes its ending: `nominative genitive dative accusative instrumental locative`, endings divided by `/` where there are several.
/// Those with the longest ending of the nominative that fits apply; `-` stands for a consonant at the end, to which endings are added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Declension(&'static str);

impl Declension {
    /// Returns the ways in which a name, in the form of [`fold`], may decline.
    pub(crate) fn of(name: &str, profile: &Profile) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        let mut longest = 0;
        for row in profile.grammar.declensions {
            let declension = Self(row);
            let Some(stem) = declension.stem(name) else {
                continue;
            };
            let length = name.len() - stem.len();
            if length > longest {
                found.clear();
                longest = length;
            }
            if length == longest {
                found.push(declension);
            }
        }
        found
    }

    /// Returns the part of a name that all its forms begin with.
    pub(crate) fn stem(self, name: &str) -> Option<&str> {
        match self.endings().next()? {
            "-" => name
                .ends_with(|c: char| c.is_alphabetic() && !NOT_CONSONANTS.contains(c))
                .then_some(name),
            ending => name.strip_suffix(ending),
        }
    }

    /// Returns the endings of all forms, each once.
    pub(crate) fn forms(self) -> Vec<&'static str> {
        let endings = self.endings().flat_map(|cell| cell.split('/'));
        let mut forms: Vec<&str> = endings.map(bare).collect();
        forms.sort_unstable();
        forms.dedup();
        forms
    }

    fn endings(self) -> impl Iterator<Item = &'static str> {
        self.0.split(' ')
    }
}

/// Letters at the end of a name that has an ending of its own in the nominative.
const NOT_CONSONANTS: &str = "аеёиоуыэюяіьйў";

fn bare(ending: &str) -> &str {
    match ending {
        "-" => "",
        ending => ending,
    }
}

/// Returns the cases in which a name has a form, both in the form of [`fold`]; all if names keep one form in this language.
fn cases_of(name: &str, form: &str, profile: &Profile) -> u8 {
    if profile.grammar.declensions.is_empty() {
        return if name == form { ANY_CASE } else { 0 };
    }
    let mut cases = 0;
    for declension in Declension::of(name, profile) {
        let ending = declension.stem(name).and_then(|it| form.strip_prefix(it));
        for (case, cell) in declension.endings().enumerate() {
            let is = |it: &str| Some(bare(it)) == ending;
            cases |= u8::from(cell.split('/').any(is)) << case;
        }
    }
    cases
}

fn begins_alike(name: &str, text: &str) -> bool {
    let capitals = |text: &str| {
        text.chars()
            .take(2)
            .map(char::is_uppercase)
            .collect::<Vec<_>>()
    };
    capitals(name) == capitals(text)
}

fn column(profile: &Profile) -> Option<usize> {
    LEXICON_COLUMNS
        .iter()
        .position(|(tag, _)| *tag == profile.tag)
}

/// The parts of speech that are names here.
const KINDS: [(&str, NameKind); 3] = [
    ("place", NameKind::Place),
    ("day", NameKind::Day),
    ("abbr", NameKind::Acronym),
];

/// A row of the lexicon, its cells in the order of [`LEXICON_COLUMNS`].
struct Row {
    kind: NameKind,
    cells: [&'static str; 3],
}

/// Names by their first letters, in the form of [`fold`], each with the number of its row.
type ByFirstLetter = FxHashMap<char, Vec<(usize, &'static str)>>;

/// The names of each column of the rows.
static NAMES: LazyLock<[ByFirstLetter; 3]> = LazyLock::new(|| {
    std::array::from_fn(|column| {
        let mut names = ByFirstLetter::default();
        for (number, row) in ROWS.iter().enumerate() {
            for name in row.cells[column].split("; ") {
                let first = fold(name).chars().next();
                names
                    .entry(first.unwrap_or_default())
                    .or_default()
                    .push((number, name));
            }
        }
        names
    })
});

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let mut rows = Vec::new();
    for (part_of_speech, kind) in KINDS {
        let field = format!("\t{part_of_speech}\t");
        for middle in find_iter(LEXICON.as_bytes(), field.as_bytes()) {
            let start = LEXICON[..middle].rfind('\n').map_or(0, |end| end + 1);
            let end = find(&LEXICON.as_bytes()[middle..], b"\n");
            let line = &LEXICON[start..end.map_or(LEXICON.len(), |end| middle + end)];
            let cell =
                |(_, number): (&str, usize)| line.split('\t').nth(number).unwrap_or_default();
            rows.push(Row {
                kind,
                cells: LEXICON_COLUMNS.map(cell),
            });
        }
    }
    rows
});
