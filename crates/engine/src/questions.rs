//! Runs the plugins whose columns follow from the data, before the rest of a query is bound.
//!
//! In: a question of the binder. Out: rows, whose columns are the answer. The rows are kept for the query itself, and so are the tables that
//! are evaluated once: however often a query is bound, nothing is computed twice.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::datatypes::Schema as ArrowSchema;
use datafusion::catalog::TableProvider;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use semantics::bound::{Plugin, PluginValue, Table, TableKind};
use semantics::{Column, Question, Schema, Value, codes};
use syntax::{Diagnostic, Span};

use crate::database::Database;
use crate::error::{Error, Result};
use crate::functions::{self, Given, Made};
use crate::nodes::one_batch;
use crate::rows::{Rows, value};
use crate::session::Engine;
use crate::subqueries::Run;
use crate::types::absent_array;
use crate::types::arrow_fields;

/// What was found out about a query so far.
#[derive(Debug)]
pub(crate) struct Answers {
    rows: Vec<Rows>,
    schemas: Vec<Schema>,
    shared: Vec<Evaluated>,
    /// What was found out while it ran and its author should read.
    pub(crate) findings: Vec<Diagnostic>,
    /// The memory of the rows that were evaluated.
    pub(crate) held: MemoryReservation,
}

/// A table that was evaluated once.
#[derive(Debug, Clone)]
pub(crate) struct Evaluated {
    /// The table, as it was bound.
    table: Table,
    /// Its rows.
    pub(crate) provider: Arc<dyn TableProvider>,
    /// Do they have an order?
    pub(crate) in_order: bool,
}

impl Answers {
    /// None yet.
    pub(crate) fn new(engine: &Engine) -> Self {
        let held = MemoryConsumer::new("rows of the query").register(&engine.context().runtime_env().memory_pool);
        Self { rows: vec![], schemas: vec![], shared: vec![], findings: vec![], held }
    }

    /// Takes note of a finding; the same one once.
    pub(crate) fn found(&mut self, finding: Diagnostic) {
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    /// The columns of all answers.
    pub(crate) fn schemas(&self) -> &[Schema] {
        &self.schemas
    }

    /// The rows of an answer.
    pub(crate) fn rows(&self, question: usize) -> Result<Rows> {
        self.rows.get(question).cloned().ok_or_else(|| Error::Bug(format!("question {question} has no answer")))
    }

    /// The rows of a table that was evaluated before.
    pub(crate) fn evaluated(&self, at: usize, table: &Table) -> Option<Evaluated> {
        self.shared.get(at).filter(|evaluated| evaluated.table == *table).cloned()
    }

    /// Keeps the rows of a table.
    pub(crate) fn keep(&mut self, at: usize, table: Table, provider: Arc<dyn TableProvider>, in_order: bool) {
        let evaluated = Evaluated { table, provider, in_order };
        match self.shared.get_mut(at) {
            Some(place) => *place = evaluated,
            None => self.shared.push(evaluated),
        }
    }

    /// Runs the plugin of a question.
    pub(crate) async fn answer(
        &mut self,
        engine: &Engine,
        question: Question,
        now: i64,
        database: &dyn Database,
    ) -> Result<()> {
        let Question { shared, mut table } = question;
        let mut run = Run::begin(engine, shared, now, database, self).await?;
        let rows = run.plugin(&mut table).await?;
        self.schemas.push(rows.columns.clone());
        self.rows.push(rows);
        Ok(())
    }
}

impl Run<'_> {
    /// The rows of a plugin.
    pub(crate) async fn plugin(&mut self, table: &mut Table) -> Result<Rows> {
        let Table { kind: TableKind::Plugin(plugin), schema, span } = table else {
            return Err(Error::Bug("a plugin is expected".to_owned()));
        };
        let function = functions::plugin(plugin.plugin).ok_or_else(|| Error::Unsupported(plugin.plugin.to_owned()))?;
        let mut inputs = vec![];
        for input in &mut plugin.inputs {
            inputs.push(Box::pin(self.evaluate(input)).await?);
        }
        for constant in plugin.constants_mut() {
            self.resolve(constant).await?;
        }
        let given = self.given(plugin, inputs, schema)?;
        let made = (function.evaluate)(&given).map_err(|error| Error::from(error).at(*span))?;
        rows_of(made, given.is_declared.then_some(&*schema)).map_err(|error| error.at(*span))
    }

    fn given<'p>(&self, plugin: &'p Plugin, inputs: Vec<Rows>, schema: &'p Schema) -> Result<Given<'p>> {
        let mut constants: HashMap<&'static str, Vec<Value>> = HashMap::new();
        for argument in &plugin.arguments {
            if let PluginValue::Constant(expr) = &argument.value {
                let scalar = self.lowering().constant(expr)?;
                constants.entry(argument.parameter).or_default().push(value(&scalar.to_array()?, expr.ty, 0));
            }
        }
        let mut batches = vec![];
        let mut schemas = vec![];
        for rows in inputs {
            batches.push(one_batch(&rows)?);
            schemas.push(rows.columns);
        }
        let (arguments, is_declared) = (plugin.arguments.as_slice(), plugin.is_declared);
        Ok(Given { name: plugin.plugin, inputs: batches, schemas, arguments, constants, schema, is_declared })
    }
}

/// What a plugin made, as rows: with the columns that the author wrote when there are some.
fn rows_of(made: Made, written: Option<&Schema>) -> Result<Rows> {
    let Made { columns, row_count } = made;
    let (columns, arrays) = match written {
        None => columns.into_iter().unzip(),
        Some(schema) => (schema.clone(), as_written(columns, schema, row_count)?),
    };
    let schema = Arc::new(ArrowSchema::new(arrow_fields(&columns)));
    let options = RecordBatchOptions::new().with_row_count(Some(row_count));
    let batch = RecordBatch::try_new_with_options(schema, arrays, &options).map_err(bug)?;
    Ok(Rows { columns, batches: vec![batch] })
}

/// The columns that the author wrote; one that the plugin did not make is empty.
fn as_written(columns: Vec<(Column, ArrayRef)>, schema: &Schema, row_count: usize) -> Result<Vec<ArrayRef>> {
    let mut by_name: HashMap<String, (Column, ArrayRef)> =
        columns.into_iter().map(|made| (made.0.name.clone(), made)).collect();
    let array = |column: &Column| match by_name.remove(&column.name) {
        None => Ok(absent_array(column.ty, row_count)),
        Some((made, array)) if made.ty == column.ty => Ok(array),
        Some((made, _)) => {
            let message = format!("the column `{}` is a {}, and the schema says {}", column.name, made.ty, column.ty);
            Err(Error::Query(vec![Diagnostic::error(codes::TYPE_EXPECTED, Span::default(), message)]))
        }
    };
    schema.iter().map(array).collect()
}

fn bug(error: arrow::error::ArrowError) -> Error {
    Error::Bug(error.to_string())
}
