//! `union`, after the binder brought all inputs to one schema.

use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use semantics::Schema;
use semantics::bound::Table;

use super::{Lowering, columns, project};
use crate::error::Result;

impl Lowering<'_> {
    pub(super) fn union(&self, inputs: &[Table], schema: &Schema) -> Result<LogicalPlan> {
        let mut all: Option<LogicalPlan> = None;
        for input in inputs {
            let plan = self.table(input)?;
            let exprs = columns(&plan);
            let plan = project(plan, exprs, schema)?;
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
