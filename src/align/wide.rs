//! Positive numbers of any size: what a sum over all paths through a long text is, which no floating-point number holds.
//!
//! A number is m · 2^(256 e), so that adding up a lattice takes multiplications and additions alone, without a logarithm for each.

/// A positive number or zero.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wide {
    /// Zero, or within 2^-128 and 2^128 once [settled](Self::settled).
    m: f64,
    e: i32,
}

/// The binary logarithm of one step of `e`.
const STEP: i32 = 256;
const UP: f64 = power_of_two(STEP);
const DOWN: f64 = power_of_two(-STEP);
const MOST: f64 = power_of_two(STEP / 2);
const LEAST: f64 = power_of_two(-STEP / 2);

const fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((1023 + exponent) as u64) << 52)
}

impl Wide {
    pub(super) const ZERO: Self = Self { m: 0.0, e: 0 };
    pub(super) const ONE: Self = Self { m: 1.0, e: 0 };

    /// Returns the product with a weight within 2^-120 and 2^120, or zero; not settled.
    #[inline]
    pub(super) fn times(self, weight: f64) -> Self {
        Self {
            m: self.m * weight,
            e: self.e,
        }
    }

    /// Returns the sum; not settled.
    #[inline]
    pub(super) fn plus(self, other: Self) -> Self {
        if self.e == other.e {
            return Self {
                m: self.m + other.m,
                e: self.e,
            };
        }
        if self.m == 0.0 {
            return other;
        }
        if other.m == 0.0 {
            return self;
        }
        let (high, low) = if self.e > other.e {
            (self, other)
        } else {
            (other, self)
        };
        Self {
            m: high.m + lifted(low.m, low.e - high.e),
            e: high.e,
        }
    }

    /// Returns the same number with its size in the exponent.
    #[inline]
    pub(super) fn settled(mut self) -> Self {
        if (LEAST..MOST).contains(&self.m) || self.m == 0.0 {
            return self;
        }
        while self.m >= MOST {
            self.m *= DOWN;
            self.e += 1;
        }
        while self.m < LEAST {
            self.m *= UP;
            self.e -= 1;
        }
        self
    }

    /// Returns self · other / whole as an ordinary number, for where that is a probability.
    #[inline]
    pub(super) fn share(self, other: Self, whole: Self) -> f64 {
        let m = self.m * other.m / whole.m;
        let e = self.e + other.e - whole.e;
        if e == 0 { m } else { lifted(m, e) }
    }

    /// Returns the natural logarithm, negative infinity for zero.
    pub(super) fn ln(self) -> f64 {
        self.m.ln() + f64::from(self.e * STEP) * std::f64::consts::LN_2
    }
}

/// Returns m · 2^(256 e).
fn lifted(m: f64, e: i32) -> f64 {
    match e {
        2.. => m * UP * UP,
        1 => m * UP,
        0 => m,
        -1 => m * DOWN,
        -2 => m * DOWN * DOWN,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(exponent: i32) -> Wide {
        let one = Wide::ONE;
        (0..exponent.abs()).fold(one, |sum, _| {
            let weight = if exponent > 0 { 2.0 } else { 0.5 };
            sum.times(weight).settled()
        })
    }

    #[test]
    fn holds_what_a_float_does_not() {
        for exponent in [-5000, -129, -128, 0, 127, 128, 129, 5000] {
            let ln = f64::from(exponent) * std::f64::consts::LN_2;
            assert!((wide(exponent).ln() - ln).abs() < 1e-6, "{exponent}");
        }
        assert_eq!(Wide::ZERO.ln(), f64::NEG_INFINITY);
    }

    #[test]
    fn adds_and_shares_whatever_the_exponents() {
        for (a, b) in [(0, 0), (127, 129), (-300, -310), (4000, 0), (-127, -129)] {
            let sum = wide(a).plus(wide(b)).settled();
            let (high, low) = (f64::from(a.max(b)), f64::from(a.min(b)));
            let exact = (high + (low - high).exp2().ln_1p() / std::f64::consts::LN_2)
                * std::f64::consts::LN_2;
            assert!((sum.ln() - exact).abs() < 1e-9 * exact.abs().max(1.0));
            assert!((wide(a).share(wide(b), wide(a + b)) - 1.0).abs() < 1e-12);
            let doubled = wide(a).plus(Wide::ZERO).plus(wide(a));
            assert!((wide(b).share(doubled, wide(a + b)) - 2.0).abs() < 1e-12);
        }
    }
}
