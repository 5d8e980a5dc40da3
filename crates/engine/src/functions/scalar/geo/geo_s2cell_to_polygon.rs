//! `geo_s2cell_to_polygon`: the outline of an S2 cell.

use crate::functions::prelude::*;
use crate::geography::{polygon_json, s2_cell, s2_polygon};

pub(super) static FUNCTION: Scalar = Scalar {
    name: "geo_s2cell_to_polygon",
    aliases: &[],
    summary: "The four-sided outline of an S2 cell, as a GeoJSON polygon.",
    signatures: &[Signature::new(
        &[required("s2cell", Accepts::Type(Type::String), "the token of a cell")],
        Returns::Is(Type::Dynamic),
    )],
    source: "https://learn.microsoft.com/kusto/query/geo-s2cell-to-polygon-function",
    lower: Lower::Kernel(evaluate),
};

fn evaluate(args: &Args) -> Result<ArrayRef> {
    let tokens = args.strings(0)?;
    args.make_json(|row| Some(polygon_json(&s2_polygon(s2_cell(tokens.get(row))?))))
}
