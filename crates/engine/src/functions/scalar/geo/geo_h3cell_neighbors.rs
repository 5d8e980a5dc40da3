//! `geo_h3cell_neighbors`: the H3 cells around one.

use crate::dynamic::{array_of, quoted};
use crate::functions::prelude::*;
use crate::geography::{h3_cell, h3_neighbors};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_h3cell_neighbors",
    aliases: &[],
    summary: "The H3 cells that share a side with one.",
    signatures: &[Signature::new(
        &[required("h3cell", Accepts::Type(Type::String), "the token of a cell")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-h3cell-neighbors-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let tokens = args.strings(0)?;
    args.make_json(|row| {
        let neighbors = h3_neighbors(h3_cell(tokens.get(row))?);
        Some(array_of(neighbors.iter().map(|token| quoted(token))))
    })
}
