//! What the memory teaches the aligner: its units are counted ([`crate::align::Lesson`]), the counts kept with them ([`crate::memory::Lessons`]),
//! and a lexicon made of those that the texts at hand ask for.
//!
//! What a person confirmed counts most, all that nobody rejected counts too. Counting is put off until the aligner is used and is done in bounded
//! parts, the newest units first, so that neither an import nor what comes after it has to wait: a large memory is known better with each time.

use crate::align::{Lesson, Lexicon, Settings, Trusted, stems};
use crate::error::Result;
use crate::memory::{Asked, LessonId, Memory, Subject, Untaught};
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
/// or so for each pair of languages; confirmed units first, then the newest. Says `false` when something could not be kept since another process is
/// writing; the next time will do.
///
/// # Errors
/// [`crate::Error::Memory`] when the memory cannot be read or written.
pub fn teach(memory: &mut Memory, bitexts: &[Bitext], settings: &Settings) -> Result<bool> {
    for (one, other) in languages(bitexts) {
        let texts = [&one, &other].map(|lang| stems_of(bitexts, lang));
        let stems = [borrowed(&texts[0]), borrowed(&texts[1])];
        let (_, damaged) = known(
            memory,
            (&one, &other),
            [&stems[0], &stems[1]],
            usize::MAX,
            &[],
        )?;
        if !damaged.is_empty() && !memory.forget_lessons(&damaged)? {
            return Ok(false);
        }
        let mut left = PART;
        for confirmed in [true, false] {
            let subject = subject(&one, &other, confirmed);
            for _ in 0..STRETCHES {
                let Some(units) = some_untaught(memory, &subject, left)? else {
                    break;
                };
                let (counted, damaged) = count(memory, &units, settings)?;
                if !damaged.is_empty() {
                    // Counted again together with what is new; it is looked for from the start.
                    if !memory.forget_lessons(&damaged)? {
                        return Ok(false);
                    }
                    continue;
                }
                if !memory.keep_lesson(&units, &counted)? {
                    return Ok(false);
                }
                left = left.saturating_sub(units.pairs.len());
            }
        }
    }
    Ok(true)
}

/// Returns what the memory knows of each pair of languages among the bitexts, of the stems that occur in them.
///
/// # Errors
/// As [`teach`].
pub fn lexicons(
    memory: &Memory,
    bitexts: &[Bitext],
    settings: &Settings,
    rest: Rest,
) -> Result<Vec<Lexicon>> {
    let mut lexicons = Vec::new();
    for (one, other) in languages(bitexts) {
        let texts = [&one, &other].map(|lang| stems_of(bitexts, lang));
        let stems = [borrowed(&texts[0]), borrowed(&texts[1])];
        let (mut parts, mut replaced) = (Vec::new(), Vec::new());
        if rest == Rest::Counted {
            let mut left = PART;
            for confirmed in [true, false] {
                let subject = subject(&one, &other, confirmed);
                if let Some(units) = some_untaught(memory, &subject, left)? {
                    parts.push((count(memory, &units, settings)?.0, weight(confirmed)));
                    left = left.saturating_sub(units.pairs.len());
                    replaced.extend(units.replaces);
                }
            }
        }
        let stems = [&stems[0][..], &stems[1][..]];
        let (mut counts, _) = known(memory, (&one, &other), stems, usize::MAX, &replaced)?;
        for (part, weight) in parts {
            counts.add(part, weight);
        }
        if !(counts.forward.is_empty() && counts.backward.is_empty()) {
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

fn some_untaught(memory: &Memory, subject: &Subject, limit: usize) -> Result<Option<Untaught>> {
    match limit {
        0 => Ok(None),
        limit => memory.untaught(subject, limit),
    }
}

/// Counts units, understood by what is known already, and names the lessons that turned out to be damaged.
fn count(
    memory: &Memory,
    units: &Untaught,
    settings: &Settings,
) -> Result<(Renderings, Vec<LessonId>)> {
    let (one, other) = (&units.subject.one, &units.subject.other);
    let lesson = Lesson::new(&units.pairs, one, other, settings);
    let [ones, others] = lesson.stems();
    let most = MOST_ASKED / (ones.len() + others.len()).max(1);
    let stems = [ones, others];
    let stems = [&stems[0][..], &stems[1][..]];
    let (known, damaged) = known(memory, (one, other), stems, most.max(1), &units.replaces)?;
    Ok((lesson.count(&known), damaged))
}

/// Returns what the lessons of two languages say of stems, confirmed units weighing more, and the lessons that are damaged.
fn known(
    memory: &Memory,
    (one, other): (&Lang, &Lang),
    stems: [&[&str]; 2],
    most: usize,
    without: &[LessonId],
) -> Result<(Renderings, Vec<LessonId>)> {
    let (mut sum, mut damaged) = (Renderings::default(), Vec::new());
    for confirmed in [true, false] {
        let asked = Asked { most, without };
        let taught = memory.taught(&subject(one, other, confirmed), stems, asked)?;
        sum.add(taught.renderings, weight(confirmed));
        damaged.extend(taught.damaged);
    }
    Ok((sum, damaged))
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

fn borrowed(stems: &[Box<str>]) -> Vec<&str> {
    stems.iter().map(|stem| &**stem).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::align_all;
    use crate::memory::{Access, Change, UnitId};
    use crate::model::{Side, Status, TranslationUnit, Variant};

    fn lang(tag: &str) -> Lang {
        Lang::new(tag).unwrap()
    }

    fn change() -> Change {
        Change {
            command: "add".to_owned(),
            detail: String::new(),
            at: "2026-01-02T03:04:05Z".parse().unwrap(),
        }
    }

    /// Returns three made-up words of a language, others for each number; `ort` and `hely` tell its two languages apart.
    fn words(number: usize, stem: &str) -> String {
        let word = |letter: u8, n: usize| format!("{}{stem}", char::from(letter + n as u8));
        let words = [
            word(b'a', number % 7),
            word(b'h', number % 5),
            word(b'n', number % 11),
        ];
        words.join(" ")
    }

    fn add(memory: &mut Memory, numbers: std::ops::Range<usize>) {
        let mut writer = memory.begin(change()).unwrap();
        for number in numbers {
            let variant = |tag: &str, stem| Variant::new(lang(tag), words(number, stem)).unwrap();
            let unit = TranslationUnit {
                variants: vec![variant("de", "ort"), variant("hu", "hely")],
                ..TranslationUnit::default()
            };
            writer.add_unit(&unit).unwrap();
        }
        writer.commit().unwrap();
    }

    /// Returns a text of five sentences and one that lacks the second.
    fn bitexts() -> Vec<Bitext> {
        let side = |tag: &str, stem: &str, numbers: &[usize]| {
            Side::from_lines(lang(tag), numbers.iter().map(|&number| words(number, stem)))
        };
        vec![Bitext {
            source: side("hu-HU", "hely", &[100, 201, 302, 403, 504]),
            target: side("de", "ort", &[100, 302, 403, 504]),
        }]
    }

    fn probabilities(memory: &Memory, rest: Rest) -> Vec<(usize, usize, f64)> {
        let settings = Settings::default();
        let lexicons = lexicons(memory, &bitexts(), &settings, rest).unwrap();
        let alignments = align_all(&bitexts(), &trusted(&lexicons), &settings, false);
        let links = alignments[0].links();
        links
            .map(|link| (link.source.start, link.target.start, link.probability))
            .collect()
    }

    #[test]
    fn a_memory_teaches_languages_that_nothing_else_knows() {
        let settings = Settings::default();
        let mut memory = Memory::in_memory().unwrap();
        let before = probabilities(&memory, Rest::Counted);
        add(&mut memory, 0..60);
        assert_eq!(probabilities(&memory, Rest::Left), before);
        // What is only read is counted for the once, and just as when it is kept.
        let once = probabilities(&memory, Rest::Counted);
        assert!(teach(&mut memory, &bitexts(), &settings).unwrap());
        let kept = probabilities(&memory, Rest::Left);
        assert_eq!(once, kept);
        let links = |found: &[(usize, usize, f64)]| -> Vec<(usize, usize)> {
            found.iter().map(|link| (link.0, link.1)).collect()
        };
        let right = [(0, 0), (2, 1), (3, 2), (4, 3)];
        assert_eq!(links(&kept), right);
        assert_ne!(links(&before), right);
    }

    #[test]
    fn what_was_taught_follows_the_units() {
        let settings = Settings::default();
        let mut memory = Memory::in_memory().unwrap();
        add(&mut memory, 0..40);
        teach(&mut memory, &bitexts(), &settings).unwrap();
        let first = probabilities(&memory, Rest::Left);
        add(&mut memory, 40..60);
        teach(&mut memory, &bitexts(), &settings).unwrap();
        assert_ne!(probabilities(&memory, Rest::Left), first);
        memory.undo(None, change().at).unwrap();
        teach(&mut memory, &bitexts(), &settings).unwrap();
        assert_eq!(probabilities(&memory, Rest::Left), first);
        let mut writer = memory.begin(change()).unwrap();
        let all: Vec<UnitId> = (1..=40).map(UnitId).collect();
        writer.set_status(&all, Status::Rejected).unwrap();
        writer.commit().unwrap();
        teach(&mut memory, &bitexts(), &settings).unwrap();
        let nothing = Memory::in_memory().unwrap();
        assert_eq!(
            probabilities(&memory, Rest::Left),
            probabilities(&nothing, Rest::Left)
        );
        assert_eq!(memory.check(&mut |_| true).unwrap(), []);
    }

    #[test]
    fn a_process_that_writes_is_not_waited_for() {
        let settings = Settings::default();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("memory.db");
        let mut memory = Memory::open(&path, Access::Create).unwrap();
        add(&mut memory, 0..60);
        let mut other = Memory::open(&path, Access::Write).unwrap();
        let writer = other.begin(change()).unwrap();
        assert!(!teach(&mut memory, &bitexts(), &settings).unwrap());
        let once = probabilities(&memory, Rest::Counted);
        drop(writer);
        assert!(teach(&mut memory, &bitexts(), &settings).unwrap());
        assert_eq!(probabilities(&memory, Rest::Left), once);
    }
}
