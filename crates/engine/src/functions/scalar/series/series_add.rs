//! `series_add`: what do the pairs add up to?

use crate::dynamic::{PAIRS, combine_series};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_add",
    aliases: &[],
    summary: "Adds two arrays pair by pair; null where one is missing or no number.",
    signatures: PAIRS,
    source: "https://learn.microsoft.com/kusto/query/series-add-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    combine_series(args, i64::wrapping_add, |left, right| left + right)
}
