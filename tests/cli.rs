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
    assert_eq!(body(&place, "first.tmx"), body(&place, "second.tmx"));
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
    assert_eq!(body(&place, "before.tmx"), body(&place, "after.tmx"));
}

#[test]
fn an_export_comes_back_as_it_was() {
    let place = Place::with_samples();
    place.expect(0, &["export", "-o", "one.tmx"]);
    place.expect(0, &["--memory", "other.diglot", "import", "one.tmx"]);
    place.expect(0, &["--memory", "other.diglot", "export", "-o", "two.tmx"]);
    assert_eq!(body(&place, "one.tmx"), body(&place, "two.tmx"));
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

/// Lines that look like a speaker's, on both sides by accident and in different places, once tore texts apart.
#[test]
fn lines_that_look_like_speakers_leave_the_rest_linked() {
    let place = Place::new();
    for (lang, label, after) in [
        ("en", "Andrei Lozovsky, Foreign Minister:", 6),
        ("ru", "Тимур Ахметов, заместитель:", 14),
    ] {
        let name = format!("memories/samples/2025-11-20-minsk-conference.{lang}.txt");
        let mut lines: Vec<String> = place.read(&name).lines().map(str::to_owned).collect();
        for at in [after + 8, after] {
            lines.insert(at, label.to_owned());
        }
        place.write(&format!("labelled.{lang}.txt"), lines.join("\n"));
    }
    let beads = place.json(&["align", "labelled.ru.txt", "labelled.en.txt"]);
    let links = beads.iter().filter(|bead| {
        bead["src"] != serde_json::json!([]) && bead["tgt"] != serde_json::json!([])
    });
    assert!(links.count() >= 24, "{beads:#?}");
}

#[test]
fn a_result_never_replaces_its_own_text() {
    let place = Place::new();
    let [source, target] =
        ["en", "ru"].map(|lang| format!("memories/samples/2025-11-20-minsk-conference.{lang}.txt"));
    let before = place.read(&target);
    place.expect(2, &["align", &source, &target, "-o", &target]);
    place.write(
        "jobs.tsv",
        format!("one field\n{source}\t{target}\t{target}\n{source}\t{target}\tout.tsv\n"),
    );
    let run = place.expect(2, &["align", "--batch", "jobs.tsv", "--format", "tsv"]);
    assert!(run.stderr.contains("`jobs.tsv`, line 1"), "{}", run.stderr);
    assert_eq!(place.read(&target), before);
    assert!(
        place.read("out.tsv").lines().count() > 20,
        "the good job was done"
    );
}

#[test]
fn texts_that_do_not_belong_together_are_called_so() {
    let place = Place::new();
    let texts = [
        "memories/samples/2025-11-20-minsk-conference.en.txt",
        "memories/samples/2026-02-12-railway-interview.ru.txt",
    ];
    for command in ["align", "add"] {
        let run = place.run(&[command, texts[0], texts[1]]);
        assert!(
            run.stderr
                .contains("do not seem to be renderings of each other"),
            "{command}: {}",
            run.stderr
        );
    }
}

#[test]
fn a_guessed_encoding_is_named_and_can_be_corrected() {
    let place = Place::new();
    // «Мир» in windows-1251, too short to be told from other encodings.
    place.write("short.txt", [0xCC, 0xE8, 0xF0]);
    let guessed = place.run(&["segment", "--lang", "ru", "short.txt"]);
    assert!(guessed.stderr.contains("--encoding"), "{}", guessed.stderr);
    let told = place.expect(
        0,
        &[
            "segment",
            "--lang",
            "ru",
            "--encoding",
            "windows-1251",
            "short.txt",
        ],
    );
    assert_eq!(told.stdout, "Мир\n");
    place.expect(2, &["segment", "--encoding", "no-such", "short.txt"]);
}

#[test]
fn languages_without_models_can_be_named() {
    let place = Place::new();
    place.write(
        "a.txt",
        "Le ministre a reçu les délégués.\nIls ont parlé du commerce pendant deux heures.\n",
    );
    place.write(
        "b.txt",
        "Der Minister empfing die Delegierten.\nSie sprachen zwei Stunden lang über den Handel.\n",
    );
    place.expect(0, &["add", "--langs", "fr,de", "a.txt", "b.txt"]);
    assert_eq!(
        place.json(&["suggest", "--to", "de", "Le ministre a reçu les délégués."])[0]["matches"][0]
            ["score"],
        1.0
    );
    place.expect(2, &["add", "--langs", "fr", "a.txt", "b.txt"]);
    let doubt = place.json(&["detect", "a.txt"]);
    assert!(doubt[1]["confidence"].as_f64().unwrap() <= 0.5, "{doubt:?}");
}

#[test]
fn lines_that_follow_each_other_as_before_match_in_context() {
    let place = Place::new();
    place.expect(0, &["add", "memories/samples/html"]);
    let lines = "Уважаемый господин Председатель!\nБлагодарю Вас за созыв этого заседания.\nМы предлагаем три шага:\n";
    let run = place.run_with(&["--json", "suggest", "--to", "en", "-"], lines);
    let kinds: Vec<serde_json::Value> = (run.stdout.lines())
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["matches"][0]["kind"].clone()
        })
        .collect();
    assert_eq!(kinds, ["exact", "context", "exact"]);
}

#[test]
fn trying_an_import_out_or_mistyping_its_file_makes_no_memory() {
    let place = Place::new();
    let tried = place.expect(0, &["import", "--dry-run", "memories/official.tmx"]);
    assert!(tried.stdout.contains("780 added"), "{}", tried.stdout);
    place.expect(2, &["import", "no-such.tmx"]);
    assert!(!place.path("memory.diglot").exists());
}

#[test]
fn what_stands_before_a_fault_is_kept_only_when_asked_for() {
    let place = Place::new();
    let whole = place.read("memories/official.tmx");
    let cut = &whole[..whole.find("official-0003").unwrap()];
    place.write("cut.tmx", cut);
    place.expect(2, &["import", "cut.tmx"]);
    assert_eq!(place.json(&["stats"])[0]["units"]["confirmed"], 0);
    let kept = place.expect(2, &["import", "--keep-going", "cut.tmx"]);
    assert!(kept.stdout.contains("2 added"), "{}", kept.stdout);
    assert_eq!(place.json(&["stats"])[0]["units"]["confirmed"], 2);
}

/// The lines of an export without its header, which says when it was made.
fn body(place: &Place, name: &str) -> Vec<String> {
    let text = place.read(name);
    text.lines()
        .filter(|line| !line.contains("<header"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_text_is_filled_from_the_memory_and_analysed() {
    let place = Place::with_samples();
    let sample = "memories/samples/html/2025-11-20-minsk-conference.ru.html";
    let translated = place.expect(0, &["translate", "--to", "en", sample]);
    assert!(
        translated.stdout.contains("<html") && translated.stdout.contains("</html>"),
        "{}",
        translated.stdout
    );
    assert!(
        translated.stderr.contains("segments"),
        "{}",
        translated.stderr
    );
    let exact = place
        .expect(0, &["translate", "--to", "en", "--exact", sample])
        .stdout;
    assert!(!exact.contains('⟦'), "{exact}");

    let lines = place.json(&["analyse", "--to", "en", sample]);
    let bands = lines[0]["bands"].as_array().unwrap();
    let sum = |field: &str| -> u64 { bands.iter().map(|band| band[field].as_u64().unwrap()).sum() };
    assert_eq!(sum("segments"), lines[0]["segments"].as_u64().unwrap());
    assert_eq!(sum("words"), lines[0]["words"].as_u64().unwrap());
    let exact = bands
        .iter()
        .filter(|band| band["band"] == "101" || band["band"] == "100");
    assert!(
        exact
            .map(|band| band["segments"].as_u64().unwrap())
            .sum::<u64>()
            > 5,
        "{bands:?}"
    );
}

#[test]
fn renderings_are_counted_and_words_may_be_asked_to_stand_near() {
    let place = Place::with_samples();
    let counts = place.json(&["search", "--renderings", "--lang", "ru", "безопасность"]);
    assert!(
        counts.iter().all(|count| count["type"] == "rendering"),
        "{counts:?}"
    );
    let english: Vec<&str> = counts
        .iter()
        .filter(|count| count["lang"] == "en")
        .map(|count| count["rendering"].as_str().unwrap())
        .collect();
    assert_eq!(english.first(), Some(&"security"), "{counts:?}");
}
