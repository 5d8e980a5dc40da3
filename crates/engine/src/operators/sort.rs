//! `sort`, `order` and `top`.

use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder, SortExpr};
use semantics::bound::{SortKey, Table};

use super::{Lowering, columns};
use crate::error::Result;

impl Lowering<'_> {
    pub(super) fn sort(&self, input: &Table, keys: &[SortKey], count: Option<usize>) -> Result<LogicalPlan> {
        let input = self.table(input)?;
        let scope = columns(&input);
        let keys =
            keys.iter().map(|key| Ok(SortExpr::new(self.value(&key.expr, &scope)?, !key.descending, key.nulls_first)));
        let keys = keys.collect::<Result<Vec<_>>>()?;
        // Sorting by what is no column of the input adds columns to the plan; a projection takes them away again.
        let sorted = LogicalPlanBuilder::from(input).sort_with_limit(keys, count)?.build()?;
        if sorted.schema().fields().len() == scope.len() {
            return Ok(sorted);
        }
        Ok(LogicalPlanBuilder::from(sorted).project(scope)?.build()?)
    }
}
