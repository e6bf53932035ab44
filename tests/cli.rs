//! The program as a user meets it: the main job from pages to suggestions, and what it says when something is wrong.

use crate::support::Place;

/// The main job on the shipped samples, as the README tells it.
#[test]
fn two_pages_become_a_memory_that_answers() {
    let place = Place::new();
    let added = place.expect(0, &["add", "memories/samples/html"]);
    assert!(
        added.stdout.contains("2025-11-20-minsk-conference"),
        "{}",
        added.stdout
    );

    let suggestions = place.json(&[
        "suggest",
        "--to",
        "en",
        "Следующее заседание пройдёт в Бишкеке в октябре 2026 г.",
    ]);
    assert_eq!(suggestions.len(), 1);
    assert_eq!(suggestions[0]["type"], "suggestions");
    assert_eq!(suggestions[0]["from"], "ru");

    let hits = place.json(&["search", "канферэнцыі", "--lang", "be"]);
    assert!(
        hits.iter()
            .any(|hit| hit["text"].as_str().unwrap().contains("анферэнцы")),
        "{hits:?}"
    );

    place.expect(0, &["export", "-o", "all.tmx"]);
    assert!(place.read("all.tmx").contains("<tmx version=\"1.4\">"));
}

#[test]
fn adding_twice_changes_nothing_and_says_so() {
    let place = Place::new();
    place.expect(0, &["add", "memories/samples/html"]);
    place.expect(0, &["export", "-o", "first.tmx"]);
    let log = place.expect(0, &["log"]).stdout;
    let again = place.expect(0, &["add", "memories/samples/html"]);
    assert!(again.stdout.contains("already there"), "{}", again.stdout);
    place.expect(0, &["export", "-o", "second.tmx"]);
    let body = |name| {
        place
            .read(name)
            .lines()
            .filter(|line| !line.contains("<header"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(body("first.tmx"), body("second.tmx"));
    assert_eq!(
        log,
        place.expect(0, &["log"]).stdout,
        "nothing was logged for nothing"
    );
}

#[test]
fn what_was_added_can_be_taken_back() {
    let place = Place::new();
    place.expect(0, &["import", "memories/official.tmx"]);
    place.expect(0, &["export", "-o", "before.tmx"]);
    place.expect(0, &["add", "memories/samples/html"]);
    place.expect(0, &["undo"]);
    place.expect(0, &["export", "-o", "after.tmx"]);
    let body = |name| {
        place
            .read(name)
            .lines()
            .filter(|line| !line.contains("<header"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(body("before.tmx"), body("after.tmx"));
}

#[test]
fn an_export_comes_back_as_it_was() {
    let place = Place::with_samples();
    place.expect(0, &["export", "-o", "one.tmx"]);
    place.expect(0, &["--memory", "other.diglot", "import", "one.tmx"]);
    place.expect(0, &["--memory", "other.diglot", "export", "-o", "two.tmx"]);
    let body = |name| {
        place
            .read(name)
            .lines()
            .filter(|line| !line.contains("<header"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(body("one.tmx"), body("two.tmx"));
    assert!(
        place
            .expect(0, &["import", "one.tmx"])
            .stdout
            .contains(" 0 added")
    );
}

#[test]
fn an_unreadable_file_is_named_and_the_rest_goes_on() {
    let place = Place::new();
    place.write("scan.pdf", b"%PDF-1.7\n\0\0\0binary");
    let run = place.expect(
        2,
        &[
            "segment",
            "scan.pdf",
            "memories/samples/2026-04-15-vitebsk-meeting.be.txt",
        ],
    );
    assert!(run.stderr.contains("error: `scan.pdf`"), "{}", run.stderr);
    assert!(run.stdout.lines().count() > 20, "{}", run.stdout);
    let run = place.expect(2, &["segment", "no-such-file.txt"]);
    assert!(
        run.stderr.contains("failed to read `no-such-file.txt`") && run.stderr.contains("hint:"),
        "{}",
        run.stderr
    );
}

#[test]
fn nothing_found_is_exit_code_one() {
    let place = Place::with_samples();
    place.expect(
        1,
        &[
            "suggest",
            "--to",
            "en",
            "Сорок крокодилов пляшут фокстрот под луной у синего моря.",
        ],
    );
    place.expect(1, &["search", "крокодил"]);
}

#[test]
fn misuse_is_exit_code_two() {
    let place = Place::new();
    place.expect(2, &["suggest", "--to", "not a language", "x"]);
    place.expect(2, &["align", "only-one.txt"]);
    let run = place.expect(2, &["suggest", "--to", "en", "нет памяти"]);
    assert!(run.stderr.contains("`diglot add`"), "{}", run.stderr);
}

#[test]
fn settings_give_way_to_the_environment_and_that_to_flags() {
    let place = Place::new();
    place.write("diglot.toml", "memory = \"settled.diglot\"\nmin = 50\n");
    place.expect(
        0,
        &[
            "--config",
            "diglot.toml",
            "--memory",
            "flag.diglot",
            "import",
            "memories/official.tmx",
        ],
    );
    assert!(place.path("flag.diglot").exists() && !place.path("memory.diglot").exists());
    place.expect(
        0,
        &["--config", "diglot.toml", "import", "memories/official.tmx"],
    );
    assert!(place.path("memory.diglot").exists() && !place.path("settled.diglot").exists());
    place.write("wrong.toml", "memory = 1\n");
    let run = place.expect(2, &["--config", "wrong.toml", "stats"]);
    assert!(run.stderr.contains("line 1"), "{}", run.stderr);
}
