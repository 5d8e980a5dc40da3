//! Tables whose rows are made when a query asks for them, column by column.
//!
//! In: raw rows and a flow. Out: a provider. `SecurityEvent` has a hundred columns and `Event` the XML of every
//! record, which cost more to make and to keep than everything else; most detections ask for neither, and the others for a few columns.
//! A column that was made once is kept. Raw rows know nothing of filters; but a query whose filters keep no row makes no column besides
//! those that they ask about, so that a parser of ASIM may ask `Event` for records that vedette did not read itself, and pay nothing.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, RecordBatchOptions};
use arrow::compute::{and_kleene, concat_batches};
use arrow::datatypes::{Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{MemTable, Session, TableProvider};
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column as PlanColumn, DFSchema, DataFusionError, Result as ScanResult};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use engine::{Engine, Executor, Request, Rows};
use semantics::{Column, TableSchema, Value};
use tokio::sync::Mutex;

use crate::error::{Error, Result};
use crate::memory::{conform, field, type_column};
use crate::record::BATCH_ROWS_MAX;
use crate::source::Flow;
use crate::transform::{RawTable, explain};

/// Rows of one table that are not made yet.
pub(crate) struct Deferred {
    table: Arc<TableSchema>,
    schema: SchemaRef,
    engine: Engine,
    flow: Flow,
    statements: String,
    raw: Arc<RawTable>,
    row_count: usize,
    /// Columns that have been made, each with all rows.
    made: Mutex<HashMap<String, ArrayRef>>,
}

impl fmt::Debug for Deferred {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deferred").field("flow", &self.flow.path).finish_non_exhaustive()
    }
}

impl Deferred {
    /// Checks the flow against its table and counts its rows, without making any.
    pub(crate) async fn new(
        table: Arc<TableSchema>,
        engine: Engine,
        flow: Flow,
        statements: String,
        raw: Arc<RawTable>,
    ) -> Result<Self> {
        let mut deferred = Self {
            table,
            schema: Arc::new(Schema::empty()),
            engine,
            flow,
            statements,
            raw,
            row_count: 0,
            made: Mutex::new(HashMap::new()),
        };
        let counted = deferred.run("count").await?;
        deferred.row_count = match counted.iter().next().as_deref() {
            Some([Value::Long(count)]) => usize::try_from(*count).unwrap_or(0),
            _ => return Err(Error::bug("`count` gives one number")),
        };
        let rows = deferred.run("take 0").await?;
        let empty = RecordBatch::new_empty(Arc::new(Schema::new(rows.columns.iter().map(field).collect::<Vec<_>>())));
        conform(&deferred.table, &rows.columns, &empty)
            .map_err(|message| Error::content(&deferred.flow.path, message))?;
        let mut fields: Vec<_> =
            rows.columns.iter().filter_map(|column| deferred.told(&column.name)).map(field).collect();
        fields.extend(type_column(&deferred.table, &fields, 0).map_err(Error::bug)?.map(|(field, _)| field));
        deferred.schema = Arc::new(Schema::new(fields));
        Ok(deferred)
    }

    /// How many rows there will be.
    pub(crate) fn row_count(&self) -> usize {
        self.row_count
    }

    /// The raw rows that they will be made of.
    pub(crate) fn raw_batches(&self) -> &[RecordBatch] {
        &self.raw.batches
    }

    fn told(&self, name: &str) -> Option<&Column> {
        self.table.columns.iter().find(|column| column.name == name)
    }

    async fn run(&self, operator: &str) -> Result<Rows> {
        let request = Request::new(format!("{}{}\n| {operator}", self.statements, self.flow.text), 0);
        let answer = self.engine.query(&request, self.raw.clone()).await;
        let mut answer = answer.map_err(|error| Error::content(&self.flow.path, explain(&error, &request.text)))?;
        answer.results.pop().ok_or_else(|| Error::content(&self.flow.path, "gives no table"))
    }

    /// Makes the columns that have not been made.
    async fn make(&self, names: &[&str], made: &mut HashMap<String, ArrayRef>) -> Result<()> {
        let missing: Vec<&str> = names.iter().copied().filter(|name| !made.contains_key(*name)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let quoted: Vec<String> = missing.iter().map(|name| format!("['{name}']")).collect();
        let rows = self.run(&format!("project {}", quoted.join(", "))).await?;
        let batches: Result<Vec<_>, String> =
            rows.batches.iter().map(|batch| conform(&self.table, &rows.columns, batch)).collect();
        let batches = batches.map_err(|message| Error::content(&self.flow.path, message))?;
        let Some(first) = batches.first() else { return Ok(()) };
        let all = concat_batches(&first.schema(), &batches).map_err(Error::bug)?;
        if all.num_rows() != self.row_count {
            return Err(Error::bug(format!("{} rows were counted and {} were made", self.row_count, all.num_rows())));
        }
        for name in missing {
            let column = all.column_by_name(name).ok_or_else(|| Error::bug(format!("`{name}` was not made")))?;
            made.insert(name.to_owned(), column.clone());
        }
        Ok(())
    }

    async fn batches(&self, schema: &SchemaRef) -> Result<Vec<RecordBatch>> {
        let names: Vec<&str> =
            schema.fields().iter().map(|field| field.name().as_str()).filter(|name| self.is_made(name)).collect();
        // Held while columns are made, so that two queries do not make the same ones.
        let mut made = self.made.lock().await;
        self.make(&names, &mut made).await?;
        let mut batches = vec![];
        for start in (0..self.row_count).step_by(BATCH_ROWS_MAX) {
            let rows = BATCH_ROWS_MAX.min(self.row_count - start);
            let mut arrays = Vec::with_capacity(schema.fields().len());
            for field in schema.fields() {
                let array = match made.get(field.name()) {
                    Some(array) => array.slice(start, rows),
                    None => match type_column(&self.table, &[], rows).map_err(Error::bug)? {
                        Some((_, array)) if field.name() == "Type" => array,
                        _ => return Err(Error::bug(format!("`{}` was not made", field.name()))),
                    },
                };
                arrays.push(array);
            }
            let options = RecordBatchOptions::new().with_row_count(Some(rows));
            batches.push(RecordBatch::try_new_with_options(schema.clone(), arrays, &options).map_err(Error::bug)?);
        }
        Ok(batches)
    }

    /// Do the filters keep any row? Columns that they ask about are made. A filter that cannot be asked here keeps every row.
    async fn keeps_any(&self, session: &dyn Session, filters: &[Expr]) -> ScanResult<bool> {
        let mut kept: Option<BooleanArray> = None;
        for filter in filters {
            let columns: Vec<usize> =
                filter.column_refs().iter().filter_map(|column| self.schema.index_of(&column.name).ok()).collect();
            let schema = Arc::new(self.schema.project(&columns)?);
            let batches = self.batches(&schema).await.map_err(|error| DataFusionError::External(Box::new(error)))?;
            let all = concat_batches(&schema, &batches)?;
            let plain = filter.clone().transform(|expr| match expr {
                Expr::Column(column) => Ok(Transformed::yes(Expr::Column(PlanColumn::from_name(column.name)))),
                other => Ok(Transformed::no(other)),
            })?;
            let asked = session.create_physical_expr(plain.data, &DFSchema::try_from(schema)?)?;
            let answer = asked.evaluate(&all)?.into_array(all.num_rows())?;
            let Some(answer) = answer.as_boolean_opt() else { continue };
            kept = Some(match kept {
                None => answer.clone(),
                Some(before) => and_kleene(&before, answer)?,
            });
        }
        Ok(kept.is_none_or(|kept| kept.true_count() > 0))
    }

    /// Is the column the flow's, and not one that follows from the table?
    fn is_made(&self, name: &str) -> bool {
        self.schema
            .field_with_name(name)
            .is_ok_and(|field| !matches!(field.data_type(), arrow::datatypes::DataType::Dictionary(..)))
    }
}

#[async_trait]
impl TableProvider for Deferred {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> ScanResult<Vec<TableProviderFilterPushDown>> {
        // Rows are left out only when all of them are, so a plan filters them again.
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> ScanResult<Arc<dyn ExecutionPlan>> {
        let schema = match projection {
            Some(columns) => Arc::new(self.schema.project(columns)?),
            None => self.schema.clone(),
        };
        let batches = match self.keeps_any(session, filters).await? {
            true => self.batches(&schema).await.map_err(|error| DataFusionError::External(Box::new(error)))?,
            false => vec![],
        };
        let table = MemTable::try_new(schema, crate::database::partitions(batches))?;
        table.scan(session, None, &[], limit).await
    }
}
