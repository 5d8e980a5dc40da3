//! `summarize`.
//!
//! - Shape: n rows → one row per group; without `by` always one row.
//! - Nulls: null is a group of its own.

use datafusion::common::Column;
use datafusion::functions::core::expr_fn::get_field;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, cast};
use semantics::Schema;
use semantics::bound::{self, Aggregate, Table};

use super::order::{minds_order, order_of};
use super::{Lowering, columns, project};
use crate::error::{Error, Result};
use crate::expressions::fold;
use crate::functions::{self, AggregateCall};
use crate::types::arrow_type;

impl Lowering<'_> {
    pub(super) fn summarize(
        &self,
        input: &Table,
        by: &[bound::Expr],
        aggregates: &[Aggregate],
        schema: &Schema,
    ) -> Result<LogicalPlan> {
        let order = order_of(input).filter(|_| aggregates.iter().any(|call| minds_order(call.function)));
        let input = self.table(input)?;
        let scope = columns(&input);
        let (input, place) = match order {
            Some(order) => self.with_place(input, &order, &scope)?,
            None => (input, None),
        };
        let keys = by
            .iter()
            .enumerate()
            .map(|(at, key)| Ok(cast(self.value(key, &scope)?, arrow_type(key.ty)).alias(format!("$key{at}"))));
        let keys = keys.collect::<Result<Vec<_>>>()?;
        let calls = aggregates
            .iter()
            .enumerate()
            .map(|(at, call)| Ok(self.aggregate(call, &scope, place.as_ref())?.alias(format!("$agg{at}"))));
        let calls = calls.collect::<Result<Vec<_>>>()?;
        let grouped = if calls.is_empty() {
            LogicalPlanBuilder::from(input).project(keys)?.distinct()?.build()?
        } else {
            LogicalPlanBuilder::from(input).aggregate(keys, calls)?.build()?
        };
        let mut outputs: Vec<Expr> = (0..by.len()).map(|at| column(format!("$key{at}"))).collect();
        for (at, call) in aggregates.iter().enumerate() {
            let value = column(format!("$agg{at}"));
            match call.outputs.len() {
                1 => outputs.push(value),
                several => outputs.extend((0..several).map(|part| get_field(value.clone(), format!("c{part}")))),
            }
        }
        project(grouped, outputs, schema)
    }

    /// The aggregate expression of a call; constants among its arguments are computed.
    fn aggregate(&self, call: &Aggregate, scope: &[Expr], place: Option<&Expr>) -> Result<Expr> {
        let function =
            functions::aggregate(call.function).ok_or_else(|| Error::Unsupported(call.function.to_owned()))?;
        let types = call.arguments.iter().map(|argument| argument.ty).collect();
        let arguments =
            call.arguments.iter().map(|argument| fold(self.value(argument, scope)?)).collect::<Result<_>>()?;
        let place = place.filter(|_| minds_order(call.function)).cloned();
        let lowered = AggregateCall { arguments, types, outputs: call.outputs.clone(), place };
        let expr = functions::aggregate_call(function, lowered).map_err(|error| Error::from(error).at(call.span))?;
        functions::place_aggregate(&expr, call.span);
        Ok(expr)
    }
}

fn column(name: String) -> Expr {
    Expr::Column(Column::new_unqualified(name))
}
