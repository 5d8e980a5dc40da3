//! `series_greater_equals`: does greater equals hold for each pair?

use crate::dynamic::{PAIRS, compare_series};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_greater_equals",
    aliases: &[],
    summary: "Compares two arrays pair by pair (greater equals); null where one is missing or no number.",
    signatures: PAIRS,
    source: "https://learn.microsoft.com/kusto/query/series-greater-equals-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    compare_series(args, i64::ge, f64::ge)
}
