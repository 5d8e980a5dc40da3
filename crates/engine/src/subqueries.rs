//! Runs the parts of a query that others depend on, in order, and puts their answers in their place.
//!
//! `materialize` is evaluated once; `toscalar` becomes a constant; `in (T)` a list of constants; rows with window functions become a table
//! that is there. What is left has no query inside an expression, so that lowering is a function of its arguments.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch};
use arrow::datatypes::Schema as ArrowSchema;
use datafusion::catalog::TableProvider;
use datafusion::datasource::MemTable;
use datafusion::datasource::empty::EmptyTable;
use datafusion::execution::context::SessionState;
use datafusion::prelude::DataFrame;
use semantics::bound::{Bound, Expr, ExprKind, InList, SortKey, Step, Table, TableKind};
use semantics::{Column, Type, Value, codes};
use syntax::Diagnostic;

use crate::database::Database;
use crate::error::{Error, Result};
use crate::external::{External, ExternalRows};
use crate::held;
use crate::nodes::top_hitters;
use crate::operators::{Lowering, is_sorted, needs_places};
use crate::ordered::ordered;
use crate::questions::Answers;
use crate::rows::Rows;
use crate::session::Engine;

/// How many values `in (T)` may list. Kusto's own limit.
const IN_VALUES_MAX: usize = 1_000_000;

type Resolving<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// Runs a bound query: its shared tables first, then its results.
/// What there is to say about it goes to `diagnostics`.
pub(crate) async fn run(
    engine: &Engine,
    bound: Bound,
    mut answers: Answers,
    now: i64,
    database: &dyn Database,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Vec<Rows>> {
    let mut run = Run::begin(engine, bound.shared, now, database, &mut answers).await?;
    let mut results = vec![];
    for mut table in bound.results {
        results.push(run.evaluate_up_to(&mut table, engine.rows_max()).await?);
    }
    diagnostics.append(&mut answers.findings);
    Ok(results)
}

pub(crate) struct Run<'a> {
    engine: &'a Engine,
    now: i64,
    database: &'a dyn Database,
    pub(crate) shared: Vec<Arc<dyn TableProvider>>,
    answers: &'a mut Answers,
    /// Rows have an order that plans must not mix up.
    pub(crate) in_order: bool,
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
        let schema = Arc::new(ArrowSchema::new(crate::types::arrow_fields(&rows.columns)));
        let provider: Arc<dyn TableProvider> = match self.in_order {
            true => ordered(schema, rows.batches)?,
            false => Arc::new(MemTable::try_new(schema, vec![rows.batches])?),
        };
        self.answers.keep(at, table, Arc::clone(&provider), self.in_order);
        Ok(provider)
    }

    pub(crate) async fn evaluate(&mut self, table: &mut Table) -> Result<Rows> {
        self.evaluate_up_to(table, None).await
    }

    async fn evaluate_up_to(&mut self, table: &mut Table, rows_max: Option<usize>) -> Result<Rows> {
        self.resolve_table(table).await?;
        let plan = self.lowering().table(table)?;
        let mut state = self.engine.context().state();
        // Threads that share the work above a sort would mix up its rows.
        if self.in_order || is_sorted(table) {
            state.config_mut().options_mut().optimizer.enable_round_robin_repartition = false;
        }
        let batches = held::collect(DataFrame::new(state, plan), &self.answers.held, rows_max).await?;
        Ok(Rows { columns: table.schema.clone(), batches: crate::operators::as_told(batches, &table.schema)? })
    }

    /// The session that plans are made for.
    pub(crate) fn state(&self) -> SessionState {
        self.engine.context().state()
    }

    /// Is it a table of which nobody has rows?
    pub(crate) fn is_empty(&self, table: &str) -> bool {
        self.database.provider(table).is_none() && self.database.unreadable(table).is_none()
    }

    pub(crate) fn lowering(&self) -> Lowering<'_> {
        Lowering { now: self.now, database: self.database, shared: &self.shared }
    }

    /// Computes what no plan can: such a table then is one of the tables that are there.
    async fn resolve_rows(&mut self, table: &mut Table) -> Result<()> {
        let state = self.engine.context().state();
        let all = match &mut table.kind {
            TableKind::Window { input, columns } if !columns.is_empty() => {
                let rows = Box::pin(self.evaluate(input)).await?;
                self.lowering().with_windows(&state, &rows, columns, &table.schema)?
            }
            TableKind::ScanSteps(scan) => {
                let rows = Box::pin(self.evaluate(&mut scan.input)).await?;
                self.lowering().scan_steps(&state, &rows, scan, &table.schema)?
            }
            TableKind::TopHitters { input, count } => {
                let rows = Box::pin(self.evaluate(input)).await?;
                top_hitters(&rows, self.lowering().row_count(count)?)?
            }
            TableKind::GraphMatch(found) => {
                let edges = Box::pin(self.evaluate(&mut found.graph.edges)).await?;
                let nodes = Box::pin(self.evaluate(&mut found.graph.nodes)).await?;
                self.lowering().graph_match(&state, (&edges, &nodes), found, &table.schema)?
            }
            TableKind::GraphComponents(components) => {
                let edges = Box::pin(self.evaluate(&mut components.graph.edges)).await?;
                let nodes = Box::pin(self.evaluate(&mut components.graph.nodes)).await?;
                self.lowering().graph_components((&edges, &nodes), components, &table.schema)?
            }
            TableKind::PerKey(per_key) => self.per_key(per_key, &table.schema).await?,
            _ => return Ok(()),
        };
        self.in_order = true;
        table.kind = TableKind::Shared { index: self.shared.len() };
        self.keep(&all)?;
        Ok(())
    }

    /// Evaluates rows and puts them into a table with their places, sorted by these.
    async fn place_rows(&mut self, table: &mut Table) -> Result<()> {
        let rows = Box::pin(self.evaluate(table)).await?;
        let mut placed = table.clone();
        placed.schema.push(Column::new("$place", Type::Long));
        let batch = crate::nodes::one_batch(&rows)?;
        let places = Int64Array::from_iter_values(0..batch.num_rows() as i64);
        let mut columns = batch.columns().to_vec();
        columns.push(Arc::new(places));
        let told = Arc::new(ArrowSchema::new(crate::types::arrow_fields(&placed.schema)));
        let batch = RecordBatch::try_new(told, columns).map_err(|error| Error::Bug(error.to_string()))?;
        placed.kind = TableKind::Shared { index: self.shared.len() };
        self.keep(&batch)?;
        let place = Expr { kind: ExprKind::Column(table.schema.len()), ty: Type::Long, span: table.span };
        table.schema.clone_from(&placed.schema);
        let keys = vec![SortKey { expr: place, descending: false, nulls_first: true }];
        table.kind = TableKind::Sort { input: Box::new(placed), keys };
        Ok(())
    }

    /// Makes rows one of the tables that are there.
    fn keep(&mut self, all: &RecordBatch) -> Result<()> {
        let batches = (0..all.num_rows()).step_by(BATCH_ROWS);
        let batches = batches.map(|at| all.slice(at, BATCH_ROWS.min(all.num_rows() - at))).collect();
        self.shared.push(ordered(all.schema(), batches)?);
        Ok(())
    }

    /// Reads the files of `externaldata`, whose records then are one of the tables that are there.
    async fn resolve_external(&mut self, table: &mut Table) -> Result<()> {
        let TableKind::External { sources, options } = &table.kind else { return Ok(()) };
        let text = |source: &Expr| -> Result<String> {
            Ok(self.lowering().constant(source)?.try_as_str().flatten().unwrap_or_default().to_owned())
        };
        let sources = sources.iter().map(text).collect::<Result<Vec<_>>>()?;
        let external = External { sources, options: options.clone(), columns: table.schema.clone() };
        let ExternalRows { batches, warnings } = self.database.external(&external).await?;
        for message in warnings {
            self.answers.found(Diagnostic::warning(codes::EXTERNAL_SOURCE, table.span, message));
        }
        let schema = Arc::new(ArrowSchema::new(crate::types::arrow_fields(&table.schema)));
        let batches = crate::operators::as_told(batches, &table.schema)?;
        table.kind = TableKind::Shared { index: self.shared.len() };
        self.shared.push(Arc::new(MemTable::try_new(schema, vec![batches])?));
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
        table.kind = TableKind::Shared { index: self.shared.len() };
        self.keep(&crate::nodes::one_batch(&rows)?)
    }

    pub(crate) fn resolve_table<'b>(&'b mut self, table: &'b mut Table) -> Resolving<'b> {
        Box::pin(async move {
            let needs_places = needs_places(table);
            // DataFusion takes a sort away that stands below an expansion.
            let needs_rows = matches!(&table.kind, TableKind::MvExpand { input, .. } if is_sorted(input));
            for input in inputs(&mut table.kind) {
                self.resolve_table(input).await?;
            }
            if let (true, TableKind::Summarize { input, .. }) = (needs_places, &mut table.kind) {
                self.place_rows(input).await?;
            }
            if let (true, TableKind::MvExpand { input, .. }) = (needs_rows, &mut table.kind) {
                self.in_order = true;
                let rows = Box::pin(self.evaluate(input)).await?;
                input.kind = TableKind::Shared { index: self.shared.len() };
                self.keep(&crate::nodes::one_batch(&rows)?)?;
            }
            for expr in expressions(&mut table.kind) {
                self.resolve(expr).await?;
            }
            self.resolve_external(table).await?;
            self.resolve_plugin(table).await?;
            self.resolve_rows(table).await
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
pub(crate) fn inputs(kind: &mut TableKind) -> Vec<&mut Table> {
    match kind {
        TableKind::Scan { .. }
        | TableKind::Shared { .. }
        | TableKind::Rows { .. }
        | TableKind::External { .. }
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
        | TableKind::TopHitters { input, .. }
        | TableKind::Sample { input, .. } => vec![input],
        TableKind::Parse(parse) => vec![&mut parse.input],
        TableKind::ScanSteps(scan) => vec![&mut scan.input],
        TableKind::GraphMatch(found) => vec![&mut found.graph.edges, &mut found.graph.nodes],
        TableKind::GraphComponents(components) => vec![&mut components.graph.edges, &mut components.graph.nodes],
        TableKind::PerKey(per_key) => std::iter::once(&mut per_key.input).chain(&mut per_key.keys).collect(),
        TableKind::Plugin(plugin) => plugin.inputs.iter_mut().collect(),
        TableKind::Join(join) => vec![&mut join.left, &mut join.right],
        TableKind::Union { inputs } => inputs.iter_mut().collect(),
    }
}

/// The expressions of an operator.
pub(crate) fn expressions(kind: &mut TableKind) -> Vec<&mut Expr> {
    match kind {
        TableKind::Scan { .. }
        | TableKind::Shared { .. }
        | TableKind::Rows { .. }
        | TableKind::OneRow
        | TableKind::Distinct { .. }
        | TableKind::PerKey(_)
        | TableKind::GraphComponents(_)
        | TableKind::Union { .. } => vec![],
        TableKind::GraphMatch(found) => found.expressions_mut().collect(),
        TableKind::External { sources, .. } => sources.iter_mut().collect(),
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
        TableKind::Take { count, .. } | TableKind::Sample { count, .. } | TableKind::TopHitters { count, .. } => {
            vec![count]
        }
        TableKind::Join(join) => join.keys.iter_mut().flat_map(|(left, right)| [left, right]).collect(),
        TableKind::MvExpand { limit, .. } => limit.iter_mut().collect(),
        TableKind::Window { columns, .. } => columns.iter_mut().flat_map(|column| &mut column.arguments).collect(),
        TableKind::Parse(parse) => vec![&mut parse.source],
        TableKind::ScanSteps(scan) => scan.expressions_mut().collect(),
        TableKind::Plugin(plugin) => plugin.constants_mut().collect(),
    }
}

/// The operands of an expression, but for `in`, whose list is more than operands.
pub(crate) fn parts(kind: &mut ExprKind) -> Vec<&mut Expr> {
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
