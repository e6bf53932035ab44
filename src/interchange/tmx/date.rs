//! Dates as TMX 1.4b asks for them: `YYYYMMDDThhmmssZ`, in UTC.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

const FORM: &str = "%Y%m%dT%H%M%SZ";

/// Returns a moment in the form of TMX.
pub(super) fn format(moment: Timestamp) -> String {
    moment.strftime(FORM).to_string()
}

/// Returns a date in the form of TMX, whichever form of ISO 8601 it had; a missing zone is taken for UTC, a missing time for midnight.
/// `None` when it is no date.
pub(super) fn normalise(date: &str) -> Option<String> {
    let date = date.trim();
    if !date.is_ascii() || date.len() < "20250314".len() {
        return None;
    }
    let moment = date.parse::<Timestamp>().ok().or_else(|| {
        let (date, zulu) = date
            .strip_suffix(['Z', 'z'])
            .map_or((date, false), |date| (date, true));
        let at = |moment: DateTime| TimeZone::UTC.to_timestamp(moment).ok();
        match date.parse::<DateTime>() {
            Ok(moment) => at(moment),
            Err(_) if zulu => None,
            Err(_) => date
                .parse::<Date>()
                .ok()
                .and_then(|day| at(day.to_datetime(jiff::civil::Time::midnight()))),
        }
    })?;
    // jiff knows years before 0 and after 9999, TMX does not.
    let formatted = format(moment);
    (formatted.len() == "20250314T120000Z".len()).then_some(formatted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brings_dates_to_the_form_of_tmx() {
        for (given, normal) in [
            ("20250314T120000Z", "20250314T120000Z"),
            ("2024-01-01T00:00:00Z", "20240101T000000Z"),
            ("2024-01-01T03:00:00+03:00", "20240101T000000Z"),
            ("20240101T000000", "20240101T000000Z"),
            ("2024-01-01 10:20:30", "20240101T102030Z"),
            ("20240101", "20240101T000000Z"),
        ] {
            assert_eq!(normalise(given).as_deref(), Some(normal), "{given}");
        }
    }

    #[test]
    fn refuses_what_is_no_date() {
        for given in [
            "",
            "yesterday",
            "20241301T250000Z",
            "Mon Mar 14 12:00:00 2025",
            "20250314T120000Z!",
        ] {
            assert_eq!(normalise(given), None, "{given}");
        }
    }
}
