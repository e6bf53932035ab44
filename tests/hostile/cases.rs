//! Input that means harm, made here: what it is, which command reads it, and how that must end.
//!
//! `README.md` in this folder has a row for every class. `large` makes the sizes that `tests/hostile/main.rs` measures with; without it they are small enough for
//! `cargo test`.

#![allow(unreachable_pub, reason = "the measuring command uses it as a module")]

use std::fmt::Write as _;
use std::io::Write as _;

/// How a command must end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It takes what it reads for what it is: exit 0, or 1 where it found nothing.
    Read,
    /// It refuses: exit 2, with these words among what it says.
    Refused(&'static str),
}

/// A file and the command that reads it.
pub struct Case {
    pub class: &'static str,
    /// The file's name.
    pub name: String,
    pub bytes: Vec<u8>,
    /// The arguments; `{}` stands for the file.
    pub arguments: Vec<String>,
    pub end: End,
    /// What must not be in what the command says or writes.
    pub never: &'static [&'static str],
}

use End::{Read, Refused};

struct Cases {
    all: Vec<Case>,
    /// What sizes are multiplied by.
    scale: usize,
}

/// Returns all cases.
pub fn cases(large: bool) -> Vec<Case> {
    let mut cases = Cases {
        all: Vec::new(),
        scale: if large { 100 } else { 1 },
    };
    cases.xml();
    cases.compression();
    cases.archives();
    cases.html();
    cases.tables();
    cases.units();
    cases.texts();
    cases.command_line();
    cases.all
}

const IMPORT: &[&str] = &["import", "{}"];
const SEGMENT: &[&str] = &["segment", "{}"];
const SECRET: &[&str] = &["root:x:", "KEEP-OUT"];

fn tmx(before: &str, segment: &str) -> Vec<u8> {
    format!(
        "<?xml version=\"1.0\"?>{before}<tmx version=\"1.4\"><header creationtool=\"a\" creationtoolversion=\"1\" segtype=\"sentence\" o-tmf=\"a\" adminlang=\"en\" srclang=\"ru\" datatype=\"plaintext\"/><body><tu><tuv xml:lang=\"ru\"><seg>{segment}</seg></tuv><tuv xml:lang=\"en\"><seg>Yes</seg></tuv></tu></body></tmx>"
    )
    .into_bytes()
}

fn xliff(before: &str, segment: &str) -> Vec<u8> {
    format!(
        "<?xml version=\"1.0\"?>{before}<xliff version=\"1.2\" xmlns=\"urn:oasis:names:tc:xliff:document:1.2\"><file original=\"a\" source-language=\"ru\" target-language=\"en\" datatype=\"plaintext\"><body><trans-unit id=\"1\"><source>{segment}</source><target>Yes</target></trans-unit></body></file></xliff>"
    )
    .into_bytes()
}

/// Makes a document of what stands before its root and of a segment.
type Make = fn(&str, &str) -> Vec<u8>;

/// The same, to be filled: without a target.
fn unfilled(before: &str, segment: &str) -> Vec<u8> {
    let whole = String::from_utf8(xliff(before, segment)).unwrap_or_default();
    whole.replace("<target>Yes</target>", "").into_bytes()
}

fn ces(before: &str) -> Vec<u8> {
    format!("<?xml version=\"1.0\"?>{before}<doc><title>Visit of the minister</title><p>The minister said &e; to the school.</p></doc>").into_bytes()
}

const BOMB: &str = "<!DOCTYPE tmx [<!ENTITY a \"haha haha haha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;\"><!ENTITY f \"&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;\"><!ENTITY e \"&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;\">]>";
const FILE: &str = "<!DOCTYPE tmx [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>";
const HTTP: &str = "<!DOCTYPE tmx [<!ENTITY e SYSTEM \"http://127.0.0.1:9/e\">]>";
const PARAMETER: &str = "<!DOCTYPE tmx [<!ENTITY % p SYSTEM \"file:///etc/passwd\"> %p;]>";

impl Cases {
    fn add(
        &mut self,
        class: &'static str,
        name: &str,
        bytes: impl Into<Vec<u8>>,
        arguments: &[&str],
        end: End,
    ) {
        self.all.push(Case {
            class,
            name: name.to_owned(),
            bytes: bytes.into(),
            arguments: arguments
                .iter()
                .map(|&argument| argument.to_owned())
                .collect(),
            end,
            never: SECRET,
        });
    }

    fn xml(&mut self) {
        let n = self.scale;
        let quadratic = format!(
            "<!DOCTYPE tmx [<!ENTITY e \"{}\">]>",
            "x".repeat(10_000 * n)
        );
        let translate = &["translate", "--to", "en", "{}"];
        let formats: [(&str, Make, &[&str]); 3] = [
            ("tmx", tmx, IMPORT),
            ("xlf", xliff, IMPORT),
            ("xlf", unfilled, translate),
        ];
        for (ending, make, arguments) in formats {
            let is_fill = arguments.len() > 2;
            let of = |name: &str| match is_fill {
                true => format!("filled-{name}.{ending}"),
                false => format!("{name}.{ending}"),
            };
            let entity = Refused("entit");
            self.add(
                "entity bomb",
                &of("bomb"),
                make(BOMB, "&e;"),
                arguments,
                entity,
            );
            self.add(
                "entity bomb",
                &of("quadratic"),
                make(&quadratic, &"&e;".repeat(1000)),
                arguments,
                entity,
            );
            self.add(
                "external entity",
                &of("file"),
                make(FILE, "&e;"),
                arguments,
                entity,
            );
            self.add(
                "external entity",
                &of("http"),
                make(HTTP, "&e;"),
                arguments,
                entity,
            );
            self.add(
                "external entity",
                &of("parameter"),
                make(PARAMETER, "Да"),
                arguments,
                Read,
            );
            let deep = make(
                "",
                &format!(
                    "{}Да{}",
                    "<g id=\"1\">".repeat(20_000 * n),
                    "</g>".repeat(20_000 * n)
                ),
            );
            self.add("depth", &of("deep"), deep, arguments, Refused(""));
            let flood: String = (0..1000 * n).fold(String::new(), |mut flood, at| {
                let _ = write!(flood, " a{at}=\"\"");
                flood
            });
            self.add(
                "attribute flood",
                &of("attributes"),
                make("", &format!("<ph{flood}/>Да")),
                arguments,
                Refused("attributes"),
            );
            let long = make("", &"Да и нет. ".repeat(10_000 * n * 5));
            self.add(
                "giant segment",
                &of("giant"),
                long,
                arguments,
                if n > 1 { Refused("") } else { Read },
            );
            let whole = make("", "Да");
            self.add(
                "truncation",
                &of("truncated"),
                &whole[..whole.len() - 30],
                arguments,
                Refused("line"),
            );
            self.add(
                "NUL and control characters",
                &of("nul"),
                make("", "Да\0нет"),
                arguments,
                Refused("U+0000"),
            );
            self.add(
                "NUL and control characters",
                &of("control"),
                make("", "Да\u{b}нет"),
                arguments,
                Refused("U+000B"),
            );
            let mut invalid = make("", "Да @ нет");
            if let Some(at) = invalid.iter().position(|&byte| byte == b'@') {
                invalid[at] = 0xff;
            }
            self.add(
                "invalid UTF-8 and UTF-16",
                &of("invalid"),
                invalid,
                arguments,
                Refused("UTF-8"),
            );
            self.add(
                "lone surrogates",
                &of("surrogate"),
                make("", "&#xD800;"),
                arguments,
                Refused(""),
            );
            let text = String::from_utf8(make("", "Да @ нет")).unwrap_or_default();
            let mut wide: Vec<u8> = vec![0xff, 0xfe];
            for unit in text.encode_utf16() {
                let unit = if unit == u16::from(b'@') {
                    0xd800
                } else {
                    unit
                };
                wide.extend_from_slice(&unit.to_le_bytes());
            }
            self.add(
                "lone surrogates",
                &of("wide"),
                wide,
                arguments,
                Refused("UTF-16"),
            );
        }
        self.add(
            "external entity",
            "doc.xml",
            ces(FILE),
            SEGMENT,
            Refused("entit"),
        );
        self.add(
            "entity bomb",
            "bomb.xml",
            ces(BOMB),
            SEGMENT,
            Refused("entit"),
        );
        let deep = format!(
            "<d>{}The minister came.{}</d>",
            "<p>".repeat(10_000 * n),
            "</p>".repeat(10_000 * n)
        );
        self.add("depth", "deep.xml", deep, SEGMENT, Refused(""));
    }

    fn compression(&mut self) {
        // A gigabyte of nothing, or of white space, which a reader could take for the beginning of a document.
        let size = 10 << 20;
        for (name, byte) in [("zeros.tmx.gz", 0_u8), ("spaces.tmx.gz", b' ')] {
            let bomb = gzip(byte, size * self.scale as u64);
            self.add("zip bomb", name, bomb, IMPORT, Refused(""));
        }
        let inside = gzip(b' ', size * self.scale as u64);
        self.add(
            "zip bomb",
            "inside.tmx.zip",
            zip(&[("a.tmx.gz", &inside)]),
            IMPORT,
            Refused(""),
        );
        let sound = tmx("", "Да");
        let outside = zip(&[("../../KEEP-OUT.tmx", &sound)]);
        self.add("path traversal", "outside.tmx.zip", outside, IMPORT, Read);
        let cut = gzip(b' ', 100_000);
        self.add(
            "truncation",
            "cut.tmx.gz",
            &cut[..cut.len() / 2],
            IMPORT,
            Refused(""),
        );
    }

    fn archives(&mut self) {
        let n = self.scale;
        let word = |body: &str| {
            format!(
                "<?xml version=\"1.0\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{body}</w:body></w:document>"
            )
        };
        let office = |body: &str| {
            format!(
                "<?xml version=\"1.0\"?><office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:text>{body}</office:text></office:body></office:document-content>"
            )
        };
        let kinds =
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
        let docx = |part: &[u8], more: &[(&str, &[u8])]| {
            let mut parts = vec![
                ("[Content_Types].xml", kinds.as_bytes()),
                ("word/document.xml", part),
            ];
            parts.extend_from_slice(more);
            zip(&parts)
        };
        let odt = |part: &[u8]| {
            zip(&[
                ("mimetype", b"application/vnd.oasis.opendocument.text"),
                ("content.xml", part),
            ])
        };
        let sound = word("<w:p><w:r><w:t>The minister came to the school.</w:t></w:r></w:p>");
        let huge = word(&" ".repeat(2 << 20).repeat(n));
        self.add(
            "zip bomb",
            "bomb.docx",
            docx(huge.as_bytes(), &[]),
            SEGMENT,
            Refused(""),
        );
        let huge = office(&" ".repeat(2 << 20).repeat(n));
        self.add(
            "zip bomb",
            "bomb.odt",
            odt(huge.as_bytes()),
            SEGMENT,
            Refused(""),
        );
        let paragraph =
            "<text:p>The minister<text:s text:c=\"2000000000\"/>came to the school.</text:p>";
        self.add(
            "zip bomb",
            "spaces.odt",
            odt(office(paragraph).as_bytes()),
            SEGMENT,
            Read,
        );
        let outside = docx(
            sound.as_bytes(),
            &[
                ("../../KEEP-OUT", b"x"),
                ("/etc/KEEP-OUT", b"x"),
                ("..\\KEEP-OUT", b"x"),
            ],
        );
        self.add("path traversal", "outside.docx", outside, SEGMENT, Read);
        let names: Vec<String> = (0..300 * n).map(|at| format!("part{at}")).collect();
        let many: Vec<(&str, &[u8])> = names
            .iter()
            .map(|name| (name.as_str(), &b"x"[..]))
            .collect();
        self.add(
            "zip bomb",
            "many.docx",
            docx(sound.as_bytes(), &many),
            SEGMENT,
            Read,
        );
        for (name, before) in [("file.docx", FILE), ("bomb-entity.docx", BOMB)] {
            let entity = sound
                .replace("<w:document", &format!("{before}<w:document"))
                .replace("minister", "&e;");
            self.add(
                if before == FILE {
                    "external entity"
                } else {
                    "entity bomb"
                },
                name,
                docx(entity.as_bytes(), &[]),
                SEGMENT,
                Refused("entit"),
            );
        }
        let linked = docx(sound.as_bytes(), &[("word/_rels/document.xml.rels", b"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate\" Target=\"http://127.0.0.1:9/t\" TargetMode=\"External\"/></Relationships>")]);
        self.add("links to elsewhere", "linked.docx", linked, SEGMENT, Read);
        let deep = word(&format!(
            "{}{}",
            "<w:tbl><w:tr><w:tc>".repeat(1000 * n),
            "</w:tc></w:tr></w:tbl>".repeat(1000 * n)
        ));
        self.add(
            "depth",
            "deep.docx",
            docx(deep.as_bytes(), &[]),
            SEGMENT,
            Refused(""),
        );
        let whole = docx(sound.as_bytes(), &[]);
        self.add(
            "truncation",
            "cut.docx",
            &whole[..whole.len() / 2],
            SEGMENT,
            Refused(""),
        );
        self.add(
            "zip bomb",
            "empty.docx",
            zip(&[("[Content_Types].xml", kinds.as_bytes())]),
            SEGMENT,
            Refused(""),
        );

        let sheet = |rows: &str| {
            let workbook = b"<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"s\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
            let own = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>";
            let outer = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
            let content = format!(
                "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">{rows}</worksheet>"
            );
            zip(&[
                ("[Content_Types].xml", kinds.as_bytes()),
                ("_rels/.rels", outer.as_bytes()),
                ("xl/workbook.xml", workbook),
                ("xl/_rels/workbook.xml.rels", own.as_bytes()),
                ("xl/worksheets/sheet1.xml", content.as_bytes()),
            ])
        };
        let cell = |place: &str, text: &str| {
            format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
        };
        let head = format!(
            "<row r=\"1\">{}{}</row>",
            cell("A1", "ru"),
            cell("B1", "en")
        );
        let far = sheet(&format!(
            "<dimension ref=\"A1:XFD1048576\"/><sheetData>{head}<row r=\"1048576\">{}{}</row></sheetData>",
            cell("A1048576", "Да"),
            cell("XFD1048576", "Yes")
        ));
        self.add("giant tables", "far.xlsx", far, IMPORT, Refused(""));
        let bomb = sheet(&format!(
            "<sheetData>{head}</sheetData>{}",
            " ".repeat(12 << 20).repeat(n)
        ));
        self.add(
            "zip bomb",
            "bomb.xlsx",
            bomb,
            IMPORT,
            if n > 1 { Refused("") } else { Read },
        );
        let rows = |row: &str| sheet(&format!("<sheetData>{head}{row}</sheetData>"));
        let pair = format!("<row>{}{}</row>", cell("A2", "Да"), cell("B2", "Yes"));
        self.add(
            "giant tables",
            "rows.xlsx",
            rows(&pair.repeat(5_000 * n)),
            IMPORT,
            Read,
        );
        let parts = "<r><t>Да. </t></r>".repeat(20_000 * n);
        self.add(
            "giant segment",
            "giant.xlsx",
            rows(&format!(
                "<row><c t=\"inlineStr\"><is>{parts}</is></c></row>"
            )),
            IMPORT,
            if n > 1 { Refused("a cell") } else { Read },
        );
        let names = sheet(&format!(
            "<sheetData>{head}</sheetData>{}",
            "<mergeCell/>".repeat(20_000 * n)
        ));
        self.add(
            "giant tables",
            "names.xlsx",
            names,
            IMPORT,
            if n > 1 { Refused("tags") } else { Read },
        );
        let bad = sheet(&format!(
            "<sheetData>{head}<row r=\"2\">{}",
            cell("A2", "Да")
        ));
        self.add("truncation", "cut.xlsx", bad, IMPORT, Refused(""));
    }

    fn html(&mut self) {
        let n = self.scale;
        let page = |body: &str| {
            format!(
                "<!DOCTYPE html><html lang=en><head><title>Visit</title></head><body><article>{body}</article></body></html>"
            )
        };
        let paragraph = "<p>The minister paid a visit to the new school in the village, and spoke with the teachers there.</p>";
        let many = if n > 1 { 1_000_000 } else { 1000 };
        self.add(
            "100 MB of HTML",
            "large.html",
            page(&paragraph.repeat(many)),
            SEGMENT,
            if n > 1 { Refused("") } else { Read },
        );
        self.add(
            "100 MB of HTML",
            "tags.html",
            page(&"<p>a".repeat(10_000 * n)),
            SEGMENT,
            if n > 1 {
                Refused("000 are not read")
            } else {
                Read
            },
        );
        // As many bytes and tags as are read, as deep as they are.
        let paragraphs = if n > 1 { 60_000 } else { 1000 };
        self.add(
            "100 MB of HTML",
            "largest.html",
            page(&format!(
                "{}{}",
                "<div>".repeat(190),
                paragraph.repeat(paragraphs)
            )),
            SEGMENT,
            Read,
        );
        self.add(
            "depth",
            "items.html",
            page(&format!(
                "{}{}",
                "<li><dd>".repeat(100 * n),
                paragraph.repeat(200 * n)
            )),
            SEGMENT,
            Read,
        );
        self.add(
            "depth",
            "deep.html",
            page(&format!(
                "{}The minister came to the school.",
                "<div>".repeat(10_000 * n)
            )),
            SEGMENT,
            Read,
        );
        self.add(
            "depth",
            "spans.html",
            page(&format!(
                "{}The minister came to the school.",
                "<span><b>".repeat(3_000 * n)
            )),
            SEGMENT,
            Read,
        );
        let flood: String = (0..2000 * n).map(|at| format!(" a{at}=x")).collect();
        self.add(
            "attribute flood",
            "attributes.html",
            page(&format!("<p{flood}>The minister came to the school.</p>")),
            SEGMENT,
            Read,
        );
        for (name, part) in [
            ("formatting", "<p><b><i><a href=x>word "),
            ("tables", "<table><td><b>"),
            ("comments", "<!-- <!--- "),
            ("references", "&amp;&lt;&#x41;&notin"),
            ("quotes", "<a title=\"x"),
            ("lists", "<ul><li><dl><dd>"),
            ("selects", "<select><option><optgroup>"),
        ] {
            let body = format!("{paragraph}{}", part.repeat(700 * n));
            self.add(
                "quadratic patterns",
                &format!("{name}.html"),
                page(&body),
                SEGMENT,
                Read,
            );
        }
        let active = "<script src=http://127.0.0.1:9/a></script><iframe src=file:///etc/passwd></iframe><img src=http://127.0.0.1:9/b><object data=file:///etc/passwd></object><meta http-equiv=refresh content='0;url=http://127.0.0.1:9/'><link rel=stylesheet href=http://127.0.0.1:9/c>";
        self.add(
            "links to elsewhere",
            "active.html",
            page(&format!("{active}{paragraph}")),
            SEGMENT,
            Read,
        );
        let mut nul = page(&format!("{paragraph}<p>Here is @ a sign.</p>")).into_bytes();
        if let Some(at) = nul.iter().position(|&byte| byte == b'@') {
            nul[at] = 0;
        }
        self.add("NUL and control characters", "nul.html", nul, SEGMENT, Read);
    }

    fn tables(&mut self) {
        let n = self.scale;
        self.add(
            "quadratic patterns",
            "quote.csv",
            format!("ru,en\n\"Да,Yes\n{}", "a,b\n".repeat(20_000 * n)),
            IMPORT,
            // The rest of the file is one cell, and its row has no other: that is said.
            Read,
        );
        self.add(
            "giant tables",
            "columns.csv",
            format!("ru,en{}\nДа,Yes\n", ",x".repeat(10_000 * n)),
            IMPORT,
            Refused(""),
        );
        self.add(
            "giant tables",
            "fields.tsv",
            format!("ru\ten{}\nДа\tYes\n", "\tx".repeat(10_000 * n)),
            IMPORT,
            Refused(""),
        );
        self.add(
            "giant segment",
            "giant.tsv",
            format!("ru\ten\n{}\tYes\n", "Да и нет. ".repeat(50_000 * n)),
            IMPORT,
            if n > 1 { Refused("") } else { Read },
        );
        self.add(
            "NUL and control characters",
            "nul.csv",
            "ru,en\nДа\0,Yes\n",
            IMPORT,
            Read,
        );
        self.add(
            "NUL and control characters",
            "nul.tsv",
            "ru\ten\nДа\0\tYes\n",
            IMPORT,
            Read,
        );
        self.add(
            "invalid UTF-8 and UTF-16",
            "invalid.tsv",
            &b"ru\ten\n\xff\xfe\xfd\tYes\n"[..],
            IMPORT,
            Refused(""),
        );
        let json = |text: &str| {
            format!(
                "{{\"type\":\"unit\",\"variants\":[{{\"lang\":\"ru\",\"text\":\"Да\"}},{{\"lang\":\"en\",\"text\":{text}}}]}}\n"
            )
        };
        self.add(
            "depth",
            "deep.jsonl",
            json(&"[".repeat(10_000 * n)),
            IMPORT,
            Refused("line 1"),
        );
        self.add(
            "giant segment",
            "giant.jsonl",
            json(&format!("\"{}\"", "Yes and no. ".repeat(50_000 * n))),
            IMPORT,
            if n > 1 { Refused("") } else { Read },
        );
        self.add(
            "lone surrogates",
            "surrogate.jsonl",
            json("\"\\ud800\""),
            IMPORT,
            Refused("line 1"),
        );
        self.add(
            "NUL and control characters",
            "nul.jsonl",
            json("\"\\u0000\""),
            IMPORT,
            Read,
        );
        self.add(
            "truncation",
            "cut.jsonl",
            "{\"type\":\"unit\",\"variants\":[{\"lang\":\"ru\",",
            IMPORT,
            Refused("line 1"),
        );
        let po = |entry: &str| {
            format!(
                "msgid \"\"\nmsgstr \"\"\n\"Language: en\\n\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n\n{entry}"
            )
        };
        self.add(
            "giant segment",
            "giant.po",
            po(&format!(
                "msgid \"Да\"\nmsgstr \"\"\n{}",
                "\"Yes and no. \"\n".repeat(50_000 * n)
            )),
            IMPORT,
            if n > 1 { Refused("") } else { Read },
        );
        self.add(
            "many comments",
            "comments.po",
            po(&format!(
                "{}#, {}\nmsgid \"Да\"\nmsgstr \"Yes\"\n",
                "# a\n".repeat(900 * n),
                "b,".repeat(900 * n)
            )),
            IMPORT,
            if n > 1 { Refused("comments") } else { Read },
        );
        self.add(
            "giant tables",
            "plurals.po",
            po("msgid \"Да\"\nmsgid_plural \"Да\"\nmsgstr[4000000000] \"Yes\"\n"),
            IMPORT,
            Refused("line"),
        );
        self.add(
            "truncation",
            "cut.po",
            po("msgid \"Да\"\nmsgstr \"Ye"),
            IMPORT,
            Refused("line"),
        );
        self.add(
            "NUL and control characters",
            "nul.po",
            po("msgid \"Да\0\"\nmsgstr \"Yes\"\n"),
            IMPORT,
            Read,
        );
        self.add(
            "invalid UTF-8 and UTF-16",
            "invalid.po",
            [po("msgid \"").as_bytes(), b"\xff\xfe\"\nmsgstr \"Yes\"\n"].concat(),
            IMPORT,
            Refused(""),
        );
        let formula =
            "ru\ten\nДа\t=HYPERLINK(\"http://127.0.0.1:9/\",\"x\")\nНет\t@SUM(1)\n+1\t-2\n";
        self.add("CSV formulas", "formula.tsv", formula, IMPORT, Read);
    }

    fn units(&mut self) {
        let n = self.scale;
        let many = |times: usize, unit: &dyn Fn(usize) -> String| {
            let units: String = (0..times * n).map(unit).collect();
            let empty = String::from_utf8(tmx("", "Да")).unwrap_or_default();
            let at = empty.find("<tu>").unwrap_or_default();
            format!("{}{units}</body></tmx>", &empty[..at])
        };
        let langs = many(2, &|unit| {
            let variants = (0..unit)
                .map(|at| format!("<tuv xml:lang=\"xa-{unit:04}{at:04}\"><seg>{at}</seg></tuv>"));
            let variants: String = variants.collect();
            format!("<tu><tuv xml:lang=\"ru\"><seg>Да</seg></tuv>{variants}</tu>")
        });
        self.add(
            "many languages",
            "langs.tmx",
            langs,
            IMPORT,
            if n > 1 { Refused("languages") } else { Read },
        );
        let same = many(300, &|unit| {
            let [be, en] = [unit % 7, unit];
            format!(
                "<tu><tuv xml:lang=\"ru\"><seg>Да</seg></tuv><tuv xml:lang=\"be\"><seg>Так {be}</seg></tuv><tuv xml:lang=\"en\"><seg>Yes {en}</seg></tuv></tu>"
            )
        });
        self.add("equal texts", "same.tmx", same, IMPORT, Read);
        let notes = many(300, &|unit| {
            format!(
                "<tu><note>{unit}</note><tuv xml:lang=\"ru\"><seg>Да</seg></tuv><tuv xml:lang=\"en\"><seg>Yes</seg></tuv></tu>"
            )
        });
        self.add("equal texts", "notes.tmx", notes, IMPORT, Read);
    }

    fn texts(&mut self) {
        let n = self.scale;
        for (name, paragraphs, elements) in [("elements.xml", 1, 10_000), ("largest.xml", 4_990, 0)]
        {
            let document = format!(
                "<doc>{}{}</doc>",
                "<p>Да.</p>".repeat(paragraphs * n),
                "<b/>".repeat(elements * n)
            );
            let end = match elements * n > 500_000 {
                true => Refused("elements"),
                false => Read,
            };
            self.add("many elements", name, document, SEGMENT, end);
        }
        for (name, line, times) in [
            ("short-lines.txt", "Да.\n", 20_000),
            ("short-lines.md", "a\n\n", 6_000),
        ] {
            self.add(
                "many lines",
                name,
                line.repeat(times * n),
                SEGMENT,
                if n > 1 { Refused("000 lines") } else { Read },
            );
        }
        for (name, part, times) in [
            ("stops", ".", 100_000),
            ("ellipses", "… ", 50_000),
            ("brackets", "(", 100_000),
            ("quotes", "«", 50_000),
            ("initials", "А. Б. ", 30_000),
            ("abbreviations", "т. д. и т. п. ", 20_000),
            ("digits", "1.2.3.", 30_000),
            ("dashes", "— ", 50_000),
            ("speakers", "Имя Фамилия: ", 10_000),
            ("lines", "\n", 200_000),
            ("words", "слово ", 30_000),
            ("one-word", "слово", 30_000),
        ] {
            let end = Read;
            let text = format!("Министр посетил школу. {}", part.repeat(times * n / 10));
            self.add(
                "quadratic patterns",
                &format!("{name}.txt"),
                text,
                SEGMENT,
                end,
            );
        }
        for (name, part) in [
            ("stars", "**a *b _c "),
            ("links", "[a]("),
            ("references", "[a][b]\n\n[b]: c\n"),
            ("quoted", "> "),
            ("ticks", "`` ` "),
            ("cells", "|a|b\n"),
            ("tags", "<a <b "),
            ("lists", "- \n  "),
        ] {
            let text = format!(
                "# Visit\n\nThe minister paid a visit to the school.\n\n{}",
                part.repeat(2_000 * n)
            );
            self.add(
                "quadratic patterns",
                &format!("{name}.md"),
                text,
                SEGMENT,
                Read,
            );
        }
        let front = format!(
            "---\na: &a [{}]\nb: *a\n---\nThe minister paid a visit to the school.\n",
            "x,".repeat(1000 * n)
        );
        self.add("entity bomb", "front.md", front, SEGMENT, Read);
        self.add(
            "NUL and control characters",
            "nul.txt",
            "The minister came.\0\0\0\u{1}",
            SEGMENT,
            Refused(""),
        );
        self.add(
            "invalid UTF-8 and UTF-16",
            "broken.txt",
            [&[0xff, 0xfe][..], b"\x00\xd8A\x00 \x00m\x00a\x00n\x00"].concat(),
            SEGMENT,
            Refused(""),
        );
        let bidi = "The minister \u{202e}olleh\u{202c} came\u{200b} to\u{2066} the school\u{2069}. Пpедседатель пришёл.";
        self.add(
            "bidi and zero-width characters",
            "bidi.txt",
            bidi,
            SEGMENT,
            Read,
        );
        self.add(
            "terminal escapes",
            "escape.txt",
            "The minister \u{1b}]0;title\u{7}\u{1b}[2J came to the school.\n",
            SEGMENT,
            Read,
        );
        if let Some(case) = self.all.iter_mut().find(|case| case.name == "bidi.txt") {
            case.never = &["\u{202e}", "\u{2066}"];
        }
    }

    fn command_line(&mut self) {
        let n = self.scale;
        let query = "слово и дело ".repeat(10_000 * n / 10);
        self.add(
            "giant query",
            "query.txt",
            query.clone(),
            &["suggest", "--to", "en", "-"],
            Read,
        );
        let line = "мы предлагаем три шага ".repeat(40);
        self.add(
            "giant query",
            "lines.txt",
            format!("{line}\n").repeat(5 * n),
            &["suggest", "--to", "en", "-"],
            Read,
        );
        for (name, words) in [
            ("syntax", "\"NEAR(a b, 5) OR -x AND {a b}: ^a* col:b"),
            ("quotes", "\"\"\"\"\" ' ; DROP TABLE unit; --"),
            ("stars", "* ** a*b*c* *"),
            ("signs", "\\ % _ ( ) [ ] { } | & ! ~ $ # @"),
        ] {
            self.add(
                "query syntax",
                &format!("{name}.query"),
                "",
                &["search", words],
                Read,
            );
        }
        self.add(
            "terminal escapes",
            "escape\u{1b}[2J.tmx",
            "<",
            IMPORT,
            Refused("\\u{1b}"),
        );
        self.add(
            "command line",
            "tag.txt",
            "Да",
            &["segment", "--lang", "\u{1b}[2J", "{}"],
            Refused(""),
        );
        self.add(
            "command line",
            "columns.tsv",
            "a\tb\n",
            &["import", "--columns", "ru=99999999999999999999,en=0", "{}"],
            Refused(""),
        );
        self.add(
            "command line",
            "limit.txt",
            "Да",
            &[
                "suggest",
                "--to",
                "en",
                "--limit",
                "18446744073709551615",
                "-",
            ],
            Read,
        );
        self.add(
            "command line",
            "jobs.tsv",
            "/etc/passwd\t/etc/passwd\t/proc/nowhere/x\n",
            &["align", "--batch", "{}"],
            Refused(""),
        );
        self.add(
            "command line",
            "settings.toml",
            format!("min = \"{}\"\n", "x".repeat(10_000)),
            &["--config", "{}", "stats"],
            Refused(""),
        );
        if let Some(case) = self
            .all
            .iter_mut()
            .find(|case| case.name.starts_with("escape\u{1b}"))
        {
            case.never = &["\u{1b}"];
        }
    }
}

fn gzip(byte: u8, size: u64) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let block = vec![byte; 1 << 16];
    for _ in 0..size.div_ceil(1 << 16) {
        // Into a vector nothing fails.
        let _ = out.write_all(&block);
    }
    out.finish().unwrap_or_default()
}

fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        let options = zip::write::SimpleFileOptions::default();
        if out.start_file(*name, options).is_ok() {
            let _ = out.write_all(content);
        }
    }
    out.finish()
        .map(std::io::Cursor::into_inner)
        .unwrap_or_default()
}
