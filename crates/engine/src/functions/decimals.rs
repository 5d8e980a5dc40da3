//! Decimal arguments and answers of a kernel.
//!
//! In: a decimal argument, or an int, long or real beside one. Out: decimals row by row, and columns of them.

use arrow::array::{Array, ArrayRef, AsArray, Decimal128Array};
use arrow::datatypes::Decimal128Type;
use datafusion::common::{Result, ScalarValue, exec_err};
use semantics::{Decimal, Type};

use super::args::{Args, Longs, Reals};
use crate::types::decimal_array;

/// Decimals, row by row.
pub(crate) enum Decimals {
    /// The same for every row.
    One(Option<Decimal>),
    /// A column.
    Many(Decimal128Array),
    /// Whole numbers, which are decimals too.
    Longs(Longs),
    /// Reals, by their digits.
    Reals(Reals),
}

impl Decimals {
    /// The number of a row.
    pub(crate) fn get(&self, row: usize) -> Option<Decimal> {
        match self {
            Self::One(value) => *value,
            Self::Many(array) => array.is_valid(row).then(|| Decimal::from_code(array.value(row))),
            Self::Longs(longs) => longs.get(row).map(Decimal::from),
            Self::Reals(reals) => reals.get(row).and_then(Decimal::from_real),
        }
    }
}

impl Args<'_> {
    /// A number argument, as decimals.
    pub(crate) fn decimals(&self, index: usize) -> Result<Decimals> {
        Ok(match (self.ty(index), self.constant(index)) {
            (Type::Int | Type::Long, _) => Decimals::Longs(self.longs(index)?),
            (Type::Real, _) => Decimals::Reals(self.reals(index)?),
            (_, Some(ScalarValue::Decimal128(code, ..))) => Decimals::One(code.map(Decimal::from_code)),
            (_, Some(ScalarValue::Null)) => Decimals::One(None),
            (_, Some(other)) => return exec_err!("expected a decimal, found {other}"),
            (_, None) => match self.array(index)?.as_primitive_opt::<Decimal128Type>() {
                Some(array) => Decimals::Many(array.clone()),
                None => return exec_err!("expected a column of decimals"),
            },
        })
    }

    /// Answers with decimals, one per row.
    pub(crate) fn make_decimals(&self, value: impl Fn(usize) -> Option<Decimal>) -> Result<ArrayRef> {
        Ok(decimal_array((0..self.rows()).map(value)))
    }
}
