//! Rows of a table → Parquet files of its days, and what the log will say of them.
//!
//! In: batches with some of a table's columns. Out: files that are on the disk and that no log names yet. Rows are sorted by time, so that a
//! file covers little of it and each of its row groups less; a day's rows are in a folder of their own, as every reader of Delta expects.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, TimestampMicrosecondArray};
use arrow::compute::{SortOptions, concat, sort_to_indices, take};
use arrow::datatypes::{Field, Schema, SchemaRef};
use chrono::{DateTime, NaiveDate};
use deltalake_core::kernel::Add;
use engine::needs::Source;
use engine::types::absent_array;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use semantics::{Column, TableSchema, Type};

use super::columns::{DAY, INGESTED, stored, stored_field};
use super::place::{Place, part_name};
use super::stats::Stats;
use super::terms::{sketch, sketch_path};
use crate::error::{Error, Result};
use crate::memory::TIMES;

/// Rows of a row group: a few megabytes of the columns that a query reads, and small enough that skipping one is worth it.
const GROUP_ROWS: usize = 128 * 1024;
/// Rows of a file at most.
pub(super) const PART_ROWS_MAX: usize = 4 * 1024 * 1024;
const MICROS_PER_DAY: i64 = 86_400_000_000;

/// Rows that are to be stored, in stored types, sorted by time.
pub(super) struct Sorted {
    batch: RecordBatch,
    /// The column that says when an event happened.
    time: Option<String>,
}

/// The columns of a table that are stored: one time where it has the same under two names, and not its own name.
pub(super) fn stored_columns(schema: &TableSchema) -> Vec<Column> {
    let has = |name: &str| schema.columns.iter().any(|column| column.name == name);
    let [(first, second), _] = TIMES;
    let follows = |name: &str| name == "Type" || name == second && has(first);
    schema.columns.iter().filter(|column| !follows(&column.name)).cloned().collect()
}

/// A column of a batch, or the other name of the time, unless columns are as they are.
fn found<'b>(batch: &'b RecordBatch, name: &str, is_as_is: bool) -> Option<&'b ArrayRef> {
    let other = TIMES.iter().find(|(time, _)| *time == name && !is_as_is).map(|(_, other)| *other);
    batch.column_by_name(name).or_else(|| batch.column_by_name(other?))
}

/// Rows in memory with the columns that any of them has, of those that are stored.
///
/// - Errors: an array that is not of its column's type.
pub(super) fn sort(
    columns: &[Column],
    batches: Vec<RecordBatch>,
    is_as_is: bool,
    ingested: i64,
) -> Result<(Sorted, Vec<Column>)> {
    let has = |column: &&Column| batches.iter().any(|batch| found(batch, &column.name, is_as_is).is_some());
    let mut present: Vec<Column> = columns.iter().filter(has).cloned().collect();
    let rows = batches.iter().map(RecordBatch::num_rows).sum();
    let mut fields: Vec<Field> = vec![];
    let mut arrays: Vec<ArrayRef> = vec![];
    for column in &present {
        let parts: Result<Vec<ArrayRef>> = batches
            .iter()
            .map(|batch| match found(batch, &column.name, is_as_is) {
                Some(array) => stored(array, column.ty),
                None => stored(&absent_array(column.ty, batch.num_rows()), column.ty),
            })
            .collect();
        let parts = parts?;
        let array = concat(&parts.iter().map(AsRef::as_ref).collect::<Vec<_>>()).map_err(Error::bug)?;
        fields.push(stored_field(column).with_data_type(array.data_type().clone()));
        arrays.push(array);
    }
    let told = Column::new(INGESTED, Type::DateTime);
    present.push(told.clone());
    fields.push(stored_field(&told));
    arrays.push(Arc::new(TimestampMicrosecondArray::from_value(ingested, rows).with_timezone("UTC")));
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(Error::bug)?;
    drop(batches);
    Ok((Sorted::by_time(batch)?, present))
}

impl Sorted {
    /// Stored rows in the order of their time; those that have none come last.
    pub(super) fn by_time(batch: RecordBatch) -> Result<Self> {
        // Of Microsoft's tables one of the names is stored; in a table of the user's own the other may be anything.
        let is_time = |name: &&str| batch.column_by_name(name).is_some_and(|array| array.data_type().is_temporal());
        let time = TIMES.iter().rev().map(|(name, _)| *name).find(is_time);
        let Some(time) = time else { return Ok(Self { batch, time: None }) };
        let order = SortOptions { descending: false, nulls_first: false };
        let times = batch.column_by_name(time).ok_or_else(|| Error::bug("the time is a column"))?;
        let is_sorted = times.null_count() == 0 && micros_of(times)?.values().is_sorted();
        if is_sorted {
            return Ok(Self { batch, time: Some(time.to_owned()) });
        }
        let indices = sort_to_indices(times, Some(order), None).map_err(Error::bug)?;
        let arrays: std::result::Result<Vec<ArrayRef>, _> =
            batch.columns().iter().map(|array| take(array, &indices, None)).collect();
        let batch = RecordBatch::try_new(batch.schema(), arrays.map_err(Error::bug)?).map_err(Error::bug)?;
        Ok(Self { batch, time: Some(time.to_owned()) })
    }

    /// The rows of each day, no more of them together than a file holds. Rows without a time are of the day on which they came.
    fn days(&self, ingested: i64) -> Result<Vec<(String, RecordBatch)>> {
        let rows = self.batch.num_rows();
        let mut days = vec![];
        let mut start = 0;
        let times = self.time.as_ref().and_then(|time| self.batch.column_by_name(time)).map(micros_of).transpose()?;
        let day_of = |row: usize| match &times {
            Some(times) if times.is_valid(row) => times.value(row).div_euclid(MICROS_PER_DAY),
            _ => ingested.div_euclid(MICROS_PER_DAY),
        };
        while start < rows {
            let day = day_of(start);
            let most = (start + PART_ROWS_MAX).min(rows);
            let mut end = start + 1;
            while end < most && day_of(end) == day {
                end += 1;
            }
            days.push((day_name(day), self.batch.slice(start, end - start)));
            start = end;
        }
        Ok(days)
    }
}

fn micros_of(times: &ArrayRef) -> Result<TimestampMicrosecondArray> {
    times.as_primitive_opt().cloned().ok_or_else(|| Error::bug("times are stored as microseconds"))
}

/// `2024-05-01`.
fn day_name(day: i64) -> String {
    let date = DateTime::from_timestamp(day.saturating_mul(86_400), 0).map(|time| time.date_naive());
    date.unwrap_or(NaiveDate::MIN).format("%Y-%m-%d").to_string()
}

/// Writes the rows into files of their days, or of the one day that all of them are of, and a sketch beside each. `columns` say which of them have text.
pub(super) async fn write(
    place: &Place,
    table: &str,
    columns: &[Column],
    sorted: Sorted,
    day: Option<&str>,
    ingested: i64,
) -> Result<Vec<Add>> {
    let mut added = vec![];
    let texts = columns.iter().filter(|column| matches!(column.ty, Type::String | Type::Dynamic));
    let source = |column: &Column| Source { column: column.name.clone(), is_dynamic: column.ty == Type::Dynamic };
    let texts: Arc<BTreeSet<Source>> = Arc::new(texts.map(source).collect());
    let days = match day {
        Some(day) => vec![(day.to_owned(), sorted.batch.clone())],
        None => sorted.days(ingested)?,
    };
    for (day, rows) in days {
        let time = sorted.time.clone();
        let name = part_name();
        let texts = texts.clone();
        let encoded = tokio::task::spawn_blocking(move || encode(&rows, time.as_deref(), &texts));
        let Encoded { bytes, stats, sketch } = encoded.await.map_err(Error::bug)??;
        let path = format!("{DAY}={day}/{name}");
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        place.put(&place.path(&[table, &path]), bytes).await?;
        // After its part: a vacuum that sees the sketch sees the part, too.
        place.put(&place.path(&[table, &sketch_path(&path)]), sketch).await?;
        added.push(Add {
            path,
            partition_values: HashMap::from([(DAY.to_owned(), Some(day))]),
            size,
            modification_time: ingested.div_euclid(1_000),
            data_change: true,
            stats: Some(stats),
            ..Add::default()
        });
    }
    Ok(added)
}

/// A file of rows, what the log says of it, and what is kept beside it.
struct Encoded {
    bytes: Vec<u8>,
    stats: String,
    sketch: Vec<u8>,
}

fn encode(rows: &RecordBatch, time: Option<&str>, texts: &BTreeSet<Source>) -> Result<Encoded> {
    let schema = rows.schema();
    let names = schema.fields().iter().map(|field| field.name().as_str());
    let stats = Stats::of(rows.num_rows(), names.zip(rows.columns()));
    let is_time = |name: &str| schema.column_with_name(name).is_some_and(|(_, field)| field.data_type().is_temporal());
    let mut bytes = vec![];
    let options = ArrowWriterOptions::new().with_properties(properties(time)).with_skip_arrow_metadata(true);
    let mut writer =
        ArrowWriter::try_new_with_options(&mut bytes, SchemaRef::clone(&schema), options).map_err(Error::bug)?;
    writer.write(rows).map_err(Error::bug)?;
    let written = writer.close().map_err(Error::bug)?;
    let sketch = sketch(rows, texts, &written, bytes.len())?;
    Ok(Encoded { bytes, stats: stats.to_json(is_time), sketch })
}

fn properties(time: Option<&str>) -> WriterProperties {
    let zstd = ZstdLevel::try_new(1).expect("zstd has a level 1");
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(zstd))
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_created_by(format!("vedette {}", env!("CARGO_PKG_VERSION")))
        .set_statistics_enabled(EnabledStatistics::Chunk);
    if let Some(time) = time {
        // Rows are sorted by it, so that pages can be skipped by it, too.
        properties = properties.set_column_statistics_enabled(ColumnPath::from(time), EnabledStatistics::Page);
    }
    properties.build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_names_from_the_first_to_the_last_year() {
        assert_eq!(day_name(0), "1970-01-01");
        assert_eq!(day_name(-719_162), "0001-01-01");
        assert_eq!(day_name(2_932_896), "9999-12-31");
    }
}
