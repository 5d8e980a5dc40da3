//! `series_stats`: what are the extremes, the mean and the spread of a series?

use crate::dynamic::real_json;
use crate::functions::prelude::*;
use crate::series::{Stats, series_of, stats, tuple_json};

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
    let series = args.json(0)?;
    let ignores = if args.len() > 1 { args.bools(1)?.get(0).unwrap_or(false) } else { false };
    args.make_json(|row| {
        let series = series_of(series.get(row)?)?;
        if !ignores && series.contains(&None) {
            return None;
        }
        let Stats { min, min_place, max, max_place, mean, variance, .. } = stats(&series)?;
        let place = |place: usize| place.to_string();
        Some(tuple_json(&[
            real_json(min),
            place(min_place),
            real_json(max),
            place(max_place),
            real_json(mean),
            real_json(variance.sqrt()),
            real_json(variance),
        ]))
    })
}
