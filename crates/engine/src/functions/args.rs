//! The arguments of a kernel: columns and constants behind one way to read them.
//!
//! A kernel reads row by row with `get(row)`; a constant gives the same value for every row and costs no array. Null text is the empty
//! text, because a KQL string is never null.

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Float64Builder, Int32Array, Int64Array, StringViewArray,
    StringViewBuilder,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::{Result, ScalarValue, exec_err, internal_err};
use datafusion::logical_expr::ColumnarValue;
use semantics::{Decimal, Type};
use std::borrow::Cow;
use std::sync::Arc;

use crate::types::reals_of;

/// The arguments of one call over one batch.
pub(crate) struct Args<'a> {
    pub(super) values: &'a [ColumnarValue],
    pub(super) types: &'a [Type],
    pub(super) returns: Type,
    pub(super) rows: usize,
}

/// Text, row by row.
pub(crate) enum Strings {
    /// The same for every row.
    One(String),
    /// A column.
    Many(StringViewArray),
}

impl Strings {
    /// The text of a row; null is empty.
    pub(crate) fn get(&self, row: usize) -> &str {
        match self {
            Self::One(text) => text,
            Self::Many(array) if array.is_null(row) => "",
            Self::Many(array) => array.value(row),
        }
    }
}

/// JSON text of a dynamic (or text of a guid), row by row.
pub(crate) enum Json {
    /// The same for every row.
    One(Option<String>),
    /// A column.
    Many(StringViewArray),
}

impl Json {
    /// The JSON of a row; `None` is null.
    pub(crate) fn get(&self, row: usize) -> Option<&str> {
        match self {
            Self::One(text) => text.as_deref(),
            Self::Many(array) if array.is_null(row) => None,
            Self::Many(array) => Some(array.value(row)),
        }
    }
}

/// Whole numbers (int, long) or ticks (datetime, timespan), row by row.
pub(crate) enum Longs {
    /// The same for every row.
    One(Option<i64>),
    /// A column.
    Many(Int64Array),
}

impl Longs {
    /// The number of a row.
    pub(crate) fn get(&self, row: usize) -> Option<i64> {
        match self {
            Self::One(value) => *value,
            Self::Many(array) => array.is_valid(row).then(|| array.value(row)),
        }
    }
}

/// Reals, row by row. Whole numbers are read as reals.
pub(crate) enum Reals {
    /// The same for every row.
    One(Option<f64>),
    /// A column.
    Many(Float64Array),
}

impl Reals {
    /// The number of a row.
    pub(crate) fn get(&self, row: usize) -> Option<f64> {
        match self {
            Self::One(value) => *value,
            Self::Many(array) => array.is_valid(row).then(|| array.value(row)),
        }
    }
}

/// Truth values, row by row.
pub(crate) enum Bools {
    /// The same for every row.
    One(Option<bool>),
    /// A column.
    Many(BooleanArray),
}

impl Bools {
    /// The value of a row.
    pub(crate) fn get(&self, row: usize) -> Option<bool> {
        match self {
            Self::One(value) => *value,
            Self::Many(array) => array.is_valid(row).then(|| array.value(row)),
        }
    }
}

impl<'a> Args<'a> {
    /// How many arguments were given.
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// How many rows to answer.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// The KQL type of an argument.
    pub(crate) fn ty(&self, index: usize) -> Type {
        self.types.get(index).copied().unwrap_or(Type::Dynamic)
    }

    /// The KQL type of the answer.
    pub(crate) fn returns(&self) -> Type {
        self.returns
    }

    /// An argument as a constant, if it is one.
    pub(crate) fn constant(&self, index: usize) -> Option<&'a ScalarValue> {
        match self.values.get(index)? {
            ColumnarValue::Scalar(value) => Some(value),
            ColumnarValue::Array(_) => None,
        }
    }

    /// A constant text argument.
    pub(crate) fn constant_string(&self, index: usize) -> Option<&'a str> {
        self.constant(index)?.try_as_str().flatten()
    }

    /// An argument as a full array, whatever its type; a constant is repeated.
    pub(crate) fn array(&self, index: usize) -> Result<ArrayRef> {
        match self.values.get(index) {
            Some(value) => value.to_array(self.rows),
            None => internal_err!("a kernel read argument {index} of {}", self.values.len()),
        }
    }

    /// A string argument.
    pub(crate) fn strings(&self, index: usize) -> Result<Strings> {
        Ok(match self.constant(index) {
            Some(value) => Strings::One(value.try_as_str().flatten().unwrap_or("").to_owned()),
            None => Strings::Many(self.cast(index, &DataType::Utf8View)?.as_string_view().clone()),
        })
    }

    /// A dynamic or guid argument, as its text.
    pub(crate) fn json(&self, index: usize) -> Result<Json> {
        Ok(match self.constant(index) {
            Some(value) => Json::One(value.try_as_str().flatten().map(str::to_owned)),
            None => Json::Many(self.cast(index, &DataType::Utf8View)?.as_string_view().clone()),
        })
    }

    /// An int, long, datetime or timespan argument.
    pub(crate) fn longs(&self, index: usize) -> Result<Longs> {
        Ok(match self.constant(index) {
            Some(ScalarValue::Int64(value)) => Longs::One(*value),
            Some(ScalarValue::Int32(value)) => Longs::One(value.map(i64::from)),
            Some(ScalarValue::Null) => Longs::One(None),
            Some(other) => return exec_err!("expected a whole number, found {other}"),
            None => Longs::Many(self.cast(index, &DataType::Int64)?.as_primitive::<Int64Type>().clone()),
        })
    }

    /// A number argument, as reals.
    pub(crate) fn reals(&self, index: usize) -> Result<Reals> {
        Ok(match self.constant(index) {
            Some(ScalarValue::Float64(value)) => Reals::One(*value),
            Some(ScalarValue::Int64(value)) => Reals::One(value.map(|value| value as f64)),
            Some(ScalarValue::Int32(value)) => Reals::One(value.map(f64::from)),
            Some(ScalarValue::Decimal128(code, ..)) => Reals::One(code.map(|code| Decimal::from_code(code).to_real())),
            Some(ScalarValue::Null) => Reals::One(None),
            Some(other) => return exec_err!("expected a number, found {other}"),
            None => Reals::Many(reals_of(&self.array(index)?)?),
        })
    }

    /// A bool argument.
    pub(crate) fn bools(&self, index: usize) -> Result<Bools> {
        Ok(match self.constant(index) {
            Some(ScalarValue::Boolean(value)) => Bools::One(*value),
            Some(ScalarValue::Null) => Bools::One(None),
            Some(other) => return exec_err!("expected a bool, found {other}"),
            None => Bools::Many(self.cast(index, &DataType::Boolean)?.as_boolean().clone()),
        })
    }

    fn cast(&self, index: usize, ty: &DataType) -> Result<ArrayRef> {
        let array = self.array(index)?;
        Ok(if array.data_type() == ty { array } else { cast(&array, ty)? })
    }

    /// Answers with text, one per row.
    pub(crate) fn make_strings<'t, T: Into<Cow<'t, str>>>(&self, value: impl Fn(usize) -> T) -> Result<ArrayRef> {
        let mut builder = StringViewBuilder::with_capacity(self.rows);
        for row in 0..self.rows {
            builder.append_value(value(row).into());
        }
        Ok(Arc::new(builder.finish()))
    }

    /// Answers with JSON text (or guids), one per row; `None` is null.
    pub(crate) fn make_json<'t, T: Into<Cow<'t, str>>>(&self, value: impl Fn(usize) -> Option<T>) -> Result<ArrayRef> {
        let mut builder = StringViewBuilder::with_capacity(self.rows);
        for row in 0..self.rows {
            builder.append_option(value(row).map(Into::into));
        }
        Ok(Arc::new(builder.finish()))
    }

    /// Answers with longs or ticks, one per row.
    pub(crate) fn make_longs(&self, value: impl Fn(usize) -> Option<i64>) -> Result<ArrayRef> {
        Ok(Arc::new((0..self.rows).map(value).collect::<Int64Array>()))
    }

    /// Answers with ints, one per row.
    pub(crate) fn make_ints(&self, value: impl Fn(usize) -> Option<i32>) -> Result<ArrayRef> {
        Ok(Arc::new((0..self.rows).map(value).collect::<Int32Array>()))
    }

    /// Answers with whole numbers as the call's type says, int or long (or ticks); an int that does not fit is null.
    pub(crate) fn make_whole(&self, value: impl Fn(usize) -> Option<i64>) -> Result<ArrayRef> {
        match self.returns {
            Type::Int => self.make_ints(|row| value(row).and_then(|value| i32::try_from(value).ok())),
            _ => self.make_longs(value),
        }
    }

    /// Answers with reals, one per row.
    pub(crate) fn make_reals(&self, value: impl Fn(usize) -> Option<f64>) -> Result<ArrayRef> {
        let mut builder = Float64Builder::with_capacity(self.rows);
        for row in 0..self.rows {
            builder.append_option(value(row));
        }
        Ok(Arc::new(builder.finish()))
    }

    /// Answers with bools, one per row.
    pub(crate) fn make_bools(&self, value: impl Fn(usize) -> Option<bool>) -> Result<ArrayRef> {
        Ok(Arc::new((0..self.rows).map(value).collect::<BooleanArray>()))
    }
}
