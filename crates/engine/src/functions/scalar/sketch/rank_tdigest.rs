//! `rank_tdigest`: how many values of a digest does this one not fall below?

use crate::accumulators::{Digest, place_in_digest};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "rank_tdigest",
    aliases: &[],
    summary: "Counts the values of a digest that are not above a value. Null when it is no digest.",
    signatures: &[Signature::new(
        &[
            required("tdigest", Accepts::Type(Type::Dynamic), "the digest"),
            required("value", Accepts::Any, "the value"),
        ],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/rank-tdigest-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    place_in_digest(args, Digest::rank)
}
