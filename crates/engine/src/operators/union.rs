//! `union`, after the binder brought all inputs to one schema.

use std::sync::Arc;

use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, Union, cast};
use semantics::Schema;
use semantics::bound::Table;

use super::{Lowering, columns};
use crate::error::Result;
use crate::types::arrow_type;

impl Lowering<'_> {
    /// One union over all inputs: a thousand of them must not be a thousand unions above each other.
    pub(super) fn union(&self, inputs: &[Table], schema: &Schema) -> Result<LogicalPlan> {
        let plans = inputs.iter().map(|input| Ok(Arc::new(under(self.table(input)?, schema)?)));
        let mut plans = plans.collect::<Result<Vec<Arc<LogicalPlan>>>>()?;
        match plans.len() {
            0 => super::rows::lower(&[], schema),
            1 => Ok(Arc::unwrap_or_clone(plans.remove(0))),
            _ => Ok(LogicalPlan::Union(Union::try_new_with_loose_types(plans)?)),
        }
    }
}

/// The plan under just the names and types of the schema.
fn under(plan: LogicalPlan, schema: &Schema) -> Result<LogicalPlan> {
    let is_so = plan.schema().iter().zip(schema).all(|((qualifier, field), column)| {
        qualifier.is_none() && *field.name() == column.name && *field.data_type() == arrow_type(column.ty)
    });
    if is_so {
        return Ok(plan);
    }
    let exprs = columns(&plan)
        .into_iter()
        .zip(schema)
        .map(|(expr, column)| cast(expr, arrow_type(column.ty)).alias(&column.name))
        .collect::<Vec<Expr>>();
    Ok(LogicalPlanBuilder::from(plan).project(exprs)?.build()?)
}
