//! Polynomial regression: the polynomial of a degree that fits points best.
//!
//! In: x, y and the degree. Out: coefficients, highest power first. Solved by Householder's QR over x brought into -1 … 1, which keeps digits
//! that the normal equations lose; the coefficients are then those of x itself.

use super::line::r_square;
use super::stats::{mean, variance};

/// A higher degree would only follow the noise of doubles.
pub(crate) const DEGREE_MAX: usize = 32;

/// A fitted polynomial.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Polynomial {
    /// Highest power first.
    pub(crate) coefficients: Vec<f64>,
    /// One less the share of the variance that is left over.
    pub(crate) r_square: f64,
    /// The variance of y.
    pub(crate) variance: f64,
    /// The variance of what the polynomial leaves over.
    pub(crate) left_over: f64,
    /// The polynomial at every x.
    pub(crate) fit: Vec<f64>,
}

/// The polynomial that fits best; `None` when the points do not determine one.
pub(crate) fn fit_polynomial(x: &[f64], y: &[f64], degree: usize) -> Option<Polynomial> {
    if x.len() != y.len() || x.len() <= degree || degree > DEGREE_MAX {
        return None;
    }
    let (low, high) = x.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), x| (l.min(*x), h.max(*x)));
    let (middle, half) = (f64::midpoint(low, high), (high - low) / 2.0);
    if (half.is_nan() || half <= 0.0) && degree > 0 {
        return None;
    }
    let half = if half > 0.0 { half } else { 1.0 };
    let scaled: Vec<f64> = x.iter().map(|x| (x - middle) / half).collect();
    let solved = solve(&scaled, y, degree)?;
    let fit: Vec<f64> = scaled.iter().map(|x| solved.iter().rev().fold(0.0, |sum, term| sum * x + term)).collect();
    let variance_of_y = variance(y.iter().copied(), mean(y));
    let left_over = variance(y.iter().zip(&fit).map(|(y, fit)| y - fit), 0.0);
    let mut coefficients = expand(&solved, middle, half);
    coefficients.reverse();
    let r_square = r_square(variance_of_y, left_over);
    Some(Polynomial { coefficients, r_square, variance: variance_of_y, left_over, fit })
}

/// The least squares solution over the powers of x, lowest first.
fn solve(x: &[f64], y: &[f64], degree: usize) -> Option<Vec<f64>> {
    let mut columns: Vec<Vec<f64>> =
        (0..=degree).map(|power| x.iter().map(|x| x.powi(i32::try_from(power).unwrap_or(0))).collect()).collect();
    let mut right = y.to_vec();
    for step in 0..=degree {
        let (done, open) = columns.split_at_mut(step + 1);
        let pivot = done.last_mut()?;
        let norm = pivot.get(step..)?.iter().map(|value| value * value).sum::<f64>().sqrt();
        let head = *pivot.get(step)?;
        if norm.is_nan() || norm <= RANK_EPSILON {
            return None;
        }
        let alpha = if head > 0.0 { -norm } else { norm };
        let mut mirror = pivot.get(step..)?.to_vec();
        *mirror.first_mut()? -= alpha;
        let square = mirror.iter().map(|value| value * value).sum::<f64>();
        for column in std::iter::once(pivot).chain(open).chain([&mut right]) {
            let below = column.get_mut(step..)?;
            let along = 2.0 * mirror.iter().zip(below.iter()).map(|(m, value)| m * value).sum::<f64>() / square;
            for (value, m) in below.iter_mut().zip(&mirror) {
                *value -= along * m;
            }
        }
    }
    let mut solution = vec![0.0; degree + 1];
    for row in (0..=degree).rev() {
        let known: f64 = (row + 1..=degree).filter_map(|at| Some(columns.get(at)?.get(row)? * solution.get(at)?)).sum();
        let value = (right.get(row)? - known) / columns.get(row)?.get(row)?;
        *solution.get_mut(row)? = value;
    }
    Some(solution)
}

/// Below this a column says nothing that those before it do not: the points are too few for the degree.
const RANK_EPSILON: f64 = 1e-12;

/// Σ a·((x - m)/h)^k as powers of x, lowest first: Horner's rule with polynomials for numbers.
fn expand(scaled: &[f64], middle: f64, half: f64) -> Vec<f64> {
    let mut powers: Vec<f64> = vec![];
    for term in scaled.iter().rev() {
        let mut next = vec![0.0; powers.len() + 1];
        for (at, value) in powers.iter().enumerate() {
            next[at] -= value * middle / half;
            next[at + 1] += value / half;
        }
        next[0] += term;
        // The first term of all has no power yet to multiply.
        if powers.is_empty() {
            next.truncate(1);
        }
        powers = next;
    }
    powers
}

#[cfg(test)]
mod tests {
    use super::*;

    /// y = x² - 3x + 2 over five points, far from zero and near it: the polynomial is found whole.
    #[test]
    fn an_exact_polynomial_is_found() {
        for offset in [0.0, 100.0] {
            let x: Vec<f64> = (0..5).map(|at| f64::from(at) + offset).collect();
            let y: Vec<f64> = x.iter().map(|x| x * x - 3.0 * x + 2.0).collect();
            let found = fit_polynomial(&x, &y, 2).expect("five points determine a parabola");
            for (found, expected) in found.coefficients.iter().zip([1.0, -3.0, 2.0]) {
                assert!((found - expected).abs() < 1e-7, "{found} {expected}");
            }
            assert!((found.r_square - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn too_few_points_determine_nothing() {
        assert!(fit_polynomial(&[1.0, 2.0], &[1.0, 2.0], 2).is_none());
        assert!(fit_polynomial(&[1.0, 1.0, 1.0], &[1.0, 2.0, 3.0], 1).is_none());
        assert!(fit_polynomial(&[1.0, 1.0, 2.0], &[1.0, 2.0, 3.0], 2).is_none(), "two places, three terms");
    }
}
