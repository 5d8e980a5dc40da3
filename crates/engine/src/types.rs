//! KQL type ↔ Arrow type: the only place that says so.
//!
//! datetime and timespan are Int64 ticks of 100 ns, dynamic is minified JSON text, guid is lower-case text; which of them a column is,
//! only the bound query knows. A string column never holds a null. Strings may arrive dictionary-encoded from storage.

use arrow::array::{ArrayRef, StringViewArray, new_null_array};
use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use semantics::{Type, Value};
use std::sync::Arc;

/// The Arrow type that a plan's columns of a KQL type have.
pub fn arrow_type(ty: Type) -> DataType {
    match ty {
        Type::Bool => DataType::Boolean,
        Type::Int => DataType::Int32,
        Type::Long | Type::DateTime | Type::TimeSpan => DataType::Int64,
        Type::Real => DataType::Float64,
        Type::Decimal | Type::String | Type::Guid | Type::Dynamic => DataType::Utf8View,
    }
}

/// A constant as DataFusion holds it.
pub fn scalar_value(value: &Value) -> ScalarValue {
    match value {
        Value::Null(ty) => absent(*ty),
        Value::Bool(v) => ScalarValue::Boolean(Some(*v)),
        Value::Int(v) => ScalarValue::Int32(Some(*v)),
        Value::Long(v) | Value::DateTime(v) | Value::TimeSpan(v) => ScalarValue::Int64(Some(*v)),
        Value::Real(v) => ScalarValue::Float64(Some(*v)),
        Value::Decimal(v) | Value::String(v) | Value::Guid(v) | Value::Dynamic(v) => {
            ScalarValue::Utf8View(Some(v.clone()))
        }
    }
}

/// What a column of this type holds where there is no value: null, but the empty text for a string.
pub fn absent(ty: Type) -> ScalarValue {
    match ty {
        Type::Bool => ScalarValue::Boolean(None),
        Type::Int => ScalarValue::Int32(None),
        Type::Long | Type::DateTime | Type::TimeSpan => ScalarValue::Int64(None),
        Type::Real => ScalarValue::Float64(None),
        Type::String => ScalarValue::Utf8View(Some(String::new())),
        Type::Decimal | Type::Guid | Type::Dynamic => ScalarValue::Utf8View(None),
    }
}

/// `rows` absent values of this type.
pub fn absent_array(ty: Type, rows: usize) -> ArrayRef {
    match ty {
        Type::String => Arc::new(StringViewArray::from_iter_values(std::iter::repeat_n("", rows))),
        other => new_null_array(&arrow_type(other), rows),
    }
}
