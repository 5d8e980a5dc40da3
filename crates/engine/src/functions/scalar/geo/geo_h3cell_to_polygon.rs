//! `geo_h3cell_to_polygon`: the outline of an H3 cell.

use crate::functions::prelude::*;
use crate::geography::{h3_cell, h3_polygon, polygon_json};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_h3cell_to_polygon",
    aliases: &[],
    summary: "The outline of an H3 cell, as a GeoJSON polygon.",
    signatures: &[Signature::new(
        &[required("h3cell", Accepts::Type(Type::String), "the token of a cell")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-h3cell-to-polygon-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let tokens = args.strings(0)?;
    args.make_json(|row| Some(polygon_json(&h3_polygon(h3_cell(tokens.get(row))?))))
}
