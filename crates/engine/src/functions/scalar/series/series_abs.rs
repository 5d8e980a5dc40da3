//! `series_abs`: how far is each number from zero?

use crate::dynamic::{Number, map_series};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_abs",
    aliases: &[],
    summary: "Gives the distance of each number from zero; null for what is no number.",
    signatures: &[Signature::new(
        &[required("series", Accepts::Type(Type::Dynamic), "numbers")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-abs-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    map_series(args, |value| match value {
        Number::Whole(value) => Number::Whole(value.wrapping_abs()),
        Number::Real(value) => Number::Real(value.abs()),
    })
}
