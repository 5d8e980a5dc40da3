//! Parquet files → a table that is scanned in place, with filters and columns pushed down to row groups.
//!
//! In: the files of one table; their columns may differ. Out: a provider of the columns that any of them has, how many rows there are, and
//! the newest event time. Rows are not read here, but for the time column of a file without statistics of it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, Int64Array};
use arrow::compute::{cast, max};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use datafusion::catalog::TableProvider;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::statistics::Statistics;
use semantics::time::UNIX_EPOCH;

use crate::error::{Error, Result};
use crate::memory::TIMES;
use crate::parquet_scan::{ParquetScan, ScanFile, read_as};

/// Files of one table.
pub(crate) struct ParquetTable {
    /// What DataFusion scans.
    pub(crate) provider: Arc<dyn TableProvider>,
    /// Rows of all files.
    pub(crate) rows: u64,
    /// Ticks of the newest event; `None` without a time column or without rows.
    pub(crate) newest: Option<i64>,
}

/// Opens the files of one table.
///
/// - Errors: a file that cannot be read, or is not Parquet; two files whose columns of one name cannot stand for each other.
pub(crate) fn open(paths: &[PathBuf]) -> Result<ParquetTable> {
    let mut table: Vec<Field> = vec![];
    let mut files = vec![];
    let mut rows = 0;
    let mut newest = None;
    for path in paths {
        let file = File::open(path).map_err(|error| Error::file(path, error))?;
        let bytes = file.metadata().map_err(|error| Error::file(path, error))?.len();
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| unreadable(path, error))?;
        let stored = Arc::clone(reader.schema());
        let fields = read_as(&stored, reader.metadata());
        for field in &fields {
            merge(&mut table, field, path)?;
        }
        rows += u64::try_from(reader.metadata().file_metadata().num_rows()).unwrap_or(0);
        newest = newest.max(newest_in(path, reader)?);
        let path = std::path::absolute(path).map_err(|error| Error::file(path, error))?;
        files.push((path, bytes, stored, fields));
    }
    // A column that one of the files lacks is null there.
    for field in &mut table {
        if files.iter().any(|(_, _, _, fields)| !fields.iter().any(|other| other.name() == field.name())) {
            field.set_nullable(true);
        }
    }
    let told = |field: &Field| table.iter().find(|known| known.name() == field.name());
    let file = |(path, bytes, stored, fields): &(PathBuf, u64, SchemaRef, Vec<Field>)| {
        // Text is read as the table has it; other types as the file has them, and DataFusion casts.
        // The reader wants nullability as the file declares it, which says less than its statistics.
        let fields = fields.iter().zip(stored.fields()).map(|(field, stored)| match told(field) {
            Some(known) if is_text(field.data_type()) => {
                stored.as_ref().clone().with_data_type(known.data_type().clone())
            }
            _ => stored.as_ref().clone(),
        });
        ScanFile { path: path.clone(), bytes: *bytes, schema: Arc::new(Schema::new(fields.collect::<Vec<_>>())) }
    };
    let files = files.iter().map(file).collect();
    let provider = Arc::new(ParquetScan::new(Arc::new(Schema::new(table)), files, rows));
    Ok(ParquetTable { provider, rows, newest })
}

fn is_text(ty: &DataType) -> bool {
    matches!(ty, DataType::Utf8View | DataType::Dictionary(..))
}

/// Adds a file's column to those of the files before it.
fn merge(fields: &mut Vec<Field>, field: &Field, path: &Path) -> Result<()> {
    let ty = field.data_type().clone();
    let Some(known) = fields.iter_mut().find(|known| known.name() == field.name()) else {
        fields.push(field.clone());
        return Ok(());
    };
    known.set_nullable(known.is_nullable() || field.is_nullable());
    if *known.data_type() == ty {
        return Ok(());
    }
    let wider = wider(known.data_type(), &ty).ok_or_else(|| {
        let message = format!("`{}` is {ty} here and {} in another file of the table", field.name(), known.data_type());
        unreadable(path, message)
    })?;
    known.set_data_type(wider);
    Ok(())
}

/// The type that holds the values of both.
fn wider(a: &DataType, b: &DataType) -> Option<DataType> {
    match (a, b) {
        (DataType::Timestamp(..), DataType::Timestamp(..)) => {
            Some(DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())))
        }
        (a, b) if is_text(a) && is_text(b) => Some(DataType::Utf8View),
        (DataType::Null, other) | (other, DataType::Null) => Some(other.clone()),
        (a, b) if a.is_integer() && b.is_integer() => Some(DataType::Int64),
        (a, b) if a.is_numeric() && b.is_numeric() => Some(DataType::Float64),
        _ => None,
    }
}

/// The newest time in a file: from the statistics if every row group has them, else from the column.
fn newest_in(path: &Path, reader: ParquetRecordBatchReaderBuilder<File>) -> Result<Option<i64>> {
    let schema = reader.schema().clone();
    let time = TIMES.iter().find_map(|(name, _)| schema.column_with_name(name));
    let Some((_, field)) = time else { return Ok(None) };
    let DataType::Timestamp(unit, _) = *field.data_type() else { return Ok(None) };
    let metadata = reader.metadata().clone();
    let leaf = metadata
        .file_metadata()
        .schema_descr()
        .columns()
        .iter()
        .position(|column| column.path().string() == *field.name());
    let Some(leaf) = leaf else { return Ok(None) };
    let group_max = |group: &parquet::file::metadata::RowGroupMetaData| match group.columns().get(leaf)?.statistics()? {
        Statistics::Int64(statistics) => statistics.max_opt().copied(),
        _ => None,
    };
    let told: Option<Vec<i64>> =
        metadata.row_groups().iter().filter(|group| group.num_rows() > 0).map(group_max).collect();
    let stored = match told {
        Some(told) => told.into_iter().max(),
        None => {
            let mask = ProjectionMask::leaves(metadata.file_metadata().schema_descr(), [leaf]);
            let batches = reader.with_projection(mask).build().map_err(|error| unreadable(path, error))?;
            let mut newest = None;
            for batch in batches {
                let batch = batch.map_err(|error| unreadable(path, error))?;
                let times = cast(batch.column(0), &DataType::Int64).map_err(Error::bug)?;
                let times: Option<&Int64Array> = times.as_any().downcast_ref();
                newest = newest.max(times.and_then(max));
            }
            newest
        }
    };
    // A time that ticks cannot say is later, or earlier, than all others.
    let outermost = |stored: i64| if stored < 0 { i64::MIN } else { i64::MAX };
    Ok(stored.map(|stored| ticks(stored, unit).unwrap_or_else(|| outermost(stored))))
}

/// A stored time as ticks; `None` when it is outside of what ticks can say.
pub(crate) fn ticks(stored: i64, unit: TimeUnit) -> Option<i64> {
    let since_epoch = match unit {
        TimeUnit::Second => stored.checked_mul(10_000_000)?,
        TimeUnit::Millisecond => stored.checked_mul(10_000)?,
        TimeUnit::Microsecond => stored.checked_mul(10)?,
        TimeUnit::Nanosecond => stored.div_euclid(100),
    };
    since_epoch.checked_add(UNIX_EPOCH)
}

fn unreadable(path: &Path, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::file(path, std::io::Error::other(error))
}
