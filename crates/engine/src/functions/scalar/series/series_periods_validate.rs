//! `series_periods_validate`: does a series have these periods?

use crate::functions::prelude::*;
use crate::series::{reals, score_period, series_json, tuple_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_periods_validate",
    aliases: &[],
    summary: "Scores periods of a series from 0 to 1; outside of 4 points to half of the series the score is 0.",
    signatures: &[Signature::repeating(
        &[
            required("series", Accepts::Type(Type::Dynamic), "numbers"),
            required("period", Accepts::Real, "a period in points"),
        ],
        1,
        Returns::Columns(&[("periods", Type::Dynamic), ("scores", Type::Dynamic)]),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-periods-validate-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    if args.len() > 1 + PERIODS_MAX {
        return exec_err!("`series_periods_validate` takes at most {PERIODS_MAX} periods");
    }
    let series = args.json(0)?;
    let periods = (1..args.len()).map(|index| args.reals(index)).collect::<Result<Vec<Reals>>>()?;
    args.make_json(|row| {
        let series = reals(series.get(row)?)?;
        let periods: Vec<f64> = periods.iter().map(|period| period.get(row)).collect::<Option<_>>()?;
        let scores: Vec<f64> = periods.iter().map(|period| score_period(&series, *period)).collect();
        Some(tuple_json(&[series_json(&periods), series_json(&scores)]))
    })
}

const PERIODS_MAX: usize = 16;
