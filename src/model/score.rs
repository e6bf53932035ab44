//! How well something fits: a fraction, shown as whole per cent rounded down, so that 100 % always means equal.

use std::fmt;

/// A fraction from 0.0 to 1.0.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug)]
pub struct Score(f64);

impl Score {
    /// Nothing in common.
    pub const ZERO: Self = Self(0.0);
    /// Equal.
    pub const ONE: Self = Self(1.0);

    /// Returns the score of a fraction; what lies outside 0..1 (or is not a number) is brought to the nearer end (to 0).
    pub fn new(fraction: f64) -> Self {
        Self(if fraction.is_nan() {
            0.0
        } else {
            fraction.clamp(0.0, 1.0)
        })
    }

    /// Returns the score of a whole number of per cent, 0 to 100.
    pub fn from_percent(percent: u8) -> Self {
        Self::new(f64::from(percent) / 100.0)
    }

    /// Returns the fraction, 0.0 to 1.0.
    pub fn fraction(self) -> f64 {
        self.0
    }

    /// Returns whole per cent, rounded down; 100 only for 1.0 itself.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 100 fits"
    )]
    pub fn percent(self) -> u8 {
        // 0.29 * 100 is 28.999…96 in binary: what is a whole per cent by up to a billionth counts as one, 1.0 excepted.
        if self.0 < 1.0 {
            (self.0 * 100.0 + 1e-9).floor().min(99.0) as u8
        } else {
            100
        }
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.percent())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_a_hundred_only_for_equals() {
        assert_eq!(Score::new(0.999_999).percent(), 99);
        assert_eq!(Score::new(0.29).percent(), 29);
        assert_eq!(Score::ONE.percent(), 100);
    }

    #[test]
    fn stays_in_range() {
        assert_eq!(Score::new(f64::NAN), Score::ZERO);
        assert_eq!(Score::new(7.0), Score::ONE);
    }
}
