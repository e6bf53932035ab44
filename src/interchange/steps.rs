//! Readers that go through a file step by step, each step bringing some entries or none.

use std::collections::VecDeque;

use super::Entry;
use crate::error::Result;

/// How far a reader has come.
#[derive(Default)]
pub(super) struct Steps {
    /// What was found and not handed out yet.
    pub(super) found: VecDeque<Entry>,
    /// Whether there is no further step.
    over: bool,
}

/// Returns the next entry of a reader; after an error there is none. `step` reads on and says whether there may be more; what it finds goes into
/// [`Steps::found`].
pub(super) fn next<R>(
    reader: &mut R,
    steps: impl Fn(&mut R) -> &mut Steps,
    step: impl Fn(&mut R) -> Result<bool>,
) -> Option<Result<Entry>> {
    loop {
        if let Some(entry) = steps(reader).found.pop_front() {
            return Some(Ok(entry));
        }
        if steps(reader).over {
            return None;
        }
        let more = step(reader);
        steps(reader).over = !matches!(more, Ok(true));
        if let Err(error) = more {
            return Some(Err(error));
        }
    }
}
