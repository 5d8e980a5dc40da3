//! A value of a typed column → an element of a dynamic.
//!
//! In: an Arrow column with its KQL type. Out: JSON text per row. A datetime becomes its ISO text, a timespan, a guid and a decimal
//! their text, NaN and the infinities their names; a dynamic is taken as it is.

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, StringViewArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::common::Result;
use semantics::Type;
use semantics::number::format_real;
use semantics::time::{format_datetime, format_timespan};
use std::fmt::Write;

use super::json::quote;
use crate::types::decimal_texts;

/// The values of a column, to be written as JSON.
pub(crate) enum Elements {
    /// bool.
    Bools(BooleanArray),
    /// int, long.
    Longs(Int64Array),
    /// datetime.
    DateTimes(Int64Array),
    /// timespan.
    TimeSpans(Int64Array),
    /// real.
    Reals(Float64Array),
    /// string: null is the empty text.
    Strings(StringViewArray),
    /// decimal, as its text, and guid.
    Texts(StringViewArray),
    /// dynamic.
    Json(StringViewArray),
}

impl Elements {
    /// Reads a column of that KQL type.
    pub(crate) fn new(array: &ArrayRef, ty: Type) -> Result<Self> {
        let longs = || -> Result<Int64Array> { Ok(cast(array, &DataType::Int64)?.as_primitive::<Int64Type>().clone()) };
        let texts = || -> Result<StringViewArray> { Ok(cast(array, &DataType::Utf8View)?.as_string_view().clone()) };
        Ok(match ty {
            Type::Bool => Self::Bools(cast(array, &DataType::Boolean)?.as_boolean().clone()),
            Type::Int | Type::Long => longs().map(Self::Longs)?,
            Type::DateTime => longs().map(Self::DateTimes)?,
            Type::TimeSpan => longs().map(Self::TimeSpans)?,
            Type::Real => Self::Reals(cast(array, &DataType::Float64)?.as_primitive::<Float64Type>().clone()),
            Type::String => texts().map(Self::Strings)?,
            Type::Decimal => Self::Texts(decimal_texts(array)?),
            Type::Guid => texts().map(Self::Texts)?,
            Type::Dynamic => texts().map(Self::Json)?,
        })
    }

    /// Writes the element of a row; writes nothing and says so when it is null.
    pub(crate) fn write(&self, row: usize, out: &mut String) -> bool {
        match self {
            Self::Bools(array) if array.is_valid(row) => out.push_str(if array.value(row) { "true" } else { "false" }),
            Self::Longs(array) if array.is_valid(row) => write!(out, "{}", array.value(row)).expect("a String grows"),
            Self::DateTimes(array) if array.is_valid(row) => quote(&format_datetime(array.value(row)), out),
            Self::TimeSpans(array) if array.is_valid(row) => quote(&format_timespan(array.value(row)), out),
            Self::Reals(array) if array.is_valid(row) => out.push_str(&real_json(array.value(row))),
            Self::Strings(array) => quote(if array.is_valid(row) { array.value(row) } else { "" }, out),
            Self::Texts(array) if array.is_valid(row) => quote(array.value(row), out),
            Self::Json(array) if array.is_valid(row) => out.push_str(array.value(row)),
            _ => return false,
        }
        true
    }

    /// The text of a dynamic's row; none for other types and for null.
    pub(crate) fn dynamic(&self, row: usize) -> Option<&str> {
        match self {
            Self::Json(array) if array.is_valid(row) => Some(array.value(row)),
            _ => None,
        }
    }

    /// The element of a row as JSON text; null is `null`.
    pub(crate) fn json(&self, row: usize) -> String {
        let mut out = String::new();
        if !self.write(row, &mut out) {
            out.push_str("null");
        }
        out
    }
}

/// A real as JSON: what JSON has no number for is a string, as Kusto writes it.
pub(crate) fn real_json(value: f64) -> String {
    let text = format_real(value);
    if value.is_finite() { text } else { format!("\"{text}\"") }
}
