//! `array_rotate_right`: an array turned to the right.

use crate::dynamic::{array_items, array_of};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "array_rotate_right",
    aliases: &[],
    summary: "Turns the elements of an array to the right; a negative count turns to the other side.",
    signatures: &[Signature::new(
        &[
            required("array", Accepts::Type(Type::Dynamic), "the array"),
            required("rotate_count", Accepts::Type(Type::Long), "how many places"),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/array-rotate-right-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (array, count) = (args.json(0)?, args.longs(1)?);
    args.make_json(|row| {
        let mut items: Vec<&str> = array_items(array.get(row)?)?.collect();
        let count = count.get(row)?;
        if !items.is_empty() {
            let places = count.rem_euclid(i64::try_from(items.len()).ok()?);
            items.rotate_right(usize::try_from(places).ok()?);
        }
        Some(array_of(items))
    })
}
