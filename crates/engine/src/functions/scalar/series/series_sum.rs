//! `series_sum`: what do the numbers of a series add up to?

use crate::functions::prelude::*;
use crate::series::sum;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_sum",
    aliases: &[],
    summary: "Adds up the numbers of a series; null when there are none or something else is among them.",
    signatures: &[Signature::new(
        &[required("series", Accepts::Type(Type::Dynamic), "numbers")],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-sum-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let series = args.json(0)?;
    args.make_reals(|row| sum(series.get(row)?))
}
