//! The filters that several addresses share, under the names that the command line has for them.

use super::super::Refusal;
use super::super::parameters::Parameters;
use crate::memory::Filter;
use crate::model::{Lang, Status};

/// The most entries of a list in one answer.
const MOST: usize = 1000;

/// Takes the filter out of the parameters: `langs` (with commas), `status` (also several times), `since`, `until`, `source`, `document`, `speaker`,
/// `min_probability`.
pub(super) fn filter(parameters: &mut Parameters) -> Result<Filter, Refusal> {
    let langs = parameters.take("langs").unwrap_or_default();
    let langs = langs.split(',').filter(|tag| !tag.is_empty());
    let status = |name: String| {
        Status::from_name(&name)
            .ok_or_else(|| Refusal::misuse("`status` is automatic, confirmed or rejected"))
    };
    Ok(Filter {
        langs: langs.map(Lang::new).collect::<crate::Result<_>>()?,
        statuses: parameters
            .take_all("status")
            .into_iter()
            .map(status)
            .collect::<Result<_, _>>()?,
        least_probability: parameters.number("min_probability")?,
        since: parameters.number("since")?,
        until: parameters.number("until")?,
        publisher: parameters.take("source"),
        document: parameters.take("document"),
        speaker: parameters.take("speaker"),
    })
}

/// Takes out how many entries are wanted at most.
pub(super) fn limit(parameters: &mut Parameters, usual: usize) -> Result<usize, Refusal> {
    let limit = parameters.number("limit")?.unwrap_or(usual);
    match (1..=MOST).contains(&limit) {
        true => Ok(limit),
        false => Err(Refusal::misuse(format!("`limit` is 1 to {MOST}"))),
    }
}
