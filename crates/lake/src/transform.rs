//! Raw rows → tables: runs the KQL of every source through the engine.
//!
//! In: raw batches, a chunk at a time, so that the cost of planning is shared by many rows and memory stays bounded. Out: rows of the
//! target tables. Must not know any source by name. Flows of a chunk run side by side, each on one thread, and their rows are taken in
//! the order of sources and flows: the same input gives the same tables, row by row.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use datafusion::catalog::{MemTable, TableProvider};
use engine::{Database, Engine, Executor, Limits, Request, Rows};
use semantics::{Column, TableSchema, Type};
use tokio::task::JoinSet;

use crate::content::Content;
use crate::context::is_named;
use crate::deferred::Deferred;
use crate::error::{Error, Result};
use crate::memory::Tables;
use crate::record::{RawBatch, Stream};
use crate::settings::Settings;
use crate::source::{Flow, RowFilter, Source, read_sources};

/// The name under which a flow sees its raw rows.
const SOURCE_TABLE: &str = "source";

/// The sources, ready to run.
pub(crate) struct Transform {
    content: Arc<Content>,
    engine: Engine,
    sources: Vec<Source>,
    statements: String,
    /// Are all rows made at once, those of deferred flows too?
    is_eager: bool,
}

/// What has been made of raw rows.
#[derive(Debug, Default)]
pub(crate) struct Made {
    /// Rows of tables.
    pub(crate) tables: Tables,
    /// Raw rows of the sources that have deferred flows, by the source's place.
    raw: BTreeMap<usize, Vec<RecordBatch>>,
}

impl Transform {
    pub(crate) fn new(content: Arc<Content>, settings: &Settings) -> Result<Self> {
        let mut sources = read_sources(&content)?;
        if settings.assets.is_some() {
            // Rows that are named by the map of assets are made at once: naming needs the whole row.
            for flow in sources.iter_mut().flat_map(|source| &mut source.flows).filter(|flow| flow.is_deferred) {
                flow.is_deferred = !content.table(&flow.table)?.is_some_and(|table| is_named(&table));
            }
        }
        let engine = Engine::new(Limits { partitions: 1, ..Limits::default() })?;
        Ok(Self { content, engine, sources, statements: settings.statements(), is_eager: false })
    }

    /// The same, but nothing is deferred: what is stored cannot be made later.
    pub(crate) fn eager(content: Arc<Content>, settings: &Settings) -> Result<Self> {
        Ok(Self { is_eager: true, ..Self::new(content, settings)? })
    }

    /// Adds what the sources make of the raw batches; batches that are a table's own rows are added as they are.
    pub(crate) async fn run(&self, raw: &[RawBatch], made: &mut Made) -> Result<()> {
        let tables = &mut made.tables;
        for RawBatch { stream, batch } in raw {
            if let Stream::Table(table) = stream {
                let columns = self.own_columns(table, batch)?;
                let pushed = tables.push(&self.content, table, &columns, batch);
                pushed.map_err(|message| Error::content(format!("tables/{table}.yaml"), message))?;
            }
        }
        let mut running = JoinSet::new();
        let mut flows = vec![];
        for (place, source) in self.sources.iter().enumerate() {
            let kept = own_rows(source, raw)?;
            if source.flows.iter().any(|flow| self.is_deferred(flow)) {
                made.raw.entry(place).or_default().extend(kept.iter().cloned());
            }
            let Some(provider) = RawTable::new(source, kept)? else { continue };
            for flow in source.flows.iter().filter(|flow| !self.is_deferred(flow)) {
                running.spawn(run_flow(
                    self.engine.clone(),
                    flow.clone(),
                    self.statements.clone(),
                    provider.clone(),
                    flows.len(),
                ));
                flows.push((flow, None));
            }
        }
        while let Some(finished) = running.join_next().await {
            let (at, rows) = finished.map_err(Error::bug)?;
            if let Some((_, place)) = flows.get_mut(at) {
                *place = Some(rows?);
            }
        }
        for (flow, rows) in &flows {
            let Some(rows) = rows else { continue };
            for batch in &rows.batches {
                let pushed = tables.push(&self.content, &flow.table, &rows.columns, batch);
                pushed.map_err(|message| Error::content(&flow.path, message))?;
            }
        }
        Ok(())
    }

    fn is_deferred(&self, flow: &Flow) -> bool {
        flow.is_deferred && !self.is_eager
    }

    /// The tables whose rows are made when a query asks for them.
    pub(crate) async fn defer(&self, made: &mut Made) -> Result<Vec<(String, Deferred)>> {
        let mut tables = vec![];
        for (place, raw) in std::mem::take(&mut made.raw) {
            let Some(source) = self.sources.get(place) else { continue };
            let Some(raw) = RawTable::new(source, raw)? else { continue };
            for flow in source.flows.iter().filter(|flow| flow.is_deferred) {
                let table = self.content.table(&flow.table)?;
                let table = table.ok_or_else(|| Error::content(&flow.path, "there is no such table"))?;
                let (engine, statements) = (self.engine.clone(), self.statements.clone());
                let deferred = Deferred::new(table, engine, flow.clone(), statements, raw.clone()).await?;
                if deferred.row_count() > 0 {
                    tables.push((flow.table.clone(), deferred));
                }
            }
        }
        Ok(tables)
    }

    /// The columns of a batch of a table's own rows, with the table's types.
    fn own_columns(&self, table: &str, batch: &RecordBatch) -> Result<Vec<Column>> {
        let schema = self.content.table(table)?;
        let ty =
            |name: &str| schema.as_ref()?.columns.iter().find(|column| column.name == name).map(|column| column.ty);
        let columns = batch.schema_ref().fields().iter();
        Ok(columns.map(|field| Column::new(field.name(), ty(field.name()).unwrap_or(Type::String))).collect())
    }
}

/// The rows of a source; batches without any are left out.
fn own_rows(source: &Source, raw: &[RawBatch]) -> Result<Vec<RecordBatch>> {
    let own = raw.iter().filter(|raw| raw.stream == source.stream);
    let kept: Result<Vec<RecordBatch>> = own.map(|raw| keep(source.rows.as_ref(), &raw.batch)).collect();
    Ok(kept?.into_iter().filter(|batch| batch.num_rows() > 0).collect())
}

fn keep(filter: Option<&RowFilter>, batch: &RecordBatch) -> Result<RecordBatch> {
    let Some(filter) = filter else { return Ok(batch.clone()) };
    let array = batch.column_by_name(&filter.column).and_then(|array| array.as_string_view_opt());
    let array = array.ok_or_else(|| Error::bug(format!("raw rows have no text column `{}`", filter.column)))?;
    let is_own = |text: &str| filter.values.iter().any(|value| value.eq_ignore_ascii_case(text));
    let mask: BooleanArray = array.iter().map(|text| Some(text.is_some_and(is_own))).collect();
    filter_record_batch(batch, &mask).map_err(Error::bug)
}

/// One flow over the rows of its source. `at` says whose rows come back.
async fn run_flow(
    engine: Engine,
    flow: Flow,
    statements: String,
    raw: Arc<RawTable>,
    at: usize,
) -> (usize, Result<Rows>) {
    // Nothing in a flow may depend on the moment of reading.
    let request = Request::new(format!("{statements}{}", flow.text), 0);
    let answer = engine.query(&request, raw).await;
    let rows = answer.map_err(|error| Error::content(&flow.path, explain(&error, &request.text)));
    let last =
        rows.and_then(|mut answer| answer.results.pop().ok_or_else(|| Error::content(&flow.path, "gives no table")));
    (at, last)
}

/// The first error with its line, counted in the text that was run.
pub(crate) fn explain(error: &engine::Error, text: &str) -> String {
    let engine::Error::Query(diagnostics) = error else { return error.to_string() };
    let Some(first) = diagnostics.iter().find(|diagnostic| diagnostic.is_error()) else { return error.to_string() };
    let start = usize::try_from(first.span.start).unwrap_or(usize::MAX);
    let line = text.get(..start).unwrap_or(text).lines().last().unwrap_or_default();
    let rest = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    format!("{} {}, at `{}{}`", first.code, first.message, line.trim_start(), rest)
}

fn stream_columns(stream: &Stream) -> Vec<Column> {
    stream.columns().iter().map(|(name, ty)| Column::new(*name, *ty)).collect()
}

/// A database whose only table is `source`.
pub(crate) struct RawTable {
    schema: Arc<TableSchema>,
    provider: Arc<MemTable>,
    /// The rows.
    pub(crate) batches: Vec<RecordBatch>,
}

impl RawTable {
    /// The rows of a source as a table; `None` when there are none.
    fn new(source: &Source, batches: Vec<RecordBatch>) -> Result<Option<Arc<Self>>> {
        let Some(first) = batches.first() else { return Ok(None) };
        let provider = Arc::new(MemTable::try_new(first.schema(), vec![batches.clone()]).map_err(Error::bug)?);
        let columns = stream_columns(&source.stream);
        let schema = Arc::new(TableSchema { name: SOURCE_TABLE.to_owned(), columns, compat: vec![] });
        Ok(Some(Arc::new(Self { schema, provider, batches })))
    }
}

impl Database for RawTable {
    fn schema(&self, table: &str) -> Option<Arc<TableSchema>> {
        (table == SOURCE_TABLE).then(|| self.schema.clone())
    }

    fn table_names(&self) -> Vec<String> {
        vec![SOURCE_TABLE.to_owned()]
    }

    fn provider(&self, table: &str) -> Option<Arc<dyn TableProvider>> {
        (table == SOURCE_TABLE).then(|| self.provider.clone() as Arc<dyn TableProvider>)
    }
}
