//! Which units and documents a command looks at: the filters that several commands share.

use diglot::memory::Filter;
use diglot::model::{Lang, Status};
use jiff::civil::Date;

/// Filters over units and documents
#[derive(Clone, clap::Args)]
pub(super) struct FilterArguments {
    /// Published on this day or later
    #[arg(long, value_name = "YYYY-MM-DD")]
    since: Option<Date>,
    /// Published on this day or earlier
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<Date>,
    /// Part of the publisher's name or of the address
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
    /// Part of the document's title, or its whole address or file name
    #[arg(long, value_name = "TEXT")]
    document: Option<String>,
    /// Part of the speaker's name
    #[arg(long, value_name = "NAME")]
    speaker: Option<String>,
    /// Only units of this status; may be given several times
    #[arg(long, value_parser = status, value_name = "automatic|confirmed|rejected")]
    status: Vec<Status>,
}

impl FilterArguments {
    /// Returns the filter for units with a variant in each of these languages.
    pub(super) fn filter(self, langs: Vec<Lang>) -> Filter {
        Filter {
            langs,
            statuses: self.status,
            least_probability: None,
            since: self.since,
            until: self.until,
            publisher: self.source,
            document: self.document,
            speaker: self.speaker,
        }
    }
}

/// Reads a status as an argument.
pub(super) fn status(name: &str) -> Result<Status, String> {
    Status::from_name(name)
        .ok_or_else(|| format!("`{name}` is not a status: automatic, confirmed or rejected"))
}
