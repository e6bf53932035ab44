//! Which attributes TMX 1.4b has for units, variants, notes and properties, and which values they may have.

use std::borrow::Cow;

use super::date;
use crate::model::Lang;

/// The attributes of `tu` that are kept as its history, in the order of the DTD.
pub(super) const TU: &[&str] = &[
    "o-encoding",
    "datatype",
    "usagecount",
    "lastusagedate",
    "creationtool",
    "creationtoolversion",
    "creationdate",
    "creationid",
    "changedate",
    "segtype",
    "changeid",
    "o-tmf",
];

/// The attributes of `tuv` that are kept as its history, in the order of the DTD.
pub(super) const TUV: &[&str] = &[
    "o-encoding",
    "datatype",
    "usagecount",
    "lastusagedate",
    "creationtool",
    "creationtoolversion",
    "creationdate",
    "creationid",
    "changedate",
    "o-tmf",
    "changeid",
];

/// The attributes that `note` and `prop` may have, `type` aside.
pub(super) const NOTE: &[&str] = &["xml:lang", "o-encoding"];

/// The attributes that `header` must have, in the order of the DTD.
pub(super) const HEADER: &[&str] = &[
    "creationtool",
    "creationtoolversion",
    "segtype",
    "o-tmf",
    "adminlang",
    "srclang",
    "datatype",
];

/// Returns an attribute's value in the form that TMX asks for; the reason when it cannot be brought to it.
pub(super) fn fit<'v>(name: &str, value: &'v str) -> Result<Cow<'v, str>, &'static str> {
    match name {
        "creationdate" | "changedate" | "lastusagedate" => {
            let date = date::normalise(value).ok_or("no date such as `20250314T120000Z`")?;
            Ok(if date == value {
                Cow::Borrowed(value)
            } else {
                Cow::Owned(date)
            })
        }
        "usagecount" if value.is_empty() || !value.bytes().all(|digit| digit.is_ascii_digit()) => {
            Err("no number")
        }
        "segtype" if !matches!(value, "block" | "paragraph" | "sentence" | "phrase") => {
            Err("none of `block`, `paragraph`, `sentence` and `phrase`")
        }
        "xml:lang" => {
            let lang = Lang::new(value).map_err(|_| "no language tag")?;
            Ok(if lang.as_str() == value {
                Cow::Borrowed(value)
            } else {
                Cow::Owned(lang.to_string())
            })
        }
        _ => Ok(Cow::Borrowed(value)),
    }
}
