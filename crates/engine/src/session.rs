//! The engine as the other rooms see it: a request goes in, rows come out.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use semantics::Step;
use semantics::bound::{Bound, Render};
use syntax::{Diagnostic, Parsed};

use crate::database::{Database, EngineCatalog};
use crate::error::{Error, Result};
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
}

impl Request {
    /// A query at a moment.
    pub fn new(text: impl Into<String>, now: i64) -> Self {
        Self { text: text.into(), now, strict_schema: false }
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
    /// Bytes for sorting, grouping and joining, over all queries; beyond it they spill to disk, or fail.
    pub memory_bytes_max: usize,
    /// Threads of one query.
    pub partitions: usize,
}

impl Default for Limits {
    /// 8 GiB (a third of the smallest machine we measure on), one partition per core.
    fn default() -> Self {
        Self { memory_bytes_max: 8 << 30, partitions: std::thread::available_parallelism().map_or(1, usize::from) }
    }
}

/// The engine in this process.
#[derive(Clone)]
pub struct Engine {
    context: SessionContext,
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
        let state =
            SessionStateBuilder::new().with_config(config).with_runtime_env(runtime).with_default_features().build();
        Ok(Self { context: SessionContext::new_with_state(state) })
    }

    /// Binds a query without running it or reading its data.
    ///
    /// # Errors
    /// [`Error::Query`] with every diagnostic when the query is wrong.
    pub fn bind(&self, request: &Request, database: &dyn Database) -> Result<(Bound, Vec<Diagnostic>)> {
        let parsed = parse(request)?;
        let catalog = EngineCatalog { database, has_compat_columns: !request.strict_schema };
        let (bound, diagnostics) = semantics::bind(&parsed.query, &catalog);
        settled(bound, diagnostics, parsed.errors)
    }

    /// The session that plans are made and run in.
    pub(crate) fn context(&self) -> &SessionContext {
        &self.context
    }
}

fn parse(request: &Request) -> Result<Parsed> {
    let parsed = syntax::parse(&request.text);
    if parsed.errors.iter().any(Diagnostic::is_error) {
        return Err(Error::Query(parsed.errors));
    }
    Ok(parsed)
}

/// The bound query with what was said about it, the parser first.
fn settled(
    bound: Option<Bound>,
    mut diagnostics: Vec<Diagnostic>,
    parser: Vec<Diagnostic>,
) -> Result<(Bound, Vec<Diagnostic>)> {
    diagnostics.splice(0..0, parser);
    match bound {
        Some(bound) => Ok((bound, diagnostics)),
        None => Err(Error::Query(diagnostics)),
    }
}

#[async_trait]
impl Executor for Engine {
    async fn query(&self, request: &Request, database: Arc<dyn Database>) -> Result<Answer> {
        let parsed = parse(request)?;
        let database = database.as_ref();
        let catalog = EngineCatalog { database, has_compat_columns: !request.strict_schema };
        let mut answers = Answers::default();
        let (bound, diagnostics) = loop {
            match semantics::bind_with(&parsed.query, &catalog, answers.schemas()) {
                Step::Done(bound, diagnostics) => break settled(bound, diagnostics, parsed.errors)?,
                Step::Asks(question) => answers.answer(self, *question, request.now, database).await?,
            }
        };
        let render = bound.render.clone();
        let results = subqueries::run(self, bound, answers, request.now, database).await?;
        Ok(Answer { results, render, diagnostics })
    }
}
