//! Names in a repair: «Минска» becomes «Гродно» and "Minsk" "Grodno", «ООН» becomes «СНГ» and "UN" "CIS".
//!
//! Known is what stands in the memory by itself with one rendering, a place, day or acronym of the lexicon ([`crate::language`]), in whatever form,
//! with one rendering or with one spelling that the memory uses, and an acronym that the memory's texts explain: «… (ОДКБ)» beside "… (CSTO)". What comes instead must be
//! of the same kind, possible in the same case, and go with the same words: articles, prepositions, genders. Where names decline, it must decline alike and
//! takes the very ending that stands there. What quotation marks, brackets or tags set apart is a label, of which nothing of this is asked.

use std::ops::Range;

use super::{Sentences, Work};
use crate::language::{ANY_CASE, Declension, NameKind, Profile, Reading, is_common};
use crate::matching::judge::Cause;
use crate::text::{self, fold};

/// What the memory knows of names.
pub(in super::super) trait Names {
    /// Says how a text is rendered that stands in the memory by itself.
    fn alone(&self, text: &str) -> Alone;

    /// Returns what renders an acronym in all texts that have both in brackets.
    fn glossed(&self, acronym: &str) -> Option<String>;

    /// Says whether a text in the language of the renderings has this word.
    fn is_used(&self, word: &str) -> bool;
}

/// How a text is rendered that stands in a memory by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Alone {
    /// It does not stand there.
    Unknown,
    /// Always so.
    Always(String),
    /// Now so, now otherwise.
    InDoubt,
}

/// Letters of an acronym.
const ACRONYM: std::ops::RangeInclusive<usize> = 2..=8;

/// The fewest letters of a stem by which a word tells that it was made of a name: «минский» of «Минск».
const TELLING_STEM: usize = 3;

/// Says whether a word is written as an acronym.
pub(in super::super) fn is_acronym(word: &str) -> bool {
    word.chars().all(char::is_uppercase) && ACRONYM.contains(&word.chars().count())
}

impl Work {
    /// Puts the rendering of one name in the place of another's.
    pub(super) fn name(
        &mut self,
        sentences: &Sentences<'_>,
        (old_text, new_text): (&str, &str),
        known: &dyn Names,
    ) -> Option<()> {
        let Sentences {
            source, target, to, ..
        } = *sentences;
        if old_text.is_empty() || new_text.is_empty() {
            return None;
        }
        let in_source = only_place(source, old_text)?;
        let written = |text| Written::of(text, sentences);
        let (old, new) = (written(old_text)?, written(new_text)?);
        let old = Name::of(old, known)?;
        let new = Name::of(new, known)?;
        let place = Place::of(&old, target, to)?;
        let is_apart = is_set_apart(target, &place.span);
        if !old.may_become(&new, is_apart)
            || old.is_told_again(sentences)
            || old.is_part_of_a_name(source, &in_source, sentences.from)
        {
            return None;
        }
        let rendering = new.rendering(known)?;
        let becomes = place.filled_with(rendering, to)?;
        if !is_apart {
            place.fits(&old, rendering, &becomes, sentences)?;
        }
        let is_acronym = old.kind == Some(NameKind::Acronym);
        self.edits.push((place.span, becomes));
        let (from, to) = (old_text.to_owned(), new_text.to_owned());
        let by_lexicon = new.by_lexicon;
        self.cause(match is_acronym {
            true => Cause::Acronym {
                from,
                to,
                by_lexicon,
            },
            false => Cause::Name {
                from,
                to,
                by_lexicon,
            },
        });
        Some(())
    }
}

/// A name of the source or the query, and what may render it.
struct Name {
    /// `None` for a name of which the memory knows the rendering and nobody knows more.
    kind: Option<NameKind>,
    /// As the lexicon has it.
    lexical: Option<&'static str>,
    cases: u8,
    renderings: Vec<String>,
    by_lexicon: bool,
    /// Whether the renderings may be of several things of one name: Georgia.
    is_ambiguous: bool,
}

/// What is written as a name is, before the memory is asked.
struct Written<'t> {
    text: &'t str,
    acronym: bool,
    kind: Option<NameKind>,
    reading: Option<Reading>,
}

impl<'t> Written<'t> {
    fn of(text: &'t str, sentences: &Sentences<'_>) -> Option<Self> {
        let acronym = is_acronym(text);
        let reading = Reading::of(text, acronym, (sentences.from, sentences.to));
        let kind = match (&reading, acronym) {
            (_, true) => Some(NameKind::Acronym),
            (Some(reading), false) => Some(reading.kind),
            (None, false) => None,
        };
        let is_name = kind == Some(NameKind::Day) || text.starts_with(char::is_uppercase);
        is_name.then_some(Self {
            text,
            acronym,
            kind,
            reading,
        })
    }
}

impl Name {
    fn of(written: Written<'_>, known: &dyn Names) -> Option<Self> {
        let Written {
            text,
            acronym,
            kind,
            reading,
        } = written;
        let lexical = reading.as_ref().map(|it| it.name);
        let mut alone = known.alone(text);
        if let (Alone::Unknown, Some(name)) = (&alone, lexical.filter(|name| *name != text)) {
            alone = known.alone(name);
        }
        let mut by_lexicon = false;
        let mut renderings = match alone {
            Alone::Always(rendering) => vec![rendering],
            Alone::InDoubt => return None,
            Alone::Unknown => {
                by_lexicon = reading.is_some();
                let found = reading.iter().flat_map(|it| &it.renderings);
                found.map(|it| (*it).to_owned()).collect()
            }
        };
        if acronym {
            renderings.retain(|it| is_acronym(it));
            if renderings.is_empty() {
                by_lexicon = false;
                renderings.extend(known.glossed(text).filter(|it| is_acronym(it)));
            }
        }
        (!renderings.is_empty()).then(|| Self {
            kind,
            lexical,
            is_ambiguous: reading.as_ref().is_some_and(|it| it.is_ambiguous),
            cases: reading.map_or(ANY_CASE, |it| it.cases),
            renderings,
            by_lexicon,
        })
    }

    /// Says whether another name may stand where this one does; where names are set apart it may be of another kind.
    fn may_become(&self, other: &Self, is_apart: bool) -> bool {
        let alike = match (self.kind, other.kind) {
            (Some(one), Some(other)) => one == other,
            (None, None) => true,
            // What the memory alone knows may be a place.
            (one, other) => is_apart || one.or(other) == Some(NameKind::Place),
        };
        alike && self.cases & other.cases != 0
    }

    /// Says whether a place's name is a part of a longer one in the source. That a sentence begins with a capital says nothing.
    fn is_part_of_a_name(&self, source: &str, span: &Range<usize>, from: &Profile) -> bool {
        let (before, after) = neighbours(source, span, from);
        let is_first = text::tokens(&source[..span.start]).nth(1).is_none();
        self.kind == Some(NameKind::Place) && (after || before && !is_first)
    }

    /// Says whether another word of the source is made of the name, as «минский» of «Минск»: then the target's name may render that one.
    fn is_told_again(&self, sentences: &Sentences<'_>) -> bool {
        let Some(name) = self
            .lexical
            .filter(|_| self.kind != Some(NameKind::Acronym))
            .map(fold)
        else {
            return false;
        };
        let declensions = Declension::of(&name, sentences.from).into_iter();
        let stems = declensions.filter_map(|it| it.stem(&name));
        let Some(stem) = stems.filter(|it| it.chars().count() >= TELLING_STEM).min() else {
            return false;
        };
        let tokens = text::tokens(sentences.source);
        let made = tokens.filter(|token| fold(token.of(sentences.source)).starts_with(stem));
        made.count() > 1
    }

    /// Returns the only rendering that may come into a target: where the lexicon has several, the one that the memory uses.
    fn rendering(&self, known: &dyn Names) -> Option<&str> {
        if self.by_lexicon
            && self.kind != Some(NameKind::Acronym)
            && self.lexical.is_some_and(is_common)
        {
            return None;
        }
        let renderings = self.renderings.iter().map(String::as_str);
        if let [only] = &*self.renderings {
            return Some(only);
        }
        let words = |text: &str| text::tokens(text).count();
        if self.is_ambiguous {
            return None;
        }
        let mut used = renderings.filter(|it| words(it) != 1 || known.is_used(it));
        used.next()
            .filter(|only| used.next().is_none() && words(only) == 1)
    }
}

/// Where a name's rendering stands in a target.
struct Place<'r> {
    span: Range<usize>,
    rendering: &'r str,
    /// How it declines, and the ending it has there.
    ending: Option<(Declension, &'static str)>,
}

impl<'r> Place<'r> {
    /// Returns the only place where one of a name's renderings stands, in whatever form.
    fn of(name: &'r Name, target: &str, to: &Profile) -> Option<Self> {
        let declines = !to.grammar.declensions.is_empty();
        let mut places: Vec<Self> = Vec::new();
        for rendering in &name.renderings {
            let mut add = |form: &str, ending| {
                let found = all_places(target, form);
                places.extend(found.map(|span| Self {
                    span,
                    rendering,
                    ending,
                }));
            };
            match name.kind {
                Some(NameKind::Acronym) => add(rendering, None),
                _ if !declines => add(rendering, None),
                Some(NameKind::Place | NameKind::Day) => {
                    if let Some((declension, stem)) = declined(rendering, to) {
                        for ending in declension.forms() {
                            add(&format!("{stem}{ending}"), Some((declension, ending)));
                        }
                    }
                }
                // Nothing is known of its forms.
                None => add(rendering, None),
            }
        }
        let inside = |one: &Range<usize>, other: &Range<usize>| {
            one != other && other.start <= one.start && one.end <= other.end
        };
        let whole = |it: &&Self| !places.iter().any(|other| inside(&it.span, &other.span));
        let mut found = places.iter().filter(whole);
        let only = found.next()?.span.clone();
        if found.next().is_some() {
            return None;
        }
        places.into_iter().find(|it| it.span == only)
    }

    /// Returns what a rendering looks like here.
    fn filled_with(&self, rendering: &str, to: &Profile) -> Option<String> {
        let Some((declension, ending)) = self.ending else {
            return Some(rendering.to_owned());
        };
        let (own, stem) = declined(rendering, to)?;
        (own == declension).then(|| format!("{stem}{ending}"))
    }

    /// Says whether the words around go with the new name as with the old.
    fn fits(
        &self,
        old: &Name,
        rendering: &str,
        becomes: &str,
        Sentences {
            source, target, to, ..
        }: &Sentences<'_>,
    ) -> Option<()> {
        let grammar = to.grammar;
        let declines = !grammar.declensions.is_empty();
        let capital = |text: &str| text.starts_with(char::is_uppercase);
        if declines && old.kind.is_none()
            || grammar.name_groups.is_empty()
            || capital(self.rendering) != capital(rendering)
        {
            return None;
        }
        let is_acronym = old.kind == Some(NameKind::Acronym);
        // In capitals anything looks like an acronym.
        let shouts = |text: &str| !text.contains(char::is_lowercase);
        if is_acronym && (shouts(source) || shouts(target)) {
            return None;
        }
        let group = |name: &str| grammar.name_group(name, is_acronym);
        if group(self.rendering)? != group(rendering)? {
            return None;
        }
        let before = &target[..self.span.start];
        let last = text::tokens(before).last().map(|token| token.of(before));
        if last.is_some_and(|word| !(grammar.stays_before)(&fold(word), becomes)) {
            return None;
        }
        // "Belarus's" or "Belarus'" is a matter of taste.
        let hisses = |name: &str| name.ends_with(['s', 'x', 'z', 'S', 'X', 'Z']);
        let is_possessive = target[self.span.end..].starts_with(['\'', '’']);
        if is_possessive && (hisses(self.rendering) || hisses(rendering)) {
            return None;
        }
        // A part of a longer name: "South Korea", "Minsk Region".
        let (before, after) = neighbours(target, &self.span, to);
        (old.kind != Some(NameKind::Place) || !before && !after).then_some(())
    }
}

/// Marks beside which a name is a label of its own: nothing around it takes its form from it.
const SETTING_APART: &[char] = &[
    '<', '>', '(', ')', '[', ']', '"', '«', '»', '“', '”', '„', '=',
];

/// Says whether what stands in a text is set apart from the rest by marks, or is all of it.
fn is_set_apart(text: &str, span: &Range<usize>) -> bool {
    let (before, after) = (&text[..span.start], &text[span.end..]);
    // Steps through a menu: View - Table.
    let is_step = before.ends_with(" - ");
    (before.is_empty() || before.ends_with(SETTING_APART) || is_step)
        && (after.is_empty() || after.starts_with(SETTING_APART))
}

/// Says whether the words right before and after a stretch, if only a space is between, begin like names.
fn neighbours(text: &str, span: &Range<usize>, profile: &Profile) -> (bool, bool) {
    let (before, after) = (&text[..span.start], &text[span.end..]);
    let is_name = |word: &str| {
        let mut function_words = profile.grammar.function_words.split(' ');
        word.starts_with(char::is_uppercase) && !function_words.any(|it| it == fold(word))
    };
    let last = text::tokens(before).last().map(|token| token.of(before));
    let next = text::tokens(after).next().map(|token| token.of(after));
    (
        before.ends_with(' ') && last.is_some_and(is_name),
        after.starts_with(' ') && next.is_some_and(is_name),
    )
}

/// Returns how a name declines and the stem of its forms, if there is only one way.
fn declined<'n>(name: &'n str, profile: &Profile) -> Option<(Declension, &'n str)> {
    // Of «Новая Зеландия» both words decline.
    let folded = fold(name);
    if name.contains(' ') {
        return None;
    }
    let [declension] = *Declension::of(&folded, profile) else {
        return None;
    };
    let letters = declension.stem(&folded)?.chars().count();
    let end = name
        .char_indices()
        .nth(letters)
        .map_or(name.len(), |(at, _)| at);
    Some((declension, &name[..end]))
}

/// Returns where a stretch of whole words stands in a text, if it does so once.
fn only_place(text: &str, part: &str) -> Option<Range<usize>> {
    let mut places = text.match_indices(part);
    let (start, _) = places.next()?;
    let apart = is_apart(text, start, part);
    (apart && places.next().is_none()).then(|| start..start + part.len())
}

/// Returns where a stretch of whole words stands in a text.
fn all_places<'t>(text: &'t str, part: &'t str) -> impl Iterator<Item = Range<usize>> + 't {
    let places = text.match_indices(part).map(|(start, _)| start);
    places
        .filter(|start| is_apart(text, *start, part))
        .map(|start| start..start + part.len())
}

fn is_apart(text: &str, start: usize, part: &str) -> bool {
    !text[..start].ends_with(char::is_alphanumeric)
        && !text[start + part.len()..].starts_with(char::is_alphanumeric)
}

/// A memory that knows no names.
#[cfg(test)]
pub(super) struct Nothing;

#[cfg(test)]
impl Names for Nothing {
    fn alone(&self, _: &str) -> Alone {
        Alone::Unknown
    }

    fn glossed(&self, _: &str) -> Option<String> {
        None
    }

    fn is_used(&self, _: &str) -> bool {
        false
    }
}

#[cfg(test)]
mod tests;
