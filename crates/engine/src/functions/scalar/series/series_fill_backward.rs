//! `series_fill_backward`: what stands next to the right of each gap?

use crate::dynamic::{array_items, array_of};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_fill_backward",
    aliases: &[],
    summary: "Replaces each null by the nearest element to its right.",
    signatures: &[Signature::new(
        &[required("series", Accepts::Type(Type::Dynamic), "numbers")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-fill-backward-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let series = args.json(0)?;
    args.make_json(|row| {
        let items: Vec<&str> = array_items(series.get(row)?)?.collect();
        let mut last = "null";
        let filled = items.into_iter().rev().map(|item| {
            if item != "null" {
                last = item;
            }
            last
        });
        let filled: Vec<&str> = filled.collect();
        Some(array_of(filled.into_iter().rev()))
    })
}
