//! `series_fill_forward`: what stands next to the left of each gap?

use crate::dynamic::{array_items, array_of};
use crate::functions::prelude::*;
use crate::series::Missing;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_fill_forward",
    aliases: &[],
    summary: "Replaces each missing element by the nearest element to its left.",
    signatures: &[Signature::new(
        &[
            required("series", Accepts::Type(Type::Dynamic), "numbers"),
            optional(
                "missing_value_placeholder",
                Accepts::Type(Type::Real),
                "which elements are missing; nulls by default",
            ),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-fill-forward-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let series = args.json(0)?;
    let missing = Missing::new(args, 1)?;
    args.make_json(|row| {
        let mut items: Vec<&str> = array_items(series.get(row)?)?.collect();
        let mut last = None;
        for item in items.iter_mut() {
            if !missing.is(item, row) {
                last = Some(*item);
            }
            *item = last.unwrap_or(item);
        }
        Some(array_of(items))
    })
}
