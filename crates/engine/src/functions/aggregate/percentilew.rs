//! `percentilew`: which value do so many percent of the weight not exceed?

use crate::accumulators::{Percentiles, RANKED, percentile, ranked};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "percentilew",
    aliases: &[],
    summary: "The least value that at least so many percent of the weight do not exceed.",
    signatures: &[Signature::new(
        &[
            required("expr", Accepts::AnyOf(RANKED), "the values"),
            required("weight", Accepts::Type(Type::Long), "how often the value counts"),
            required("percentile", Accepts::Type(Type::Real), "0 to 100").constant(),
        ],
        Returns::Computed(ranked),
    )],
    source: "https://learn.microsoft.com/kusto/query/percentilesw-aggregation-function",
    lower: percentile(Percentiles { is_weighted: true, is_array: false }),
};
