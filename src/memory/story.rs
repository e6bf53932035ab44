//! The story that every backend must live through: open, add, find, change, take back, reopen.

use std::path::Path;

use jiff::Timestamp;

use super::{
    Access, Change, Committed, DocumentId, DocumentOutcome, Filter, Memory, UnitId, UnitOutcome,
};
use crate::error::Error;
use crate::model::{
    Block, BlockKind, Document, InlineCode, Lang, Note, Origin, Place, Prop, Segment, Status,
    Stretch, TranslationUnit, Variant,
};

pub(super) fn lang(tag: &str) -> Lang {
    Lang::new(tag).unwrap()
}

pub(super) fn change(command: &str) -> Change {
    Change {
        command: command.to_owned(),
        detail: "a test".to_owned(),
        at: at(),
    }
}

fn at() -> Timestamp {
    "2026-01-02T03:04:05Z".parse().unwrap()
}

/// Returns a unit of bare texts.
pub(super) fn unit(texts: &[(&str, &str)]) -> TranslationUnit {
    TranslationUnit {
        variants: texts
            .iter()
            .map(|(tag, text)| Variant::new(lang(tag), *text).unwrap())
            .collect(),
        ..TranslationUnit::default()
    }
}

/// Returns a document whose lines are its segments, and these.
pub(super) fn document(tag: &str, address: &str, lines: &[&str]) -> (Document, Vec<Segment>) {
    let text = lines.join("\n");
    let (mut blocks, mut segments, mut from) = (Vec::new(), Vec::new(), 0);
    for (number, line) in lines.iter().enumerate() {
        let span = from..from + line.len();
        from = span.end + 1;
        blocks.push(Block {
            kind: BlockKind::Paragraph,
            span: span.clone(),
            speaker: Some("Speaker".to_owned()),
            turn: 1,
            paragraph: number as u32,
        });
        segments.push(Segment {
            span,
            kind: BlockKind::Paragraph,
            block: number,
        });
    }
    let document = Document {
        origin: Origin {
            publisher: Some("Ministry".to_owned()),
            address: Some(address.to_owned()),
            date: Some("2025-05-09".parse().unwrap()),
            hash: Some(blake3::hash(text.as_bytes()).to_hex().to_string()),
            ..Origin::default()
        },
        text,
        lang: lang(tag),
        lang_confidence: 1.0,
        alternates: Vec::new(),
        blocks,
        warnings: Vec::new(),
    };
    (document, segments)
}

/// Returns a unit of one segment of each document, found there.
pub(super) fn placed(documents: &[&Document], position: usize) -> TranslationUnit {
    let variants = documents.iter().map(|document| {
        let line = document.text.lines().nth(position).unwrap();
        let mut variant = Variant::new(document.lang.clone(), line).unwrap();
        variant.places.push(Place {
            origin: document.origin.clone(),
            at: Stretch::whole(position as u32, position as u32),
            kind: BlockKind::Paragraph,
            speaker: Some("Speaker".to_owned()),
        });
        variant
    });
    TranslationUnit {
        variants: variants.collect(),
        probability: Some(0.9),
        ..TranslationUnit::default()
    }
}

const LINES: [(&str, &[&str]); 3] = [
    (
        "en",
        &[
            "Good morning, colleagues.",
            "We discussed 3 agreements.",
            "Thank you.",
        ],
    ),
    (
        "ru",
        &[
            "Доброе утро, коллеги.",
            "Мы обсудили 3 соглашения.",
            "Спасибо.",
        ],
    ),
    (
        "be",
        &[
            "Добрай раніцы, калегі.",
            "Мы абмеркавалі 3 пагадненні аб’яднанняў.",
            "Дзякуй.",
        ],
    ),
];

fn release() -> Vec<(Document, Vec<Segment>)> {
    LINES
        .iter()
        .map(|(tag, lines)| document(tag, &format!("https://example.org/{tag}/1"), lines))
        .collect()
}

pub(super) fn add(memory: &mut Memory, units: &[TranslationUnit]) -> (Vec<UnitOutcome>, Committed) {
    let mut writer = memory.begin(change("import")).unwrap();
    let outcomes = units
        .iter()
        .map(|unit| writer.add_unit(unit).unwrap())
        .collect();
    (outcomes, writer.commit().unwrap())
}

/// Adds the given languages of the release, all segments one to one.
pub(super) fn add_release(memory: &mut Memory, tags: &[&str]) -> Committed {
    let release = release();
    let chosen: Vec<_> = release
        .iter()
        .filter(|(document, _)| tags.contains(&document.lang.as_str()))
        .collect();
    let mut writer = memory.begin(change("add")).unwrap();
    for (document, segments) in &chosen {
        writer.add_document(document, segments).unwrap();
    }
    let documents: Vec<&Document> = chosen.iter().map(|(document, _)| document).collect();
    for position in 0..3 {
        writer.add_unit(&placed(&documents, position)).unwrap();
    }
    writer.commit().unwrap()
}

/// Returns all that a memory holds, but for its log, as text.
pub(super) fn dump(memory: &Memory) -> String {
    let mut out = String::new();
    for document in memory.documents(&Filter::default()).unwrap() {
        let segments = memory.segments(document.id).unwrap();
        out.push_str(&format!("{document:?} {segments:?}\n"));
    }
    memory
        .units(&Filter::default(), &mut |id, unit| {
            out.push_str(&format!("{id:?} {unit:?}\n"));
            Ok(())
        })
        .unwrap();
    // How many texts each has is known only about.
    let mut langs: Vec<Lang> = memory
        .languages()
        .unwrap()
        .into_iter()
        .map(|(lang, _)| lang)
        .collect();
    langs.sort();
    out.push_str(&format!("{langs:?}"));
    out
}

fn sorted_texts(memory: &Memory) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    memory
        .units(&Filter::default(), &mut |_, unit| {
            let mut texts: Vec<String> = unit
                .variants
                .iter()
                .map(|variant| variant.text().to_owned())
                .collect();
            texts.sort();
            all.push(texts);
            Ok(())
        })
        .unwrap();
    all.sort();
    all
}

pub(super) fn assert_sound(memory: &Memory) {
    assert_eq!(memory.check(&mut |_| true).unwrap(), []);
}

fn story(mut memory: Memory, mut reopen: impl FnMut(Memory) -> Memory) {
    let empty = dump(&memory);
    let first = add_release(&mut memory, &["en", "ru", "be"]);
    assert_eq!((first.counts.documents, first.counts.units), (3, 3));
    let added = dump(&memory);
    let revision = memory.revision().unwrap();

    // Twice changes nothing and logs nothing.
    assert_eq!(add_release(&mut memory, &["en", "ru", "be"]).change, None);
    assert_eq!(
        (dump(&memory), memory.revision().unwrap()),
        (added.clone(), revision)
    );

    let mut memory = reopen(memory);
    assert_eq!(dump(&memory), added);
    assert_eq!(
        memory.exact(&lang("en"), "Thank \u{a0}you.").unwrap(),
        [UnitId(3)]
    );
    let neighbours = memory.neighbours(UnitId(2), &lang("ru")).unwrap();
    assert_eq!(neighbours[0].before.as_deref(), Some(LINES[1].1[0]));
    assert_eq!(neighbours[0].after.as_deref(), Some(LINES[1].1[2]));

    let mut writer = memory.begin(change("reject")).unwrap();
    assert_eq!(
        writer.set_status(&[UnitId(3)], Status::Rejected).unwrap(),
        1
    );
    writer.commit().unwrap();
    assert_eq!(memory.exact(&lang("en"), "Thank you.").unwrap(), []);
    assert_eq!(memory.unit(UnitId(3)).unwrap().status, Status::Rejected);
    assert_ne!(memory.revision().unwrap(), revision);
    assert_sound(&memory);

    // Undoing goes back one change after the other, as in an editor.
    let undone = memory.undo(None, at()).unwrap().unwrap();
    assert_eq!(undone.change.command, "reject");
    assert_eq!(dump(&memory), added);
    let undone = memory.undo(None, at()).unwrap().unwrap();
    assert_eq!(undone.change.command, "add");
    assert_eq!(dump(&memory), empty);
    assert_eq!(memory.undo(None, at()).unwrap(), None);
    assert_sound(&memory);

    let memory = reopen(memory);
    let commands: Vec<String> = memory
        .log(10)
        .unwrap()
        .into_iter()
        .map(|entry| entry.change.command)
        .collect();
    assert_eq!(commands, ["undo", "undo", "reject", "add"]);
}

#[test]
fn the_story_in_memory() {
    story(Memory::in_memory().unwrap(), |memory| memory);
}

#[test]
fn the_story_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sub/memory.db");
    let open = || Memory::open(&path, Access::Create).unwrap();
    story(open(), |memory| {
        drop(memory);
        open()
    });
}

#[test]
fn three_languages_meet_in_one_unit_in_any_order() {
    let orders: [&[&[&str]]; 6] = [
        &[&["en", "ru", "be"], &["en", "be"]],
        &[&["en", "ru"], &["en", "be"]],
        &[&["en", "be"], &["en", "ru", "be"]],
        &[&["ru", "be"], &["en", "ru"], &["en", "be"]],
        &[&["en", "ru"], &["ru", "be"], &["en", "ru", "be"]],
        &[&["en", "be"], &["ru", "be"], &["en", "ru"]],
    ];
    let mut whole = Memory::in_memory().unwrap();
    add_release(&mut whole, orders[0][0]);
    for order in orders {
        let mut memory = Memory::in_memory().unwrap();
        for tags in order {
            add_release(&mut memory, tags);
        }
        assert_eq!(sorted_texts(&memory), sorted_texts(&whole), "{order:?}");
        for tags in order {
            assert_eq!(add_release(&mut memory, tags).change, None, "{order:?}");
        }
        assert_sound(&memory);
        for _ in order {
            memory.undo(None, at()).unwrap();
        }
        assert_eq!(sorted_texts(&memory), Vec::<Vec<String>>::new());
        assert_sound(&memory);
    }
}

#[test]
fn the_same_texts_elsewhere_are_joined_only_when_they_are_one_meaning() {
    let mut memory = Memory::in_memory().unwrap();
    let (outcomes, _) = add(
        &mut memory,
        &[
            unit(&[("en", "Yes."), ("ru", "Да.")]),
            unit(&[("en", "Yes."), ("ru", "Так точно.")]),
            unit(&[("en", "Yes."), ("be", "Так.")]),
            unit(&[("en", "Yes."), ("ru", "Да."), ("be", "Але.")]),
            unit(&[("be", "Але."), ("en", "Yes.")]),
            unit(&[("en", "Yes.")]),
        ],
    );
    assert_eq!(
        outcomes,
        [
            UnitOutcome::New(UnitId(1)),
            UnitOutcome::New(UnitId(2)),
            UnitOutcome::New(UnitId(3)),
            UnitOutcome::Extended(UnitId(1)),
            UnitOutcome::Known(UnitId(1)),
            UnitOutcome::New(UnitId(4)),
        ]
    );
}

#[test]
fn a_change_sees_the_units_that_were_there_before_it() {
    let named = |name: &str, text: &str| TranslationUnit {
        id: Some(name.to_owned()),
        ..unit(&[("en", text), ("ru", "Да.")])
    };
    let mut memory = Memory::in_memory().unwrap();
    let mut writer = memory.begin(change("import")).unwrap();
    writer.add_unit(&named("a", "Yes.")).unwrap();
    assert_eq!(writer.unit_before("a").unwrap(), None);
    writer.commit().unwrap();
    let mut writer = memory.begin(change("import")).unwrap();
    writer.add_unit(&named("b", "Aye.")).unwrap();
    let (id, known) = writer.unit_before("a").unwrap().unwrap();
    assert_eq!(known.variants[0].text(), "Yes.");
    writer.set_status(&[id], Status::Rejected).unwrap();
    let (_, known) = writer.unit_before("a").unwrap().unwrap();
    assert_eq!(known.status, Status::Rejected);
    assert_eq!(writer.unit_before("b").unwrap(), None);
}

#[test]
fn all_that_a_unit_says_comes_back() {
    let mut full = unit(&[("en-GB", " Press  <b>F1</b>\n"), ("ru", "Нажмите F1")]);
    full.id = Some("own id".to_owned());
    full.source_lang = Some(lang("en-GB"));
    full.status = Status::Confirmed;
    full.probability = Some(0.1 + 0.2);
    full.history.set("creationdate", "20200101T000000Z");
    full.notes.push(Note {
        text: "note".to_owned(),
        attributes: vec![("xml:lang".to_owned(), "en".to_owned())],
    });
    let prop = Prop {
        name: "x-domain".to_owned(),
        value: "\u{1f600} \"".to_owned(),
        attributes: Vec::new(),
    };
    full.variants[0].props.push(prop.clone());
    full.variants[0].codes.push(InlineCode {
        at: 2,
        markup: "<ph/>".to_owned(),
    });
    let mut memory = Memory::in_memory().unwrap();
    add(&mut memory, std::slice::from_ref(&full));
    assert_eq!(memory.unit(UnitId(1)).unwrap(), full);
    assert_eq!(memory.unit_named("own id").unwrap(), Some(UnitId(1)));
    assert_eq!(memory.unit_named("OWN ID").unwrap(), None);
    assert_eq!(add(&mut memory, std::slice::from_ref(&full)).1.change, None);

    // What is new is joined, what a person said stays, and all of it can be taken back.
    let before = dump(&memory);
    let mut more = full.clone();
    more.status = Status::Automatic;
    more.id = Some("another id".to_owned());
    more.props.push(prop);
    more.variants[1].history.set("usagecount", "3");
    let (outcomes, committed) = add(&mut memory, &[more.clone()]);
    assert_eq!(outcomes, [UnitOutcome::Known(UnitId(1))]);
    assert_eq!(committed.counts.joined, 1);
    more.status = Status::Confirmed;
    more.id.clone_from(&full.id);
    assert_eq!(memory.unit(UnitId(1)).unwrap(), more);
    assert_sound(&memory);
    memory.undo(None, at()).unwrap();
    assert_eq!(dump(&memory), before);
    assert_sound(&memory);
}

#[test]
fn an_identifier_of_another_unit_is_not_taken_over() {
    let mut memory = Memory::in_memory().unwrap();
    let mut units = [
        unit(&[("en", "One"), ("ru", "Один")]),
        unit(&[("en", "Two"), ("ru", "Два")]),
    ];
    for unit in &mut units {
        unit.id = Some("1".to_owned());
    }
    let (outcomes, _) = add(&mut memory, &units);
    assert!(
        matches!(&outcomes[1], UnitOutcome::Renamed(UnitId(2), tuid) if tuid.starts_with("dg-"))
    );
    assert_eq!(add(&mut memory, &units).1.change, None);
}

#[test]
fn rejected_units_stay_rejected_and_are_not_extended() {
    let mut memory = Memory::in_memory().unwrap();
    add_release(&mut memory, &["en", "ru"]);
    let mut writer = memory.begin(change("reject")).unwrap();
    writer.set_status(&[UnitId(1)], Status::Rejected).unwrap();
    writer.commit().unwrap();
    assert_eq!(add_release(&mut memory, &["en", "ru"]).change, None);
    let third = add_release(&mut memory, &["en", "be"]);
    assert_eq!((third.counts.units, third.counts.extended), (1, 2));
}

#[test]
fn a_status_is_set_only_on_units_that_exist() {
    let mut memory = Memory::in_memory().unwrap();
    add(&mut memory, &[unit(&[("en", "a"), ("ru", "б")])]);
    let mut writer = memory.begin(change("confirm")).unwrap();
    let refused = writer.set_status(&[UnitId(1), UnitId(9)], Status::Confirmed);
    assert!(matches!(refused, Err(Error::Invalid { .. })));
    assert_eq!(writer.commit().unwrap().counts.statuses, 1);
    assert!(memory.unit(UnitId(9)).is_err());
    assert_sound(&memory);
}

#[test]
fn a_changed_page_is_a_new_version_and_says_what_changed() {
    let mut memory = Memory::in_memory().unwrap();
    let (old, old_segments) = document("en", "https://example.org/1", &["One.", "Two.", "Three."]);
    let (new, new_segments) = document(
        "en",
        "https://example.org/1",
        &["One.", "2.", "Three.", "4."],
    );
    let mut writer = memory.begin(change("add")).unwrap();
    writer.add_document(&old, &old_segments).unwrap();
    writer.commit().unwrap();
    let before = dump(&memory);
    let mut writer = memory.begin(change("add")).unwrap();
    let outcome = writer.add_document(&new, &new_segments).unwrap();
    let DocumentOutcome::NewVersion { id, of, difference } = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!((id, of), (DocumentId(2), DocumentId(1)));
    assert_eq!(difference.changed, [("Two.".to_owned(), "2.".to_owned())]);
    assert_eq!(
        (difference.added, difference.removed),
        (vec!["4.".to_owned()], vec![])
    );
    writer.commit().unwrap();
    let documents = memory.documents(&Filter::default()).unwrap();
    assert_eq!(documents[0].superseded_by, Some(DocumentId(2)));
    assert_sound(&memory);
    memory.undo(None, at()).unwrap();
    assert_eq!(dump(&memory), before);
}

#[test]
fn an_origin_met_before_its_document_becomes_that_document() {
    let mut memory = Memory::in_memory().unwrap();
    let release = release();
    let documents: Vec<&Document> = release.iter().map(|(document, _)| document).collect();
    add(&mut memory, &[placed(&documents, 1)]);
    let before = dump(&memory);
    assert_eq!(memory.stats().unwrap().documents.len(), 3);
    add_release(&mut memory, &["en", "ru", "be"]);
    assert_eq!(memory.documents(&Filter::default()).unwrap().len(), 3);
    assert_eq!(memory.unit(UnitId(1)).unwrap().variants[0].places.len(), 1);
    assert_sound(&memory);
    memory.undo(None, at()).unwrap();
    assert_eq!(dump(&memory), before);
    assert_sound(&memory);
}

#[test]
fn takes_back_an_earlier_change_only_if_nothing_builds_on_it() {
    let mut memory = Memory::in_memory().unwrap();
    let first = add_release(&mut memory, &["en", "ru"]).change;
    let other = add(&mut memory, &[unit(&[("en", "Other."), ("ru", "Другое.")])])
        .1
        .change;
    let second = add_release(&mut memory, &["en", "be"]).change;
    let refused = memory.undo(first, at());
    assert!(matches!(refused, Err(Error::BuiltOn { .. })), "{refused:?}");
    memory.undo(other, at()).unwrap();
    assert!(matches!(
        memory.undo(other, at()),
        Err(Error::Invalid { .. })
    ));
    memory.undo(second, at()).unwrap();
    memory.undo(first, at()).unwrap();
    assert_eq!(memory.stats().unwrap().units, [0, 0, 0]);
    assert_sound(&memory);
}

#[test]
fn a_dropped_writer_leaves_nothing_and_numbers_are_not_used_again() {
    let mut memory = Memory::in_memory().unwrap();
    let empty = dump(&memory);
    let mut writer = memory.begin(change("import")).unwrap();
    writer.add_unit(&unit(&[("en", "a"), ("ru", "б")])).unwrap();
    drop(writer);
    assert_eq!((dump(&memory), memory.log(1).unwrap()), (empty, vec![]));
    add(&mut memory, &[unit(&[("en", "a"), ("ru", "б")])]);
    memory.undo(None, at()).unwrap();
    let (outcomes, _) = add(&mut memory, &[unit(&[("en", "a"), ("ru", "б")])]);
    assert_eq!(outcomes, [UnitOutcome::New(UnitId(2))]);
}

#[test]
fn the_numbers_tell_units_by_status_and_pair() {
    let mut memory = Memory::in_memory().unwrap();
    add(
        &mut memory,
        &[
            unit(&[("en", "1"), ("ru", "один")]),
            unit(&[("en", "2"), ("ru", "два")]),
            unit(&[("en", "3"), ("ru", "три")]),
            unit(&[("en", "4"), ("be", "чатыры")]),
        ],
    );
    let mut writer = memory.begin(change("confirm")).unwrap();
    writer.set_status(&[UnitId(1)], Status::Confirmed).unwrap();
    writer.set_status(&[UnitId(2)], Status::Rejected).unwrap();
    writer.commit().unwrap();
    let stats = memory.stats().unwrap();
    assert_eq!((stats.units, stats.pairs[1].units), ([2, 1, 1], [1, 1, 1]));
}

/// Makes a memory of `units` units, closes it and returns its bytes.
pub(super) fn file_of(path: &Path, units: usize) -> Vec<u8> {
    let mut memory = Memory::open(path, Access::Create).unwrap();
    let units: Vec<_> = (0..units)
        .map(|n| {
            unit(&[
                ("en", &format!("Clause {n} applies.")),
                ("ru", &format!("Действует пункт {n}.")),
            ])
        })
        .collect();
    add(&mut memory, &units);
    drop(memory);
    std::fs::read(path).unwrap()
}
