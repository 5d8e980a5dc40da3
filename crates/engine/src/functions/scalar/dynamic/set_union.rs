//! `set_union`: what is in any of several arrays?

use crate::dynamic::{array_items, array_of};
use crate::functions::prelude::*;
use std::collections::HashSet;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "set_union",
    aliases: &[],
    summary: "The different elements of all arrays.",
    signatures: &[Signature::repeating(
        &[
            required("set1", Accepts::Type(Type::Dynamic), "an array"),
            optional("set2", Accepts::Type(Type::Dynamic), "another"),
        ],
        1,
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/set-union-function",
    lower: Lower::Kernel(evaluate),
};

/// What is no array adds nothing; no array at all is null.
fn evaluate(args: &Args) -> Result<ArrayRef> {
    let arrays = (0..args.len()).map(|at| args.json(at)).collect::<Result<Vec<Json>>>()?;
    args.make_json(|row| {
        let mut found = arrays.iter().filter_map(|array| array.get(row).and_then(array_items)).peekable();
        found.peek()?;
        let mut seen = HashSet::new();
        Some(array_of(found.flatten().filter(|item| seen.insert(*item))))
    })
}
