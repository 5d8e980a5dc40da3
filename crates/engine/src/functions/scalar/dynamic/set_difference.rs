//! `set_difference`: what is in one array and in no other?

use crate::dynamic::{array_items, array_of};
use crate::functions::prelude::*;
use std::collections::HashSet;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "set_difference",
    aliases: &[],
    summary: "The different elements of the first array that no other has.",
    signatures: &[Signature::repeating(
        &[
            required("set1", Accepts::Type(Type::Dynamic), "an array"),
            optional("set2", Accepts::Type(Type::Dynamic), "another"),
        ],
        1,
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/set-difference-function",
    lower: Lower::Kernel(evaluate),
};

/// What is no array takes nothing away; null when the first is none.
fn evaluate(args: &Args) -> Result<ArrayRef> {
    let first = args.json(0)?;
    let others = (1..args.len()).map(|at| args.json(at)).collect::<Result<Vec<Json>>>()?;
    args.make_json(|row| {
        let mut seen: HashSet<&str> =
            others.iter().filter_map(|array| array.get(row).and_then(array_items)).flatten().collect();
        Some(array_of(array_items(first.get(row)?)?.filter(|item| seen.insert(*item))))
    })
}
