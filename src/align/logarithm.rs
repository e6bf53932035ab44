//! Logarithms that are fast and the same on every machine.

use std::sync::LazyLock;

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

/// Returns ln(e^a + e^b) within 1e-5.
pub(super) fn add(a: f64, b: f64) -> f64 {
    let (high, low) = if a > b { (a, b) } else { (b, a) };
    if low == f64::NEG_INFINITY {
        return high;
    }
    let steps = (high - low) * STEPS;
    let at = steps as usize;
    match SOFTPLUS.get(at..at + 2) {
        Some(&[here, next]) => high + here + (next - here) * (steps - at as f64),
        _ => high,
    }
}

/// Steps of the table of ln(1 + e^-x) to one.
const STEPS: f64 = 64.0;
/// Where the table ends, since nothing of weight is left.
const FAR: usize = 20;

static SOFTPLUS: LazyLock<Vec<f64>> = LazyLock::new(|| {
    let entries = 0..=FAR * STEPS as usize;
    entries
        .map(|step| (-(step as f64) / STEPS).exp().ln_1p())
        .collect()
});

#[cfg(test)]
mod tests {
    use super::{add, ln};

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
    fn adds_as_the_exact_one_does() {
        for (a, b) in [(0.0, 0.0), (-3.0, 1.1), (-700.0, -701.3), (5.0, -80.0)] {
            let exact = f64::max(a, b) + (-(a - b).abs()).exp().ln_1p();
            assert!((add(a, b) - exact).abs() < 1e-4);
        }
        assert_eq!(add(f64::NEG_INFINITY, f64::NEG_INFINITY), f64::NEG_INFINITY);
        assert_eq!(add(f64::NEG_INFINITY, 1.0), 1.0);
    }
}
