//! `percentrank_tdigest`: how many percent of a digest does this value not fall below?

use crate::accumulators::place_in_digest;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "percentrank_tdigest",
    aliases: &[],
    summary: "The share of a digest that is not above a value, in percent. Null when it is no digest.",
    signatures: &[Signature::new(
        &[
            required("tdigest", Accepts::Type(Type::Dynamic), "the digest"),
            required("value", Accepts::Any, "the value"),
        ],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/percentrank-tdigest-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    place_in_digest(args, |digest, value| 100.0 * digest.rank(value) / digest.total())
}
