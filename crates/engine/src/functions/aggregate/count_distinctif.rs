//! `count_distinctif`: how many different values are there where a predicate holds?

use crate::accumulators::count_distinct;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "count_distinctif",
    aliases: &[],
    summary: "Counts the different values among the rows for which the predicate is true.",
    signatures: &[Signature::new(
        &[
            required("expr", Accepts::Any, "what is counted"),
            required("predicate", Accepts::Type(Type::Bool), "which rows count"),
        ],
        Returns::Is(Type::Long),
    )],
    source: "https://learn.microsoft.com/kusto/query/count-distinctif-aggregation-function",
    lower: count_distinct(Some(1)),
};
