//! One rule over a database at a moment → rows.
//!
//! In: a rule, whoever runs queries, the tables, and `now`. Out: rows, and what there is to say about the query and about the columns that
//! the rule's alerts refer to. Which tables there are, and when a rule runs, is not known here: a window is passed in.

use std::sync::Arc;
use std::time::{Duration, Instant};

use engine::{Database, Executor, Request};
use lake::{Window, Windowed};
use syntax::Diagnostic;

use crate::problem::Problem;
use crate::rule::{Rule, check_columns};
use crate::schedule::{Axis, Due};
use crate::table::Table;

/// What a run gave.
#[derive(Debug, Clone)]
pub struct Run {
    /// The rows.
    pub table: Table,
    /// Warnings and notes about the query.
    pub diagnostics: Vec<Diagnostic>,
    /// Columns that the rule refers to and its query does not give.
    pub problems: Vec<Problem>,
}

/// How a run goes about names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SchemaMode {
    /// Names that published queries use and Microsoft's tables lack resolve, with a warning.
    #[default]
    Lenient,
    /// They do not.
    Strict,
}

/// Runs a rule's query, unchanged, as of `now` (ticks).
///
/// The query itself says how far back it looks; Sentinel cuts events at `queryPeriod` as well, which differs only for a query that looks back
/// further than its rule declares. Such rows are kept here: a replay shows what the query says.
///
/// # Errors
/// Those of the executor; a query without a tabular result is the query's fault.
pub async fn run(
    rule: &Rule,
    executor: &dyn Executor,
    database: Arc<dyn Database>,
    now: i64,
    mode: SchemaMode,
) -> Result<Run, engine::Error> {
    let request = Request {
        strict_schema: mode == SchemaMode::Strict,
        functions: Arc::clone(&rule.functions),
        ..Request::new(rule.query.clone(), now)
    };
    let answer = executor.query(&request, database).await?;
    // A rule has one tabular result; should it have more, Sentinel takes the first.
    let Some(rows) = answer.results.into_iter().next() else {
        return Err(engine::Error::Unsupported("a rule whose query gives no table".to_owned()));
    };
    let names: Vec<String> = rows.columns.iter().map(|column| column.name.clone()).collect();
    let table = Table { rows: rows.iter().collect(), columns: rows.columns };
    Ok(Run { table, diagnostics: answer.diagnostics, problems: check_columns(rule, &names) })
}

/// What came of a run of the watch.
#[derive(Debug, Clone)]
pub struct Ended {
    /// What it gave, or why it gave nothing, in a sentence.
    pub outcome: Result<Run, String>,
    /// How long it took.
    pub duration_ms: i64,
    /// Can it be tried again, because what was wrong may be gone then?
    pub is_worth_another: bool,
}

/// Runs a rule over its window, and over rows that came in by `ingested_until`, as long as `time_max` allows.
pub async fn run_due(
    rule: &Rule,
    due: &Due,
    executor: &dyn Executor,
    database: Arc<lake::Database>,
    ingested_until: Option<i64>,
    time_max: Duration,
) -> Ended {
    let window = match due.axis {
        Axis::Event => Window { time: Some((due.start, due.end)), ingested_after: None, ingested_until },
        Axis::Ingestion => Window { time: None, ingested_after: Some(due.start), ingested_until: Some(due.end) },
    };
    let started = Instant::now();
    let run = run(rule, executor, Arc::new(Windowed::new(database, window)), due.now, SchemaMode::Lenient);
    let answer = tokio::time::timeout(time_max, run).await;
    let duration_ms = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
    let (outcome, is_worth_another) = match answer {
        Ok(Ok(run)) => (Ok(run), false),
        Ok(Err(error)) => (Err(reason(&error)), matches!(error, engine::Error::Environment(_))),
        Err(_) => (Err(format!("the query took longer than {} s", time_max.as_secs())), false),
    };
    Ended { outcome, duration_ms, is_worth_another }
}

/// Why a query gave nothing, in a line.
pub fn reason(error: &engine::Error) -> String {
    match error {
        engine::Error::Query(diagnostics) => {
            let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
            errors.map(|found| format!("{}: {}", found.code, found.message)).collect::<Vec<_>>().join("; ")
        }
        engine::Error::Unsupported(feature) => format!("`{feature}` is not supported yet"),
        engine::Error::Environment(text) | engine::Error::Bug(text) => text.clone(),
    }
}
