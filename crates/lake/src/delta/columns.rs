//! How the columns of a table are stored: KQL type ↔ Delta type, and the engine's arrays ↔ stored arrays.
//!
//! Times are `timestamp` (microseconds, UTC), so that every reader of Delta knows them and skips files by them. What Delta has no type for
//! (timespans, dynamics, decimals, guids) is a number or text, and the field says which KQL type it stands for.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray, StringViewArray, TimestampMicrosecondArray,
    new_null_array,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Int64Type, TimeUnit};
use deltalake_core::kernel::{DataType as DeltaType, MetadataValue, PrimitiveType, StructField};
use semantics::time::UNIX_EPOCH;
use semantics::{Column, Type};

use crate::error::{Error, Result};

/// The partition column: the day of the event.
pub(crate) const DAY: &str = "_date";
/// When a row came into the lake.
pub(crate) const INGESTED: &str = "_ingest";
/// The field metadata that names a KQL type.
const KQL_TYPE: &str = "kql.type";

/// The Arrow type in which a column is stored.
pub(super) fn stored_type(ty: Type) -> DataType {
    match ty {
        Type::Bool => DataType::Boolean,
        Type::Int => DataType::Int32,
        Type::Long | Type::TimeSpan => DataType::Int64,
        Type::Real => DataType::Float64,
        Type::DateTime => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        _ => DataType::Utf8,
    }
}

/// A column of a Parquet file.
pub(super) fn stored_field(column: &Column) -> Field {
    Field::new(&column.name, stored_type(column.ty), true)
}

/// The column as the log of the table has it. All are nullable: files that were written before the column was added lack it.
pub(super) fn delta_field(column: &Column) -> StructField {
    let (ty, name) = match column.ty {
        Type::Bool => (PrimitiveType::Boolean, None),
        Type::Int => (PrimitiveType::Integer, None),
        Type::Long => (PrimitiveType::Long, None),
        Type::Real => (PrimitiveType::Double, None),
        Type::DateTime => (PrimitiveType::Timestamp, None),
        Type::TimeSpan => (PrimitiveType::Long, Some(column.ty.to_string())),
        Type::String => (PrimitiveType::String, None),
        other => (PrimitiveType::String, Some(other.to_string())),
    };
    let field = StructField::nullable(&column.name, DeltaType::Primitive(ty));
    match name {
        Some(name) => field.with_metadata([(KQL_TYPE.to_owned(), MetadataValue::String(name))]),
        None => field,
    }
}

/// The KQL type of a column of the log.
pub(super) fn told_type(field: &StructField) -> Type {
    if let Some(MetadataValue::String(name)) = field.metadata.get(KQL_TYPE)
        && let Some(ty) = Type::from_name(name)
    {
        return ty;
    }
    match &field.data_type {
        DeltaType::Primitive(PrimitiveType::Boolean) => Type::Bool,
        DeltaType::Primitive(PrimitiveType::Byte | PrimitiveType::Short | PrimitiveType::Integer) => Type::Int,
        DeltaType::Primitive(PrimitiveType::Long) => Type::Long,
        DeltaType::Primitive(PrimitiveType::Float | PrimitiveType::Double) => Type::Real,
        DeltaType::Primitive(PrimitiveType::Decimal(_)) => Type::Decimal,
        DeltaType::Primitive(PrimitiveType::Timestamp | PrimitiveType::TimestampNtz | PrimitiveType::Date) => {
            Type::DateTime
        }
        DeltaType::Primitive(_) => Type::String,
        _ => Type::Dynamic,
    }
}

/// A column of rows in memory as it is stored. Text that is missing is empty.
pub(super) fn stored(array: &ArrayRef, ty: Type) -> Result<ArrayRef> {
    Ok(match ty {
        Type::DateTime => {
            let ticks = array.as_primitive_opt::<Int64Type>().ok_or_else(|| Error::bug("times are ticks"))?;
            let micros: TimestampMicrosecondArray = ticks.unary(micros);
            Arc::new(micros.with_timezone("UTC"))
        }
        Type::Decimal => Arc::new(engine::types::decimal_texts(array).map_err(Error::bug)?),
        Type::String => match array.as_string_view_opt() {
            Some(texts) if texts.null_count() > 0 => {
                Arc::new(texts.iter().map(|text| Some(text.unwrap_or(""))).collect::<StringViewArray>())
            }
            _ => array.clone(),
        },
        _ => array.clone(),
    })
}

/// A column of stored rows; absent when they lack it, as text that is missing is empty.
pub(super) fn stored_or_absent(batch: &RecordBatch, column: &Column) -> Result<ArrayRef> {
    let ty = stored_type(column.ty);
    match batch.column_by_name(&column.name) {
        Some(array) => cast(array, &ty).map_err(Error::bug),
        None if column.ty == Type::String => {
            Ok(Arc::new(StringArray::from_iter_values(std::iter::repeat_n("", batch.num_rows()))))
        }
        None => Ok(new_null_array(&ty, batch.num_rows())),
    }
}

/// Ticks as microseconds since 1970; the seventh digit of a second is cut off.
pub(crate) fn micros(ticks: i64) -> i64 {
    ticks.wrapping_sub(UNIX_EPOCH).div_euclid(10)
}

/// Times of a batch cut to what is stored, so that rows mean the same before and after they were stored.
pub(crate) fn cut_to_stored(array: &ArrayRef) -> ArrayRef {
    match array.as_primitive_opt::<Int64Type>() {
        Some(ticks) => {
            Arc::new(ticks.unary::<_, Int64Type>(|ticks| ticks - (ticks - UNIX_EPOCH).rem_euclid(10)) as Int64Array)
        }
        None => array.clone(),
    }
}
