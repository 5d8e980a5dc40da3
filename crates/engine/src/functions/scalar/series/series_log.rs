//! `series_log`: to which power is e raised to give each?

use crate::dynamic::{Number, map_series};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_log",
    aliases: &[],
    summary: "Gives the natural logarithm of each number; null for what is no number.",
    signatures: &[Signature::new(
        &[required("series", Accepts::Type(Type::Dynamic), "numbers")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-log-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    map_series(args, |value| Number::Real(value.real().ln()))
}
