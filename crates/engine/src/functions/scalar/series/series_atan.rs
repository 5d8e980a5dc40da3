//! `series_atan`: which angle has each as its tangent?

use crate::dynamic::{Number, map_series};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_atan",
    aliases: &[],
    summary: "Gives the arctangent of each number; null for what is no number.",
    signatures: &[Signature::new(
        &[required("series", Accepts::Type(Type::Dynamic), "numbers")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-atan-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    map_series(args, |value| Number::Real(value.real().atan()))
}
