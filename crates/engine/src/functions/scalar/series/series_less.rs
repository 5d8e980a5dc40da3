//! `series_less`: does less hold for each pair?

use crate::dynamic::{PAIRS, compare_series};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_less",
    aliases: &[],
    summary: "Compares two arrays pair by pair (less); null where one is missing or no number.",
    signatures: PAIRS,
    source: "https://learn.microsoft.com/kusto/query/series-less-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    compare_series(args, i64::lt, f64::lt)
}
