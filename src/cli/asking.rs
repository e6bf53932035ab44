//! What the commands that ask the memory for renderings share: languages, thresholds, and the index made where it is missing.

use diglot::matching::{Matcher, Penalty, Preferences};
use diglot::memory::{Access, Memory};
use diglot::model::Lang;
use diglot::{Error, Result};

use super::Context;
use super::failure::Failure;
use super::progress::Progress;

/// The languages of a question.
#[derive(Clone, clap::Args)]
pub(super) struct Direction {
    /// The language to translate into
    #[arg(long, value_parser = super::lang)]
    pub(super) to: Option<Lang>,
    /// The language of the text [default: what it shows, among the memory's languages]
    #[arg(long, value_parser = super::lang)]
    pub(super) from: Option<Lang>,
}

/// Whose wording is wanted.
#[derive(Clone, Default, clap::Args)]
pub(super) struct Preferring {
    /// Take points off units of a publisher, file or user, such as `machine=10`; may be repeated
    #[arg(long = "penalty", value_name = "ORIGIN=PERCENT")]
    penalties: Vec<Penalty>,
    /// Show this publisher's wording first among equal scores
    #[arg(long, value_name = "NAME")]
    publisher: Option<String>,
}

impl Preferring {
    /// Returns a matcher over a memory that heeds it.
    pub(super) fn matcher<'m>(&self, memory: &'m Memory) -> Matcher<'m> {
        Matcher::new(memory.lookup()).preferring(Preferences {
            penalties: self.penalties.clone(),
            publisher: self.publisher.clone(),
        })
    }
}

impl Direction {
    /// Returns the language to translate into, and the one of the text if somebody said it.
    ///
    /// # Errors
    /// A misuse when nobody said into which language.
    pub(super) fn settle(
        &self,
        context: &Context,
        command: &str,
    ) -> std::result::Result<(Lang, Option<Lang>), Failure> {
        let setting = |tag: &Option<String>| tag.as_deref().map(Lang::new).transpose();
        let to = match &self.to {
            Some(to) => Some(to.clone()),
            None => setting(&context.settings.to)?,
        };
        let Some(to) = to else {
            return Err(Failure::misuse(
                "into which language?",
                format!(
                    "name it: `diglot {command} --to en …`, or settle `to` in the settings file"
                ),
            ));
        };
        let from = match &self.from {
            Some(from) => Some(from.clone()),
            None => setting(&context.settings.from)?,
        };
        Ok((to, from))
    }
}

/// Opens the memory to be asked, making its index where it is missing. Where that cannot be done the memory is asked without one, slowly.
pub(super) fn open(context: &Context) -> Result<Memory> {
    let path = context.memory_path();
    let memory = Memory::open(&path, Access::Read)?;
    if memory.has_index()? {
        return Ok(memory);
    }
    drop(memory);
    match reindex(context) {
        Ok(()) | Err(Error::Memory { .. }) => {}
        Err(error) => return Err(error),
    }
    Memory::open(&path, Access::Read)
}

/// Makes the index anew.
pub(super) fn reindex(context: &Context) -> Result<()> {
    let mut memory = Memory::open(&context.memory_path(), Access::Write)?;
    let progress = Progress::new("indexing the memory", 1, context.quiet);
    memory.reindex(&mut |step| progress.watch(step))
}

/// Calls `ask`, and once more with a new index where the index turns out to be damaged.
pub(super) fn with_index<T>(
    context: &mut Context,
    mut ask: impl FnMut(&Memory, &mut Context) -> std::result::Result<T, Failure>,
) -> std::result::Result<T, Failure> {
    let memory = open(context)?;
    match ask(&memory, context) {
        Err(Failure::Library(Error::DamagedIndex { .. })) => {
            drop(memory);
            context.talk("the index was damaged; it is made anew");
            reindex(context)?;
            ask(&open(context)?, context)
        }
        done => done,
    }
}
