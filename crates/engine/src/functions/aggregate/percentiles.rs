//! `percentiles`: which values do so many percent not exceed?

use crate::accumulators::{Percentiles, RANKED, percentile, ranked};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "percentiles",
    aliases: &[],
    summary: "A column for each percentile of the values.",
    signatures: &[Signature::repeating(
        &[
            required("expr", Accepts::AnyOf(RANKED), "the values"),
            required("percentile", Accepts::Type(Type::Real), "0 to 100").constant(),
        ],
        1,
        Returns::Computed(ranked),
    )],
    source: "https://learn.microsoft.com/kusto/query/percentiles-aggregation-function",
    lower: percentile(Percentiles { is_weighted: false, is_array: false }),
};
