//! `sort`, `order` and `top`.
//!
//! - Ties: groups that are equal in the keys follow each other by what they are grouped by. Source: our choice; Kusto leaves it open. Other rows
//!   that are equal come as they come.

use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder, SortExpr};
use semantics::bound::{ExprKind, SortKey, Table};

use super::order::group_keys;
use super::{Lowering, columns};
use crate::error::Result;

impl Lowering<'_> {
    pub(super) fn sort(&self, input: &Table, keys: &[SortKey], count: Option<usize>) -> Result<LogicalPlan> {
        let is_key = |at: &usize| keys.iter().any(|key| key.expr.kind == ExprKind::Column(*at));
        let ties: Vec<usize> = group_keys(input).into_iter().filter(|at| !is_key(at)).collect();
        let input = self.table(input)?;
        if count == Some(0) {
            // DataFusion's heap of the first rows must have room for one.
            return Ok(LogicalPlanBuilder::from(input).limit(0, Some(0))?.build()?);
        }
        let scope = columns(&input);
        let keys =
            keys.iter().map(|key| Ok(SortExpr::new(self.value(&key.expr, &scope)?, !key.descending, key.nulls_first)));
        let mut keys = keys.collect::<Result<Vec<_>>>()?;
        keys.extend(ties.into_iter().filter_map(|at| Some(SortExpr::new(scope.get(at)?.clone(), true, true))));
        // Sorting by what is no column of the input adds columns to the plan; a projection takes them away again.
        let sorted = LogicalPlanBuilder::from(input).sort_with_limit(keys, count)?.build()?;
        if sorted.schema().fields().len() == scope.len() {
            return Ok(sorted);
        }
        Ok(LogicalPlanBuilder::from(sorted).project(scope)?.build()?)
    }
}
