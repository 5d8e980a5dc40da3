//! What the `series_…` functions share: numbers of arrays, element for element.
//!
//! In: a call's arguments. Out: arrays as JSON, row for row; null where an argument is no array. What is no number gives a null element.

use arrow::array::ArrayRef;
use datafusion::common::Result;

use super::convert::{Kind, as_real, kind};
use super::element::real_json;
use super::json::{array_items, array_of};
use crate::functions::Args;

/// An element that is a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Number {
    /// A whole one.
    Whole(i64),
    /// Another one.
    Real(f64),
}

impl Number {
    fn read(json: &str) -> Option<Self> {
        match kind(json) {
            Kind::Whole => json.parse().ok().map(Self::Whole),
            Kind::Real => as_real(json).map(Self::Real),
            Kind::Null | Kind::Bool | Kind::String | Kind::Array | Kind::Bag => None,
        }
    }

    /// The number as a real.
    pub(crate) fn real(self) -> f64 {
        match self {
            Self::Whole(value) => value as f64,
            Self::Real(value) => value,
        }
    }

    fn json(self) -> String {
        match self {
            Self::Whole(value) => value.to_string(),
            Self::Real(value) => real_json(value),
        }
    }
}

/// One array: each number becomes another one.
pub(crate) fn map_series(args: &Args, map: impl Fn(Number) -> Number) -> Result<ArrayRef> {
    let series = args.json(0)?;
    args.make_json(|row| {
        let items = array_items(series.get(row)?)?;
        Some(array_of(
            items.map(|item| Number::read(item).map_or_else(|| "null".to_owned(), |value| map(value).json())),
        ))
    })
}

/// Two arrays, pair by pair, as long as the longer one.
fn pair_series(args: &Args, pair: impl Fn(Number, Number) -> String) -> Result<ArrayRef> {
    let (left, right) = (args.json(0)?, args.json(1)?);
    args.make_json(|row| {
        let left: Vec<&str> = array_items(left.get(row)?)?.collect();
        let right: Vec<&str> = array_items(right.get(row)?)?.collect();
        let at = |items: &[&str], place: usize| items.get(place).and_then(|item| Number::read(item));
        let pairs = (0..left.len().max(right.len())).map(|place| Some(pair(at(&left, place)?, at(&right, place)?)));
        Some(array_of(pairs.map(|value| value.unwrap_or_else(|| "null".to_owned()))))
    })
}

/// Arithmetic: two whole numbers give a whole one, which wraps.
pub(crate) fn combine_series(args: &Args, whole: fn(i64, i64) -> i64, real: fn(f64, f64) -> f64) -> Result<ArrayRef> {
    pair_series(args, |left, right| match (left, right) {
        (Number::Whole(left), Number::Whole(right)) => whole(left, right).to_string(),
        _ => real_json(real(left.real(), right.real())),
    })
}

/// Arithmetic whose outcome is always a real.
pub(crate) fn combine_reals(args: &Args, real: fn(f64, f64) -> f64) -> Result<ArrayRef> {
    pair_series(args, |left, right| real_json(real(left.real(), right.real())))
}

/// Comparisons.
pub(crate) fn compare_series(
    args: &Args,
    whole: fn(&i64, &i64) -> bool,
    real: fn(&f64, &f64) -> bool,
) -> Result<ArrayRef> {
    pair_series(args, |left, right| match (left, right) {
        (Number::Whole(left), Number::Whole(right)) => whole(&left, &right).to_string(),
        _ => real(&left.real(), &right.real()).to_string(),
    })
}
