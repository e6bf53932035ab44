//! `diglot add`: releases become units of the memory.

use std::path::{Path, PathBuf};

use diglot::memory::{Access, Change, DocumentOutcome, Memory};
use diglot::model::{Document, Lang, Segment};
use diglot::report::{
    AddedLine, AlignedLine, AloneLine, LinkLine, ReleaseLine, VersionLine, doubt,
};
use diglot::{Error, pairing, segment};
use rayon::prelude::*;
use walkdir::WalkDir;

use super::exit::Exit;
use super::failure::{self, Failure};
use super::progress::Progress;
use super::release::{self, Aligned};
use super::{Context, clock, input, interrupt};

/// Endings of the files that a folder is searched for.
const ENDINGS: [&str; 10] = [
    "txt", "text", "html", "htm", "xhtml", "md", "markdown", "xml", "docx", "odt",
];

/// Most files of other kinds that are named.
const SHOWN_OTHERS: usize = 5;

/// The most language versions of one release.
const VERSIONS: usize = 3;

/// Align releases and keep them in the memory
///
/// Two or three files are the language versions of one release. A folder pairs itself: by the pages' links to their other versions, addresses,
/// file names, dates, names and numbers. What the memory knows already teaches the aligner. Nothing is kept until everything is aligned, so that
/// Ctrl-C leaves the memory as it was.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  diglot add memories/samples/2026-02-12-railway-interview.en.txt \\
    memories/samples/2026-02-12-railway-interview.ru.txt
  diglot add --dry-run memories/samples/html

A pairs file names a release a line: A<TAB>B or A<TAB>B<TAB>C.")]
pub(super) struct Arguments {
    /// Two or three files, or a folder
    #[arg(value_name = "FILE|DIR", required_unless_present = "pairs")]
    paths: Vec<PathBuf>,
    /// A file that says which files belong together
    #[arg(long, value_name = "FILE", conflicts_with = "paths")]
    pairs: Option<PathBuf>,
    /// The languages of the files named, in their order [default: what the pages say or the texts show]
    #[arg(long, value_parser = super::lang, value_delimiter = ',', value_name = "LANG,LANG", conflicts_with = "pairs")]
    langs: Vec<Lang>,
    /// Show which files belong together, and keep nothing
    #[arg(long)]
    dry_run: bool,
    /// Show every link, not only those in doubt
    #[arg(long)]
    all: bool,
}

/// The documents that were read, and which of them belong together.
#[derive(Default)]
struct Input {
    documents: Vec<Document>,
    releases: Vec<(Vec<usize>, ReleaseLine)>,
    alone: Vec<AloneLine>,
    failed: bool,
}

pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<Exit, Failure> {
    context.set_jobs(None)?;
    let input = match (&arguments.pairs, &arguments.paths[..]) {
        (Some(list), _) => listed(list, context)?,
        (None, [folder]) if folder.is_dir() => from_folder(folder, context)?,
        (None, files) => one_release(files, &arguments.langs, context)?,
    };
    let releases: Vec<Vec<usize>> = input
        .releases
        .iter()
        .map(|(members, _)| members.clone())
        .collect();
    let segments: Vec<Vec<Segment>> = input.documents.par_iter().map(segment::segment).collect();
    let added = match arguments.dry_run || releases.is_empty() {
        true => Vec::new(),
        false => {
            let mut memory = context.open(Access::Create)?;
            let aligned = release::align(
                &input.documents,
                &segments,
                &releases,
                &mut memory,
                context.quiet,
            )?;
            let change = Change {
                command: "add".to_owned(),
                detail: arguments.detail(),
                at: clock::now(),
            };
            keep(
                &mut memory,
                change,
                &input.documents,
                &segments,
                &aligned,
                arguments.all,
                context,
            )?
        }
    };
    show(&input, &added, context)?;
    Ok(if input.failed {
        Exit::Failed
    } else {
        Exit::found(!releases.is_empty())
    })
}

impl Arguments {
    /// What the log says of the command.
    fn detail(&self) -> String {
        let names = self
            .pairs
            .iter()
            .chain(&self.paths)
            .map(|path| path.display().to_string());
        names.collect::<Vec<_>>().join(" ")
    }
}

/// Reads two or three files that are one release.
fn one_release(files: &[PathBuf], langs: &[Lang], context: &Context) -> Result<Input, Failure> {
    if !(2..=VERSIONS).contains(&files.len()) {
        let hint = "name two or three files, or one folder; `--pairs FILE` takes many releases";
        return Err(Failure::misuse(
            format!("a release is two or three files, not {}", files.len()),
            hint,
        ));
    }
    if !langs.is_empty() && langs.len() != files.len() {
        let message = format!("{} languages for {} files", langs.len(), files.len());
        return Err(Failure::misuse(
            message,
            "name one language for each file, as in `--langs de,fr`",
        ));
    }
    let mut input = Input::default();
    let members = files
        .iter()
        .enumerate()
        .map(|(at, file)| input.read(file, langs.get(at).cloned(), context))
        .collect::<diglot::Result<Vec<_>>>()?;
    input.release(members, vec!["named together".to_owned()], 1.0)?;
    Ok(input)
}

/// Reads the releases that a file lists; what cannot be read is named and the rest goes on.
fn listed(list: &Path, context: &Context) -> Result<Input, Failure> {
    let mut input = Input::default();
    let lines = input::lines(list)?;
    let progress = Progress::new("reading", lines.len() as u64, context.quiet);
    for (index, line) in lines
        .iter()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let files: Vec<&str> = line.split('\t').collect();
        let outcome = if (2..=VERSIONS).contains(&files.len()) {
            let members: diglot::Result<Vec<usize>> = files
                .iter()
                .map(|file| input.read(Path::new(file), None, context))
                .collect();
            members
                .and_then(|members| input.release(members, vec!["listed together".to_owned()], 1.0))
        } else {
            let reason = format!(
                "expected two or three file names divided by tabs, found {}",
                files.len()
            );
            Err(Error::Syntax {
                name: input::name(list),
                line: index as u64 + 1,
                column: 1,
                reason,
            })
        };
        if let Err(error) = outcome {
            failure::complain(&error);
            input.failed = true;
        }
        progress.advance(1);
    }
    Ok(input)
}

/// Reads a folder and lets its documents find each other.
fn from_folder(folder: &Path, context: &Context) -> Result<Input, Failure> {
    let mut input = Input::default();
    let (mut files, mut others) = (Vec::new(), Vec::new());
    for entry in WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| !is_hidden(entry))
    {
        match entry {
            Ok(entry) if entry.file_type().is_file() && is_document(entry.path()) => {
                files.push(entry.into_path())
            }
            Ok(entry) if entry.file_type().is_file() => others.push(entry.into_path()),
            Ok(_) => {}
            Err(error) => {
                let path = error.path().unwrap_or(folder).display().to_string();
                failure::complain(&Error::File {
                    action: "read",
                    path,
                    source: error.into(),
                });
                input.failed = true;
            }
        }
    }
    if !others.is_empty() {
        let names: Vec<String> = others
            .iter()
            .take(SHOWN_OTHERS)
            .map(|path| path.display().to_string())
            .collect();
        let more = if others.len() > SHOWN_OTHERS {
            ", …"
        } else {
            ""
        };
        let count = others.len();
        failure::warn(&format!(
            "not read, since only text, HTML, Markdown and XML are: {count} files ({}{more})",
            names.join(", ")
        ));
    }
    let progress = Progress::new("reading", files.len() as u64, context.quiet);
    let reader = &context.reader;
    let read: Vec<diglot::Result<Document>> = files
        .par_iter()
        .map(|file| {
            let document = reader.document(file, None);
            progress.advance(1);
            document
        })
        .collect();
    drop(progress);
    for document in read {
        match document {
            Ok(document) => input.documents.push(document),
            Err(error) => {
                failure::complain(&error);
                input.failed = true;
            }
        }
    }
    let pairing = pairing::pair(&input.documents);
    for group in pairing.groups {
        let reasons = group.reasons.iter().map(ToString::to_string).collect();
        input.release(group.members, reasons, group.confidence)?;
    }
    for alone in pairing.alone {
        let document = &input.documents[alone.document];
        input.alone.push(AloneLine {
            r#type: "alone",
            file: name_of(document).to_owned(),
            lang: document.lang.to_string(),
            reason: alone.cause.to_string(),
        });
    }
    Ok(input)
}

fn is_hidden(entry: &walkdir::DirEntry) -> bool {
    entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.')
}

fn is_document(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ENDINGS.contains(&ending.to_string_lossy().to_lowercase().as_str()))
}

fn name_of(document: &Document) -> &str {
    document.origin.file.as_deref().unwrap_or_default()
}

impl Input {
    fn read(
        &mut self,
        file: &Path,
        lang: Option<Lang>,
        context: &Context,
    ) -> diglot::Result<usize> {
        self.documents.push(context.reader.document(file, lang)?);
        Ok(self.documents.len() - 1)
    }

    /// Takes documents in as one release; they must be in different languages.
    fn release(
        &mut self,
        members: Vec<usize>,
        reasons: Vec<String>,
        confidence: f64,
    ) -> diglot::Result<()> {
        let langs: Vec<String> = members
            .iter()
            .map(|&member| self.documents[member].lang.to_string())
            .collect();
        let files: Vec<String> = members
            .iter()
            .map(|&member| name_of(&self.documents[member]).to_owned())
            .collect();
        for (index, lang) in langs.iter().enumerate() {
            if let Some(other) = langs[..index].iter().position(|earlier| earlier == lang) {
                let reason = format!(
                    "in the same language ({lang}) as `{}`, so it cannot be a rendering of it",
                    files[other]
                );
                return Err(Error::Unusable {
                    name: files[index].clone(),
                    reason,
                });
            }
        }
        self.releases.push((
            members,
            ReleaseLine {
                r#type: "release",
                files,
                langs,
                reasons,
                confidence,
            },
        ));
        Ok(())
    }
}

/// Keeps the releases in one transaction and returns what became of each.
fn keep(
    memory: &mut Memory,
    change: Change,
    documents: &[Document],
    segments: &[Vec<Segment>],
    releases: &[Aligned],
    all: bool,
    context: &Context,
) -> Result<Vec<AddedLine>, Failure> {
    interrupt::listen();
    let progress = Progress::new("keeping", releases.len() as u64, context.quiet);
    let mut writer = context.begin(memory, change)?;
    let mut lines = Vec::with_capacity(releases.len());
    for release in releases {
        if interrupt::asked() {
            return Err(Error::Interrupted {
                state: "nothing was added; run the same command again".to_owned(),
            }
            .into());
        }
        let mut versions = Vec::new();
        let mut ids = Vec::new();
        let mut known = true;
        for &document in &release.versions {
            let outcome = writer.add_document(&documents[document], &segments[document])?;
            known &= matches!(outcome, DocumentOutcome::Known(_));
            ids.push(outcome.id());
            let lang = documents[document].lang.as_str();
            versions.push(VersionLine::new(
                name_of(&documents[document]),
                lang,
                outcome,
            ));
        }
        // What the memory has learnt since might align them otherwise, which would be a second opinion on the same texts, not news.
        let pivot = ids[release.pivot];
        for &id in &ids {
            known = known && (id == pivot || writer.are_aligned(pivot, id)?);
        }
        if known {
            lines.push(AddedLine::known(versions));
            progress.advance(1);
            continue;
        }
        let mut shown: Vec<LinkLine> = (release.alignments())
            .flat_map(|(target, alignment)| {
                LinkLine::all(&release.sides[release.pivot], target, alignment)
            })
            .collect();
        shown.sort_by(|a, b| a.probability().total_cmp(&b.probability()));
        let (links, doubtful) = (
            shown.len(),
            shown.iter().filter(|link| link.is_doubtful()).count(),
        );
        shown.retain(|link| all || link.is_doubtful());
        let mut line = AddedLine {
            r#type: "added",
            versions,
            alignments: (release.alignments())
                .map(|(target, alignment)| {
                    AlignedLine::new(&release.sides[release.pivot], target, alignment)
                })
                .collect(),
            new: 0,
            known: 0,
            extended: 0,
            links,
            doubtful,
            shown,
        };
        for (target, alignment) in release.alignments() {
            let source = &release.sides[release.pivot];
            if let Some(doubt) = doubt(source, target, alignment) {
                failure::warn(&format!(
                    "{}: {doubt}; `diglot undo` takes them back",
                    name_of(&documents[release.versions[0]])
                ));
            }
        }
        for unit in &release.units {
            line.count(&writer.add_unit(unit)?);
        }
        lines.push(line);
        progress.advance(1);
    }
    writer.commit()?;
    Ok(lines)
}

fn show(input: &Input, added: &[AddedLine], context: &mut Context) -> Result<(), Failure> {
    let paint = context.output.paint;
    for (index, (_, release)) in input.releases.iter().enumerate() {
        if context.output.json {
            context.output.object(release)?;
        } else {
            context.output.line(&release.text(paint))?;
        }
        match added.get(index) {
            Some(line) if context.output.json => context.output.object(line)?,
            Some(line) => context.output.line(&line.text(paint))?,
            None => {}
        }
    }
    for alone in &input.alone {
        match context.output.json {
            true => context.output.object(alone)?,
            false => context.output.line(
                &paint.doubtful(&format!("{} {}: {}", alone.lang, alone.file, alone.reason)),
            )?,
        }
    }
    let new: u64 = added.iter().map(|line| line.new + line.extended).sum();
    let doubtful: usize = added.iter().map(|line| line.doubtful).sum();
    if !added.is_empty() {
        context.talk(&format!(
            "{} releases, {new} new units, {doubtful} links in doubt, {} files alone",
            added.len(),
            input.alone.len()
        ));
        if doubtful > 0 && cfg!(feature = "server") {
            context.talk("`diglot review` shows them, to accept or to mend");
        }
    }
    Ok(())
}
