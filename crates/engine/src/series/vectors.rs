//! Series as vectors: sum, product, length, and how alike two are.
//!
//! Nulls are left out, as `array_sum` leaves them out; something else that is no number gives null.

use crate::dynamic::{Kind, array_items, as_real, kind};

/// The numbers of an array without its nulls; `None` when it is no array, empty, or has something else.
fn numbers(json: &str) -> Option<Vec<f64>> {
    let mut found = vec![];
    for item in array_items(json)? {
        match kind(item) {
            Kind::Null => {}
            Kind::Whole | Kind::Real => found.push(as_real(item)?),
            Kind::Bool | Kind::String | Kind::Array | Kind::Bag => return None,
        }
    }
    (!found.is_empty()).then_some(found)
}

/// The sum of an array.
pub(crate) fn sum(json: &str) -> Option<f64> {
    Some(numbers(json)?.iter().sum())
}

/// The product of an array.
pub(crate) fn product(json: &str) -> Option<f64> {
    Some(numbers(json)?.iter().product())
}

/// The length of a vector.
pub(crate) fn magnitude(json: &str) -> Option<f64> {
    Some(numbers(json)?.iter().map(|value| value * value).sum::<f64>().sqrt())
}

/// The sum of the products, pair by pair, as far as the shorter goes; a pair that is not two numbers is left out. `None` of nothing.
pub(crate) fn dot_product(left: &[Option<f64>], right: &[Option<f64>]) -> Option<f64> {
    if left.is_empty() || right.is_empty() {
        return None;
    }
    Some(left.iter().zip(right).filter_map(|(left, right)| Some((*left)? * (*right)?)).sum())
}

/// Pearson's coefficient; `None` when the lengths differ, NaN when one series has no variance.
pub(crate) fn pearson_correlation(left: &[f64], right: &[f64]) -> Option<f64> {
    if left.len() != right.len() || left.is_empty() {
        return None;
    }
    let count = left.len() as f64;
    let (middle, center) = (left.iter().sum::<f64>() / count, right.iter().sum::<f64>() / count);
    let (mut both, mut one, mut other) = (0.0, 0.0, 0.0);
    for (left, right) in left.iter().zip(right) {
        let (left, right) = (left - middle, right - center);
        both += left * right;
        one += left * left;
        other += right * right;
    }
    Some(both / (one.sqrt() * other.sqrt()))
}
