//! `array_slice`: a part of an array.

use crate::dynamic::{array_items, array_of};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "array_slice",
    aliases: &[],
    summary: "Takes the elements from one place to another, both included; negative places count from the end.",
    signatures: &[Signature::new(
        &[
            required("array", Accepts::Type(Type::Dynamic), "the array"),
            required("start", Accepts::Type(Type::Long), "the first place"),
            required("end", Accepts::Type(Type::Long), "the last place"),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/array-slice-function",
    lower: Lower::Kernel(evaluate),
};

/// Places outside of the array are left out.
fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (array, start, end) = (args.json(0)?, args.longs(1)?, args.longs(2)?);
    args.make_json(|row| {
        let items: Vec<&str> = array_items(array.get(row)?)?.collect();
        let length = i64::try_from(items.len()).ok()?;
        let place = |at: i64| if at < 0 { at.saturating_add(length) } else { at };
        let start = place(start.get(row)?).clamp(0, length);
        let end = place(end.get(row)?).saturating_add(1).clamp(start, length);
        Some(array_of(&items[usize::try_from(start).ok()?..usize::try_from(end).ok()?]))
    })
}
