//! KQL type ↔ Arrow type: the only place that says so.
//!
//! datetime and timespan are Int64 ticks of 100 ns, dynamic is minified JSON text, guid is lower-case text; which of them a column is,
//! only the bound query knows. A decimal is the number that sorts as it does (see `semantics::decimal`): DataFusion compares, groups, joins and
//! sorts it without knowing more. A string column never holds a null. Strings may arrive dictionary-encoded from storage.

use arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, Float64Array, StringViewArray, new_null_array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal128Type, Field, Float64Type};
use datafusion::common::{Result, ScalarValue, internal_err};
use semantics::{Column, Decimal, Type, Value};
use std::sync::Arc;

/// The Arrow type of a decimal column: 128 bits that hold [`Decimal::code`].
///
/// The scale only marks it: no file has a negative one, so that decimals of a file, which are numbers, are never taken for these.
pub const DECIMAL: DataType = DataType::Decimal128(38, MARK);

const MARK: i8 = -1;

/// The Arrow type that a plan's columns of a KQL type have.
pub fn arrow_type(ty: Type) -> DataType {
    match ty {
        Type::Bool => DataType::Boolean,
        Type::Int => DataType::Int32,
        Type::Long | Type::DateTime | Type::TimeSpan => DataType::Int64,
        Type::Real => DataType::Float64,
        Type::Decimal => DECIMAL,
        Type::String | Type::Guid | Type::Dynamic => DataType::Utf8View,
    }
}

/// The Arrow fields of columns in a plan, whether their types can be null or not.
pub fn arrow_fields(columns: &[Column]) -> Vec<Field> {
    columns.iter().map(|column| Field::new(&column.name, arrow_type(column.ty), true)).collect()
}

/// A constant as DataFusion holds it.
pub fn scalar_value(value: &Value) -> ScalarValue {
    match value {
        Value::Null(ty) => absent(*ty),
        Value::Bool(v) => ScalarValue::Boolean(Some(*v)),
        Value::Int(v) => ScalarValue::Int32(Some(*v)),
        Value::Long(v) | Value::DateTime(v) | Value::TimeSpan(v) => ScalarValue::Int64(Some(*v)),
        Value::Real(v) => ScalarValue::Float64(Some(*v)),
        Value::Decimal(v) => ScalarValue::Decimal128(Some(v.code()), 38, MARK),
        Value::String(v) | Value::Guid(v) | Value::Dynamic(v) => ScalarValue::Utf8View(Some(v.clone())),
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
        Type::Decimal => ScalarValue::Decimal128(None, 38, MARK),
        Type::Guid | Type::Dynamic => ScalarValue::Utf8View(None),
    }
}

/// `rows` absent values of this type.
pub fn absent_array(ty: Type, rows: usize) -> ArrayRef {
    match ty {
        Type::String => Arc::new(StringViewArray::from_iter_values(std::iter::repeat_n("", rows))),
        other => new_null_array(&arrow_type(other), rows),
    }
}

/// A column of decimals; none is null.
pub fn decimal_array(values: impl Iterator<Item = Option<Decimal>>) -> ArrayRef {
    let codes: Decimal128Array = values.map(|value| value.map(Decimal::code)).collect();
    Arc::new(codes.with_data_type(DECIMAL))
}

/// A column of numbers as reals, decimals too.
pub(crate) fn reals_of(array: &ArrayRef) -> Result<Float64Array> {
    if *array.data_type() == DECIMAL {
        let codes = array.as_primitive::<Decimal128Type>();
        return Ok(codes.iter().map(|code| code.map(|code| Decimal::from_code(code).to_real())).collect());
    }
    Ok(cast(array, &DataType::Float64)?.as_primitive::<Float64Type>().clone())
}

/// A column of decimals as their texts, which are equal just when the decimals are.
pub fn decimal_texts(array: &ArrayRef) -> Result<StringViewArray> {
    match array.as_primitive_opt::<Decimal128Type>() {
        Some(codes) => Ok(codes.iter().map(|code| code.map(|code| Decimal::from_code(code).to_string())).collect()),
        None => internal_err!("decimals in a column of {}", array.data_type()),
    }
}
