//! `percentile_tdigest`: which value do so many percent of a digest not exceed?

use crate::accumulators::{Digest, Mergeable};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "percentile_tdigest",
    aliases: &[],
    summary: "The least value of a digest that so many percent do not exceed; null when it is no digest, or the percentile is not from 0 to 100.",
    signatures: &[Signature::new(
        &[
            required("tdigest", Accepts::Type(Type::Dynamic), "the digest"),
            required("percentile", Accepts::Type(Type::Real), "0 to 100"),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/percentile-tdigest-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (digest, percentile) = (args.json(0)?, args.reals(1)?);
    args.make_json(|row| {
        let percentile = percentile.get(row).filter(|percentile| (0.0..=100.0).contains(percentile))?;
        Some(Digest::parse(digest.get(row)?)?.percentile(percentile)?.json())
    })
}
