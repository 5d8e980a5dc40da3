//! `strcat_array`: the elements of an array as one text.

use crate::dynamic::{array_items, as_text};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "strcat_array",
    aliases: &[],
    summary: "Joins the elements of an array with a delimiter between them.",
    signatures: &[Signature::new(
        &[
            required("array", Accepts::Type(Type::Dynamic), "the array"),
            required("delimiter", Accepts::Type(Type::String), "what stands between"),
        ],
        Returns::Is(Type::String),
    )],
    source: "https://learn.microsoft.com/kusto/query/strcat-array-function",
    lower: Lower::Kernel(evaluate),
};

/// A null element is the empty text; what is no array gives the empty text.
fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (array, delimiter) = (args.json(0)?, args.strings(1)?);
    args.make_strings(|row| match array.get(row).and_then(array_items) {
        Some(items) => items.map(as_text).collect::<Vec<_>>().join(delimiter.get(row)),
        None => String::new(),
    })
}
