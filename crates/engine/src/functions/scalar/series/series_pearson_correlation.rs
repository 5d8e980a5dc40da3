//! `series_pearson_correlation`: how close are two series to a line?

use crate::functions::prelude::*;
use crate::series::{pearson_correlation, reals};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_pearson_correlation",
    aliases: &[],
    summary: "Gives Pearson's coefficient of two series; null when an element is no number or has no partner.",
    signatures: &[Signature::new(
        &[
            required("series1", Accepts::Type(Type::Dynamic), "numbers"),
            required("series2", Accepts::Type(Type::Dynamic), "numbers"),
        ],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-pearson-correlation-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (left, right) = (args.json(0)?, args.json(1)?);
    args.make_reals(|row| pearson_correlation(&reals(left.get(row)?)?, &reals(right.get(row)?)?))
}
