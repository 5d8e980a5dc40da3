//! `set_intersect`: what is in all of several arrays?

use crate::dynamic::{array_items, array_of};
use crate::functions::prelude::*;
use std::collections::HashSet;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "set_intersect",
    aliases: &[],
    summary: "The different elements of the first array that all others have too.",
    signatures: &[Signature::repeating(
        &[
            required("set1", Accepts::Type(Type::Dynamic), "an array"),
            optional("set2", Accepts::Type(Type::Dynamic), "another"),
        ],
        1,
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/set-intersect-function",
    lower: Lower::Kernel(evaluate),
};

/// Null when an argument is no array.
fn evaluate(args: &Args) -> Result<ArrayRef> {
    let first = args.json(0)?;
    let others = (1..args.len()).map(|at| args.json(at)).collect::<Result<Vec<Json>>>()?;
    args.make_json(|row| {
        let others = others.iter().map(|array| Some(array_items(array.get(row)?)?.collect::<HashSet<&str>>()));
        let others = others.collect::<Option<Vec<_>>>()?;
        let mut seen = HashSet::new();
        let common = array_items(first.get(row)?)?.filter(|item| others.iter().all(|other| other.contains(item)));
        Some(array_of(common.filter(|item| seen.insert(*item))))
    })
}
