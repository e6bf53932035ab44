//! `diglot check`: is the memory whole?

use diglot::Error;
use diglot::memory::{Access, Finding, Memory};
use diglot::report::visible;
use serde::Serialize;

use super::Context;
use super::exit::Exit;
use super::failure::Failure;
use super::interrupt;
use super::progress::Progress;

/// Look for damage in the memory
///
/// Exit code 0 when all is well, 1 when something is wrong, with a list of what.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  diglot check
  diglot check --json")]
pub(super) struct Arguments {}

#[derive(Serialize)]
struct FindingLine<'t> {
    r#type: &'static str,
    what: &'t str,
    problem: &'t str,
}

#[derive(Serialize)]
struct Checked {
    r#type: &'static str,
    findings: usize,
}

pub(super) fn run(_: &Arguments, context: &mut Context) -> Result<Exit, Failure> {
    interrupt::listen();
    let findings = match context.open(Access::Read) {
        Ok(memory) => {
            let progress = Progress::new("checking", 1, context.quiet);
            memory.check(&mut |step| progress.watch(step))?
        }
        // A memory that is so damaged that it cannot be opened is a finding, not a failure to look.
        Err(Failure::Library(Error::Memory { source, .. }))
            if Memory::is_at(&context.memory_path()) =>
        {
            vec![Finding {
                what: "the file".to_owned(),
                problem: format!("it cannot be opened: {source}"),
            }]
        }
        Err(failure) => return Err(failure),
    };
    for finding in &findings {
        match context.output.json {
            true => context.output.object(&FindingLine {
                r#type: "finding",
                what: &finding.what,
                problem: &finding.problem,
            })?,
            false => context
                .output
                .line(&visible(&format!("{}: {}", finding.what, finding.problem)))?,
        }
    }
    if context.output.json {
        context.output.object(&Checked {
            r#type: "checked",
            findings: findings.len(),
        })?;
    } else if findings.is_empty() {
        context.talk("nothing wrong was found");
    } else {
        context.talk("hint: `diglot recover OLD NEW` saves what can be read into a new memory");
    }
    Ok(Exit::found(findings.is_empty()))
}
