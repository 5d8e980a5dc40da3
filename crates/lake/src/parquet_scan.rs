//! A table of Parquet files as DataFusion scans it: our own thin provider.
//!
//! In: paths with the Arrow types that each file's columns are to be read as. Out: a plan of plain Parquet scans, with columns and filters
//! pushed down. Why not DataFusion's listing table: columns of few different values are read as dictionaries, so that a predicate is asked
//! once per distinct value, and columns without nulls say so, so that nothing is done about nulls that are not there.

use std::path::PathBuf;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::{Result, Statistics};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::object_store::ObjectMeta;
use datafusion::object_store::path::Path as ObjectPath;
use datafusion::physical_plan::ExecutionPlan;
use parquet::file::metadata::ParquetMetaData;

/// Up to this many stored bytes per value, a text column is surely written as codes into a small dictionary: codes take at most two bytes
/// of it, and the dictionary itself the rest.
const DICTIONARY_BYTES_PER_VALUE_MAX: f64 = 3.0;

/// A file of the table.
#[derive(Debug, Clone)]
pub(crate) struct ScanFile {
    pub(crate) path: PathBuf,
    pub(crate) bytes: u64,
    /// All columns of the file, with the types to read them as.
    pub(crate) schema: SchemaRef,
}

/// The provider.
#[derive(Debug)]
pub(crate) struct ParquetScan {
    schema: SchemaRef,
    files: Vec<ScanFile>,
    rows: u64,
}

impl ParquetScan {
    /// A table of these files, which together have the columns of `schema`.
    pub(crate) fn new(schema: SchemaRef, files: Vec<ScanFile>, rows: u64) -> Self {
        Self { schema, files, rows }
    }
}

#[async_trait]
impl TableProvider for ParquetScan {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        _session: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        // The filters come a second time, as physical expressions, when the optimizer pushes them into the scan.
        let source = Arc::new(ParquetSource::new(Arc::clone(&self.schema)));
        let file = |file: &ScanFile| {
            // Not from the path as text: that would escape the bytes of an unusual name, and no file has the escaped name.
            let location = ObjectPath::from_absolute_path(&file.path)?;
            let time = DateTime::<Utc>::UNIX_EPOCH;
            let object = ObjectMeta { location, last_modified: time, size: file.bytes, e_tag: None, version: None };
            Ok(PartitionedFile::new_from_meta(object).with_arrow_schema(Arc::clone(&file.schema)))
        };
        let files: Result<Vec<PartitionedFile>> = self.files.iter().map(file).collect();
        let mut statistics = Statistics::new_unknown(&self.schema);
        statistics.num_rows = Precision::Exact(usize::try_from(self.rows).unwrap_or(usize::MAX));
        let config = FileScanConfigBuilder::new(ObjectStoreUrl::local_filesystem(), source)
            .with_file_groups(vec![FileGroup::new(files?)])
            .with_statistics(statistics)
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}

/// The columns of a file with the types to read them as: text of few values as a dictionary, other text as views; nullable only when the
/// file has a null or does not tell.
pub(crate) fn read_as(stored: &Schema, metadata: &ParquetMetaData) -> Vec<Field> {
    let leaves = metadata.file_metadata().schema_descr().columns();
    let field = |field: &Arc<Field>| {
        let leaf = leaves.iter().position(|leaf| leaf.path().parts() == [field.name().as_str()]);
        let facts = leaf.map_or(Facts { has_nulls: true, bytes_per_value: f64::MAX }, |leaf| facts(metadata, leaf));
        let ty = match field.data_type() {
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
                if facts.bytes_per_value <= DICTIONARY_BYTES_PER_VALUE_MAX =>
            {
                DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
            }
            DataType::Utf8 | DataType::LargeUtf8 => DataType::Utf8View,
            DataType::Dictionary(_, value) if value.is_string() => DataType::Utf8View,
            other => other.clone(),
        };
        Field::new(field.name(), ty, facts.has_nulls)
    };
    stored.fields().iter().map(field).collect()
}

struct Facts {
    has_nulls: bool,
    bytes_per_value: f64,
}

fn facts(metadata: &ParquetMetaData, leaf: usize) -> Facts {
    let chunks = metadata.row_groups().iter().filter_map(|group| group.columns().get(leaf));
    let (mut values, mut bytes, mut has_nulls) = (0_i64, 0_i64, false);
    for chunk in chunks {
        values += chunk.num_values();
        bytes += chunk.uncompressed_size();
        has_nulls |= chunk.statistics().and_then(|statistics| statistics.null_count_opt()) != Some(0);
    }
    Facts { has_nulls, bytes_per_value: bytes as f64 / values.max(1) as f64 }
}
