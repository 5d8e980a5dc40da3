//! `series_magnitude`: how long is a series as a vector?

use crate::functions::prelude::*;
use crate::series::magnitude;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_magnitude",
    aliases: &[],
    summary: "Gives the square root of the sum of the squares of a series.",
    signatures: &[Signature::new(
        &[required("series", Accepts::Type(Type::Dynamic), "numbers")],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-magnitude-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let series = args.json(0)?;
    args.make_reals(|row| magnitude(series.get(row)?))
}
