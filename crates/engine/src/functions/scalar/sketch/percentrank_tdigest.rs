//! `percentrank_tdigest`: how many percent of a digest does this value not fall below?

use crate::accumulators::{Digest, Mergeable, Ranked};
use crate::dynamic::Elements;
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
    let digest = args.json(0)?;
    let value = Elements::new(&args.array(1)?, args.ty(1))?;
    args.make_reals(|row| {
        let (digest, value) = (Digest::parse(digest.get(row)?)?, Ranked::parse(&value.json(row))?);
        Some(100.0 * digest.rank(value) / digest.total())
    })
}
