//! Parquet → rows of a table of the user's own: columns as the file declares them.
//!
//! In: a file. Out for the survey: its columns as KQL types. Out for the rows: batches under the table's own names and types. Lists, structs and maps
//! are dynamic. A column whose type the table's column cannot hold goes beside it, as single values do.

use std::fs::File;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringViewArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Int64Type, Schema, TimeUnit};
use arrow::json::EncoderOptions;
use arrow::json::writer::make_encoder;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use semantics::{Column, Type};

use super::super::stored::as_told;
use super::super::ticks;
use super::index::Found;
use super::rows::epoch;
use super::survey::placed_column;
use super::{CustomRows, Survey, TIME, column_name, too_many};
use crate::database::told_type;
use crate::record::{BATCH_ROWS_MAX, arrow_type};

impl Survey {
    /// Takes note of the columns of a file.
    pub(in super::super) fn see_file(&mut self, schema: &Schema) {
        for field in schema.fields() {
            self.see_column(field.name(), told_type(field.data_type()));
        }
    }
}

/// A column of the file, and the column of the table that takes it.
struct Taken {
    from: usize,
    declared: Column,
    to: Column,
}

impl CustomRows {
    /// The rows of a file, a batch at a time.
    ///
    /// - Errors: what is wrong with the file, or with its columns.
    pub(in super::super) fn read_file(
        &self,
        file: File,
    ) -> Result<impl Iterator<Item = Result<RecordBatch, String>> + use<>, String> {
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(broken)?;
        let taken = self.taken(builder.schema())?;
        let time = self.table.time_column.as_ref().and_then(|name| builder.schema().index_of(name).ok());
        let reader = builder.with_batch_size(BATCH_ROWS_MAX).build().map_err(broken)?;
        Ok(reader.map(move |batch| converted(&batch.map_err(broken)?, &taken, time)))
    }

    fn taken(&self, schema: &Schema) -> Result<Vec<Taken>, String> {
        let find = |name: &str| self.index.typed(name, |at| self.table.columns.get(at).map(|column| column.ty));
        let mut all: Vec<Taken> = vec![];
        let mut lacking = 0;
        for (from, field) in schema.fields().iter().enumerate() {
            let declared = Column::new(field.name(), told_type(field.data_type()));
            let Some((name, ty)) = placed_column(column_name(field.name())?, declared.ty, find) else { continue };
            if find(&name).0 == Found::None {
                lacking += 1;
            } else if !all.iter().any(|taken| taken.to.name == name) {
                all.push(Taken { from, declared, to: Column::new(name, ty) });
            }
        }
        if lacking > 0 { Err(too_many(&self.table.name, lacking)) } else { Ok(all) }
    }
}

fn broken(error: impl std::fmt::Display) -> String {
    format!("broken Parquet: {error}")
}

fn converted(batch: &RecordBatch, taken: &[Taken], time: Option<usize>) -> Result<RecordBatch, String> {
    let mut fields = vec![];
    let mut arrays = vec![];
    let told = time.map(|at| times(batch.column(at))).transpose()?;
    for Taken { from, declared, to } in taken.iter().filter(|taken| told.is_none() || taken.to.name != TIME) {
        let array = of_kql(batch.column(*from), declared)?;
        fields.push(Field::new(&to.name, arrow_type(to.ty), to.ty != Type::String));
        arrays.push(held(array, declared.ty, to.ty)?);
    }
    if let Some(told) = told {
        fields.push(Field::new(TIME, arrow_type(Type::DateTime), true));
        arrays.push(told);
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(broken)
}

/// A stored column as the engine holds its KQL type.
fn of_kql(stored: &ArrayRef, declared: &Column) -> Result<ArrayRef, String> {
    match stored.data_type() {
        nested if nested.is_nested() => json_of_nested(stored),
        DataType::Date32 | DataType::Date64 => {
            let times = cast(stored, &DataType::Timestamp(TimeUnit::Microsecond, None)).map_err(broken)?;
            as_told(&times, declared)
        }
        DataType::Duration(unit) => {
            let per_unit = match unit {
                TimeUnit::Second => 10_000_000,
                TimeUnit::Millisecond => 10_000,
                TimeUnit::Microsecond => 10,
                TimeUnit::Nanosecond => 1,
            };
            let counts = cast(stored, &DataType::Int64).map_err(broken)?;
            let counts = counts.as_primitive::<Int64Type>().iter();
            let ticks = counts.map(|count| match unit {
                TimeUnit::Nanosecond => Some(count?.div_euclid(100)),
                _ => count?.checked_mul(per_unit),
            });
            Ok(Arc::new(ticks.collect::<Int64Array>()))
        }
        // A time of day has no KQL type.
        DataType::Time32(_) | DataType::Time64(_) => text(stored),
        _ => as_told(stored, declared),
    }
}

/// The same values in a column of a type that holds them.
fn held(array: ArrayRef, from: Type, to: Type) -> Result<ArrayRef, String> {
    match (from, to) {
        _ if from == to => Ok(array),
        // Empty text is no text.
        (Type::String, Type::Dynamic) => {
            let texts = array.as_string_view_opt().ok_or_else(|| broken("text is text"))?;
            let quoted = texts
                .iter()
                .map(|text| text.filter(|text| !text.is_empty()).map(|text| serde_json::json!(text).to_string()));
            Ok(Arc::new(quoted.collect::<StringViewArray>()))
        }
        (_, Type::String) => text(&array),
        (_, to) => cast(&array, &arrow_type(to)).map_err(broken),
    }
}

fn text(array: &ArrayRef) -> Result<ArrayRef, String> {
    let texts = cast(array, &DataType::Utf8View).map_err(broken)?;
    let texts = texts.as_string_view_opt().ok_or_else(|| broken("text is text"))?;
    Ok(Arc::new(texts.iter().map(|text| Some(text.unwrap_or(""))).collect::<StringViewArray>()))
}

/// Times as they are stored, as text, or as numbers since 1970.
fn times(stored: &ArrayRef) -> Result<ArrayRef, String> {
    let told = Column::new(TIME, Type::DateTime);
    match told_type(stored.data_type()) {
        Type::DateTime => of_kql(stored, &told),
        _ => {
            let texts = text(stored)?;
            let ticks = texts.as_string_view().iter().map(|text| ticks::datetime(text?).or_else(|| epoch(text?)));
            Ok(Arc::new(ticks.collect::<Int64Array>()))
        }
    }
}

/// Lists, structs and maps as JSON.
fn json_of_nested(array: &ArrayRef) -> Result<ArrayRef, String> {
    let field = Arc::new(Field::new("value", array.data_type().clone(), true));
    let options = EncoderOptions::default();
    let mut encoder = make_encoder(&field, array, &options).map_err(broken)?;
    let texts = (0..array.len()).map(|row| {
        let mut bytes = vec![];
        if array.is_null(row) {
            return None;
        }
        encoder.encode(row, &mut bytes);
        Some(String::from_utf8_lossy(&bytes).into_owned())
    });
    Ok(Arc::new(texts.collect::<StringViewArray>()))
}
