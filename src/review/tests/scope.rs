//! What is decided of a link is decided at its place: the same pair elsewhere is another link.

use super::*;

/// Adds two releases that say thanks in the same words.
fn two_releases() -> (Memory, [Vec<DocumentId>; 2]) {
    let (mut memory, one) = two();
    let other = add_other(&mut memory, "other");
    (memory, [one, other])
}

fn add_other(memory: &mut Memory, name: &str) -> Vec<DocumentId> {
    let russian = format!("Встреча {name} прошла в Минске.");
    let english = format!("The {name} meeting was held in Minsk.");
    add(
        memory,
        &[
            document("ru", name, &[&russian, RUSSIAN[4]]),
            document("en", name, &[&english, ENGLISH[3]]),
        ],
    )
}

/// Returns the status of the link that says thanks.
fn thanks(memory: &Memory, documents: &[DocumentId], at: &At) -> Status {
    let sheet = Sheet::read(memory, documents).unwrap();
    sheet.link(at).unwrap().status
}

#[test]
fn what_is_accepted_here_is_not_accepted_elsewhere() {
    let (mut memory, [one, other]) = two_releases();
    let added = dump(&memory);
    let (first, second) = (both((4, 4), (3, 3)), both((7, 7), (6, 6)));
    let there = both((1, 1), (1, 1));
    assert!(is_done(decide_on(
        &mut memory,
        &one,
        Wish::Accept(first.clone())
    )));
    assert_eq!(thanks(&memory, &one, &first), Status::Confirmed);
    assert_eq!(thanks(&memory, &one, &second), Status::Automatic);
    assert_eq!(thanks(&memory, &other, &there), Status::Automatic);
    assert_eq!(
        decide_on(&mut memory, &one, Wish::Accept(first.clone())),
        Answer::Unchanged
    );
    assert!(is_done(decide_on(
        &mut memory,
        &other,
        Wish::Accept(there.clone())
    )));
    assert_sound(&memory);
    // Each is taken back by itself, whichever came first.
    assert!(is_done(undo(&mut memory, &one, at()).unwrap()));
    assert_eq!(thanks(&memory, &one, &first), Status::Automatic);
    assert_eq!(thanks(&memory, &other, &there), Status::Confirmed);
    assert!(is_done(undo(&mut memory, &other, at()).unwrap()));
    assert_eq!(dump(&memory), added);
    assert!(is_done(redo(&mut memory, &one, at()).unwrap()));
    assert_eq!(thanks(&memory, &one, &first), Status::Confirmed);
    assert_eq!(thanks(&memory, &one, &second), Status::Automatic);
    assert_sound(&memory);
}

#[test]
fn links_that_a_person_or_the_aligner_makes_take_no_status_from_elsewhere() {
    let (mut memory, [one, other]) = two_releases();
    let there = both((1, 1), (1, 1));
    decide_on(&mut memory, &other, Wish::Accept(there.clone()));
    let first = both((4, 4), (3, 3));
    decide_on(&mut memory, &one, Wish::Merge(first.clone()));
    let merged = both((4, 5), (3, 4));
    let spots = vec![(0, before(5)), (1, before(4))];
    decide_on(&mut memory, &one, Wish::Split(merged, spots));
    assert_eq!(thanks(&memory, &one, &first), Status::Confirmed);
    assert_eq!(
        thanks(&memory, &one, &both((7, 7), (6, 6))),
        Status::Automatic
    );
    // A release that comes later has been looked at by nobody.
    let third = add_other(&mut memory, "third");
    assert_eq!(thanks(&memory, &third, &there), Status::Automatic);
    decide_on(&mut memory, &third, Wish::Realign);
    assert_eq!(thanks(&memory, &third, &there), Status::Automatic);
    let fourth = add_other(&mut memory, "fourth");
    assert_eq!(thanks(&memory, &fourth, &there), Status::Automatic);
    // And the same release again brings nothing.
    let known = dump(&memory);
    assert_eq!(add_other(&mut memory, "other"), other);
    assert_eq!(dump(&memory), known);
    assert_sound(&memory);
}

#[test]
fn a_version_that_is_not_shown_goes_with_the_link() {
    let mut memory = Memory::in_memory().unwrap();
    let texts: [(&str, [&str; 2]); 3] = [
        ("ru", ["Музей в Бресте открылся в 10:30.", "Спасибо."]),
        ("en", ["The museum in Brest opened at 10:30.", "Thank you."]),
        ("be", ["Музей у Брэсце адкрыўся а 10:30.", "Дзякуй."]),
    ];
    let versions: Vec<_> = texts
        .iter()
        .map(|(tag, lines)| document(tag, "one", lines))
        .collect();
    let documents = add(&mut memory, &versions);
    add_other(&mut memory, "other");
    let all: At = vec![Some(Stretch::whole(1, 1)); 3];
    assert_eq!(thanks(&memory, &documents, &all), Status::Automatic);
    let shown = &documents[..2];
    for wish in [
        Wish::Accept(all[..2].to_vec()),
        Wish::Edit(all[..2].to_vec(), 1, "Many thanks.".to_owned()),
    ] {
        assert!(is_done(decide_on(&mut memory, shown, wish)));
        assert_eq!(thanks(&memory, &documents, &all), Status::Confirmed);
    }
    assert_sound(&memory);
}

#[test]
fn an_export_keeps_apart_what_was_looked_at_and_what_was_not() {
    let (mut memory, [one, other]) = two_releases();
    let (first, there) = (both((4, 4), (3, 3)), both((1, 1), (1, 1)));
    decide_on(&mut memory, &other, Wish::Accept(there.clone()));
    decide_on(&mut memory, &one, Wish::Unlink(both((7, 7), (6, 6))));
    let mut units = Vec::new();
    let mut keep = |_, unit: &TranslationUnit| {
        units.push(unit.clone());
        Ok(())
    };
    memory.units(&Filter::default(), &mut keep).unwrap();
    // Read into the same memory it brings nothing, into another one all of it.
    let bring = |memory: &mut Memory| {
        let change = Change {
            command: "import".to_owned(),
            detail: String::new(),
            at: at(),
        };
        let mut writer = memory.begin(change).unwrap();
        for unit in &units {
            writer.add_unit(unit).unwrap();
        }
        writer.commit().unwrap().change
    };
    assert_eq!(bring(&mut memory), None);
    let mut another = Memory::in_memory().unwrap();
    assert!(bring(&mut another).is_some());
    let lines = |memory: &Memory| {
        let documents = memory.documents(&Filter::default()).unwrap();
        let ids: Vec<DocumentId> = documents.iter().map(|it| it.id).collect();
        let mut all: Vec<String> = Vec::new();
        for unit in memory.linked(&ids).unwrap() {
            let places = unit
                .variants
                .iter()
                .map(|it| it.places.len())
                .sum::<usize>();
            let texts: Vec<_> = unit.variants.iter().map(|it| &it.text).collect();
            all.push(format!("{texts:?} {:?} {places}", unit.status));
        }
        all.sort();
        all
    };
    assert_eq!(lines(&another), lines(&memory));
    assert_eq!(thanks(&memory, &one, &first), Status::Automatic);
    assert_sound(&another);
}
