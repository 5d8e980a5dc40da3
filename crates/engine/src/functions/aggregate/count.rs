//! `count`: how many rows?

use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "count",
    aliases: &[],
    summary: "Counts the rows of a group.",
    signatures: &[
        Signature::new(&[], Returns::Is(Type::Long)),
        // Undocumented, and counts null rows too (recorded from Kusto).
        Signature::new(&[required("expr", Accepts::Any, "is not looked at")], Returns::Is(Type::Long)),
    ],
    source: "https://learn.microsoft.com/kusto/query/count-aggregation-function",
    lower: LowerAggregate::Rewrite(rewrite),
};

fn rewrite(_: &AggregateCall) -> Result<Expr> {
    Ok(datafusion::functions_aggregate::expr_fn::count(lit(1_i64)))
}
