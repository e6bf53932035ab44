//! Which language is this text in?
//!
//! The rule: a text without letters has no language; a guess says how sure it is; a segment may differ from its document.
//! Method: lingua's n-gram models of four languages (P. M. Stahl, github.com/pemistahl/lingua-rs), read as likelihoods under priors. Short
//! Cyrillic pieces are torn between Russian, Belarusian and Ukrainian, so Ukrainian, the rarest in such texts, gets a low prior instead of being
//! left out, and the languages of a document are a prior for each of its segments. Belarusian in Latin letters, for which there is no model, is
//! known by its letters.

use std::ops::Range;
use std::sync::OnceLock;

use lingua::{Language, LanguageDetector, LanguageDetectorBuilder};
use rayon::prelude::*;

use crate::model::Lang;

/// A language and how sure it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Detection {
    /// The language.
    pub lang: Lang,
    /// The probability of the language among those that the detector knows, 0 to 1.
    pub confidence: f64,
}

/// Knows `en`, `ru`, `be`, `be-Latn` and `uk`. Costs nothing to make: the models are loaded with the first text that needs them.
#[derive(Default)]
pub struct Detector {
    models: OnceLock<LanguageDetector>,
}

/// The languages with models, in the order of [`Probabilities`], each with its prior. A weight of 0.05 keeps 97 % of whole Ukrainian
/// sentences and gives Russian and Belarusian 5 points on single words.
const LANGUAGES: [(Language, &str, f64); 4] = [
    (Language::English, "en", 1.0),
    (Language::Russian, "ru", 1.0),
    (Language::Belarusian, "be", 1.0),
    (Language::Ukrainian, "uk", 0.05),
];

/// A probability for each of [`LANGUAGES`] and, last, for [`BELARUSIAN_LATIN`].
type Probabilities = [f64; LANGUAGES.len() + 1];

const BELARUSIAN_LATIN: &str = "be-Latn";

/// The tag of a language that is not known (BCP 47, `und`).
const UNKNOWN: &str = "und";

/// Share of Belarusian Latin-script sentences that their letters give away.
const LATIN_CERTAINTY: f64 = 0.975;

/// Least share of letters that are [`LATIN_LETTERS`] or [`LATIN_CARONS`] in Latin-script Belarusian: it has about one in eight, an English
/// sentence with a foreign name far less.
const LATIN_SHARE: f64 = 0.03;

/// Letters of Latin-script Belarusian that English does not have.
const LATIN_LETTERS: &str = "ŭłćśźńŬŁĆŚŹŃ";

/// Further letters of it, which many alphabets share.
const LATIN_CARONS: &str = "čšžČŠŽ";

/// Letters of Polish, Sorbian or Czech that it never has.
const LATIN_FOREIGN: &str = "ąęóżřěĄĘÓŻŘĚ";

/// Least number of words in quotation marks that may be in a language of their own; names and titles of one or two words say nothing.
const QUOTED_WORDS: usize = 3;

/// A document's language is judged by this many pieces, spread evenly over it, …
const SAMPLES: usize = 16;

/// … of about this many bytes each: enough for two Cyrillic sentences.
const SAMPLE_BYTES: usize = 480;

/// The commonest words of English that other languages hardly have.
const COMMON_WORDS: [&str; 24] = [
    "the", "of", "and", "to", "for", "that", "with", "by", "this", "from", "his", "her", "have",
    "has", "not", "will", "is", "are", "it", "which", "they", "their", "be", "said",
];

/// About one word in four of English prose is one of [`COMMON_WORDS`]; below this share a text is hardly English …
const COMMON_SHARE: f64 = 0.04;

/// … if it has at least so many words.
const FEW_WORDS: usize = 6;

/// What each language is granted beyond its share when the shares of a document become priors, in segments: no language is ever ruled out.
const SMOOTHING: f64 = 0.5;

impl Detector {
    /// Returns a detector with no model loaded yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the language of most of a text, by itself; `None` when it has no letters that a known language is written in.
    pub fn detect(&self, text: &str) -> Option<Detection> {
        let found = best(&self.probabilities(text)?)?;
        Some(doubted(found, may_be_english(text)))
    }

    /// Returns the language of each segment of one document, which tells of its languages: the share that a language has in all of them is its
    /// prior in each. Segments that are clearly in another language keep it.
    pub fn detect_all(&self, texts: &[&str]) -> Vec<Option<Detection>> {
        let alone: Vec<Option<Probabilities>> = texts
            .par_iter()
            .map(|text| self.probabilities(text))
            .collect();
        let mut shares: Probabilities = [SMOOTHING; LANGUAGES.len() + 1];
        for probabilities in alone.iter().flatten() {
            for (share, p) in shares.iter_mut().zip(probabilities) {
                *share += p;
            }
        }
        let judged = alone.into_iter().zip(texts);
        judged
            .map(|(probabilities, text)| {
                let found = best(&normalised(times(probabilities?, &shares))?)?;
                Some(doubted(found, may_be_english(text)))
            })
            .collect()
    }

    /// Returns the language of most of a document, judged by pieces spread evenly over it; `None` when it has no letters. The models know one language
    /// in Latin letters, so a text that is English for want of another answer, without English's commonest words, is in an unknown language, `und`, and
    /// so is one in letters that no model knows; either with a confidence of one half at most.
    pub fn detect_document(&self, text: &str) -> Option<Detection> {
        let pieces = samples(text);
        let judged: Vec<(f64, Option<Probabilities>)> = pieces
            .par_iter()
            .map(|piece| (letters(piece) as f64, self.probabilities(piece)))
            .collect();
        let unknown = |confidence: f64| {
            let lang = Lang::new(UNKNOWN).ok()?;
            Some(Detection {
                lang,
                confidence: confidence.min(0.5),
            })
        };
        let Some(found) = mixture(judged).as_ref().and_then(best) else {
            return unknown(0.5).filter(|_| letters(text) > 0);
        };
        if found.lang.as_str() == "en" && !pieces.iter().any(|piece| may_be_english(piece)) {
            return unknown(found.confidence);
        }
        Some(found)
    }

    /// The languages of a text. Quotations of some length are judged apart, and each part counts by its letters.
    fn probabilities(&self, text: &str) -> Option<Probabilities> {
        if letters(text) == 0 {
            return None;
        }
        let quotations = quotations(text);
        if quotations.is_empty() {
            return self.pure(text);
        }
        let mut outside = String::with_capacity(text.len());
        let mut at = 0;
        for quotation in &quotations {
            outside.push_str(&text[at..quotation.start]);
            at = quotation.end;
        }
        outside.push_str(&text[at..]);
        let parts = std::iter::once(outside.as_str())
            .chain(quotations.iter().map(|range| &text[range.clone()]));
        mixture(
            parts
                .map(|part| (letters(part) as f64, self.pure(part)))
                .collect(),
        )
    }

    /// The languages of a text that is taken to be in one.
    fn pure(&self, text: &str) -> Option<Probabilities> {
        let mut probabilities = Probabilities::default();
        if is_belarusian_latin(text) {
            probabilities[LANGUAGES.len()] = LATIN_CERTAINTY;
            probabilities[0] = 1.0 - LATIN_CERTAINTY;
            return Some(probabilities);
        }
        let main = in_main_script(text);
        if has_ascii_letters_only(&main) {
            // There is but one model of such a language: it need not be asked.
            probabilities[0] = 1.0;
            return Some(probabilities);
        }
        self.modelled(main)
    }

    /// The languages of a text as the models see them.
    fn modelled(&self, text: String) -> Option<Probabilities> {
        let mut probabilities = Probabilities::default();
        for (language, value) in self.models().compute_language_confidence_values(text) {
            for (p, (known, _, prior)) in probabilities.iter_mut().zip(&LANGUAGES) {
                if *known == language {
                    *p = value * prior;
                }
            }
        }
        normalised(probabilities)
    }

    fn models(&self) -> &LanguageDetector {
        self.models.get_or_init(|| {
            LanguageDetectorBuilder::from_languages(&LANGUAGES.map(|(language, _, _)| language))
                .build()
        })
    }
}

/// Says whether the detector could have answered with this language: only then does another answer speak against it.
pub fn is_detectable(lang: &Lang) -> bool {
    LANGUAGES.iter().any(|(_, tag, _)| *tag == lang.primary())
}

/// Says whether a text has letters, and those of ASCII only.
fn has_ascii_letters_only(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphabetic();
    if text.is_ascii() {
        return text.bytes().any(letter);
    }
    let mut letters = text.chars().filter(|c| c.is_alphabetic()).peekable();
    letters.peek().is_some() && letters.all(|c| c.is_ascii())
}

/// Counts the letters of a text.
fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphabetic()).count()
}

fn best(probabilities: &Probabilities) -> Option<Detection> {
    let tags = LANGUAGES
        .iter()
        .map(|(_, tag, _)| *tag)
        .chain(std::iter::once(BELARUSIAN_LATIN));
    let (tag, confidence) = tags
        .zip(*probabilities)
        .max_by(|(_, a), (_, b)| a.total_cmp(b))?;
    Some(Detection {
        lang: Lang::new(tag).ok()?,
        confidence,
    })
}

fn times(mut a: Probabilities, b: &Probabilities) -> Probabilities {
    for (a, b) in a.iter_mut().zip(b) {
        *a *= b;
    }
    a
}

/// Brings the sum to 1; `None` when nothing is there to be shared out.
fn normalised(mut probabilities: Probabilities) -> Option<Probabilities> {
    let sum: f64 = probabilities.iter().sum();
    if sum <= 0.0 {
        return None;
    }
    for p in &mut probabilities {
        *p /= sum;
    }
    Some(probabilities)
}

/// The mean of the parts, weighted.
fn mixture(parts: Vec<(f64, Option<Probabilities>)>) -> Option<Probabilities> {
    let mut sum = Probabilities::default();
    for (weight, probabilities) in parts {
        for (total, p) in sum.iter_mut().zip(probabilities.unwrap_or_default()) {
            *total += weight * p;
        }
    }
    normalised(sum)
}

fn is_cyrillic(c: char) -> bool {
    ('\u{400}'..='\u{52f}').contains(&c)
}

/// The words of a text in the script, Cyrillic or not, that most of its letters are from: names kept in another script say nothing of its language.
fn in_main_script(text: &str) -> String {
    let cyrillic = text.chars().filter(|c| is_cyrillic(*c)).count();
    let mainly_cyrillic = 2 * cyrillic >= letters(text);
    let fits = |word: &&str| {
        word.chars().any(is_cyrillic) == mainly_cyrillic || !word.contains(char::is_alphabetic)
    };
    text.split_whitespace()
        .filter(fits)
        .collect::<Vec<_>>()
        .join(" ")
}

/// A text that is English for want of another answer gets a confidence of one half at most.
fn doubted(found: Detection, may_be_english: bool) -> Detection {
    if found.lang.as_str() != "en" || may_be_english {
        return found;
    }
    Detection {
        confidence: found.confidence.min(0.5),
        ..found
    }
}

/// Says whether a text has as many of the commonest words of English as English has, or is too short to tell.
fn may_be_english(text: &str) -> bool {
    let (mut common, mut words) = (0_usize, 0_usize);
    for word in text.split_whitespace() {
        words += 1;
        common += usize::from(COMMON_WORDS.contains(&word.to_lowercase().as_str()));
    }
    words < FEW_WORDS || common as f64 >= COMMON_SHARE * words as f64
}

fn is_belarusian_latin(text: &str) -> bool {
    let (mut own, mut shared, mut all) = (0_usize, 0_usize, 0_usize);
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        if LATIN_FOREIGN.contains(c) || is_cyrillic(c) {
            return false;
        }
        all += 1;
        own += usize::from(LATIN_LETTERS.contains(c));
        shared += usize::from(LATIN_CARONS.contains(c));
    }
    own > 0 && (own + shared) as f64 >= LATIN_SHARE * all as f64
}

/// The insides of quotation marks that hold several words, and whose opening and closing mark differ so that there is no doubt which is which.
fn quotations(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open: Option<(usize, char)> = None;
    for (at, c) in text.char_indices() {
        match (c, open) {
            ('«', None) => open = Some((at + c.len_utf8(), '»')),
            ('“', None) => open = Some((at + c.len_utf8(), '”')),
            ('„', None) => open = Some((at + c.len_utf8(), '“')),
            (c, Some((start, close))) if c == close => {
                open = None;
                if text[start..at].split_whitespace().count() >= QUOTED_WORDS {
                    found.push(start..at);
                }
            }
            _ => {}
        }
    }
    found
}

/// Pieces of a text, spread evenly, cut at white space where there is some.
fn samples(text: &str) -> Vec<&str> {
    if text.len() <= SAMPLES * SAMPLE_BYTES {
        return vec![text];
    }
    let boundary = |mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        text[at..]
            .char_indices()
            .take(SAMPLE_BYTES / 8)
            .find_map(|(gap, c)| c.is_whitespace().then_some(at + gap))
            .unwrap_or(at)
    };
    (0..SAMPLES)
        .map(|index| {
            let start = index * (text.len() - SAMPLE_BYTES) / (SAMPLES - 1);
            &text[boundary(start)..boundary(start + SAMPLE_BYTES)]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(text: &str) -> Option<String> {
        Detector::new()
            .detect(text)
            .map(|found| found.lang.as_str().to_owned())
    }

    #[test]
    fn knows_the_languages_of_releases() {
        for (expected, text) in [
            (
                "en",
                "The delegations signed a memorandum of understanding.",
            ),
            ("ru", "Делегации подписали меморандум о взаимопонимании."),
            ("be", "Дэлегацыі падпісалі мемарандум аб узаемаразуменні."),
            ("uk", "Делегації підписали меморандум про взаєморозуміння."),
            (
                "be-Latn",
                "Delehacyi padpisali memarandum ab uzajemarazumieńni ŭ Miensku.",
            ),
        ] {
            assert_eq!(tag(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn finds_no_language_without_letters() {
        for text in ["", "  ", "2025", "— 3,4 % (!)", "20.11.2025, 14:05"] {
            assert_eq!(tag(text), None, "{text}");
        }
    }

    #[test]
    fn a_quotation_does_not_decide_for_the_sentence_around_it() {
        let text = "У сваім выступленні міністр нагадаў пра дамоўленасці, дасягнутыя летась у Віцебску, і прывёў словы пасла: «Мы всегда \
                    открыты для диалога».";
        assert_eq!(tag(text).as_deref(), Some("be"));
    }

    #[test]
    fn foreign_names_do_not_make_a_text_belarusian() {
        assert_eq!(
            tag("President Lech Kaczyński met the Slovak prime minister in Kraków.").as_deref(),
            Some("en")
        );
    }

    #[test]
    fn segments_lean_on_their_document_but_keep_a_clear_language() {
        let texts = [
            "Сустрэча адбылася ў Мінску ў мінулы чацвер.",
            "Міністр падкрэсліў важнасць супрацоўніцтва.",
            "Дэлегацыя наведала завод.",
            "Парад",
            "Премьер-министр поблагодарил коллег за тёплый приём и пригласил их в Москву.",
            "2025",
        ];
        let found: Vec<Option<String>> = Detector::new()
            .detect_all(&texts)
            .into_iter()
            .map(|found| found.map(|found| found.lang.as_str().to_owned()))
            .collect();
        let expected = [
            Some("be"),
            Some("be"),
            Some("be"),
            Some("be"),
            Some("ru"),
            None,
        ];
        assert_eq!(found, expected.map(|tag| tag.map(str::to_owned)));
    }

    #[test]
    fn a_language_without_a_model_is_not_taken_for_english_with_confidence() {
        let text = "Die Delegationen haben gestern in der Hauptstadt über den Stand der Beziehungen gesprochen und vereinbart, dass die nächste \
                    Runde der Gespräche im Herbst stattfinden soll, sobald die Kommission ihren Bericht vorgelegt hat.";
        let found = Detector::new().detect_document(text);
        assert!(found.is_some_and(|found| found.lang.as_str() == "und" && found.confidence <= 0.5));
        let greek =
            Detector::new().detect_document("Οι αντιπροσωπείες συζήτησαν χθες στην πρωτεύουσα.");
        assert!(greek.is_some_and(|found| found.lang.as_str() == "und"));
        assert!(Detector::new().detect_document("12, 13.").is_none());
    }

    #[test]
    fn a_long_document_is_judged_by_samples_of_all_of_it() {
        let mut text = "An introduction by the editors, in English. ".repeat(20);
        text.push_str(&"Асноўная частка напісана па-беларуску. ".repeat(400));
        let found = Detector::new().detect_document(&text);
        assert_eq!(
            found.map(|found| found.lang.as_str().to_owned()).as_deref(),
            Some("be")
        );
    }

    proptest::proptest! {
        #[test]
        fn the_models_say_the_same_of_ascii_letters(text in "([ -~—«»№]{1,9}|[а-яё]{1,4} ){0,9}") {
            let main = in_main_script(&text);
            if has_ascii_letters_only(&main) {
                let detector = Detector::new();
                proptest::prop_assert_eq!(detector.pure(&text), detector.modelled(main));
            }
        }

        #[test]
        fn never_panics_and_stays_within_range(text in "\\PC{0,60}", times in 1usize..400) {
            let detector = Detector::new();
            for found in [detector.detect(&text), detector.detect_document(&text.repeat(times))].into_iter().flatten() {
                proptest::prop_assert!((0.0..=1.0 + 1e-9).contains(&found.confidence));
            }
        }
    }
}
