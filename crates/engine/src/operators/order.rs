//! The order of a table's rows, for the aggregates that mind it.
//!
//! In: a bound table. Out: the sort keys that its rows still follow. Groups are made in parallel, so a row carries its place into them.
//!
//! Source: learn.microsoft.com/kusto/query/make-list-aggregation-function: "If the input to the summarize operator is sorted, the order of
//! elements in the resulting array tracks that of the input."

use arrow::datatypes::DataType;
use datafusion::functions_window::expr_fn::row_number;
use datafusion::logical_expr::{Expr, ExprFunctionExt, LogicalPlan, LogicalPlanBuilder, SortExpr, cast, ident};
use semantics::bound::{ExprKind, SortKey, Table, TableKind};

use super::{Lowering, is_sorted};
use crate::error::Result;

/// Does the aggregate give its values in the order of the rows?
pub(super) fn minds_order(function: &str) -> bool {
    matches!(function, "make_list" | "make_list_if" | "make_list_with_nulls" | "makelist")
}

/// Must the rows of this grouping's input be put in a table of their own, with their places, for its aggregates to follow their order?
/// So it is when the keys of the order are gone, or do not tell rows apart any more: `sort by x | mv-expand y`.
pub(crate) fn needs_places(table: &Table) -> bool {
    match &table.kind {
        TableKind::Summarize { input, aggregates, .. } => {
            is_sorted(input) && order_of(input).is_none() && aggregates.iter().any(|call| minds_order(call.function))
        }
        _ => false,
    }
}

/// The keys, over the table's own columns, that its rows are sorted by; `None` when there are none or they are gone.
pub(super) fn order_of(table: &Table) -> Option<Vec<SortKey>> {
    match &table.kind {
        TableKind::Sort { keys, .. } | TableKind::Top { keys, .. } => Some(keys.clone()),
        TableKind::Filter { input, .. } | TableKind::Take { input, .. } | TableKind::Window { input, .. } => {
            order_of(input)
        }
        TableKind::Project { input, columns } => {
            let kept = |key: SortKey| {
                let ExprKind::Column(from) = key.expr.kind else { return None };
                let to = columns.iter().position(|column| column.kind == ExprKind::Column(from))?;
                let mut key = key;
                key.expr.kind = ExprKind::Column(to);
                Some(key)
            };
            order_of(input)?.into_iter().map(kept).collect()
        }
        _ => None,
    }
}

/// The columns that tell groups apart, of a table whose rows are groups: they come from several threads, so that without them rows that are equal
/// in the keys of a sort would have another order from run to run.
pub(super) fn group_keys(table: &Table) -> Vec<usize> {
    match &table.kind {
        TableKind::Summarize { by, .. } => (0..by.len()).collect(),
        TableKind::Distinct { .. } => (0..table.schema.len()).collect(),
        TableKind::Filter { input, .. } => group_keys(input),
        TableKind::Project { input, columns } => {
            let moved = |from: usize| columns.iter().position(|column| column.kind == ExprKind::Column(from));
            group_keys(input).into_iter().filter_map(moved).collect()
        }
        _ => vec![],
    }
}

impl Lowering<'_> {
    /// The same rows with their place among them as one more column.
    pub(super) fn with_place(
        &self,
        input: LogicalPlan,
        order: &[SortKey],
        scope: &[Expr],
    ) -> Result<(LogicalPlan, Option<Expr>)> {
        let keys =
            order.iter().map(|key| Ok(SortExpr::new(self.value(&key.expr, scope)?, !key.descending, key.nulls_first)));
        let keys = keys.collect::<Result<Vec<_>>>()?;
        let place = row_number().order_by(keys).build()?.alias(PLACE);
        let numbered = LogicalPlanBuilder::from(input).window([place])?.build()?;
        Ok((numbered, Some(cast(ident(PLACE), DataType::Int64))))
    }
}

const PLACE: &str = "$place";
