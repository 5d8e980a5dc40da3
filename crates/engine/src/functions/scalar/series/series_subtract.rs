//! `series_subtract`: how far apart are the pairs?

use crate::dynamic::{PAIRS, combine_series};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_subtract",
    aliases: &[],
    summary: "Subtracts the second array from the first pair by pair; null where one is missing or no number.",
    signatures: PAIRS,
    source: "https://learn.microsoft.com/kusto/query/series-subtract-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    combine_series(args, i64::wrapping_sub, |left, right| left - right)
}
