//! What the `series_…` functions share: numbers of arrays, element for element.
//!
//! In: a call's arguments. Out: arrays as JSON, row for row; null where an argument is no array. What is no number gives a null element.
//! In place of one of two arrays a number may stand, which is paired with every element of the other.

use arrow::array::ArrayRef;
use datafusion::common::Result;
use semantics::Type;
use semantics::signature::{Accepts, Returns, Signature, required};

use super::convert::{Kind, as_real, kind};
use super::element::real_json;
use super::json::{array_items, array_of};
use crate::functions::{Args, Json, Longs, Reals};

/// The forms of a function of two arrays. Source: the page of `series_decompose_anomalies` multiplies a number and an array.
pub(crate) const PAIRS: &[Signature] = &[
    Signature::new(
        &[
            required("series1", Accepts::Type(Type::Dynamic), "numbers"),
            required("series2", Accepts::Type(Type::Dynamic), "numbers"),
        ],
        Returns::Is(Type::Dynamic),
    ),
    Signature::new(
        &[
            required("series1", Accepts::Type(Type::Dynamic), "numbers"),
            required("number2", Accepts::AnyOf(NUMBERS), "a number"),
        ],
        Returns::Is(Type::Dynamic),
    ),
    Signature::new(
        &[
            required("number1", Accepts::AnyOf(NUMBERS), "a number"),
            required("series2", Accepts::Type(Type::Dynamic), "numbers"),
        ],
        Returns::Is(Type::Dynamic),
    ),
];

const NUMBERS: &[Type] = &[Type::Int, Type::Long, Type::Real, Type::Decimal];

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

/// One of two operands: an array, or the same number for all its places.
enum Operand {
    Series(Json),
    Whole(Longs),
    Real(Reals),
}

/// The operand of a row.
enum Side<'a> {
    Items(Vec<&'a str>),
    Every(Option<Number>),
}

impl Operand {
    fn read(args: &Args, at: usize) -> Result<Self> {
        Ok(match args.ty(at) {
            Type::Int | Type::Long => Self::Whole(args.longs(at)?),
            Type::Real | Type::Decimal => Self::Real(args.reals(at)?),
            _ => Self::Series(args.json(at)?),
        })
    }

    /// None where it is no array.
    fn side(&self, row: usize) -> Option<Side<'_>> {
        Some(match self {
            Self::Series(json) => Side::Items(array_items(json.get(row)?)?.collect()),
            Self::Whole(longs) => Side::Every(longs.get(row).map(Number::Whole)),
            Self::Real(reals) => Side::Every(reals.get(row).map(Number::Real)),
        })
    }
}

impl Side<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Items(items) => items.len(),
            Self::Every(_) => 0,
        }
    }

    fn at(&self, place: usize) -> Option<Number> {
        match self {
            Self::Items(items) => items.get(place).and_then(|item| Number::read(item)),
            Self::Every(number) => *number,
        }
    }
}

/// Two operands, pair by pair, as long as the longer array.
fn pair_series(args: &Args, pair: impl Fn(Number, Number) -> String) -> Result<ArrayRef> {
    let (left, right) = (Operand::read(args, 0)?, Operand::read(args, 1)?);
    args.make_json(|row| {
        let (left, right) = (left.side(row)?, right.side(row)?);
        let pairs = (0..left.len().max(right.len())).map(|place| Some(pair(left.at(place)?, right.at(place)?)));
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
