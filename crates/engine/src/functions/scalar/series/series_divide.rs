//! `series_divide`: how often does the second number of each pair go into the first?

use crate::dynamic::{PAIRS, combine_reals};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_divide",
    aliases: &[],
    summary: "Divides the first array by the second pair by pair; null where one is missing or no number.",
    signatures: PAIRS,
    source: "https://learn.microsoft.com/kusto/query/series-divide-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    combine_reals(args, |left, right| left / right)
}
