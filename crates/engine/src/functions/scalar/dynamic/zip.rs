//! `zip`: several arrays as an array of their rows.

use crate::dynamic::{array_items, array_of};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "zip",
    aliases: &[],
    summary: "Puts the elements at the same place of each array together; missing ones are null.",
    signatures: &[Signature::repeating(
        &[
            required("array1", Accepts::Type(Type::Dynamic), "an array"),
            required("array2", Accepts::Type(Type::Dynamic), "another"),
        ],
        1,
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/zip-function",
    lower: Lower::Kernel(evaluate),
};

/// What is no array has no elements; no array at all is null.
fn evaluate(args: &Args) -> Result<ArrayRef> {
    let arrays = (0..args.len()).map(|at| args.json(at)).collect::<Result<Vec<Json>>>()?;
    args.make_json(|row| {
        let columns: Vec<Option<Vec<&str>>> =
            arrays.iter().map(|array| Some(array_items(array.get(row)?)?.collect())).collect();
        let length = columns.iter().flatten().map(Vec::len).max()?;
        let cell = |column: &Option<Vec<&str>>, at: usize| {
            column.as_ref().and_then(|items| items.get(at).map(|item| (*item).to_owned()))
        };
        let line = |at| array_of(columns.iter().map(|column| cell(column, at).unwrap_or_else(|| "null".to_owned())));
        Some(array_of((0..length).map(line)))
    })
}
