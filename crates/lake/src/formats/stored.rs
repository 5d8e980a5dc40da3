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
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(broken)?;
    let is_there = |column: &&Column| builder.schema().column_with_name(&column.name).is_some();
    let columns = told.iter().filter(is_there).cloned().collect();
    batches(builder, columns)
}

/// Reads the columns of a Parquet file; those that it lacks are absent.
pub(crate) fn read<R: ChunkReader + 'static>(file: R, columns: &[Column]) -> Result<Vec<RecordBatch>, String> {
    batches(ParquetRecordBatchReaderBuilder::try_new(file).map_err(broken)?, columns.to_vec())?.collect()
}

fn batches<R: ChunkReader + 'static>(
    builder: ParquetRecordBatchReaderBuilder<R>,
    columns: Vec<Column>,
) -> Result<impl Iterator<Item = Result<RecordBatch, String>> + use<R>, String> {
    let reader = builder.with_batch_size(BATCH_ROWS_MAX).build().map_err(broken)?;
    let names: Vec<(&str, Type)> = columns.iter().map(|column| (column.name.as_str(), column.ty)).collect();
    let schema = raw_schema(&names);
    Ok(reader.map(move |batch| {
        let batch = batch.map_err(broken)?;
        let arrays = columns.iter().map(|column| match batch.column_by_name(&column.name) {
            Some(stored) => as_told(stored, column),
            None => Ok(absent_array(column.ty, batch.num_rows())),
        });
        RecordBatch::try_new(schema.clone(), arrays.collect::<Result<Vec<_>, String>>()?).map_err(broken)
    }))
}

fn broken(error: impl std::fmt::Display) -> String {
    format!("broken Parquet: {error}")
}

/// A stored column as its KQL type.
pub(super) fn as_told(stored: &ArrayRef, column: &Column) -> Result<ArrayRef, String> {
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
