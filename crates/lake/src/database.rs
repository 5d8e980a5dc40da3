//! The tables of a run, as the engine asks for them.
//!
//! In: rows in memory and Parquet files, by table. Out: [`engine::database::Database`]: every table of the content, empty unless it has data, and
//! the user's own tables. A table that has both names of the time has it under both; `Type` is the table's name.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch};
use arrow::compute::max;
use arrow::datatypes::{DataType, Int64Type, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::view::ViewTable;
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::common::{Column as PlanColumn, TableReference};
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, cast, lit};
use engine::decimal_of_stored;
use engine::types::{absent, arrow_type};
use engine::{External, ExternalRows, FileProfiles, Places};
use semantics::time::UNIX_EPOCH;
use semantics::{Column, StoredFunction, TableSchema, Type};

use crate::content::Content;
use crate::deferred::Deferred;
use crate::delta::{LakeScan, Scans};
use crate::error::{Error, Result};
use crate::external::Externals;
use crate::geoip::GeoIp;
use crate::memory::{TIMES, Tables};
use crate::parquet_table::{self, ParquetTable};
use crate::profiles::Profiles;
use crate::watchlist::WatchlistTable;

/// Tables by name, with their rows.
pub struct Database {
    content: Arc<Content>,
    tables: BTreeMap<String, Table>,
    names: Vec<String>,
    /// Tables of a lake that cannot be read, and why.
    unreadable: BTreeMap<String, String>,
    services: Services,
}

/// What queries reach besides tables.
#[derive(Default)]
pub(crate) struct Services {
    /// By alias.
    pub(crate) watchlists: BTreeMap<String, WatchlistTable>,
    pub(crate) externals: Arc<Externals>,
    pub(crate) places: Option<Arc<GeoIp>>,
    pub(crate) profiles: Option<Arc<Profiles>>,
}

/// A table that has rows, or that the user gave.
struct Table {
    schema: Arc<TableSchema>,
    provider: Arc<dyn TableProvider>,
    rows: u64,
    newest: Option<i64>,
    /// Does each row say when it came in?
    has_ingestion_time: bool,
}

/// What a table's rows come from.
#[derive(Default)]
struct Parts {
    schema: Option<Arc<TableSchema>>,
    memory: Option<(SchemaRef, Vec<RecordBatch>)>,
    deferred: Vec<Deferred>,
    files: Option<ParquetTable>,
    lake: Option<LakeScan>,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").field("rows", &self.row_counts()).finish_non_exhaustive()
    }
}

impl Database {
    /// A database of rows in memory and of files.
    pub(crate) fn new(
        content: Arc<Content>,
        memory: Tables,
        deferred: Vec<(String, Deferred)>,
        files: BTreeMap<String, Vec<PathBuf>>,
        lake: Scans,
    ) -> Result<Self> {
        let mut parts: BTreeMap<String, Parts> = BTreeMap::new();
        for (name, table) in memory.into_iter() {
            let part = parts.entry(name).or_default();
            part.schema = Some(table.schema.clone());
            part.memory = Some(table.seal()?);
        }
        for (name, table) in deferred {
            parts.entry(name).or_default().deferred.push(table);
        }
        for (name, paths) in files {
            parts.entry(name).or_default().files = Some(parquet_table::open(&paths)?);
        }
        for (name, scan) in lake.readable {
            parts.entry(name).or_default().lake = Some(scan);
        }
        let mut tables = BTreeMap::new();
        for (name, mut part) in parts {
            let known = match part.schema.take() {
                Some(schema) => Some(schema),
                None => content.table(&name)?,
            };
            let mut schema = with_file_columns(&name, known.as_deref(), part.files.as_ref());
            part.lake.iter().for_each(|scan| add_columns(&mut schema, scan.columns()));
            let schema = Arc::new(schema);
            tables.insert(name, Table::new(schema, part)?);
        }
        let mut names: Vec<String> =
            content.table_names().iter().chain(tables.keys()).chain(lake.unreadable.keys()).cloned().collect();
        names.sort();
        names.dedup();
        Ok(Self { content, tables, names, unreadable: lake.unreadable, services: Services::default() })
    }

    /// Adds what queries reach besides tables.
    pub(crate) fn add_services(&mut self, services: Services) {
        self.services = services;
    }

    /// How many rows each table that has any has.
    pub fn row_counts(&self) -> BTreeMap<&str, u64> {
        let counts = self.tables.iter().map(|(name, table)| (name.as_str(), table.rows));
        counts.filter(|(_, rows)| *rows > 0).collect()
    }

    /// Ticks of the newest event of all tables; `None` without events.
    pub fn newest_event_time(&self) -> Option<i64> {
        self.tables.values().filter_map(|table| table.newest).max()
    }

    /// Does a table have rows of its own, unlike a watchlist?
    pub(crate) fn has_rows_of(&self, table: &str) -> bool {
        self.tables.contains_key(table)
    }

    /// The content that the schemas come from.
    pub fn content(&self) -> &Content {
        &self.content
    }
}

#[async_trait]
impl engine::Database for Database {
    fn schema(&self, table: &str) -> Option<Arc<TableSchema>> {
        match self.tables.get(table) {
            Some(table) => Some(table.schema.clone()),
            // A broken file of a folder of the user's is a table that does not exist; `Content::table` says why.
            None => self.content.table(table).ok().flatten().or_else(|| {
                // A table of the lake's own: nobody knows its columns.
                let schema = TableSchema { name: table.to_owned(), ..TableSchema::default() };
                self.unreadable.contains_key(table).then(|| Arc::new(schema))
            }),
        }
    }

    fn table_names(&self) -> Vec<String> {
        self.names.clone()
    }

    fn provider(&self, table: &str) -> Option<Arc<dyn TableProvider>> {
        let watchlist = || self.services.watchlists.values().find(|watchlist| watchlist.schema.name == table);
        match self.tables.get(table) {
            Some(table) => Some(table.provider.clone()),
            None => watchlist().map(|watchlist| watchlist.provider.clone()),
        }
    }

    fn unreadable(&self, table: &str) -> Option<String> {
        self.unreadable.get(table).map(|reason| format!("the table `{table}` of the lake cannot be read: {reason}"))
    }

    fn watchlist(&self, alias: &str) -> Option<Arc<TableSchema>> {
        self.services.watchlists.get(alias).map(|watchlist| watchlist.schema.clone())
    }

    fn watchlist_aliases(&self) -> Vec<String> {
        self.services.watchlists.keys().cloned().collect()
    }

    fn places(&self) -> Option<Arc<dyn Places>> {
        self.services.places.clone().map(|places| places as Arc<dyn Places>)
    }

    fn file_profiles(&self) -> Option<Arc<dyn FileProfiles>> {
        self.services.profiles.clone().map(|profiles| profiles as Arc<dyn FileProfiles>)
    }

    async fn external(&self, external: &External) -> Result<ExternalRows, engine::Error> {
        let (externals, external) = (self.services.externals.clone(), external.clone());
        let read = tokio::task::spawn_blocking(move || externals.read(&external)).await;
        read.map_err(|error| engine::Error::Bug(error.to_string()))?
    }

    fn has_ingestion_time(&self, table: &str) -> bool {
        self.tables.get(table).is_some_and(|table| table.has_ingestion_time)
    }

    fn stored_function(&self, name: &str) -> Option<StoredFunction> {
        self.content.function(name).ok().flatten()
    }

    fn stored_function_names(&self) -> Vec<String> {
        self.content.function_names().into_iter().collect()
    }
}

/// The table's columns, and then those that only its files have.
fn with_file_columns(name: &str, known: Option<&TableSchema>, files: Option<&ParquetTable>) -> TableSchema {
    let mut schema = known.cloned().unwrap_or_else(|| TableSchema { name: name.to_owned(), ..TableSchema::default() });
    let Some(files) = files else { return schema };
    for field in files.provider.schema().fields() {
        if !schema.columns.iter().any(|column| column.name == *field.name()) {
            schema.compat.retain(|compat| compat.name != *field.name());
            schema.columns.push(Column::new(field.name(), told_type(field.data_type())));
        }
    }
    schema
}

/// Adds those that the table lacks.
fn add_columns(schema: &mut TableSchema, columns: &[Column]) {
    for column in columns {
        if !schema.columns.iter().any(|known| known.name == column.name) {
            schema.compat.retain(|compat| compat.name != column.name);
            schema.columns.push(column.clone());
        }
    }
}

/// The KQL type of a stored column that no schema tells.
pub(crate) fn told_type(stored: &DataType) -> Type {
    match stored {
        DataType::Boolean => Type::Bool,
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::UInt8 | DataType::UInt16 => Type::Int,
        DataType::Int64 | DataType::UInt32 | DataType::UInt64 => Type::Long,
        DataType::Float16 | DataType::Float32 | DataType::Float64 => Type::Real,
        DataType::Decimal32(..) | DataType::Decimal64(..) | DataType::Decimal128(..) | DataType::Decimal256(..) => {
            Type::Decimal
        }
        DataType::Timestamp(..) | DataType::Date32 | DataType::Date64 => Type::DateTime,
        DataType::Duration(_) => Type::TimeSpan,
        nested if nested.is_nested() => Type::Dynamic,
        _ => Type::String,
    }
}

impl Table {
    fn new(schema: Arc<TableSchema>, part: Parts) -> Result<Self> {
        let (mut rows, mut newest) = (0, None);
        if let Some((_, batches)) = &part.memory {
            rows += batches.iter().map(|batch| batch.num_rows() as u64).sum::<u64>();
            newest = batches.iter().filter_map(newest_in).max();
        }
        if let Some(files) = &part.files {
            rows += files.rows;
            newest = newest.max(files.newest);
        }
        if let Some(scan) = &part.lake {
            rows += scan.rows();
            newest = newest.max(scan.newest());
        }
        for deferred in &part.deferred {
            rows += deferred.row_count() as u64;
            newest = newest.max(deferred.raw_batches().iter().filter_map(newest_in).max());
        }
        let has_ingestion_time =
            part.lake.is_some() && part.memory.is_none() && part.files.is_none() && part.deferred.is_empty();
        let mut providers: Vec<Arc<dyn TableProvider>> = vec![];
        if let Some((arrow, batches)) = part.memory {
            providers.push(Arc::new(MemTable::try_new(arrow, partitions(batches)).map_err(Error::bug)?));
        }
        for deferred in part.deferred {
            providers.push(Arc::new(deferred));
        }
        if let Some(files) = part.files {
            providers.push(view(files_plan(&schema, files.provider)?));
        }
        if let Some(scan) = part.lake {
            providers.push(view(files_plan(&schema, Arc::new(scan))?));
        }
        let provider = united(&schema, providers)?;
        Ok(Self { schema, provider, rows, newest, has_ingestion_time })
    }
}

/// One table of several; each has some of the table's columns.
fn united(schema: &TableSchema, providers: Vec<Arc<dyn TableProvider>>) -> Result<Arc<dyn TableProvider>> {
    let mut rest = providers.into_iter();
    let Some(first) = rest.next() else {
        return Ok(Arc::new(MemTable::try_new(Arc::new(Schema::empty()), vec![vec![]]).map_err(Error::bug)?));
    };
    if rest.len() == 0 {
        return Ok(first);
    }
    let mut all = LogicalPlanBuilder::from(told_plan(schema, scan(&schema.name, first)?)?);
    for provider in rest {
        all = all.union(told_plan(schema, scan(&schema.name, provider)?)?).map_err(Error::bug)?;
    }
    Ok(view(all.build().map_err(Error::bug)?))
}

/// Batches spread over as many lists as there are cores, in order, so that a query reads them side by side.
pub(crate) fn partitions(batches: Vec<RecordBatch>) -> Vec<Vec<RecordBatch>> {
    let lists = std::thread::available_parallelism().map_or(1, usize::from).min(batches.len()).max(1);
    let each = batches.len().div_ceil(lists).max(1);
    let lists: Vec<Vec<RecordBatch>> = batches.chunks(each).map(<[RecordBatch]>::to_vec).collect();
    if lists.is_empty() { vec![vec![]] } else { lists }
}

fn newest_in(batch: &RecordBatch) -> Option<i64> {
    // Raw rows name their time otherwise.
    let names = TIMES.iter().map(|(name, _)| *name).chain(["TimeCreated", "ts"]);
    let times = names.filter_map(|name| batch.column_by_name(name)?.as_primitive_opt::<Int64Type>());
    times.filter_map(max).max()
}

fn view(plan: LogicalPlan) -> Arc<dyn TableProvider> {
    Arc::new(ViewTable::new(plan, None))
}

fn scan(name: &str, provider: Arc<dyn TableProvider>) -> Result<LogicalPlan> {
    let builder = LogicalPlanBuilder::scan(TableReference::bare(name), provider_as_source(provider), None);
    builder.and_then(LogicalPlanBuilder::build).map_err(Error::bug)
}

/// A scan of files with the columns that follow from others.
fn files_plan(schema: &TableSchema, provider: Arc<dyn TableProvider>) -> Result<LogicalPlan> {
    let stored = provider.schema();
    let column = |name: &str| Expr::Column(PlanColumn::new(Some(TableReference::bare(schema.name.as_str())), name));
    let mut exprs: Vec<Expr> = stored.fields().iter().map(|field| column(field.name()).alias(field.name())).collect();
    let lacks =
        |name: &str| stored.column_with_name(name).is_none() && schema.columns.iter().any(|column| column.name == name);
    for (time, other) in TIMES {
        if lacks(time) && stored.column_with_name(other).is_some() {
            exprs.push(column(other).alias(time));
        }
    }
    if lacks("Type") {
        exprs.push(lit(schema.name.as_str()).alias("Type"));
    }
    let plan = LogicalPlanBuilder::from(scan(&schema.name, provider)?);
    plan.project(exprs).and_then(LogicalPlanBuilder::build).map_err(Error::bug)
}

/// All columns of the table in the engine's own types, so that rows in memory and rows in files can stand in one table.
fn told_plan(schema: &TableSchema, plan: LogicalPlan) -> Result<LogicalPlan> {
    let stored = plan.schema().clone();
    let mut exprs = Vec::with_capacity(schema.columns.len());
    for column in &schema.columns {
        let found = stored.qualified_fields_with_unqualified_name(&column.name);
        let expr = match found.first() {
            None => lit(absent(column.ty)),
            Some((qualifier, field)) => {
                let expr = Expr::Column(PlanColumn::new(qualifier.cloned(), &column.name));
                match (field.data_type(), column.ty) {
                    (ty, told) if *ty == arrow_type(told) => expr,
                    (DataType::Timestamp(..), Type::DateTime) => {
                        let micros = cast(expr, DataType::Timestamp(arrow::datatypes::TimeUnit::Microsecond, None));
                        cast(micros, DataType::Int64) * lit(10_i64) + lit(UNIX_EPOCH)
                    }
                    (ty, _) if ty.is_nested() => {
                        let message = format!(
                            "`{}` is {ty} in a Parquet file, and other files have rows of the table too",
                            column.name
                        );
                        return Err(Error::content(format!("tables/{}.yaml", schema.name), message));
                    }
                    (_, Type::Decimal) => decimal_of_stored(expr),
                    (_, told) => cast(expr, arrow_type(told)),
                }
            }
        };
        exprs.push(expr.alias(&column.name));
    }
    LogicalPlanBuilder::from(plan).project(exprs).and_then(LogicalPlanBuilder::build).map_err(Error::bug)
}
