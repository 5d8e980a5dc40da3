//! `series_periods_detect`: which periods does a series have?

use crate::functions::prelude::*;
use crate::series::{Period, detect_periods, reals, series_json, tuple_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_periods_detect",
    aliases: &[],
    summary: "Finds the surest periods of a series and scores them from 0 to 1; what is not found is 0.",
    signatures: &[Signature::new(
        &[
            required("series", Accepts::Type(Type::Dynamic), "numbers"),
            required("min_period", Accepts::Real, "the shortest, in points"),
            required("max_period", Accepts::Real, "the longest, in points"),
            required("num_periods", Accepts::Type(Type::Long), "how many at most"),
        ],
        Returns::Columns(&[("periods", Type::Dynamic), ("periods_scores", Type::Dynamic)]),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-periods-detect-function",
    lower: Lower::Kernel(evaluate),
};

/// Longer lists of periods are cut: no series has more periods than points.
const PERIODS_MAX: usize = 1024;

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (series, least, most, count) = (args.json(0)?, args.reals(1)?, args.reals(2)?, args.longs(3)?);
    args.make_json(|row| {
        let mut found = detect_periods(&reals(series.get(row)?)?, least.get(row)?, most.get(row)?);
        let count = usize::try_from(count.get(row)?).ok()?.min(PERIODS_MAX);
        found.resize(count, Period { points: 0, score: 0.0 });
        let periods: Vec<f64> = found.iter().map(|period| period.points as f64).collect();
        let scores: Vec<f64> = found.iter().map(|period| period.score).collect();
        Some(tuple_json(&[series_json(&periods), series_json(&scores)]))
    })
}
