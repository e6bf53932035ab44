//! `diglot serve`: the memory beside the translator, for tools and browsers.

use std::net::IpAddr;
use std::sync::Arc;

use diglot::server::{self, Settings};
use serde::Serialize;

use super::exit::Exit;
use super::failure::{self, Failure};
use super::{Context, asking, interrupt};

/// Answer CAT tools and browsers from the memory
///
/// Listens on this machine alone, until Ctrl-C. Another address needs a token. The memory is not changed unless `--allow-write` is given.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  diglot serve --check
  diglot serve --check --port 0 --allow-write")]
pub(super) struct Arguments {
    /// The port to listen on; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 8470)]
    port: u16,
    /// The address to listen on [default: 127.0.0.1]
    #[arg(long, value_name = "ADDRESS", requires = "token")]
    address: Option<IpAddr>,
    /// What clients must show, as `Authorization: Bearer TOKEN`
    #[arg(
        long,
        value_name = "TOKEN",
        env = "DIGLOT_TOKEN",
        hide_env_values = true
    )]
    token: Option<String>,
    /// A name by which clients may call this server, beside `localhost`; may be given several times
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,
    /// Let clients change the memory
    #[arg(long)]
    allow_write: bool,
    /// The least score in per cent of a match that is given as a translation where a tool cannot show scores
    #[arg(long, value_name = "PERCENT", default_value_t = 85, value_parser = clap::value_parser!(u8).range(1..=100))]
    min: u8,
    /// Start, say the address, and end
    #[arg(long)]
    check: bool,
}

#[derive(Serialize)]
struct Serving {
    r#type: &'static str,
    address: String,
}

/// Lets a defect be told by its place alone from here on: its message may hold a text.
pub(super) fn tell_defects_by_place() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map_or_else(String::new, |at| format!(" at {at}"));
        failure::warn(&format!(
            "a defect of diglot{place}: a question was not answered"
        ));
    }));
}

pub(super) fn run(arguments: Arguments, context: &mut Context) -> Result<Exit, Failure> {
    let mut settings = Settings::new(context.memory_path());
    settings.port = arguments.port;
    settings.address = arguments.address.unwrap_or(settings.address);
    settings.token = arguments.token;
    settings.hosts = arguments.host;
    settings.allow_write = arguments.allow_write;
    settings.min = arguments.min;
    settings.check = arguments.check;
    if settings.memory.exists() || !settings.allow_write {
        // Makes the index where it is missing, and shows how far that is.
        asking::open(context)?;
    }
    let quiet = context.quiet;
    let log: server::Log = Arc::new(move |line| {
        if !quiet {
            failure::talk(line);
        }
    });
    tell_defects_by_place();
    // The server ends by itself once what was begun is answered; asked twice, the process ends at once.
    interrupt::listen();
    let mut said = Ok(());
    server::serve(&settings, log, |address| {
        let address = format!("http://{address}/");
        said = match context.output.json {
            true => context.output.object(&Serving {
                r#type: "serving",
                address,
            }),
            false => context.output.line(&address),
        }
        .and_then(|()| context.output.flush());
        if !settings.check {
            context.talk("answering; Ctrl-C ends it");
        }
    })?;
    said?;
    Ok(Exit::Found)
}
