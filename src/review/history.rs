//! Taking decisions back and making them again, as in an editor, but out of the memory's log, so that it works in another session too.

use jiff::Timestamp;
use rustc_hash::FxHashSet;

use super::decision::Decision;
use super::sheet::Sheet;
use super::{Answer, Refusal};
use crate::error::{Error, Result};
use crate::memory::{ChangeId, DocumentId, Memory, StoredDecision};

/// Takes back the last decision about these documents that still stands.
///
/// # Errors
/// [`Error::Memory`] when the memory cannot be read or written; it is then as it was.
pub fn undo(memory: &mut Memory, documents: &[DocumentId], at: Timestamp) -> Result<Answer> {
    let decisions = decisions(memory, documents)?;
    let last = decisions
        .iter()
        .find(|decision| decision.undone_by.is_none());
    let Some(last) = last else {
        return Ok(Answer::Refused(Refusal::NothingLeft));
    };
    match memory.undo(Some(last.change), at) {
        Ok(_) => Ok(Answer::Done(last.change)),
        // What another decision, of documents with the same unit, builds on.
        Err(Error::BuiltOn { .. }) => Ok(Answer::Refused(Refusal::BuiltOn)),
        Err(error) => Err(error),
    }
}

/// Makes the decision again that was taken back last, unless another one was made since.
///
/// # Errors
/// As [`undo`].
pub fn redo(memory: &mut Memory, documents: &[DocumentId], at: Timestamp) -> Result<Answer> {
    let decisions = decisions(memory, documents)?;
    let Some((undo, decision)) = to_redo(&decisions) else {
        return Ok(Answer::Refused(Refusal::NothingLeft));
    };
    let decision = Decision::read(&decision.said)?;
    let sheet = Sheet::read(memory, &decision.documents())?;
    if !decision.fits(&sheet) {
        return Ok(Answer::Refused(Refusal::NoLink));
    }
    decision.apply(memory, &sheet, Some(undo), at)
}

/// Returns all decisions about documents, newest first.
fn decisions(memory: &Memory, documents: &[DocumentId]) -> Result<Vec<StoredDecision>> {
    let mut all = Vec::new();
    for &document in documents {
        all.extend(memory.decisions(document)?);
    }
    all.sort_by_key(|decision| std::cmp::Reverse(decision.change));
    Ok(all)
}

/// Returns the undo to take back and the decision to make again: going back through the log, the first undo that nothing took back, unless a
/// decision that is none made again comes before it.
fn to_redo(decisions: &[StoredDecision]) -> Option<(ChangeId, &StoredDecision)> {
    let mut events: Vec<(ChangeId, &StoredDecision)> = Vec::new();
    for decision in decisions {
        events.push((decision.change, decision));
        events.extend(decision.undone_by.map(|undo| (undo, decision)));
    }
    events.sort_by_key(|(change, _)| std::cmp::Reverse(*change));
    let mut taken_back = FxHashSet::default();
    for (change, decision) in events {
        if change == decision.change {
            match decision.redoes {
                Some(undo) => taken_back.insert(undo),
                None => return None,
            };
        } else if !taken_back.contains(&change) {
            return Some((change, decision));
        }
    }
    None
}
