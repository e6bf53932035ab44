//! `diglot check`: is the memory whole?

use diglot::memory::Access;
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
    let memory = context.open(Access::Read)?;
    let progress = Progress::new("checking", 1, context.quiet);
    let findings = memory.check(&mut |step| progress.watch(step))?;
    drop(progress);
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
