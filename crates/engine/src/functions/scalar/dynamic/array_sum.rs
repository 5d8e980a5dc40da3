//! `array_sum`: what do the elements of an array add up to?

use crate::dynamic::{Kind, array_items, as_real, kind};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "array_sum",
    aliases: &[],
    summary: "Adds up the numbers of an array; null when there are none or something else is among them.",
    signatures: &[Signature::new(
        &[required("array", Accepts::Type(Type::Dynamic), "the array")],
        Returns::Is(Type::Real),
    )],
    source: "https://learn.microsoft.com/kusto/query/array-sum-function",
    lower: Lower::Kernel(evaluate),
};

/// Null elements are left out.
fn evaluate(args: &Args) -> Result<ArrayRef> {
    let array = args.json(0)?;
    args.make_reals(|row| {
        let mut sum = None;
        for item in array_items(array.get(row)?)? {
            match kind(item) {
                Kind::Null => {}
                Kind::Whole | Kind::Real => sum = Some(sum.unwrap_or(0.0) + as_real(item)?),
                Kind::Bool | Kind::String | Kind::Array | Kind::Bag => return None,
            }
        }
        sum
    })
}
