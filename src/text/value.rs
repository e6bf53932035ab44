//! The exact value of a number that a text states.

use std::fmt;

/// A value as an exact decimal: `digits` times ten to the power `exponent`, without trailing zeros in `digits`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Value {
    pub(super) digits: u64,
    pub(super) exponent: i16,
}

impl Value {
    /// Returns the value `digits` × 10^`exponent`.
    pub fn new(mut digits: u64, mut exponent: i16) -> Self {
        if digits == 0 {
            return Self {
                digits: 0,
                exponent: 0,
            };
        }
        while digits.is_multiple_of(10) {
            digits /= 10;
            exponent = exponent.saturating_add(1);
        }
        Self { digits, exponent }
    }

    /// Returns the value as a floating-point number, for showing and comparing sizes.
    pub fn to_f64(self) -> f64 {
        let power = 10f64.powi(i32::from(self.exponent).abs());
        if self.exponent < 0 {
            self.digits as f64 / power
        } else {
            self.digits as f64 * power
        }
    }

    pub(super) fn times_ten_to(self, power: u8) -> Self {
        Self::new(self.digits, self.exponent.saturating_add(i16::from(power)))
    }

    pub(super) fn plus(self, other: Self) -> Option<Self> {
        let exponent = self.exponent.min(other.exponent);
        let at = |value: Self| {
            let shift = u32::try_from(value.exponent - exponent).ok()?;
            value.digits.checked_mul(10u64.checked_pow(shift)?)
        };
        Some(Self::new(at(self)?.checked_add(at(other)?)?, exponent))
    }
}

impl fmt::Display for Value {
    /// Writes the value so that equal values are written alike: `15e-1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}e{}", self.digits, self.exponent)
    }
}
