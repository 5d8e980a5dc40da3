//! Runs the parts of a query that others depend on, in order, and puts their answers in their place.
//!
//! `materialize` is evaluated once; `toscalar` becomes a constant; `in (T)` a list of constants; rows with window functions become a table
//! that is there. What is left has no query inside an expression, so that lowering is a function of its arguments.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use arrow::datatypes::Schema as ArrowSchema;
use datafusion::catalog::TableProvider;
use datafusion::datasource::MemTable;
use datafusion::datasource::empty::EmptyTable;
use datafusion::prelude::DataFrame;
use semantics::Value;
use semantics::bound::{Bound, Expr, ExprKind, InList, Step, Table, TableKind};

use crate::database::Database;
use crate::error::{Error, Result};
use crate::operators::{Lowering, is_sorted};
use crate::ordered::ordered;
use crate::questions::Answers;
use crate::rows::Rows;
use crate::session::Engine;

/// How many values `in (T)` may list. Kusto's own limit.
const IN_VALUES_MAX: usize = 1_000_000;

type Resolving<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// Runs a bound query: its shared tables first, then its results.
pub(crate) async fn run(
    engine: &Engine,
    bound: Bound,
    mut answers: Answers,
    now: i64,
    database: &dyn Database,
) -> Result<Vec<Rows>> {
    let mut run = Run::begin(engine, bound.shared, now, database, &mut answers).await?;
    let mut results = vec![];
    for mut table in bound.results {
        results.push(run.evaluate(&mut table).await?);
    }
    Ok(results)
}

pub(crate) struct Run<'a> {
    engine: &'a Engine,
    now: i64,
    database: &'a dyn Database,
    shared: Vec<Arc<dyn TableProvider>>,
    answers: &'a mut Answers,
    /// Rows have an order that plans must not mix up.
    in_order: bool,
}

/// Rows of a batch of a table that windows made: DataFusion's own measure.
const BATCH_ROWS: usize = 8192;

impl<'a> Run<'a> {
    /// Evaluates the tables that are evaluated once, unless that was done before.
    pub(crate) async fn begin(
        engine: &'a Engine,
        tables: Vec<Table>,
        now: i64,
        database: &'a dyn Database,
        answers: &'a mut Answers,
    ) -> Result<Self> {
        // Each shared table has its place from the beginning; those that windows and plugins make come behind.
        let nothing: Arc<dyn TableProvider> = Arc::new(EmptyTable::new(Arc::new(ArrowSchema::empty())));
        let shared = vec![nothing; tables.len()];
        let mut run = Self { engine, now, database, shared, answers, in_order: false };
        for (at, table) in tables.into_iter().enumerate() {
            let provider = run.share(at, table).await?;
            if let Some(place) = run.shared.get_mut(at) {
                *place = provider;
            }
        }
        Ok(run)
    }

    async fn share(&mut self, at: usize, table: Table) -> Result<Arc<dyn TableProvider>> {
        if let Some(known) = self.answers.evaluated(at, &table) {
            self.in_order |= known.in_order;
            return Ok(known.provider);
        }
        self.in_order |= is_sorted(&table);
        let rows = self.evaluate(&mut table.clone()).await?;
        let schema = Arc::new(ArrowSchema::new(crate::operators::fields(&rows.columns)));
        let provider: Arc<dyn TableProvider> = match self.in_order {
            true => ordered(schema, rows.batches)?,
            false => Arc::new(MemTable::try_new(schema, vec![rows.batches])?),
        };
        self.answers.keep(at, table, Arc::clone(&provider), self.in_order);
        Ok(provider)
    }

    pub(crate) async fn evaluate(&mut self, table: &mut Table) -> Result<Rows> {
        self.resolve_table(table).await?;
        let plan = self.lowering().table(table)?;
        let mut state = self.engine.context().state();
        // Threads that share the work above a sort would mix up its rows.
        if self.in_order || is_sorted(table) {
            state.config_mut().options_mut().optimizer.enable_round_robin_repartition = false;
        }
        let batches = DataFrame::new(state, plan).collect().await?;
        let batches = batches.into_iter().filter(|batch| batch.num_rows() > 0).collect();
        Ok(Rows { columns: table.schema.clone(), batches: crate::operators::as_told(batches, &table.schema)? })
    }

    pub(crate) fn lowering(&self) -> Lowering<'_> {
        Lowering { now: self.now, database: self.database, shared: &self.shared }
    }

    /// Computes the window functions of a table, which then is one of the tables that are there.
    async fn resolve_windows(&mut self, table: &mut Table) -> Result<()> {
        let TableKind::Window { input, columns } = &mut table.kind else { return Ok(()) };
        if columns.is_empty() {
            return Ok(());
        }
        self.in_order = true;
        let rows = Box::pin(self.evaluate(input)).await?;
        let all = self.lowering().with_windows(&self.engine.context().state(), &rows, columns, &table.schema)?;
        let batches = (0..all.num_rows()).step_by(BATCH_ROWS);
        let batches = batches.map(|at| all.slice(at, BATCH_ROWS.min(all.num_rows() - at))).collect();
        table.kind = TableKind::Shared { index: self.shared.len() };
        self.shared.push(ordered(all.schema(), batches)?);
        Ok(())
    }

    /// Runs a plugin, or takes the rows that it made when its columns were asked for; they are one of the tables that are there.
    async fn resolve_plugin(&mut self, table: &mut Table) -> Result<()> {
        let TableKind::Plugin(plugin) = &table.kind else { return Ok(()) };
        self.in_order = true;
        let rows = match plugin.question {
            Some(question) => self.answers.rows(question)?,
            None => self.plugin(table).await?,
        };
        let schema = Arc::new(ArrowSchema::new(crate::operators::fields(&rows.columns)));
        let batches = rows.batches.iter().flat_map(|all| {
            let starts = (0..all.num_rows()).step_by(BATCH_ROWS);
            starts.map(|at| all.slice(at, BATCH_ROWS.min(all.num_rows() - at)))
        });
        table.kind = TableKind::Shared { index: self.shared.len() };
        self.shared.push(ordered(schema, batches.collect())?);
        Ok(())
    }

    fn resolve_table<'b>(&'b mut self, table: &'b mut Table) -> Resolving<'b> {
        Box::pin(async move {
            for input in inputs(&mut table.kind) {
                self.resolve_table(input).await?;
            }
            for expr in expressions(&mut table.kind) {
                self.resolve(expr).await?;
            }
            self.resolve_windows(table).await?;
            self.resolve_plugin(table).await
        })
    }

    pub(crate) fn resolve<'b>(&'b mut self, expr: &'b mut Expr) -> Resolving<'b> {
        Box::pin(async move {
            match &mut expr.kind {
                ExprKind::ToScalar(table) => {
                    let rows = self.evaluate(table).await?;
                    let value = rows.iter().next().and_then(|row| row.into_iter().next());
                    expr.kind = ExprKind::Constant(value.unwrap_or_else(|| Value::absent(expr.ty)));
                }
                ExprKind::In { value, list, .. } => {
                    self.resolve(value).await?;
                    self.resolve_list(list).await?;
                }
                other => {
                    for part in parts(other) {
                        self.resolve(part).await?;
                    }
                }
            }
            Ok(())
        })
    }

    async fn resolve_list(&mut self, list: &mut InList) -> Result<()> {
        match list {
            InList::Values(values) => {
                for value in values {
                    self.resolve(value).await?;
                }
            }
            InList::Dynamic(value) => self.resolve(value).await?,
            InList::Table(table) => {
                let rows = self.evaluate(table).await?;
                if rows.len() > IN_VALUES_MAX {
                    return Err(Error::Environment(format!(
                        "`in` lists {} values, more than {IN_VALUES_MAX}",
                        rows.len()
                    )));
                }
                let span = table.span;
                let values = rows.iter().filter_map(|row| row.into_iter().next()).filter(|value| !value.is_null());
                let constant = |value: Value| Expr { ty: value.ty(), kind: ExprKind::Constant(value), span };
                *list = InList::Values(values.map(constant).collect());
            }
        }
        Ok(())
    }
}

/// The tables that an operator reads.
fn inputs(kind: &mut TableKind) -> Vec<&mut Table> {
    match kind {
        TableKind::Scan { .. }
        | TableKind::Shared { .. }
        | TableKind::Rows { .. }
        | TableKind::OneRow
        | TableKind::Range { .. } => vec![],
        TableKind::Filter { input, .. }
        | TableKind::Project { input, .. }
        | TableKind::Summarize { input, .. }
        | TableKind::Distinct { input }
        | TableKind::Sort { input, .. }
        | TableKind::Top { input, .. }
        | TableKind::Take { input, .. }
        | TableKind::MvExpand { input, .. }
        | TableKind::Window { input, .. }
        | TableKind::Sample { input, .. } => vec![input],
        TableKind::Parse(parse) => vec![&mut parse.input],
        TableKind::Plugin(plugin) => plugin.inputs.iter_mut().collect(),
        TableKind::Join(join) => vec![&mut join.left, &mut join.right],
        TableKind::Union { inputs } => inputs.iter_mut().collect(),
    }
}

/// The expressions of an operator.
fn expressions(kind: &mut TableKind) -> Vec<&mut Expr> {
    match kind {
        TableKind::Scan { .. }
        | TableKind::Shared { .. }
        | TableKind::Rows { .. }
        | TableKind::OneRow
        | TableKind::Distinct { .. }
        | TableKind::Union { .. } => vec![],
        TableKind::Range { from, to, step } => vec![from, to, step],
        TableKind::Filter { predicate, .. } => vec![predicate],
        TableKind::Project { columns, .. } => columns.iter_mut().collect(),
        TableKind::Summarize { by, aggregates, .. } => {
            by.iter_mut().chain(aggregates.iter_mut().flat_map(|aggregate| &mut aggregate.arguments)).collect()
        }
        TableKind::Sort { keys, .. } => keys.iter_mut().map(|key| &mut key.expr).collect(),
        TableKind::Top { count, keys, .. } => {
            std::iter::once(count).chain(keys.iter_mut().map(|key| &mut key.expr)).collect()
        }
        TableKind::Take { count, .. } | TableKind::Sample { count, .. } => vec![count],
        TableKind::Join(join) => join.keys.iter_mut().flat_map(|(left, right)| [left, right]).collect(),
        TableKind::MvExpand { limit, .. } => limit.iter_mut().collect(),
        TableKind::Window { columns, .. } => columns.iter_mut().flat_map(|column| &mut column.arguments).collect(),
        TableKind::Parse(parse) => vec![&mut parse.source],
        TableKind::Plugin(plugin) => plugin.constants_mut().collect(),
    }
}

/// The operands of an expression, but for `in`, whose list is more than operands.
fn parts(kind: &mut ExprKind) -> Vec<&mut Expr> {
    match kind {
        ExprKind::Constant(_) | ExprKind::Column(_) | ExprKind::ToScalar(_) | ExprKind::In { .. } => vec![],
        ExprKind::Convert(operand) | ExprKind::Negate(operand) => vec![operand],
        ExprKind::Arithmetic { left, right, .. }
        | ExprKind::Compare { left, right, .. }
        | ExprKind::EqualIgnoringCase { left, right, .. }
        | ExprKind::Text { left, right, .. }
        | ExprKind::And(left, right)
        | ExprKind::Or(left, right) => vec![left, right],
        ExprKind::Between { value, low, high, .. } => vec![value, low, high],
        ExprKind::Path { base, steps } => {
            let computed = steps.iter_mut().filter_map(|step| match step {
                Step::Computed(expr) => Some(expr),
                Step::Key(_) | Step::Index(_) => None,
            });
            std::iter::once(base.as_mut()).chain(computed).collect()
        }
        ExprKind::Call { arguments, .. } => arguments.iter_mut().collect(),
    }
}
