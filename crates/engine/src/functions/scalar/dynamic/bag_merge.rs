//! `bag_merge`: several bags as one.

use crate::dynamic::{object_entries, object_of};
use crate::functions::prelude::*;
use std::collections::HashSet;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "bag_merge",
    aliases: &[],
    summary: "Merges bags; of equal keys the leftmost value stays.",
    signatures: &[Signature::repeating(
        &[
            required("bag1", Accepts::Type(Type::Dynamic), "a bag"),
            required("bag2", Accepts::Type(Type::Dynamic), "another"),
        ],
        1,
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/bag-merge-function",
    lower: Lower::Kernel(evaluate),
};

/// What is no bag adds nothing; no bag at all is null.
fn evaluate(args: &Args) -> Result<ArrayRef> {
    let bags = (0..args.len()).map(|at| args.json(at)).collect::<Result<Vec<Json>>>()?;
    args.make_json(|row| {
        let mut merged = vec![];
        let mut keys = HashSet::new();
        let mut found = None;
        for entries in bags.iter().filter_map(|bag| bag.get(row).and_then(object_entries)) {
            found = Some(());
            merged.extend(entries.filter(|(key, _)| keys.insert(key.clone())));
        }
        found.map(|()| object_of(merged))
    })
}
