//! `tdigest_merge`: what is kept of several digests of `tdigest`?

use crate::accumulators::{Digest, Mergeable};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "tdigest_merge",
    aliases: &["merge_tdigest"],
    summary: "Merges digests of `tdigest` into one; null when one is none.",
    signatures: &[Signature::repeating(
        &[
            required("first", Accepts::Type(Type::Dynamic), "one"),
            required("second", Accepts::Type(Type::Dynamic), "another"),
        ],
        1,
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/merge-tdigest-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let columns = (0..args.len()).map(|index| args.json(index)).collect::<Result<Vec<Json>>>()?;
    args.make_json(|row| {
        let mut sketches = columns.iter().map(|column| Digest::parse(column.get(row)?));
        let mut merged = sketches.next()??;
        for next in sketches {
            let next = next?;
            merged.merge(&next);
        }
        Some(merged.json())
    })
}
