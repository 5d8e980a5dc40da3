//! `array_length`: how many elements has an array?

use crate::dynamic::array_items;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "array_length",
    aliases: &["arraylength"],
    summary: "Counts the elements of an array; what is no array gives null.",
    signatures: &[Signature::new(
        &[required("array", Accepts::Type(Type::Dynamic), "the array")],
        Returns::Is(Type::Long),
    )],
    source: "https://learn.microsoft.com/kusto/query/array-length-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let array = args.json(0)?;
    args.make_longs(|row| i64::try_from(array_items(array.get(row)?)?.count()).ok())
}
