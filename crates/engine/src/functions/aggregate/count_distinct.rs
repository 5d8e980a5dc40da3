//! `count_distinct`: how many different values has a group?

use crate::accumulators::count_distinct;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "count_distinct",
    aliases: &[],
    summary: "Counts the different values of a group.",
    signatures: &[Signature::new(&[required("expr", Accepts::Any, "what is counted")], Returns::Is(Type::Long))],
    source: "https://learn.microsoft.com/kusto/query/count-distinct-aggregation-function",
    lower: count_distinct(None),
};
