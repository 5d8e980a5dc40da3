//! `percentiles_array`: which values do so many percent not exceed, as an array?

use crate::accumulators::{Percentiles, RANKED, percentile};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "percentiles_array",
    aliases: &[],
    summary: "The percentiles of the values, as one array.",
    signatures: &[
        Signature::new(
            &[
                required("expr", Accepts::AnyOf(RANKED), "the values"),
                required("percentiles", Accepts::Type(Type::Dynamic), "an array of numbers from 0 to 100").constant(),
            ],
            Returns::Is(Type::Dynamic),
        ),
        Signature::repeating(
            &[
                required("expr", Accepts::AnyOf(RANKED), "the values"),
                required("percentile", Accepts::Type(Type::Real), "0 to 100").constant(),
            ],
            1,
            Returns::Is(Type::Dynamic),
        ),
    ],
    source: "https://learn.microsoft.com/kusto/query/percentiles-aggregation-function",
    lower: percentile(Percentiles { is_weighted: false, is_array: true }),
};
