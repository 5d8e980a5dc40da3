//! `percentilesw_array`: which values do so many percent of the weight not exceed, as an array?

use crate::accumulators::{Percentiles, RANKED, percentile};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Aggregate = Aggregate {
    name: "percentilesw_array",
    aliases: &[],
    summary: "The percentiles of the weighted values, as one array.",
    signatures: &[
        Signature::new(
            &[
                required("expr", Accepts::AnyOf(RANKED), "the values"),
                required("weight", Accepts::Type(Type::Long), "how often the value counts"),
                required("percentiles", Accepts::Type(Type::Dynamic), "an array of numbers from 0 to 100").constant(),
            ],
            Returns::Is(Type::Dynamic),
        ),
        Signature::repeating(
            &[
                required("expr", Accepts::AnyOf(RANKED), "the values"),
                required("weight", Accepts::Type(Type::Long), "how often the value counts"),
                required("percentile", Accepts::Type(Type::Real), "0 to 100").constant(),
            ],
            1,
            Returns::Is(Type::Dynamic),
        ),
    ],
    source: "https://learn.microsoft.com/kusto/query/percentilesw-aggregation-function",
    lower: percentile(Percentiles { is_weighted: true, is_array: true }),
};
