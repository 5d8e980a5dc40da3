//! `geo_h3cell_level`: how fine is an H3 cell?

use crate::functions::prelude::*;
use crate::geography::h3_cell;

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_h3cell_level",
    aliases: &[],
    summary: "The resolution of an H3 cell, 0 to 15.",
    signatures: &[Signature::new(
        &[required("h3cell", Accepts::Type(Type::String), "the token of a cell")],
        Returns::Is(Type::Int),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-h3cell-level-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let tokens = args.strings(0)?;
    args.make_ints(|row| Some(u8::from(h3_cell(tokens.get(row))?.resolution()).into()))
}
