//! Logarithms and powers that are fast and the same on every machine.

/// Returns ln x within 2e-6 of its value for normal positive numbers.
///
/// The exponent is read from the bits; the fraction m in [√½, √2) through the series of artanh((m-1)/(m+1)).
pub(super) fn ln(x: f32) -> f32 {
    const SQRT_HALF: u32 = 0x3f35_04f3;
    const ONE: u32 = 0x3f80_0000;
    let bits = x.to_bits().wrapping_add(ONE - SQRT_HALF);
    let exponent = (bits >> 23) as i32 - 127;
    let fraction = f32::from_bits((bits & 0x007f_ffff) + SQRT_HALF);
    let s = (fraction - 1.0) / (fraction + 1.0);
    let z = s * s;
    let series = 2.0 * s * (1.0 + z * (1.0 / 3.0 + z * (0.2 + z * (1.0 / 7.0))));
    exponent as f32 * std::f32::consts::LN_2 + series
}

/// Returns e^x within 1e-6 of itself for x within ±80, beyond that e^±80; 0 for negative infinity.
///
/// The whole powers of two go into the exponent, the rest through a Taylor series.
pub(super) fn exp(x: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0;
    if x == f32::NEG_INFINITY {
        return 0.0;
    }
    let x = x.clamp(-80.0, 80.0);
    // Adding 1.5 · 2^23 rounds to a whole number.
    let power = (x * std::f32::consts::LOG2_E + ROUND) - ROUND;
    let rest = x - power * 0.693_145_75 - power * 1.428_606_8e-6;
    let series = 1.0
        + rest
            * (1.0
                + rest
                    * (0.5
                        + rest
                            * (1.0 / 6.0
                                + rest * (1.0 / 24.0 + rest * (1.0 / 120.0 + rest / 720.0)))));
    series * f32::from_bits(((power as i32 + 127) as u32) << 23)
}

#[cfg(test)]
mod tests {
    use super::{exp, ln};

    #[test]
    fn is_close_to_the_exact_one() {
        let mut x = 1e-6f32;
        while x < 1e9 {
            assert!((ln(x) - x.ln()).abs() < 1e-5, "{x}: {} {}", ln(x), x.ln());
            x *= 1.013;
        }
        assert_eq!(ln(1.0), 0.0);
    }

    #[test]
    fn is_the_inverse() {
        let mut x = -79.9f32;
        while x < 80.0 {
            let exact = f64::from(x).exp();
            assert!((f64::from(exp(x)) / exact - 1.0).abs() < 1e-6, "{x}");
            x += 0.0137;
        }
        assert_eq!((exp(0.0), exp(f32::NEG_INFINITY)), (1.0, 0.0));
        assert!(exp(200.0).is_finite() && exp(-200.0) > 0.0);
    }
}
