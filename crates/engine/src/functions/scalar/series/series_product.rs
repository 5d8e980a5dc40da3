//! `series_product`: what is the product of the numbers of a series?

use crate::functions::prelude::*;
use crate::series::product;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_product",
    aliases: &[],
    summary: "Multiplies the numbers of a series; null when there are none or something else is among them.",
    signatures: &[Signature::new(
        &[required("series", Accepts::Type(Type::Dynamic), "numbers")],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-product-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let series = args.json(0)?;
    args.make_reals(|row| product(series.get(row)?))
}
