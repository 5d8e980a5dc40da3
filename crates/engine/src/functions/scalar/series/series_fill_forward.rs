//! `series_fill_forward`: what stands next to the left of each gap?

use crate::dynamic::{array_items, array_of};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_fill_forward",
    aliases: &[],
    summary: "Replaces each null by the nearest element to its left.",
    signatures: &[Signature::new(
        &[required("series", Accepts::Type(Type::Dynamic), "numbers")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-fill-forward-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let series = args.json(0)?;
    args.make_json(|row| {
        let items: Vec<&str> = array_items(series.get(row)?)?.collect();
        let mut last = "null";
        let filled = items.into_iter().map(|item| {
            if item != "null" {
                last = item;
            }
            last
        });
        let filled: Vec<&str> = filled.collect();
        Some(array_of(filled))
    })
}
