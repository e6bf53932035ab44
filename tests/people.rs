//! What a person sees, to the letter: results, warnings and errors on the shipped samples. `INSTA_UPDATE=always cargo test` takes a change over,
//! after which the difference in `tests/snapshots/` is to be read.

use crate::support::{Place, Run};

/// A run as it looks in a terminal, without what differs from place to place.
fn seen(place: &Place, run: &Run) -> String {
    let folder = place.path("").display().to_string();
    let clean = |text: &str| text.replace(folder.trim_end_matches('/'), "PLACE");
    format!(
        "exit {}\n{}---\n{}",
        run.status,
        clean(&run.stdout),
        clean(&run.stderr)
    )
}

#[test]
fn adding_says_what_belongs_together_and_what_is_in_doubt() {
    let place = Place::new();
    insta::assert_snapshot!(seen(&place, &place.run(&["add", "memories/samples/html"])));
}

#[test]
fn adding_a_changed_page_says_what_changed() {
    let place = Place::new();
    let pages = [
        "memories/samples/html/2026-04-15-vitebsk-meeting.en.html",
        "memories/samples/html/2026-04-15-vitebsk-meeting.ru.html",
    ];
    place.expect(0, &["add", pages[0], pages[1]]);
    place.write(
        pages[0],
        place.read(pages[0]).replace("two metres", "three metres"),
    );
    insta::assert_snapshot!(seen(&place, &place.run(&["add", pages[0], pages[1]])));
}

#[test]
fn suggestions_show_difference_reason_and_origin() {
    let place = Place::with_samples();
    let texts = "Министр поблагодарил волонтёров и переводчиков.\n\
                 Товарооборот вырос на 15 процентов по сравнению с аналогичным периодом прошлого года.\n\
                 Мы предлагаем три шага:\n\
                 Ничего подобного здесь нет, кроме общих правил доверия.\n";
    insta::assert_snapshot!(seen(
        &place,
        &place.run_with(&["suggest", "--to", "en", "--from", "ru", "-"], texts)
    ));
}

#[test]
fn a_concordance_shows_words_in_their_context() {
    let place = Place::with_samples();
    insta::assert_snapshot!(
        "search",
        seen(
            &place,
            &place.run(&["search", "--lang", "be", "перакладчык"])
        )
    );
    insta::assert_snapshot!(
        "kwic",
        seen(
            &place,
            &place.run(&[
                "search",
                "--kwic",
                "--sort",
                "right",
                "--lang",
                "ru",
                "конференция"
            ])
        )
    );
}

#[test]
fn an_alignment_is_shown_side_by_side() {
    let place = Place::new();
    let texts = [
        "memories/samples/2026-04-15-vitebsk-meeting.en.txt",
        "memories/samples/2026-04-15-vitebsk-meeting.be.txt",
    ];
    insta::assert_snapshot!(seen(&place, &place.run(&["align", texts[0], texts[1]])));
}

#[test]
fn errors_say_where_and_what_to_do() {
    let place = Place::new();
    place.write(
        "broken.tmx",
        "<tmx version=\"1.4\"><header/><body>\n<tu><tuv xml:lang=\"en\"><seg>One</tuv>",
    );
    place.write("foreign.diglot", "not a memory at all");
    place.write("jobs.tsv", "only one field\n");
    let runs: [&[&str]; 8] = [
        &["import", "broken.tmx"],
        &["import", "missing.tmx"],
        &["--memory", "foreign.diglot", "stats"],
        &[
            "--memory",
            "nowhere.diglot",
            "suggest",
            "--to",
            "en",
            "Слово",
        ],
        &["align", "--batch", "jobs.tsv"],
        &[
            "add",
            "memories/samples/2026-04-15-vitebsk-meeting.en.txt",
            "memories/samples/2025-06-17-un-statement.en.txt",
        ],
        &["add", "memories/samples/2026-04-15-vitebsk-meeting.en.txt"],
        &["suggest", "--to", "en", "--min", "170", "Слово"],
    ];
    let all: Vec<String> = runs
        .iter()
        .map(|run| {
            format!(
                "$ diglot {}\n{}",
                run.join(" "),
                seen(&place, &place.run(run))
            )
        })
        .collect();
    insta::assert_snapshot!(all.join("\n"));
}
