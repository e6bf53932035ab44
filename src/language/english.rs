//! English.

use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};

use super::{Grammar, Profile, TurnLabels, grammar, sentences};
use crate::text::{NumberWords, Numerals};

/// What the program knows of English.
pub(super) static PROFILE: Profile = Profile {
    tag: "en",
    name: "English",
    months: [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ],
    turn_labels: TurnLabels {
        question: &["Question", "Q"],
        answer: &["Answer", "A"],
    },
    stem,
    rough_stem: stem,
    numerals: &NUMERALS,
    sentences: &sentences::ENGLISH,
    grammar: &GRAMMAR,
};

/// Snowball's English stemmer (Porter 2001, snowballstem.org).
fn stem(word: &str) -> String {
    Stemmer::create(Algorithm::English).stem(word).into_owned()
}

static NUMERALS: LazyLock<Numerals> = LazyLock::new(|| Numerals::new(&NUMBER_WORDS));

static NUMBER_WORDS: NumberWords = NumberWords {
    cardinals: &[
        (5, -1, "half"),
        (0, 0, "zero"),
        (1, 0, "one"),
        (2, 0, "two"),
        (3, 0, "three"),
        (4, 0, "four"),
        (5, 0, "five"),
        (6, 0, "six"),
        (7, 0, "seven"),
        (8, 0, "eight"),
        (9, 0, "nine"),
        (10, 0, "ten"),
        (11, 0, "eleven"),
        (12, 0, "twelve dozen"),
        (13, 0, "thirteen"),
        (14, 0, "fourteen"),
        (15, 0, "fifteen"),
        (16, 0, "sixteen"),
        (17, 0, "seventeen"),
        (18, 0, "eighteen"),
        (19, 0, "nineteen"),
        (20, 0, "twenty"),
        (30, 0, "thirty"),
        (40, 0, "forty"),
        (50, 0, "fifty"),
        (60, 0, "sixty"),
        (70, 0, "seventy"),
        (80, 0, "eighty"),
        (90, 0, "ninety"),
    ],
    ordinals: &[
        (1, "first"),
        (2, "second"),
        (3, "third"),
        (4, "fourth"),
        (5, "fifth"),
        (6, "sixth"),
        (7, "seventh"),
        (8, "eighth"),
        (9, "ninth"),
        (10, "tenth"),
        (11, "eleventh"),
        (12, "twelfth"),
        (13, "thirteenth"),
        (14, "fourteenth"),
        (15, "fifteenth"),
        (16, "sixteenth"),
        (17, "seventeenth"),
        (18, "eighteenth"),
        (19, "nineteenth"),
        (20, "twentieth"),
        (30, "thirtieth"),
        (40, "fortieth"),
        (50, "fiftieth"),
        (60, "sixtieth"),
        (70, "seventieth"),
        (80, "eightieth"),
        (90, "ninetieth"),
        (100, "hundredth"),
        (1000, "thousandth"),
    ],
    ordinal_endings: "",
    magnitudes: &[
        (2, "hundred"),
        (3, "thousand"),
        (6, "million mln"),
        (9, "billion bn"),
        (12, "trillion trn"),
    ],
    links: "and a",
    digit_endings: "st nd rd th",
    decimal: '.',
    space_groups: false,
    lone_roman: false,
};

static GRAMMAR: Grammar = Grammar {
    negations: "no not never none nobody nothing nowhere neither nor cannot without t",
    function_words: "a an the of in on at to for from by with about as into over after before between under against during through \
        and or but if that than so while because who whom whose which what this these those it its he his she her they \
        their them we our us i my you your be is are was were been being am has have had do does did will would shall \
        should can could may might must not no there here also s t",
    plural: grammar::one_or_other,
    ordinal: ordinal_ending,
    before_number: "a an",
    year_words: "year",
    fleeting_vowels: "",
    months: &[
        "January Jan",
        "February Feb",
        "March Mar",
        "April Apr",
        "May May",
        "June Jun",
        "July Jul",
        "August Aug",
        "September Sep",
        "October Oct",
        "November Nov",
        "December Dec",
    ],
    declensions: &[],
    name_groups: &[
        "Netherlands; Philippines; Maldives; Emirates; Czech Republic; Dominican Republic; Central African Republic; Republic of Belarus; \
        People's Republic of China; Russian Federation; Soviet Union; United Kingdom; United States; United States of America; \
        United Arab Emirates; UN; EU; CIS; EAEU; EEU; CSTO; SCO; OSCE; OECD; WTO; IMF; ILO; IOC; EBRD; EEC; AU; ECB; ICJ; ICC; \
        IAEA; ICRC; CIA; FBI; FSB; KGB; BBC; DPRK; PRC; USSR; USA; US; UK; UAE",
        "NATO; UNESCO; UNICEF; UNIDO; UNCTAD; UNEP; ASEAN; OPEC; BRICS; FIFA; UEFA; CERN; APEC; MERCOSUR; TASS; PACE; ECOWAS; ICAO; INTERPOL",
    ],
    stays_before: |word, _| !matches!(word, "a" | "an"),
    sound_forms: "an=a",
};

/// `st`, `nd`, `rd` or `th`.
fn ordinal_ending(number: u64) -> u8 {
    match (number % 10, number % 100) {
        (_, 11..=13) => 3,
        (1, _) => 0,
        (2, _) => 1,
        (3, _) => 2,
        _ => 3,
    }
}
