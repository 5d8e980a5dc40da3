//! `geo_h3cell_rings`: the H3 cells around one, ring by ring.

use crate::dynamic::{array_of, quoted};
use crate::functions::prelude::*;
use crate::geography::{h3_cell, h3_rings};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_h3cell_rings",
    aliases: &[],
    summary: "The H3 cells around one: an array of rings, the cell itself first.",
    signatures: &[Signature::new(
        &[
            required("h3cell", Accepts::Type(Type::String), "the token of a cell"),
            required("distance", Accepts::Type(Type::Long), "how many rings, 0 to 142"),
        ],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-h3cell-rings-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let (tokens, distance) = (args.strings(0)?, args.longs(1)?);
    args.make_json(|row| {
        let rings = h3_rings(h3_cell(tokens.get(row))?, distance.get(row)?)?;
        Some(array_of(rings.iter().map(|ring| array_of(ring.iter().map(|token| quoted(token))))))
    })
}
