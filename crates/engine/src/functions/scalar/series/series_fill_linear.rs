//! `series_fill_linear`: what lies on the line over each gap?

use crate::dynamic::array_items;
use crate::functions::prelude::*;
use crate::series::{Missing, fill_linear};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "series_fill_linear",
    aliases: &[],
    summary: "Replaces each missing element by what lies on the line between its neighbors; whole numbers stay whole.",
    signatures: &[Signature::new(
        &[
            required("series", Accepts::Type(Type::Dynamic), "numbers"),
            optional("missing_value_placeholder", Accepts::Real, "which elements are missing; nulls by default"),
            optional("fill_edges", Accepts::Type(Type::Bool), "repeat the nearest number at the edges? By default so"),
            optional(
                "constant_value",
                Accepts::Real,
                "what fills a series of nothing else; 0 by default, null to leave it",
            ),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/series-fill-linear-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let series = args.json(0)?;
    let missing = Missing::new(args, 1)?;
    let edges = if args.len() > 2 { args.bools(2)? } else { Bools::One(Some(true)) };
    let constant = if args.len() > 3 { args.reals(3)? } else { Reals::One(Some(0.0)) };
    args.make_json(|row| {
        let items: Vec<&str> = array_items(series.get(row)?)?.collect();
        let fills_edges = edges.get(row).unwrap_or(true);
        Some(fill_linear(&items, |item| missing.is(item, row), fills_edges, constant.get(row)))
    })
}
