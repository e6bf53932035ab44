//! Decisions one by one, and many of them at random taken back to what was.

use proptest::prelude::*;

use super::*;
use crate::align::{self, Settings, Version as Aligned, align};
use crate::memory::{Access, Change, DocumentId, Filter, Memory};
use crate::model::{
    Bitext, Block, BlockKind, Document, Lang, Origin, Segment, Side, Spot, Status, Stretch,
    TranslationUnit,
};

mod inside;
mod scope;

fn at() -> jiff::Timestamp {
    "2026-01-02T03:04:05Z".parse().unwrap()
}

/// Returns a document of one paragraph a line, each a segment.
fn document(tag: &str, name: &str, lines: &[&str]) -> (Document, Vec<Segment>) {
    let text = lines.join("\n");
    let (mut blocks, mut segments, mut from) = (Vec::new(), Vec::new(), 0);
    for (block, line) in lines.iter().enumerate() {
        let span = from..from + line.len();
        from = span.end + 1;
        blocks.push(Block {
            kind: BlockKind::Paragraph,
            span: span.clone(),
            speaker: None,
            turn: 0,
            paragraph: block as u32,
        });
        segments.push(Segment {
            span,
            kind: BlockKind::Paragraph,
            block,
        });
    }
    let origin = Origin {
        file: Some(format!("{name}.{tag}.txt")),
        title: Some(name.to_owned()),
        hash: Some(blake3::hash(text.as_bytes()).to_hex().to_string()),
        ..Origin::default()
    };
    let document = Document {
        text,
        lang: Lang::new(tag).unwrap(),
        lang_confidence: 1.0,
        origin,
        alternates: Vec::new(),
        blocks,
        warnings: Vec::new(),
    };
    (document, segments)
}

const RUSSIAN: [&str; 8] = [
    "Министр Орлов посетил Брест 5 мая 2024 года.",
    "Там был посол Дюпон.",
    "Музей в Бресте открылся в 10:30.",
    "Делегация Парижа привезла 250 книг.",
    "Спасибо.",
    "Затем стороны обсудили 3 соглашения.",
    "Первое соглашение касается железной дороги.",
    "Спасибо.",
];
const ENGLISH: [&str; 7] = [
    "Minister Orlov visited Brest on 5 May 2024.",
    "Ambassador Dupont was there; the museum in Brest opened at 10:30.",
    "The Paris delegation brought 250 books.",
    "Thank you.",
    "The sides then discussed 3 agreements.",
    "The first agreement is about the railway.",
    "Thank you.",
];
const BELARUSIAN: [&str; 4] = [
    "Міністр Арлоў наведаў Брэст 5 мая 2024 года.",
    "Музей у Брэсце адкрыўся а 10:30.",
    "Дэлегацыя Парыжа прывезла 250 кніг.",
    "Дзякуй.",
];

/// Adds the versions of a release to a memory, aligned.
fn add(memory: &mut Memory, versions: &[(Document, Vec<Segment>)]) -> Vec<DocumentId> {
    let sides: Vec<Side> = versions
        .iter()
        .map(|(document, segments)| Side::from_document(document, segments))
        .collect();
    let pivot = align::pivot(&sides);
    let others = (0..sides.len()).filter(|&at| at != pivot);
    let alignments: Vec<_> = others
        .map(|other| {
            let bitext = Bitext {
                source: sides[pivot].clone(),
                target: sides[other].clone(),
            };
            align(&bitext, &[], &Settings::default())
        })
        .collect();
    let aligned: Vec<Aligned<'_>> = versions
        .iter()
        .map(|(document, segments)| Aligned { document, segments })
        .collect();
    let units = align::units(&aligned, pivot, &alignments);
    let change = Change {
        command: "add".to_owned(),
        detail: "a test".to_owned(),
        at: at(),
    };
    let mut writer = memory.begin(change).unwrap();
    let ids = versions
        .iter()
        .map(|(document, segments)| writer.add_document(document, segments).unwrap().id())
        .collect();
    for unit in &units {
        writer.add_unit(unit).unwrap();
    }
    writer.commit().unwrap();
    ids
}

fn two() -> (Memory, Vec<DocumentId>) {
    let mut memory = Memory::in_memory().unwrap();
    let ids = add(
        &mut memory,
        &[
            document("ru", "one", &RUSSIAN),
            document("en", "one", &ENGLISH),
        ],
    );
    (memory, ids)
}

fn decide_on(memory: &mut Memory, documents: &[DocumentId], wish: Wish) -> Answer {
    let sheet = Sheet::read(memory, documents).unwrap();
    decide(memory, &sheet, &wish, &Settings::default(), at()).unwrap()
}

fn places(memory: &Memory, documents: &[DocumentId]) -> Vec<(At, Status)> {
    let sheet = Sheet::read(memory, documents).unwrap();
    sheet
        .links
        .iter()
        .map(|link| (link.at.clone(), link.status))
        .collect()
}

fn both(source: (u32, u32), target: (u32, u32)) -> At {
    let whole = |(first, last)| Some(Stretch::whole(first, last));
    vec![whole(source), whole(target)]
}

fn before(segment: u32) -> Spot {
    Spot::before(segment)
}

fn is_done(answer: Answer) -> bool {
    matches!(answer, Answer::Done(_))
}

/// Returns all that a memory holds, but for its log.
fn dump(memory: &Memory) -> Vec<String> {
    let mut all = Vec::new();
    for document in memory.documents(&Filter::default()).unwrap() {
        let segments = memory.segments(document.id).unwrap();
        all.push(format!("{document:?} {segments:?}"));
    }
    memory
        .units(&Filter::default(), &mut |id, unit| {
            all.push(format!("{id:?} {unit:?}"));
            Ok(())
        })
        .unwrap();
    all
}

/// Returns the texts of all units, whatever their status.
fn texts(memory: &Memory) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    memory
        .units(&Filter::default(), &mut |_, unit: &TranslationUnit| {
            let texts = unit.variants.iter();
            all.push(texts.map(|variant| variant.text().to_owned()).collect());
            Ok(())
        })
        .unwrap();
    all
}

fn assert_sound(memory: &Memory) {
    assert_eq!(memory.check(&mut |_| true).unwrap(), []);
}

#[test]
fn a_sheet_shows_the_release_with_its_repeated_sentences_apart() {
    let (memory, documents) = two();
    assert_eq!(release_of(&memory, documents[1]).unwrap(), documents);
    let places: Vec<At> = places(&memory, &documents)
        .into_iter()
        .map(|(at, _)| at)
        .collect();
    assert_eq!(
        places,
        [
            both((0, 0), (0, 0)),
            both((1, 2), (1, 1)),
            both((3, 3), (2, 2)),
            both((4, 4), (3, 3)),
            both((5, 5), (4, 4)),
            both((6, 6), (5, 5)),
            both((7, 7), (6, 6)),
        ]
    );
}

#[test]
fn what_is_unlinked_stays_linked_elsewhere_and_is_not_linked_again() {
    let (mut memory, documents) = two();
    let thanks = both((4, 4), (3, 3));
    assert!(is_done(decide_on(
        &mut memory,
        &documents,
        Wish::Unlink(thanks.clone())
    )));
    let left = places(&memory, &documents);
    assert!(left.iter().all(|(at, _)| *at != thanks));
    assert!(left.iter().any(|(at, _)| *at == both((7, 7), (6, 6))));
    let english = Lang::new("en").unwrap();
    assert_eq!(memory.exact(&english, "Thank you.").unwrap().len(), 1);
    decide_on(&mut memory, &documents, Wish::Realign);
    assert!(
        places(&memory, &documents)
            .iter()
            .all(|(at, _)| *at != thanks)
    );
    // A person may think otherwise.
    assert!(is_done(decide_on(
        &mut memory,
        &documents,
        Wish::Link([(1, before(3)), (0, before(4))])
    )));
    let now = places(&memory, &documents);
    assert!(now.contains(&(thanks, Status::Confirmed)));
    assert!(now.contains(&(both((7, 7), (6, 6)), Status::Automatic)));
    assert_sound(&memory);
}

#[test]
fn merging_and_splitting_come_back_to_the_same_links() {
    let (mut memory, documents) = two();
    let first = places(&memory, &documents);
    assert!(is_done(decide_on(
        &mut memory,
        &documents,
        Wish::Merge(both((5, 5), (4, 4)))
    )));
    let merged = places(&memory, &documents);
    assert_eq!(merged.len(), first.len() - 1);
    assert!(merged.contains(&(both((5, 6), (4, 5)), Status::Confirmed)));
    assert!(is_done(decide_on(
        &mut memory,
        &documents,
        Wish::Split(both((5, 6), (4, 5)), vec![(1, before(5))])
    )));
    let at =
        |places: &[(At, Status)]| -> Vec<At> { places.iter().map(|(at, _)| at.clone()).collect() };
    assert_eq!(at(&places(&memory, &documents)), at(&first));
    // Splitting off what the other side leaves out.
    assert!(is_done(decide_on(
        &mut memory,
        &documents,
        Wish::Split(both((1, 2), (1, 1)), vec![(0, before(2))])
    )));
    let now = places(&memory, &documents);
    assert_eq!(now.len(), first.len());
    assert!(
        now.iter()
            .any(|(at, _)| [both((1, 1), (1, 1)), both((2, 2), (1, 1))].contains(at))
    );
    for refused in [
        Wish::Split(both((0, 0), (0, 0)), vec![(0, before(0))]),
        Wish::Merge(both((7, 7), (6, 6))),
        Wish::Link([(0, before(0)), (0, before(1))]),
        Wish::Link([(0, before(0)), (1, before(0))]),
        Wish::Link([(0, before(0)), (1, before(4))]),
        Wish::Edit(both((0, 0), (0, 0)), 1, " ".to_owned()),
        Wish::Accept(both((0, 1), (0, 0))),
    ] {
        let answer = decide_on(&mut memory, &documents, refused.clone());
        assert!(
            matches!(answer, Answer::Refused(_)),
            "{refused:?}: {answer:?}"
        );
    }
    assert_sound(&memory);
}

#[test]
fn an_edited_text_is_the_memorys_and_the_document_keeps_its_own() {
    let (mut memory, documents) = two();
    let link = both((4, 4), (3, 3));
    let edit = |text: &str| Wish::Edit(link.clone(), 1, text.to_owned());
    assert!(is_done(decide_on(
        &mut memory,
        &documents,
        edit("Thank you very much.")
    )));
    let sheet = Sheet::read(&memory, &documents).unwrap();
    let edited = sheet.link(&link).unwrap();
    assert_eq!(
        edited.edited,
        [None, Some("Thank you very much.".to_owned())]
    );
    assert_eq!(edited.status, Status::Confirmed);
    assert_eq!(sheet.versions[1].segments[3].text, "Thank you.");
    let english = Lang::new("en").unwrap();
    assert_eq!(
        memory
            .exact(&english, "Thank you very much.")
            .unwrap()
            .len(),
        1
    );
    // The other one is not edited with it.
    assert_eq!(memory.exact(&english, "Thank you.").unwrap().len(), 1);
    assert_eq!(
        decide_on(&mut memory, &documents, edit("Thank you very much.")),
        Answer::Unchanged
    );
    assert_sound(&memory);
    assert!(is_done(undo(&mut memory, &documents, at()).unwrap()));
    assert_eq!(memory.exact(&english, "Thank you very much.").unwrap(), []);
    assert!(is_done(redo(&mut memory, &documents, at()).unwrap()));
    assert_eq!(
        memory
            .exact(&english, "Thank you very much.")
            .unwrap()
            .len(),
        1
    );
    assert_sound(&memory);
}

#[test]
fn accepted_links_are_anchors_of_a_new_alignment() {
    let (mut memory, documents) = two();
    // A person says that these two render each other, against all evidence.
    decide_on(&mut memory, &documents, Wish::Unlink(both((3, 3), (2, 2))));
    decide_on(&mut memory, &documents, Wish::Unlink(both((4, 4), (3, 3))));
    let odd = both((3, 3), (3, 3));
    assert!(is_done(decide_on(
        &mut memory,
        &documents,
        Wish::Link([(0, before(3)), (1, before(3))])
    )));
    decide_on(&mut memory, &documents, Wish::Realign);
    let now = places(&memory, &documents);
    assert!(now.contains(&(odd.clone(), Status::Confirmed)));
    for (at, _) in now.iter().filter(|(at, _)| *at != odd) {
        let (Some(source), Some(target)) = (at[0], at[1]) else {
            panic!("{at:?}")
        };
        assert_eq!(source.first < 3, target.first < 3, "{at:?} crosses");
    }
    assert_sound(&memory);
}

#[test]
fn undo_and_redo_go_on_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.db");
    let open = || Memory::open(&path, Access::Create).unwrap();
    let mut memory = open();
    let documents = add(
        &mut memory,
        &[
            document("ru", "one", &RUSSIAN),
            document("en", "one", &ENGLISH),
        ],
    );
    let added = dump(&memory);
    decide_on(&mut memory, &documents, Wish::Merge(both((5, 5), (4, 4))));
    decide_on(
        &mut memory,
        &documents,
        Wish::Edit(both((5, 6), (4, 5)), 1, "All of it.".to_owned()),
    );
    let decided = places(&memory, &documents);
    drop(memory);
    let mut memory = open();
    assert!(is_done(undo(&mut memory, &documents, at()).unwrap()));
    assert!(is_done(undo(&mut memory, &documents, at()).unwrap()));
    // The release itself is not taken back by this.
    assert_eq!(
        undo(&mut memory, &documents, at()).unwrap(),
        Answer::Refused(Refusal::NothingLeft)
    );
    assert_eq!(dump(&memory), added);
    drop(memory);
    let mut memory = open();
    assert!(is_done(redo(&mut memory, &documents, at()).unwrap()));
    assert!(is_done(redo(&mut memory, &documents, at()).unwrap()));
    assert_eq!(
        redo(&mut memory, &documents, at()).unwrap(),
        Answer::Refused(Refusal::NothingLeft)
    );
    assert_eq!(places(&memory, &documents), decided);
    // What was made again can be taken back and made again.
    assert!(is_done(undo(&mut memory, &documents, at()).unwrap()));
    assert!(is_done(redo(&mut memory, &documents, at()).unwrap()));
    assert_eq!(places(&memory, &documents), decided);
    // After another decision there is nothing to make again.
    undo(&mut memory, &documents, at()).unwrap();
    decide_on(&mut memory, &documents, Wish::Accept(both((0, 0), (0, 0))));
    assert_eq!(
        redo(&mut memory, &documents, at()).unwrap(),
        Answer::Refused(Refusal::NothingLeft)
    );
    let commands: Vec<String> = memory
        .log(3)
        .unwrap()
        .into_iter()
        .map(|entry| entry.change.command)
        .collect();
    assert_eq!(commands, ["accept", "undo", "edit"]);
    // And the log can take all of it back.
    while memory.undo(None, at()).unwrap().is_some() {}
    assert!(memory.documents(&Filter::default()).unwrap().is_empty());
    assert_sound(&memory);
}

#[test]
fn a_text_that_only_an_undo_brings_back_is_kept() {
    let (mut memory, documents) = two();
    decide_on(
        &mut memory,
        &documents,
        Wish::Edit(both((1, 2), (1, 1)), 0, "Иначе.".to_owned()),
    );
    // The joined text is now in no unit; somebody else brings it and takes it away again.
    let joined = format!("{} {}", RUSSIAN[1], RUSSIAN[2]);
    let mut writer = memory
        .begin(Change {
            command: "import".to_owned(),
            detail: String::new(),
            at: at(),
        })
        .unwrap();
    let variant =
        |tag: &str, text: &str| crate::model::Variant::new(Lang::new(tag).unwrap(), text).unwrap();
    writer
        .add_unit(&TranslationUnit {
            variants: vec![variant("ru", &joined), variant("de", "Anders.")],
            ..TranslationUnit::default()
        })
        .unwrap();
    writer.commit().unwrap();
    memory.undo(None, at()).unwrap();
    undo(&mut memory, &documents, at()).unwrap();
    assert_sound(&memory);
    assert!(texts(&memory).iter().flatten().any(|text| *text == joined));
}

/// What may happen to a release, by numbers that are taken as far as they make sense.
fn arbitrary_step() -> impl Strategy<Value = (u8, usize, usize, u32, u32)> {
    (0u8..11, 0usize..8, 0usize..3, 0u32..8, 0u32..8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn decisions_lose_nothing_and_all_of_them_can_be_taken_back(
        steps in proptest::collection::vec(arbitrary_step(), 1..14),
        third in proptest::bool::ANY,
    ) {
        let mut memory = Memory::in_memory().unwrap();
        let mut versions = vec![document("ru", "one", &RUSSIAN), document("en", "one", &ENGLISH)];
        if third {
            versions.push(document("be", "one", &BELARUSIAN));
        }
        let documents = add(&mut memory, &versions);
        let added = dump(&memory);
        let known = texts(&memory);
        let mut changes = 0usize;
        for (kind, number, version, one, other) in steps {
            let sheet = Sheet::read(&memory, &documents).unwrap();
            let version = version % documents.len();
            let Some(link) = sheet.links.get(number % sheet.links.len().max(1)) else { continue };
            let place = link.at.clone();
            let spot = |version: usize, number: u32| {
                let stretches = &sheet.versions[version].stretches;
                stretches[number as usize % stretches.len()].start()
            };
            // A spot somewhere in the sentence with which a link begins.
            let inside = |at: &At, version: usize, number: u32| {
                let start = at[version].map_or(before(0), Stretch::start);
                Spot::from((start.segment, start.character + 1 + number * 3))
            };
            let wish = match kind {
                0 => Wish::Accept(place),
                1 => Wish::Unlink(place),
                2 => Wish::Merge(place),
                3 => Wish::Split(place, vec![(version, before(one))]),
                4 => {
                    let next = (version + 1) % documents.len();
                    Wish::Link([(version, spot(version, one)), (next, spot(next, other))])
                }
                8 => {
                    let spot = inside(&place, version, other);
                    Wish::Split(place, vec![(version, spot)])
                }
                9 => {
                    let columns = 0..documents.len();
                    let spots = columns.map(|of| (of, inside(&place, of, one))).collect();
                    Wish::Split(place, spots)
                }
                5 => Wish::Edit(place, version, format!("{one} Иначе.")),
                6 => Wish::Realign,
                7 => {
                    changes -= usize::from(is_done(undo(&mut memory, &documents, at()).unwrap()));
                    continue;
                }
                _ => {
                    changes += usize::from(is_done(redo(&mut memory, &documents, at()).unwrap()));
                    continue;
                }
            };
            changes += usize::from(is_done(decide(&mut memory, &sheet, &wish, &Settings::default(), at()).unwrap()));
            // Links never overlap, and no text is gone but for one that was edited.
            let sheet = Sheet::read(&memory, &documents).unwrap();
            for (at, link) in sheet.links.iter().enumerate() {
                for later in &sheet.links[at + 1..] {
                    prop_assert!(!sheet::overlaps(&link.at, &later.at));
                }
            }
            prop_assert!(texts(&memory).len() >= known.len());
        }
        prop_assert_eq!(memory.check(&mut |_| true).unwrap(), []);
        for _ in 0..changes {
            prop_assert!(is_done(undo(&mut memory, &documents, at()).unwrap()));
        }
        prop_assert_eq!(undo(&mut memory, &documents, at()).unwrap(), Answer::Refused(Refusal::NothingLeft));
        prop_assert_eq!(dump(&memory), added);
        prop_assert_eq!(memory.check(&mut |_| true).unwrap(), []);
    }
}
