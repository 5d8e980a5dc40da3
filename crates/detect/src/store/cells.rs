//! Records of our own → rows of a table, and back.
//!
//! In: columns and values. Out: Arrow arrays of the engine's types, as a lake takes them; and values of a row by name.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int32Array, Int64Array, RecordBatch, StringViewArray};
use arrow::datatypes::Schema;
use engine::Rows;
use engine::types::arrow_fields;
use semantics::{Column, Type, Value};
use serde_json::Value as Json;

use crate::table::Table;

/// One value with its column.
pub(super) type Cell = (&'static str, Value);

/// Rows of records that all have the same columns.
///
/// # Errors
/// A defect of ours: columns that differ, or a value of another type than the first row has.
pub(super) fn rows(records: Vec<Vec<Cell>>) -> Result<Rows, engine::Error> {
    let Some(first) = records.first() else { return Ok(Rows { columns: vec![], batches: vec![] }) };
    let columns: Vec<Column> = first.iter().map(|(name, value)| Column::new(*name, value.ty())).collect();
    let arrays: Vec<ArrayRef> = columns
        .iter()
        .enumerate()
        .map(|(at, column)| array(column.ty, records.iter().map(|record| record.get(at).map(|(_, value)| value))))
        .collect();
    let batch = RecordBatch::try_new(Arc::new(Schema::new(arrow_fields(&columns))), arrays);
    let batch = batch.map_err(|error| engine::Error::Bug(error.to_string()))?;
    Ok(Rows { columns, batches: vec![batch] })
}

fn array<'v>(ty: Type, values: impl Iterator<Item = Option<&'v Value>>) -> ArrayRef {
    match ty {
        Type::Bool => Arc::new(
            values
                .map(|value| if let Some(Value::Bool(flag)) = value { Some(*flag) } else { None })
                .collect::<BooleanArray>(),
        ),
        Type::Int => Arc::new(
            values
                .map(|value| if let Some(Value::Int(number)) = value { Some(*number) } else { None })
                .collect::<Int32Array>(),
        ),
        Type::Real => Arc::new(
            values
                .map(|value| if let Some(Value::Real(number)) = value { Some(*number) } else { None })
                .collect::<Float64Array>(),
        ),
        Type::Long | Type::DateTime | Type::TimeSpan => {
            Arc::new(values.map(|value| value.and_then(ticks)).collect::<Int64Array>())
        }
        Type::String | Type::Dynamic | Type::Guid | Type::Decimal => {
            Arc::new(values.map(|value| value.map(text).unwrap_or_default()).collect::<StringViewArray>())
        }
    }
}

fn ticks(value: &Value) -> Option<i64> {
    match value {
        Value::Long(number) | Value::DateTime(number) | Value::TimeSpan(number) => Some(*number),
        _ => None,
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) | Value::Dynamic(text) | Value::Guid(text) => Some(text.clone()),
        _ => None,
    }
}

/// Text.
pub(super) fn string(text: impl Into<String>) -> Value {
    Value::String(text.into())
}

/// JSON as a dynamic value.
pub(super) fn dynamic(json: &Json) -> Value {
    Value::Dynamic(json.to_string())
}

/// A time; null without one.
pub(super) fn time(ticks: Option<i64>) -> Value {
    ticks.map_or(Value::Null(Type::DateTime), Value::DateTime)
}

/// The text in a column; empty where there is none.
pub(super) fn text_of(table: &Table, row: usize, column: &str) -> String {
    table.value(row, column).and_then(text).unwrap_or_default()
}

/// The number or the time in a column; `None` where there is none.
pub(super) fn long_of(table: &Table, row: usize, column: &str) -> Option<i64> {
    match table.value(row, column)? {
        Value::Int(number) => Some(i64::from(*number)),
        other => ticks(other),
    }
}

/// What a dynamic column holds; null where there is none.
pub(super) fn json_of(table: &Table, row: usize, column: &str) -> Json {
    serde_json::from_str(&text_of(table, row, column)).unwrap_or(Json::Null)
}

/// The texts of a JSON list.
pub(super) fn texts_of(list: &Json) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}
