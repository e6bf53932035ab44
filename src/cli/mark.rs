//! `diglot mark`: what a person holds of a unit.

use diglot::memory::{Access, Change, UnitId};
use diglot::model::Status;
use serde::Serialize;

use super::exit::Exit;
use super::failure::Failure;
use super::{Context, clock, filter};

/// Confirm or reject units
///
/// Confirmed units are suggested first and teach the aligner first; rejected ones are kept but never suggested.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  diglot mark confirmed official-0001 official-0002
  diglot mark rejected official-0003")]
pub(super) struct Arguments {
    /// The status to give: automatic, confirmed or rejected
    #[arg(value_parser = filter::status)]
    status: Status,
    /// The units, as `suggest` and `search` show them
    #[arg(value_name = "UNIT", required = true)]
    units: Vec<String>,
}

#[derive(Serialize)]
struct Marked {
    r#type: &'static str,
    status: &'static str,
    units: usize,
    changed: u64,
}

pub(super) fn run(arguments: &Arguments, context: &mut Context) -> Result<Exit, Failure> {
    let mut memory = context.open(Access::Write)?;
    let mut ids: Vec<UnitId> = Vec::with_capacity(arguments.units.len());
    for tuid in &arguments.units {
        match memory.unit_named(tuid)? {
            Some(id) => ids.push(id),
            None => {
                return Err(Failure::misuse(
                    format!("no unit `{tuid}` in the memory"),
                    "`diglot suggest` and `diglot search` show the units' names",
                ));
            }
        }
    }
    let status = arguments.status.as_str();
    let change = Change {
        command: "mark".to_owned(),
        detail: format!("{status} {}", arguments.units.join(" ")),
        at: clock::now(),
    };
    let mut writer = context.begin(&mut memory, change)?;
    let changed = writer.set_status(&ids, arguments.status)?;
    writer.commit()?;
    match context.output.json {
        true => context.output.object(&Marked {
            r#type: "marked",
            status,
            units: ids.len(),
            changed,
        })?,
        false => context
            .output
            .line(&format!("{changed} of {} units newly {status}", ids.len()))?,
    }
    Ok(Exit::Found)
}
