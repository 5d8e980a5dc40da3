//! `series_pow`: what is the first number of each pair to the power of the second?

use crate::dynamic::{PAIRS, combine_reals};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_pow",
    aliases: &[],
    summary: "Raises the first array to the second pair by pair; null where one is missing or no number.",
    signatures: PAIRS,
    source: "https://learn.microsoft.com/kusto/query/series-pow-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    combine_reals(args, f64::powf)
}
