//! `countif`: for how many rows does a predicate hold?

use datafusion::functions_aggregate::expr_fn;
use datafusion::logical_expr::ExprFunctionExt;

use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "countif",
    aliases: &[],
    summary: "Counts the rows of a group for which the predicate is true.",
    signatures: &[Signature::new(
        &[required("predicate", Accepts::Type(Type::Bool), "which rows count")],
        Returns::Is(Type::Long),
    )],
    source: "https://learn.microsoft.com/kusto/query/countif-aggregation-function",
    lower: LowerAggregate::Rewrite(rewrite),
};

fn rewrite(call: &AggregateCall) -> Result<Expr> {
    expr_fn::count(lit(1_i64)).filter(call.arguments[0].clone()).build()
}
