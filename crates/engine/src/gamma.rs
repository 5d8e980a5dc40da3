//! The gamma function, which the standard library lacks.
//!
//! Source: Lanczos' approximation with g = 7 and nine terms, good to about 15 digits; whole arguments are exact products.

use std::f64::consts::PI;

/// Lanczos' coefficients for g = 7.
const TERMS: [f64; 9] = [
    0.999_999_999_999_809_9,
    676.520_368_121_885_1,
    -1_259.139_216_722_402_8,
    771.323_428_777_653_1,
    -176.615_029_162_140_6,
    12.507_343_278_686_905,
    -0.138_571_095_265_720_12,
    9.984_369_578_019_572e-6,
    1.505_632_735_149_311_6e-7,
];

/// The largest whole number whose factorial is a double.
const FACTORIAL_MAX: f64 = 170.0;

/// The gamma function; NaN at its poles (0, -1, -2 …).
pub(crate) fn gamma(x: f64) -> f64 {
    if let Some(product) = factorial(x - 1.0) {
        return product;
    }
    if x <= 0.0 && x.fract() == 0.0 {
        return f64::NAN;
    }
    if x < 0.5 {
        // Euler's reflection.
        return PI / ((PI * x).sin() * gamma(1.0 - x));
    }
    let x = x - 1.0;
    let t = x + 7.5;
    (2.0 * PI).sqrt() * t.powf(x + 0.5) * (-t).exp() * series(x)
}

/// The natural logarithm of the absolute value of the gamma function; infinite at its poles.
pub(crate) fn log_gamma(x: f64) -> f64 {
    if let Some(product) = factorial(x - 1.0) {
        return product.ln();
    }
    if x <= 0.0 && x.fract() == 0.0 {
        return f64::INFINITY;
    }
    if x < 0.5 {
        return (PI / (PI * x).sin().abs()).ln() - log_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let t = x + 7.5;
    0.5 * (2.0 * PI).ln() + (x + 0.5) * t.ln() - t + series(x).ln()
}

fn series(x: f64) -> f64 {
    let [first, rest @ ..] = TERMS;
    rest.iter().zip(1_u32..).fold(first, |sum, (term, k)| sum + term / (x + f64::from(k)))
}

fn factorial(n: f64) -> Option<f64> {
    let is_small = (0.0..=FACTORIAL_MAX).contains(&n) && n.fract() == 0.0;
    is_small.then(|| (2..=n as u32).map(f64::from).product())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// gamma(5) = 4!, gamma(1/2) = √π, gamma(-1/2) = -2√π; ln gamma(100.5) from its Stirling series.
    #[test]
    fn known_values() {
        assert_eq!(gamma(5.0), 24.0);
        assert!((gamma(0.5) - PI.sqrt()).abs() < 1e-14);
        assert!((gamma(-0.5) + 2.0 * PI.sqrt()).abs() < 1e-13);
        assert!((log_gamma(5.0) - 24_f64.ln()).abs() < 1e-14);
        let x: f64 = 100.5;
        let stirling = (x - 0.5) * x.ln() - x + 0.5 * (2.0 * PI).ln() + 1.0 / (12.0 * x) - 1.0 / (360.0 * x.powi(3));
        assert!((log_gamma(x) - stirling).abs() < 1e-10);
        assert!(gamma(-2.0).is_nan());
    }
}
