//! What makes one unit less welcome than another although its text fits as well: a link in doubt, an origin that somebody trusts less, another
//! publisher's wording.

use std::str::FromStr;

use super::judge::{Cause, Reason};
use crate::error::Error;
use crate::model::{Place, Status, TranslationUnit};

/// An automatic link of at least this probability is taken as it is.
const SURE: f64 = 0.9;

/// What somebody thinks of units by their origin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    /// What units of some origins lose.
    pub penalties: Vec<Penalty>,
    /// Whose wording comes first among equal scores.
    pub publisher: Option<String>,
}

/// What units of an origin lose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Penalty {
    /// A publisher, a file or a user (TMX `creationid` and `changeid`), in whatever case.
    pub origin: String,
    /// Points of a hundred.
    pub percent: u8,
}

impl FromStr for Penalty {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let parts = text.rsplit_once('=');
        let penalty = parts.and_then(|(origin, percent)| {
            let percent = percent.trim().trim_end_matches('%').parse().ok()?;
            let origin = origin.trim().to_owned();
            (percent <= 100 && !origin.is_empty()).then_some(Self { origin, percent })
        });
        penalty.ok_or_else(|| Error::Invalid {
            value: text.to_owned(),
            expected: "an origin and what its units lose in per cent, such as `machine=10`",
        })
    }
}

impl Preferences {
    /// Returns what a unit loses beside what its text loses, in fractions of 1.
    pub(super) fn lost(&self, unit: &TranslationUnit) -> Vec<Reason> {
        let doubt = doubt(unit.status, unit.probability);
        let mut lost = Vec::new();
        if let Some(probability) = unit.probability.filter(|_| doubt > 0.0) {
            lost.push(Reason {
                cause: Cause::Doubtful((probability * 100.0) as u8),
                lost: doubt,
            });
        }
        for penalty in &self.penalties {
            if is_from(unit, &penalty.origin) {
                lost.push(Reason {
                    cause: Cause::Origin(penalty.origin.clone()),
                    lost: f64::from(penalty.percent) / 100.0,
                });
            }
        }
        lost
    }

    /// Says whether a unit's places and users matter beside what is known of its link.
    pub(super) fn look_at_origins(&self) -> bool {
        !self.penalties.is_empty() || self.publisher.is_some()
    }

    /// Says whether a place is of the publisher whose wording comes first.
    pub(super) fn prefers(&self, places: &[Place]) -> bool {
        self.publisher.as_deref().is_some_and(|wanted| {
            places.iter().any(|place| {
                let publisher = place.origin.publisher.as_deref();
                publisher.is_some_and(|publisher| same(publisher, wanted))
            })
        })
    }
}

/// Returns what a unit loses whose link is in doubt, in fractions of 1.
pub(super) fn doubt(status: Status, probability: Option<f64>) -> f64 {
    let automatic = probability.filter(|_| status == Status::Automatic);
    automatic.map_or(0.0, |probability| {
        // A point for every tenth begun, so that it can be counted by hand.
        ((SURE - probability) * 10.0 - 1e-9).ceil().max(0.0) / 100.0
    })
}

fn is_from(unit: &TranslationUnit, origin: &str) -> bool {
    let variants = unit.variants.iter();
    let mut histories = std::iter::once(&unit.history).chain(variants.map(|it| &it.history));
    let by = histories.any(|history| {
        ["creationid", "changeid"]
            .into_iter()
            .any(|name| history.get(name).is_some_and(|user| same(user, origin)))
    });
    let mut places = unit.variants.iter().flat_map(|variant| &variant.places);
    by || places.any(|place| {
        [&place.origin.publisher, &place.origin.file]
            .into_iter()
            .flatten()
            .any(|name| same(name, origin))
    })
}

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_in_doubt_loses_a_point_for_every_tenth() {
        let lost = |probability: f64, status: Status| -> f64 {
            let unit = TranslationUnit {
                probability: Some(probability),
                status,
                ..TranslationUnit::default()
            };
            let reasons = Preferences::default().lost(&unit);
            reasons.iter().map(|reason| reason.lost).sum()
        };
        for (probability, expected) in [(1.0, 0.0), (0.9, 0.0), (0.85, 0.01), (0.5, 0.04)] {
            assert_eq!(lost(probability, Status::Automatic), expected);
        }
        assert_eq!(lost(0.5, Status::Confirmed), 0.0);
    }

    #[test]
    fn a_penalty_names_an_origin_and_what_it_costs() {
        let mut unit = TranslationUnit::default();
        unit.history.set("changeid", "Machine");
        let penalty: Penalty = "machine=10".parse().unwrap();
        let preferences = Preferences {
            penalties: vec![penalty],
            publisher: None,
        };
        let lost = preferences.lost(&unit);
        assert_eq!(lost[0].lost, 0.1);
        assert_eq!(lost[0].cause.to_string(), "origin `machine`");
        for wrong in ["machine", "=5", "x=101", "x=-1", ""] {
            assert!(wrong.parse::<Penalty>().is_err(), "{wrong}");
        }
    }
}
