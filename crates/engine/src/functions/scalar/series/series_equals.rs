//! `series_equals`: does equals hold for each pair?

use crate::dynamic::{PAIRS, compare_series};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_equals",
    aliases: &[],
    summary: "Compares two arrays pair by pair (equals); null where one is missing or no number.",
    signatures: PAIRS,
    source: "https://learn.microsoft.com/kusto/query/series-equals-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    compare_series(args, i64::eq, f64::eq)
}
