//! `diglot add`: releases become units of the memory.

use std::path::{Path, PathBuf};

use diglot::align::{self, Knowledge, Settings};
use diglot::memory::{Access, Change, DocumentOutcome, Memory, UnitOutcome};
use diglot::model::{Alignment, Bitext, Document, Segment, Side, TranslationUnit};
use diglot::report::{self, visible};
use diglot::{Error, Result, pairing};
use rayon::prelude::*;

use super::exit::Exit;
use super::failure::{self, Failure};
use super::progress::Progress;
use super::{Context, clock, input, interrupt, segment, teaching};

/// Endings of the files that a folder is searched for.
const ENDINGS: [&str; 8] = ["txt", "text", "html", "htm", "xhtml", "md", "markdown", "xml"];

/// Align releases and keep them in the memory
///
/// Two or three files are the language versions of one release. A folder pairs itself: by the pages' links to their other versions, addresses,
/// file names, dates, names and numbers. What the memory knows already teaches the aligner. Nothing is kept until everything is aligned.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  diglot add memories/samples/2026-02-12-railway-interview.en.txt memories/samples/2026-02-12-railway-interview.ru.txt
  diglot add --dry-run memories/samples/html

A pairs file names a release a line: A<TAB>B or A<TAB>B<TAB>C.")]
pub(super) struct Arguments {
    /// Two or three files, or a folder
    #[arg(value_name = "FILE|DIR", required_unless_present = "pairs")]
    paths: Vec<PathBuf>,
    /// A file that says which files belong together
    #[arg(long, value_name = "FILE", conflicts_with = "paths")]
    pairs: Option<PathBuf>,
    /// Show which files belong together, and keep nothing
    #[arg(long)]
    dry_run: bool,
    /// Show every link, not only those in doubt
    #[arg(long)]
    all: bool,
}
