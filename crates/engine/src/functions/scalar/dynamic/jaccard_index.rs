//! `jaccard_index`: how alike are two sets?

use crate::dynamic::array_items;
use crate::functions::prelude::*;
use std::collections::HashSet;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "jaccard_index",
    aliases: &[],
    summary: "The number of common elements divided by the number of all.",
    signatures: &[Signature::new(
        &[
            required("set1", Accepts::Type(Type::Dynamic), "an array"),
            required("set2", Accepts::Type(Type::Dynamic), "another"),
        ],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/jaccard-index-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (one, other) = (args.json(0)?, args.json(1)?);
    args.make_reals(|row| {
        let one: HashSet<&str> = array_items(one.get(row)?)?.collect();
        let other: HashSet<&str> = array_items(other.get(row)?)?.collect();
        Some(one.intersection(&other).count() as f64 / one.union(&other).count() as f64)
    })
}
