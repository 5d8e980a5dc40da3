//! A table of a lake as DataFusion scans it: our own thin provider over the files that its log names.
//!
//! In: parts with their statistics, at one version of the log. Out: a plan of plain Parquet scans of those parts that may hold rows for the
//! filters. Why not delta-rs's provider: its plan cannot be sent to another process, and columns of few different values are read as
//! dictionaries here, so that a predicate is asked once per distinct value.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::{Result as ScanResult, ScalarValue, Statistics};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::logical_expr::{Expr, Operator, TableProviderFilterPushDown, TableType};
use datafusion::object_store::{ObjectMeta, ObjectStoreExt};
use datafusion::physical_expr_adapter::{
    DefaultPhysicalExprAdapterFactory, PhysicalExprAdapter, PhysicalExprAdapterFactory, replace_columns_with_literals,
};
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};
use engine::needs;
use parquet::arrow::parquet_to_arrow_schema;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use semantics::{Column, Type};

use super::columns::{INGESTED, stored_field};
use super::place::Place;
use super::prune::Groups;
use super::table::{LakeTable, Part};
use crate::error::Result;
use crate::memory::TIMES;
use crate::parquet_scan::read_as;
use crate::parquet_table::ticks;

/// Files that are looked into for which columns have few different values. They are alike, and looking costs a read each.
const SAMPLES_MAX: usize = 4;
/// Most footers are shorter.
const FOOTER_BYTES: u64 = 64 * 1024;

/// The provider.
pub(crate) struct LakeScan {
    table: String,
    place: Place,
    schema: SchemaRef,
    columns: Vec<Column>,
    parts: Vec<Part>,
}

impl std::fmt::Debug for LakeScan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LakeScan").field("table", &self.table).field("parts", &self.parts.len()).finish_non_exhaustive()
    }
}

impl LakeScan {
    /// The table at its version.
    pub(super) async fn open(table: &LakeTable) -> Result<Self> {
        let parts = table.parts()?;
        let few = few_valued(table, &parts).await;
        let field = |column: &Column| {
            let is_text = stored_field(column).data_type() == &DataType::Utf8;
            let ty = match is_text {
                true if few.get(&column.name).copied().unwrap_or(false) => {
                    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
                }
                true => DataType::Utf8View,
                false => stored_field(column).data_type().clone(),
            };
            Field::new(&column.name, ty, has_nulls(column, &parts))
        };
        let mut columns = table.columns()?;
        let fields: Vec<Field> = columns.iter().map(field).collect();
        columns.retain(|column| column.name != INGESTED);
        let (name, place) = (table.name.clone(), table.place.clone());
        Ok(Self { table: name, place, schema: Arc::new(Schema::new(fields)), columns, parts })
    }

    /// The columns that a query sees.
    pub(crate) fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Rows of all parts, as far as the log tells.
    pub(crate) fn rows(&self) -> u64 {
        self.parts.iter().filter_map(|part| part.stats.rows).sum()
    }

    /// Ticks of the newest event.
    pub(crate) fn newest(&self) -> Option<i64> {
        let is_time = |name: &str| self.columns.iter().any(|column| column.name == name && column.ty == Type::DateTime);
        let names = TIMES.iter().map(|(name, _)| *name).filter(|name| is_time(name));
        let times = names.flat_map(|name| self.parts.iter().filter_map(|part| part.stats.bounds.get(name)));
        ticks(times.map(|bounds| bounds.1).max()?, TimeUnit::Microsecond)
    }

    /// A part with the types that its columns are read as; the file's own when its log does not name its columns.
    fn file(&self, part: &Part) -> PartitionedFile {
        let location = self.place.path(&[&self.table, &part.path]);
        let time = DateTime::<Utc>::UNIX_EPOCH;
        let object = ObjectMeta { location, last_modified: time, size: part.bytes, e_tag: None, version: None };
        let file = PartitionedFile::new_from_meta(object);
        if part.stats.nulls.is_empty() {
            return file;
        }
        let is_there = |field: &&Arc<Field>| part.stats.nulls.contains_key(field.name());
        let fields: Vec<Field> = self
            .schema
            .fields()
            .iter()
            .filter(is_there)
            // Parquet says of every column that it may have nulls, and the reader wants to hear the same.
            .map(|field| field.as_ref().clone().with_nullable(true))
            .collect();
        file.with_arrow_schema(Arc::new(Schema::new(fields)))
    }
}

/// May a column have nulls? Text that a file lacks is read as empty.
fn has_nulls(column: &Column, parts: &[Part]) -> bool {
    parts.iter().any(|part| match part.stats.nulls.get(&column.name) {
        Some(nulls) => *nulls > 0,
        None => part.stats.nulls.is_empty() || column.ty != Type::String,
    })
}

/// Which columns of text have few different values in the newest files. What cannot be looked at is read as plain text.
async fn few_valued(table: &LakeTable, parts: &[Part]) -> HashMap<String, bool> {
    let mut few: HashMap<String, bool> = HashMap::new();
    for part in parts.iter().rev().take(SAMPLES_MAX) {
        let Some(footer) = footer(table, part).await else { continue };
        let Ok(stored) = parquet_to_arrow_schema(footer.file_metadata().schema_descr(), None) else { continue };
        for field in read_as(&stored, &footer) {
            let is_few = matches!(field.data_type(), DataType::Dictionary(..));
            few.entry(field.name().clone()).and_modify(|all| *all &= is_few).or_insert(is_few);
        }
    }
    few
}

/// What a file says of itself at its end.
async fn footer(table: &LakeTable, part: &Part) -> Option<ParquetMetaData> {
    let path = table.place.path(&[&table.name, &part.path]);
    let mut wanted = FOOTER_BYTES;
    for _ in 0..2 {
        let bytes = table.place.store.get_range(&path, part.bytes.saturating_sub(wanted)..part.bytes).await.ok()?;
        let mut reader = ParquetMetaDataReader::new();
        match reader.try_parse_sized(&bytes, part.bytes) {
            Ok(()) => return reader.finish().ok(),
            Err(ParquetError::NeedMoreData(more)) => wanted = more as u64,
            Err(_) => return None,
        }
    }
    None
}

#[async_trait]
impl TableProvider for LakeScan {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> ScanResult<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> ScanResult<Arc<dyn ExecutionPlan>> {
        if self.place.folder.is_none() {
            session.runtime_env().register_object_store(self.place.store_url.as_ref(), self.place.store.clone());
        }
        let kept: Vec<&Part> =
            self.parts.iter().filter(|part| filters.iter().all(|filter| may_hold(filter, part))).collect();
        let pruned = self.place.sketches.prune(&self.place, &self.table, &kept, &needs::of_all(filters)).await;
        self.place.sketches.count(self.parts.len(), &pruned);
        let is_all = kept.len() == self.parts.len() && pruned.iter().all(|groups| *groups == Groups::All);
        let kept: Vec<(&Part, Groups)> =
            kept.into_iter().zip(pruned).filter(|(_, groups)| *groups != Groups::None).collect();
        let rows: Option<u64> = kept.iter().map(|(part, _)| part.stats.rows).sum();
        let mut statistics = Statistics::new_unknown(&self.schema);
        if let Some(rows) = rows.and_then(|rows| usize::try_from(rows).ok()) {
            statistics.num_rows = if is_all { Precision::Exact(rows) } else { Precision::Inexact(rows) };
        }
        let files: Vec<PartitionedFile> =
            kept.into_iter().map(|(part, groups)| groups.of_file(self.file(part))).collect();
        let source = ParquetSource::new(Arc::clone(&self.schema)).with_metadata_size_hint(FOOTER_BYTES as usize);
        let config = FileScanConfigBuilder::new(self.place.store_url.clone(), Arc::new(source))
            .with_file_groups(vec![FileGroup::new(files)])
            .with_statistics(statistics)
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .with_expr_adapter(Some(Arc::new(EmptyText)))
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}

/// Can a part hold rows for which the filter is true? Only comparisons of a column's bounds with a constant say no.
fn may_hold(filter: &Expr, part: &Part) -> bool {
    let Expr::BinaryExpr(binary) = filter else { return true };
    match binary.op {
        Operator::And => may_hold(&binary.left, part) && may_hold(&binary.right, part),
        Operator::Or => may_hold(&binary.left, part) || may_hold(&binary.right, part),
        op => {
            let (column, value, op) = match (binary.left.as_ref(), binary.right.as_ref()) {
                (Expr::Column(column), Expr::Literal(value, _)) => (column, value, op),
                (Expr::Literal(value, _), Expr::Column(column)) => match op.swap() {
                    Some(op) => (column, value, op),
                    None => return true,
                },
                _ => return true,
            };
            let (Some((low, high)), Some(value)) = (part.stats.bounds.get(&column.name).copied(), stored(value)) else {
                return true;
            };
            match op {
                Operator::Eq => low <= value && value <= high,
                Operator::Lt => low < value,
                Operator::LtEq => low <= value,
                Operator::Gt => high > value,
                Operator::GtEq => high >= value,
                _ => true,
            }
        }
    }
}

fn stored(value: &ScalarValue) -> Option<i64> {
    match value {
        ScalarValue::Int64(value) | ScalarValue::TimestampMicrosecond(value, _) => *value,
        ScalarValue::Int32(value) => value.map(i64::from),
        _ => None,
    }
}

/// Gives the empty text for text that a file lacks, where DataFusion would give null: text is never null.
#[derive(Debug)]
struct EmptyText;

impl PhysicalExprAdapterFactory for EmptyText {
    fn create(&self, logical: SchemaRef, physical: SchemaRef) -> ScanResult<Arc<dyn PhysicalExprAdapter>> {
        let lacks = |field: &&Arc<Field>| !field.is_nullable() && physical.column_with_name(field.name()).is_none();
        let empty = |field: &Arc<Field>| Some((field.name().clone(), empty_text(field.data_type())?));
        let empty = logical.fields().iter().filter(lacks).filter_map(empty).collect();
        let rest = DefaultPhysicalExprAdapterFactory.create(logical, physical)?;
        Ok(Arc::new(Filled { empty, rest }))
    }
}

fn empty_text(ty: &DataType) -> Option<ScalarValue> {
    match ty {
        DataType::Utf8View => Some(ScalarValue::Utf8View(Some(String::new()))),
        DataType::Dictionary(key, _) => {
            Some(ScalarValue::Dictionary(key.clone(), Box::new(ScalarValue::Utf8(Some(String::new())))))
        }
        _ => None,
    }
}

#[derive(Debug)]
struct Filled {
    empty: HashMap<String, ScalarValue>,
    rest: Arc<dyn PhysicalExprAdapter>,
}

impl PhysicalExprAdapter for Filled {
    fn rewrite(&self, expr: Arc<dyn PhysicalExpr>) -> ScanResult<Arc<dyn PhysicalExpr>> {
        self.rest.rewrite(replace_columns_with_literals(expr, &self.empty)?)
    }
}

#[cfg(test)]
mod tests {
    use datafusion::logical_expr::{col, lit};

    use super::*;
    use crate::delta::stats::Stats;

    /// Bounds are 10 and 20: each comparison with a value below, at and above them.
    #[test]
    fn a_part_is_left_out_only_when_its_bounds_say_so() {
        let stats = Stats { bounds: [("n".to_owned(), (10, 20))].into(), ..Stats::default() };
        let part = Part { path: String::new(), bytes: 0, day: None, stats };
        let holds = |filter: Expr| may_hold(&filter, &part);
        let n = || col("n");
        assert_eq!([9, 10, 20, 21].map(|value| holds(n().eq(lit(value)))), [false, true, true, false]);
        assert_eq!([10, 11].map(|value| holds(n().lt(lit(value)))), [false, true]);
        assert_eq!([9, 10].map(|value| holds(n().lt_eq(lit(value)))), [false, true]);
        assert_eq!([19, 20].map(|value| holds(n().gt(lit(value)))), [true, false]);
        assert_eq!([20, 21].map(|value| holds(n().gt_eq(lit(value)))), [true, false]);
        assert_eq!([9, 10].map(|value| holds(lit(value).gt_eq(n()))), [false, true]);
        assert!(!holds(n().gt(lit(25)).and(n().lt(lit(30)))));
        assert!(holds(n().gt(lit(25)).or(n().lt(lit(30)))));
        assert!(holds(col("m").gt(lit(25))));
    }
}
