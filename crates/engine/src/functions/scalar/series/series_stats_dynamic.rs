//! `series_stats_dynamic`: what are the extremes, the mean and the spread of a series, as a bag?

use crate::dynamic::{object_of, real_json};
use crate::functions::prelude::*;
use crate::series::stats_by_row;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_stats_dynamic",
    aliases: &[],
    summary: "Gives a bag of minimum, maximum, their places, mean, standard deviation, variance, sum and length of a series.",
    signatures: &[Signature::new(
        &[
            required("series", Accepts::Type(Type::Dynamic), "numbers"),
            optional(
                "ignore_nonfinite",
                Accepts::Type(Type::Bool),
                "pass over what is no finite number? By default it makes all null",
            )
            .constant(),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-stats-dynamic-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    stats_by_row(args, |found, length| {
        object_of([
            ("min", real_json(found.min)),
            ("min_idx", found.min_place.to_string()),
            ("max", real_json(found.max)),
            ("max_idx", found.max_place.to_string()),
            ("avg", real_json(found.mean)),
            ("stdev", real_json(found.variance.sqrt())),
            ("variance", real_json(found.variance)),
            ("sum", real_json(found.sum)),
            ("len", length.to_string()),
        ])
    })
}
