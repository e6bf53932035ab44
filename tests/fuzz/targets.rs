//! What is tried with bytes from anywhere: a function for every reader, the segmenter, the aligner, the matcher against an exhaustive search, and
//! export and import. None may panic, and each states what must hold of the outcome.
//!
//! `cargo fuzz` looks for bytes that break one (see `README.md` in this folder); `cargo test` replays the corpora in `corpus/`.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "what cannot fail must not, and a failure is what is looked for"
)]

use diglot::align::{self, Settings};
use diglot::interchange::{
    self, Column, Entry, Format, Input, Proposal, ReadOptions, WriteOptions, Writer,
};
use diglot::language::Detector;
use diglot::matching::score::words_similarity;
use diglot::matching::{self, ConcordanceQuery, Filler, Markup, Matcher, Measure, Query};
use diglot::memory::{Access, Change, Memory};
use diglot::model::{Bitext, BlockKind, Lang, Score, Side, TranslationUnit, Variant};
use diglot::reading::{self, Request};
use diglot::segment;

/// A function that takes bytes from anywhere.
pub type Target = fn(&[u8]);

/// All of them, by the name of their corpus.
pub const TARGETS: [(&str, Target); 22] = [
    ("tmx", tmx),
    ("tmx_repair", tmx_repair),
    ("xliff", xliff),
    ("po", po),
    ("jsonl", jsonl),
    ("tables", tables),
    ("xlsx", xlsx),
    ("parts", parts),
    ("text", text),
    ("html", html),
    ("markdown", markdown),
    ("xml", xml),
    ("docx", docx),
    ("odt", odt),
    ("fill", fill),
    ("settings", settings),
    ("segmenter", segmenter),
    ("aligner", aligner),
    ("matcher", matcher),
    ("search", search),
    ("roundtrip", roundtrip),
    ("memory", memory),
];

fn lang(tag: &str) -> Lang {
    Lang::new(tag).unwrap()
}

fn langs() -> Vec<Lang> {
    vec![lang("ru"), lang("en")]
}

/// Reads units to the end or to the first error, after which nothing may come.
fn units(format: Format, parts: &[&[u8]], options: &ReadOptions) -> Vec<TranslationUnit> {
    let inputs = parts
        .iter()
        .map(|bytes| Input {
            bytes: Box::new(*bytes),
            name: "in".to_owned(),
        })
        .collect();
    let mut units = Vec::new();
    let mut entries = interchange::open_parts(format, inputs, options);
    for entry in entries.by_ref() {
        match entry {
            Ok(Entry::Unit { unit, line, column }) => {
                assert!(line > 0 && column > 0, "places count from 1");
                for variant in &unit.variants {
                    assert!(!variant.text().trim().is_empty(), "no variant is blank");
                    let fits = |at| variant.text().is_char_boundary(at);
                    assert!(variant.codes.iter().all(|code| fits(code.at)));
                }
                units.push(unit);
            }
            Ok(Entry::Warning(warning)) => assert!(!warning.reason.is_empty()),
            Err(error) => {
                assert!(!error.to_string().is_empty());
                break;
            }
        }
    }
    units
}

fn named() -> ReadOptions {
    ReadOptions {
        languages: langs(),
        ..ReadOptions::default()
    }
}

pub fn tmx(bytes: &[u8]) {
    units(Format::Tmx, &[bytes], &ReadOptions::default());
}

pub fn tmx_repair(bytes: &[u8]) {
    let options = ReadOptions {
        repair: true,
        ..ReadOptions::default()
    };
    units(Format::Tmx, &[bytes], &options);
}

pub fn xliff(bytes: &[u8]) {
    units(Format::Xliff, &[bytes], &ReadOptions::default());
}

pub fn po(bytes: &[u8]) {
    units(Format::Po, &[bytes], &named());
}

pub fn jsonl(bytes: &[u8]) {
    units(Format::JsonLines, &[bytes], &ReadOptions::default());
}

pub fn tables(bytes: &[u8]) {
    let [by_name, by_number] = [ReadOptions::default(), {
        ReadOptions {
            columns: vec![
                (Column::Text(lang("ru")), "1".to_owned()),
                (Column::Text(lang("en")), "2".to_owned()),
            ],
            ..ReadOptions::default()
        }
    }];
    for format in [Format::Tsv, Format::Csv] {
        for options in [&by_name, &by_number, &named()] {
            units(format, &[bytes], options);
        }
    }
}

pub fn xlsx(bytes: &[u8]) {
    units(Format::Xlsx, &[bytes], &ReadOptions::default());
}

/// Formats of several files; `\0` stands between them.
pub fn parts(bytes: &[u8]) {
    let mut parts = bytes.splitn(3, |&byte| byte == 0);
    let parts: [&[u8]; 3] = [(); 3].map(|()| parts.next().unwrap_or_default());
    units(Format::Moses, &parts[..2], &named());
    units(Format::Ladder, &parts, &named());
    units(Format::Hunalign, &parts[..1], &named());
    units(Format::Ces, &parts, &named());
}

/// Reads a document and says what must hold of one.
fn document(bytes: &[u8], format: reading::Format) {
    let request = Request {
        name: "in",
        lang: Some(lang("ru")),
        format: Some(format),
        encoding: None,
    };
    let Ok(document) = reading::read_with(bytes, &request, &Detector::new()) else {
        return;
    };
    assert!(!document.text.contains('\r'), "line ends are unified");
    let mut end = 0;
    for block in &document.blocks {
        assert!(block.span.start >= end && block.span.end > block.span.start);
        assert!(document.text.get(block.span.clone()).is_some());
        end = block.span.end;
    }
    for segment in segment::segment(&document) {
        assert!(!segment.of(&document.text).trim().is_empty());
    }
}

pub fn text(bytes: &[u8]) {
    document(bytes, reading::Format::Text);
}

pub fn html(bytes: &[u8]) {
    document(bytes, reading::Format::Html);
}

pub fn markdown(bytes: &[u8]) {
    document(bytes, reading::Format::Markdown);
}

pub fn xml(bytes: &[u8]) {
    document(bytes, reading::Format::Xml);
}

pub fn docx(bytes: &[u8]) {
    document(bytes, reading::Format::Docx);
}

pub fn odt(bytes: &[u8]) {
    document(bytes, reading::Format::Odt);
}

/// Documents filled with renderings: what has nothing to be filled comes back byte for byte.
pub fn fill(bytes: &[u8]) {
    let (from, to) = (lang("ru"), lang("en"));
    for fill in [interchange::fill_xliff, interchange::fill_po] {
        if let Ok(filled) = fill(bytes, "in", Some(&from), Some(&to), &mut |_| Ok(None)) {
            assert_eq!(filled.bytes, bytes, "nothing was to be filled in");
        }
        let propose = &mut |segment: &interchange::Segment| {
            Ok(Some(Proposal {
                source: segment.text.clone(),
                target: "A <rendering> & \"more\"\n]]>".to_owned(),
                codes: Vec::new(),
                percent: if segment.text.len().is_multiple_of(2) {
                    100
                } else {
                    80
                },
                confirmed: segment.text.len().is_multiple_of(3),
            }))
        };
        let _ = fill(bytes, "in", Some(&from), Some(&to), propose);
    }
    if let Ok(source) = std::str::from_utf8(bytes) {
        for markup in [Markup::None, Markup::Tags, Markup::Markdown] {
            let mut filler = Filler::new(source, markup);
            let mut left = Filler::new(source, markup);
            for line in source.lines() {
                filler.segment(line.trim(), Some("<b> & *x*"));
                left.segment(line.trim(), None);
            }
            filler.finish();
            assert_eq!(left.finish(), source, "nothing was to be replaced");
        }
    }
}

/// What the command line takes as values.
pub fn settings(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(lang) = Lang::new(text) {
        assert_eq!(
            Lang::new(lang.as_str()).unwrap(),
            lang,
            "canonical is canonical"
        );
    }
    let _ = (Column::from_name(text), Format::from_file_name(text));
    let _ = (Format::sniff(bytes), reading::Format::of(text, bytes));
    let shown = diglot::report::visible(text);
    let harmless = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
    assert!(shown.chars().all(harmless), "nothing reaches a terminal");
}

/// Segments are ordered, disjoint, without white space at their ends, and the gaps between them are white space only.
pub fn segmenter(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for tag in ["en", "ru", "be", "fr"] {
        let mut end = 0;
        for span in segment::sentences(&text, &lang(tag)) {
            assert!(span.start >= end && span.start < span.end);
            assert!(text[end..span.start].trim().is_empty(), "a gap holds text");
            let sentence = &text[span.clone()];
            assert_eq!(sentence, sentence.trim());
            assert!(!sentence.contains('\n'), "a line end ends a sentence");
            end = span.end;
        }
        assert!(text[end..].trim().is_empty(), "text is left over");
    }
}

/// Any two texts: every segment of both sides in exactly one bead, probabilities within 0 and 1, twice the same.
pub fn aligner(bytes: &[u8]) {
    const LINES: usize = 40;
    let text = String::from_utf8_lossy(bytes);
    let (source, target) = text.split_once('\u{0}').unwrap_or((&text, &text));
    let side = |tag: &str, text: &str| {
        let lines = text
            .lines()
            .take(LINES)
            .filter(|line| !line.trim().is_empty());
        let mut side = Side::from_lines(lang(tag), lines);
        for at in 0..side.segments() {
            let length = side.texts[at].len();
            side.paragraphs[at] = if at > 0 {
                side.paragraphs[at - 1] + u32::from(length.is_multiple_of(3))
            } else {
                0
            };
            if length.is_multiple_of(7) {
                side.kinds[at] = BlockKind::Headline;
            }
        }
        side
    };
    let bitext = Bitext {
        source: side("ru", source),
        target: side("en", target),
    };
    let settings = Settings::default();
    let alignment = align::align(&bitext, &[], &settings);
    let (mut from, mut to) = (0, 0);
    for bead in alignment.beads() {
        assert_eq!((bead.source.start, bead.target.start), (from, to));
        assert!(
            (0.0..=1.0).contains(&bead.probability),
            "{}",
            bead.probability
        );
        (from, to) = (bead.source.end, bead.target.end);
    }
    assert_eq!(
        (from, to),
        (bitext.source.segments(), bitext.target.segments())
    );
    let (again, explanations) = align::align_explained(&bitext, &[], &settings);
    assert_eq!(again, alignment, "the same input gives the same outcome");
    assert_eq!(explanations.len(), alignment.beads().len());
}

fn change() -> Change {
    Change {
        command: "test".to_owned(),
        detail: String::new(),
        at: jiff::Timestamp::UNIX_EPOCH,
    }
}

fn pair(source: &str, target: &str) -> Option<TranslationUnit> {
    Some(TranslationUnit {
        variants: vec![
            Variant::new(lang("ru"), source).ok()?,
            Variant::new(lang("en"), target).ok()?,
        ],
        ..TranslationUnit::default()
    })
}

/// The first line is the query, the others are units; what is found is what a look at every one of them finds.
pub fn matcher(bytes: &[u8]) {
    const UNITS: usize = 60;
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines();
    let query = lines.next().unwrap_or_default();
    let mut memory = Memory::in_memory().unwrap();
    let mut writer = memory.begin(change()).unwrap();
    let mut sources: Vec<&str> = Vec::new();
    for (number, line) in lines.take(UNITS).enumerate() {
        let Some(unit) = pair(line, &format!("Rendering {number}")) else {
            continue;
        };
        writer.add_unit(&unit).unwrap();
        sources.push(line);
    }
    writer.commit().unwrap();
    if bytes.len().is_multiple_of(2) {
        memory.reindex(&mut |_| true).unwrap();
    }
    let matcher = Matcher::new(memory.lookup());
    let mut asked = Query::new(query, lang("en"));
    asked.from = Some(lang("ru"));
    asked.limit = usize::MAX;
    matcher.suggest(&asked).unwrap();
    matcher.fragments(&asked).unwrap();
    asked.measure = Measure::Words;
    asked.min = Score::from_percent(50);
    let mut found: Vec<f64> = matcher
        .suggest(&asked)
        .unwrap()
        .iter()
        .map(|found| {
            assert_eq!(words_similarity(query, &found.source), found.score);
            found.score.fraction()
        })
        .collect();
    let mut expected: Vec<f64> = sources
        .iter()
        .map(|source| words_similarity(query, source).fraction())
        .filter(|score| score + 1e-9 >= 0.5)
        .collect();
    found.sort_by(f64::total_cmp);
    expected.sort_by(f64::total_cmp);
    assert_eq!(
        found, expected,
        "the index finds what an exhaustive search finds"
    );
}

/// The first line is a query with all that it may hold, the others are units.
pub fn search(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines();
    let query = lines.next().unwrap_or_default();
    let mut memory = Memory::in_memory().unwrap();
    let mut writer = memory.begin(change()).unwrap();
    for line in lines.take(20) {
        if let Some(unit) = pair(line, "The rendering of a line") {
            writer.add_unit(&unit).unwrap();
        }
    }
    writer.commit().unwrap();
    for (exact, near) in [(false, None), (true, None), (false, Some(2))] {
        let asked = ConcordanceQuery {
            text: query,
            exact,
            near,
            ..ConcordanceQuery::default()
        };
        for hit in matching::search(memory.lookup(), &asked).unwrap() {
            let mut end = 0;
            for span in hit.spans {
                assert!(span.start >= end && hit.text.get(span.clone()).is_some());
                end = span.end;
            }
        }
    }
}

/// What a format without losses says of units is what was read, and so is what the memory says of them.
pub fn roundtrip(bytes: &[u8]) {
    let mut known = units(Format::JsonLines, &[bytes], &ReadOptions::default());
    known.extend(units(Format::Tmx, &[bytes], &ReadOptions::default()));
    known.truncate(50);
    if known.is_empty() {
        return;
    }
    for format in Format::ALL {
        let files = format.parts().len();
        let options = WriteOptions {
            names: vec!["a".to_owned(); files],
            ..WriteOptions::default()
        };
        let mut writer = Writer::with_parts(format, vec![Vec::new(); files], &options).unwrap();
        for unit in &known {
            writer.write(unit).unwrap();
        }
        let (outputs, losses) = writer.finish_parts().unwrap();
        let outputs: Vec<&[u8]> = outputs.iter().map(Vec::as_slice).collect();
        let read = units(format, &outputs, &named());
        if matches!(format, Format::JsonLines | Format::Tmx) && losses.is_empty() {
            assert_eq!(read, known, "{}", format.name());
        }
    }
    let mut memory = Memory::in_memory().unwrap();
    let mut writer = memory.begin(change()).unwrap();
    for unit in &known {
        writer.add_unit(unit).unwrap();
    }
    writer.commit().unwrap();
    assert_eq!(memory.check(&mut |_| true).unwrap(), []);
    memory.undo(None, jiff::Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(memory.stats().unwrap().units, [0, 0, 0]);
    assert_eq!(memory.check(&mut |_| true).unwrap(), []);
}

/// A memory's file from anywhere. The first two bytes say where the rest is written over a sound one; with `0xffff` the rest is the whole file.
pub fn memory(bytes: &[u8]) {
    let Some((place, rest)) = bytes.split_first_chunk::<2>() else {
        return;
    };
    let place = usize::from(u16::from_le_bytes(*place));
    let file = if place == usize::from(u16::MAX) {
        rest.to_vec()
    } else {
        let mut file = SOUND.to_vec();
        let at = place * 8 % file.len();
        let end = (at + rest.len()).min(file.len());
        file[at..end].copy_from_slice(&rest[..end - at]);
        file
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.db");
    std::fs::write(&path, &file).unwrap();
    if let Ok(opened) = Memory::open(&path, Access::Read) {
        let _ = opened.check(&mut |_| true);
        let _ = opened.stats();
        let _ = opened.units(&diglot::memory::Filter::default(), &mut |_, _| Ok(()));
        let mut asked = Query::new("Спасибо.", lang("en"));
        asked.min = Score::from_percent(30);
        let _ = Matcher::new(opened.lookup()).suggest(&asked);
    }
    let new = folder.path().join("new.db");
    if Memory::recover(&path, &new, &mut |_| true).is_ok() {
        let saved = Memory::open(&new, Access::Read).unwrap();
        assert_eq!(saved.check(&mut |_| true).unwrap(), []);
    }
}

/// A sound memory of the first published form.
const SOUND: &[u8] = include_bytes!("../cases/memory/version-2.db");
