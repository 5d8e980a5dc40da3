//! `array_concat`: several arrays as one.

use crate::dynamic::{array_items, array_of};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "array_concat",
    aliases: &[],
    summary: "Puts arrays one after another; what is no array adds nothing.",
    signatures: &[Signature::repeating(
        &[required("arr", Accepts::Type(Type::Dynamic), "an array")],
        1,
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/array-concat-function",
    lower: Lower::Kernel(evaluate),
};

/// No array at all is null.
fn evaluate(args: &Args) -> Result<ArrayRef> {
    let arrays = (0..args.len()).map(|at| args.json(at)).collect::<Result<Vec<Json>>>()?;
    args.make_json(|row| {
        let mut found = arrays.iter().filter_map(|array| array.get(row).and_then(array_items)).peekable();
        found.peek()?;
        Some(array_of(found.flatten()))
    })
}
