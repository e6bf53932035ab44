//! The program: one file per command, over the library's public face.

mod add;
mod align;
mod analyse;
mod asking;
mod backup;
#[cfg(feature = "server")]
mod browser;
mod check;
mod clock;
mod completions;
mod detect;
mod documents;
mod exit;
mod export;
mod failure;
mod filter;
mod import;
mod input;
mod interrupt;
mod jobs;
mod locality;
mod log;
mod man;
mod mark;
mod omegat;
mod output;
mod progress;
mod recover;
mod release;
#[cfg(feature = "server")]
mod review;
mod reviewed;
mod save;
mod search;
mod segment;
#[cfg(feature = "server")]
mod serve;
mod settings;
mod stats;
mod suggest;
mod teaching;
mod translate;
mod translate_bilingual;
mod undo;
mod verify;
mod waiting;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use diglot::memory::{Access, Change, Memory, Writer};
use diglot::model::Lang;

use exit::Exit;
use failure::Failure;
use input::TextReader;
use output::{Colour, Output};
use settings::Settings;

/// Aligns language versions of official releases, remembers the pairs and suggests them again
#[derive(Parser)]
#[command(name = "diglot", version, propagate_version = true, disable_help_subcommand = true, after_help = AFTER_HELP)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "Exit codes:
  0  done, something was found
  1  done, nothing was found
  2  failed or misused
  130  stopped by Ctrl-C or a request to end (SIGTERM, SIGHUP)

Settings: a flag wins over the environment (DIGLOT_MEMORY, DIGLOT_CONFIG, NO_COLOR), which wins over the settings file diglot.toml in the platform's configuration folder (memory, color, from, to, min, limit, jobs).";

/// What every command takes.
#[derive(Args)]
struct Global {
    /// The memory's file [default: memory.diglot in the platform's data folder]
    #[arg(
        long,
        global = true,
        env = "DIGLOT_MEMORY",
        value_name = "FILE",
        hide_env_values = true
    )]
    memory: Option<PathBuf>,
    /// The settings file [default: diglot.toml in the platform's configuration folder]
    #[arg(
        long,
        global = true,
        env = "DIGLOT_CONFIG",
        value_name = "FILE",
        hide_env_values = true
    )]
    config: Option<PathBuf>,
    /// The encoding of texts that are not in what is guessed for them, such as windows-1251
    #[arg(long, global = true, value_name = "LABEL")]
    encoding: Option<String>,
    /// Write results as JSON Lines
    #[arg(long, global = true)]
    json: bool,
    /// When to colour
    #[arg(long, global = true, value_enum, value_name = "WHEN")]
    color: Option<Colour>,
    /// Show no progress and no summary
    #[arg(long, short, global = true)]
    quiet: bool,
}

/// The commands, in the order in which one meets them.
#[derive(Subcommand)]
enum Command {
    Detect(detect::Arguments),
    Segment(segment::Arguments),
    Align(align::Arguments),
    Add(add::Arguments),
    Suggest(suggest::Arguments),
    Translate(translate::Arguments),
    Analyse(analyse::Arguments),
    Search(search::Arguments),
    Import(import::Arguments),
    Export(export::Arguments),
    Documents(documents::Arguments),
    Stats(stats::Arguments),
    #[cfg(feature = "server")]
    Review(review::Arguments),
    #[cfg(feature = "server")]
    Serve(serve::Arguments),
    Mark(mark::Arguments),
    Log(log::Arguments),
    Undo(undo::Arguments),
    Check(check::Arguments),
    Backup(backup::Arguments),
    Recover(recover::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
}

/// What every command works with: the settings in force and standard output.
struct Context {
    output: Output,
    reader: TextReader,
    settings: Settings,
    memory: Option<PathBuf>,
    quiet: bool,
}

impl Context {
    fn new(global: Global) -> Result<Self, Failure> {
        let settings = Settings::load(global.config.as_deref())?;
        let output = Output::new(
            global.json,
            global.color.or(settings.color).unwrap_or_default(),
        );
        Ok(Self {
            output,
            reader: TextReader {
                encoding: global.encoding,
                ..TextReader::default()
            },
            memory: global.memory.or_else(|| settings.memory.clone()),
            settings,
            quiet: global.quiet,
        })
    }

    /// Returns where the memory is.
    fn memory_path(&self) -> PathBuf {
        self.memory.clone().unwrap_or_else(settings::default_memory)
    }

    /// Lets at most so many documents be worked on at a time; without a number, as many as the settings say or there are cores.
    fn set_jobs(&self, jobs: Option<usize>) -> Result<(), Failure> {
        let Some(threads) = jobs.or(self.settings.jobs) else {
            return Ok(());
        };
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build_global();
        pool.map_err(|error| {
            Failure::misuse(
                format!("cannot start {threads} threads: {error}"),
                "name fewer with `--jobs`",
            )
        })
    }

    /// Says something to the person at the terminal, beside the results.
    fn talk(&self, message: &str) {
        if !self.quiet {
            failure::talk(message);
        }
    }

    /// Opens the memory; where it is to be changed and lies in a place that may damage it, that is said.
    fn open(&self, access: Access) -> Result<Memory, Failure> {
        let path = self.memory_path();
        if access != Access::Read
            && !self.quiet
            && let Some(doubt) = locality::doubt(&path)
        {
            failure::warn(&doubt);
        }
        let _waiting = waiting::Waiting::begin(self.quiet);
        Ok(Memory::open(&path, access)?)
    }

    /// Begins a change of the memory; where another process is writing to it, says that it waits.
    fn begin<'m>(
        &self,
        memory: &'m mut Memory,
        change: Change,
    ) -> diglot::Result<Box<dyn Writer + 'm>> {
        let _waiting = waiting::Waiting::begin(self.quiet);
        memory.begin(change)
    }
}

/// Runs the program and returns its exit code.
pub(crate) fn main() -> ExitCode {
    let cli = Cli::parse();
    interrupt::take_over();
    let exit = Context::new(cli.global).and_then(|mut context| {
        let exit = run(cli.command, &mut context)?;
        context.output.flush()?;
        Ok(exit)
    });
    exit.unwrap_or_else(|failure| failure.report()).into()
}

fn run(command: Command, context: &mut Context) -> Result<Exit, Failure> {
    match command {
        Command::Detect(arguments) => detect::run(arguments, context),
        Command::Segment(arguments) => segment::run(arguments, context),
        Command::Align(arguments) => align::run(arguments, context),
        Command::Add(arguments) => add::run(&arguments, context),
        Command::Suggest(arguments) => suggest::run(&arguments, context),
        Command::Translate(arguments) => translate::run(&arguments, context),
        Command::Analyse(arguments) => analyse::run(&arguments, context),
        Command::Search(arguments) => search::run(arguments, context),
        Command::Import(arguments) => import::run(arguments, context),
        Command::Export(arguments) => export::run(&arguments, context),
        Command::Documents(arguments) => documents::run(arguments, context),
        Command::Stats(arguments) => stats::run(&arguments, context),
        #[cfg(feature = "server")]
        Command::Review(arguments) => review::run(&arguments, context),
        #[cfg(feature = "server")]
        Command::Serve(arguments) => serve::run(arguments, context),
        Command::Mark(arguments) => mark::run(&arguments, context),
        Command::Log(arguments) => log::run(&arguments, context),
        Command::Undo(arguments) => undo::run(&arguments, context),
        Command::Check(arguments) => check::run(&arguments, context),
        Command::Backup(arguments) => backup::run(&arguments, context),
        Command::Recover(arguments) => recover::run(&arguments, context),
        Command::Completions(arguments) => completions::run(&arguments, context),
        Command::Man(arguments) => man::run(&arguments, context),
    }
}

/// Reads a language tag as an argument.
fn lang(tag: &str) -> Result<Lang, String> {
    Lang::new(tag).map_err(|error| error.to_string())
}
