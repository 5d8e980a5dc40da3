//! The engine as the other rooms see it: a request goes in, rows come out.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use semantics::bound::{Bound, Render};
use semantics::{Step, StoredFunction};
use syntax::{Diagnostic, Parsed};

use crate::database::{Database, EngineCatalog};
use crate::error::{Error, Result};
use crate::plan_check;
use crate::questions::Answers;
use crate::rows::Rows;
use crate::subqueries;

/// A query with all that its answer depends on.
#[derive(Debug, Clone)]
pub struct Request {
    /// KQL.
    pub text: String,
    /// What `now()` is: ticks of 100 ns since 0001-01-01. A field, so that a rule over last year's events answers as it would have then.
    pub now: i64,
    /// Refuse the column names that published queries use and that Microsoft's tables lack.
    pub strict_schema: bool,
    /// Values for `declare query_parameters`, as texts that are literals of the declared type.
    pub parameters: BTreeMap<String, String>,
    /// Stored functions that go before the database's: those of a rule's pack.
    pub functions: Arc<BTreeMap<String, StoredFunction>>,
}

impl Request {
    /// A query at a moment.
    pub fn new(text: impl Into<String>, now: i64) -> Self {
        Self { text: text.into(), now, strict_schema: false, parameters: BTreeMap::new(), functions: Arc::default() }
    }
}

/// What a query gave.
#[derive(Debug, Clone)]
pub struct Answer {
    /// One table per tabular statement.
    pub results: Vec<Rows>,
    /// What `render` said.
    pub render: Option<Render>,
    /// Warnings and notes.
    pub diagnostics: Vec<Diagnostic>,
}

/// Whoever runs queries: this process, or a cluster.
#[async_trait]
pub trait Executor: Send + Sync {
    /// Runs a query over a database.
    ///
    /// # Errors
    /// See [`Error`]; a query that is wrong gives all its diagnostics.
    async fn query(&self, request: &Request, database: Arc<dyn Database>) -> Result<Answer>;
}

/// How much of the machine the engine may use.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes for sorting, grouping and joining and for the rows of answers, over all queries; beyond it they spill to disk, or fail.
    pub memory_bytes_max: usize,
    /// Rows of one answer; a query that gives more fails. Without it memory is the limit.
    pub rows_max: Option<usize>,
    /// Threads of one query.
    pub partitions: usize,
}

impl Default for Limits {
    /// 8 GiB (a third of the smallest machine we measure on), one partition per core.
    fn default() -> Self {
        let partitions = std::thread::available_parallelism().map_or(1, usize::from);
        Self { memory_bytes_max: 8 << 30, rows_max: None, partitions }
    }
}

/// The engine in this process.
#[derive(Clone)]
pub struct Engine {
    context: SessionContext,
    rows_max: Option<usize>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}

impl Engine {
    /// An engine within limits.
    ///
    /// # Errors
    /// [`Error::Environment`] when there is no place to spill to.
    pub fn new(limits: Limits) -> Result<Self> {
        let mut config = SessionConfig::new().with_target_partitions(limits.partitions).with_batch_size(8192);
        let options = config.options_mut();
        options.execution.parquet.pushdown_filters = false;
        options.execution.collect_statistics = true;
        options.optimizer.skip_failed_rules = false;
        let pool = Arc::new(FairSpillPool::new(limits.memory_bytes_max));
        let runtime = RuntimeEnvBuilder::new().with_memory_pool(pool).build_arc()?;
        let builder = SessionStateBuilder::new().with_config(config).with_runtime_env(runtime).with_default_features();
        let state = builder.with_physical_optimizer_rules(plan_check::physical_rules()).build();
        Ok(Self { context: SessionContext::new_with_state(state), rows_max: limits.rows_max })
    }

    /// Binds a query without running it or reading its data.
    ///
    /// # Errors
    /// [`Error::Query`] with every diagnostic when the query is wrong.
    pub fn bind(&self, request: &Request, database: &dyn Database) -> Result<(Bound, Vec<Diagnostic>)> {
        let parsed = parse(request)?;
        let catalog = catalog(request, database);
        let (bound, diagnostics) = semantics::bind(&parsed.query, &catalog);
        settled(bound, diagnostics, parsed.errors, &catalog)
    }

    /// How many rows an answer may have.
    pub(crate) fn rows_max(&self) -> Option<usize> {
        self.rows_max
    }

    /// The session that plans are made and run in.
    pub(crate) fn context(&self) -> &SessionContext {
        &self.context
    }
}

/// What the query may name.
pub(crate) fn catalog<'a>(request: &'a Request, database: &'a dyn Database) -> EngineCatalog<'a> {
    EngineCatalog {
        database,
        has_compat_columns: !request.strict_schema,
        parameters: &request.parameters,
        functions: request.functions.as_ref(),
        unreadable: OnceLock::new(),
    }
}

pub(crate) fn parse(request: &Request) -> Result<Parsed> {
    let parsed = syntax::parse(&request.text);
    if parsed.errors.iter().any(Diagnostic::is_error) {
        return Err(Error::Query(parsed.errors));
    }
    Ok(parsed)
}

/// The bound query with what was said about it, the parser first.
pub(crate) fn settled(
    bound: Option<Bound>,
    mut diagnostics: Vec<Diagnostic>,
    parser: Vec<Diagnostic>,
    catalog: &EngineCatalog,
) -> Result<(Bound, Vec<Diagnostic>)> {
    diagnostics.splice(0..0, parser);
    match (bound, catalog.unreadable.get()) {
        (Some(bound), _) => Ok((bound, diagnostics)),
        (None, Some(reason)) => Err(Error::Environment(reason.clone())),
        (None, None) => Err(Error::Query(diagnostics)),
    }
}

#[async_trait]
impl Executor for Engine {
    async fn query(&self, request: &Request, database: Arc<dyn Database>) -> Result<Answer> {
        let parsed = parse(request)?;
        let database = database.as_ref();
        let catalog = catalog(request, database);
        let mut answers = Answers::new(self);
        let within = |error: Error| error.within(&request.text);
        let (bound, mut diagnostics) = loop {
            match semantics::bind_with(&parsed.query, &catalog, answers.schemas()) {
                Step::Done(bound, diagnostics) => {
                    break settled(bound, diagnostics, parsed.errors, &catalog)?;
                }
                Step::Asks(question) => {
                    answers.answer(self, *question, request.now, database).await.map_err(within)?;
                }
            }
        };
        let render = bound.render.clone();
        let results = subqueries::run(self, bound, answers, request.now, database, &mut diagnostics).await;
        let results = results.map_err(within)?;
        Ok(Answer { results, render, diagnostics })
    }
}
