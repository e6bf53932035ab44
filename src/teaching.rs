//! What the memory teaches the aligner: its units are counted ([`crate::align::Lesson`]), the counts kept with them ([`crate::memory::Lessons`]),
//! and a lexicon made of those that the texts at hand ask for.
//!
//! What a person confirmed counts most, all that nobody rejected counts too. Counting is put off until the aligner is used and is done in bounded
//! parts, the newest units first, so that neither an import nor what comes after it has to wait: a large memory is known better with each time.

use crate::align::{Lesson, Lexicon, Settings, Trusted, stems};
use crate::error::Result;
use crate::memory::{Asked, LessonId, Memory, Subject, Watch};
use crate::memory::{Progress, Untaught};
use crate::model::{Bitext, Lang, Renderings};

/// Most pairs of texts that are counted before the aligner begins: about a second's work.
const PART: usize = 8192;

/// Most stretches of units that are looked through before the aligner begins; most of them may hold none of the two languages.
const STRETCHES: usize = 3;

/// How often a confirmed unit counts beside the once that all units count.
const WEIGHT_OF_CONFIRMED: f32 = 4.0;

/// Stems of lessons to look up, times lessons to ask: what is known before units are counted is asked only of the largest.
const MOST_ASKED: usize = 200_000;

/// What of the memory no lesson has counted yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// It is left for another time.
    Left,
    /// A part of it is counted for this once and not kept.
    Counted,
}

/// Counts units that the aligner has not learnt from and keeps that in the memory, of the languages of these bitexts, as much as is done in a second
/// or so for each pair of languages. Says `false` when something could not be kept since another process is writing; the next time will do.
///
/// # Errors
/// [`crate::Error::Memory`] when the memory cannot be read or written, [`crate::Error::Interrupted`] when the watcher says so.
pub fn teach(
    memory: &mut Memory,
    bitexts: &[Bitext],
    settings: &Settings,
    watch: &mut Watch<'_>,
) -> Result<bool> {
    for (one, other) in languages(bitexts) {
        let mut left = PART;
        for confirmed in [true, false] {
            let subject = subject(&one, &other, confirmed);
            for _ in 0..STRETCHES {
                let Some(units) = memory.untaught(&subject, left)? else {
                    break;
                };
                let go_on = watch(Progress {
                    done: (PART - left) as u64,
                    total: PART as u64,
                });
                if !go_on {
                    return Err(crate::Error::Interrupted {
                        state: "what was learnt so far is kept".to_owned(),
                    });
                }
                let counted = count(memory, &units, settings)?;
                if !memory.keep_lesson(&units, &counted)? {
                    return Ok(false);
                }
                left = left.saturating_sub(units.pairs.len());
                if left == 0 {
                    break;
                }
            }
        }
    }
    Ok(true)
}

/// Returns what the memory knows of each pair of languages among the bitexts, of the stems that occur in them.
///
/// # Errors
/// [`crate::Error::Memory`] when the memory cannot be read.
pub fn lexicons(
    memory: &Memory,
    bitexts: &[Bitext],
    settings: &Settings,
    rest: Rest,
) -> Result<Vec<Lexicon>> {
    let mut lexicons = Vec::new();
    for (one, other) in languages(bitexts) {
        let [ones, others] = [&one, &other].map(|lang| stems_of(bitexts, lang));
        let stems = [&ones[..], &others[..]]
            .map(|stems| stems.iter().map(|stem| &**stem).collect::<Vec<&str>>());
        let mut parts = Vec::new();
        let mut replaced = Vec::new();
        if rest == Rest::Counted {
            for confirmed in [true, false] {
                if let Some(units) = memory.untaught(&subject(&one, &other, confirmed), PART)? {
                    parts.push((count(memory, &units, settings)?, weight(confirmed)));
                    replaced.extend(units.replaces);
                }
            }
        }
        let mut counts = known(
            memory,
            (&one, &other),
            [&stems[0], &stems[1]],
            usize::MAX,
            &replaced,
        )?;
        for (part, weight) in parts {
            counts.add(part, weight);
        }
        if counts != Renderings::default() {
            lexicons.push(Lexicon::of_counts(&one, &other, &counts, settings));
        }
    }
    Ok(lexicons)
}

/// Returns the lexicons as the aligner takes them.
pub fn trusted(lexicons: &[Lexicon]) -> Vec<Trusted<'_>> {
    let trusted = |lexicon| Trusted {
        lexicon,
        trust: 1.0,
    };
    lexicons.iter().map(trusted).collect()
}

/// Counts units, understood by what is known already.
fn count(memory: &Memory, units: &Untaught, settings: &Settings) -> Result<Renderings> {
    let (one, other) = (&units.subject.one, &units.subject.other);
    let lesson = Lesson::new(&units.pairs, one, other, settings);
    let [ones, others] = lesson.stems();
    let most = MOST_ASKED / (ones.len() + others.len()).max(1);
    let known = known(
        memory,
        (one, other),
        [&ones, &others],
        most.max(1),
        &units.replaces,
    )?;
    Ok(lesson.count(&known))
}

/// Returns what the lessons of two languages say of stems, confirmed units weighing more.
fn known(
    memory: &Memory,
    (one, other): (&Lang, &Lang),
    stems: [&[&str]; 2],
    most: usize,
    without: &[LessonId],
) -> Result<Renderings> {
    let mut sum = Renderings::default();
    for confirmed in [true, false] {
        let asked = Asked { most, without };
        let taught = memory.taught(&subject(one, other, confirmed), stems, asked)?;
        sum.add(taught.renderings, weight(confirmed));
    }
    Ok(sum)
}

fn weight(confirmed: bool) -> f32 {
    if confirmed { WEIGHT_OF_CONFIRMED } else { 1.0 }
}

fn subject(one: &Lang, other: &Lang, confirmed: bool) -> Subject {
    Subject {
        one: one.clone(),
        other: other.clone(),
        confirmed,
    }
}

/// Returns the pairs of languages among bitexts, without script and region, in the order of their tags.
fn languages(bitexts: &[Bitext]) -> Vec<(Lang, Lang)> {
    let mut pairs: Vec<(Lang, Lang)> = bitexts
        .iter()
        .filter_map(|bitext| {
            let [one, other] =
                [&bitext.source, &bitext.target].map(|side| Lang::new(side.lang.primary()));
            let (one, other) = (one.ok()?, other.ok()?);
            (one != other).then(|| {
                if one < other {
                    (one, other)
                } else {
                    (other, one)
                }
            })
        })
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Returns the stems of all sides in a language, each once, in their order.
fn stems_of(bitexts: &[Bitext], lang: &Lang) -> Vec<Box<str>> {
    let sides = bitexts
        .iter()
        .flat_map(|bitext| [&bitext.source, &bitext.target]);
    let mut all: Vec<Box<str>> = sides
        .filter(|side| side.lang.primary() == lang.primary())
        .flat_map(stems)
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}
