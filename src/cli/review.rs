//! `diglot review`: a page on which a person looks at links and decides.

use std::sync::Arc;

use diglot::memory::{Access, DocumentId, Filter};
use diglot::server::{self, Settings};
use serde::Serialize;

use super::exit::Exit;
use super::failure::{self, Failure};
use super::{Context, browser, interrupt};

/// Look at links and decide, in the browser
///
/// Opens a page on this machine with the links of what was added last, or of a document: those in doubt are marked, and a key accepts, unlinks, merges,
/// splits, links, edits or takes back. Every decision is saved at once. Ends with Ctrl-C.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  diglot review --check
  diglot review --all --check")]
pub(super) struct Arguments {
    /// The document: its number, file, address or part of its title [default: what was added last]
    #[arg(value_name = "DOCUMENT")]
    document: Option<String>,
    /// Begin with the list of all releases
    #[arg(long, conflicts_with = "document")]
    all: bool,
    /// The port to listen on; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,
    /// Only print the address
    #[arg(long)]
    no_open: bool,
    /// Start, say the address, and end
    #[arg(long)]
    check: bool,
}

#[derive(Serialize)]
struct Reviewing {
    r#type: &'static str,
    address: String,
}

pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<Exit, Failure> {
    let page = match &arguments.document {
        Some(name) => format!("review/{}", find(name, context)?.0),
        None if arguments.all => String::new(),
        None => "review".to_owned(),
    };
    let mut settings = Settings::new(context.memory_path());
    settings.port = arguments.port;
    settings.allow_write = true;
    settings.check = arguments.check;
    // Every request would be a line between a person and their prompt; what goes wrong is said on the page.
    let log: server::Log = Arc::new(|_| {});
    super::serve::tell_defects_by_place();
    // The server ends by itself once what was begun is answered; asked twice, the process ends at once.
    interrupt::listen();
    let mut said = Ok(());
    server::serve(&settings, log, |address| {
        let address = format!("http://{address}/{page}");
        said = match context.output.json {
            true => context.output.object(&Reviewing {
                r#type: "reviewing",
                address: address.clone(),
            }),
            false => context.output.line(&address),
        }
        .and_then(|()| context.output.flush());
        let opened = arguments.no_open || arguments.check || browser::open(&address);
        if !opened {
            failure::warn("no browser could be started; open the address yourself");
        }
        if !arguments.check {
            context.talk("Ctrl-C ends it; every decision is saved at once");
        }
    })?;
    said?;
    Ok(Exit::Found)
}

/// Returns the newest document that a person may mean.
fn find(name: &str, context: &Context) -> Result<DocumentId, Failure> {
    let memory = context.open(Access::Read)?;
    if let Ok(id) = name.parse().map(DocumentId)
        && memory.document(id)?.is_some()
    {
        return Ok(id);
    }
    let filter = Filter {
        document: Some(name.to_owned()),
        ..Filter::default()
    };
    let documents = memory.documents(&filter)?;
    let found = documents
        .iter()
        .rev()
        .find(|document| document.segments > 0);
    found.map(|document| document.id).ok_or_else(|| {
        Failure::misuse(
            format!("no document `{name}` in the memory"),
            "`diglot documents` lists them with their numbers",
        )
    })
}
