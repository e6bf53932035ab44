//! The common battery that every format goes through, and the TMX cases in `cases/tmx/`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use diglot::Error;
use diglot::interchange::{
    Column, Entry, Format, Input, Losses, ReadOptions, Warning, WriteOptions, Writer, open,
    open_parts,
};
use diglot::model::{
    BlockKind, InlineCode, Lang, Note, Origin, Place, Prop, Status, Stretch, TranslationUnit,
    Variant,
};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

/// The formats that hold everything.
const LOSSLESS: [Format; 2] = [Format::Tmx, Format::JsonLines];

/// The formats that hold two texts with everything that is known of them; PO all but inline codes.
const BILINGUAL: [Format; 2] = [Format::Xliff, Format::Po];

/// The formats that read any bytes, given as one file.
const OF_ONE_FILE: [Format; 8] = [
    Format::Tmx,
    Format::Tsv,
    Format::Csv,
    Format::JsonLines,
    Format::Xliff,
    Format::Po,
    Format::Xlsx,
    Format::Hunalign,
];

fn lang(tag: &str) -> Lang {
    Lang::new(tag).unwrap()
}

#[derive(Default)]
struct Outcome {
    units: Vec<TranslationUnit>,
    warnings: Vec<Warning>,
    failure: Option<Error>,
}

fn read(format: Format, bytes: &[u8]) -> Outcome {
    read_parts(format, &[bytes.to_vec()])
}

fn read_parts(format: Format, parts: &[Vec<u8>]) -> Outcome {
    let mut outcome = Outcome::default();
    let named = matches!(
        format,
        Format::Tsv | Format::Csv | Format::Po | Format::Xlsx | Format::Tmx | Format::Xliff
    );
    let options = ReadOptions {
        languages: if named {
            Vec::new()
        } else {
            vec![lang("be"), lang("en")]
        },
        ..ReadOptions::default()
    };
    let inputs = parts
        .iter()
        .map(|bytes| Input {
            bytes: Box::new(bytes.as_slice()),
            name: "in".to_owned(),
        })
        .collect();
    for entry in open_parts(format, inputs, &options) {
        assert!(outcome.failure.is_none(), "nothing comes after an error");
        match entry {
            Ok(Entry::Unit { unit, .. }) => outcome.units.push(unit),
            Ok(Entry::Warning(warning)) => outcome.warnings.push(warning),
            Err(error) => outcome.failure = Some(error),
        }
    }
    outcome
}

fn mend(bytes: &[u8]) -> Outcome {
    let options = ReadOptions {
        repair: true,
        ..ReadOptions::default()
    };
    let mut outcome = Outcome::default();
    for entry in open(Format::Tmx, bytes, "in", &options) {
        match entry {
            Ok(Entry::Unit { unit, .. }) => outcome.units.push(unit),
            Ok(Entry::Warning(warning)) => outcome.warnings.push(warning),
            Err(error) => outcome.failure = Some(error),
        }
    }
    outcome
}

fn write(format: Format, units: &[TranslationUnit]) -> (Vec<u8>, Losses) {
    let mut writer = Writer::new(format, Vec::new(), &WriteOptions::default()).unwrap();
    for unit in units {
        writer.write(unit).unwrap();
    }
    writer.finish().unwrap()
}

fn write_parts(format: Format, units: &[TranslationUnit]) -> (Vec<Vec<u8>>, Losses) {
    let outputs = vec![Vec::new(); format.parts().len()];
    let mut writer = Writer::with_parts(format, outputs, &WriteOptions::default()).unwrap();
    for unit in units {
        writer.write(unit).unwrap();
    }
    writer.finish_parts().unwrap()
}

fn unit(source: (&str, &str), target: (&str, &str)) -> TranslationUnit {
    TranslationUnit {
        source_lang: Some(lang(source.0)),
        variants: vec![
            Variant::new(lang(source.0), source.1).unwrap(),
            Variant::new(lang(target.0), target.1).unwrap(),
        ],
        status: Status::Confirmed,
        ..TranslationUnit::default()
    }
}

/// A unit with everything that a unit can have.
fn full_unit() -> TranslationUnit {
    let mut full = unit(
        ("ru", "Стороны встретились."),
        ("en-GB", " The \"sides\" met & <left>.\r\n\t"),
    );
    full.id = Some("u \"1\"\n".to_owned());
    full.status = Status::Rejected;
    full.probability = Some(0.1 + 0.2);
    full.history.set("usagecount", "3");
    full.history.set("creationdate", "20250314T120000Z");
    full.history.set("segtype", "sentence");
    let about = vec![("xml:lang".to_owned(), "be-tarask".to_owned())];
    full.notes.push(Note {
        text: "Заўвага]]>".to_owned(),
        attributes: about.clone(),
    });
    full.props.push(Prop {
        name: "x-topic".to_owned(),
        value: " мір ".to_owned(),
        attributes: about,
    });
    let place = Place {
        origin: Origin {
            publisher: Some("МИД".to_owned()),
            address: Some("https://example.org/?a=1&b=2".to_owned()),
            title: Some("«Визит»".to_owned()),
            date: Some("2025-03-14".parse().unwrap()),
            file: Some("a b.html".to_owned()),
            hash: Some("00ff".to_owned()),
        },
        at: Stretch {
            first: 3,
            last: 4,
            from: 12,
            to: 7,
        },
        kind: BlockKind::Speaker,
        speaker: Some("Name, Title".to_owned()),
    };
    let bare = Place {
        origin: Origin::default(),
        at: Stretch::default(),
        kind: BlockKind::Paragraph,
        speaker: None,
    };
    let variant = &mut full.variants[0];
    variant.places = vec![place, bare];
    variant.history.set("changeid", "DOMAIN\\user");
    variant.notes.push(Note {
        text: String::new(),
        attributes: Vec::new(),
    });
    let codes = [
        (0, "<bpt i=\"1\" type=\"bold\">&lt;b&gt;</bpt>"),
        (14, "<ept i=\"1\"/>"),
        (14, "<hi>"),
        (37, "</hi>"),
    ];
    variant.codes = codes
        .map(|(at, markup)| InlineCode {
            at,
            markup: markup.to_owned(),
        })
        .to_vec();
    full
}

#[test]
fn everything_known_of_a_unit_survives_writing_and_reading() {
    for format in LOSSLESS {
        let units = [full_unit(), unit(("en", "Yes"), ("be", "Так"))];
        let (bytes, losses) = write(format, &units);
        assert!(losses.is_empty(), "{format:?}: {losses:?}");
        let found = read(format, &bytes);
        assert_eq!(found.units, units, "{format:?}");
        assert!(found.warnings.is_empty() && found.failure.is_none());
        assert_eq!(write(format, &found.units).0, bytes, "{format:?}");
    }
}

#[test]
fn every_script_survives_in_every_format() {
    let texts = [
        "Ўзброеныя сілы",
        "Съезд ёлок",
        "Ĺaŭka ź ŭ",
        "Її ґанок",
        "汉字",
        "한국어",
        "हिन्दी",
        "עברית",
        "العربية",
        "ไทย",
        "Ქართული",
        "🙂👩‍👩‍👧",
        "e\u{301}и\u{306}",
        "a\u{200B}\u{202E}b\u{AD}",
        "a\u{A0}b\u{2028}c",
        "\u{1F1E7}\u{1F1FE} \u{10FFFD}",
        "'\"&<>]]>&amp;",
        "\\t\\n{}[]",
    ];
    for format in Format::ALL {
        let units: Vec<_> = texts
            .iter()
            .map(|text| unit(("be", text), ("en", text)))
            .collect();
        let (parts, losses) = write_parts(format, &units);
        // What tells a unit's status has its place only in some formats.
        let texts = |units: &[TranslationUnit]| -> Vec<Vec<Variant>> {
            units.iter().map(|unit| unit.variants.clone()).collect()
        };
        assert!(losses.is_empty(), "{format:?}: {losses:?}");
        let found = read_parts(format, &parts);
        assert!(found.failure.is_none(), "{format:?}: {:?}", found.failure);
        assert_eq!(texts(&found.units), texts(&units), "{format:?}");
    }
}

#[test]
fn two_texts_with_all_that_is_known_of_them_survive_in_bilingual_formats() {
    for format in BILINGUAL {
        let mut full = full_unit();
        if format == Format::Po {
            full.variants[0].codes.clear();
        }
        // A second unit with the same source, and one whose source is the second text.
        let mut other = full.clone();
        other.id = None;
        let mut turned = unit(("en-GB", "Yes"), ("ru", "Да"));
        turned.source_lang = Some(lang("ru"));
        let units = [full, other, turned];
        let (bytes, losses) = write(format, &units);
        assert!(losses.is_empty(), "{format:?}: {losses:?}");
        let found = read(format, &bytes);
        assert_eq!(found.units, units, "{format:?}");
        assert!(found.warnings.is_empty() && found.failure.is_none());
        assert_eq!(write(format, &found.units).0, bytes, "{format:?}");
    }
}

#[test]
fn a_table_keeps_texts_status_probability_identifier_and_note() {
    for format in [Format::Csv, Format::Xlsx] {
        let mut first = unit(("ru", "Да,\n\"нет\""), ("en", "=yes()"));
        first.id = Some("u1".to_owned());
        first.status = Status::Rejected;
        first.probability = Some(0.25);
        first.notes.push(Note {
            text: "заўвага".to_owned(),
            attributes: Vec::new(),
        });
        let mut second = unit(("en", "007"), ("ru", "TRUE"));
        second.variants.swap(0, 1);
        second.source_lang = None;
        let units = [first, second];
        let (bytes, losses) = write(format, &units);
        assert!(losses.is_empty(), "{format:?}: {losses:?}");
        let found = read(format, &bytes);
        assert_eq!(found.units, units, "{format:?}");
        assert!(
            found.warnings.is_empty() && found.failure.is_none(),
            "{:?}",
            found.warnings
        );
    }
    assert_eq!(Column::from_name("EN_gb").unwrap().name(), "en-GB");
}

#[test]
fn nothing_is_lost_without_being_counted() {
    let mut odd = unit(("ru", "а\u{1}б"), ("en", "a"));
    odd.variants
        .push(Variant::new(lang("be"), "\u{1}").unwrap());
    odd.history.set("x-odd", "1");
    odd.variants[1].codes.push(InlineCode {
        at: 1,
        markup: "<b>".to_owned(),
    });
    let (bytes, losses) = write(Format::Tmx, &[odd.clone(), TranslationUnit::default()]);
    assert_eq!(
        losses,
        Losses {
            units: 1,
            variants: 1,
            characters: 1,
            codes: 1,
            properties: 1
        }
    );
    assert_eq!(read(Format::Tmx, &bytes).units[0].variants[0].text(), "аб");
    let (_, losses) = write(Format::Tsv, &[odd]);
    assert_eq!(
        losses,
        Losses {
            units: 0,
            variants: 1,
            characters: 1,
            codes: 1,
            properties: 1
        }
    );
}

#[test]
fn broken_input_is_told_with_line_and_column() {
    let cases = [
        (
            Format::Tmx,
            "<tmx version=\"1.4\">\n <body></bodi>",
            "line 2, column 8",
        ),
        (Format::Tsv, "ru\ten\nДа\u{FFFD}\tYes\nНет\n", ""),
        (
            Format::JsonLines,
            "\n{\"type\":\"unit\",}",
            "line 2, column",
        ),
    ];
    for (format, text, place) in cases {
        let found = read(format, text.as_bytes());
        match found.failure {
            Some(error) => assert!(error.to_string().contains(place), "{error}"),
            None => assert_eq!((found.warnings[0].line, found.warnings[0].column), (3, 1)),
        }
        let wrong_bytes = [
            &b"\xEF\xBB\xBF"[..],
            text.split('\n').next().unwrap().as_bytes(),
            b"\n\xFF",
        ]
        .concat();
        let error = read(format, &wrong_bytes).failure.unwrap().to_string();
        assert!(
            error.contains("line 2, column 1") && error.contains("not UTF-8"),
            "{error}"
        );
    }
}

#[test]
fn a_cut_file_is_never_taken_for_a_whole_one() {
    let (whole, _) = write(Format::Tmx, &[full_unit()]);
    let end = whole.iter().rposition(|&byte| byte == b'>').unwrap();
    for cut in 0..=end {
        assert!(read(Format::Tmx, &whole[..cut]).failure.is_some(), "{cut}");
    }
    assert!(read(Format::Tmx, &whole[..=end]).failure.is_none());
}

#[test]
fn tells_formats_apart_by_name_and_first_bytes() {
    for format in Format::ALL {
        assert_eq!(Format::from_name(format.name()), Some(format));
        for ending in format.extensions() {
            assert_eq!(
                Format::from_file_name(&format!("Dir.x/a.{}.GZ", ending.to_uppercase())),
                Some(format)
            );
        }
        if matches!(format, Format::Moses | Format::Ladder | Format::Hunalign) {
            // Nothing in these tells them from other texts.
            continue;
        }
        assert_eq!(
            Format::sniff(&write_parts(format, &[full_unit()]).0[0]),
            Some(format),
            "{format:?}"
        );
    }
    assert_eq!(Format::sniff(b"<html>"), None);
    assert_eq!(Format::sniff(b"just text"), None);
}

/// Shows what reading a case gave, as a line of `expected.tsv`.
fn describe(name: &str, found: &Outcome) -> String {
    let variants: Vec<_> = found.units.iter().flat_map(|unit| &unit.variants).collect();
    let lines: Vec<_> = variants
        .iter()
        .map(|variant| format!("{}\t{}", variant.lang, variant.text()))
        .collect();
    let hash =
        Sha256::digest(lines.join("\n").as_bytes())
            .iter()
            .fold(String::new(), |mut hex, byte| {
                let _ = write!(hex, "{byte:02x}");
                hex
            });
    let warning = found
        .warnings
        .first()
        .map(|first| format!("{}:{} {}", first.line, first.column, first.reason));
    let said = found
        .failure
        .as_ref()
        .map(Error::to_string)
        .or(warning)
        .unwrap_or_default();
    format!(
        "{name}\t{}\t{}\t{hash}\t{said}",
        found.units.len(),
        variants.len()
    )
}

#[test]
fn reads_the_tmx_of_other_tools_and_says_what_is_wrong_with_broken_files() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/tmx");
    let expected = fs::read_to_string(folder.join("expected.tsv")).unwrap();
    let mut found = String::new();
    for line in expected.lines() {
        let name = line.split('\t').next().unwrap();
        let outcome = read(Format::Tmx, &fs::read(folder.join(name)).unwrap());
        if !name.starts_with("broken/") {
            assert!(outcome.failure.is_none(), "{name}");
        }
        found.push_str(&describe(name, &outcome));
        found.push('\n');
        let (bytes, losses) = write(Format::Tmx, &outcome.units);
        assert!(losses.is_empty(), "{name}: {losses:?}");
        let again = read(Format::Tmx, &bytes);
        assert!(
            again.failure.is_none() && again.units == outcome.units,
            "{name}: written and read again it is the same"
        );
        assert_eq!(
            write(Format::Tmx, &again.units).0,
            bytes,
            "{name}: written twice it is the same"
        );
    }
    if std::env::var_os("UPDATE_CASES").is_some() {
        fs::write(folder.join("expected.tsv"), &found).unwrap();
    }
    for (found, expected) in found.lines().zip(expected.lines()) {
        assert_eq!(found, expected);
    }
}

/// Characters that like to break things, and any others that XML allows.
fn text() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        '<', '>', '&', '"', '\'', ']', '\t', '\n', '\r', ' ', 'ў', 'і', '\u{A0}', '\u{FEFF}', '🙂',
    ]);
    let any = any::<char>().prop_filter("XML forbids it", |&c| !matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}'));
    prop::collection::vec(prop_oneof![odd, any], 0..12).prop_map(String::from_iter)
}

fn remarks() -> impl Strategy<Value = (Vec<Note>, Vec<Prop>)> {
    let note = text().prop_map(|text| Note {
        text,
        attributes: Vec::new(),
    });
    let prop = (text(), text()).prop_map(|(name, value)| Prop {
        name,
        value,
        attributes: Vec::new(),
    });
    (
        prop::collection::vec(note, 0..3),
        prop::collection::vec(prop, 0..3),
    )
}

fn place() -> impl Strategy<Value = Place> {
    let origin = (
        prop::option::of(text()),
        prop::option::of(text()),
        prop::option::of(text()),
        -9999_i16..9999,
    );
    (
        origin,
        prop::option::of(text()),
        0_u32..9,
        0_u32..9,
        prop::sample::select(BlockKind::ALL.to_vec()),
    )
        .prop_map(
            |((publisher, title, file, year), speaker, first, more, kind)| Place {
                origin: Origin {
                    publisher,
                    title,
                    file,
                    date: jiff::civil::Date::new(year, 2, 28).ok(),
                    ..Origin::default()
                },
                at: Stretch {
                    first,
                    last: first + more,
                    from: 0,
                    to: first,
                },
                kind,
                speaker,
            },
        )
}

fn variant() -> impl Strategy<Value = Variant> {
    let markup = prop::sample::select(vec![
        "<bpt i=\"1\"/>",
        "<ph x=\"1\">&lt;br/&gt;</ph>",
        "<it pos=\"end\">a<sub>b</sub></it>",
        "<ut/>",
    ]);
    let codes = prop::collection::vec((any::<prop::sample::Index>(), markup), 0..4);
    let tag = prop::sample::select(vec!["en", "ru", "be", "be-tarask", "en-GB"]);
    (
        tag,
        text(),
        codes,
        prop::collection::vec(place(), 0..3),
        remarks(),
        text(),
    )
        .prop_map(|(tag, text, codes, places, (notes, props), user)| {
            let mut variant = Variant::new(lang(tag), text + "я").unwrap();
            let boundaries: Vec<usize> = variant.text().char_indices().map(|(at, _)| at).collect();
            let code = |(at, markup): (prop::sample::Index, &str)| InlineCode {
                at: *at.get(&boundaries),
                markup: markup.to_owned(),
            };
            variant.codes = codes.into_iter().map(code).collect();
            variant.codes.sort_by_key(|code| code.at);
            (variant.places, variant.notes, variant.props) = (places, notes, props);
            variant.history.set("changeid", user);
            variant
        })
}

prop_compose! {
    fn any_unit()(
        id in prop::option::of(text()),
        variants in prop::collection::vec(variant(), 1..4),
        source in prop::option::of(any::<prop::sample::Index>()),
        status in prop::sample::select(Status::ALL.to_vec()),
        probability in prop::option::of(0.0..=1.0_f64),
        (notes, props) in remarks(),
        user in text(),
    ) -> TranslationUnit {
        let mut unit = TranslationUnit { id, status, probability, notes, props, ..TranslationUnit::default() };
        unit.source_lang = source.map(|index| index.get(&variants).lang.clone());
        unit.variants = variants;
        unit.history.set("creationid", user);
        unit
    }
}

proptest! {
    #[test]
    fn any_unit_survives_writing_and_reading(units in prop::collection::vec(any_unit(), 0..3)) {
        for format in LOSSLESS {
            let (bytes, losses) = write(format, &units);
            prop_assert!(losses.is_empty());
            let found = read(format, &bytes);
            prop_assert_eq!(&found.units, &units);
            prop_assert!(found.failure.is_none());
        }
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for format in OF_ONE_FILE {
            read(format, &bytes);
        }
        for format in [Format::Moses, Format::Ladder, Format::Ces] {
            let half = bytes.len() / 2;
            let parts = [&bytes[..half], &bytes[half..], &bytes[..half]].map(<[u8]>::to_vec);
            read_parts(format, &parts[..format.parts().len()]);
        }
    }

    #[test]
    fn no_damage_to_a_file_makes_a_reader_panic(at in any::<prop::sample::Index>(), bytes in prop::collection::vec(any::<u8>(), 0..5)) {
        for format in Format::ALL {
            let (mut parts, _) = write_parts(format, &[full_unit()]);
            let file = &mut parts[0];
            let at = at.index(file.len());
            let end = file.len().min(at + bytes.len());
            file.splice(at..end, bytes.iter().copied());
            read_parts(format, &parts);
        }
    }

    #[test]
    fn whatever_is_broken_in_tmx_can_be_mended_and_written(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "<tmx version='1.4'>", "<header srclang='ru'/>", "<body>", "<tu>", "<tu tuid='1' tuid='2'>", "</tu>", "<tuv xml:lang='ru'>",
            "<tuv xml:lang=en>", "</tuv>", "<seg>", "</seg>", "Да & нет", "a < b", "<b>", "</b>", "&nbsp;", "&#xD83D;&#xDE00;", "&#11;", "\u{B}",
            "<!-- x -->", "<![CDATA[<b>]]>", "</body>", "</tmx>", "\n", "\u{FEFF}", "<ph x='1'/>", "<note>n</note>", "<?x?>", "<!DOCTYPE x [ <!ENTITY y 'z'> ]>",
        ]), 0..40),
        tail in prop::collection::vec(any::<u8>(), 0..8),
    ) {
        let mut file = pieces.concat().into_bytes();
        file.extend(tail);
        let found = mend(&file);
        let (bytes, losses) = write(Format::Tmx, &found.units);
        prop_assert!(losses.is_empty());
        let again = read(Format::Tmx, &bytes);
        prop_assert!(again.failure.is_none());
        prop_assert_eq!(again.units, found.units);
    }

    #[test]
    fn any_two_texts_survive_bilingual_formats(units in prop::collection::vec(any_unit(), 0..3)) {
        for format in BILINGUAL {
            let pairs: Vec<TranslationUnit> = units
                .iter()
                .filter_map(|unit| {
                    let mut unit = unit.clone();
                    unit.variants.truncate(2);
                    let [one, other] = &mut unit.variants[..] else { return None };
                    // One pair of languages a file: these formats hold no other.
                    one.lang = lang("ru");
                    other.lang = lang("en-GB");
                    if format == Format::Po {
                        one.codes.clear();
                        other.codes.clear();
                    }
                    unit.source_lang = unit.source_lang.map(|_| lang("en-GB"));
                    Some(unit)
                })
                .collect();
            let (bytes, losses) = write(format, &pairs);
            prop_assert!(losses.is_empty());
            let found = read(format, &bytes);
            prop_assert!(found.failure.is_none(), "{:?}", found.failure);
            prop_assert_eq!(&found.units, &pairs);
        }
    }

    #[test]
    fn no_markup_makes_the_reader_panic_or_unreadable_output(pieces in prop::collection::vec(prop::sample::select(vec![
        "<hi>", "</hi>", "<ph>", "</ph>", "<ph x='1'/>", "<b>", "</b>", "<sub>", "</sub>", "<bpt i='1'>", "</bpt>", "<ept/>", "<it pos='x'/>", "a", " ", "&lt;",
    ]), 0..12)) {
        let file = format!("<tmx version='1.4'><body><tu><tuv xml:lang='en'><seg>{}я</seg></tuv></tu></body></tmx>", pieces.concat());
        let found = read(Format::Tmx, file.as_bytes());
        let (bytes, losses) = write(Format::Tmx, &found.units);
        prop_assert!(losses.is_empty());
        let again = read(Format::Tmx, &bytes);
        prop_assert!(again.failure.is_none());
        prop_assert_eq!(again.units, found.units);
    }
}
