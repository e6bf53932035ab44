//! Keeping units that come in over HTTP.

use jiff::Timestamp;

use super::{Refusal, Shared};
use crate::error::Result;
use crate::memory::{Change, Committed, UnitOutcome};
use crate::model::{Lang, Status, TranslationUnit, Variant};

/// What became of units that were sent.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Kept {
    /// Units that were not known.
    pub(super) added: u64,
    /// Units that were known and gained a language.
    pub(super) extended: u64,
    /// Units that were known.
    pub(super) duplicates: u64,
    /// The entry in the log, if anything changed.
    pub(super) change: Option<i64>,
}

/// Returns a unit of two texts that a person holds to be right, as tools send them.
///
/// # Errors
/// [`crate::Error::Invalid`] when a text is blank.
pub(super) fn pair(source: (&Lang, String), target: (&Lang, String)) -> Result<TranslationUnit> {
    Ok(TranslationUnit {
        source_lang: Some(source.0.clone()),
        variants: vec![
            Variant::new(source.0.clone(), source.1)?,
            Variant::new(target.0.clone(), target.1)?,
        ],
        status: Status::Confirmed,
        ..TranslationUnit::default()
    })
}

/// Keeps units as one change; `detail` is what the log says of them.
pub(super) async fn keep(
    app: &Shared,
    detail: &'static str,
    units: Vec<TranslationUnit>,
) -> std::result::Result<Kept, Refusal> {
    app.write(move |memory| {
        let mut writer = memory.begin(change("serve", detail))?;
        let mut kept = Kept::default();
        for unit in &units {
            match writer.add_unit(unit)? {
                UnitOutcome::New(_) | UnitOutcome::Renamed(..) => kept.added += 1,
                UnitOutcome::Extended(_) => kept.extended += 1,
                UnitOutcome::Known(_) => kept.duplicates += 1,
            }
        }
        let Committed { change, .. } = writer.commit()?;
        kept.change = change.map(|id| id.0);
        Ok(kept)
    })
    .await
}

/// Returns an entry for the log as of now.
pub(super) fn change(command: &str, detail: &str) -> Change {
    Change {
        command: command.to_owned(),
        detail: detail.to_owned(),
        at: now(),
    }
}

/// Returns the current time in whole seconds, as fine as TMX writes it.
pub(super) fn now() -> Timestamp {
    Timestamp::from_second(Timestamp::now().as_second()).unwrap_or(Timestamp::UNIX_EPOCH)
}
