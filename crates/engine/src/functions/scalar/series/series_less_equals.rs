//! `series_less_equals`: does less equals hold for each pair?

use crate::dynamic::compare_series;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_less_equals",
    aliases: &[],
    summary: "Compares two arrays pair by pair (less equals); null where one is missing or no number.",
    signatures: &[Signature::new(
        &[
            required("series1", Accepts::Type(Type::Dynamic), "numbers"),
            required("series2", Accepts::Type(Type::Dynamic), "numbers"),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-less-equals-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    compare_series(args, i64::le, f64::le)
}
