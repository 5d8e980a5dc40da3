//! What storage is asked for, and the plan that a result is read by.
//!
//! In: a bound result, over tables that are there. Out: per table of the database the columns that are read and the filters that storage sees, what
//! was left out by them, and the plan as DataFusion has it.

use std::sync::Arc;
use std::time::Duration;

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, ScalarValue};
use datafusion::execution::context::SessionState;
use datafusion::logical_expr::{Expr, LogicalPlan, TableScan};
use datafusion::physical_plan::metrics::MetricValue;
use datafusion::physical_plan::{ExecutionPlan, displayable, execute_stream};
use futures::StreamExt;
use semantics::bound::Table;
use semantics::time;

use super::walk::Walk;
use crate::error::Result;
use crate::operators::is_sorted;

/// How a result is read.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The tables of the database that are read.
    pub scans: Vec<Scanned>,
    /// The optimized plan, one operator a line.
    pub logical: String,
    /// The plan that runs.
    pub physical: String,
    /// What was read and left out, by the names that storage has for it; nothing when it was not run.
    pub metrics: Vec<(String, u64)>,
    /// How long the whole query took, and how many rows it gave.
    pub whole: Option<(Duration, u64)>,
}

/// A table as storage is asked for it.
#[derive(Debug, Clone)]
pub struct Scanned {
    /// The table.
    pub table: String,
    /// The columns that are read; those that are needed only by filters of storage are among them.
    pub columns: Vec<String>,
    /// The filters that storage sees.
    pub filters: Vec<String>,
}

impl Walk<'_> {
    /// The plan of each result, and what running it read.
    pub(super) async fn plans(&mut self, results: Vec<Table>) -> Result<Vec<Plan>> {
        let mut plans = vec![];
        for mut table in results {
            if !self.wanted.runs {
                // What a subquery gives is a part of the plan: without running it there is none.
                continue;
            }
            let started = self.now();
            let counted = self.stored();
            self.run.resolve_table(&mut table).await?;
            let lowered = self.run.lowering().table(&table)?;
            let mut state = self.run.state();
            if self.run.in_order || is_sorted(&table) {
                state.config_mut().options_mut().optimizer.enable_round_robin_repartition = false;
            }
            let logical = state.optimize(&lowered)?;
            let physical = state.query_planner().create_physical_plan(&logical, &state).await?;
            let rows = count(Arc::clone(&physical), &state).await?;
            let time = self.now().saturating_sub(started);
            let mut metrics = metrics(physical.as_ref());
            let read = self.stored().into_iter().zip(counted);
            metrics.extend(read.map(|((name, now), (_, before))| (name.to_owned(), now.saturating_sub(before))));
            plans.push(Plan {
                scans: scans(&logical)?,
                logical: logical.display_indent().to_string(),
                physical: displayable(physical.as_ref()).indent(false).to_string(),
                metrics,
                whole: Some((time, rows)),
            });
        }
        Ok(plans)
    }

    /// What storage has counted so far.
    fn stored(&self) -> Vec<(&'static str, u64)> {
        self.wanted.storage.as_ref().map(|storage| storage()).unwrap_or_default()
    }
}

/// Runs a plan for what it reads; its rows are counted and let go.
async fn count(plan: Arc<dyn ExecutionPlan>, state: &SessionState) -> Result<u64> {
    let mut stream = execute_stream(plan, state.task_ctx())?;
    let mut rows = 0;
    while let Some(batch) = stream.next().await {
        rows += batch?.num_rows() as u64;
    }
    Ok(rows)
}

fn scans(plan: &LogicalPlan) -> Result<Vec<Scanned>> {
    let mut found = vec![];
    plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node
            && !scan.table_name.table().starts_with('$')
        {
            found.push(scanned(scan));
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(found)
}

fn scanned(scan: &TableScan) -> Scanned {
    let readable = |filter: &Expr| in_words(filter.clone()).unwrap_or_else(|| filter.to_string());
    let names = scan.projected_schema.fields().iter().map(|field| field.name().clone());
    let filters = scan.filters.iter().map(readable);
    Scanned { table: scan.table_name.table().to_owned(), columns: names.collect(), filters: filters.collect() }
}

/// What a metric counts of what is read and left out.
fn counts(metric: &MetricValue) -> Vec<(String, u64)> {
    let is_count = matches!(metric.name(), "bytes_scanned" | "output_rows");
    match metric {
        // `row_groups_pruned_statistics` counts the groups that were looked at as well: both are told.
        MetricValue::PruningMetrics { name, pruning_metrics } => {
            let (what, by) = name.split_once("_pruned_").unwrap_or((name.trim_end_matches("_pruned"), "filters"));
            let (what, by) = (what.replace('_', " "), by.replace('_', " "));
            let (pruned, matched) = (pruning_metrics.pruned() as u64, pruning_metrics.matched() as u64);
            match pruned {
                0 => vec![],
                _ => vec![
                    (format!("{what} left out by {by}"), pruned),
                    (format!("{what} not left out by {by}"), matched),
                ],
            }
        }
        MetricValue::OutputRows(_) | MetricValue::Count { .. } if is_count => {
            let name = if metric.name() == "output_rows" { "rows read" } else { "bytes read" };
            vec![(name.to_owned(), metric.as_usize() as u64)]
        }
        _ => vec![],
    }
}

/// A filter without the types of its literals and the table of its columns, which is known.
fn in_words(filter: Expr) -> Option<String> {
    let word = |text: String| Transformed::yes(Expr::Column(Column::new_unqualified(text)));
    let readable = filter.transform_up(|expr| {
        Ok(match expr {
            Expr::Column(column) => word(column.name),
            Expr::Literal(ScalarValue::TimestampMicrosecond(Some(micros), _), _) => {
                let ticks = i128::from(micros) * 10 + UNIX_EPOCH_TICKS;
                word(format!("datetime({})", time::format_datetime(i64::try_from(ticks).unwrap_or(i64::MAX))))
            }
            Expr::Literal(value, meta) => match value.try_as_str() {
                Some(Some(text)) => word(format!("{text:?}")),
                _ => Transformed::no(Expr::Literal(value, meta)),
            },
            other => Transformed::no(other),
        })
    });
    readable.ok().map(|readable| readable.data.to_string())
}

/// 1970-01-01 in ticks since 0001-01-01.
const UNIX_EPOCH_TICKS: i128 = 621_355_968_000_000_000;

/// What the sources of a plan say about what they read, added up by name.
fn metrics(plan: &dyn ExecutionPlan) -> Vec<(String, u64)> {
    let mut found: Vec<(String, u64)> = vec![];
    let mut left = vec![plan];
    while let Some(node) = left.pop() {
        for child in node.children() {
            left.push(child.as_ref());
        }
        let Some(metrics) = node.metrics().filter(|_| node.children().is_empty()) else { continue };
        for (name, count) in metrics.iter().flat_map(|metric| counts(metric.value())) {
            match found.iter_mut().find(|(known, _)| *known == name) {
                Some((_, sum)) => *sum += count,
                None => found.push((name, count)),
            }
        }
    }
    found.sort();
    found
}
