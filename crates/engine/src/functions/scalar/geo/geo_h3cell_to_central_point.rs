//! `geo_h3cell_to_central_point`: the middle of an H3 cell.

use crate::functions::prelude::*;
use crate::geography::{h3_cell, h3_center, point_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_h3cell_to_central_point",
    aliases: &[],
    summary: "The middle of an H3 cell, as a GeoJSON point.",
    signatures: &[Signature::new(
        &[required("h3cell", Accepts::Type(Type::String), "the token of a cell")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-h3cell-to-central-point-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let tokens = args.strings(0)?;
    args.make_json(|row| Some(point_json(h3_center(h3_cell(tokens.get(row))?))))
}
