//! Parquet with declared columns: found by name, in the engine's own types.
//!
//! In: a file, the columns. Out: batches of just these columns; one that the file lacks is absent. A column stored as another kind of value
//! is an error, because all of its cells would be lost.

use std::fs::File;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, StringViewArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type, TimeUnit};
use arrow::record_batch::RecordBatch;
use engine::stored_decimals;
use engine::types::{absent_array, arrow_type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::reader::ChunkReader;
use semantics::{Column, Type};

use crate::parquet_table;
use crate::record::{BATCH_ROWS_MAX, raw_schema};

/// Reads the columns of a Parquet file that it has, a batch at a time.
pub(crate) fn present(
    file: File,
    told: &[Column],
) -> Result<impl Iterator<Item = Result<RecordBatch, String>> + use<>, String> {
    let broken = |error: &dyn std::fmt::Display| format!("broken Parquet: {error}");
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| broken(&error))?;
    let is_there = |column: &&Column| builder.schema().column_with_name(&column.name).is_some();
    let columns: Vec<Column> = told.iter().filter(is_there).cloned().collect();
    let reader = builder.with_batch_size(BATCH_ROWS_MAX).build().map_err(|error| broken(&error))?;
    Ok(reader.map(move |batch| {
        let batch = batch.map_err(|error| format!("broken Parquet: {error}"))?;
        let array = |column: &Column| match batch.column_by_name(&column.name) {
            Some(stored) => as_told(stored, column),
            None => Ok(absent_array(column.ty, batch.num_rows())),
        };
        let arrays = columns.iter().map(array).collect::<Result<Vec<_>, String>>()?;
        let names: Vec<(&str, Type)> = columns.iter().map(|column| (column.name.as_str(), column.ty)).collect();
        RecordBatch::try_new(raw_schema(&names), arrays).map_err(|error| error.to_string())
    }))
}

/// Reads the columns of a Parquet file; those that it lacks are absent.
pub(crate) fn read<R: ChunkReader + 'static>(file: R, columns: &[Column]) -> Result<Vec<RecordBatch>, String> {
    let broken = |error: &dyn std::fmt::Display| format!("broken Parquet: {error}");
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| broken(&error))?;
    let reader = reader.with_batch_size(BATCH_ROWS_MAX).build().map_err(|error| broken(&error))?;
    let names: Vec<(&str, Type)> = columns.iter().map(|column| (column.name.as_str(), column.ty)).collect();
    let schema = raw_schema(&names);
    let mut batches = vec![];
    for batch in reader {
        let batch = batch.map_err(|error| broken(&error))?;
        let arrays = columns.iter().map(|column| match batch.column_by_name(&column.name) {
            Some(stored) => as_told(stored, column),
            None => Ok(absent_array(column.ty, batch.num_rows())),
        });
        let arrays = arrays.collect::<Result<Vec<_>, String>>()?;
        batches.push(RecordBatch::try_new(schema.clone(), arrays).map_err(|error| broken(&error))?);
    }
    Ok(batches)
}

/// A stored column as its KQL type.
fn as_told(stored: &ArrayRef, column: &Column) -> Result<ArrayRef, String> {
    let refused = || format!("`{}` is stored as {} and declared as {}", column.name, stored.data_type(), column.ty);
    let array = match (stored.data_type(), column.ty) {
        (DataType::Timestamp(unit, _), Type::DateTime) => ticks(stored, *unit).ok_or_else(refused)?,
        (kind, told) if kind.is_nested() || is_time(kind) != matches!(told, Type::DateTime | Type::TimeSpan) => {
            return Err(refused());
        }
        (_, Type::Decimal) => stored_decimals(stored).map_err(|_| refused())?,
        (_, told) => cast(stored, &arrow_type(told)).map_err(|_| refused())?,
    };
    Ok(match (column.ty, array.as_string_view_opt()) {
        (Type::String, Some(texts)) if texts.null_count() > 0 => {
            Arc::new(texts.iter().map(|text| Some(text.unwrap_or(""))).collect::<StringViewArray>())
        }
        (Type::Dynamic, Some(texts)) => Arc::new(texts.iter().map(|text| json(text?)).collect::<StringViewArray>()),
        _ => array,
    })
}

fn is_time(stored: &DataType) -> bool {
    stored.is_temporal()
}

fn ticks(stored: &ArrayRef, unit: TimeUnit) -> Option<ArrayRef> {
    let counts = cast(stored, &DataType::Int64).ok()?;
    let counts = counts.as_primitive_opt::<Int64Type>()?;
    Some(Arc::new(counts.iter().map(|count| parquet_table::ticks(count?, unit)).collect::<Int64Array>()))
}

/// Text that is JSON as that, other text as a JSON string.
fn json(text: &str) -> Option<String> {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(serde_json::Value::Null) => None,
        Ok(value) => Some(value.to_string()),
        Err(_) => Some(serde_json::Value::from(text).to_string()),
    }
}
