//! Whole alignments of small texts, written for these tests in the style of official releases.

use proptest::prelude::*;

use super::*;
use crate::model::{Lang, Renderings, Side};

const ENGLISH: [&str; 10] = [
    "Minister Alexander Petrov meets with Ambassador of India",
    "On 12 March 2024 Minister Alexander Petrov met with Ambassador of India Rajesh Kumar in Minsk.",
    "The parties discussed trade, which reached $1.5 billion last year.",
    "\"Is this the limit? I am sure that it is not!\" the Minister said.",
    "The Ambassador invited the Belarusian delegation to the exhibition in Mumbai (October 2024).",
    "Trade in potash fertilisers grew by 14.5%.",
    "Director of the plant Igor Sidorov showed the guests the third assembly line.",
    "It produces 12,000 tractors a year.",
    "The tractors are exported to Pakistan, Egypt and Serbia.",
    "The next round of consultations will take place in New Delhi.",
];
const RUSSIAN: [&str; 10] = [
    "Министр Александр Петров встретился с Послом Индии",
    "12 марта 2024 года в Минске министр Александр Петров встретился с Послом Индии Раджешем Кумаром.",
    "Стороны обсудили торговлю, объём которой в прошлом году достиг полутора миллиардов долларов.",
    "«Разве это предел? Уверен, что нет!» – сказал министр.",
    "Посол пригласил белорусскую делегацию на выставку в Мумбаи (октябрь 2024 года).",
    "Торговля калийными удобрениями выросла на 14,5%.",
    "Директор завода Игорь Сидоров показал гостям третью сборочную линию.",
    "Она выпускает 12 000 тракторов в год.",
    "Тракторы экспортируются в Пакистан, Египет и Сербию.",
    "Следующий раунд консультаций состоится в Нью-Дели.",
];
const BELARUSIAN: [&str; 10] = [
    "Міністр Аляксандр Пятроў сустрэўся з Паслом Індыі",
    "12 сакавіка 2024 года ў Мінску міністр Аляксандр Пятроў сустрэўся з Паслом Індыі Раджэшам Кумарам.",
    "Бакі абмеркавалі гандаль, аб'ём якога летась дасягнуў паўтара мільярда долараў.",
    "«Хіба гэта мяжа? Упэўнены, што не!» – сказаў міністр.",
    "Пасол запрасіў беларускую дэлегацыю на выставу ў Мумбаі (кастрычнік 2024 года).",
    "Гандаль калійнымі ўгнаеннямі вырас на 14,5%.",
    "Дырэктар завода Ігар Сідараў паказаў гасцям трэцюю зборачную лінію.",
    "Яна выпускае 12 000 трактароў за год.",
    "Трактары экспартуюцца ў Пакістан, Егіпет і Сербію.",
    "Наступны раўнд кансультацый пройдзе ў Нью-Дэлі.",
];

fn side<T: AsRef<str>>(tag: &str, lines: &[T]) -> Side {
    Side::from_lines(
        Lang::new(tag).unwrap(),
        lines.iter().map(|line| line.as_ref().to_owned()),
    )
}

fn bitext<S: AsRef<str>, T: AsRef<str>>(source: (&str, &[S]), target: (&str, &[T])) -> Bitext {
    Bitext {
        source: side(source.0, source.1),
        target: side(target.0, target.1),
    }
}

fn beads(alignment: &Alignment) -> Vec<(usize, usize)> {
    alignment
        .beads()
        .iter()
        .map(|bead| (bead.source.len(), bead.target.len()))
        .collect()
}

fn aligned(bitext: &Bitext) -> Alignment {
    align(bitext, &[], &Settings::default())
}

#[test]
fn renderings_in_step_are_linked_one_to_one() {
    for (one, other) in [
        (("en", &ENGLISH), ("ru", &RUSSIAN)),
        (("en", &ENGLISH), ("be", &BELARUSIAN)),
        (("be", &BELARUSIAN), ("ru", &RUSSIAN)),
    ] {
        let alignment = aligned(&bitext((one.0, one.1), (other.0, other.1)));
        assert_eq!(beads(&alignment), [(1, 1); 10], "{} {}", one.0, other.0);
        assert!(alignment.beads().iter().all(|bead| bead.probability > 0.5));
    }
}

#[test]
fn a_paragraph_left_out_is_found() {
    let mut abridged = ENGLISH.to_vec();
    abridged.drain(5..9);
    for (tag, full) in [("ru", RUSSIAN), ("be", BELARUSIAN)] {
        let alignment = aligned(&bitext(("en", &abridged), (tag, &full)));
        let links: Vec<usize> = alignment.links().map(|bead| bead.target.start).collect();
        assert_eq!(links, [0, 1, 2, 3, 4, 9], "{tag}");
    }
}

#[test]
fn joined_and_split_sentences_are_one_bead() {
    let joined = |lines: &[&str], at: usize| {
        let mut lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        let next = lines.remove(at + 1);
        lines[at] = format!("{} {next}", lines[at]);
        lines
    };
    let alignment = aligned(&bitext(("en", &joined(&ENGLISH, 6)), ("ru", &RUSSIAN)));
    assert_eq!(beads(&alignment)[6], (1, 2));
    let alignment = aligned(&bitext(("en", &ENGLISH), ("be", &joined(&BELARUSIAN, 6))));
    assert_eq!(beads(&alignment)[6], (2, 1));
}

#[test]
fn sentences_cut_at_other_places_are_one_bead() {
    let mut source = ENGLISH.to_vec();
    source[6] = "Director of the plant Igor Sidorov showed the guests the third assembly line, which produces 12,000 tractors a year";
    source[7] = "for export.";
    let mut target = RUSSIAN.to_vec();
    target[6] = "Директор завода Игорь Сидоров принимал гостей.";
    target[7] =
        "Показали третью сборочную линию, которая выпускает 12 000 тракторов в год на экспорт.";
    let alignment = aligned(&bitext(("en", &source), ("ru", &target)));
    assert_eq!(beads(&alignment)[6], (2, 2));
}

#[test]
fn links_of_unrelated_texts_are_doubted() {
    let other = [
        "Погода на выходные.",
        "Ночью местами пройдут кратковременные дожди, на севере туман и слабый ветер с моря.",
        "Рецепт недели: пирог с яблоками.",
        "Тесто раскатать тонко.",
        "Выпекать до готовности, остудить под полотенцем и подавать с мёдом или вареньем по вкусу.",
        "Шахматы!",
    ];
    let alignment = aligned(&bitext(("en", &ENGLISH), ("ru", &other)));
    let sure = alignment.links().filter(|bead| bead.probability >= 0.9);
    assert_eq!(sure.count(), 0, "{alignment:?}");
    let mean = alignment.links().map(|bead| bead.probability).sum::<f64>() / 6.0;
    assert!(mean < 0.6, "{alignment:?}");
}

#[test]
fn empty_sides_and_blank_lines_are_taken() {
    let none: [&str; 0] = [];
    assert!(
        aligned(&bitext(("en", &none), ("ru", &none)))
            .beads()
            .is_empty()
    );
    assert_eq!(
        beads(&aligned(&bitext(("en", &none), ("ru", &RUSSIAN)))),
        [(0, 1); 10]
    );
    assert_eq!(
        beads(&aligned(&bitext(("en", &ENGLISH), ("ru", &none)))),
        [(1, 0); 10]
    );
    let blank = ["", " ", "12", "...", "\u{a0}"];
    let alignment = aligned(&bitext(("en", &blank), ("be", &blank)));
    assert!(
        alignment
            .beads()
            .iter()
            .all(|bead| bead.probability.is_finite())
    );
}

#[test]
fn one_segment_against_many_is_covered() {
    let whole = ENGLISH.join(" ");
    let alignment = aligned(&bitext(("en", &[whole]), ("ru", &RUSSIAN)));
    assert!(alignment.links().count() <= 1);
}

#[test]
fn a_text_against_itself_is_in_step() {
    let alignment = aligned(&bitext(("ru", &RUSSIAN), ("ru", &RUSSIAN)));
    assert_eq!(beads(&alignment), [(1, 1); 10]);
}

#[test]
fn a_table_of_numbers_is_aligned_by_its_numbers() {
    let source: Vec<String> = (0..30)
        .map(|at| format!("{} {}.{}", 1000 + 17 * at, at, at % 7))
        .collect();
    let mut target: Vec<String> = source.iter().map(|line| line.replace('.', ",")).collect();
    target.drain(10..13);
    let alignment = aligned(&bitext(("en", &source), ("ru", &target)));
    let left_out: Vec<usize> = alignment
        .beads()
        .iter()
        .filter(|bead| !bead.is_link())
        .map(|bead| bead.source.start)
        .collect();
    assert_eq!(left_out, [10, 11, 12]);
}

#[test]
fn a_line_of_a_hundred_thousand_characters_is_taken() {
    let long = "слово 12 ".repeat(12_000);
    let mut target = RUSSIAN.map(str::to_owned).to_vec();
    target.insert(4, long);
    let alignment = aligned(&bitext(("en", &ENGLISH), ("ru", &target)));
    assert!(
        alignment
            .beads()
            .iter()
            .any(|bead| bead.source.is_empty() && bead.target == (4..5))
    );
}

#[test]
fn no_link_crosses_a_speakers_turn() {
    let mut pair = bitext(("en", &ENGLISH), ("ru", &RUSSIAN[..9]));
    pair.source.turns = vec![0, 1, 1, 2, 3, 3, 4, 4, 4, 5];
    pair.target.turns = vec![0, 1, 1, 2, 3, 3, 4, 4, 4];
    let alignment = aligned(&pair);
    for link in alignment.links() {
        assert_eq!(
            pair.source.turns[link.source.start],
            pair.target.turns[link.target.start]
        );
        assert_eq!(
            pair.source.turns[link.source.end - 1],
            pair.target.turns[link.target.end - 1]
        );
    }
    assert_eq!(alignment.links().count(), 9);
}

#[test]
fn a_note_missing_on_one_side_is_left_out() {
    let mut lines = RUSSIAN.to_vec();
    lines.insert(3, "Стороны здесь – правительства Беларуси и Индии.");
    let mut pair = bitext(("en", &ENGLISH), ("ru", &lines));
    pair.source.paragraphs = (0..10).map(|at| at / 2).collect();
    pair.target.paragraphs = vec![0, 0, 1, 2, 3, 4, 4, 5, 5, 6, 6];
    pair.target.kinds[3] = crate::model::BlockKind::Note;
    let alignment = aligned(&pair);
    let note = alignment
        .beads()
        .iter()
        .find(|bead| bead.target.contains(&3));
    assert_eq!(
        note.map(|bead| (bead.source.len(), bead.target.clone())),
        Some((0, 3..4))
    );
    assert_eq!(alignment.links().count(), 10);
}

/// Sentences of a long text in two languages, each with names and numbers of its own.
fn long_text(sentences: usize) -> (Vec<String>, Vec<String>) {
    let towns = [
        ("Minsk", "Минске"),
        ("Vitebsk", "Витебске"),
        ("Gomel", "Гомеле"),
        ("Grodno", "Гродно"),
        ("Polotsk", "Полоцке"),
    ];
    (0..sentences)
        .map(|at| {
            let (town, place) = towns[at * at % towns.len()];
            let (seats, year) = (17 + at * 7 % 1013, 1950 + at * 11 % 76);
            (
                format!("In {year} a hall with {seats} seats was opened in {town}."),
                format!("В {year} году в {place} открыли зал на {seats} мест."),
            )
        })
        .unzip()
}

#[test]
fn a_long_text_is_aligned_window_by_window_around_what_is_left_out() {
    let (source, mut target) = long_text(3500);
    target.drain(1700..1760);
    let alignment = aligned(&bitext(("en", &source), ("ru", &target)));
    let in_step = |bead: &&crate::model::Bead| {
        let at = bead.source.start;
        bead.source.len() == 1 && bead.target == (at..at + 1)
            || at >= 1760 && bead.target == (at - 60..at - 59)
    };
    let right = alignment.links().filter(in_step).count();
    assert!(right >= 3430, "{right} of 3440");
    let left_out = (alignment.beads().iter()).filter(|bead| bead.target.is_empty());
    assert!(left_out.count() >= 55);
}

#[test]
fn swapped_languages_give_the_same_links() {
    let alignment = aligned(&bitext(("en", &ENGLISH), ("be", &BELARUSIAN[..9])));
    let swapped = aligned(&bitext(("be", &BELARUSIAN[..9]), ("en", &ENGLISH)));
    let links = |alignment: &Alignment| -> Vec<_> {
        let both = alignment.links();
        both.map(|bead| (bead.source.clone(), bead.target.clone()))
            .collect()
    };
    let back: Vec<_> = links(&swapped)
        .into_iter()
        .map(|(one, other)| (other, one))
        .collect();
    assert_eq!(links(&alignment), back);
}

#[test]
fn explanations_say_what_an_alignment_rests_on() {
    let mut lines = RUSSIAN.to_vec();
    lines.remove(6);
    let pair = bitext(("en", &ENGLISH), ("ru", &lines));
    let (alignment, explanations) = align_explained(&pair, &[], &Settings::default());
    assert_eq!(alignment, aligned(&pair));
    assert_eq!(explanations.len(), alignment.beads().len());
    for (bead, explanation) in alignment.beads().iter().zip(&explanations) {
        let said = |signal: &str| {
            let reason = explanation
                .reasons
                .iter()
                .find(|reason| reason.signal == signal);
            reason.map_or(0.0, |reason| reason.score)
        };
        if !bead.is_link() {
            assert!(said("gap") < 0.0 && explanation.words.is_empty());
            continue;
        }
        assert!(explanation.score() > said("type"), "{explanation:?}");
        for signal in ["numbers", "names", "shipped"] {
            let words = explanation
                .words
                .iter()
                .filter(|pair| pair.signal == signal);
            let sum: f64 = words.map(|pair| pair.score).sum();
            assert!(
                (sum - said(signal)).abs() < 1e-6,
                "{signal}: {explanation:?}"
            );
        }
    }
    let has = |at: usize, one: &str, other: &str| {
        let words = explanations[at].words.iter();
        words
            .clone()
            .any(|pair| pair.source == one && pair.target == other)
    };
    assert!(has(1, "12", "12") && has(1, "petrov", "петров") && has(2, "trade", "торговлю"));
}

#[test]
fn languages_without_a_profile_are_aligned() {
    let source = [
        "A nagykövet 12 évig dolgozott Bécsben.",
        "Utóda Kovács Anna, aki eddig Genfben szolgált.",
        "A múzeum 340 festményt kapott.",
    ];
    let target = [
        "Ambasadorul a lucrat 12 ani la Viena.",
        "Succesoarea sa este Anna Kovács.",
        "Muzeul a primit 340 de tablouri.",
    ];
    for (one, other) in [("hu", "ro"), ("und", "und")] {
        let alignment = aligned(&bitext((one, &source), (other, &target)));
        assert_eq!(beads(&alignment), [(1, 1); 3]);
    }
}

#[test]
fn a_lexicon_is_learnt_and_used_in_both_directions() {
    let lang = |tag| Lang::new(tag).unwrap();
    let pairs: Vec<(&str, &str)> = (0..3)
        .flat_map(|_| {
            [
                ("green apple", "зелёное яблоко"),
                ("red apple", "красное яблоко"),
                ("red house", "красный дом"),
                ("green house", "зелёный дом"),
            ]
        })
        .collect();
    let lesson = Lesson::new(&pairs, &lang("en"), &lang("uk"), &Settings::default());
    let counts = lesson.count(&Renderings::default());
    let lexicon = Lexicon::of_counts(&lang("en"), &lang("uk"), &counts, &Settings::default());
    assert!(lexicon.entries() >= 4);
    let trusted = [Trusted {
        lexicon: &lexicon,
        trust: 1.0,
    }];
    let pair = bitext(
        ("uk", &["Зелёный дом и яблоко"]),
        ("en", &["The green house, the apple"]),
    );
    let probability =
        |lexicons: &[Trusted]| align(&pair, lexicons, &Settings::default()).beads()[0].probability;
    assert!(probability(&trusted) > probability(&[]));
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let mut bitexts = Vec::new();
    for cut in 0..8 {
        let mut abridged = ENGLISH.to_vec();
        abridged.remove(cut);
        bitexts.push(bitext(("en", &abridged), ("ru", &RUSSIAN)));
        bitexts.push(bitext(("en", &abridged), ("be", &BELARUSIAN)));
    }
    let with_threads = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| align_all(&bitexts, &[], &Settings::default(), true))
    };
    let once = with_threads(1);
    assert_eq!(once, with_threads(8));
    assert_eq!(once, with_threads(8));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_segment_is_in_one_bead_whatever_the_texts(
        source in proptest::collection::vec(".{0,60}", 0..25),
        target in proptest::collection::vec("[ а-яА-Я0-9.,!?XIV«»-]{0,60}", 0..25),
        turns in proptest::collection::vec(0u32..2, 50),
        paragraphs in proptest::collection::vec(0u32..2, 50),
    ) {
        let mut pair = bitext(("en", &source), ("be", &target));
        let rising = |steps: &[u32], count: usize| -> Vec<u32> {
            steps[..count].iter().scan(0, |sum, step| { *sum += step; Some(*sum) }).collect()
        };
        pair.source.turns = rising(&turns, source.len());
        pair.target.turns = rising(&turns[25..], target.len());
        pair.source.paragraphs = rising(&paragraphs, source.len());
        pair.target.paragraphs = rising(&paragraphs[25..], target.len());
        for bead in aligned(&pair).beads() {
            prop_assert!((0.0..=1.0).contains(&bead.probability));
        }
    }
}
