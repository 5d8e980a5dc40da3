//! `geo_h3cell_children`: the H3 cells in one.

use crate::dynamic::{array_of, quoted};
use crate::functions::prelude::*;
use crate::geography::{h3_cell, h3_children};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_h3cell_children",
    aliases: &[],
    summary: "The H3 cells of a finer resolution that one is split into.",
    signatures: &[Signature::new(
        &[
            required("h3cell", Accepts::Type(Type::String), "the token of a cell"),
            optional(
                "resolution",
                Accepts::Type(Type::Long),
                "1 to 15, at most five steps finer; the next finer when not given",
            ),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-h3cell-children-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let tokens = args.strings(0)?;
    let resolution = if args.len() > 1 { Some(args.longs(1)?) } else { None };
    args.make_json(|row| {
        let resolution = match &resolution {
            Some(resolution) => Some(resolution.get(row)?),
            None => None,
        };
        let children = h3_children(h3_cell(tokens.get(row))?, resolution)?;
        Some(array_of(children.iter().map(|token| quoted(token))))
    })
}
