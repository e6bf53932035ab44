//! Files that people bring and take away, through the program: every form in and out, documents filled, spreadsheets reviewed, broken files mended.

use std::fs::File;
use std::io::BufReader;

use diglot::interchange::{Entry, Format, ReadOptions, WriteOptions, Writer, open};
use diglot::model::{Lang, Note, Status, TranslationUnit, Variant};

use crate::support::Place;

/// The units of the memory, in one line of JSON each.
fn units(place: &Place) -> Vec<serde_json::Value> {
    place.json(&[
        "export",
        "--status",
        "automatic",
        "--status",
        "confirmed",
        "--status",
        "rejected",
    ])
}

#[test]
fn every_form_goes_out_and_comes_in_again_and_twice_adds_nothing() {
    let place = Place::with_samples();
    let exported = &place.json(&["export", "--langs", "ru,en", "-o", "count.tmx"])[0]["units"];
    for (form, files) in [
        ("tmx", &["o.tmx"][..]),
        ("tsv", &["o.tsv"]),
        ("csv", &["o.csv"]),
        ("jsonl", &["o.jsonl"]),
        ("xliff", &["o.xlf"]),
        ("po", &["o.po"]),
        ("xlsx", &["o.xlsx"]),
        ("hunalign", &["o.hunalign"]),
        ("moses", &["o.ru", "o.en"]),
        ("ladder", &["o.ladder", "o.ru", "o.en"]),
        ("ces", &["o.ces", "o.ru.xml", "o.en.xml"]),
    ] {
        let out = if files.len() > 1 { "o" } else { files[0] };
        let said = place.expect(
            0,
            &["export", "--langs", "ru,en", "--format", form, "-o", out],
        );
        assert!(
            said.stderr.contains(&format!("{exported} units written")),
            "{form}: {}",
            said.stderr
        );
        assert!(
            said.stderr.contains("read back and compared"),
            "{form}: {}",
            said.stderr
        );
        let memory = format!("{form}.diglot");
        let import = [
            &[
                "--json", "--memory", &memory, "import", "--langs", "ru,en", "--format", form,
            ][..],
            files,
        ]
        .concat();
        for added in [exported.clone(), 0.into()] {
            let line: serde_json::Value =
                serde_json::from_str(&place.expect(0, &import).stdout).unwrap();
            assert_eq!(
                (&line["units"], &line["added"]),
                (exported, &added),
                "{form}"
            );
        }
    }
}

const XLIFF: &str = "<?xml version='1.0' encoding=\"utf-8\"?>\r\n<!-- a -->\r\n<xliff version='1.2'><file original='a' source-language='be' target-language='en' datatype='x'><body>\r\n\
  <trans-unit id='1'  approved='no'><source>Паўторны  візіт.</source></trans-unit>\r\n\
  <trans-unit id='2'><source>Паўторны візіт да <g id='1'>суседа</g>.</source><target/></trans-unit>\r\n\
  <trans-unit id='3'><source>Так</source><target>Yes</target></trans-unit>\r\n\
  <trans-unit id='4' translate='no'><source>Паўторны візіт.</source></trans-unit>\r\n\
  </body></file></xliff>\r\n";

#[test]
fn xliff_is_filled_and_everything_else_stays_as_it_is() {
    let place = Place::new();
    place.write(
        "m.xlf",
        XLIFF
            .replace(
                "approved='no'><source>Паўторны  візіт.</source>",
                "approved='yes'><source>Паўторны  візіт.</source><target>A second visit.</target>",
            )
            .replace(
                "</g>.</source><target/>",
                "</g>.</source><target>A second visit to the <g id='1'>neighbour</g>.</target>",
            ),
    );
    place.expect(0, &["import", "m.xlf"]);
    place.write("j.xlf", XLIFF);
    let said = place.expect(0, &["translate", "j.xlf", "-o", "out.xlf"]);
    assert!(
        said.stderr
            .contains("3 segments: 2 filled, 0 filled for review, 0 open, 1 were done"),
        "{}",
        said.stderr
    );
    let expected = XLIFF
        .replace(
            "<source>Паўторны  візіт.</source></trans",
            "<source>Паўторны  візіт.</source><target state=\"translated\" state-qualifier=\"exact-match\">A second visit.</target>\
             <alt-trans match-quality=\"100%\" origin=\"diglot\"><source>Паўторны  візіт.</source><target>A second visit.</target></alt-trans></trans",
        )
        .replace(
            "<target/>",
            "<target state=\"translated\" state-qualifier=\"exact-match\">A second visit to the <g id=\"1\">neighbour</g>.</target>\
             <alt-trans match-quality=\"100%\" origin=\"diglot\"><source>Паўторны візіт да суседа.</source><target>A second visit to the neighbour.</target></alt-trans>",
        );
    assert_eq!(place.read("out.xlf"), expected);
    // What is filled is done.
    let again = place.expect(1, &["translate", "out.xlf"]);
    assert_eq!(again.stdout, expected);
    place.write("cut.xlf", &XLIFF[..XLIFF.find("<target/>").unwrap()]);
    assert!(
        place
            .expect(2, &["translate", "cut.xlf"])
            .stderr
            .contains("line ")
    );
}

#[test]
fn xliff_that_does_not_name_its_target_language_is_told_it_where_something_is_filled() {
    let place = Place::new();
    place.write("m.tsv", "be\ten\nПаўторны візіт.\tA second visit.\n");
    place.expect(0, &["import", "m.tsv"]);
    let file = |text: &str| {
        format!(
            "<file original='a' source-language='be' datatype='x'><body><trans-unit id='1'><source>{text}</source></trans-unit></body></file>"
        )
    };
    let document = format!(
        "<xliff version='1.2'>{}{}</xliff>",
        file("Нічога такога няма."),
        file("Паўторны візіт.")
    );
    place.write("j.xlf", document.as_str());
    let out = place
        .expect(0, &["--quiet", "translate", "--to", "en", "j.xlf"])
        .stdout;
    assert!(out.starts_with(&format!(
        "<xliff version='1.2'>{}",
        file("Нічога такога няма.")
    )));
    assert_eq!(out.matches("target-language=\"en\"").count(), 1, "{out}");
}

#[test]
fn modern_xliff_is_filled_with_matches() {
    let place = Place::new();
    place.expect(0, &["import", "memories/official.tmx"]);
    place.write(
        "m.tsv",
        "ru\ten\nМы предлагаем три шага:\tWe propose three steps:\n",
    );
    place.expect(0, &["import", "m.tsv"]);
    let document = "<xliff xmlns=\"urn:oasis:names:tc:xliff:document:2.0\" version=\"2.0\" srcLang=\"ru\"><file id=\"f\"><unit id=\"u\">\n\
        <segment id=\"s\"><source>Мы предлагаем три шага:</source></segment>\n\
        <segment><source>Мы предлагаем четыре шага:</source><target></target></segment></unit></file></xliff>";
    place.write("j.xlf", document);
    let out = place
        .expect(0, &["--quiet", "translate", "--to", "en", "j.xlf"])
        .stdout;
    for part in [
        "srcLang=\"ru\" trgLang=\"en\">",
        "<segment state=\"translated\" id=\"s\"><source>",
        "<target>We propose three steps:</target></segment>",
        "<segment id=\"diglot2\"><source>",
        "ref=\"#s\" similarity=\"100.0\"",
        "ref=\"#diglot2\" similarity=\"79.0\"",
    ] {
        assert!(out.contains(part), "{part}: {out}");
    }
    assert_eq!(out.matches("<mtc:matches").count(), 1);
    let mut read = 0;
    for entry in open(
        Format::Xliff,
        out.as_bytes(),
        "out.xlf",
        &ReadOptions::default(),
    ) {
        read += usize::from(matches!(entry.unwrap(), Entry::Unit { .. }));
    }
    assert_eq!(read, 2);
}

#[test]
fn po_is_filled_with_fuzzy_flags_and_everything_else_stays_as_it_is() {
    let place = Place::new();
    place.write(
        "m.tsv",
        "en\tbe\nOpen file\tАдкрыць файл\nOpen two files\tАдкрыць два файлы\n",
    );
    place.expect(0, &["import", "m.tsv"]);
    let document = "# Head\nmsgid \"\"\nmsgstr \"\"\n\"Language: be\\n\"\n\n#: a.c:1\nmsgid \"Open \"\n\"file\"\nmsgstr \"\"\n\n\
        #, c-format\nmsgctxt \"menu\"\nmsgid \"Open three files\"\nmsgstr   \"\"\n\nmsgid \"Done\"\nmsgstr \"Гатова\"\n\n#~ msgid \"x\"\n#~ msgstr \"\"\n";
    place.write("j.po", document);
    let out = place
        .expect(0, &["--quiet", "translate", "--min", "60", "j.po"])
        .stdout;
    let expected = document
        .replace("\"file\"\nmsgstr \"\"", "\"file\"\nmsgstr \"Адкрыць файл\"")
        .replace(
            "#, c-format\n",
            "#, fuzzy, c-format\n#| msgid \"Open two files\"\n",
        )
        .replace("msgstr   \"\"", "msgstr \"Адкрыць два файлы\"");
    assert_eq!(out, expected);
    let exact = place
        .expect(0, &["--quiet", "translate", "--exact", "j.po"])
        .stdout;
    assert!(!exact.contains("fuzzy") && exact.contains("Адкрыць файл"));
    place.write("wrong.po", "msgid \"a\"\nmsgstr \"b\" c\n");
    let said = place
        .expect(2, &["import", "--langs", "en,be", "wrong.po"])
        .stderr;
    assert!(said.contains("line 2, column 1"), "{said}");
}

/// Lets a reviewer change the rows of a spreadsheet.
fn review(place: &Place, change: impl Fn(&mut TranslationUnit)) {
    let file = BufReader::new(File::open(place.path("review.xlsx")).unwrap());
    let rows = open(Format::Xlsx, file, "review.xlsx", &ReadOptions::default());
    let mut rows: Vec<TranslationUnit> = rows
        .map(|entry| match entry.unwrap() {
            Entry::Unit { unit, .. } => unit,
            Entry::Warning(warning) => panic!("{warning:?}"),
        })
        .collect();
    rows.iter_mut().for_each(change);
    let options = WriteOptions {
        languages: vec![Lang::new("ru").unwrap(), Lang::new("en").unwrap()],
        ..WriteOptions::default()
    };
    let out = File::create(place.path("reviewed.xlsx")).unwrap();
    let mut writer = Writer::new(Format::Xlsx, out, &options).unwrap();
    rows.iter().for_each(|row| writer.write(row).unwrap());
    writer.finish().unwrap();
}

#[test]
fn a_reviewed_spreadsheet_confirms_rejects_and_replaces() {
    let place = Place::new();
    place.write("m.tsv", "ru\ten\nДа.\tYes.\t0.9\nНет.\tNo.\t0.8\nМожет быть.\tPerhap.\t0.7\nЗавтра.\tTomorrow.\t0.6\n");
    place.expect(0, &["import", "m.tsv"]);
    place.expect(0, &["export", "-o", "review.xlsx", "--langs", "ru,en"]);
    review(&place, |row| {
        let english = row.variants[1].text().to_owned();
        match english.as_str() {
            "Yes." => row.status = Status::Confirmed,
            "No." => row.status = Status::Rejected,
            "Perhap." => {
                row.variants[1] = Variant::new(Lang::new("en").unwrap(), "Perhaps.").unwrap()
            }
            _ => row.notes.push(Note {
                text: "who said so?".to_owned(),
                attributes: Vec::new(),
            }),
        }
    });
    let line = &place.json(&["import", "reviewed.xlsx"])[0];
    assert_eq!(
        (&line["reviewed"], &line["added"]),
        (&4.into(), &0.into()),
        "{line}"
    );
    let statuses: Vec<String> = units(&place)
        .iter()
        .map(|unit| {
            format!(
                "{} {}",
                unit["variants"][1]["text"].as_str().unwrap(),
                unit["status"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        statuses,
        [
            "Yes. confirmed",
            "No. rejected",
            "Perhap. rejected",
            "Tomorrow. automatic",
            "Perhaps. confirmed"
        ]
    );
    assert_eq!(units(&place)[3]["notes"][0]["text"], "who said so?");
    let again = &place.json(&["import", "reviewed.xlsx"])[0];
    assert_eq!(&again["added"], &0, "{again}");
    place.expect(0, &["undo"]);
}

#[test]
fn a_broken_file_is_mended_and_every_place_told() {
    let place = Place::new();
    let broken = "<?xml version=\"1.0\"?>\n<tmx version=\"1.4\"><header srclang=\"ru\"/><body>\n\
        <tu><tuv xml:lang=\"ru\"><seg>Да & нет</seg></tuv><tuv xml:lang=\"en\"><seg>Yes &nbsp; <b>no</seg></tuv></tu>\n\
        <tu><tuv xml:lang=\"ru\"><seg>2 < 3</tuv><tuv xml:lang=en><seg>2 &lt; 3 \u{b}</seg></tuv></tu>\n\
        <tu><tuv xml:lang=\"ru\"><seg>Обр";
    place.write("broken.tmx", broken);
    assert!(
        place
            .expect(2, &["import", "broken.tmx"])
            .stderr
            .contains("line 3, column")
    );
    let line = &place.json(&["import", "--repair", "broken.tmx"])[0];
    assert_eq!(
        (&line["units"], &line["added"]),
        (&2.into(), &2.into()),
        "{line}"
    );
    let told: Vec<String> = line["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|warning| {
            format!(
                "{} {}",
                warning["line"],
                warning["reason"].as_str().unwrap()
            )
        })
        .collect();
    for said in [
        "3 `&` without a name",
        "3 `&nbsp;` is HTML",
        "3 `b` closed before",
        "4 `<` that begins no tag",
        "4 `seg` closed before",
        "4 the attribute `xml:lang` without quotes",
        "4 the character U+000B",
        "5 the file was cut off",
    ] {
        assert!(
            told.iter().any(|told| told.starts_with(said)),
            "{said}: {told:#?}"
        );
    }
    let texts: Vec<String> = units(&place)
        .iter()
        .map(|unit| unit["variants"][1]["text"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(texts, ["Yes \u{a0} no", "2 < 3 "]);
    let clean = place.json(&["--memory", "clean.diglot", "import", "broken.repaired.tmx"]);
    assert_eq!(clean[0]["units"], 2);
}

#[test]
fn doubtful_texts_are_told_and_a_trial_keeps_nothing() {
    let place = Place::new();
    place.write(
        "m.tsv",
        "ru\ten\nСтороны обсудили вопросы сотрудничества.\tСтороны обсудили вопросы сотрудничества.\nРњРёРЅРёСЃС‚СЂ\tMinister\nБeлapycь\tBelarus\nДа.\tYes.\n",
    );
    let line = &place.json(&["import", "--dry-run", "m.tsv"])[0];
    assert_eq!(
        (&line["added"], &line["dry_run"]),
        (&4.into(), &true.into())
    );
    let told: Vec<_> = line["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|warning| warning["line"].clone())
        .collect();
    assert_eq!(told, [2, 2, 3, 4], "{line}");
    assert!(!place.path("memory.diglot").exists());
    let line = &place.json(&["import", "--no-check", "m.tsv"])[0];
    assert_eq!(line["warnings"].as_array().unwrap().len(), 0);
}

#[test]
fn the_context_that_another_tool_wrote_is_understood() {
    let place = Place::new();
    let unit = |before: &str, text: &str| {
        format!(
            "<tu><prop type=\"x-document\">rel.html</prop><tuv xml:lang=\"ru\"><prop type=\"x-context-pre\">&lt;seg&gt;{before}&lt;/seg&gt;</prop><seg>Да.</seg></tuv><tuv xml:lang=\"en\"><seg>{text}</seg></tuv></tu>"
        )
    };
    let file = format!(
        "<tmx version=\"1.4\"><header srclang=\"ru\"/><body>{}{}</body></tmx>",
        unit("Вы придёте?", "We will."),
        unit("Это так?", "It is.")
    );
    place.write("m.tmx", file);
    place.expect(0, &["import", "m.tmx"]);
    for (before, target) in [("Вы придёте?", "We will."), ("Это так?", "It is.")] {
        let found =
            &place.json(&["suggest", "--to", "en", "--before", before, "Да."])[0]["matches"][0];
        assert_eq!(
            (&found["kind"], &found["target"]),
            (&"context".into(), &target.into())
        );
        assert_eq!(found["origin"]["file"], "rel.html");
    }
}

#[test]
fn an_omegat_project_gets_pairs_of_its_languages() {
    let place = Place::with_samples();
    std::fs::create_dir(place.path("project")).unwrap();
    place.write("project/omegat.project", "<omegat><project version=\"1.0\"><source_lang>BE</source_lang><target_lang>EN</target_lang></project></omegat>");
    place.expect(0, &["export", "--omegat", "project"]);
    let written = place.read("project/tm/diglot.tmx");
    assert!(written.contains("srclang=\"be\"") && !written.contains("xml:lang=\"ru\""));
    assert_eq!(
        written.matches("<tu ").count() * 2,
        written.matches("<tuv ").count()
    );
    place.expect(2, &["export", "--omegat", "memories"]);
    let split = place.expect(0, &["export", "--split-pairs"]).stdout;
    assert_eq!(
        split.matches("<tu ").count() * 2,
        split.matches("<tuv ").count()
    );
    assert!(split.matches("<tu ").count() > written.matches("<tu ").count());
}
