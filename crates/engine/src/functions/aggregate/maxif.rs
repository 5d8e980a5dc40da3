//! `maxif`: what is the greatest value where a predicate holds?

use crate::accumulators::{EXTREMES, Extreme, lower_extreme};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "maxif",
    aliases: &[],
    summary: "The greatest value among the rows for which the predicate is true.",
    signatures: &[Signature::new(
        &[
            required("expr", Accepts::AnyOf(EXTREMES), "what is compared"),
            required("predicate", Accepts::Type(Type::Bool), "which rows count"),
        ],
        Returns::Argument(0),
    )],
    source: "https://learn.microsoft.com/kusto/query/maxif-aggregation-function",
    lower: LowerAggregate::Rewrite(|call| lower_extreme(Extreme::Max, call)),
};
