//! `geo_s2cell_neighbors`: the S2 cells around one.

use crate::dynamic::{array_of, quoted};
use crate::functions::prelude::*;
use crate::geography::{s2_cell, s2_neighbors};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_s2cell_neighbors",
    aliases: &[],
    summary: "The S2 cells of the same level that share a side or a corner with one.",
    signatures: &[Signature::new(
        &[required("s2cell", Accepts::Type(Type::String), "the token of a cell")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-s2cell-neighbors-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let tokens = args.strings(0)?;
    args.make_json(|row| {
        let neighbors = s2_neighbors(s2_cell(tokens.get(row))?);
        Some(array_of(neighbors.iter().map(|token| quoted(token))))
    })
}
