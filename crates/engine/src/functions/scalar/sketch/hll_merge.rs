//! `hll_merge`: what is kept of several sketches of `hll`?

use crate::accumulators::{Hll, Mergeable};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "hll_merge",
    aliases: &[],
    summary: "Merges sketches of `hll` into one; null when one is none.",
    signatures: &[Signature::repeating(
        &[
            required("first", Accepts::Type(Type::Dynamic), "one"),
            required("second", Accepts::Type(Type::Dynamic), "another"),
        ],
        1,
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/hll-merge-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let columns = (0..args.len()).map(|index| args.json(index)).collect::<Result<Vec<Json>>>()?;
    args.make_json(|row| {
        let mut sketches = columns.iter().map(|column| Hll::parse(column.get(row)?));
        let mut merged = sketches.next()??;
        for next in sketches {
            let next = next?;
            if !merged.fits(&next) {
                return None;
            }
            merged.merge(&next);
        }
        Some(merged.json())
    })
}
