//! `series_floor`: which whole number is next below each?

use crate::dynamic::{Number, map_series};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_floor",
    aliases: &[],
    summary: "Rounds each number down; null for what is no number.",
    signatures: &[Signature::new(
        &[required("series", Accepts::Type(Type::Dynamic), "numbers")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-floor-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    map_series(args, |value| Number::Real(value.real().floor()))
}
