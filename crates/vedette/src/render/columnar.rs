//! Rows as Parquet, readable by every tool.
//!
//! bool, int, long and real are what they are; datetime is a timestamp of microseconds in UTC (Kusto's 100 ns digit is dropped, as no
//! other tool reads it); timespan, decimal, guid, string and dynamic are text. Each field's `kql` metadata names its KQL type.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Decimal128Type, Field, Int64Type, Schema, SchemaRef, TimeUnit};
use arrow::error::ArrowError;
use engine::Rows;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use semantics::time::{TICKS_PER_MICROSECOND, UNIX_EPOCH};
use semantics::{Column, Decimal, Type, time};

use crate::failure::Failure;
use crate::output::Output;

/// Writes one file, which has its columns even when there are no rows.
pub(crate) fn write(output: &mut Output, rows: &Rows) -> Result<(), Failure> {
    let schema: SchemaRef = Arc::new(Schema::new(rows.columns.iter().map(field).collect::<Vec<_>>()));
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
    let mut writer = ArrowWriter::try_new(output, Arc::clone(&schema), Some(properties)).map_err(failure)?;
    for batch in &rows.batches {
        let columns = rows.columns.iter().zip(batch.columns()).map(|(column, array)| stored(array, column.ty));
        let columns = columns.collect::<Result<Vec<_>, _>>().map_err(|error| Failure::Bug(error.to_string()))?;
        let batch =
            RecordBatch::try_new(Arc::clone(&schema), columns).map_err(|error| Failure::Bug(error.to_string()))?;
        writer.write(&batch).map_err(failure)?;
    }
    writer.close().map_err(failure)?;
    Ok(())
}

fn field(column: &Column) -> Field {
    let kql = std::iter::once(("kql".to_owned(), column.ty.name().to_owned())).collect();
    Field::new(&column.name, stored_type(column.ty), true).with_metadata(kql)
}

fn stored_type(ty: Type) -> DataType {
    match ty {
        Type::Bool => DataType::Boolean,
        Type::Int => DataType::Int32,
        Type::Long => DataType::Int64,
        Type::Real => DataType::Float64,
        Type::DateTime => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Type::TimeSpan | Type::Decimal | Type::String | Type::Guid | Type::Dynamic => DataType::Utf8,
    }
}

fn stored(array: &ArrayRef, ty: Type) -> Result<ArrayRef, ArrowError> {
    let ticks = array.as_primitive_opt::<Int64Type>();
    Ok(match (ty, ticks) {
        (Type::DateTime, Some(ticks)) => {
            let micros =
                ticks.iter().map(|ticks| ticks.map(|ticks| (ticks - UNIX_EPOCH).div_euclid(TICKS_PER_MICROSECOND)));
            Arc::new(micros.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
        }
        (Type::TimeSpan, Some(ticks)) => {
            Arc::new(ticks.iter().map(|ticks| ticks.map(time::format_timespan)).collect::<StringArray>())
        }
        (Type::Decimal, _) => {
            let codes = array.as_primitive::<Decimal128Type>();
            let text = |code| Decimal::from_code(code).to_string();
            Arc::new(codes.iter().map(|code| code.map(text)).collect::<StringArray>())
        }
        _ => cast(array, &stored_type(ty))?,
    })
}

fn failure(error: ParquetError) -> Failure {
    match error {
        ParquetError::External(error) => match error.downcast::<std::io::Error>() {
            Ok(error) => (*error).into(),
            Err(other) => Failure::Environment(format!("cannot write Parquet: {other}")),
        },
        other => Failure::Environment(format!("cannot write Parquet: {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::Int64Array;

    /// 1970-01-01 is timestamp 0 by definition; a moment before it counts down, and the part of a microsecond goes toward the past.
    #[test]
    fn datetimes_are_microseconds_since_1970() {
        let ticks: ArrayRef =
            Arc::new(Int64Array::from(vec![Some(UNIX_EPOCH), Some(UNIX_EPOCH + 19), Some(UNIX_EPOCH - 1), None]));
        let stored = stored(&ticks, Type::DateTime).expect("datetimes convert");
        let micros = stored.as_primitive::<arrow::datatypes::TimestampMicrosecondType>();
        assert_eq!(micros.iter().collect::<Vec<_>>(), [Some(0), Some(1), Some(-1), None]);
    }
}
