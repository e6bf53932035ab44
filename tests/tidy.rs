//! The rules of the house that a machine can check: which module may import which, how files begin, how long they are.

use std::fs;
use std::path::{Path, PathBuf};

/// Module, and the modules it may import; `error` is open to all.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("model", &[]),
    ("text", &["model"]),
    ("language", &["model", "text"]),
    ("reading", &["model", "text", "language"]),
    ("segment", &["model", "text", "language"]),
    ("pairing", &["model", "text", "language"]),
    ("align", &["model", "text", "language"]),
    ("interchange", &["model"]),
    ("index", &["model", "text", "language"]),
    ("memory", &["model", "text", "language", "index"]),
    ("teaching", &["model", "align", "memory"]),
    ("review", &["model", "align", "memory", "teaching"]),
    (
        "matching",
        &["model", "text", "language", "index", "memory"],
    ),
    ("report", &["model", "interchange", "memory", "matching"]),
    ("interface", &["model"]),
    ("pictures", &["memory", "matching", "interface", "model"]),
    (
        "server",
        &[
            "interface",
            "pictures",
            "review",
            "model",
            "text",
            "language",
            "reading",
            "segment",
            "pairing",
            "align",
            "interchange",
            "index",
            "memory",
            "teaching",
            "matching",
            "report",
            "review",
        ],
    ),
    ("cli", &["cli"]),
];

/// Crates that come in by a door: the crate and the only places that may name it.
const DOORS: &[(&str, &[&str])] = &[
    ("lingua", &["src/language/detect.rs"]),
    ("crc32fast", &["src/index/"]),
    ("rusqlite", &["src/memory/sqlite/"]),
    ("clap", &["src/cli/"]),
    ("indicatif", &["src/cli/"]),
    ("quick_xml", &["src/"]),
    ("rust_stemmers", &["src/language/"]),
    ("dom_smoothie", &["src/reading/html"]),
    ("pulldown_cmark", &["src/reading/markdown"]),
    ("csv", &["src/interchange/"]),
    ("calamine", &["src/interchange/"]),
    ("rust_xlsxwriter", &["src/interchange/"]),
    ("zip", &["src/reading/", "src/interchange/"]),
    ("askama", &["src/pictures/", "src/server/pages/"]),
    ("axum", &["src/server/"]),
    ("base64", &["src/server/guard.rs"]),
    ("form_urlencoded", &["src/server/parameters.rs"]),
    ("hyper", &["src/server/"]),
    ("hyper_util", &["src/server/"]),
    ("tokio", &["src/server/"]),
];

/// Lines beyond which a file is probably two ideas.
const LONG: usize = 600;

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn each_source(mut check: impl FnMut(&str, &str)) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = sources(&root.join("src"));
    assert!(files.len() > 20, "the sources were found");
    for file in files {
        let name = file
            .strip_prefix(root)
            .unwrap()
            .to_string_lossy()
            .replace('\\', "/");
        check(&name, &fs::read_to_string(&file).unwrap());
    }
}

/// The words that follow `crate::` in code, `crate::{a, b}` opened.
fn crate_paths(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        let word = |text: &str| {
            text.trim()
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect::<String>()
        };
        match rest.strip_prefix('{') {
            Some(list) => found.extend(list.split('}').next().unwrap_or("").split(',').map(word)),
            None => found.push(word(rest)),
        }
    }
    found
}

fn without_comments(code: &str) -> String {
    code.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn modules_import_only_from_their_left() {
    each_source(|name, code| {
        let module = name
            .trim_start_matches("src/")
            .split(['/', '.'])
            .next()
            .unwrap();
        if matches!(module, "lib" | "main") {
            return;
        }
        let (_, allowed) = MAY_IMPORT
            .iter()
            .find(|(row, _)| *row == module)
            .unwrap_or_else(|| panic!("{name}: no row for this module"));
        for path in crate_paths(&without_comments(code)) {
            let fits = path == "error"
                || path == "Error"
                || path == "Result"
                || path == module
                || allowed.contains(&path.as_str());
            assert!(
                fits || path.is_empty(),
                "{name} imports crate::{path}, which its row does not name"
            );
        }
    });
}

#[test]
fn outside_crates_come_in_by_one_door() {
    each_source(|name, code| {
        let code = without_comments(code);
        for (krate, doors) in DOORS {
            let named =
                code.contains(&format!("use {krate}")) || code.contains(&format!("{krate}::"));
            assert!(
                !named || doors.iter().any(|door| name.starts_with(door)),
                "{name} names {krate}, which comes in by {doors:?}"
            );
        }
    });
}

#[test]
fn files_say_what_they_are_for() {
    each_source(|name, code| assert!(code.starts_with("//! "), "{name} does not begin with //!"));
}

#[test]
fn files_hold_one_idea() {
    each_source(|name, code| {
        let table = code
            .lines()
            .filter(|line| {
                line.trim_start().starts_with(['"', '(']) && line.trim_end().ends_with(',')
            })
            .count();
        assert!(
            code.lines().count() - table <= LONG,
            "{name} has over {LONG} lines that are not a table"
        );
    });
}

#[test]
fn the_library_does_not_print() {
    each_source(|name, code| {
        let library = !name.starts_with("src/cli/") && name != "src/main.rs";
        let code = without_comments(code);
        let prints = ["println!", "eprintln!", "print!(", "eprint!("]
            .iter()
            .any(|mark| code.contains(mark));
        assert!(!(library && prints), "{name} prints");
    });
}
