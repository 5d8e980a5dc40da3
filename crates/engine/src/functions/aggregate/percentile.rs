//! `percentile`: which value do so many percent not exceed?

use crate::accumulators::{Percentiles, RANKED, percentile, ranked};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "percentile",
    aliases: &[],
    summary: "The least value that at least so many percent of the values do not exceed.",
    signatures: &[Signature::new(
        &[
            required("expr", Accepts::AnyOf(RANKED), "the values"),
            required("percentile", Accepts::Type(Type::Real), "0 to 100").constant(),
        ],
        Returns::Computed(ranked),
    )],
    source: "https://learn.microsoft.com/kusto/query/percentiles-aggregation-function",
    lower: percentile(Percentiles { is_weighted: false, is_array: false }),
};
