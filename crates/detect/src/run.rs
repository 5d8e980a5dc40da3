//! One rule over a database at a moment → rows.
//!
//! In: a rule, whoever runs queries, the tables, and `now`. Out: rows, and what there is to say about the query and about the columns that
//! the rule's alerts refer to. Which tables there are, and when a rule runs, is not known here.

use std::sync::Arc;

use engine::{Database, Executor, Request};
use syntax::Diagnostic;

use crate::problem::Problem;
use crate::rule::{Rule, check_columns};
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
