//! `array_reverse`: an array from its end to its start.

use crate::dynamic::{array_items, array_of};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "array_reverse",
    aliases: &[],
    summary: "Reverses the order of the elements of an array.",
    signatures: &[Signature::new(
        &[required("array", Accepts::Type(Type::Dynamic), "the array")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/array-reverse-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let array = args.json(0)?;
    args.make_json(|row| {
        let mut items: Vec<&str> = array_items(array.get(row)?)?.collect();
        items.reverse();
        Some(array_of(items))
    })
}
