//! Functions of probability: the error function, the beta distribution and Welch's test.
//!
//! In: numbers. Out: numbers; NaN outside of a function's domain. Knows nothing of calls.
//!
//! Source: the error function by its Taylor series and, away from zero, by the continued fraction of its complement (Abramowitz and Stegun 7.1.5 and 7.1.14);
//! the incomplete beta function by its continued fraction (26.5.8), evaluated by Lentz's method. Good to about 14 digits.

use std::f64::consts::PI;

use crate::gamma::log_gamma;

/// Below this the Taylor series loses no digits; above, the continued fraction is soon done.
const SERIES_MAX: f64 = 2.0;

/// More terms than any argument needs: a limit, not a precision.
const TERMS_MAX: u32 = 10_000;

/// The error function.
pub(crate) fn erf(x: f64) -> f64 {
    if x.abs() < SERIES_MAX { erf_series(x) } else { x.signum() * (1.0 - erfc_fraction(x.abs())) }
}

/// One less the error function, without losing the digits of small results.
pub(crate) fn erfc(x: f64) -> f64 {
    match x {
        _ if x.is_nan() => x,
        _ if x.abs() < SERIES_MAX => 1.0 - erf_series(x),
        _ if x > 0.0 => erfc_fraction(x),
        _ => 2.0 - erfc_fraction(-x),
    }
}

/// 2/√π · e^(-x²) · Σ 2^n x^(2n+1) / (1·3·5 … (2n+1)), whose terms have one sign.
fn erf_series(x: f64) -> f64 {
    let (mut term, mut sum) = (x, x);
    for n in 1..TERMS_MAX {
        term *= 2.0 * x * x / f64::from(2 * n + 1);
        sum += term;
        if term.abs() <= f64::EPSILON * sum.abs() {
            break;
        }
    }
    2.0 / PI.sqrt() * (-x * x).exp() * sum
}

/// e^(-x²)/√π · 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + …)))) for x > 0, from the inside out.
fn erfc_fraction(x: f64) -> f64 {
    let mut fraction = x;
    for n in (1..=FRACTION_TERMS).rev() {
        fraction = x + f64::from(n) / 2.0 / fraction;
    }
    (-x * x).exp() / PI.sqrt() / fraction
}

/// Enough from x = 2 on.
const FRACTION_TERMS: u32 = 200;

/// The largest parameter of a beta distribution that Kusto takes.
const PARAMETER_MAX: f64 = 10_000.0;

/// The cumulative beta distribution; NaN outside of 0 … 1 and for parameters that are not above 0, or above 10000.
pub(crate) fn beta_cdf(x: f64, alpha: f64, beta: f64) -> f64 {
    let is_parameter = |value: f64| value > 0.0 && value <= PARAMETER_MAX;
    if !(0.0..=1.0).contains(&x) || !is_parameter(alpha) || !is_parameter(beta) {
        return f64::NAN;
    }
    incomplete_beta(x, alpha, beta)
}

/// The density of the beta distribution; NaN outside of 0 … 1 and for parameters that are not above 0.
pub(crate) fn beta_pdf(x: f64, alpha: f64, beta: f64) -> f64 {
    if !(x > 0.0 && x < 1.0 && alpha > 0.0 && beta > 0.0) {
        return f64::NAN;
    }
    ((alpha - 1.0) * x.ln() + (beta - 1.0) * (-x).ln_1p() - log_beta(alpha, beta)).exp()
}

/// The x whose cumulative distribution is a probability, found by halving; NaN for parameters that `beta_cdf` does not take.
pub(crate) fn beta_inv(probability: f64, alpha: f64, beta: f64) -> f64 {
    if beta_cdf(0.5, alpha, beta).is_nan() {
        return f64::NAN;
    }
    if probability >= 1.0 {
        return 1.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if incomplete_beta(middle, alpha, beta) < probability {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

/// Each gives one binary digit of the result; doubles near 0 have more than 53.
const HALVINGS: u32 = 200;

/// The probability that two series differ so much by chance, by Welch's test of two sides.
pub(crate) fn welch_test(one: Sample, other: Sample) -> f64 {
    let (first, second) = (one.variance / one.count, other.variance / other.count);
    let t = (one.mean - other.mean) / (first + second).sqrt();
    let freedom = (first + second).powi(2) / (first.powi(2) / (one.count - 1.0) + second.powi(2) / (other.count - 1.0));
    incomplete_beta(freedom / (freedom + t * t), freedom / 2.0, 0.5)
}

/// What Welch's test knows of a series.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    /// The mean.
    pub(crate) mean: f64,
    /// The variance.
    pub(crate) variance: f64,
    /// How many numbers.
    pub(crate) count: f64,
}

fn log_beta(alpha: f64, beta: f64) -> f64 {
    log_gamma(alpha) + log_gamma(beta) - log_gamma(alpha + beta)
}

/// The regularized incomplete beta function.
fn incomplete_beta(x: f64, alpha: f64, beta: f64) -> f64 {
    if x.is_nan() || alpha.is_nan() || beta.is_nan() {
        return f64::NAN;
    }
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = (alpha * x.ln() + beta * (-x).ln_1p() - log_beta(alpha, beta)).exp();
    // The fraction is quick on the near side of the mean; the other side is its mirror.
    if x < (alpha + 1.0) / (alpha + beta + 2.0) {
        front * beta_fraction(x, alpha, beta) / alpha
    } else {
        1.0 - front * beta_fraction(1.0 - x, beta, alpha) / beta
    }
}

/// The continued fraction of the incomplete beta function, by Lentz's method.
fn beta_fraction(x: f64, alpha: f64, beta: f64) -> f64 {
    let guard = |value: f64| if value.abs() < f64::MIN_POSITIVE { f64::MIN_POSITIVE } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / guard(1.0 - (alpha + beta) * x / (alpha + 1.0));
    let mut fraction = d;
    for m in 1..TERMS_MAX {
        let m = f64::from(m);
        let even = m * (beta - m) * x / ((alpha + 2.0 * m - 1.0) * (alpha + 2.0 * m));
        d = 1.0 / guard(1.0 + even * d);
        c = guard(1.0 + even / c);
        fraction *= d * c;
        let odd = -(alpha + m) * (alpha + beta + m) * x / ((alpha + 2.0 * m) * (alpha + 2.0 * m + 1.0));
        d = 1.0 / guard(1.0 + odd * d);
        c = guard(1.0 + odd / c);
        fraction *= d * c;
        if (d * c - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tables of the error function (Abramowitz and Stegun 7.1): six digits and more on both sides of the change of method.
    #[test]
    fn the_error_function_is_that_of_the_tables() {
        for (x, expected) in [
            (0.5, 0.520_499_877_813_046_5),
            (1.0, 0.842_700_792_949_714_9),
            (1.9, 0.992_790_429_235_257_5),
            (2.1, 0.997_020_533_343_667),
        ] {
            assert!((erf(x) - expected).abs() < 1e-14, "{x}: {}", erf(x));
            assert!((erfc(-x) - (1.0 + expected)).abs() < 1e-14, "{x}");
        }
    }

    /// I(x; 1, 1) is x and I(x; 1, b) is 1 - (1 - x)^b.
    #[test]
    fn the_incomplete_beta_function_has_its_plain_cases() {
        for x in [0.001, 0.3, 0.9] {
            assert!((beta_cdf(x, 1.0, 1.0) - x).abs() < 1e-14);
            assert!((beta_cdf(x, 1.0, 7.0) - (1.0 - (1.0 - x).powi(7))).abs() < 1e-14);
            assert!((beta_cdf(beta_inv(x, 10.0, 20.0), 10.0, 20.0) - x).abs() < 1e-12);
        }
    }
}
