//! `series_stats`: what are the extremes, the mean and the spread of a series?

use crate::dynamic::real_json;
use crate::functions::prelude::*;
use crate::series::{stats_by_row, tuple_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_stats",
    aliases: &[],
    summary: "Gives minimum, maximum, their places, mean, standard deviation and variance of a series, a column each.",
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
        Returns::Columns(COLUMNS),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-stats-function",
    lower: Lower::Kernel(evaluate),
};

const COLUMNS: &[(&str, Type)] = &[
    ("min", Type::Real),
    ("min_idx", Type::Long),
    ("max", Type::Real),
    ("max_idx", Type::Long),
    ("avg", Type::Real),
    ("stdev", Type::Real),
    ("variance", Type::Real),
];

fn evaluate(args: &Args) -> Result<ArrayRef> {
    stats_by_row(args, |found, _| {
        tuple_json(&[
            real_json(found.min),
            found.min_place.to_string(),
            real_json(found.max),
            found.max_place.to_string(),
            real_json(found.mean),
            real_json(found.variance.sqrt()),
            real_json(found.variance),
        ])
    })
}
