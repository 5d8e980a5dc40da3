//! `series_ceiling`: which whole number is next above each?

use crate::dynamic::{Number, map_series};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_ceiling",
    aliases: &[],
    summary: "Rounds each number up; null for what is no number.",
    signatures: &[Signature::new(
        &[required("series", Accepts::Type(Type::Dynamic), "numbers")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-ceiling-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    map_series(args, |value| Number::Real(value.real().ceil()))
}
