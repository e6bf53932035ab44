//! Sentences that are split: the links begin and end inside them, the documents keep them as they are.

use super::*;

/// Where the English sentence of [`LINK`] goes on with its second half.
const MUSEUM: &str = "the museum in Brest opened at 10:30.";

/// Two Russian sentences that one English sentence renders.
fn joined() -> At {
    both((1, 2), (1, 1))
}

/// Returns the spot in an English sentence at which these words begin.
fn english(segment: u32, words: &str) -> Spot {
    let text = ENGLISH[segment as usize];
    let byte = text.find(words).unwrap();
    (segment, text[..byte].chars().count() as u32).into()
}

fn split(memory: &mut Memory, documents: &[DocumentId], spots: Vec<(usize, Spot)>) -> Answer {
    decide_on(memory, documents, Wish::Split(joined(), spots))
}

/// Returns what the links of a sheet say, column by column, and what is in none.
fn said(memory: &Memory, documents: &[DocumentId]) -> (Vec<Vec<String>>, Vec<String>) {
    let sheet = Sheet::read(memory, documents).unwrap();
    let links = sheet.links.iter().map(|link| {
        let texts = link.texts(&sheet.versions).into_iter();
        texts.map(Option::unwrap_or_default).collect()
    });
    let mut left = Vec::new();
    for (column, version) in sheet.versions.iter().enumerate() {
        for (segment, stretch) in version.segments.iter().zip(&version.stretches) {
            if sheet.link_of(column, *stretch).is_none() {
                left.push(segment.text.clone());
            }
        }
    }
    (links.collect(), left)
}

fn documents_of(memory: &Memory, documents: &[DocumentId]) -> Vec<Vec<String>> {
    let texts = documents.iter().map(|&id| {
        let segments = memory.segments(id).unwrap().into_iter();
        segments.map(|segment| segment.text).collect()
    });
    texts.collect()
}

#[test]
fn a_link_is_split_inside_a_sentence_and_merged_to_what_it_was() {
    let (mut memory, documents) = two();
    let (before, _) = said(&memory, &documents);
    let cut = english(1, MUSEUM);
    let spots = vec![(0, super::before(2)), (1, cut)];
    assert!(is_done(split(&mut memory, &documents, spots)));
    let (links, left) = said(&memory, &documents);
    assert_eq!(links.len(), before.len() + 1);
    assert_eq!(links[1], [RUSSIAN[1], "Ambassador Dupont was there;"]);
    assert_eq!(links[2], [RUSSIAN[2], MUSEUM]);
    assert!(left.is_empty());
    // The halves are units like any other; the document is what it was.
    let lang = Lang::new("en").unwrap();
    let [unit] = memory.exact(&lang, MUSEUM).unwrap()[..] else {
        panic!("the second half is found once")
    };
    assert_eq!(memory.unit(unit).unwrap().status, Status::Confirmed);
    assert_eq!(memory.exact(&lang, ENGLISH[1]).unwrap(), []);
    let neighbours = memory.neighbours(unit, &lang).unwrap();
    assert_eq!(
        neighbours[0].before.as_deref(),
        Some("Ambassador Dupont was there;")
    );
    assert_eq!(neighbours[0].after.as_deref(), Some(ENGLISH[2]));
    assert_eq!(documents_of(&memory, &documents)[1], ENGLISH);
    let entry = &memory.log(1).unwrap()[0].change;
    assert_eq!(entry.command, "split");
    assert_eq!(entry.detail, format!("ru 2, en 2: {}", RUSSIAN[1]));
    assert_sound(&memory);

    let sheet = Sheet::read(&memory, &documents).unwrap();
    let first = sheet.links[1].at.clone();
    assert!(is_done(decide_on(
        &mut memory,
        &documents,
        Wish::Merge(first)
    )));
    assert_eq!(said(&memory, &documents), (before, Vec::new()));
    assert!(places(&memory, &documents).contains(&(joined(), Status::Confirmed)));
    assert_sound(&memory);
}

#[test]
fn what_a_split_leaves_over_is_linked_edited_and_whole_again_without_links() {
    let (mut memory, documents) = two();
    // With one caret only the English sentence is split; the other side goes where the aligner puts it.
    let cut = english(1, MUSEUM);
    assert!(is_done(split(&mut memory, &documents, vec![(1, cut)])));
    let (links, left) = said(&memory, &documents);
    assert_eq!(links[1][0], RUSSIAN[1]);
    assert_eq!(links[2], [RUSSIAN[2], MUSEUM]);
    assert!(left.is_empty());
    let sheet = Sheet::read(&memory, &documents).unwrap();
    let second = sheet.links[2].at.clone();
    assert!(is_done(decide_on(
        &mut memory,
        &documents,
        Wish::Unlink(second)
    )));
    assert_eq!(said(&memory, &documents).1, [RUSSIAN[2], MUSEUM]);
    let pieces = [(1, cut), (0, before(2))];
    assert!(is_done(decide_on(
        &mut memory,
        &documents,
        Wish::Link(pieces)
    )));
    assert_eq!(said(&memory, &documents).0, links);
    let second = both((2, 2), (0, 0))[0];
    let second: At = vec![second, Stretch::between(cut, before(2))];
    assert!(is_done(decide_on(
        &mut memory,
        &documents,
        Wish::Edit(second.clone(), 1, "The museum opened.".to_owned()),
    )));
    let sheet = Sheet::read(&memory, &documents).unwrap();
    assert_eq!(
        sheet.link(&second).unwrap().edited[1].as_deref(),
        Some("The museum opened.")
    );
    for at in [sheet.links[1].at.clone(), second] {
        decide_on(&mut memory, &documents, Wish::Unlink(at));
    }
    assert_eq!(
        said(&memory, &documents).1,
        [RUSSIAN[1], RUSSIAN[2], ENGLISH[1]]
    );
    assert_sound(&memory);
}

#[test]
fn a_split_outlives_a_new_alignment_a_restart_undo_and_redo() {
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
    let spots = vec![(0, before(2)), (1, english(1, MUSEUM))];
    assert!(is_done(split(&mut memory, &documents, spots)));
    let decided = places(&memory, &documents);
    decide_on(&mut memory, &documents, Wish::Realign);
    let realigned = said(&memory, &documents);
    assert_eq!(realigned.0[2], [RUSSIAN[2], MUSEUM]);
    assert_eq!(places(&memory, &documents), decided);
    drop(memory);
    let mut memory = open();
    while is_done(undo(&mut memory, &documents, at()).unwrap()) {}
    assert_eq!(dump(&memory), added);
    drop(memory);
    let mut memory = open();
    while is_done(redo(&mut memory, &documents, at()).unwrap()) {}
    assert_eq!(places(&memory, &documents), decided);
    assert_eq!(said(&memory, &documents), realigned);
    // The same release again changes nothing, and neither does what is left of it meet the pieces wrongly.
    assert_eq!(
        add(
            &mut memory,
            &[
                document("ru", "one", &RUSSIAN),
                document("en", "one", &ENGLISH),
            ],
        ),
        documents
    );
    assert_eq!(said(&memory, &documents), realigned);
    assert_sound(&memory);
}

#[test]
fn white_space_at_a_split_is_kept() {
    let mut memory = Memory::in_memory().unwrap();
    let russian = ["Мы\u{a0}открыли  музей,\t а затем —школу."];
    let english = ["We opened a museum, and then a school."];
    let documents = add(
        &mut memory,
        &[
            document("ru", "gap", &russian),
            document("en", "gap", &english),
        ],
    );
    let whole = both((0, 0), (0, 0));
    let cuts = [
        (18, "а затем —школу."),
        (21, "затем —школу."),
        (29, "школу."),
    ];
    for (character, second) in cuts {
        let spots = vec![(0, (0, character).into()), (1, (0, 19).into())];
        assert!(is_done(decide_on(
            &mut memory,
            &documents,
            Wish::Split(whole.clone(), spots)
        )));
        let (links, _) = said(&memory, &documents);
        assert_eq!(links[1], [second, "and then a school."]);
        let start = russian[0].strip_suffix(second).unwrap();
        assert_eq!(links[0], [start.trim_end(), "We opened a museum,"]);
        let first = Sheet::read(&memory, &documents).unwrap().links[0]
            .at
            .clone();
        decide_on(&mut memory, &documents, Wish::Merge(first));
        assert_eq!(said(&memory, &documents).0, [[russian[0], english[0]]]);
    }
    assert_sound(&memory);
}

#[test]
fn there_is_no_split_where_nothing_would_be_left() {
    let (mut memory, documents) = two();
    let end = ENGLISH[1].chars().count() as u32;
    for spots in [
        vec![],
        vec![(1, before(1))],
        vec![(1, before(2))],
        vec![(1, (1, end).into())],
        vec![(1, (1, u32::MAX).into())],
        vec![(1, (u32::MAX, 3).into())],
        vec![(1, (3, 3).into())],
        vec![(2, (1, 3).into())],
        vec![(0, before(2)), (1, (1, end).into())],
    ] {
        assert_eq!(
            split(&mut memory, &documents, spots.clone()),
            Answer::Refused(Refusal::NoSplit),
            "{spots:?}"
        );
    }
}

#[test]
fn a_decision_that_speaks_of_what_is_not_there_is_not_made_again() {
    let said = |links: &str| {
        let replace = format!(r#"{{"name":"split","old":[],"new":[{links}],"stay":[]}}"#);
        format!(r#"{{"documents":[1,2],"action":{{"replace":{replace}}}}}"#)
    };
    for links in [
        "[[[0,0],[0,0],[0,0]],null]",
        "[[[0,0]],null]",
        "[[[0,0],[90,90]],null]",
        "[[[3,0],[0,0]],null]",
        "[[[0,0,44,0],[0,0]],null]",
        "[[[0,0,7,7],[0,0]],null]",
    ] {
        let (mut memory, documents) = two();
        let change = Change {
            command: "split".to_owned(),
            detail: String::new(),
            at: at(),
        };
        let mut writer = memory.begin(change).unwrap();
        writer
            .set_probability(crate::memory::UnitId(1), 0.5)
            .unwrap();
        writer
            .note_decision(documents[0], &said(links), None)
            .unwrap();
        writer.commit().unwrap();
        assert!(is_done(undo(&mut memory, &documents, at()).unwrap()));
        assert_eq!(
            redo(&mut memory, &documents, at()).unwrap(),
            Answer::Refused(Refusal::NoLink),
            "{links}"
        );
        assert_sound(&memory);
    }
}
