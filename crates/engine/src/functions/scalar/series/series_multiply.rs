//! `series_multiply`: what is the product of each pair?

use crate::dynamic::{PAIRS, combine_series};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_multiply",
    aliases: &[],
    summary: "Multiplies two arrays pair by pair; null where one is missing or no number.",
    signatures: PAIRS,
    source: "https://learn.microsoft.com/kusto/query/series-multiply-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    combine_series(args, i64::wrapping_mul, |left, right| left * right)
}
