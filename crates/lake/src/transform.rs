//! Raw rows → tables: runs the KQL of every source through the engine.
//!
//! In: raw batches, a chunk at a time, so that the cost of planning is shared by many rows and memory stays bounded. Out: rows of the
//! target tables. Must not know any source by name. Flows of a chunk run side by side, each on one thread, and their rows are taken in
//! the order of sources and flows: the same input gives the same tables, row by row.

use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use datafusion::catalog::{MemTable, TableProvider};
use engine::{Database, Engine, Executor, Limits, Request, Rows};
use semantics::{Column, TableSchema, Type};
use tokio::task::JoinSet;

use crate::content::Content;
use crate::error::{Error, Result};
use crate::memory::Tables;
use crate::record::{self, RawBatch, Stream};
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
}

impl Transform {
    pub(crate) fn new(content: Arc<Content>, settings: Settings) -> Result<Self> {
        let sources = read_sources(&content)?;
        let engine = Engine::new(Limits { partitions: 1, ..Limits::default() })?;
        Ok(Self { content, engine, sources, statements: settings.statements() })
    }

    /// Adds to `tables` what the sources make of the raw batches; batches that are a table's own rows are added as they are.
    pub(crate) async fn run(&self, raw: &[RawBatch], tables: &mut Tables) -> Result<()> {
        for RawBatch { stream, batch } in raw {
            if let Stream::Table(table) = stream {
                let columns = self.own_columns(table, batch)?;
                let pushed = tables.push(&self.content, table, &columns, batch);
                pushed.map_err(|message| Error::content(format!("tables/{table}.yaml"), message))?;
            }
        }
        let mut running = JoinSet::new();
        let mut flows = vec![];
        for source in &self.sources {
            let Some(provider) = raw_table(source, raw)? else { continue };
            for flow in &source.flows {
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

    /// The columns of a batch of a table's own rows, with the table's types.
    fn own_columns(&self, table: &str, batch: &RecordBatch) -> Result<Vec<Column>> {
        let schema = self.content.table(table)?;
        let ty =
            |name: &str| schema.as_ref()?.columns.iter().find(|column| column.name == name).map(|column| column.ty);
        let columns = batch.schema_ref().fields().iter();
        Ok(columns.map(|field| Column::new(field.name(), ty(field.name()).unwrap_or(Type::String))).collect())
    }
}

/// The source's rows as a table, or `None` when there are none.
fn raw_table(source: &Source, raw: &[RawBatch]) -> Result<Option<Arc<RawTable>>> {
    let own = raw.iter().filter(|raw| raw.stream == source.stream);
    let kept: Result<Vec<RecordBatch>> = own.map(|raw| keep(source.rows.as_ref(), &raw.batch)).collect();
    let kept: Vec<RecordBatch> = kept?.into_iter().filter(|batch| batch.num_rows() > 0).collect();
    let Some(first) = kept.first() else { return Ok(None) };
    let provider = Arc::new(MemTable::try_new(first.schema(), vec![kept]).map_err(Error::bug)?);
    let schema = TableSchema { name: SOURCE_TABLE.to_owned(), columns: stream_columns(&source.stream), compat: vec![] };
    Ok(Some(Arc::new(RawTable { schema: Arc::new(schema), provider })))
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
fn explain(error: &engine::Error, text: &str) -> String {
    let engine::Error::Query(diagnostics) = error else { return error.to_string() };
    let Some(first) = diagnostics.iter().find(|diagnostic| diagnostic.is_error()) else { return error.to_string() };
    let start = usize::try_from(first.span.start).unwrap_or(usize::MAX);
    let line = text.get(..start).unwrap_or(text).lines().last().unwrap_or_default();
    let rest = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    format!("{} {}, at `{}{}`", first.code, first.message, line.trim_start(), rest)
}

fn stream_columns(stream: &Stream) -> Vec<Column> {
    let columns = match stream {
        Stream::WindowsEvents => record::WINDOWS_EVENTS,
        Stream::Zeek => record::ZEEK,
        Stream::Table(_) => &[],
    };
    columns.iter().map(|(name, ty)| Column::new(*name, *ty)).collect()
}

/// A database whose only table is `source`.
struct RawTable {
    schema: Arc<TableSchema>,
    provider: Arc<MemTable>,
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
