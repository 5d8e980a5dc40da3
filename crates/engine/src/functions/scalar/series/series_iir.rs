//! `series_iir`: what does a filter of infinite answer make of a series?

use crate::functions::prelude::*;
use crate::series::{infinite_response, reals, series_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_iir",
    aliases: &[],
    summary: "Filters a series by coefficients of itself and of what came out before: a running sum, smoothing …; null when one is no number.",
    signatures: &[Signature::new(
        &[
            required("series", Accepts::Type(Type::Dynamic), "numbers"),
            required("numerators", Accepts::Type(Type::Dynamic), "the coefficients of the series"),
            required("denominators", Accepts::Type(Type::Dynamic), "those of what came out; the first is not zero"),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-iir-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (series, numerators, denominators) = (args.json(0)?, args.json(1)?, args.json(2)?);
    args.make_json(|row| {
        let (numerators, denominators) = (reals(numerators.get(row)?)?, reals(denominators.get(row)?)?);
        Some(series_json(&infinite_response(&reals(series.get(row)?)?, &numerators, &denominators)?))
    })
}
