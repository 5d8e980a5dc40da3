//! `union`, after the binder brought all inputs to one schema.

use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, cast};
use semantics::Schema;
use semantics::bound::Table;

use super::{Lowering, columns};
use crate::error::Result;
use crate::types::arrow_type;

impl Lowering<'_> {
    pub(super) fn union(&self, inputs: &[Table], schema: &Schema) -> Result<LogicalPlan> {
        let mut all: Option<LogicalPlan> = None;
        for input in inputs {
            let plan = self.table(input)?;
            let exprs = columns(&plan)
                .into_iter()
                .zip(schema)
                .map(|(expr, column)| cast(expr, arrow_type(column.ty)).alias(&column.name));
            let exprs: Vec<Expr> = exprs.collect();
            let plan = LogicalPlanBuilder::from(plan).project(exprs)?.build()?;
            all = Some(match all {
                None => plan,
                Some(before) => LogicalPlanBuilder::from(before).union(plan)?.build()?,
            });
        }
        match all {
            Some(plan) => Ok(plan),
            None => super::rows::lower(&[], schema),
        }
    }
}
